package explain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/build"
	"uk.example/internal/kits"
	"uk.example/internal/target"
	"uk.example/linker"
)

// ConfigOptions say which drivers are looked at, and of what kernel costs are
// told.
type ConfigOptions struct {
	Kit string // folder of the kit; "": see [kits.Find]

	// As in Options.
	Profile          string
	Drivers          []string
	NoDefaultDevices bool

	// For is a program, a manifest or an image whose kernel is linked to see what
	// drivers cost; "": a C program that prints a line.
	For string
}

// Config is a kit's configuration.
type Config struct {
	Kit *linker.Kit
	opt ConfigOptions
}

// OpenConfig opens the kit.
func OpenConfig(opt ConfigOptions) (*Config, error) {
	kit, err := kits.Open(opt.Kit)
	if err != nil {
		return nil, err
	}
	switch {
	case opt.NoDefaultDevices && opt.Profile != "" && opt.Profile != linker.ProfileNone:
		return nil, badoption.Errorf("NoDefaultDevices", "both a profile and no default devices are asked for: choose one")
	case opt.NoDefaultDevices:
		opt.Profile = linker.ProfileNone
	}
	return &Config{kit, opt}, nil
}

// ConfigValue is what a driver is in one profile.
type ConfigValue struct {
	Value string `json:"value"` // y, m or n
	Why   string `json:"why,omitempty"`
}

// ConfigRow is a driver in every profile of the kit.
type ConfigRow struct {
	*linker.Driver
	Values map[string]ConfigValue `json:"values"` // by profile
}

// ConfigTable is what is on by default in each profile.
type ConfigTable struct {
	Profiles []string    `json:"profiles"`
	Drivers  []ConfigRow `json:"options"`
}

// List returns the drivers of the kit in each of its profiles.
func (c *Config) List() (*ConfigTable, error) {
	t := &ConfigTable{Profiles: c.Kit.Profiles()}
	for i := range c.Kit.Drivers {
		t.Drivers = append(t.Drivers, ConfigRow{&c.Kit.Drivers[i], map[string]ConfigValue{}})
	}
	for _, name := range t.Profiles {
		p, err := c.Kit.Profile(name)
		if err != nil {
			return nil, err
		}
		r, err := c.Kit.Resolve(p, nil)
		if err != nil {
			return nil, err
		}
		for _, row := range t.Drivers {
			row.Values[name] = ConfigValue{Value: "n"}
			if s := r.Find(row.Config); s != nil {
				row.Values[name] = ConfigValue{string(s.Value), s.Why}
			}
		}
	}
	return t, nil
}

// resolve works out a profile ("": the options' or the default) with the
// options' changes, and more.
func (c *Config) resolve(profile string, more ...linker.Setting) (*linker.Profile, *linker.Resolution, []linker.Setting, error) {
	p, err := c.Kit.Profile(c.profileName(profile))
	if err != nil {
		return nil, nil, nil, err
	}
	var settings []linker.Setting
	for _, o := range c.opt.Drivers {
		s, err := linker.ParseDrivers(o, "")
		if err != nil {
			return nil, nil, nil, err
		}
		settings = append(settings, s...)
	}
	settings = append(settings, more...)
	r, err := c.Kit.Resolve(p, settings)
	return p, r, settings, err
}

// ConfigProfile is a profile worked out.
type ConfigProfile struct {
	Profile  string        `json:"profile"`
	Options  []ConfigShown `json:"options"`
	Warnings []string      `json:"warnings,omitempty"`
	// Of a kernel with these drivers, see ConfigOptions.For.
	For     string `json:"for"`
	Size    int64  `json:"size"`   // bytes of the file
	Memory  int64  `json:"memory"` // bytes once it is loaded
	Symbols int    `json:"symbols"`
	// The files that the image has for what is a module.
	Modules []linker.Module `json:"modules"`
}

// ConfigShown is a driver in a profile.
type ConfigShown struct {
	Config string `json:"config"`
	Prompt string `json:"prompt"`
	Help   string `json:"help,omitempty"`
	ConfigValue
}

// Show works out a profile and links a kernel with it.
func (c *Config) Show(ctx context.Context, profile string) (*ConfigProfile, error) {
	p, r, settings, err := c.resolve(profile)
	if err != nil {
		return nil, err
	}
	out := &ConfigProfile{Profile: p.Name, Warnings: r.Warnings, Modules: []linker.Module{}}
	set, err := c.Kit.SelectModules(r, nil)
	if err != nil {
		return nil, err
	}
	if set != nil {
		out.Modules = set.Modules
	}
	for i := range c.Kit.Drivers {
		d := &c.Kit.Drivers[i]
		v := ConfigValue{Value: "n"}
		if s := r.Find(d.Config); s != nil {
			v = ConfigValue{string(s.Value), s.Why}
		} else if i := slices.IndexFunc(r.Settings, func(s linker.Setting) bool { return s.Config == d.Config }); i >= 0 {
			v.Why = r.Settings[i].Where
		}
		out.Options = append(out.Options, ConfigShown{d.Config, d.Prompt, d.Help, v})
	}
	ref, err := c.reference(ctx)
	if err != nil {
		return nil, err
	}
	k, err := linkFor(ctx, ref, c.profileName(profile), settings)
	if err != nil {
		return nil, err
	}
	out.For, out.Size, out.Memory, out.Symbols = ref.Name, k.Size, k.Memory, k.Symbols
	return out, nil
}

func (c *Config) profileName(profile string) string {
	for _, p := range []string{profile, c.opt.Profile} {
		if p != "" {
			return p
		}
	}
	return build.DefaultProfile
}

func (c *Config) reference(ctx context.Context) (*build.Reference, error) {
	if c.opt.For == "" {
		return build.HelloReference(c.Kit), nil
	}
	kind, path, err := target.Identify(c.opt.For)
	if err != nil {
		return nil, err
	}
	o := build.Options{Kit: c.opt.Kit, Profile: build.DefaultProfile}
	switch kind {
	case target.Program:
		o.Binary = path
	case target.Manifest:
		o.Manifest = path
	case target.Image:
		return build.ImageReference(c.Kit, path)
	default:
		return nil, fmt.Errorf("%s: is no program, manifest or image", c.opt.For)
	}
	p, err := build.Resolve(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := p.Analyze(ctx); err != nil {
		return nil, err
	}
	return p.Reference(c.Kit, c.opt.For), nil
}

// ConfigKernel is one of the two kernels that are compared.
type ConfigKernel struct {
	Profile string   `json:"profile"`
	Drivers []string `json:"drivers"` // built in
	Size    int64    `json:"size"`    // bytes of the file
	Memory  int64    `json:"memory"`  // bytes once it is loaded
	Symbols int      `json:"symbols"` // functions and variables

	chunks  []linker.Chunk
	symbols map[string]int
}

// linkFor links a kernel for a reference, and accounts for its bytes.
func linkFor(ctx context.Context, r *build.Reference, profile string, settings []linker.Setting) (*ConfigKernel, error) {
	res, err := r.Link(ctx, profile, settings)
	if err != nil {
		return nil, err
	}
	kernel, err := os.ReadFile(res.Kernel)
	if err != nil {
		return nil, err
	}
	m, err := linker.ReadMap(res.MapFile)
	if err != nil {
		return nil, err
	}
	k := &ConfigKernel{Profile: res.Profile, Drivers: append([]string{}, res.Drivers...), symbols: map[string]int{}}
	if k.chunks, err = linker.Account(res.Kernel, kernel, m); err != nil {
		return nil, err
	}
	for _, c := range k.chunks {
		k.Size += c.Bytes
		k.Memory += c.Memory
	}
	if k.Size != int64(len(kernel)) {
		return nil, fmt.Errorf("%s: %d of its %d bytes are accounted for: link the kernel again with --relink", res.Kernel, k.Size, len(kernel))
	}
	text, err := os.ReadFile(res.SymbolFile)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 && f[1] != "0" {
			k.symbols[f[2]]++
			k.Symbols++
		}
	}
	return k, nil
}

// ConfigCost is what makes the difference between two kernels.
type ConfigCost struct {
	For    string       `json:"for"` // what the kernels are for
	From   ConfigKernel `json:"from"`
	To     ConfigKernel `json:"to"`
	Bytes  int64        `json:"bytes"`  // more in To's file
	Memory int64        `json:"memory"` // more in memory
	// Deltas add up to Bytes and Memory, and so do Causes.
	Deltas  []linker.Delta `json:"deltas"`
	Causes  []ConfigCause  `json:"causes"`
	Added   []string       `json:"added_symbols"`
	Removed []string       `json:"removed_symbols"`
	// Drivers that only one of the two has.
	AddedDrivers   []string `json:"added_drivers"`
	RemovedDrivers []string `json:"removed_drivers"`
}

// ConfigCause is the part of a difference that has one cause.
type ConfigCause struct {
	Cause  string `json:"cause"` // "driver virtio_blk", "the program", ...
	Bytes  int64  `json:"bytes"`
	Memory int64  `json:"memory"`
}

func causes(deltas []linker.Delta) []ConfigCause {
	out := []ConfigCause{}
	for _, d := range deltas {
		for _, s := range d.Sections {
			i := slices.IndexFunc(out, func(c ConfigCause) bool { return c.Cause == s.Cause })
			if i < 0 {
				i = len(out)
				out = append(out, ConfigCause{Cause: s.Cause})
			}
			out[i].Bytes += s.To - s.From
			out[i].Memory += s.ToMemory - s.FromMemory
		}
	}
	slices.SortFunc(out, func(a, b ConfigCause) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Cause, b.Cause))
	})
	return out
}

func costOf(name string, from, to *ConfigKernel) *ConfigCost {
	c := &ConfigCost{For: name, From: *from, To: *to, Bytes: to.Size - from.Size, Memory: to.Memory - from.Memory,
		Deltas: linker.Compare(from.chunks, to.chunks)}
	c.Causes = causes(c.Deltas)
	c.Added, c.Removed = beyond(to.symbols, from.symbols), beyond(from.symbols, to.symbols)
	without := func(a, b []string) []string {
		return slices.DeleteFunc(append([]string{}, a...), func(s string) bool { return slices.Contains(b, s) })
	}
	c.AddedDrivers, c.RemovedDrivers = without(to.Drivers, from.Drivers), without(from.Drivers, to.Drivers)
	return c
}

// beyond returns the names that a has more often than b, sorted.
func beyond(a, b map[string]int) []string {
	out := []string{}
	for name, n := range a {
		for range max(0, n-b[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// CompareProfiles links a kernel with each of two profiles and explains the
// difference to the byte.
func (c *Config) CompareProfiles(ctx context.Context, from, to string) (*ConfigCost, error) {
	ref, err := c.reference(ctx)
	if err != nil {
		return nil, err
	}
	var kernels [2]*ConfigKernel
	for i, name := range []string{from, to} {
		_, _, settings, err := c.resolve(name)
		if err != nil {
			return nil, err
		}
		if kernels[i], err = linkFor(ctx, ref, name, settings); err != nil {
			return nil, err
		}
	}
	return costOf(ref.Name, kernels[0], kernels[1]), nil
}

// ConfigExplanation tells all about one driver.
type ConfigExplanation struct {
	*linker.Driver
	NeededBy   []string               `json:"needed_by"`   // config names that depend on it
	SelectedBy []string               `json:"selected_by"` // config names that select it
	Values     map[string]ConfigValue `json:"values"`      // by profile of the kit
	Profile    string                 `json:"profile"`     // that Cost is told for
	Selected   ConfigValue            `json:"selected"`    // what it is there
	// With it, these are built in as well; without it, these go.
	Along []string `json:"along"`
	// From is the profile without it, To with it, built in.
	Cost *ConfigCost `json:"cost"`
	// Module tells of it as a module; nil if it cannot be one.
	Module *ConfigModule `json:"module,omitempty"`
}

// ConfigModule is what a driver costs as a module.
type ConfigModule struct {
	Name   string   `json:"name"`   // of the module that holds it
	Size   int64    `json:"size"`   // bytes of its file
	Memory int64    `json:"memory"` // bytes that it takes once it is loaded
	Needs  []string `json:"needs"`  // other modules
	// Kernel is how many bytes more the kernel has than without the driver,
	// from what the module asks of it and what loads modules.
	Kernel int64 `json:"kernel"`
}

// Explain tells about one driver: what it is in each profile and why, and what
// it costs in the options' profile.
func (c *Config) Explain(ctx context.Context, name string) (*ConfigExplanation, error) {
	d, err := c.Kit.Find(name)
	if err != nil {
		return nil, err
	}
	out := &ConfigExplanation{Driver: d, NeededBy: []string{}, SelectedBy: []string{}, Values: map[string]ConfigValue{}}
	for i := range c.Kit.Drivers {
		other := &c.Kit.Drivers[i]
		if slices.ContainsFunc(other.Depends, func(term string) bool { return slices.Contains(linker.Alternatives(term), d.Config) }) {
			out.NeededBy = append(out.NeededBy, other.Config)
		}
		if slices.Contains(other.Selects, d.Config) {
			out.SelectedBy = append(out.SelectedBy, other.Config)
		}
	}
	table, err := c.List()
	if err != nil {
		return nil, err
	}
	for _, row := range table.Drivers {
		if row.Driver == d {
			out.Values = row.Values
		}
	}
	p, r, settings, err := c.resolve("")
	if err != nil {
		return nil, err
	}
	out.Profile, out.Selected.Value = p.Name, "n"
	if s := r.Find(d.Config); s != nil {
		out.Selected = ConfigValue{string(s.Value), s.Why}
	}
	with := append(slices.Clone(settings), linker.Setting{Config: d.Config, Value: 'y', Where: "this explanation"})
	without := append(slices.Clone(settings), r.Lower(d.Config, 'n', "this explanation")...)
	ref, err := c.reference(ctx)
	if err != nil {
		return nil, err
	}
	profile := c.profileName("")
	from, err := linkFor(ctx, ref, profile, without)
	if err != nil {
		return nil, err
	}
	to, err := linkFor(ctx, ref, profile, with)
	if err != nil {
		return nil, fmt.Errorf("CONFIG_%s=y in profile %s: %w; name another profile with --profile", d.Config, p.Name, err)
	}
	out.Cost = costOf(ref.Name, from, to)
	if err := c.explainModule(ctx, out, ref, r, settings, from); err != nil {
		return nil, err
	}
	out.Along = slices.DeleteFunc(slices.Clone(out.Cost.AddedDrivers), func(s string) bool { return s == d.Name })
	return out, nil
}

// explainModule links a kernel for d as a module, and what needs it as one too as
// far as that can be.
func (c *Config) explainModule(ctx context.Context, x *ConfigExplanation, ref *build.Reference, r *linker.Resolution, settings []linker.Setting, without *ConfigKernel) error {
	m, err := c.Kit.ModuleOf(x.Driver)
	if m == nil || x.Type != linker.TypeTristate {
		return err
	}
	x.Module = &ConfigModule{Name: m.Name, Size: m.Size, Memory: m.Memory, Needs: m.Needs}
	settings = append(slices.Clone(settings), r.Lower(x.Config, 'm', "this explanation")...)
	k, err := linkFor(ctx, ref, c.profileName(""), settings)
	if err != nil {
		return err
	}
	x.Module.Kernel = k.Size - without.Size
	return nil
}

// Edit opens the profile in a file, to change it. If there is no such file, it
// begins as the options' profile.
func (c *Config) Edit(file string) (*linker.Editor, error) {
	if _, err := os.Stat(file); err == nil {
		text, err := linker.ReadProfileFile(file)
		if err != nil {
			return nil, err
		}
		return linker.NewEditor(c.Kit, file, text)
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	from, text, err := c.Kit.ProfileText(c.profileName(""))
	if err != nil {
		return nil, err
	}
	return linker.NewEditor(c.Kit, from, text)
}

// Size returns the size of a kernel's file with the settings alone.
func (c *Config) Size(ctx context.Context, settings []linker.Setting) (int64, error) {
	ref, err := c.reference(ctx)
	if err != nil {
		return 0, err
	}
	opt := ref.Opt
	opt.Profile, opt.Settings = linker.ProfileNone, settings
	r, err := build.LinkCached(ctx, opt, ref.Names)
	if err != nil {
		return 0, err
	}
	return r.Size, nil
}
