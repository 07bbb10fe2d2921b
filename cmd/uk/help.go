package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

func helpCommand() *command {
	return &command{
		name:     "help",
		args:     "[COMMAND]",
		short:    "show this list, or the help of a command",
		examples: []example{{"uk help run", "the same as uk run --help"}},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, e *env, args []string) error {
				switch len(args) {
				case 0:
					printOverview(e.stdout, e.colourOut)
					return nil
				case 1:
				default:
					return usagef("help", "unexpected argument %q", args[1])
				}
				c := find(args[0])
				if c == nil {
					return unknownVerb(args[0], nil)
				}
				fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
				fs.SortFlags = false
				fs.BoolP("help", "h", false, "show this help")
				c.setup(fs)
				printHelp(e.stdout, e, c, fs)
				return nil
			}
		},
	}
}

func printOverview(w io.Writer, colour bool) {
	bold := func(s string) string { return paint(colour, "1", s) }
	fmt.Fprintf(w, "uk makes unikernel images of ordinary Linux programs and runs them.\n\n%s\n  uk COMMAND [FLAGS] [ARGUMENTS]\n\n%s\n", bold("Usage"), bold("Commands"))
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-11s %s\n", c.name, c.short)
	}
	fmt.Fprintf(w, "\n%s\n  uk run /usr/bin/lua5.4 -- -e 'print(1+1)'\n\n\"uk COMMAND --help\" has the details.\n", bold("Example"))
}

func printHelp(w io.Writer, e *env, c *command, fs *pflag.FlagSet) {
	bold := func(s string) string { return paint(e.colourOut, "1", s) }
	usage := "uk " + c.name + " [FLAGS]"
	if c.args != "" {
		usage += " " + c.args
	}
	fmt.Fprintf(w, "%s: %s\n\n%s\n  %s\n", "uk "+c.name, c.short, bold("Usage"), usage)
	if c.long != "" {
		fmt.Fprintf(w, "\n%s\n", c.long)
	}
	if len(c.examples) > 0 {
		fmt.Fprintf(w, "\n%s\n", bold("Examples"))
		for _, x := range c.examples {
			fmt.Fprintf(w, "  %s\n      %s\n", x.line, x.what)
		}
	}
	fmt.Fprintf(w, "\n%s\n%s", bold("Flags"), fs.FlagUsagesWrapped(100))
}
