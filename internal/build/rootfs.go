package build

import (
	"path"
	"slices"

	"uk.example/internal/attributes"
	"uk.example/rofs"
)

// Parts of the kernel that read the root file system.
const (
	rofs1Reader = "rofs1_reader"
	rofs2Reader = "rofs2_reader"
	holesReader = "rofs2_holes_reader" // files with holes
)

// rootReaders are the parts of the kernel that read the image's root file system.
func (p *Plan) rootReaders() []string {
	switch {
	case p.opt.Format == FormatRofs1:
		return []string{rofs1Reader}
	case p.holes():
		return []string{rofs2Reader, holesReader}
	}
	return []string{rofs2Reader}
}

// withReader is roots with the reader of a format, or, if it is "", with some reader.
func withReader(roots []string, format string) []string {
	if format == "" && (slices.Contains(roots, rofs1Reader) || slices.Contains(roots, rofs2Reader)) {
		return roots
	}
	roots = slices.DeleteFunc(slices.Clone(roots), func(r string) bool {
		return r == rofs1Reader || r == rofs2Reader || r == holesReader
	})
	if format == FormatRofs1 {
		return append(roots, rofs1Reader)
	}
	return append(roots, rofs2Reader)
}

// holes tells whether a file of the image has holes on the host.
func (p *Plan) holes() bool {
	for i := range p.Manifest.Entries {
		if e := &p.Manifest.Entries[i]; e.Sparse && rofs.HasHoles(e.Host) {
			return true
		}
	}
	return false
}

// packing are the options for packing the image's root file system.
func (p *Plan) packing() (rofs.Options, error) {
	o := rofs.Options{Version: rofs.Version2, Digest: true, Progress: p.opt.Bytes}
	if p.opt.Format == FormatRofs1 {
		o.Version = rofs.Version
		return o, nil
	}
	policy, err := p.policy()
	if err != nil {
		return o, err
	}
	o.Adjust, o.UserXattrs = p.adjust(policy), policy.KeepXattrs
	o.Holes = p.holes()
	return o, nil
}

// policy decides which owners, modes and times the image's files get. An archive says whose its files are.
func (p *Plan) policy() (*attributes.Policy, error) {
	owner := p.opt.Owner
	if p.opt.archive != nil && (owner == "" || owner == "auto") {
		owner = "keep"
	}
	return attributes.New(owner, p.Manifest.Files)
}

// startsAsOther tells whether the program begins as another user or group than root: the one that was asked for, or the
// one that its file gives.
func (p *Plan) startsAsOther() bool {
	if p.Manifest.App.User != "" {
		return true
	}
	if p.opt.Format == FormatRofs1 || len(p.Manifest.App.Command) == 0 {
		return false
	}
	end, _ := p.Manifest.Find(p.Manifest.App.Command[0])
	e := p.Manifest.Lookup(end)
	policy, err := p.policy()
	if e == nil || err != nil { // packing says what is wrong
		return false
	}
	a := rofs.Attr{Mode: 0o644}
	if p.opt.archive != nil {
		if from := p.opt.archive.attrs[end]; from != nil {
			a = *from
		}
	} else if e.Host != "" {
		a, _ = rofs.HostAttr(e.Host) // likewise
	}
	policy.Adjust(end, &a)
	return attributes.NeedsIdentity(&a)
}

// entries makes the packer's list of the manifest's. Before an entry come the
// directories on its way whose attributes the host has: they would be made for it
// anyway, so that the list makes the same image of version 1.
func (p *Plan) entries() []rofs.Entry {
	out := make([]rofs.Entry, 0, len(p.Manifest.Entries)+1)
	if p.starter != nil {
		out = append(out, *p.starter)
	}
	told := make(map[string]bool)
	var tell func(dir string)
	tell = func(dir string) {
		if told[dir] {
			return
		}
		told[dir] = true
		if dir != "/" {
			tell(path.Dir(dir))
		}
		if host := p.Manifest.Folders[dir]; host != "" {
			out = append(out, rofs.Entry{Path: dir, Dir: true, Like: host})
		}
	}
	var policy *attributes.Policy
	if p.opt.archive != nil {
		policy, _ = p.policy() // packing has said what is wrong
	}
	for i := range p.Manifest.Entries {
		e := &p.Manifest.Entries[i]
		if len(p.Manifest.Folders) > 0 {
			tell(path.Dir(e.Guest))
		}
		r := rofs.Entry{Path: e.Guest, Like: e.Like}
		switch {
		case e.Dir:
			r.Dir = true
		case e.Link != "":
			r.Link = e.Link
		case e.Data != nil:
			r.Data = e.Data
		default:
			r.Host = e.Host
		}
		if policy != nil {
			r.Attr = p.opt.archive.attr(e.Guest, policy)
		}
		out = append(out, r)
	}
	return slices.Clip(out)
}
