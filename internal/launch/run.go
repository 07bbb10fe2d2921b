package launch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"uk.example/internal/backtrace"
	"uk.example/internal/badoption"
	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/internal/stoppable"
	"uk.example/kvmboot"
	"uk.example/kvmboot/qemu"
	"uk.example/manifest"
)

// Virtual machine monitors of Options.VMM, and accelerators of Options.Accel.
const (
	VMMBuiltin = "builtin"
	VMMQEMU    = "qemu"
	VMMAuto    = "auto"
	AccelKVM   = "kvm"
	AccelTCG   = "tcg"
)

// Options say how an image is run. Empty fields leave the choice to the
// image, or else to the defaults.
type Options struct {
	// Args take the place of the arguments that the image's command has; nil
	// leaves them.
	Args     []string
	Argv0    *string  // what the program finds as its own name, "" too; nil: what the image says, or the path
	Env      []string // NAME=VALUE, added to the image's; PATH, HOME, USER and, with a terminal, TERM have defaults
	Cwd      string
	Hostname string
	User     string // UID or UID:GID, for images that were built with one
	// Traps has the program make its system calls by SYSCALL instructions, where the kernel would make jumps of them;
	// so do runs under gdb.
	Traps bool
	// ASLR is where the program's stack, heap, mappings and, if it can be anywhere, it itself
	// lie: "on" is the default, somewhere else at each boot; "off" at the same places; and
	// with a number, from 1 up, where that number puts them. Canaries and other random bytes
	// that a program finds at its start (AT_RANDOM) come from the number, too.
	ASLR   string
	Memory int64 // bytes
	CPUs   int

	// VMM is "builtin", "qemu" or "auto". With "auto" or "" it is the built-in one where KVM
	// can be used, and QEMU where not; Notice is told so.
	VMM string
	// Machine is QEMU's, "microvm" or "q35"; "": the one that the kernel's
	// drivers find their devices on.
	Machine string
	// Accel is QEMU's accelerator, "kvm" or "tcg"; "": kvm where it can be used.
	Accel string
	// Notice hears of choices and of what is probably not meant, a line each.
	Notice func(line string)

	// Stdin is the console's input; nil: none. Stdout takes what the program
	// writes to its standard output and error; Stderr takes the kernel's
	// messages, with names put on the addresses of backtraces. nil discards.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Closed are those of the descriptors 0 to 2 that the program does not have when it starts, as after >&- in a shell.
	Closed []int
	// ProgramStderr takes what the program writes to its standard error; nil: Stdout does, as it does where the two are
	// one in the guest: on a serial console and a terminal.
	ProgramStderr io.Writer
	// Terminal, if not nil, makes Stdin and Stdout a terminal for the program: it is
	// for the caller to put the terminal that they lead to into raw mode. The image
	// needs the driver tty.
	Terminal *kvmboot.Terminal
	// TerminalType is that terminal's, which TERM names unless the environment says otherwise.
	TerminalType string

	// Drives are disks besides the root, which need drivers, see [Options.Needs].
	Drives []kvmboot.Drive
	// Shares are folders of the host that the guest has, too.
	Shares []image.Share
	// Overlay is where changes to the root file system go: OverlayMemory, which forgets them at the end, or a folder of
	// the host, which keeps them; OverlayOff: the root is only read, whatever the image says. The image needs the driver
	// overlay.
	Overlay string
	// Ulimits are resource limits of the program besides the image's, NAME=SOFT[:HARD], which win over those. The image
	// must have been built with some.
	Ulimits []string
	// Mounts are made before the program starts, after those of the image and the shares. What
	// they need of the image, [Options.Needs] knows for some types.
	Mounts []kvmboot.Mount
	// Vsock is a socket device between guest and host. The image needs the driver virtio_vsock.
	Vsock *kvmboot.Vsock
	// Network lets the guest use this host's network, if the image has the driver inet_host: images of programs that
	// make sockets have it. nil: the guest has none but itself.
	Network *kvmboot.HostNetwork
	// Card is a network card, for which the image needs the driver virtio_net.
	Card *kvmboot.Card

	// Balloon takes memory from the guest while it runs; nil: nothing does. The
	// image needs the driver virtio_balloon.
	Balloon *kvmboot.Balloon

	// ModuleFile is for [Print]: the file that is made where arguments and environment are
	// longer than the hypervisor's command line, and that what is printed names.
	ModuleFile string

	// GDB, if not nil, lets gdb have the program from its first instruction on.
	GDB *GDBOptions
	// Packets takes what the program sends to the network and gets from there, as a pcap file; nil: nothing does.
	Packets io.Writer
	// Core is a folder for a core file of a program that a signal ended, or a panic of the kernel; "": none.
	Core string
	// Profile, if not nil, takes samples of what the program does.
	Profile *Profile
	// Trace, if not nil, shows the program's system calls.
	Trace *TraceOptions

	// Signals are for the program, see [kvmboot.Config].
	Signals <-chan unix.Signal

	Verbose    bool // the kernel says more
	Quiet      bool // Notice hears no warnings, and nothing is said of system calls that are missing
	Stats      bool // fill Status.Resident
	SmallPages bool // no huge pages for guest memory

	// Confine gives up what this process does not need to run the machine, for good; for
	// processes that do nothing else. See [kvmboot.Config].
	Confine bool
	// Ready is called when the files of the image are open and the machine is about to run:
	// they may be removed then. QEMU opens them itself, and Ready is not called.
	Ready func() error

	// Running, Live, Tee and Control are those of [kvmboot.Config].
	Running func()
	Live    func(*kvmboot.Live)
	Tee     func(stream int, p []byte)
	Control bool
}

// Run boots the image and waits for its end. The status is the program's; the
// error tells why there is none, or that ctx ended the run; see [kvmboot.Run].
func Run(ctx context.Context, im *image.Bundle, opt Options) (kvmboot.Status, error) {
	if err := chooseMachine(im, &opt); err != nil {
		return kvmboot.Status{}, err
	}
	accel, onQEMU, err := chooseVMM(&opt)
	if err != nil {
		return kvmboot.Status{}, err
	}
	if err := check(im, &opt); err != nil {
		return kvmboot.Status{}, err
	}
	if err := chooseNetwork(im, &opt, onQEMU); err != nil {
		return kvmboot.Status{}, err
	}
	cfg := Config(im, opt)
	cfg.Packets = opt.Packets
	if dropsInput(im) && holdsInput(opt.Stdin) {
		opt.warn("the program gets no input: no console driver is in this image, CONFIG_VIRTIO_CONSOLE=y or CONFIG_SERIAL=y adds one (--drivers console)")
	}
	for _, name := range withoutEffect(im, opt.Env) {
		opt.warn(name + " has no effect: it is for glibc and its loader, which --libc image brings")
	}
	if zone := missingZone(im, opt.Env); zone != "" {
		opt.warn("TZ=" + zone + ": this image has no zone of that name, so that programs take UTC for it: build it with -e TZ=" + zone)
	}
	held := hold(im)
	defer held.close()
	if cfg.Stderr != nil {
		calls := &callWriter{w: stoppable.Writer(ctx, cfg.Stderr), drop: opt.Quiet, notice: opt.Notice, offer: sync.OnceValue(held.offeredCalls)}
		defer calls.Flush()
		w := backtrace.NewWriter(calls, held.symbolSource(), opt.Verbose)
		defer w.Flush()
		cfg.Stderr = w
	}
	tracer, err := startTrace(im, &opt, &cfg)
	if err != nil {
		return kvmboot.Status{}, err
	}
	gone, err := underGDB(ctx, im, &opt, held, &cfg, onQEMU)
	if err != nil {
		return endedBefore(ctx), err
	}
	defer gone()
	if err := errors.Join(leaveCore(im, &opt, held, &cfg), takeProfile(im, &opt, held, &cfg)); err != nil {
		return kvmboot.Status{}, err
	}
	run := kvmboot.Run
	if onQEMU {
		run = func(ctx context.Context, cfg kvmboot.Config) (kvmboot.Status, error) {
			return qemu.Run(ctx, cfg, accel)
		}
	}
	s, err := run(ctx, cfg)
	return s, errors.Join(err, tracer.ended(s))
}

// withoutEffect gives the variables among env that only glibc and its loader look at,
// in an image that has neither (ld.so(8)).
func withoutEffect(im *image.Bundle, env []string) []string {
	var names []string
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "LD_AUDIT", "LD_DEBUG", "LD_DEBUG_OUTPUT", "LD_DYNAMIC_WEAK", "LD_PROFILE", "LD_SHOW_AUXV", "LD_TRACE_LOADED_OBJECTS", "GCONV_PATH", "GLIBC_TUNABLES":
			if im.Libc != "image" {
				names = append(names, name)
			}
		}
	}
	return names
}

// ulimits reads lists of limits that were checked before.
func ulimits(lists ...[]string) []kvmboot.Ulimit {
	var all []kvmboot.Ulimit
	for _, s := range slices.Concat(lists...) {
		if u, err := manifest.ParseUlimit(s); err == nil {
			all = append(all, kvmboot.Ulimit(u))
		}
	}
	return all
}

// Config makes the runner's configuration of the image's and opt.
func Config(im *image.Bundle, opt Options) kvmboot.Config {
	cfg := kvmboot.Config{
		Kernel: im.Kernel(), Root: im.Root(),
		Args: slices.Clone(im.Command), Env: image.LastOfEach(slices.Concat(im.Env, opt.Env)),
		Cwd: im.Cwd, Hostname: cmp.Or(opt.Hostname, im.Hostname), User: im.User, Ulimits: ulimits(im.Ulimits, opt.Ulimits), ASLR: im.ASLR,
		Memory: im.Memory, CPUs: im.CPUs, Drives: opt.Drives, Balloon: opt.Balloon, Machine: opt.Machine,
		Stdin: opt.Stdin, Stdout: opt.Stdout, Stderr: opt.Stderr, ProgramStderr: opt.ProgramStderr, Closed: opt.Closed,
		Vsock: opt.Vsock, Network: opt.Network, Card: opt.Card, Shares: opt.shares(), Mounts: slices.Concat(im.Mounts, opt.mounts()), Terminal: opt.Terminal,
		ModuleFile: opt.ModuleFile, Verbose: opt.Verbose, Stats: opt.Stats, SmallPages: opt.SmallPages,
		Confine: opt.Confine, Ready: opt.Ready, Signals: opt.Signals,
		Running: opt.Running, Live: opt.Live, Tee: opt.Tee, Control: opt.Control,
	}
	cfg.Overlay, cfg.Traps = opt.overlay(im.Overlay), opt.Traps
	cfg.NoVirtio = noDevices(im, &opt)
	cfg.SerialConsole = !im.Serves(drivers.Console)
	cfg.NoEntropy = !im.Serves(drivers.Entropy)
	cfg.MapRoot = im.MapRoot
	cfg.RootAsModule = !im.BuiltIn(drivers.Disk) // modules come from the root file system
	if opt.Args != nil {
		cfg.Args = append(cfg.Args[:1], opt.Args...)
	}
	if name := cmp.Or(opt.Argv0, im.Argv0); name != nil && len(cfg.Args) > 0 {
		cfg.Exe, cfg.Args[0] = cfg.Args[0], *name
	}
	cfg.Cwd = cmp.Or(opt.Cwd, cfg.Cwd)
	cfg.ASLR = cmp.Or(opt.ASLR, cfg.ASLR)
	cfg.User = cmp.Or(opt.User, cfg.User)
	terminal := ""
	if opt.Terminal != nil {
		terminal = opt.TerminalType
	}
	cfg.Env = withDefaults(cfg.Env, im.AccountOf(cfg.User), terminal)
	cfg.Memory = cmp.Or(opt.Memory, cfg.Memory)
	cfg.CPUs = cmp.Or(opt.CPUs, cfg.CPUs)
	if cfg.Memory == 0 {
		cfg.Memory = DefaultMemory
	}
	return cfg
}

// withoutKVM tells that QEMU takes its place, for why KVM cannot be used, or what to do if there is no QEMU either.
func withoutKVM(why error, warn func(string)) error {
	reason, _, _ := strings.Cut(why.Error(), ";")
	if _, err := exec.LookPath(kvmboot.QEMUProgram); err != nil {
		return fmt.Errorf("%s; or install QEMU, which is slow without KVM (Debian: qemu-system-x86)", reason)
	}
	warn(fmt.Sprintf("running slowly under %s, as there is no KVM: %s", kvmboot.QEMUProgram, reason))
	return nil
}

// warn says what is probably not meant, or not as wanted, unless nothing is to be said of such.
func (opt *Options) warn(line string) {
	if opt.Notice != nil && !opt.Quiet {
		opt.Notice(line)
	}
}

// chooseVMM decides between the built-in runner and QEMU.
func chooseVMM(opt *Options) (accel string, qemu bool, err error) {
	switch opt.Accel {
	case "", AccelKVM, AccelTCG:
	default:
		return "", false, badoption.Errorf("Accel", "accelerator %q: use kvm or tcg", opt.Accel)
	}
	option, inside := opt.insideOption()
	if inside && (opt.VMM == VMMQEMU || opt.VMM != VMMBuiltin && opt.Accel == AccelTCG) {
		return "", false, onlyBuiltin(option, kvmboot.Detect())
	}
	switch opt.VMM {
	case VMMBuiltin:
		if opt.Accel == AccelTCG {
			return "", false, badoption.Errorf("Accel", "the built-in runner has no tcg: use --vmm=qemu with it")
		}
		return "", false, nil
	case "", VMMAuto:
		if opt.Accel == AccelTCG {
			return AccelTCG, true, nil
		}
		err := kvmboot.Detect()
		if err == nil {
			return "", false, nil
		}
		if opt.Accel == AccelKVM {
			return "", false, err
		}
		if inside {
			return "", false, onlyBuiltin(option, err)
		}
		if err := withoutKVM(err, opt.warn); err != nil {
			return "", false, err
		}
		return AccelTCG, true, nil
	case VMMQEMU:
		if opt.Accel != "" {
			return opt.Accel, true, nil
		}
		if kvmboot.Detect() == nil {
			return AccelKVM, true, nil
		}
		return AccelTCG, true, nil
	}
	return "", false, badoption.Errorf("VMM", "virtual machine monitor %q: use builtin, qemu or auto", opt.VMM)
}

// DefaultMemory is the memory of a guest, in bytes, when neither the manifest
// nor the command says how much. The host provides only what the guest touches.
const DefaultMemory = 512 << 20
