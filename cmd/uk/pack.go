package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/internal/target"
)

func packCommand() *command {
	return &command{
		name:  "pack",
		args:  "PROGRAM|MANIFEST|FOLDER|ARCHIVE",
		short: "pack files into a root file system image",
		long: `A folder without a usr.manifest is packed as it is, and so is an archive: tar or
cpio (newc), which gzip or zstd may have compressed. The same input gives the same
bytes; no file has a later time than $SOURCE_DATE_EPOCH, if that is set. With
--format rofs1 --exact a manifest gives what OSv's own tools make of it.`,
		examples: []example{
			{"uk pack -o root.rofs apps/web", "what apps/web/usr.manifest lists"},
			{"uk pack -o data.rofs ./folder", "a tree"},
			{"uk pack -o root.rofs root.tar.zst", "with the archive's owners, modes and times"},
			{"uk pack -o root.rofs --format rofs1 --exact usr.manifest", "as OSv packs it"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var output string
			var asJSON bool
			fs.StringVarP(&output, "output", "o", "", "the image's file")
			fs.BoolVar(&asJSON, "json", false, "print what was made as JSON")
			fs.BoolVar(&b.opt.Exact, "exact", false, "pack what the manifest lists and nothing else")
			b.declareContents(fs)
			declareFormat(fs, "pack", &b.opt)
			return func(ctx context.Context, e *env, args []string) error {
				name, err := oneArg("pack", "a manifest, a program, a folder or an archive", args)
				if err != nil {
					return err
				}
				if output == "" {
					return usagef("pack", "name the image's file with -o")
				}
				var opt uk.Options
				if kind, path, err := target.Identify(name); err != nil {
					return err
				} else if kind == target.Folder {
					opt = uk.Options{Manifest: path, Format: b.opt.Format, Owner: b.opt.Owner, Progress: e.setProgress, Bytes: e.setBytes}
					if !b.quiet {
						opt.Warn = e.note
					}
				} else if opt, err = b.options(e, "pack", name, nil); err != nil {
					return err
				}
				st, err := build.Pack(ctx, opt, output)
				if err != nil {
					return err
				}
				e.endProgress()
				if asJSON {
					return e.json(st)
				}
				fmt.Fprintf(e.stdout, "%s: %s, %d files, %d folders, %d links\n", output, size(st.ImageBytes), st.Files, st.Dirs, st.Links)
				return nil
			}
		},
	}
}
