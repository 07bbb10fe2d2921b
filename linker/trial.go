package linker

import (
	"context"
	"fmt"
	"slices"
)

// A Trial links a kernel again without one of its symbols, to see what that saves. Nothing is kept of it.
type Trial struct {
	kit   *Kit
	m     *Map
	whole Extents // of the kernel itself
}

// Extents are the sizes of a kernel, in bytes.
type Extents struct {
	File   int64 // of its file
	Memory int64 // of its sections in memory
}

// NewTrial is for the kernel that m is the link map of. That the kit still makes the same kernel of what the map
// says is tried first: it is an error if another kit or linker made it.
func NewTrial(ctx context.Context, kit *Kit, m *Map) (*Trial, error) {
	t := &Trial{kit: kit, m: m}
	if kit.Fingerprint != m.Fingerprint {
		return nil, fmt.Errorf("%s: is another kit than the kernel's: build the image again", kit.Dir)
	}
	whole, sum, err := t.link(ctx, "")
	if err != nil {
		return nil, err
	}
	if sum != m.KernelSHA256 {
		return nil, fmt.Errorf("%s: makes another kernel than this one: build the image again", kit.Dir)
	}
	t.whole = whole
	return t, nil
}

// Saves is what the kernel has less without an exported symbol.
func (t *Trial) Saves(ctx context.Context, symbol string) (Extents, error) {
	left, _, err := t.link(ctx, symbol)
	return Extents{t.whole.File - left.File, t.whole.Memory - left.Memory}, err
}

// link makes the kernel without the symbol, and returns its SHA-256 as well.
func (t *Trial) link(ctx context.Context, without string) (Extents, string, error) {
	fail := func(err error) (Extents, string, error) { return Extents{}, "", err }
	l := &link{opt: Options{Kit: t.kit}}
	l.res.Symbols = slices.DeleteFunc(slices.Clone(t.m.Symbols), func(s string) bool { return s == without })
	for _, r := range t.m.Roots {
		switch {
		case r.Kind == KeepEntry || r.Kind == KeepAlways || r.Kind == KeepSymbol && r.Name == without:
		case !validName(r.symbol(), symbolName):
			return fail(fmt.Errorf("the link map has %q for %s: build the image again", r.symbol(), r.Name))
		default:
			l.roots = append(l.roots, root{symbol: r.symbol(), kind: r.Kind, name: r.Name})
		}
	}
	if err := l.run(ctx); err != nil {
		return fail(err)
	}
	e := Extents{File: l.res.Size}
	for _, o := range l.image.Outputs {
		e.Memory += int64(o.Size)
	}
	return e, l.res.SHA256, nil
}
