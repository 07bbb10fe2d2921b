package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/internal/kits"
	"uk.example/internal/target"
	"uk.example/kvmboot"
	"uk.example/linker"
	"uk.example/manifest"
)

// driversFlag are changes of a profile, as [linker.ParseDrivers] reads them.
type driversFlag []string

func (l *driversFlag) String() string { return strings.Join(*l, ",") }
func (l *driversFlag) Type() string   { return "strings" }
func (l *driversFlag) Set(v string) error {
	if _, err := linker.ParseDrivers(v, ""); err != nil {
		return err
	}
	*l = append(*l, v)
	return nil
}

const driversHelp = "change the profile: +NAME or NAME=y, NAME=m, -NAME or NAME=n"

// sizeFlag is a number of bytes, written as 64M.
type sizeFlag int64

func (s *sizeFlag) String() string {
	if *s == 0 {
		return ""
	}
	return fmt.Sprint(int64(*s))
}
func (s *sizeFlag) Type() string { return "SIZE" }
func (s *sizeFlag) Set(v string) error {
	n, err := manifest.ParseSize(v)
	if err != nil {
		return fmt.Errorf("%w: write a number and K, M or G, as 64M", err)
	}
	*s = sizeFlag(n)
	return nil
}

// memoryFlag is the memory of a guest.
type memoryFlag struct{ sizeFlag }

func (m *memoryFlag) Set(v string) error {
	if err := m.sizeFlag.Set(v); err != nil {
		return err
	}
	return kvmboot.CheckMemory(int64(m.sizeFlag))
}

// countFlag is a number from 1 to most.
type countFlag struct {
	value *int
	most  int
}

func (c countFlag) String() string {
	if *c.value == 0 {
		return ""
	}
	return strconv.Itoa(*c.value)
}
func (c countFlag) Type() string { return "N" }
func (c countFlag) Set(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > c.most {
		return fmt.Errorf("want 1 to %d", c.most)
	}
	*c.value = n
	return nil
}

// choiceFlag is one of a few words.
type choiceFlag struct {
	value   *string
	choices []string
}

func (c choiceFlag) String() string { return *c.value }
func (c choiceFlag) Type() string   { return "string" }
func (c choiceFlag) Set(v string) error {
	if !slices.Contains(c.choices, v) {
		return fmt.Errorf("use %s or %s", strings.Join(c.choices[:len(c.choices)-1], ", "), c.choices[len(c.choices)-1])
	}
	*c.value = v
	return nil
}

// definesFlag gathers VAR=DATA.
type definesFlag map[string]string

func (d definesFlag) String() string { return "" }
func (d definesFlag) Type() string   { return "VAR=DATA" }
func (d definesFlag) Set(v string) error {
	name, data, ok := strings.Cut(v, "=")
	if !ok || name == "" {
		return fmt.Errorf("write VAR=DATA")
	}
	d[name] = data
	return nil
}

// timeFlag takes a time as 30s or 1m30s, or a bare number of seconds, as timeout(1) does.
type timeFlag time.Duration

func (t *timeFlag) String() string {
	if *t == 0 {
		return ""
	}
	return time.Duration(*t).String()
}
func (t *timeFlag) Type() string { return "TIME" }
func (t *timeFlag) Set(v string) error {
	d, err := time.ParseDuration(v)
	if err != nil {
		if d, err = time.ParseDuration(v + "s"); err != nil {
			return fmt.Errorf("%q is no time: write a number and s, m or h, as 30s", v)
		}
	}
	*t = timeFlag(d)
	return nil
}

// envFlag gathers NAME=VALUE; each value is taken as it is, commas and all. NAME alone takes the
// value that it has here.
type envFlag []string

func (l *envFlag) String() string { return "" }
func (l *envFlag) Type() string   { return "NAME=VALUE" }
func (l *envFlag) Set(v string) error {
	name, _, ok := strings.Cut(v, "=")
	if name == "" {
		return fmt.Errorf("write NAME=VALUE, or NAME for one that is set here")
	}
	if !ok {
		value, set := os.LookupEnv(name)
		if !set {
			return fmt.Errorf("%s is not set here: write NAME=VALUE", name)
		}
		v = name + "=" + value
	}
	*l = append(*l, v)
	return nil
}

// drivesFlag gathers FILE[,ro].
type drivesFlag []kvmboot.Drive

func (l *drivesFlag) String() string { return "" }
func (l *drivesFlag) Type() string   { return "FILE[,ro]" }
func (l *drivesFlag) Set(v string) error {
	path, readOnly := strings.CutSuffix(v, ",ro")
	if !readOnly {
		path = strings.TrimSuffix(v, ",rw")
	}
	if path == "" {
		return fmt.Errorf("write FILE, or FILE,ro for a disk that is only read")
	}
	*l = append(*l, kvmboot.Drive{Path: path, ReadOnly: readOnly})
	return nil
}

// balloonFlag is SIZE[,reporting].
type balloonFlag struct{ b *kvmboot.Balloon }

func (f *balloonFlag) String() string { return "" }
func (f *balloonFlag) Type() string   { return "SIZE[,reporting]" }
func (f *balloonFlag) Set(v string) error {
	size, reporting := strings.CutSuffix(v, ",reporting")
	var n sizeFlag
	if size != "0" {
		if err := n.Set(size); err != nil {
			return err
		}
	}
	f.b = &kvmboot.Balloon{Size: int64(n), Reporting: reporting}
	return nil
}

// buildFlags are the flags of every verb that builds or looks at a build.
type buildFlags struct {
	opt     uk.Options
	defines definesFlag
	quiet   bool
	fs      *pflag.FlagSet
}

// forImage refuses the flags that say how an image is built: name is one already.
func (b *buildFlags) forImage(verb, name string) error {
	all := pflag.NewFlagSet(verb, pflag.ContinueOnError)
	var other buildFlags
	other.declareContents(all)
	declareFormat(all, verb, &other.opt)
	other.declareSymbols(all)
	other.declareKernel(all)
	var err error
	b.fs.Visit(func(f *pflag.Flag) {
		if f.Name != "quiet" && f.Name != "kit" && all.Lookup(f.Name) != nil {
			err = usagef(verb, "--%s says how an image is built, but %s is one: give it to uk build", f.Name, name)
		}
	})
	return err
}

// declare adds the flags that say what goes into an image.
func (b *buildFlags) declareContents(fs *pflag.FlagSet) {
	b.defines, b.fs = definesFlag{}, fs
	fs.VarP(b.defines, "define", "D", "set a manifest's variable")
	fs.StringVar(&b.opt.Command, "command", "", "command line of the image, instead of the manifest's; --env=NAME=VALUE and --cwd=FOLDER may stand before the program")
	fs.StringSliceVarP(&b.opt.LibraryPath, "library-path", "L", nil, "look for libraries in these folders first")
	fs.BoolVar(&b.opt.NoLibraries, "no-libraries", false, "add no library that a manifest does not list")
	fs.Var(choiceFlag{&b.opt.Libc, []string{"kernel", "image"}}, "libc", "kernel: the kernel is the C library; image: the image brings the host's; without it: kernel, or image if that lacks a name or differs from glibc in it")
	fs.StringVar(&b.opt.Owner, "owner", "", "owner of the image's files: auto (default), the host's if that is a system user, else root; keep, the host's; UID or UID:GID")
	fs.BoolVarP(&b.quiet, "quiet", "q", false, "print no warnings")
}

// formatFlag is the flag for the root file system's format. Disk images have another --format.
func formatFlag(verb string) string {
	if verb == "image" {
		return "root-format"
	}
	return "format"
}

func declareFormat(fs *pflag.FlagSet, verb string, o *uk.Options) {
	fs.Var(choiceFlag{&o.Format, []string{build.FormatRofs2, build.FormatRofs1}}, formatFlag(verb), "format of the root file system: rofs2 (default), which keeps modes, owners and times, or rofs1, OSv's")
}

// declareSymbols adds the flags that say what the kernel offers.
func (b *buildFlags) declareSymbols(fs *pflag.FlagSet) {
	fs.Var(choiceFlag{&b.opt.DLSym, []string{"auto", "warn", "off"}}, "dlsym", "symbols that programs look up at run time: auto (default), warn or off")
	fs.StringSliceVar(&b.opt.Symbols, "symbols", nil, "also offer these symbols")
}

// declareDrivers adds the flags that say which drivers a kernel has.
func (b *buildFlags) declareDrivers(fs *pflag.FlagSet) {
	declareKit(fs, &b.opt.Kit)
	fs.StringVar(&b.opt.Profile, "profile", "", "profile of drivers: a name or a file (default "+build.DefaultProfile+"); see uk config list")
	fs.Var((*driversFlag)(&b.opt.Drivers), "drivers", driversHelp)
	fs.BoolVar(&b.opt.NoDefaultDevices, "without-default-devices", false, "start without any driver, instead of from a profile")
}

// declareKernel adds the flags that say how a kernel is linked.
func (b *buildFlags) declareKernel(fs *pflag.FlagSet) {
	b.declareDrivers(fs)
	fs.StringSliceVar(&b.opt.Syscalls, "syscalls", nil, "system calls to answer on the syscall instruction: names, auto (default: those that the program makes) or all")
	fs.StringVar(&b.opt.VersionScript, "version-script", "", "symbols to keep, instead of those that the program asks for")
	fs.BoolVar(&b.opt.KeepDebug, "debug", false, "also make kernel.elf.debug with all symbols")
	fs.BoolVar(&b.opt.Force, "relink", false, "link even if nothing changed")
}

func declareKit(fs *pflag.FlagSet, kit *string) {
	fs.StringVar(kit, "kit", "", "folder of the kit (default $"+kits.Variable+", or the program's own, in it or beside it)")
}

// options returns the flags' options for the target name; verb is for errors.
func (b *buildFlags) options(e *env, verb, name string, args []string) (uk.Options, error) {
	o := b.opt
	o.Defines = b.defines
	kind, path, err := target.Identify(name)
	if err != nil {
		return o, err
	}
	switch kind {
	case target.Program:
		if len(b.defines) > 0 {
			return o, usagef(verb, "-D sets a manifest's variable, but %s is a program", name)
		}
		if o.Command != "" {
			return o, usagef(verb, "--command is of a manifest, but %s is a program: write its arguments behind it", name)
		}
		o.Binary = path
		e.names().As("/"+filepath.Base(path), name) // as the guest calls what is below /tmp
	case target.Manifest, target.Archive:
		o.Manifest = path
	case target.Image:
		return o, usagef(verb, "%s is an image that is built already: name a program or a manifest", name)
	case target.Disk:
		return o, usagef(verb, "%s is a disk, whose image is built already: name a program or a manifest", name)
	case target.Folder:
		return o, usagef(verb, "%s: %s", name, target.NotABuild(name))
	default:
		return o, target.NotOne(name)
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) > 0 {
		o.Args = args
	}
	o.Progress, o.Bytes = e.setProgress, e.setBytes
	if !b.quiet {
		o.Warn = e.note
	}
	return o, nil
}
