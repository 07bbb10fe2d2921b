// Package bounded reads files that somebody else names: what is meant to be a small file may be one
// that never ends.
package bounded

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// ReadFile reads a whole file of at most most bytes; a larger one is an error. It may be a pipe.
func ReadFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
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
