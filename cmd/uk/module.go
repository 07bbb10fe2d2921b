package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/build"
)

func moduleCommand() *command {
	return &command{
		name:  "module",
		args:  "list IMAGE | add IMAGE MODULE... | remove IMAGE MODULE...",
		short: "show, add or remove kernel modules of a finished image",
		long: `IMAGE is a folder that "uk build" made; a disk is made again of it with "uk image".
MODULE is a driver of the kit by its name, or a module of one's own by its file,
which must be of the kit that the image was built with. The kernel is linked again
if modules ask it for functions that it does not have; the program and its files
stay as they are. The image changes in one step, or not at all.`,
		examples: []example{
			{"uk module list server.uk", "its modules, and what loads them"},
			{"uk module add server.uk vsock", "a driver of the kit, loaded when it is needed"},
			{"uk module add server.uk ./mine.so", "a module of one's own, loaded at boot"},
			{"uk module remove server.uk vsock", ""},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var o build.ModuleOptions
			var asJSON bool
			declareKit(fs, &o.Kit)
			fs.BoolVar(&o.Boot, "boot", false, "add: load drivers of the kit at boot, whatever asks for them")
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) > 0 && !slices.Contains([]string{"list", "add", "remove"}, args[0]) {
					return usagef("module", "%q is nothing to do: use list, add or remove", args[0])
				}
				if len(args) == 0 {
					return usagef("module", "say what to do: list, add or remove")
				}
				what, args := args[0], args[1:]
				switch {
				case len(args) == 0:
					return usagef("module", "name an image")
				case what == "list" && len(args) > 1:
					return usagef("module", "unexpected argument %q", args[1])
				case what != "list" && len(args) == 1:
					return usagef("module", "name modules to %s", what)
				case what != "add" && o.Boot:
					return usagef("module", "--boot is of add")
				case what == "list":
					return listModules(e, args[0], asJSON)
				}
				o.Progress, o.Bytes, o.Warn = e.setProgress, e.setBytes, e.note
				change := build.AddModules
				if what == "remove" {
					change = build.RemoveModules
				}
				res, err := change(ctx, args[0], args[1:], o)
				if err != nil {
					return err
				}
				if asJSON {
					return e.json(res)
				}
				e.endProgress()
				printModuleChange(e, res)
				return nil
			}
		},
	}
}

func listModules(e *env, image string, asJSON bool) error {
	list, err := build.ListModules(image)
	if err != nil {
		return err
	}
	if asJSON {
		return e.json(list)
	}
	if len(list) == 0 {
		fmt.Fprintf(e.stdout, "%s has no modules: `uk module add` adds them\n", image)
	}
	for _, m := range list {
		loaded := m.Aliases
		if m.Boot {
			loaded = append([]string{"boot"}, loaded...)
		}
		fmt.Fprintf(e.stdout, "%-16s %7s, %s in memory; loaded for %s; needs %s\n", m.Name, size(m.Size), size(m.Memory), orNone(loaded), orNone(m.Needs))
	}
	return nil
}

func printModuleChange(e *env, r *build.ModuleChange) {
	for _, c := range []struct {
		what  string
		names []string
	}{{"added", r.Added}, {"removed", r.Removed}} {
		if len(c.names) > 0 {
			fmt.Fprintf(e.stdout, "%s: %s %s\n", r.Path, c.what, strings.Join(c.names, ", "))
		}
	}
	if r.Relinked {
		fmt.Fprintf(e.stdout, "%s: kernel linked again, %d bytes instead of %d\n", r.Path, r.Kernel, r.Before)
	}
}
