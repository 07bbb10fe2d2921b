package virtio

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
)

// CheckEnd returns an error if the other end of the card's cable cannot be reached, for machines that do not open it
// themselves: QEMU makes a TAP interface that is not there if it may, and ends with a fault without the folder of a socket.
func (c *Card) CheckEnd() error {
	switch {
	case c.Tap != "":
		l, _, err := openTap(c.Tap, func(string) {})
		if err != nil {
			return err
		}
		l.close()
	case c.Socket != "":
		return checkSocketPlace(c.Socket)
	}
	return nil
}

// ofCard is the error that a card met at its other end.
func ofCard(err error) error { return &badoption.About{Option: "Card", Err: err} }

// checkSocketPlace tells whether a socket is or can be at path.
func checkSocketPlace(path string) error {
	fi, err := os.Lstat(path)
	switch {
	case err == nil && fi.Mode().Type() != fs.ModeSocket:
		return socketError(path, errNoSocket)
	case err == nil:
		return socketError(path, unix.Access(path, unix.W_OK))
	case !errors.Is(err, fs.ErrNotExist):
		return socketError(path, errors.Unwrap(err))
	}
	return socketError(path, unix.Access(filepath.Dir(path), unix.W_OK|unix.X_OK))
}

var errNoSocket = errors.New("there is something that is not a socket")

// socketError says what to do about an error of making or finding a socket at path; nil stays nil.
func socketError(path string, err error) error {
	fix := "name another path"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		err, fix = errors.New("no such folder"), "make "+filepath.Dir(path)+", or name another path"
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM), errors.Is(err, unix.EROFS):
		fix = "name a path in a folder that you may write in"
	}
	return ofCard(fmt.Errorf("socket %s: %w: %s", path, err, fix))
}
