package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/report"
	"uk.example/internal/target"
	"uk.example/internal/words"
)

func whyCommand() *command {
	return &command{
		name:  "why",
		args:  "NAME IMAGE|KERNEL",
		short: "explain what keeps a part in the kernel",
		long: `NAME is a function or variable of the kernel, a section (.text.printf), an archive
member (libc.a(stdio-printf.o) or stdio-printf), a driver (virtio_rng, rng,
CONFIG_VIRTIO_RNG), a system call, a subsystem (kernel/core/mm) or a name of the kernel's layout. What is printed is the chain of references from what was
asked for (a symbol that a file of the image imports, a driver of the profile, a
system call, the boot) down to it; there is no shorter one. Of an exported symbol it
is also told what a kernel without it saves, by linking one.`,
		examples: []example{
			{"uk why malloc server.uk", "a function"},
			{"uk why virtio_blk server.uk", "a driver"},
			{"uk why --json sys_mmap server.uk", "for other tools"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var asJSON bool
			var o uk.WhyOptions
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			declareKit(fs, &o.Kit)
			fs.BoolVarP(&o.All, "all", "a", false, "of a member, driver or subsystem: every section")
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) != 2 {
					return usagef("why", "name a part of the kernel, then an image or a kernel")
				}
				if kind, _, err := target.Identify(args[0]); err == nil && kind == target.Image && !isThere(args[1]) {
					return usagef("why", "the part comes first: uk why %s %s", words.Quote(args[1]), words.Quote(args[0]))
				}
				o.Progress = e.setProgress
				chains, err := uk.Why(ctx, args[1], args[0], o)
				if err != nil {
					return err
				}
				e.endProgress()
				if asJSON {
					return e.json(chains)
				}
				for i, c := range chains {
					if i > 0 {
						fmt.Fprintln(e.stdout)
					}
					printChain(e.stdout, &c)
				}
				return nil
			}
		},
	}
}

func isThere(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func printChain(w io.Writer, c *report.Chain) {
	switch {
	case c.Addr == "":
		fmt.Fprintf(w, "%s: a setting without code of its own\n  %s\n", c.Name, c.Cause)
	case c.Section == "":
		fmt.Fprintf(w, "%s: the address 0x%s, which %s defines\n  %s\n", c.Name, c.Addr, c.File, c.Cause)
	default:
		fmt.Fprintf(w, "%s: %s %s, %d bytes, in %s\n  %s\n", c.Name, c.File, c.Section, c.Size, c.Subsystem, c.Cause)
	}
	for _, s := range c.Steps {
		switch {
		case s.Section == "":
			fmt.Fprintf(w, "  -> %s: %s\n", s.As, s.File)
		case s.Along:
			fmt.Fprintf(w, "  -> %s %s, kept with it\n", s.File, s.Section)
		case s.As != "":
			fmt.Fprintf(w, "  -> %s: %s %s\n", s.As, s.File, s.Section)
		default:
			fmt.Fprintf(w, "  -> %s %s\n", s.File, s.Section)
		}
	}
	switch a := c.Alone; {
	case a == nil:
	case a.Estimate != "":
		fmt.Fprintf(w, "  alone: about %d bytes in memory, by the link map (%s)\n", a.Memory, a.Estimate)
	default:
		fmt.Fprintf(w, "  alone: a kernel without %s has %d bytes less in memory, and %d less in its file\n", c.Name, a.Memory, a.File)
	}
}
