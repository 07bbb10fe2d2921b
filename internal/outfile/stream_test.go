package outfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What is there is written to as any program would: files are emptied, links of one's own followed, devices and /proc's links used.
func TestStream(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	r, w, err := os.Pipe()
	if err == nil {
		err = errors.Join(os.WriteFile(in("file"), []byte("much longer"), 0o600), os.Symlink("file", in("link")), os.Symlink("new2", in("dangling")), os.Symlink(fmt.Sprint("/proc/self/fd/", w.Fd()), in("fd")))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, name := range []string{in("new"), in("file"), in("link"), in("dangling"), in("fd"), os.DevNull} {
		f, err := Stream(name)
		if err == nil {
			_, err = f.WriteString("text")
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"new", "file", "new2"} {
		if b, err := os.ReadFile(in(name)); err != nil || string(b) != "text" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	b := make([]byte, 10)
	if n, err := r.Read(b); err != nil || string(b[:n]) != "text" {
		t.Errorf("pipe: %q, %v", b[:n], err)
	}
	for _, name := range []string{dir, in("none/x")} {
		if f, err := Stream(name); err == nil || !strings.HasPrefix(err.Error(), "open "+name+": ") {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	if st, err := os.Lstat(in("link")); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
}

// Nothing that another user put into a folder like /tmp is written to.
func TestStreamPlanted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("only root can make files of another user")
		return
	}
	const other = 54321
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.WriteFile(in("file"), []byte("theirs"), 0o666), os.Symlink("victim", in("link")), os.WriteFile(in("victim"), []byte("mine"), 0o600),
		syscall.Mkfifo(in("fifo"), 0o666), os.Lchown(in("file"), other, other), os.Lchown(in("link"), other, other), os.Lchown(in("fifo"), other, other), os.Symlink("file", in("mine")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, mode := range []os.FileMode{0o777 | os.ModeSticky, 0o777} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"file", "link", "fifo", "mine"} {
			if _, err := Stream(in(name)); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
				t.Errorf("%s, in a folder with %v: %v", name, mode, err)
			}
		}
	}
	for name, want := range map[string]string{"file": "theirs", "victim": "mine"} {
		if b, err := os.ReadFile(in(name)); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}
