package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/outfile"
	"uk.example/linker"
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

// SweepLinks removes what killed processes left beside the kernel in dir, and beside some of the others: there are
// hundreds, and to open each takes as long as to link one.
func SweepLinks(dir string) {
	outfile.Sweep(dir, linker.TempPrefix)
	kernels := filepath.Dir(dir)
	list, _ := os.ReadDir(kernels)
	step := max(1, len(list)/sweptAtOnce)
	for i := int(time.Now().Unix()) % step; i < len(list); i += step {
		outfile.Sweep(filepath.Join(kernels, list[i].Name()), linker.TempPrefix)
	}
}

// sweptAtOnce is beside about how many kernels SweepLinks looks.
const sweptAtOnce = 16
