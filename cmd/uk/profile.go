package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/outfile"
)

// Formats of uk profile.
const (
	profilePprof  = "pprof"
	profileFolded = "folded"
)

// defaultHZ is no divisor of what timers like to be.
const defaultHZ = 199

func profileCommand() *command {
	return &command{
		name:   "profile",
		args:   "PROGRAM|MANIFEST|IMAGE|DISK [--] [ARGUMENT...]",
		short:  "run a program and find out where its time goes",
		greedy: true,
		long: `The program runs as uk run would have it, with the same flags, and is stopped so
often a second to see where each processor is: in the program, its libraries, the
kernel's C library or the kernel. The stacks are written when it has ended.

FILE is for go tool pprof, or, if it ends in .folded or .txt or --format says so,
one line for each stack, for flame graphs. The exit status is the program's.`,
		examples: []example{
			{"uk profile ./prog", "writes profile.pb.gz: go tool pprof -top profile.pb.gz"},
			{"uk profile -o sqlite.folded /usr/bin/sqlite3 test.db < queries.sql", "lines for flamegraph.pl"},
			{"uk profile --hz 1000 -t 10s server.uk", "ten seconds of a server"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			p := &uk.Profile{HZ: defaultHZ}
			var file, format string
			fs.StringVarP(&file, "output", "o", "profile.pb.gz", "file for the profile")
			fs.Var(countFlag{&p.HZ, launch.MaxHZ}, "hz", "samples a second")
			fs.Var(choiceFlag{&format, []string{profilePprof, profileFolded}}, "profile-format", "pprof or folded (default: as the file's name says)")
			run := runSetup(fs, func(o *uk.RunOptions) { o.Profile = p })
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return noTarget("profile", "name a program, a manifest or an image")
				}
				if fs.Changed("detach") {
					return usagef("profile", "--detach: a profile is written when the program has ended: leave it out")
				}
				if err := outfile.Check(file); err != nil {
					return err
				}
				_, there := os.Lstat(outfile.Place(file))
				f, err := outfile.Stream(file)
				if err != nil {
					return err
				}
				err = run(ctx, e, args)
				var status exitStatus
				if err != nil && !errors.As(err, &status) {
					if there != nil {
						_ = os.Remove(f.Name()) // as far as that can still be done
					}
					return errors.Join(err, f.Close())
				}
				if e := writeProfile(p, f, format); e != nil {
					return e
				}
				e.note(fmt.Sprintf("%d samples in %v: %s", p.Total(), p.Duration().Round(time.Millisecond), file))
				return err
			}
		},
	}
}

// writeProfile writes the profile. The file is open since before the program ran: then nothing can be opened any more.
func writeProfile(p *uk.Profile, f *os.File, format string) error {
	var err error
	if format == profileFolded || format == "" && (strings.HasSuffix(f.Name(), ".folded") || strings.HasSuffix(f.Name(), ".txt")) {
		err = p.WriteFolded(f)
	} else {
		err = p.WritePprof(f)
	}
	return errors.Join(err, f.Close())
}
