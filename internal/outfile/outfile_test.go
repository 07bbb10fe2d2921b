package outfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := syscall.Mkfifo(in("pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("pipe", in("link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, want string }{
		{"new", ""},
		{"new", ""}, // again
		{"pipe", "is no regular file"},
		{"link", "is no regular file"},
		{".", "is a folder"},
		{"none/x", in("none/x") + ": no such file"},
	} {
		err := Write(in(tt.name), []byte("text"))
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if b, err := os.ReadFile(in("new")); err != nil || string(b) != "text" {
		t.Errorf("%q, %v", b, err)
	}
	if st, err := os.Stat(in("pipe")); err != nil || st.Mode()&os.ModeNamedPipe == 0 {
		t.Error("the pipe is gone")
	}
	if list, _ := os.ReadDir(dir); len(list) != 3 {
		t.Errorf("files: %v", list)
	}
}
