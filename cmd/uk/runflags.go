package main

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/target"
	"uk.example/kvmboot"
)

// runFlags are the flags of a run, and in o what they come to.
type runFlags struct {
	fs    *pflag.FlagSet
	build buildFlags
	o     uk.RunOptions

	memory      memoryFlag
	env         envFlag
	envFiles    []string
	drives      drivesFlag
	shares      sharesFlag
	mounts      mountsFlag
	balloon     balloonFlag
	vsock       vsockFlag
	network     networkFlags
	trace       traceFlags
	traced      func() error // ends the trace
	machine     machineFlags
	gdb         gdbFlag
	timeout     time.Duration
	stop        time.Duration
	argv0       string
	noASLR      bool
	seed        uint64
	noSandbox   bool
	stdin, tty  string
	packets     string
	firecracker string
	print       string
}

func (f *runFlags) declare(fs *pflag.FlagSet) {
	f.fs = fs
	fs.VarP(&f.memory, "memory", "m", "guest memory (default 512M)")
	fs.VarP(countFlag{&f.o.CPUs, kvmboot.MaxCPUs}, "cpus", "c", "guest processors (default 1)")
	fs.VarP((*timeFlag)(&f.timeout), "timeout", "t", "end the guest after this time, as 30s")
	fs.Var((*timeFlag)(&f.stop), "stop-timeout", "how long the program may take to end after SIGTERM, SIGINT or SIGQUIT")
	fs.VarP(&f.env, "env", "e", "set an environment variable; NAME alone: to its value here")
	fs.StringArrayVar(&f.envFiles, "env-file", nil, "read variables from a file of NAME=VALUE lines; --env overrides them")
	fs.Var(&f.drives, "drive", "attach a file as a further disk, from /dev/vdb on; ,ro: read-only")
	fs.VarP(&f.shares, "share", "v", "mount a folder or file of this machine, or a volume, at GUEST; :ro: read-only")
	fs.Var(&f.mounts, "mount", "mount what a disk holds before the program starts")
	fs.Var(&f.balloon, "balloon", "take this much of the guest's memory while it can spare it; reporting: also memory that it frees")
	fs.StringVarP(&f.o.Cwd, "cwd", "w", "", "working folder in the guest")
	fs.StringVar(&f.argv0, "argv0", "", "the program's own name, argv[0], instead of its path")
	fs.StringVar(&f.o.Hostname, "hostname", "", "name of the guest")
	fs.StringVar(&f.o.Overlay, "overlay", "", "make the root file system writable: changes stay in memory, or in the folder =DIR; =off: read-only")
	fs.Lookup("overlay").NoOptDefVal = launch.OverlayMemory
	fs.BoolVar(&f.noASLR, "no-aslr", false, "give the program the same addresses in every run")
	fs.Uint64Var(&f.seed, "aslr-seed", 0, "derive the program's addresses and canary from this number, 1 or more")
	fs.StringVarP(&f.o.User, "user", "u", "", "run the program as UID or UID:GID, not as root")
	fs.StringArrayVar(&f.o.Ulimits, "ulimit", nil, "start the program with a resource limit NAME=SOFT[:HARD], as nofile=1024:4096; -1: none")
	fs.StringVar(&f.stdin, "stdin", "-", "file for standard input; - is this command's own, \"\" none")
	fs.Var(choiceFlag{&f.tty, []string{ttyAuto, ttyOn, ttyOff}}, "tty", "give the program a terminal: auto if standard input and output are one; Ctrl-] twice ends the guest")
	fs.Var(choiceFlag{&f.o.VMM, []string{uk.VMMBuiltin, uk.VMMQEMU, uk.VMMAuto}}, "vmm", "builtin, qemu or auto: builtin if KVM can be used (default auto)")
	fs.Var(choiceFlag{&f.o.Machine, []string{kvmboot.MachineMicroVM, kvmboot.MachineQ35}}, "machine", "QEMU's machine: microvm or q35 (default: where the image's drivers find their devices)")
	fs.Var(choiceFlag{&f.o.Accel, []string{uk.AccelKVM, uk.AccelTCG}}, "accel", "kvm or tcg, for qemu")
	fs.Var(&f.vsock, "vsock", "give the guest AF_VSOCK; the host reaches it through this Unix socket")
	f.network.declare(fs)
	f.trace.declare(fs)
	f.machine.declare(fs)
	f.gdb.declare(fs)
	fs.StringVar(&f.o.Core, "core", "", "when a signal ends the program, or the kernel panics, leave a core file in this folder")
	fs.StringVar(&f.packets, "pcap", "", "write what crosses the network to this file, for tcpdump -r and Wireshark")
	fs.BoolVar(&f.o.Verbose, "verbose", false, "show the kernel's messages")
	fs.BoolVar(&f.o.SmallPages, "small-pages", false, "no huge pages for guest memory")
	fs.BoolVar(&f.noSandbox, "no-sandbox", false, "keep this process's rights while the guest runs, for debugging")
	fs.BoolVar(&f.o.Stats, "stats", false, "print times, memory and what confines this process on standard error at the end")
	fs.StringVar(&f.firecracker, "firecracker-config", "", "boot the machine that this configuration file of Firecracker's describes")
	fs.Var(choiceFlag{&f.print, []string{launch.PrintQEMU, launch.PrintFirecracker, launch.PrintCloudHypervisor}}, "print", "do not run: print the command for qemu or cloud-hypervisor, or the configuration for firecracker")
	fs.Lookup("print").NoOptDefVal = launch.PrintQEMU
	fs.StringVar(&f.o.ModuleFile, "print-module", "", "with --print: file for arguments and environment that are too long for the hypervisor's command line")
	f.build.declareContents(fs)
	declareFormat(fs, "run", &f.build.opt)
	f.build.declareSymbols(fs)
	f.build.declareKernel(fs)
}

// checkTarget refuses a run of nothing, or of two things.
func (f *runFlags) checkTarget(args []string) error {
	if f.firecracker != "" {
		return onlyFirecracker(f.fs, args)
	}
	if len(args) == 0 {
		return noTarget("run", "name a program, a manifest or an image")
	}
	return nil
}

// options checks the flags and fills o.
func (f *runFlags) options(e *env) error {
	fromFiles, err := readEnvFiles(f.envFiles)
	if err != nil {
		return fmt.Errorf("--env-file %w", plainPath(err))
	}
	if f.o.Verbose && f.build.quiet {
		return usagef("run", "--verbose and --quiet contradict each other")
	}
	if f.timeout < 0 || f.stop < 0 {
		return usagef("run", "--timeout and --stop-timeout take no negative time")
	}
	if f.o.ModuleFile != "" && f.print == "" {
		return usagef("run", "--print-module goes with --print")
	}
	if f.o.ASLR, err = f.aslr(); err != nil {
		return err
	}
	if f.o.Overlay, err = overlayFolder(f.o.Overlay); err != nil {
		return err
	}
	if err := f.machine.check(f.fs, f.print, f.firecracker); err != nil {
		return err
	}
	if f.o.Network, err = f.network.config(f.fs, e, f.build.quiet); err != nil {
		return err
	}
	if f.o.GDB, err = f.gdb.options(f.fs, e); err != nil {
		return err
	}
	if f.o.Trace, f.traced, err = f.trace.options(); err != nil {
		return err
	}
	f.o.Memory, f.o.Env = int64(f.memory.sizeFlag), append(fromFiles, f.env...)
	f.o.Notice, f.o.Stdout, f.o.Stderr = e.note, e.console, e.stderr
	f.o.Drives, f.o.Shares, f.o.Mounts, f.o.Balloon = f.drives, f.shares, f.mounts, f.balloon.b
	f.o.Vsock, f.o.Card = f.vsock.config(), f.network.net.card
	f.o.Confine = e.own && !f.noSandbox
	if f.fs.Changed("argv0") {
		f.o.Argv0 = &f.argv0
	}
	return nil
}

// forBuild tells the build what the run will ask of the image.
func (f *runFlags) forBuild() {
	b := &f.build.opt
	b.Trace, b.Terminal = f.o.Trace != nil, f.o.TerminalType
	b.Need, b.MountPoints, b.OptionName = f.o.Needs(), f.o.MountPoints(), runFlag
	b.User, b.Ulimits = f.o.User, f.o.Ulimits
	b.RunEnv, b.Shares, b.CPUs = f.o.Env, f.o.Shares, f.o.CPUs
}

// aslr is what the flags make of [uk.RunOptions.ASLR].
func (f *runFlags) aslr() (string, error) {
	seeded := f.fs.Changed("aslr-seed")
	switch {
	case f.noASLR && seeded:
		return "", usagef("run", "--no-aslr and --aslr-seed contradict each other")
	case seeded && f.seed == 0:
		return "", usagef("run", "--aslr-seed 0: want a number from 1 up")
	case f.noASLR:
		return "off", nil
	case seeded:
		return strconv.FormatUint(f.seed, 10), nil
	}
	return "", nil
}

// terminal finds the terminal that the program is to have, and tells o of it. It is nil if it is not this process's:
// a detached machine's is the one that attaches.
func (f *runFlags) terminal(e *env) (*terminal, error) {
	var t *terminal
	if f.machine.detach {
		if f.tty == ttyOn {
			f.o.Terminal, f.o.TerminalType = &kvmboot.Terminal{Rows: 24, Cols: 80}, cmp.Or(os.Getenv("TERM"), "xterm")
		}
	} else {
		var err error
		if t, err = findTerminal(e, f.tty, f.stdin); err != nil {
			return nil, err
		}
		if t != nil && f.print == "" && f.firecracker == "" {
			f.o.Terminal, f.o.TerminalType = t.size(), os.Getenv("TERM")
		}
	}
	return t, nil
}

// checkPrint refuses to print for an image that is gone afterwards, and flags that --print has no place for.
func (f *runFlags) checkPrint(args []string) error {
	if f.print == "" {
		return nil
	}
	if err := onlyPrinted(f.fs, f.print); err != nil {
		return err
	}
	if kind, _, err := target.Identify(args[0]); err != nil {
		return err
	} else if kind != target.Image {
		return usagef("run", "--print needs an image that stays: make one with uk build")
	}
	return nil
}

// onlyFirecracker refuses what a configuration file of Firecracker's leaves no room for.
func onlyFirecracker(fs *pflag.FlagSet, args []string) error {
	if len(args) > 0 {
		return usagef("run", "--firecracker-config names the kernel: no %s beside it", args[0])
	}
	var err error
	fs.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "firecracker-config", "stdin", "timeout", "stats", "small-pages", "quiet", "no-sandbox", "stop-timeout":
		case "vmm":
			if f.Value.String() == uk.VMMQEMU {
				err = usagef("run", "--firecracker-config is for the built-in runner")
			}
		default:
			err = usagef("run", "--%s goes with an image; with --firecracker-config the file says it all", f.Name)
		}
	})
	return err
}

// onlyPrinted refuses what a printed command has no place for.
func onlyPrinted(fs *pflag.FlagSet, hypervisor string) error {
	var err error
	fs.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "stdin", "timeout", "stop-timeout", "stats", "small-pages", "no-sandbox":
			err = usagef("run", "--%s is of a run, and --print does not run", f.Name)
		case "vmm", "machine", "accel":
			if hypervisor != launch.PrintQEMU || f.Value.String() == uk.VMMBuiltin {
				err = usagef("run", "--%s=%s does not go with --print=%s", f.Name, f.Value, hypervisor)
			}
		}
	})
	return err
}
