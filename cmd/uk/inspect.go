package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/explain"
	"uk.example/internal/launch"
)

func inspectCommand() *command {
	return &command{
		name:  "inspect",
		args:  "IMAGE|DISK|KERNEL|MODULE|ROOT|MACHINE",
		short: "show what an image, a disk, a kernel, a module or a root file system holds, or how a machine is",
		long: `--check reads everything, also what a run does not look at, and ends with
status 1 if something is wrong.`,
		examples: []example{
			{"uk inspect server.uk", "sizes, drivers, symbols, files"},
			{"uk inspect server.qcow2", "the same of a disk that uk image made"},
			{"uk inspect web", "a machine, if there is no file of that name"},
			{"uk inspect --why malloc server.uk", "why a part is in the kernel"},
			{"uk inspect --devices server.uk", "the machine that its kernel expects"},
			{"uk inspect --check --json root.rofs", "a file system on its own"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var check, asJSON, all, devices bool
			var why string
			fs.BoolVar(&check, "check", false, "look for damage")
			fs.BoolVar(&devices, "devices", false, "show drivers, the devices that they expect, and the machines that have them")
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			fs.BoolVarP(&all, "all", "a", false, "every section, symbol and file")
			fs.StringVar(&why, "why", "", "show the sections with this in their name, and what refers to them")
			return func(ctx context.Context, e *env, args []string) error {
				name, err := oneArg("inspect", "an image, a kernel or a root file system", args)
				if err != nil {
					return err
				}
				switch {
				case devices && (check || all || why != ""):
					return usagef("inspect", "--devices goes with --json only")
				case why != "" && (asJSON || all):
					return usagef("inspect", "--why goes with --check only")
				}
				if !devices && why == "" && !check && !all {
					if done, err := inspectMachine(ctx, e, name, asJSON); done {
						return err
					}
				}
				if devices {
					return inspectDevices(ctx, e, name, asJSON)
				}
				r, err := explain.Inspect(ctx, name, explain.InspectOptions{Check: check, Progress: e.setProgress, Bytes: e.setBytes})
				if err != nil {
					return orMachine(name, err)
				}
				e.endProgress()
				switch {
				case asJSON:
					err = e.json(r)
				case why != "":
					err = printWhy(e.stdout, r, why)
				default:
					printReport(e.stdout, r, all)
					if check && len(r.Problems) == 0 {
						fmt.Fprintln(e.stdout, "checked: no problem found")
					}
				}
				if err != nil {
					return err
				}
				for _, p := range r.Problems {
					e.fail(fmt.Errorf("%s", p))
				}
				if len(r.Problems) > 0 {
					return exitStatus(exitFailure)
				}
				return nil
			}
		},
	}
}

func inspectDevices(ctx context.Context, e *env, name string, asJSON bool) error {
	im, cleanup, err := openImage(ctx, e, name)
	if err != nil {
		return err
	}
	defer cleanup()
	e.endProgress()
	d := launch.Devices(im.Bundle)
	if asJSON {
		return e.json(d)
	}
	w := e.stdout
	for i, x := range d.Drivers {
		what := ""
		if i == 0 {
			what = "drivers"
		}
		fmt.Fprintf(w, "%-12s %-16s %s\n", what, x.Name, x.Why)
	}
	if len(d.Drivers) == 0 {
		fmt.Fprintln(w, "drivers      none")
	}
	fmt.Fprintf(w, "modules      %s\nentered by   %s\nvirtio over  %s\n", orNone(d.Modules), strings.Join(d.Boot, ", "), orNone(d.Transport))
	devices := strings.Join(d.Devices, ", ")
	if devices == "" {
		devices = "none"
	}
	fmt.Fprintf(w, "devices      %s\nmounts       %s\nroot         %s\nconsole      %s\ninterrupts   %s\nentropy      %s\n", devices, orNone(d.Mounts), d.Root, d.Console, d.Interrupts, d.Entropy)
	for i, x := range d.Exit {
		what := ""
		if i == 0 {
			what = "ends by"
		}
		fmt.Fprintf(w, "%-12s %s\n", what, x)
	}
	for i, m := range d.Machines {
		what, boots := "", "no "
		if i == 0 {
			what = "boots on"
		}
		if m.Boots {
			boots = "yes"
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-12s %s  %-16s %s", what, boots, m.Machine, m.Note), " "))
	}
	return nil
}

// maxListed is how many of a kind are shown without --all.
const maxListed = 20

func printReport(w io.Writer, r *explain.Report, all bool) {
	if i := r.Info; i != nil {
		if r.Disk != "" {
			fmt.Fprintf(w, "disk         %s\n", r.Disk)
		}
		fmt.Fprintf(w, "image        %s\nid           %s\ncommand      %q\n", r.Path, i.ID, i.Command)
		for _, m := range i.Mounts {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("mount        %s on %s, type %s %s", m.Source, m.Target, m.Type, m.Options), " "))
		}
		if len(i.Env) > 0 {
			fmt.Fprintf(w, "environment  %q\n", i.Env)
		}
		fmt.Fprintf(w, "libc         %s\n", i.Libc)
		if i.LibcWhy != "" {
			fmt.Fprintf(w, "  because    %s\n", i.LibcWhy)
		}
		for _, d := range i.Differences {
			fmt.Fprintf(w, "  differs    %s: %s\n", d.File, d)
		}
		fmt.Fprintf(w, "profile      %s\ndrivers      %s\nkit          %s\n", i.Profile, orNone(i.Drivers), i.Fingerprint)
	}
	if k := r.Kernel; k != nil {
		fmt.Fprintf(w, "kernel       %s: %s\n  fingerprint %s\n", k.Path, size(k.Size), cmp.Or(k.Fingerprint, "none"))
		for _, s := range k.Segments {
			fmt.Fprintf(w, "  segment    %s %#x: %s, %s in memory\n", s.Flags, s.Addr, size(int64(s.File)), size(int64(s.Mem)))
		}
		if m := k.Map; m != nil {
			n := 0
			for _, s := range m.Subsystems {
				if n++; n > maxListed && !all {
					fmt.Fprintf(w, "  ... %d more parts; --all shows them\n", len(m.Subsystems)-maxListed)
					break
				}
				fmt.Fprintf(w, "  part       %-24s %s\n", s.Name, size(s.Size))
				if all {
					for _, mem := range s.Members {
						fmt.Fprintf(w, "    %-38s %s\n", mem.File, size(mem.Size))
					}
				}
			}
			fmt.Fprintf(w, "system calls %s\n", orNone(m.Syscalls))
		} else if k.MapProblem != "" {
			fmt.Fprintf(w, "  parts      not known: %s\n", k.MapProblem)
		}
		fmt.Fprintf(w, "symbols      %d\n", len(k.Symbols))
		list(w, k.Symbols, all)
	}
	for _, m := range r.Modules {
		fmt.Fprintf(w, "module       %s: %s, %s in memory\n  fingerprint %s\n", m.Path, size(m.Size), size(m.Memory), m.Fingerprint)
		fmt.Fprintf(w, "  needs      %s\n  loaded for %s\n", orNone(m.Needs), orNone(m.Aliases))
		if all {
			fmt.Fprintf(w, "  symbols    %s\n", orNone(m.Symbols))
		}
	}
	if f := r.Root; f != nil {
		fmt.Fprintf(w, "root         %s: %s, %d entries\n", f.Path, size(f.Size), len(f.Files))
		for i, file := range f.Files {
			if i >= maxListed && !all {
				fmt.Fprintf(w, "  ... %d more; --all shows them\n", len(f.Files)-i)
				break
			}
			fmt.Fprint(w, "  ", attributes(&file))
			switch file.Type {
			case "link":
				fmt.Fprintf(w, "%s -> %s\n", file.Path, file.Link)
			case "directory":
				fmt.Fprintf(w, "%s/\n", file.Path)
			default:
				fmt.Fprintf(w, "%s  %s\n", file.Path, size(file.Size))
			}
		}
	}
}

// attributes is a file's mode, owner and time, as a column before its path.
func attributes(f *explain.RootFile) string {
	a := f.Attr
	if a == nil {
		return ""
	}
	return fmt.Sprintf("%s %5d:%-5d %s  ", a.Mode, a.UID, a.GID, a.MTime.Format("2006-01-02 15:04:05"))
}

func printWhy(w io.Writer, r *explain.Report, name string) error {
	if r.Kernel == nil || r.Kernel.Map == nil {
		if r.Kernel != nil && r.Kernel.MapProblem != "" {
			return errors.New(r.Kernel.MapProblem)
		}
		return fmt.Errorf("%s: has no kernel with a link map", r.Path)
	}
	found := false
	for _, s := range r.Kernel.Map.Subsystems {
		for _, m := range s.Members {
			for _, sec := range m.Sections {
				if strings.Contains(sec.Name, name) || strings.Contains(m.File, name) {
					fmt.Fprintf(w, "%s %s (%s): %s\n", m.File, sec.Name, size(sec.Size), sec.Why)
					found = true
				}
			}
		}
	}
	if !found {
		return fmt.Errorf("%s: no part of the kernel has %q in its name", r.Path, name)
	}
	return nil
}

func orNone(s []string) string {
	if len(s) == 0 {
		return "none"
	}
	return strings.Join(s, " ")
}

func list(w io.Writer, s []string, all bool) {
	if len(s) > 3*maxListed && !all {
		columns(w, s[:3*maxListed])
		fmt.Fprintf(w, "  ... %d more; --all shows them\n", len(s)-3*maxListed)
		return
	}
	columns(w, s)
}

// columns prints names as many to a line as fit.
func columns(w io.Writer, names []string) {
	line := " "
	for _, n := range names {
		if len(line)+1+len(n) > 78 && line != " " {
			fmt.Fprintln(w, line)
			line = " "
		}
		line += " " + n
	}
	if line != " " {
		fmt.Fprintln(w, line)
	}
}
