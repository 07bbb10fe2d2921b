package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/outfile"
	"uk.example/linker"
)

// Use is what the cache holds.
type Use struct {
	Folder     string `json:"folder"`
	Kernels    int    `json:"kernels"`      // that were linked
	KernelSize int64  `json:"kernels_size"` // bytes
	Runs       int    `json:"runs"`         // images of `uk run PROGRAM` that is under way
	Left       int    `json:"left"`         // of runs and builds that were killed
	LeftSize   int64  `json:"left_size"`    // bytes
	Facts      int    `json:"facts"`        // about large files
	FactsSize  int64  `json:"facts_size"`   // bytes
	Kits       int    `json:"kits"`         // that releases unpacked
	KitsSize   int64  `json:"kits_size"`    // bytes
}

// Cache says what is kept for later builds, and what runs left behind.
func Used() (Use, error) {
	var c Use
	kernels, err := Kept(Kernels)
	if err != nil {
		return c, err
	}
	runs, err := Kept(Runs)
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
	unfinished, _ := filepath.Glob(filepath.Join(kernels, "*", linker.TempPrefix+"*"))
	for _, dir := range unfinished {
		if outfile.IsLeft(dir) {
			c.Left, c.LeftSize = c.Left+1, c.LeftSize+sizeOf(dir)
			c.KernelSize -= sizeOf(dir)
		}
	}
	for _, e := range list {
		dir := filepath.Join(runs, e.Name())
		if outfile.IsLeft(dir) {
			c.Left, c.LeftSize = c.Left+1, c.LeftSize+sizeOf(dir)
		} else {
			c.Runs++
		}
	}
	c.Facts, c.FactsSize = keptIn(Facts)
	c.Kits, c.KitsSize = keptIn(Kits)
	return c, nil
}

// keptIn counts what a folder of the cache holds, if it is there.
func keptIn(name string) (n int, size int64) {
	dir, err := Kept(name)
	if err != nil {
		return 0, 0
	}
	list, _ := os.ReadDir(dir)
	return len(list), sizeOf(dir)
}

// kitInUse is how long a kit may be needed by a command that asked for it.
const kitInUse = time.Hour

// clearKits removes the kits of releases that no command asked for lately. They are unpacked again.
func clearKits() {
	kits, err := Kept(Kits)
	if err != nil {
		return
	}
	list, _ := os.ReadDir(kits)
	for _, e := range list {
		if fi, err := e.Info(); err == nil && time.Since(fi.ModTime()) > kitInUse {
			_ = os.RemoveAll(filepath.Join(kits, e.Name()))
		}
	}
}

// Clear removes the kernels that are kept, what was found in files, kits of releases that no command asked for in
// the last hour, and what runs left behind. Builds that are under way link again.
func Clear() error {
	kernels, err := Kept(Kernels)
	if err != nil {
		return err
	}
	if runs, err := Kept(Runs); err == nil {
		removeLeft(runs)
	}
	if facts, err := Kept(Facts); err == nil {
		_ = os.RemoveAll(facts) // what was found is found again
	}
	clearKits()
	defer aloneInCache(kernels)()
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

// clearPatience is how long Clear waits for builds: one may be stopped.
const clearPatience = 5 * time.Second

// aloneInCache waits until nobody links or copies a kernel.
func aloneInCache(kernels string) (release func()) {
	locked := make(chan *os.File, 1)
	go func() {
		f, _ := lockCache(kernels, unix.LOCK_EX)
		locked <- f
	}()
	select {
	case f := <-locked:
		return func() { f.Close() }
	case <-time.After(clearPatience):
		return func() {}
	}
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

// TempDir makes a folder for an image, which a build may replace, that lives as long as one run.
// What runs left that were killed goes, too.
func TempDir() (image string, remove func(), err error) {
	parent, err := Dir(Runs)
	if err != nil {
		return "", nil, err
	}
	dir, err := outfile.MakeDir(parent, runPrefix, 0o700)
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(dir.Name, "image"), func() { _ = dir.Remove() }, nil
}

// runPrefix begins the names of folders in the folder of runs.
const runPrefix = "image-"

// removeLeft removes the folders of TempDir in parent whose process is gone.
func removeLeft(parent string) {
	list, _ := os.ReadDir(parent)
	for _, e := range list {
		if dir := filepath.Join(parent, e.Name()); outfile.IsLeft(dir) {
			_ = os.RemoveAll(dir)
		}
	}
}
