package uk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// CacheUse is what the cache holds.
type CacheUse struct {
	Folder     string `json:"folder"`
	Kernels    int    `json:"kernels"`      // that were linked
	KernelSize int64  `json:"kernels_size"` // bytes
	Runs       int    `json:"runs"`         // images of `uk run PROGRAM` that is under way
	Left       int    `json:"left"`         // of runs that were killed
	LeftSize   int64  `json:"left_size"`    // bytes
}

// Cache says what is kept for later builds, and what runs left behind.
func Cache() (CacheUse, error) {
	var c CacheUse
	kernels, err := cacheDir(kernelsDir)
	if err != nil {
		return c, err
	}
	runs, err := cacheDir(runDir)
	if err != nil {
		return c, err
	}
	c.Folder = filepath.Dir(kernels)
	list, err := os.ReadDir(kernels)
	if err != nil {
		return c, err
	}
	c.Kernels, c.KernelSize = len(list), sizeOf(kernels)
	if list, err = os.ReadDir(runs); err != nil {
		return c, err
	}
	for _, e := range list {
		dir := filepath.Join(runs, e.Name())
		if lock, err := lockFolder(dir); err == nil {
			lock.Close()
			c.Left, c.LeftSize = c.Left+1, c.LeftSize+sizeOf(dir)
		} else {
			c.Runs++
		}
	}
	return c, nil
}

// ClearCache removes the kernels that are kept and what runs left behind. Builds that are under
// way link again.
func ClearCache() error {
	kernels, err := cacheDir(kernelsDir)
	if err != nil {
		return err
	}
	if runs, err := cacheDir(runDir); err == nil {
		removeLeft(runs)
	}
	list, err := os.ReadDir(kernels)
	if err != nil {
		return err
	}
	var all []error
	for _, e := range list {
		all = append(all, os.RemoveAll(filepath.Join(kernels, e.Name())))
	}
	return errors.Join(all...)
}

// sizeOf adds up the files below dir, as far as they can be read.
func sizeOf(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if fi, err := d.Info(); err == nil && fi.Mode().IsRegular() {
			size += fi.Size()
		}
		return nil
	})
	return size
}

// lockFolder takes the lock that the process holds whose folder of TempDir it is, flock(2).
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// TempDir makes a folder for an image, which a build may replace, that lives as long as one run.
// What runs left that were killed goes, too.
func TempDir() (image string, remove func(), err error) {
	parent, err := cacheDir(runDir)
	if err != nil {
		return "", nil, err
	}
	removeLeft(parent)
	dir, err := os.MkdirTemp(parent, "image-*")
	if err != nil {
		return "", nil, err
	}
	lock, lockErr := lockFolder(dir) // none on a file system without locks: then it is the user's to clear
	return filepath.Join(dir, "image"), func() {
		os.RemoveAll(dir)
		if lockErr == nil {
			lock.Close()
		}
	}, nil
}

// minTempAge is how old a folder must be to count as left.
const minTempAge = 10 * time.Second

// removeLeft removes the folders of TempDir in parent whose process is gone. One that was just
// made may not be locked yet.
func removeLeft(parent string) {
	list, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range list {
		dir := filepath.Join(parent, e.Name())
		if fi, err := e.Info(); err != nil || time.Since(fi.ModTime()) < minTempAge {
			continue
		}
		if lock, err := lockFolder(dir); err == nil {
			os.RemoveAll(dir)
			lock.Close()
		}
	}
}
