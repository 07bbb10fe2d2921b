package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"uk.example/internal/badoption"
	"uk.example/internal/outfile"
	"uk.example/internal/target"
	"uk.example/manifest"
	"uk.example/rofs"
)

// Pack writes the root file system of opt to the file output. A folder named
// as manifest that has no usr.manifest is packed as it is, and so is an archive.
func Pack(ctx context.Context, opt Options, output string) (_ rofs.Stats, err error) {
	defer func() { err = opt.archiveError(err) }()
	if err := errors.Join(checkFormat(opt.Format), checkOwner(opt.Owner)); err != nil {
		return rofs.Stats{}, err
	}
	remove, err := opt.unpack(ctx, false)
	if err != nil {
		return rofs.Stats{}, err
	}
	defer remove()
	p := &Plan{opt: opt}
	switch {
	case opt.archive != nil && len(opt.Args) == 0:
		p.Manifest = opt.archive.manifest()
	case opt.Manifest != "" && isFolder(opt.Manifest) && !target.IsFile(filepath.Join(opt.Manifest, "usr.manifest")):
		if p.Manifest, err = manifest.Parse(opt.Manifest, []byte("/**: !./**\n"), manifest.Options{Dir: opt.Manifest}); err == nil {
			err = p.Manifest.Expand()
		}
		if err == nil {
			p.warnings()
		}
	case opt.Exact && opt.Manifest == "":
		err = badoption.Errorf("Exact", "it is for manifests: a program lists no files")
	case opt.Exact:
		if p.Manifest, err = p.loadManifest(); err == nil {
			p.warnings()
		}
	default:
		p, err = Resolve(ctx, opt)
	}
	if err != nil {
		return rofs.Stats{}, err
	}
	if err := opt.step(ctx, "packing files"); err != nil {
		return rofs.Stats{}, err
	}
	if err := outfile.Apart(output, p.Reads()...); err != nil {
		return rofs.Stats{}, err
	}
	packing, err := p.packing()
	if err != nil {
		return rofs.Stats{}, err
	}
	packing.Holes = false // nobody knows which kernel will read it
	return rofs.WriteFile(ctx, output, p.entries(), packing)
}

func (p *Plan) warnings() {
	for _, w := range p.Manifest.Warnings {
		if w.Lost {
			p.opt.notice(w.String())
		} else {
			p.opt.warn(w.String())
		}
	}
}

func isFolder(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}
