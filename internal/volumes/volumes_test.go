package volumes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func open(t *testing.T) *Store {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	s, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVolume(t *testing.T) {
	s := open(t)
	if l, err := s.List(); err != nil || len(l) != 0 {
		t.Errorf("%v, %v of nothing", l, err)
	}
	v, made, err := s.Create("db")
	if err != nil || !made || v.InUse || v.Created.IsZero() {
		t.Fatalf("%+v, %v, %v", v, made, err)
	}
	if _, made, err := s.Create("db"); err != nil || made {
		t.Errorf("made again: %v, %v", made, err)
	}
	for path, mode := range map[string]os.FileMode{v.Path: 0o755, s.dir: 0o700, s.at("db"): 0o700} {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, st, err)
		}
	}
	path, release, err := s.Use("db")
	if err != nil || path != v.Path {
		t.Fatalf("%s, %v", path, err)
	}
	_, second, err := s.Use("db")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove("db"); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("removed in use: %v", err)
	}
	if l, err := s.List(); err != nil || len(l) != 1 || !l[0].InUse {
		t.Errorf("%+v, %v", l, err)
	}
	if got, err := s.Prune(); err != nil || len(got) != 0 {
		t.Errorf("pruned %v, %v", got, err)
	}
	release()
	second()
	if err := s.Remove("db"); err != nil {
		t.Error(err)
	}
	for _, err := range []error{s.Remove("db"), second2(s.Inspect("db")), third(s.Use("db"))} {
		if !errors.Is(err, ErrNone) {
			t.Errorf("of what is gone: %v", err)
		}
	}
	for _, name := range []string{"", "a", ".x", "-x", "a/b", "..", "a b", strings.Repeat("n", MaxName+1)} {
		if _, _, err := s.Create(name); err == nil {
			t.Errorf("%q was made", name)
		}
	}
}

func second2(_ Volume, err error) error         { return err }
func third(_ string, _ func(), err error) error { return err }

// TestLookWhileRemoved has others look at a volume while it is removed: nobody uses it, and so it goes.
func TestLookWhileRemoved(t *testing.T) {
	s := open(t)
	done := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if v, err := s.Inspect("db"); err == nil && v.InUse {
						t.Error("in use, of a volume that no machine has")
					}
				}
			}
		})
	}
	for range 50 {
		if _, _, err := s.Create("db"); err != nil && !errors.Is(err, ErrNone) {
			t.Error(err)
		}
		if err := s.Remove("db"); err != nil {
			t.Error(err)
			break
		}
	}
	close(done)
	all.Wait()
}

// TestConcurrent makes, uses and removes the same volumes from many sides: a call works or says why, and nothing is left.
func TestConcurrent(t *testing.T) {
	s := open(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				name := fmt.Sprintf("v%d", (i+j)%3)
				if _, _, err := s.Create(name); err != nil && !errors.Is(err, ErrNone) {
					t.Error(err)
				}
				path, release, err := s.Use(name)
				if err == nil {
					if _, err := os.Stat(path); err != nil {
						t.Errorf("gone while it was used: %v", err)
					}
					release()
				} else if !errors.Is(err, ErrNone) {
					t.Error(err)
				}
				if err := s.Remove(name); err != nil && !errors.Is(err, ErrNone) && !strings.Contains(err.Error(), "is in use") {
					t.Error(err)
				}
				if _, err := s.List(); err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if _, err := s.Prune(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Where others could have put something, nothing is used and nothing made.
func TestOthersFolder(t *testing.T) {
	s := open(t)
	if _, _, err := s.Create("db"); err != nil {
		t.Fatal(err)
	}
	all := func(want string) {
		t.Helper()
		_, _, err1 := s.Create("new")
		_, err2 := s.Inspect("db")
		_, err3 := s.List()
		_, _, err4 := s.Use("db")
		for i, err := range []error{err1, err2, err3, err4, s.Remove("db")} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d: %v, want %q", i, err, want)
			}
		}
	}
	for _, dir := range []string{s.dir, filepath.Dir(s.dir)} {
		if err := os.Chmod(dir, 0o720); err != nil {
			t.Fatal(err)
		}
		all(dir + ": other users can write there")
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() != 0 {
			continue
		}
		if err := os.Chown(dir, 54321, -1); err != nil {
			t.Fatal(err)
		}
		all(dir + ": belongs to another user")
		if err := os.Chown(dir, 0, -1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Inspect("db"); err != nil {
		t.Error(err)
	}
}
