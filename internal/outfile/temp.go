package outfile

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Create makes a new file in the folder dir, whose name is prefix and some letters. Unlike one of
// os.CreateTemp it has the rights that any new file gets: the umask alone takes some away.
func Create(dir, prefix string) (f *os.File, err error) {
	_, err = unused(dir, prefix, func(name string) error {
		f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		return err
	})
	return f, err
}

// MakeDir makes a new folder, as Create makes a file, and returns its name.
func MakeDir(dir, prefix string) (string, error) {
	return unused(dir, prefix, func(name string) error { return os.Mkdir(name, 0o777) })
}

// unused returns the name that try made, which fails for one that is there.
func unused(dir, prefix string, try func(name string) error) (string, error) {
	for {
		name := filepath.Join(dir, prefix+rand.Text()[:10])
		if err := try(name); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}
