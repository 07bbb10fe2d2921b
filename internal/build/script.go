package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/outfile"
	"uk.example/linker"
	"uk.example/symbols"
)

// script is the plan's version script, with all else that decides the kernel as comments behind it
// ([linker.Needs]), so that [Link] makes the same kernel of it.
func (p *Plan) script() string {
	all := p.Symbols.Script()
	dynamic := all.Globals()
	modules := &symbols.Script{Blocks: p.moduleBlocks()}
	all.Blocks = append(all.Blocks, modules.Blocks...)
	_, guessed := p.Symbols.Certain()
	n := &linker.Needs{
		Profile: p.Manifest.Kernel.Profile, Settings: p.drivers,
		Roots: p.roots(), Syscalls: p.Syscalls.Names, Optional: guessed,
		Local: slices.DeleteFunc(modules.Globals(), func(s string) bool { return slices.Contains(dynamic, s) }),
	}
	if linker.IsProfileFile(n.Profile) {
		n.Profile, _ = filepath.Abs(n.Profile)
	}
	if p.Syscalls.All {
		n.Syscalls = []string{"all"}
	}
	for _, m := range p.otherModules {
		file, _ := filepath.Abs(m.File)
		n.Modules = append(n.Modules, file)
	}
	return all.String() + n.Comments()
}

// Link makes a kernel at o.Output from the version script o.VersionScriptFile, which may also say, as those
// of `uk symbols` do, which profile, parts and system calls go with it. What o says of a profile
// or of system calls goes before that, and so does format, that of the root file system ("": as the script says,
// or the default).
func Link(ctx context.Context, o linker.Options, format string) (*linker.Result, error) {
	base := strings.TrimSuffix(o.Output, ".elf")
	for _, output := range []string{o.Output, base + ".sym", base + ".map.json"} {
		if err := outfile.Apart(output, o.VersionScriptFile, o.Profile); err != nil {
			return nil, err
		}
	}
	asked := o.Syscalls
	if o.VersionScriptFile != "" {
		text, err := bounded.ReadFile(o.VersionScriptFile, linker.MaxVersionScript)
		if err == nil {
			o.VersionScript = text
			err = addNeeds(&o, text)
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil // the linker says what is wrong
		}
		if err != nil {
			return nil, err
		}
	}
	o.Profile = cmp.Or(o.Profile, DefaultProfile)
	for _, c := range callParts { // whoever names a call gets all of it
		if (slices.Contains(asked, c.call) || slices.Contains(asked, "all")) && (c.driver == "" || builtIn(&o, c.driver)) &&
			!slices.Contains(o.Roots, c.part) {
			o.Roots = append(o.Roots, c.part)
		}
	}
	if said, err := linker.ParseDrivers(strings.Join(o.Drivers, " "), ""); err == nil { // else the linker says what is wrong
		o.Roots = append(o.Roots, procParts(said)...)
	}
	o.Roots = withReader(o.Roots, format)
	return linker.Link(ctx, o)
}

// builtIn reports whether the kernel has a driver built in. What is wrong with the options the linker says.
func builtIn(o *linker.Options, config string) bool {
	profile, err := o.Kit.Profile(o.Profile)
	if err != nil {
		return false
	}
	settings := slices.Clone(o.Settings)
	for _, d := range o.Drivers {
		more, _ := linker.ParseDrivers(d, "")
		settings = append(settings, more...)
	}
	r, err := o.Kit.Resolve(profile, settings)
	return err == nil && r.Value(config) == 'y'
}

func addNeeds(o *linker.Options, script []byte) error {
	n, err := linker.ParseNeeds(o.VersionScriptFile, script)
	if err != nil {
		return err
	}
	o.Profile = cmp.Or(o.Profile, n.Profile)
	o.Settings, o.Roots, o.Optional, o.Local = n.Settings, n.Roots, n.Optional, n.Local
	if o.Syscalls == nil {
		for _, s := range n.Syscalls {
			// As in a build: programs have ways around calls that are in their code and in no kernel.
			if _, known := o.Kit.Syscalls[s]; known || s == "all" {
				o.Syscalls = append(o.Syscalls, s)
			}
		}
	}
	for _, file := range n.Modules {
		m, err := linker.ReadModule(file)
		if err != nil {
			return fmt.Errorf("%s: modules: %w", o.VersionScriptFile, err)
		}
		o.Modules = append(o.Modules, m)
	}
	return nil
}
