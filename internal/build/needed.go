package build

import (
	"errors"
	"slices"
	"strings"

	"uk.example/internal/drivers"
	"uk.example/linker"
	"uk.example/symbols"
)

// needs are the drivers of Options.Need, then those of the manifest's mounts and of its programs, each with who asks
// for it.
func (p *Plan) needs() []need {
	var out []need
	for _, name := range p.opt.Need {
		out = append(out, need{driver: name, where: p.opt.optionName(drivers.OptionOf(name))})
	}
	if p.overlay() != "" && !slices.ContainsFunc(out, func(n need) bool { return n.driver == drivers.Overlay }) {
		out = append(out, need{driver: drivers.Overlay, where: p.Manifest.Where["kernel.overlay"].String()})
	}
	for _, m := range p.Manifest.App.Mounts {
		for _, name := range drivers.ForMount(m.Type) {
			if !slices.ContainsFunc(out, func(n need) bool { return n.driver == name }) {
				out = append(out, need{driver: name, where: p.Manifest.Where["app.mounts"].String()})
			}
		}
	}
	if file := p.asksForPTY(); file != "" {
		out = append(out, need{driver: drivers.PTY, where: file})
	}
	if file := p.makesSockets(symbols.FamilyInet, symbols.FamilyInet6, symbols.FamilyNetlink); file != "" {
		out = append(out, need{driver: drivers.HostNetwork, where: file, optional: true})
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

// need is a driver, and who asks for it: a flag, or a line of a manifest.
type need struct {
	driver, where string
	optional      bool // an image whose kernel cannot have it does without
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
		d, err := kit.Find(n.driver)
		if err != nil && n.optional {
			continue
		}
		if err != nil {
			return err
		}
		r, err := kit.Resolve(profile, p.drivers)
		if err != nil {
			return err
		}
		if r.Value(d.Config) != 'n' || slices.ContainsFunc(p.drivers, func(s linker.Setting) bool { return s.Config == d.Config }) {
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
