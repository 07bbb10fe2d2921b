package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/internal/outfile"
	"uk.example/linker"
	"uk.example/symbols"
)

func manifestCommand() *command {
	return &command{
		name:   "manifest",
		args:   "PROGRAM|MANIFEST",
		short:  "print the resolved list of what an image would hold",
		greedy: true,
		long: `The output is a manifest itself: every file with its absolute path on the host,
libraries and the files of /etc included, then how the program is run.`,
		examples: []example{
			{"uk manifest /usr/bin/python3 > usr.manifest", "a manifest to edit"},
			{"uk manifest --json apps/web", "for other tools"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var asJSON, rules bool
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			fs.BoolVar(&rules, "rules", false, "print the [manifest] section alone, which OSv's tools read")
			b.declareContents(fs)
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return noTarget("manifest", "name a program or a manifest")
				}
				opt, err := b.options(e, "manifest", args[0], args[1:])
				if err != nil {
					return err
				}
				p, err := build.Resolve(ctx, opt)
				if err != nil {
					return err
				}
				e.endProgress()
				switch {
				case asJSON:
					return e.json(p.Manifest)
				case rules:
					_, err = p.Manifest.WriteRules(e.stdout)
				default:
					_, err = p.Manifest.WriteTo(e.stdout)
				}
				return err
			}
		},
	}
}

func symbolsCommand() *command {
	return &command{
		name:   "symbols",
		args:   "PROGRAM|MANIFEST",
		short:  "print the version script: what a program needs of the kernel",
		greedy: true,
		long: `One block for each ELF file of the image, with the symbols that it asks the
kernel for; modules of the kernel come last. What else decides the kernel (profile, drivers, parts,
system calls) follows as comments. "uk link --version-script", which makes the kernel of "uk build" of it,
and "uk build --version-script" take the file back, edited by hand if need be.`,
		examples: []example{
			{"uk symbols /usr/sbin/nginx", "on the screen"},
			{"uk symbols -o prog.ver ./prog && uk link --version-script prog.ver -o kernel.elf", "a kernel by hand"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var asJSON bool
			var output string
			fs.BoolVar(&asJSON, "json", false, "print all that was found as JSON")
			fs.StringVarP(&output, "output", "o", "", "write it to this file")
			b.declareContents(fs)
			b.declareSymbols(fs)
			b.declareDrivers(fs)
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return noTarget("symbols", "name a program or a manifest")
				}
				opt, err := b.options(e, "symbols", args[0], args[1:])
				if err != nil {
					return err
				}
				p, err := build.Resolve(ctx, opt)
				if err != nil {
					return err
				}
				if err := p.Analyze(ctx); err != nil {
					return err
				}
				e.endProgress()
				if asJSON {
					return e.json(struct {
						*symbols.Result
						Globals  []string           `json:"globals"`
						Syscalls symbols.SyscallSet `json:"syscalls"`
					}{p.Symbols, p.Symbols.Script().Globals(), p.Syscalls})
				}
				if output != "" {
					if err := outfile.Apart(output, p.Reads()...); err != nil {
						return err
					}
					return outfile.Write(output, []byte(p.Script))
				}
				_, err = fmt.Fprint(e.stdout, p.Script)
				return err
			}
		},
	}
}

func kitCommand() *command {
	return &command{
		name:  "kit",
		args:  "[show]",
		short: "show what a kit offers: profiles, drivers, system calls",
		examples: []example{
			{"uk kit show", "of the kit that would be used"},
			{"uk kit show --json --kit build/kit/x64", "of another one, for tools"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var dir string
			var asJSON bool
			declareKit(fs, &dir)
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			return func(_ context.Context, e *env, args []string) error {
				if len(args) > 1 || len(args) == 1 && args[0] != "show" {
					return usagef("kit", "%q: the only thing to do with a kit is show", strings.Join(args, " "))
				}
				dir, err := uk.FindKit(dir)
				if err != nil {
					return err
				}
				k, err := linker.OpenKit(dir)
				if err != nil {
					return err
				}
				if asJSON {
					return e.json(struct {
						Dir string `json:"dir"`
						linker.KitInfo
						Profiles []string `json:"profiles"`
					}{k.Dir, k.KitInfo, k.Profiles()})
				}
				fmt.Fprintf(e.stdout, "kit          %s\nfingerprint  %s\ncompiler     %s\nmusl         %s\nprofiles     %s\n",
					k.Dir, k.Fingerprint, k.Compiler, k.Musl.Version, strings.Join(k.Profiles(), " "))
				fmt.Fprintln(e.stdout, "drivers")
				for _, d := range k.Drivers {
					fmt.Fprintf(e.stdout, "  %-16s %s\n", d.Name, d.Prompt)
				}
				fmt.Fprintf(e.stdout, "system calls (%d)\n", len(k.Syscalls))
				columns(e.stdout, k.SyscallNames())
				return nil
			}
		},
	}
}
