package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/image"
	"uk.example/kvmboot"
)

func buildCommand() *command {
	return &command{
		name:   "build",
		args:   "PROGRAM|MANIFEST|ARCHIVE [--] [ARGUMENT...]",
		short:  "make an image: a tailored kernel and a root file system",
		greedy: true,
		long: `The image is a folder with kernel.elf, its symbols and link map, root.rofs, and
uk.json. It appears in one step; on an error nothing is left behind and an
older image stays. Arguments become part of the image's command. Those of an
ARCHIVE, a whole root file system as tar or cpio, begin with the program in it.`,
		examples: []example{
			{"uk build ./server", "makes server.uk"},
			{"uk build -o out/web -D port=8080 apps/web", "of apps/web/usr.manifest, with a variable"},
			{"uk build root.tar.gz /usr/bin/server", "of a program in an archive, as docker export writes"},
			{"uk build --profile base --memory 32M ./prog -- --config /etc/prog.conf", "with a command line"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var memory memoryFlag
			var vars envFlag
			var asJSON bool
			fs.StringVarP(&b.opt.Output, "output", "o", "", "folder of the image (default NAME.uk)")
			fs.VarP(&memory, "memory", "m", "guest memory that the image asks for")
			fs.VarP(countFlag{&b.opt.CPUs, kvmboot.MaxCPUs}, "cpus", "c", "guest processors that the image asks for")
			fs.VarP(&vars, "env", "e", "set an environment variable; NAME alone: to its value here")
			fs.StringVar(&b.opt.Cwd, "cwd", "", "working folder in the guest")
			fs.StringVar(&b.opt.User, "user", "", "run the program as UID or UID:GID, not as root")
			fs.StringArrayVar(&b.opt.Ulimits, "ulimit", nil, "start the program with a resource limit NAME=SOFT[:HARD], as nofile=1024:4096; -1: none")
			fs.BoolVar(&asJSON, "json", false, "print what was made as JSON")
			b.declareContents(fs)
			declareFormat(fs, "build", &b.opt)
			b.declareSymbols(fs)
			b.declareKernel(fs)
			fs.BoolVar(&b.opt.Trace, "trace", false, "make a kernel that can report system calls, for uk run --trace")
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return noTarget("build", "name a program or a manifest")
				}
				collectLater()
				b.opt.Memory, b.opt.Env = int64(memory.sizeFlag), vars
				opt, err := b.options(e, "build", args[0], args[1:])
				if err != nil {
					return err
				}
				if opt.Output == "" {
					opt.Output = defaultOutput(opt)
				}
				img, err := uk.Build(ctx, opt)
				if err != nil {
					return err
				}
				if asJSON {
					return e.json(struct {
						Dir string `json:"dir"`
						uk.Info
						Relinked bool         `json:"relinked"`
						Timing   image.Timing `json:"timing_ns"`
					}{img.Dir, img.Info, img.Relinked, img.Timing})
				}
				e.endProgress()
				how := "linked"
				if !img.Relinked {
					how = "up to date"
				}
				fmt.Fprintf(e.stdout, "%s: kernel %s (%s), root %s, in %v\n", img.Dir, size(img.KernelSize), how, size(img.RootSize), img.Timing.Total.Round(time.Millisecond))
				return nil
			}
		},
	}
}

// defaultOutput is NAME.uk in the working folder, after the program or the
// manifest's folder.
func defaultOutput(opt uk.Options) string {
	name := opt.Binary
	if name == "" {
		name = opt.Manifest
		if base := filepath.Base(name); base == "usr.manifest" {
			if abs, err := filepath.Abs(name); err == nil {
				name = filepath.Dir(abs)
			}
		} else {
			name = strings.TrimSuffix(base, ".manifest")
		}
	}
	return filepath.Base(name) + ".uk"
}

// size shows a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d B", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KB", (n+512)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
