package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"uk"
	"uk/internal/stoppable"
	"uk/kvmboot"
)

func runCommand() *command {
	return &command{
		name:   "run",
		args:   "PROGRAM|MANIFEST|IMAGE|DISK [--] [ARGUMENT...]",
		short:  "boot a program as a unikernel and wait for its end",
		greedy: true,
		long: `PROGRAM is an ELF file or a script on this machine, by path or from $PATH: an
image of it and its libraries is made, booted, and removed. MANIFEST is a
usr.manifest or the folder it is in. IMAGE is a folder that "uk build" made, DISK
what "uk image" made of one: the image in it is run, without firmware. Arguments
take the place of those in a manifest's or image's command.

The exit status is the program's: 128+N if signal N ended it, 124 after
--timeout, 125 if the kernel panicked; 2 says that the command line is wrong and 1
that something else is. SIGTERM, SIGINT, SIGQUIT and SIGHUP are the program's; a
second one, or --stop-timeout, ends the guest.`,
		examples: []example{
			{`uk run /usr/bin/lua5.4 -- -e 'print(1+1)'`, "a program of this machine"},
			{"uk run wc -l notes.txt", "and the files of this machine that its arguments name"},
			{"uk run /usr/bin/sqlite3", "with this terminal; Ctrl-] twice ends the guest"},
			{"uk run --memory 64M --env DEBUG=1 ./server --port 80", "with memory, environment and arguments"},
			{"uk run --ulimit nofile=1024:4096 --ulimit stack=-1 ./server", "with resource limits, as docker run's"},
			{"uk run server.uk", "an image that is built already"},
			{"uk run server.qcow2", "the image in a disk that uk image made"},
			{"uk run --drive disk.img ./prog", "with a disk, which is /dev/vdb there"},
			{"uk run -v .:/src -w /src ./prog", "in a folder of this machine, see docs/devices.md"},
			{"uk run -p 8080:80 ./server", "with its port 80 as this machine's 8080, see docs/host-sockets.md"},
			{"uk run --net user -p 8080:80 ./server", "with a network card on a network of its own, without root"},
			{"uk run --net tap=tap0 ./server", "with a network card on a TAP interface, see docs/network-card.md"},
			{"uk run --gdb ./prog", "stopped at its first instruction, for gdb to connect, see docs/debugging.md"},
			{"uk run --pcap packets.pcap -p 8080 ./server", "with its packets for tcpdump and Wireshark"},
			{"uk run --core . ./prog", "with a core file for gdb if a signal ends it"},
			{"uk run --trace=file,network ./prog", "with its system calls on files and sockets, see docs/debugging.md"},
			{"uk run --vsock vm.sock ./server", "with sockets to the host, see docs/vsock.md"},
			{"uk run --vmm qemu --accel tcg ./prog", "on a machine without KVM"},
			{"uk run --profile virtio-pci --machine q35 ./prog", "on QEMU's q35, with devices on PCI"},
			{"uk run --print=firecracker server.uk > server.json", "Firecracker's configuration for an image of --profile firecracker"},
			{"uk run --firecracker-config server.json", "boot that on the built-in runner"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error { return runSetup(fs, nil) },
	}
}

// runSetup declares the flags of a run; change, if not nil, changes what they come to.
func runSetup(fs *pflag.FlagSet, change func(*uk.RunOptions)) func(context.Context, *env, []string) error {
	var b buildFlags
	var o uk.RunOptions
	var memory memoryFlag
	var env_ envFlag
	var envFiles []string
	var drives drivesFlag
	var shares sharesFlag
	var mounts mountsFlag
	var balloon balloonFlag
	var timeout time.Duration
	stop := defaultStop
	var stdin string
	var stats, noASLR, noSandbox bool
	var argv0 string
	var seed uint64
	var firecracker, print string
	var vsock vsockFlag
	var network networkFlags
	var trace traceFlags
	var machine machineFlags
	var gdb gdbFlag
	var packets string
	tty := ttyAuto
	fs.VarP(&memory, "memory", "m", "guest memory (default 512M)")
	fs.VarP(countFlag{&o.CPUs, kvmboot.MaxCPUs}, "cpus", "c", "guest processors (default 1)")
	fs.VarP((*timeFlag)(&timeout), "timeout", "t", "end the guest after this time, as 30s")
	fs.Var((*timeFlag)(&stop), "stop-timeout", "end the guest when its program has not ended so long after SIGTERM, SIGINT or SIGQUIT")
	fs.VarP(&env_, "env", "e", "set an environment variable; NAME alone: to its value here")
	fs.StringArrayVar(&envFiles, "env-file", nil, "a file of NAME=VALUE lines; --env wins over them")
	fs.Var(&drives, "drive", "a file as a further disk, /dev/vdb and on; ,ro: only to be read")
	fs.VarP(&shares, "share", "v", "a folder of this machine or a volume, at GUEST there; :ro: only to be read")
	fs.Var(&mounts, "mount", "mount what a disk holds before the program starts")
	fs.Var(&balloon, "balloon", "take so much of the guest's memory, as long as it can spare it; reporting: and what it frees")
	fs.StringVarP(&o.Cwd, "cwd", "w", "", "working folder in the guest")
	fs.StringVar(&argv0, "argv0", "", "what the program finds as its own name, instead of its path")
	fs.StringVar(&o.Hostname, "hostname", "", "name of the guest")
	fs.StringVar(&o.Overlay, "overlay", "", "let the program change the root file system: in memory, or in =DIR, a folder that keeps the changes; =off: not")
	fs.Lookup("overlay").NoOptDefVal = uk.OverlayMemory
	fs.BoolVar(&noASLR, "no-aslr", false, "give the program the same addresses in every run")
	fs.Uint64Var(&seed, "aslr-seed", 0, "give the program the addresses and the canary that this number stands for, from 1 up")
	fs.StringVarP(&o.User, "user", "u", "", "run the program as UID or UID:GID, not as root")
	fs.StringArrayVar(&o.Ulimits, "ulimit", nil, "begin the program with a resource limit NAME=SOFT[:HARD], as nofile=1024:4096; -1: none")
	fs.StringVar(&stdin, "stdin", "-", "file for standard input; - is this command's own, \"\" none")
	fs.Var(choiceFlag{&tty, []string{ttyAuto, ttyOn, ttyOff}}, "tty", "give the program a terminal: auto if standard input and output are one; Ctrl-] twice ends the guest")
	fs.Var(choiceFlag{&o.VMM, []string{uk.VMMBuiltin, uk.VMMQEMU, uk.VMMAuto}}, "vmm", "builtin, qemu or auto: builtin if KVM can be used (default auto)")
	fs.Var(choiceFlag{&o.Machine, []string{kvmboot.MachineMicroVM, kvmboot.MachineQ35}}, "machine", "QEMU's machine: microvm or q35 (default: where the image's drivers find their devices)")
	fs.Var(choiceFlag{&o.Accel, []string{uk.AccelKVM, uk.AccelTCG}}, "accel", "kvm or tcg, for qemu")
	fs.Var(&vsock, "vsock", "give the guest AF_VSOCK; the host reaches it through this Unix socket")
	network.declare(fs)
	trace.declare(fs)
	machine.declare(fs)
	gdb.declare(fs)
	fs.StringVar(&o.Core, "core", "", "when a signal ends the program, or the kernel panics, leave a core file in this folder")
	fs.StringVar(&packets, "pcap", "", "write what crosses the network to this file, for tcpdump -r and Wireshark")
	fs.BoolVar(&o.Verbose, "verbose", false, "show the kernel's messages")
	fs.BoolVar(&o.SmallPages, "small-pages", false, "no huge pages for guest memory")
	fs.BoolVar(&noSandbox, "no-sandbox", false, "keep this process's rights while the guest runs, for debugging")
	fs.BoolVar(&stats, "stats", false, "print times, memory and what confines this process on standard error at the end")
	fs.StringVar(&firecracker, "firecracker-config", "", "boot the machine that this configuration file of Firecracker's describes")
	fs.Var(choiceFlag{&print, []string{uk.PrintQEMU, uk.PrintFirecracker, uk.PrintCloudHypervisor}}, "print", "do not run: print the command for qemu or cloud-hypervisor, or the configuration for firecracker")
	fs.Lookup("print").NoOptDefVal = uk.PrintQEMU
	fs.StringVar(&o.ModuleFile, "print-module", "", "with --print: file for arguments and environment that are too long for the hypervisor's command line")
	b.declareContents(fs)
	declareFormat(fs, "run", &b.opt)
	b.declareSymbols(fs)
	b.declareKernel(fs)
	return func(ctx context.Context, e *env, args []string) (err error) {
		if change != nil {
			change(&o)
		}
		if firecracker != "" {
			if err := onlyFirecracker(fs, args); err != nil {
				return err
			}
		}
		if len(args) == 0 && firecracker == "" {
			return noTarget("run", "name a program, a manifest or an image")
		}
		fromFiles, err := readEnvFiles(envFiles)
		if err != nil {
			return fmt.Errorf("--env-file %w", err)
		}
		env_ = append(fromFiles, env_...)
		o.Memory, o.Env, o.Stats, o.Notice = int64(memory.sizeFlag), env_, stats, e.note
		o.Stdout, o.Stderr, o.Drives = e.console, e.stderr, drives
		o.Balloon, o.Shares, o.Mounts = balloon.b, shares, mounts
		if fs.Changed("argv0") {
			o.Argv0 = &argv0
		}
		o.Confine = e.own && !noSandbox
		if o.Verbose && b.quiet {
			return usagef("run", "--verbose and --quiet contradict each other")
		}
		switch {
		case noASLR && fs.Changed("aslr-seed"):
			return usagef("run", "--no-aslr and --aslr-seed contradict each other")
		case fs.Changed("aslr-seed") && seed == 0:
			return usagef("run", "--aslr-seed 0: want a number from 1 up")
		case noASLR:
			o.ASLR = "off"
		case seed != 0:
			o.ASLR = strconv.FormatUint(seed, 10)
		}
		if timeout < 0 || stop < 0 {
			return usagef("run", "--timeout and --stop-timeout take no negative time")
		}
		o.Vsock = vsock.config()
		if o.Network, err = network.config(fs, e, b.quiet); err != nil {
			return err
		}
		o.Card = network.net.card
		var traced func() error
		if o.Trace, traced, err = trace.options(); err != nil {
			return err
		}
		b.opt.Trace = o.Trace != nil
		if packets != "" {
			f, err := os.Create(packets)
			if err != nil {
				return fmt.Errorf("--pcap %w", err)
			}
			defer f.Close()
			o.Packets = f
		}
		if o.GDB, err = gdb.options(fs, e); err != nil {
			return err
		}
		if err := machine.check(fs, print, firecracker); err != nil {
			return err
		}
		var t *terminal
		if !machine.detach {
			if t, err = findTerminal(e, tty, stdin); err != nil {
				return err
			}
		} else if tty == ttyOn {
			o.Terminal, o.TerminalType = &kvmboot.Terminal{Rows: 24, Cols: 80}, cmp.Or(os.Getenv("TERM"), "xterm")
			b.opt.Terminal = o.TerminalType
		}
		if t != nil && print == "" && firecracker == "" {
			o.Terminal, o.TerminalType = t.size(), os.Getenv("TERM")
			b.opt.Terminal = o.TerminalType
		}
		if o.Overlay, err = overlayFolder(o.Overlay); err != nil {
			return err
		}
		if len(args) > 0 || firecracker != "" {
			release, err := useVolumes(e, shares)
			if err != nil {
				return err
			}
			defer release()
		}
		b.opt.Need, b.opt.MountPoints = o.NeededDrivers(), o.MountPoints()
		b.opt.User, b.opt.Ulimits = o.User, o.Ulimits
		b.opt.RunEnv, b.opt.Shares, b.opt.CPUs = env_, shares, o.CPUs
		run := func(ctx context.Context) (kvmboot.Status, error) { return uk.RunFirecracker(ctx, firecracker, o) }
		if print != "" {
			if err := onlyPrinted(fs, print); err != nil {
				return err
			}
			if target, _, err := uk.Identify(args[0]); err != nil {
				return err
			} else if target != uk.TargetImage {
				return usagef("run", "--print needs an image that stays: make one with uk build")
			}
		}
		if o.ModuleFile != "" && print == "" {
			return usagef("run", "--print-module goes with --print")
		}
		stderr := e.stderr // without what else goes there
		m, err := beginMachine(ctx, e, &machine, cmp.Or(firecracker, first(args)), rest(args), network.n.Publish, stop, t != nil || o.Terminal != nil)
		if err != nil {
			return err
		}
		defer func() { err = m.end(err) }()
		if m.detached() {
			stdin = ""
		}
		if firecracker == "" {
			o.Quiet = b.quiet
			b.quiet = b.quiet || !o.Verbose // what could be missing, a run shows
			img, cleanup, err := imageOf(ctx, e, &b, "run", args[0], args[1:], &o.Args, func(opt *uk.Options) {
				opt.Typed = args[0]
				opt.RunCwd = o.Cwd
				if !o.Quiet {
					opt.Notice = e.note
				}
			})
			if err != nil {
				return err
			}
			defer cleanup()
			o.Ready = func() error { cleanup(); return nil } // nothing stays, even if this process is killed
			if tty == ttyAuto && !slices.Contains(img.Drivers, uk.DriverTTY) {
				o.Terminal = nil
			}
			if print != "" {
				text, err := img.Print(print, o)
				if err == nil {
					_, err = io.WriteString(e.stdout, text)
				}
				return err
			}
			run = func(ctx context.Context) (kvmboot.Status, error) { return img.Run(ctx, o) }
		}
		in, err := openStdin(e, stdin)
		if err != nil {
			return err
		}
		if in != nil {
			o.Stdin = in
			if in != e.stdin {
				defer in.Close()
			}
		}
		e.endProgress()
		if t != nil && o.Terminal != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(ctx)
			defer cancel()
			restore, err := t.attach(e, &o, cancel)
			if err != nil {
				return err
			}
			defer restore()
		}
		if timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, timeout)
			defer cancel()
		}
		var signals chan unix.Signal
		if e.signals != nil {
			signals = e.signals.toGuest(stop)
			o.Signals = signals
		}
		if o.Terminal == nil { // which has one stream
			o.ProgramStderr = programStderr(stderr)
		}
		if m != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(ctx)
			defer cancel()
			m.connect(&o, signals, cancel)
		}
		st, err := run(ctx)
		if e := traced(); err == nil && e != nil {
			err = fmt.Errorf("--trace-file %w", e)
		}
		m.ran(st)
		if stats {
			printStats(e.stderr, st)
		}
		return ended(e, st, err, timeout)
	}
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
			if hypervisor != uk.PrintQEMU || f.Value.String() == uk.VMMBuiltin {
				err = usagef("run", "--%s=%s does not go with --print=%s", f.Name, f.Value, hypervisor)
			}
		}
	})
	return err
}

// programStderr is where a program's standard error goes. A closed one loses what is written there, as programs that
// have one do not mind; so does one that is only to be read, as which the start of this process leaves a closed one.
func programStderr(w io.Writer) io.Writer {
	f, ok := w.(*os.File)
	if !ok {
		return w
	}
	writable := false
	if c, err := f.SyscallConn(); err == nil { // f.Fd could change its mode
		c.Control(func(fd uintptr) {
			flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
			writable = err == nil && flags&unix.O_ACCMODE != unix.O_RDONLY
		})
	}
	if !writable {
		return io.Discard
	}
	return w
}

func openStdin(e *env, name string) (*os.File, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return e.stdin, nil
	}
	f, err := os.Open(name)
	var pe *os.PathError
	if errors.As(err, &pe) {
		return nil, fmt.Errorf("--stdin %s: %w", name, pe.Err)
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		f.Close()
		return nil, fmt.Errorf("--stdin %s: is a folder: name a file", name)
	}
	return f, nil
}

// signalName is the name of a signal that has one, to be put behind its number.
func signalName(sig syscall.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return " (" + name + ")"
	}
	return ""
}

// ended makes the tool's end of the guest's.
func ended(e *env, st kvmboot.Status, err error, timeout time.Duration) error {
	var me *kvmboot.MachineError
	switch {
	case err == nil:
		if sig := syscall.Signal(st.Code); st.Kind == kvmboot.KindSignal && sig != syscall.SIGPIPE && !e.signals.sent(st.Code) { // of SIGPIPE shells say nothing either
			e.note(fmt.Sprintf("the program was ended by signal %d%s", st.Code, signalName(sig)))
		}
		if code := st.ExitCode(); code != 0 {
			return exitStatus(code)
		}
		return nil
	case st.Kind == kvmboot.KindTimeout:
		if stoppable.Ready(e.stderr) { // the guest may have filled a pipe that nobody reads
			e.note(fmt.Sprintf("the guest was ended after %v, as --timeout says", timeout))
		}
		return exitStatus(exitTimeout)
	case st.Kind == kvmboot.KindCanceled:
		return exitStatus(e.signals.status())
	case st.Kind == kvmboot.KindPanic:
		e.fail(err)
		if errors.As(err, &me) && me.Regs != "" {
			fmt.Fprintln(e.stderr, me.Regs)
		}
		return exitStatus(exitMachine)
	}
	return err
}

func printStats(w io.Writer, st kvmboot.Status) {
	fmt.Fprintf(w, "uk: setup %v, total %v, %d exits, %d KB of guest memory used\n",
		st.Setup.Round(time.Microsecond), st.Total.Round(time.Microsecond), st.Exits, st.Resident>>10)
	if st.Sandbox != "" {
		fmt.Fprintf(w, "uk: sandbox: %s\n", st.Sandbox)
	}
}
