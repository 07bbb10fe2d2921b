package bounded

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOpen: what is no regular file is none, and is not waited for.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("1234"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(dir, "fifo"), dir, "/dev/null"} {
		if _, _, err := Open(name); err == nil || err.Error() != name+": is no regular file" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadRegular(filepath.Join(dir, "fifo"), 9); err == nil {
		t.Error("a pipe was read")
	}
	f, st, err := Open(filepath.Join(dir, "file"))
	if err != nil || st.Size() != 4 {
		t.Fatal(st, err)
	}
	if b, err := io.ReadAll(f); err != nil || string(b) != "1234" {
		t.Errorf("%q, %v", b, err)
	}
	f.Close()
}

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("1234"), 0o666); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadFile(name, 4); err != nil || string(b) != "1234" {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := ReadFile(name, 3); err == nil || err.Error() != name+": larger than 3 bytes" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := ReadFile("/dev/zero", 1<<20); err == nil {
		t.Error("/dev/zero has an end")
	}
	if _, err := ReadFile(name+"x", 3); !os.IsNotExist(err) {
		t.Error(err)
	}
}

// ReadRegular waits for nobody, also where a file becomes a pipe between two looks at it.
func TestReadRegular(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadRegular(name, 10); err == nil {
		t.Error("a pipe is a regular file")
	}
}
