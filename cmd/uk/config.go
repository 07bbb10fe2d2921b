package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/internal/explain"
	"uk.example/internal/menu"
	"uk.example/internal/outfile"
	"uk.example/linker"
)

func configCommand() *command {
	return &command{
		name:  "config",
		args:  "list | show [PROFILE] | explain CONFIG_X | edit FILE",
		short: "show what profiles hold, why a driver is in, and what it costs",
		long: `list     each driver in each profile of the kit
show     one profile, or one changed with --drivers: each driver and why it is in
explain  one driver: what it needs, and by what a kernel with it differs from
         one without it; or, with --from and --to, the difference between two
         profiles. Bytes are those of the kernel's file; they add up exactly.
edit     a menu on the terminal that writes a profile's file; one that is not
         there yet begins as --profile

Costs depend on the program, which shares code with drivers. They are told for a
C program that prints a line, or for what --for names.`,
		examples: []example{
			{"uk config list", "a table"},
			{"uk config show virtio-mmio --drivers -rng,console=m", "what a profile and changes come to"},
			{"uk config explain CONFIG_VIRTIO_BLK --for ./server", "what it costs that program"},
			{"uk config explain --from base --to all", "what makes the difference"},
			{"uk config edit my.conf && uk build --profile ./my.conf ./server", "a profile of one's own"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var c configFlags
			declareKit(fs, &c.opt.Kit)
			fs.StringVar(&c.opt.Profile, "profile", "", "profile of drivers: a name or a file (default "+build.DefaultProfile+")")
			fs.Var((*driversFlag)(&c.opt.Drivers), "drivers", driversHelp)
			fs.BoolVar(&c.opt.NoDefaultDevices, "without-default-devices", false, "start without any driver, instead of from a profile")
			fs.StringVar(&c.opt.For, "for", "", "tell costs for this program, manifest or image")
			fs.StringVar(&c.from, "from", "", "explain: the difference from this profile")
			fs.StringVar(&c.to, "to", "", "explain: to this profile")
			fs.BoolVarP(&c.all, "all", "a", false, "every section and symbol")
			fs.BoolVar(&c.json, "json", false, "print it as JSON")
			return c.run
		},
	}
}

type configFlags struct {
	opt       explain.ConfigOptions
	from, to  string
	all, json bool
}

func (f *configFlags) run(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		return usagef("config", "say what to do: list, show, explain or edit")
	}
	what, args := args[0], args[1:]
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	if !slices.Contains([]string{"list", "show", "explain", "edit"}, what) {
		return usagef("config", "%q is nothing to do: use list, show, explain or edit", what)
	}
	most, compare := 1, f.from != "" || f.to != ""
	switch {
	case what == "edit" && name == "":
		return usagef("config", "name the profile's file, as my.conf")
	case what == "list" || compare:
		most = 0
	case what == "explain" && name == "":
		return usagef("config", "name a driver, as CONFIG_VIRTIO_BLK, or two profiles with --from and --to")
	}
	chosen := f.opt.Profile != "" || f.opt.NoDefaultDevices
	switch {
	case what == "list" && (chosen || len(f.opt.Drivers) > 0):
		return usagef("config", "list shows every profile of the kit as it is: use show for one that is changed")
	case what == "list" && (f.opt.For != "" || f.all):
		return usagef("config", "list links nothing and leaves nothing out: --for and --all are of show and explain")
	case compare && chosen:
		return usagef("config", "--from and --to name the profiles: leave out --profile")
	case len(args) > most:
		return usagef("config", "unexpected argument %q", args[most])
	case compare && what != "explain":
		return usagef("config", "--from and --to are of explain")
	case compare && (f.from == "" || f.to == ""):
		return usagef("config", "--from and --to go together")
	case what == "show" && name != "":
		if chosen {
			return usagef("config", "two profiles are named: choose one")
		}
		f.opt.Profile = name
	}
	err := f.carryOut(ctx, e, what, name)
	var bad *uk.OptionError
	if errors.As(err, &bad) && bad.Option == "Profile" { // an argument, or --from and --to
		return usagef("config", "%v", err)
	}
	return err
}

// carryOut does what a command line without fault asks for.
func (f *configFlags) carryOut(ctx context.Context, e *env, what, name string) error {
	c, err := explain.OpenConfig(f.opt)
	if err != nil {
		return err
	}
	if what == "edit" {
		return f.edit(ctx, e, c, name)
	}
	// What the kit's profiles are called is enough to find them.
	short := strings.NewReplacer(c.Kit.Dir+"/profiles/", "")
	var out any
	var print func(io.Writer)
	e.setProgress("linking kernels")
	switch {
	case what == "list":
		t, err := c.List()
		if err != nil {
			return err
		}
		out, print = t, func(w io.Writer) { printConfigs(w, t) }
	case what == "show":
		p, err := c.Show(ctx, "")
		if err != nil {
			return err
		}
		for _, w := range p.Warnings {
			e.note(w)
		}
		out, print = p, func(w io.Writer) { printProfile(w, p, short) }
	case f.from != "":
		d, err := c.CompareProfiles(ctx, f.from, f.to)
		if err != nil {
			return err
		}
		out, print = d, func(w io.Writer) {
			fmt.Fprintf(w, "from         %s: %s\nto           %s: %s\n", d.From.Profile, orNone(d.From.Drivers), d.To.Profile, orNone(d.To.Drivers))
			printCost(w, d, f.all)
		}
	default:
		if _, err := c.Kit.Find(name); err != nil {
			return usagef("config", "%v", err)
		}
		x, err := c.Explain(ctx, name)
		if err != nil {
			return err
		}
		out, print = x, func(w io.Writer) { printExplanation(w, c, x, f.all, short) }
	}
	e.endProgress()
	if f.json {
		return e.json(out)
	}
	print(e.stdout)
	return nil
}

// edit shows the menu that changes the profile in the file called name.
func (f *configFlags) edit(ctx context.Context, e *env, c *explain.Config, name string) error {
	if len(f.opt.Drivers) > 0 || f.json {
		return usagef("config", "edit takes neither --drivers nor --json")
	}
	ed, err := c.Edit(name)
	if err != nil {
		return err
	}
	// The menu is on the controlling terminal, wherever output goes.
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err == nil {
		tty.Close()
	}
	if err != nil || !isTerminal(e.stdin) {
		return fmt.Errorf("%s: the menu needs a terminal: a profile is lines like CONFIG_VIRTIO_RNG=y, which any editor writes", name)
	}
	return menu.Run(menu.Options{
		Kit: c.Kit, Editor: ed, File: name,
		Save: func(text []byte) error { return outfile.Write(name, text) },
		Size: func(lines []linker.Setting) (int64, error) { return c.Size(ctx, lines) },
	})
}

func printConfigs(w io.Writer, t *explain.ConfigTable) {
	width := 0
	for _, d := range t.Drivers {
		width = max(width, len(d.Config))
	}
	fmt.Fprintf(w, "%-*s", width, "")
	for _, p := range t.Profiles {
		fmt.Fprintf(w, "  %s", p)
	}
	fmt.Fprintln(w)
	for _, d := range t.Drivers {
		fmt.Fprintf(w, "%-*s", width, d.Config)
		for _, p := range t.Profiles {
			v := d.Values[p].Value
			if v == "n" {
				v = "-"
			}
			fmt.Fprintf(w, "  %-*s", len(p), v)
		}
		fmt.Fprintf(w, "  %s\n", d.Prompt)
	}
}

func printProfile(w io.Writer, p *explain.ConfigProfile, short *strings.Replacer) {
	width := 0
	for _, o := range p.Options {
		width = max(width, len(o.Config))
	}
	fmt.Fprintf(w, "profile      %s\nkernel       %d bytes, %d in memory, %d symbols, for %s\n", p.Profile, p.Size, p.Memory, p.Symbols, p.For)
	var files, memory int64
	for _, m := range p.Modules {
		files, memory = files+m.Size, memory+m.Memory
	}
	if len(p.Modules) > 0 {
		fmt.Fprintf(w, "modules      %d, with %d bytes, %d in memory once all are loaded\n", len(p.Modules), files, memory)
	}
	for _, o := range p.Options {
		fmt.Fprintf(w, "  CONFIG_%s=%-*s  %s", o.Config, width-len(o.Config)+1, o.Value, o.Prompt)
		if o.Why != "" {
			fmt.Fprintf(w, ": %s", short.Replace(o.Why))
		}
		fmt.Fprintln(w)
	}
}

func printExplanation(w io.Writer, c *explain.Config, x *explain.ConfigExplanation, all bool, short *strings.Replacer) {
	fmt.Fprintf(w, "CONFIG_%s: %s\n", x.Config, x.Prompt)
	if x.Help != "" {
		fmt.Fprintf(w, "%s\n", x.Help)
	}
	values := "y or n"
	if x.Type == linker.TypeTristate {
		values = "y, m or n"
	}
	fmt.Fprintf(w, "may be       %s\ndescribed    %s\n", values, x.Where)
	if x.BuiltIn != "" {
		fmt.Fprintf(w, "no module    %s\n", x.BuiltIn)
	}
	line := func(what string, names []string) {
		if len(names) > 0 {
			fmt.Fprintf(w, "%-12s %s\n", what, strings.Join(names, " and "))
		}
	}
	line("depends on", x.Depends)
	line("selects", x.Selects)
	line("needed by", x.NeededBy)
	line("selected by", x.SelectedBy)
	for _, p := range c.Kit.Profiles() {
		if v := x.Values[p]; v.Value != "n" {
			fmt.Fprintf(w, "%-12s %s in profile %s: %s\n", "", v.Value, p, short.Replace(v.Why))
		}
	}
	if x.Selected.Value == "n" {
		fmt.Fprintf(w, "now          n in profile %s\n", x.Profile)
	} else {
		fmt.Fprintf(w, "now          %s in profile %s: %s\n", x.Selected.Value, x.Profile, short.Replace(x.Selected.Why))
	}
	if len(x.Along) > 0 {
		fmt.Fprintf(w, "with it      %s\n", strings.Join(x.Along, " "))
	}
	if m := x.Module; m != nil {
		fmt.Fprintf(w, "as a module  %+d bytes of the kernel; %s.so has %d bytes, %d in memory once it is loaded; it needs %s\n", m.Kernel, m.Name, m.Size, m.Memory, orNone(m.Needs))
	}
	printCost(w, x.Cost, all)
}

// printCost prints what makes the difference, so that the lines add up.
func printCost(w io.Writer, c *explain.ConfigCost, all bool) {
	fmt.Fprintf(w, "kernels      %d and %d bytes, for %s\n", c.From.Size, c.To.Size, c.For)
	fmt.Fprintf(w, "difference   %+d bytes (%+d in memory), %+d symbols: %d more, %d fewer\n",
		c.Bytes, c.Memory, c.To.Symbols-c.From.Symbols, len(c.Added), len(c.Removed))
	if len(c.Causes) > 1 {
		fmt.Fprintln(w, "by cause")
		for _, x := range c.Causes {
			if x.Bytes != 0 {
				fmt.Fprintf(w, "  %+8d  %s\n", x.Bytes, x.Cause)
			}
		}
		fmt.Fprintln(w, "by object file")
	}
	rest, n := c.Bytes, 0
	for _, d := range c.Deltas {
		if d.Bytes == 0 && !all {
			continue
		}
		if n++; n > maxListed && !all {
			break
		}
		rest -= d.Bytes
		fmt.Fprintf(w, "  %+8d  %s\n", d.Bytes, d.File)
		if !all {
			continue
		}
		for _, s := range d.Sections {
			if s.Name != "" {
				fmt.Fprintf(w, "            %+8d  %s", s.To-s.From, s.Name)
				if s.ToMemory-s.FromMemory != s.To-s.From {
					fmt.Fprintf(w, " (%+d in memory)", s.ToMemory-s.FromMemory)
				}
				fmt.Fprintln(w)
			}
		}
	}
	if rest != 0 || n > maxListed && !all {
		fmt.Fprintf(w, "  %+8d  in the rest; --all shows it\n", rest)
	}
	if all {
		for _, l := range []struct {
			what  string
			names []string
		}{{"more symbols", c.Added}, {"fewer symbols", c.Removed}} {
			if len(l.names) > 0 {
				fmt.Fprintln(w, l.what)
				columns(w, l.names)
			}
		}
	}
}
