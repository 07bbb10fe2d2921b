package build

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/drivers"
	"uk.example/linker"
	"uk.example/symbols"
)

// needs are the services of Options.Need, then those for the manifest's mounts and for its programs, each with who asks
// for it.
func (p *Plan) needs() []need {
	var out []need
	add := func(n need) {
		if !slices.ContainsFunc(out, func(has need) bool { return has.Service == n.Service }) {
			out = append(out, n)
		}
	}
	for _, s := range p.opt.Need {
		add(need{Service: s, where: p.opt.optionName(drivers.OptionOf(s.Kind))})
	}
	if p.overlay() != "" {
		add(need{Service: linker.Service{Kind: drivers.Overlay}, where: p.Manifest.Where["kernel.overlay"].String()})
	}
	for _, m := range p.Manifest.App.Mounts {
		where := p.Manifest.Where["app.mounts"].String()
		add(need{Service: linker.Service{Kind: drivers.Mount, Name: m.Type}, where: where})
		add(need{Service: linker.Service{Kind: drivers.Mounting}, where: where})
	}
	if file := p.asksForPTY(); file != "" {
		add(need{Service: linker.Service{Kind: drivers.PTY}, where: file})
	}
	if file := p.makesSockets(symbols.FamilyInet, symbols.FamilyInet6, symbols.FamilyNetlink); file != "" {
		add(need{Service: linker.Service{Kind: drivers.Network}, where: file, optional: true})
	}
	return out
}

// asksForPTY returns what in the image may open a pseudoterminal, or "".
func (p *Plan) asksForPTY() string {
	for i := range p.Symbols.Files {
		if f := &p.Symbols.Files[i]; f.PTY {
			return f.Guest
		}
	}
	for _, arg := range p.Manifest.App.Command {
		if strings.Contains(arg, "/dev/ptmx") || strings.Contains(arg, "/dev/pts") {
			return arg
		}
	}
	return ""
}

// need is what a driver is to serve, and who asks for it: a flag, or a line of a manifest.
type need struct {
	linker.Service
	where    string
	optional bool // an image whose kernel cannot have it does without
}

// addNeeded adds the drivers of [Plan.needs] that neither the profile nor a line
// has: built in, or modules where what they depend on is one.
func (p *Plan) addNeeded() error {
	needs := p.needs()
	if len(needs) == 0 {
		return nil
	}
	kit, profile, err := p.kitProfile()
	if err != nil {
		return err
	}
	for _, n := range needs {
		serving := kit.Serving(n.Service)
		if len(serving) == 0 && (n.optional || n.Kind == drivers.Mount) { // of mounts, the kernel tells
			continue
		}
		if len(serving) == 0 {
			return fmt.Errorf("%s: no driver of the kit in %s serves %s", n.where, kit.Dir, n.Kind)
		}
		d := serving[0]
		r, err := kit.Resolve(profile, p.drivers)
		if err != nil {
			return err
		}
		settled := func(d *linker.Driver) bool {
			return r.Value(d.Config) != 'n' || slices.ContainsFunc(p.drivers, func(s linker.Setting) bool { return s.Config == d.Config })
		}
		if slices.ContainsFunc(serving, settled) {
			continue
		}
		as := func(v byte) []linker.Setting {
			return append([]linker.Setting{{Config: d.Config, Value: v, Where: n.where}}, p.drivers...)
		}
		with := as('y')
		var no *linker.Contradiction
		if _, err := kit.Resolve(profile, with); errors.As(err, &no) && d.Type != linker.TypeBool {
			with = as('m')
		}
		if _, err := kit.Resolve(profile, with); err != nil && n.optional {
			continue
		}
		p.drivers = with
	}
	return nil
}
