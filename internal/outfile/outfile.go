// Package outfile writes files that appear whole or not at all: under a temporary name beside their
// place, then renamed. A rename takes the place of whatever is there, so that it must be asked first
// what that is.
package outfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Check returns an error if a file must not take the place of name: of a device or a pipe, which
// would be gone, or of a folder.
func Check(name string) error {
	st, err := os.Stat(name)
	switch {
	case err != nil || st.Mode().IsRegular():
		return nil
	case st.IsDir():
		return fmt.Errorf("%s: is a folder: name a file", name)
	}
	return fmt.Errorf("%s: is no regular file: name a new file and copy it", name)
}

// Write writes the file called name.
func Write(name string, data []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	f, err := Create(filepath.Dir(name), ".uk-")
	if err != nil {
		return Named(err, name)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return Named(err, name)
}
