package uk

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"uk/manifest"
	"uk/rofs"
)

// Pack writes the root file system of opt to the file output. A folder named
// as manifest that has no usr.manifest is packed as it is.
func Pack(ctx context.Context, opt Options, output string) (rofs.Stats, error) {
	var p *Plan
	if st, err := os.Stat(opt.Manifest); err == nil && st.IsDir() && !isFile(filepath.Join(opt.Manifest, "usr.manifest")) {
		m, err := manifest.Parse(opt.Manifest, []byte("/**: !./**\n"), manifest.Options{Dir: opt.Manifest})
		if err != nil {
			return rofs.Stats{}, err
		}
		if err := m.Expand(); err != nil {
			return rofs.Stats{}, err
		}
		p = &Plan{Manifest: m, opt: opt}
	} else if p, err = Resolve(ctx, opt); err != nil {
		return rofs.Stats{}, err
	}
	if err := opt.step(ctx, "packing files"); err != nil {
		return rofs.Stats{}, err
	}
	return rofs.WriteFile(ctx, output, p.entries(), rofs.Options{Digest: true})
}

// maxTempAge is how long a folder of TempDir may be left by a run that was
// killed.
const maxTempAge = 24 * time.Hour

// TempDir makes an empty folder for an image that lives as long as one run,
// and removes those of runs that were killed long ago.
func TempDir() (string, error) {
	parent, err := cacheDir(runDir)
	if err != nil {
		return "", err
	}
	if list, err := os.ReadDir(parent); err == nil {
		for _, e := range list {
			if fi, err := e.Info(); err == nil && time.Since(fi.ModTime()) > maxTempAge {
				_ = os.RemoveAll(filepath.Join(parent, e.Name()))
			}
		}
	}
	return os.MkdirTemp(parent, "image-*")
}
