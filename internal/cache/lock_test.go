package cache

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"uk.example/internal/outfile"
	"uk.example/linker"
)

// What a killed process left beside a kernel goes with the next link there, and nothing else does.
func TestSweepLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kernel")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	held, err := outfile.MakeDir(dir, linker.TempPrefix, 0o700)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Remove()
	left := filepath.Join(dir, linker.TempPrefix+"ABCDEFGHIJ")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.elf"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{held.Name, left} { // what was just made may be about to be locked
		hour := time.Now().Add(-time.Hour)
		if err := os.Chtimes(name, hour, hour); err != nil {
			t.Fatal(err)
		}
	}
	SweepLinks(dir)
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what was left is still there: %v", err)
	}
	for _, name := range []string{held.Name, filepath.Join(dir, "kernel.elf")} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}
