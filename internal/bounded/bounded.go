// Package bounded reads files that somebody else names: what is meant to be a small file may be one
// that never ends.
package bounded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Open opens a file that must be a regular one. Who asks first what a name is and opens it then may open
// something else, and wait for a pipe's other end for ever.
func Open(name string) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s: is no regular file", name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, st, nil
}

// Copy makes the file to of what the regular file from holds.
func Copy(to, from string) error {
	in, _, err := Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// ReadFile reads a whole file of at most most bytes; a larger one is an error. It may be a pipe.
func ReadFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, most)
}

// ReadRegular is ReadFile for a file that must be a regular one, and never waits: for what is found by its name, in folders
// that others may write to, and not named by the user.
func ReadRegular(name string, most int64) ([]byte, error) {
	f, _, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, most)
}

// Read reads the rest of an open file in the same way.
func Read(f *os.File, most int64) ([]byte, error) {
	var size int64
	if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
		size = min(st.Size(), most)
	}
	var b bytes.Buffer
	b.Grow(int(size) + bytes.MinRead) // so that it is read in one piece
	_, err := b.ReadFrom(io.LimitReader(f, most+1))
	if err == nil && int64(b.Len()) > most {
		return nil, fmt.Errorf("%s: larger than %d bytes", f.Name(), most)
	}
	return b.Bytes(), err
}
