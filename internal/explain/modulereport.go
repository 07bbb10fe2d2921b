package explain

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"uk.example/internal/build"
	"uk.example/internal/image"
	"uk.example/linker"
)

// ModuleCost says what it is worth that a part of the kernel is a module.
type ModuleCost struct {
	Name string `json:"name"`
	// Kernel is how many bytes fewer the image's kernel file has than one with this
	// module, and With, what it needs, built in; the other modules are as they are.
	Kernel int64    `json:"kernel"`
	With   []string `json:"with"`
	// Symbols are functions and variables that the kernel does not hold.
	Symbols []string `json:"symbols"`
	// Libraries are the parts of the kit's libraries that the kernel no longer needs,
	// as "libkernel.a(drivers-virtio_rng.o)", sorted.
	Libraries []string `json:"libraries"`
	// Stays is what the kernel holds only because the module asks for it.
	Stays  int64    `json:"stays"`
	File   int64    `json:"file"`       // bytes in the root file system
	Memory int64    `json:"memory"`     // bytes that it takes in the guest when it is loaded, without Needs
	Needs  []string `json:"needs"`      // modules that are loaded with it
	Loaded []string `json:"loaded_for"` // what loads it
}

// ModuleReport tells what the modules of an image are worth: kernels are linked in
// which each is built in, and in which it is left out.
type ModuleReport struct {
	Path    string       `json:"path"`
	Kernel  int64        `json:"kernel"` // bytes of the kernel file
	Modules []ModuleCost `json:"modules"`
	// Loader is what the loader takes in memory once a module is needed: bytes of its
	// pages, with its tables. First is what it takes until then.
	Loader int64 `json:"loader"`
	First  int64 `json:"loader_first"`
}

// ReportModules makes the report. It needs the kit that the image was built with.
func ReportModules(ctx context.Context, name, kit string) (*ModuleReport, error) {
	im, err := image.Open(name)
	if err != nil {
		return nil, err
	}
	c, err := OpenConfig(ConfigOptions{Kit: kit})
	if err != nil {
		return nil, err
	}
	out := &ModuleReport{Path: name, Kernel: im.KernelSize, Modules: []ModuleCost{}}
	files, err := im.ModuleList()
	if err != nil || len(files) == 0 {
		return out, err
	}
	ref, err := build.ImageReference(c.Kit, name)
	if err != nil {
		return nil, err
	}
	if out.Loader, err = im.LoaderMemory(); err != nil {
		return nil, err
	}
	out.First = linker.LoaderFirst
	now, err := c.withModules(ctx, ref, im, "", 0)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f.Path), ".so")
		m := ModuleCost{Name: name, With: []string{}, Symbols: []string{}, Libraries: []string{}, File: f.Size, Memory: f.Memory, Needs: f.Needs, Loaded: f.Aliases}
		out.Modules = append(out.Modules, m)
		if _, err := c.Kit.Find(name); err != nil {
			continue // not of the kit: it cannot be built in
		}
		one := &out.Modules[len(out.Modules)-1]
		in, err := c.withModules(ctx, ref, im, name, 'y')
		if err != nil {
			return nil, err
		}
		one.Kernel = in.Size - now.Size
		for _, d := range in.Drivers {
			if d != name && slices.Contains(im.Modules, d) {
				one.With = append(one.With, d)
			}
		}
		for s, n := range in.symbols {
			if n > now.symbols[s] {
				one.Symbols = append(one.Symbols, s)
			}
		}
		slices.Sort(one.Symbols)
		one.Libraries = append(one.Libraries, in.membersNotIn(now)...)
		without, err := c.withModules(ctx, ref, im, name, 'n')
		if err != nil {
			return nil, err
		}
		one.Stays = now.Size - without.Size
	}
	return out, nil
}

// membersNotIn are the members of libraries that the kernel has and other has not.
func (k *ConfigKernel) membersNotIn(other *ConfigKernel) []string {
	has := map[string]bool{}
	for _, c := range other.chunks {
		has[c.File] = true
	}
	var out []string
	for _, c := range k.chunks {
		if !has[c.File] && strings.HasSuffix(c.File, ")") && !strings.HasPrefix(c.File, "(") {
			has[c.File] = true
			out = append(out, c.File)
		}
	}
	slices.Sort(out)
	return out
}

// withModules links the image's kernel again, the module called name as value; 0:
// as it is. What it needs is built in with it, what needs it left out with it.
func (c *Config) withModules(ctx context.Context, ref *build.Reference, im *image.Bundle, name string, value byte) (*ConfigKernel, error) {
	set := map[string]byte{}
	for _, d := range im.Drivers {
		set[d] = 'y'
	}
	for _, d := range im.Modules {
		set[d] = 'm'
	}
	if value != 0 {
		set[name] = value
	}
	switch value {
	case 'y':
		r, err := c.Kit.Resolve(&linker.Profile{Name: linker.ProfileNone, NoDefaults: true}, build.SettingsOf(set, 'y'))
		if err != nil {
			return nil, err
		}
		for _, s := range r.Selected {
			set[s.Name] = 'y'
		}
	case 'n':
		c.leaveOut(set)
	}
	settings := build.SettingsOf(set, 0)
	return linkFor(ctx, ref, linker.ProfileNone, slices.DeleteFunc(settings, func(s linker.Setting) bool {
		_, err := c.Kit.Find(s.Config) // a module that is not the kit's
		return err != nil
	}))
}

// leaveOut sets to n what cannot be without what is n.
func (c *Config) leaveOut(set map[string]byte) {
	out := func(config string) bool {
		v, ok := set[strings.ToLower(config)]
		return !ok || v == 'n'
	}
	for again := true; again; {
		again = false
		for i := range c.Kit.Drivers {
			d := &c.Kit.Drivers[i]
			lacks := slices.ContainsFunc(d.Selects, out) || slices.ContainsFunc(d.Depends, func(term string) bool {
				return !slices.ContainsFunc(strings.Split(term, "||"), func(c string) bool { return !out(strings.TrimSpace(c)) })
			})
			if v, ok := set[d.Name]; ok && v != 'n' && lacks {
				set[d.Name], again = 'n', true
			}
		}
	}
}

// Text prints the report as a table.
func (r *ModuleReport) Text(w io.Writer, all bool) error {
	if len(r.Modules) == 0 {
		_, err := fmt.Fprintf(w, "%s has no modules: `uk build --drivers NAME=m` makes one of a driver\n", r.Path)
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: kernel of %d bytes; the loader of modules takes %d bytes of the guest's memory, and %d once it loads one\n\n", r.Path, r.Kernel, r.First, r.Loader)
	fmt.Fprintf(&b, "  not in the kernel           in the kernel   in the image   in memory\n")
	fmt.Fprintf(&b, "               parts of\n")
	fmt.Fprintf(&b, "  bytes  symbols  libraries     for it         as a file   when loaded   module\n")
	for _, m := range r.Modules {
		fmt.Fprintf(&b, "%7d %8d %10d %10d %17d %13d   %s\n", m.Kernel, len(m.Symbols), len(m.Libraries), m.Stays, m.File, m.Memory, m.Name)
		if len(m.With) > 0 {
			fmt.Fprintf(&b, "%73s%s\n", "", "built in together with "+strings.Join(m.With, ", "))
		}
		if all {
			fmt.Fprintf(&b, "%73s%s\n", "", "loaded for "+strings.Join(m.Loaded, ", "))
			for _, s := range m.Libraries {
				fmt.Fprintf(&b, "%73s%s\n", "", s)
			}
			for _, s := range m.Symbols {
				fmt.Fprintf(&b, "%73s%s\n", "", s)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
