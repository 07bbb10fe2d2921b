package outfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweep: what a killed process left goes with the next file or folder of the same kind, and nothing
// else does.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	past := time.Now().Add(-time.Hour)
	in := func(name string) string { return filepath.Join(dir, name) }
	old := func(name string, folder bool) string {
		if folder {
			if err := os.MkdirAll(in(name+"/below"), 0o777); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(in(name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(in(name), past, past); err != nil {
			t.Fatal(err)
		}
		return name
	}
	gone := []string{old(".uk-x-ABCDEFGHIJ", false), old(".uk-x-2345672345", true)}
	ahead := time.Now().Add(time.Hour) // the clock was set back since
	if err := os.Chtimes(in(gone[0]), ahead, ahead); err != nil {
		t.Fatal(err)
	}
	stay := []string{old(".uk-x-mine", false), old(".uk-x-abcdefghij", false), old(".uk-y-ABCDEFGHIJ", false), old("ABCDEFGHIJ", true)}
	busy, err := Create(dir, ".uk-x-")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	folder, err := MakeDir(dir, ".uk-x-", 0o700)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{busy.Name(), folder.Name} {
		if err := os.Chtimes(name, past, past); err != nil {
			t.Fatal(err)
		}
		stay = append(stay, filepath.Base(name))
	}
	young := filepath.Base(old(".uk-x-YOUNGYOUNG", false))
	if err := os.Chtimes(in(young), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	f, err := Create(dir, ".uk-x-")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, name := range append(stay, young) {
		if _, err := os.Lstat(in(name)); err != nil {
			t.Error(err)
		}
	}
	for _, name := range gone {
		if _, err := os.Lstat(in(name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if err := folder.Remove(); err != nil || IsLeft(folder.Name) {
		t.Error(err)
	}
}

// TestReaders: a copy may be read by those alone who may read what it is of.
func TestReaders(t *testing.T) {
	for mode, want := range map[os.FileMode]os.FileMode{0o644: 0o777, 0o600: 0o700, 0o640: 0o770, 0o604: 0o777, 0o755: 0o777, 0o711: 0o700} {
		name := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Readers(st); got != want {
			t.Errorf("%v: %04o, want %04o", mode, got, want)
		}
	}
}
