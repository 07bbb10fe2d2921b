package build

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/image"
	"uk.example/linker"
)

// Reference is what a kernel is linked for when drivers are compared, or modules change.
type Reference struct {
	Name  string
	Opt   linker.Options
	Names []string // of the version script
}

// ReferenceName stands for the program that costs are told for if no other is
// named.
const ReferenceName = "a C program that prints a line"

// What such a program asks a kernel for.
var referenceSymbols = []string{"__libc_start_main", "printf", "puts"}

// SettingsOf makes settings of a map of drivers, sorted; only those with value
// unless that is 0.
func SettingsOf(set map[string]byte, value byte) []linker.Setting {
	var out []linker.Setting
	for name, v := range set {
		if value == 0 || v == value {
			out = append(out, linker.Setting{Config: strings.ToUpper(name), Value: v, Where: "the image"})
		}
	}
	slices.SortFunc(out, func(a, b linker.Setting) int { return cmp.Compare(a.Config, b.Config) })
	return out
}

// HelloReference is that of a C program that prints a line.
func HelloReference(kit *linker.Kit) *Reference {
	return &Reference{ReferenceName, linker.Options{
		Kit: kit, Symbols: referenceSymbols, Roots: []string{"exec_dynamic", rofs2Reader},
	}, referenceSymbols}
}

// Reference is that of the plan's kernel.
func (p *Plan) Reference(kit *linker.Kit, name string) *Reference {
	r := &Reference{Name: name}
	r.Opt, r.Names = p.linkOptions(kit)
	return r
}

// ImageReference asks for what an image's kernel was linked with.
func ImageReference(kit *linker.Kit, dir string) (*Reference, error) {
	im, err := image.Open(dir)
	if err != nil {
		return nil, err
	}
	if im.Fingerprint != kit.Fingerprint {
		return nil, fmt.Errorf("%s: was built with another kit (%s) than %s (%s): build the image again", dir, im.Fingerprint[:min(12, len(im.Fingerprint))], kit.Dir, kit.Fingerprint[:12])
	}
	m, err := linker.ReadMapOf(im.LinkMap(), im.KernelSHA256)
	if err != nil {
		return nil, err
	}
	r := &Reference{dir, linker.Options{Kit: kit, Symbols: m.Symbols, Syscalls: m.Syscalls}, m.Symbols}
	for _, s := range m.Subsystems {
		for _, mem := range s.Members {
			for _, sec := range mem.Sections {
				if name, ok := strings.CutPrefix(sec.Why, "part "); ok {
					r.Opt.Roots = append(r.Opt.Roots, name)
				}
			}
		}
	}
	slices.Sort(r.Opt.Roots)
	r.Opt.Roots = slices.Compact(r.Opt.Roots)
	return r, nil
}

// Link links a kernel with other drivers, or finds it in the cache.
func (r *Reference) Link(ctx context.Context, profile string, settings []linker.Setting) (*linker.Result, error) {
	opt := r.Opt
	opt.Profile, opt.Settings, opt.Drivers = profile, settings, nil
	return LinkCached(ctx, opt, r.Names)
}
