package bounded

import (
	"os"
	"path/filepath"
	"testing"
)

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
