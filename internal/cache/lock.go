package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"uk/internal/outfile"
	"uk/linker"
)

// Folders of the cache.
const (
	Kernels = "kernels"
	Runs    = "run"   // images of `uk run PROGRAM`
	Facts   = "facts" // what was found in large files
	Kits    = "kits"  // kits that releases carry, unpacked
)

// Full tells that the place of what uk keeps or makes for a while can be chosen.
func Full(err error) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return fmt.Errorf("%w, or name another folder with $XDG_CACHE_HOME", err)
	}
	return err
}

// Hold keeps Clear from removing kernels until release is called: of who links one, or is about
// to copy it.
func Hold(kernels string) (release func()) {
	f, err := lockCache(kernels, unix.LOCK_SH)
	if err != nil {
		return func() {}
	}
	return func() { f.Close() }
}

// lockCache waits for a lock of the cache, which lasts until the file is closed.
func lockCache(kernels string, how int) (*os.File, error) {
	f, err := os.Open(kernels)
	if err != nil {
		return nil, err
	}
	for {
		switch err := unix.Flock(int(f.Fd()), how); err {
		case nil:
			return f, nil
		case unix.EINTR:
		default:
			f.Close()
			return nil, err
		}
	}
}

// SweepLinks removes what killed processes left beside kernels.
func SweepLinks(kernels string) {
	list, _ := os.ReadDir(kernels)
	for _, e := range list {
		outfile.Sweep(filepath.Join(kernels, e.Name()), linker.TempPrefix)
	}
}
