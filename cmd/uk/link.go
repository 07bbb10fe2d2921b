package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/linker"
)

func linkCommand() *command {
	return &command{
		name:  "link",
		args:  "--version-script FILE -o KERNEL",
		short: "link a kernel from a version script",
		long: `Only the listed symbols stay dynamic, only the profile's drivers and the listed
system calls are roots, and what nothing refers to is left out. A script of "uk
symbols" says which these are, and the kernel is that of "uk build", byte for
byte, but that an image of a program of Go has most of /proc as a module, which is
built in here; --profile and --syscalls go before it. Beside the kernel appear its
symbols (.sym) and its link map (.map.json), which says why each part is there.`,
		examples: []example{
			{"uk link --version-script prog.ver -o kernel.elf", "with the kernel's default drivers"},
			{"uk link --version-script prog.ver --profile base --syscalls all -o kernel.elf", "for static programs, without devices"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var asJSON bool
			fs.StringVarP(&b.opt.Output, "output", "o", "", "the kernel's file")
			fs.BoolVar(&asJSON, "json", false, "print what was made as JSON")
			b.declareKernel(fs)
			declareFormat(fs, "link", &b.opt)
			fs.Lookup("syscalls").Usage = "answer these on the syscall instruction: names, or all"
			fs.StringSliceVar(&b.opt.Symbols, "symbols", nil, "keep these symbols besides")
			return func(ctx context.Context, e *env, args []string) error {
				o := &b.opt
				switch {
				case len(args) > 0:
					return usagef("link", "unexpected argument %q: a version script is named with --version-script", args[0])
				case o.Output == "":
					return usagef("link", "name the kernel's file with -o")
				case o.VersionScript == "" && len(o.Symbols) == 0 && len(o.Syscalls) == 0:
					return usagef("link", "name a version script with --version-script; `uk symbols` makes one")
				}
				dir, err := uk.FindKit(o.Kit)
				if err != nil {
					return err
				}
				kit, err := linker.OpenKit(dir)
				if err != nil {
					return err
				}
				switch {
				case o.NoDefaultDevices && o.Profile != "" && o.Profile != linker.ProfileNone:
					return usagef("link", "--profile and --without-default-devices: choose one")
				case o.NoDefaultDevices:
					o.Profile = linker.ProfileNone
				}
				e.setProgress("linking the kernel")
				r, err := build.Link(ctx, linker.Options{
					Kit: kit, Profile: o.Profile, Drivers: o.Drivers, VersionScriptFile: o.VersionScript, Symbols: o.Symbols,
					Syscalls: o.Syscalls, Output: o.Output, KeepDebug: o.KeepDebug, Force: o.Force,
				}, o.Format)
				if err != nil {
					return err
				}
				e.endProgress()
				for _, w := range r.Warnings {
					e.note(w)
				}
				if r.Modules != nil {
					e.note("the kernel looks for its modules in images that `uk build` makes: " + strings.Join(r.Modules.Names(), ", "))
				}
				if asJSON {
					return e.json(r)
				}
				how := "linked"
				if !r.Relinked {
					how = "up to date"
				}
				fmt.Fprintf(e.stdout, "%s: %s, %s, %d symbols, %d system calls\n", r.Kernel, size(r.Size), how, len(r.Symbols), len(r.Syscalls))
				return nil
			}
		},
	}
}
