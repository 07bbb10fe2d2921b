package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Stream opens a file that is written as it goes on, for others to read meanwhile: a new one, or what is there, which may be a
// device or a pipe. In a folder like /tmp it takes nothing that another user has put there, as the kernel where
// fs.protected_symlinks, protected_regular and protected_fifos say so: that user would choose where it is written, and read it.
func Stream(name string) (*os.File, error) {
	place := Place(name)
	if _, err := os.Lstat(place); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(name); err == nil {
			return os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0) // a link of /proc, to what has no name
		}
	}
	f, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if !errors.Is(err, fs.ErrExist) {
		return f, err
	}
	if err := checkGiven(name, place, os.Lstat); err != nil { // before a pipe waits for a reader
		return nil, err
	}
	if f, err = os.OpenFile(place, os.O_WRONLY|syscall.O_NOFOLLOW, 0); err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil {
		err = checkGiven(name, place, func(string) (fs.FileInfo, error) { return st, nil })
	}
	if err == nil && st.Mode().IsRegular() {
		err = f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// checkGiven returns an error for what another user has put into a folder where any may.
func checkGiven(name, place string, stat func(string) (fs.FileInfo, error)) error {
	st, err := stat(place)
	if err != nil {
		return err
	}
	if st.Mode()&fs.ModeDevice != 0 || st.IsDir() {
		return nil
	}
	parent, err := os.Stat(filepath.Dir(place))
	if err != nil {
		return err
	}
	if planted(st, parent) {
		return fmt.Errorf("%s: belongs to another user, in a folder where any may make files: choose another name", name)
	}
	return nil
}
