package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/cache"
	"uk.example/internal/drivers"
	"uk.example/internal/launch"
	"uk.example/internal/outfile"
	"uk.example/internal/stoppable"
	"uk.example/kvmboot"
)

func runCommand() *command {
	return &command{
		name:   "run",
		args:   "PROGRAM|MANIFEST|IMAGE|DISK|ARCHIVE [--] [ARGUMENT...]",
		short:  "boot a program as a unikernel and wait for its end",
		greedy: true,
		long: `PROGRAM is an ELF file or a script on this machine, by path or from $PATH: an
image of it and its libraries is made, booted, and removed. MANIFEST is a
usr.manifest or the folder it is in. IMAGE is a folder that "uk build" made, DISK
what "uk image" made of one: the image in it is run, without firmware. ARCHIVE is
a root file system as tar or cpio, whose program ARGUMENTs begin with. Arguments
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
			{"uk run root.tar.zst /bin/sh", "a program in an archive, with its own C library"},
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
	f := &runFlags{stop: defaultStop, tty: ttyAuto}
	f.declare(fs)
	return func(ctx context.Context, e *env, args []string) error {
		if change != nil {
			change(&f.o)
		}
		return f.run(ctx, e, args)
	}
}

// run boots what args name, or the machine of Firecracker's configuration, and waits for its end.
func (f *runFlags) run(ctx context.Context, e *env, args []string) (err error) {
	if err := f.checkTarget(args); err != nil {
		return err
	}
	if err := f.options(e); err != nil {
		return err
	}
	if f.packets != "" {
		file, err := outfile.Stream(f.packets)
		if err != nil {
			return fmt.Errorf("--pcap %w", plainPath(err))
		}
		defer file.Close()
		f.o.Packets = file
	}
	t, err := f.terminal(e)
	if err != nil {
		return err
	}
	f.forBuild()
	release, err := useVolumes(e, f.shares)
	if err != nil {
		return err
	}
	defer release()
	if err := f.checkPrint(args); err != nil {
		return err
	}
	stderr := e.stderr // without what else goes there
	m, err := beginMachine(ctx, e, &f.machine, cmp.Or(f.firecracker, first(args)), rest(args), f.network.n.Publish, f.stop, t != nil || f.o.Terminal != nil)
	if err != nil {
		return err
	}
	defer func() { err = m.end(err) }()
	if m.detached() {
		f.stdin = ""
	}
	if f.firecracker != "" {
		return f.boot(ctx, e, m, t, stderr, func(ctx context.Context) (kvmboot.Status, error) {
			return launch.RunFirecracker(ctx, f.firecracker, f.o)
		})
	}
	img, cleanup, err := f.image(ctx, e, args)
	if err != nil {
		return err
	}
	defer cleanup()
	f.o.Ready = func() error { // nothing stays, even if this process is killed
		cleanup()
		cache.Drop()
		return nil
	}
	if f.print != "" {
		return f.printed(e, img)
	}
	return f.boot(ctx, e, m, t, stderr, func(ctx context.Context) (kvmboot.Status, error) { return img.Run(ctx, f.o) })
}

// image is the image to run: args[0], or one that is made of it and that the function removes.
func (f *runFlags) image(ctx context.Context, e *env, args []string) (*uk.Image, func(), error) {
	f.o.Quiet = f.build.quiet
	f.build.quiet = f.build.quiet || !f.o.Verbose // what could be missing, a run shows
	img, cleanup, err := imageOf(ctx, e, &f.build, "run", args[0], args[1:], &f.o.Args, func(opt *uk.Options) {
		opt.Typed = args[0]
		opt.RunCwd = f.o.Cwd
		if !f.o.Quiet {
			opt.Notice = e.note
		}
	})
	if err == nil && f.tty == ttyAuto && !img.BuiltIn(drivers.Terminal) {
		f.o.Terminal = nil
	}
	return img, cleanup, err
}

// printed prints what would run img elsewhere.
func (f *runFlags) printed(e *env, img *uk.Image) error {
	text, err := img.Print(f.print, f.o)
	if err == nil {
		_, err = io.WriteString(e.stdout, text)
	}
	return err
}

// boot connects the guest with this process, calls run, and makes the tool's end of the guest's.
func (f *runFlags) boot(ctx context.Context, e *env, m *runMachine, t *terminal, stderr io.Writer, run func(context.Context) (kvmboot.Status, error)) error {
	in, err := openStdin(e, f.stdin)
	if err != nil {
		return err
	}
	if in != nil {
		f.o.Stdin = in
		if in != e.stdin {
			defer in.Close()
		}
	}
	e.endProgress()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if t != nil && f.o.Terminal != nil {
		restore, err := t.attach(e, &f.o, cancel)
		if err != nil {
			return err
		}
		defer restore()
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	var signals chan unix.Signal
	if e.signals != nil {
		signals = e.signals.toGuest(f.stop)
		f.o.Signals = signals
	}
	if f.o.Terminal == nil { // which has one stream
		f.o.Closed = closedFiles()
		f.o.ProgramStderr = programStderr(stderr)
	}
	if m != nil {
		m.connect(&f.o, signals, cancel)
	}
	st, err := run(ctx)
	if e := f.traced(); err == nil && e != nil {
		err = fmt.Errorf("--trace-file %w", e)
	}
	m.ran(st)
	if f.o.Stats {
		printStats(e.stderr, st)
	}
	return ended(e, st, err, f.timeout)
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
	if err != nil {
		return nil, fmt.Errorf("--stdin %w", plainPath(err))
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
	if st.Exits == 0 { // QEMU's, which tells nothing else
		fmt.Fprintf(w, "uk: total %v\n", st.Total.Round(time.Microsecond))
		return
	}
	fmt.Fprintf(w, "uk: setup %v, total %v, %d exits, %d KB of guest memory used\n",
		st.Setup.Round(time.Microsecond), st.Total.Round(time.Microsecond), st.Exits, st.Resident>>10)
	if st.Sandbox != "" {
		fmt.Fprintf(w, "uk: sandbox: %s\n", st.Sandbox)
	}
}
