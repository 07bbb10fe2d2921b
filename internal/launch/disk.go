package launch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/diskimage"
	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/outfile"
	"uk.example/kvmboot"
)

// DiskProfile is the profile of a program that becomes a disk when nothing else
// is said: the devices of a machine with UEFI firmware are on PCI.
const DiskProfile = "virtio-pci"

// Places of the root file system on a disk.
const (
	RootPartition = "partition" // of its own; the kernel reads it as it needs it
	RootEmbedded  = "embedded"  // in the program that the firmware loads
)

// loaderFile is the UEFI loader of a kit.
const loaderFile = "uefi.elf"

// DiskOptions say how an image becomes a disk.
type DiskOptions struct {
	Output string           // file, replaced in one step
	Format diskimage.Format // "": raw
	// Root is where the root file system goes; "": on a partition if the
	// image's drivers can read one, embedded if it has no drivers.
	Root string
	Kit  string // folder of the kit; "": see [kits.Find]
	// SignKey and SignCert are PEM files to sign for Secure Boot with.
	SignKey, SignCert string

	// Args, Env, Cwd, Hostname and CPUs are those of [Options].
	Args     []string
	Env      []string
	Cwd      string
	Hostname string
	CPUs     int
	Verbose  bool

	// Progress is told how many bytes of how many are written; nil: nobody is.
	Progress func(done, total int64)
	// Warn takes single lines about what is probably not meant.
	Warn func(line string)
}

// Disk makes a disk image that a machine with UEFI firmware boots.
func Disk(ctx context.Context, im *image.Bundle, opt DiskOptions) (*diskimage.Result, error) {
	if opt.Output == "" {
		return nil, errors.New("no output file named")
	}
	if opt.Format == "" {
		opt.Format = diskimage.Raw
	}
	if err := outfile.Apart(opt.Output, append(im.Files(), opt.SignKey, opt.SignCert)...); err != nil {
		return nil, err
	}
	if err := image.CheckMachine(0, opt.CPUs, opt.Cwd, opt.Hostname); err != nil {
		return nil, err
	}
	embed, err := embedRoot(im, &opt)
	if err != nil {
		return nil, err
	}
	var signer *diskimage.Signer
	if opt.SignKey != "" || opt.SignCert != "" {
		if opt.SignKey == "" || opt.SignCert == "" {
			return nil, errors.New("to sign takes both a key and its certificate")
		}
		if signer, err = diskimage.LoadSigner(opt.SignKey, opt.SignCert); err != nil {
			return nil, err
		}
	}
	kit, err := kits.Find(opt.Kit)
	if err != nil {
		return nil, err
	}
	cmdline, err := kvmboot.CommandLine(Config(im, Options{
		Args: opt.Args, Env: opt.Env, Cwd: opt.Cwd, Hostname: opt.Hostname, CPUs: opt.CPUs, Verbose: opt.Verbose,
	}))
	if err != nil {
		return nil, err
	}
	info, err := diskInfo(im, &opt)
	if err != nil {
		return nil, err
	}
	return diskimage.Write(ctx, opt.Output, diskimage.Options{
		Format: opt.Format, Info: info, Loader: filepath.Join(kit, loaderFile),
		Kernel: im.Kernel(), Root: im.Root(), RootSHA256: im.RootSHA256,
		Cmdline: cmdline, Embed: embed, Signer: signer, Progress: opt.Progress,
	})
}

// diskInfo is the uk.json of a disk: the image's with what opt changes, for [image.OpenDisk].
func diskInfo(im *image.Bundle, opt *DiskOptions) ([]byte, error) {
	i := im.Info
	i.Env = slices.Concat(i.Env, opt.Env)
	if opt.Args != nil {
		i.Command = append(i.Command[:1:1], opt.Args...)
	}
	i.Cwd = cmp.Or(opt.Cwd, i.Cwd)
	i.Hostname = cmp.Or(opt.Hostname, i.Hostname)
	i.CPUs = cmp.Or(opt.CPUs, i.CPUs)
	return json.Marshal(i)
}

// embedRoot decides where the root file system goes, and refuses what cannot
// boot.
func embedRoot(im *image.Bundle, opt *DiskOptions) (bool, error) {
	mmio, pci := im.BuiltInTransports()
	readsDisk := pci && im.BuiltIn(drivers.Disk) && im.BuiltIn(drivers.RootPartition)
	bare := !mmio && !pci && !im.Serves(drivers.Transport)
	place := opt.Root
	if opt.Format == diskimage.ISO || opt.Format == diskimage.EFI {
		if place == RootPartition {
			return false, badoption.Errorf("Root", "format %s has no partition for the root file system: use --root %s, or format raw or qcow2", opt.Format, RootEmbedded)
		}
		place = RootEmbedded
	}
	switch {
	case place == RootPartition || place == "" && readsDisk:
		if !readsDisk {
			return false, fmt.Errorf("%s: its drivers (%s) cannot read a disk on PCI: build it with --profile %s", im.Name(), driverList(im.Drivers), DiskProfile)
		}
		return false, nil
	case place == "" && !bare && !pci:
		return false, fmt.Errorf("%s: its drivers (%s) find nothing on a machine with firmware, which has its devices on PCI: build it with --profile %s, or choose --root %s and have the console on the serial port",
			im.Name(), driverList(im.Drivers), DiskProfile, RootEmbedded)
	case place != "" && place != RootEmbedded:
		return false, badoption.Errorf("Root", "root %q: use %s or %s", place, RootPartition, RootEmbedded)
	}
	if !pci && !bare && opt.Warn != nil {
		opt.Warn(fmt.Sprintf("%s: its drivers (%s) find nothing on a machine with firmware; the console is the serial port: --profile %s has more", im.Name(), driverList(im.Drivers), DiskProfile))
	}
	return true, nil
}

func driverList(d []string) string {
	if len(d) == 0 {
		return "none"
	}
	return strings.Join(d, ", ")
}
