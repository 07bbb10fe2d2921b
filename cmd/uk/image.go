package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/diskimage"
	"uk.example/internal/launch"
	"uk.example/internal/outfile"
	"uk.example/internal/target"
	"uk.example/kvmboot"
)

func imageCommand() *command {
	return &command{
		name:   "image",
		args:   "IMAGE|PROGRAM|MANIFEST [--] [ARGUMENT...]",
		short:  "make a disk that a machine with UEFI firmware boots",
		greedy: true,
		long: `IMAGE is a folder that "uk build" made; of anything else an image is built first,
with profile ` + launch.DiskProfile + ` unless told otherwise. Formats raw and qcow2 are disks with an
EFI system partition and the root file system; iso is a CD; efi is the bare
program that firmware loads, to be signed or served over the network. The same
input gives the same bytes. Arguments take the place of the image's own.`,
		examples: []example{
			{"uk image ./server", "makes server.raw"},
			{"uk image -f qcow2 -o disk.qcow2 ./server", "in another format; an image in its place must have been built with --profile virtio-pci"},
			{"uk image -f iso --profile base ./prog", "a CD that needs no driver; the console is the serial port"},
			{"uk image --sign-key db.key --sign-cert db.crt ./server", "for a machine with Secure Boot"},
			{"qemu-system-x86_64 -M q35 -bios /usr/share/ovmf/OVMF.fd -drive file=disk.qcow2,if=virtio", "boots a disk"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var b buildFlags
			var o uk.DiskOptions
			var vars envFlag
			var format string
			var asJSON bool
			fs.StringVarP(&format, "format", "f", "", "raw, qcow2, iso or efi (default: what -o ends with, or raw)")
			fs.StringVarP(&o.Output, "output", "o", "", "the disk's file (default NAME.FORMAT)")
			fs.Var(choiceFlag{&o.Root, []string{launch.RootPartition, launch.RootEmbedded}}, "root", "where the root file system goes: partition or embedded (default: as the drivers allow)")
			fs.StringVar(&o.SignKey, "sign-key", "", "RSA key to sign for Secure Boot with, a PEM file")
			fs.StringVar(&o.SignCert, "sign-cert", "", "certificate of --sign-key, a PEM file")
			fs.VarP(countFlag{&o.CPUs, kvmboot.MaxCPUs}, "cpus", "c", "processors that the kernel starts (default 1)")
			fs.VarP(&vars, "env", "e", "set an environment variable; NAME alone: to its value here")
			fs.StringVar(&o.Cwd, "cwd", "", "working folder in the guest")
			fs.StringVar(&o.Hostname, "hostname", "", "name of the guest")
			fs.BoolVar(&o.Verbose, "verbose", false, "have the kernel show its messages")
			fs.BoolVar(&asJSON, "json", false, "print what was made as JSON")
			b.declareContents(fs)
			declareFormat(fs, "image", &b.opt)
			b.declareSymbols(fs)
			b.declareKernel(fs)
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return usagef("image", "name an image, a program or a manifest")
				}
				if (o.SignKey == "") != (o.SignCert == "") {
					return usagef("image", "--sign-key and --sign-cert go together")
				}
				if err := diskFormat(&o, format); err != nil {
					return err
				}
				o.Env, o.Kit = vars, b.opt.Kit
				if !b.quiet {
					o.Warn = e.note
				}
				if o.Output == "" {
					o.Output = diskOutput(args[0]) + "." + string(o.Format)
				}
				if err := outfile.Apart(o.Output, args[0]); err != nil && !isImageDisk(args[0]) {
					return err
				}
				img, cleanup, err := imageOf(ctx, e, &b, "image", args[0], args[1:], &o.Args, func(opt *uk.Options) {
					opt.FallbackProfile = launch.DiskProfile
				})
				if err != nil {
					return err
				}
				defer cleanup()
				e.setProgress("writing " + o.Output)
				o.Progress = e.setBytes
				res, err := img.Disk(ctx, o)
				if err != nil {
					return err
				}
				if asJSON {
					return e.json(struct {
						File string `json:"file"`
						*diskimage.Result
					}{o.Output, res})
				}
				e.endProgress()
				where := "root embedded"
				if res.RootStart != 0 {
					where = "root on a partition"
				}
				if res.Signed {
					where += ", signed"
				}
				fmt.Fprintf(e.stdout, "%s: %s, %s, %s\n", o.Output, res.Format, size(res.FileSize), where)
				return nil
			}
		},
	}
}

// isImageDisk reports whether name is a disk, which is read before another takes its place.
func isImageDisk(name string) bool {
	kind, _, err := target.Identify(name)
	return err == nil && kind == target.Disk
}

// diskFormat takes the format from its flag or from the output's name.
func diskFormat(o *uk.DiskOptions, name string) error {
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(o.Output), "."))
	for _, f := range diskimage.Formats {
		if name == string(f) || name == "" && ext == string(f) {
			o.Format = f
			return nil
		}
	}
	if name != "" {
		return usagef("image", "--format %s: use raw, qcow2, iso or efi", name)
	}
	if slices.Contains(otherDisks, ext) {
		return usagef("image", "%s: no disk of this format can be made: name a .qcow2 file, of which qemu-img convert makes others, or say --format raw", o.Output)
	}
	o.Format = diskimage.Raw
	return nil
}

// otherDisks are endings that promise another format than raw.
var otherDisks = []string{"vmdk", "vdi", "vhd", "vhdx", "vpc", "qcow", "qed", "ova", "ovf", "dmg", "wim", "zip", "gz", "xz"}

// diskOutput is the name of what name leads to, without its folder and ending.
func diskOutput(name string) string {
	if t, path, err := target.Identify(name); err == nil && t == target.Manifest {
		return strings.TrimSuffix(defaultOutput(uk.Options{Manifest: path}), ".uk")
	}
	return strings.TrimSuffix(filepath.Base(filepath.Clean(name)), ".uk")
}
