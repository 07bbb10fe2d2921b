package uk

import (
	"context"
	"os"
	"path/filepath"

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
	return rofs.WriteFile(ctx, output, p.entries(), rofs.Options{Digest: true, Progress: opt.Bytes})
}
