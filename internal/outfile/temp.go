package outfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Create makes a new file in the folder dir, whose name is prefix and some letters. Unlike one of
// os.CreateTemp it has the rights that any new file gets: the umask alone takes some away. What a
// process left there that was killed, with the same prefix, is removed.
func Create(dir, prefix string) (f *os.File, err error) {
	Sweep(dir, prefix)
	_, err = unused(dir, prefix, func(name string) error {
		f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		return err
	})
	if err == nil {
		_ = lock(f) // else nobody takes it for left, as no lock can be had here
	}
	return f, err
}

// Dir is a folder for files that are under way.
type Dir struct {
	Name string
	lock *os.File
}

// MakeDir makes a new folder with the rights perm, less the umask, as Create makes a file.
func MakeDir(dir, prefix string, perm fs.FileMode) (*Dir, error) {
	Sweep(dir, prefix)
	name, err := unused(dir, prefix, func(name string) error { return os.Mkdir(name, perm) })
	if err != nil {
		return nil, err
	}
	d := &Dir{Name: name}
	if f, err := os.Open(name); err == nil {
		if lock(f) == nil {
			d.lock = f
		} else {
			f.Close()
		}
	}
	return d, nil
}

// Remove removes the folder, if it still has its name.
func (d *Dir) Remove() error {
	err := os.RemoveAll(d.Name)
	if d.lock != nil {
		d.lock.Close()
	}
	return err
}

// Named has an error that is about a temporary name be about output, which it was to become.
func Named(err error, output string) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe) && isTemporary(pe.Path):
		return fmt.Errorf("%s: %w", output, pe.Err)
	case errors.As(err, &le) && isTemporary(le.Old):
		return fmt.Errorf("%s: %w", output, le.Err)
	}
	return err
}

// isTemporary reports whether a name, or its folder's, may be one of Create or MakeDir.
func isTemporary(name string) bool {
	for _, base := range []string{filepath.Base(name), filepath.Base(filepath.Dir(name))} {
		if n := len(base) - letters; n > 0 && strings.Trim(base[n:], alphabet) == "" {
			return true
		}
	}
	return false
}

// alphabet is that of rand.Text.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// letters is how many a name has behind its prefix.
const letters = 10

// unused returns the name that try made, which fails for one that is there.
func unused(dir, prefix string, try func(name string) error) (string, error) {
	for {
		name := filepath.Join(dir, prefix+rand.Text()[:letters])
		if err := try(name); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// lock takes the lock by which others see that a file or folder is under way (flock(2)).
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// IsLeft reports whether a file or folder of Create or MakeDir belongs to no process any more. One that
// was just made may not be locked yet, and does not count; one of the future is from before the clock was set back.
func IsLeft(name string) bool {
	const youngest = 10 * time.Second
	st, err := os.Lstat(name)
	if err != nil || !st.IsDir() && !st.Mode().IsRegular() || time.Since(st.ModTime()).Abs() < youngest {
		return false
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0) // something else may be there now
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f) == nil
}

// Sweep removes what is left in dir with this prefix, of this user alone.
func Sweep(dir, prefix string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	for _, n := range names {
		if len(n) != len(prefix)+letters || !strings.HasPrefix(n, prefix) || strings.Trim(n[len(prefix):], alphabet) != "" {
			continue
		}
		name := filepath.Join(dir, n)
		if st, err := os.Lstat(name); err != nil || int(st.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() || !IsLeft(name) {
			continue
		}
		_ = os.RemoveAll(name)
	}
}
