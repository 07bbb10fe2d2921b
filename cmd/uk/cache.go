package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/cache"
)

func cacheCommand() *command {
	return &command{
		name:  "cache",
		args:  "[show|clear]",
		short: "show or clear what is kept for later builds",
		long: `A linked kernel is kept, so that the next program that needs the same is built
without linking; the least recently used go. So are facts about large files, which take long
to find, and the kits that releases of uk unpacked. It is safe to clear the cache at any time:
running guests keep what they have, builds link again, and a kit stays that a command asked for
in the last hour.`,
		examples: []example{
			{"uk cache", "where it is and how much it holds"},
			{"uk cache show --json", "for other tools"},
			{"uk cache clear", "remove kernels, and images that killed runs left behind"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var asJSON bool
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			return func(ctx context.Context, e *env, args []string) error {
				do := "show"
				if len(args) > 0 {
					do = args[0]
				}
				switch {
				case len(args) > 1 || do != "show" && do != "clear":
					return usagef("cache", "%q is nothing to do: use show or clear", strings.Join(args, " "))
				case do == "clear" && asJSON:
					return usagef("cache", "--json goes with show")
				case do == "clear":
					return cache.Clear()
				}
				c, err := cache.Used()
				if err != nil {
					return err
				}
				if asJSON {
					return e.json(c)
				}
				fmt.Fprintf(e.stdout, "folder    %s\n", c.Folder)
				fmt.Fprintf(e.stdout, "kernels   %d, %.1f MB\n", c.Kernels, float64(c.KernelSize)/1e6)
				fmt.Fprintf(e.stdout, "running   %d\n", c.Runs)
				fmt.Fprintf(e.stdout, "left      %d, %.1f MB\n", c.Left, float64(c.LeftSize)/1e6)
				fmt.Fprintf(e.stdout, "facts     %d, %.1f MB\n", c.Facts, float64(c.FactsSize)/1e6)
				fmt.Fprintf(e.stdout, "kits      %d, %.1f MB\n", c.Kits, float64(c.KitsSize)/1e6)
				return nil
			}
		},
	}
}
