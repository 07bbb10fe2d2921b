package ownfolder

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Trim removes what is in dir and was not used for longest, by its time, so that n files or folders stay. What it cannot
// remove stays.
func Trim(dir string, n int) {
	list, err := os.ReadDir(dir)
	if err != nil || len(list) <= n {
		return
	}
	type old struct {
		path string
		used time.Time
	}
	var all []old
	for _, e := range list {
		if fi, err := e.Info(); err == nil {
			all = append(all, old{filepath.Join(dir, e.Name()), fi.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b old) int { return a.used.Compare(b.used) })
	for _, o := range all[:max(0, len(all)-n)] {
		_ = os.RemoveAll(o.path)
	}
}
