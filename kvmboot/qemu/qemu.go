package qemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot"
	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
	"uk.example/kvmboot/virtio"
)

// qemuReserves is how much memory QEMU may ask the host to set aside, which a host that has less refuses,
// whether or not the guest will use it. (The built-in runner asks for none to be.)
const qemuReserves = 1 << 30

// vhostVsock is the host's own socket device. Under QEMU, programs of the host reach the guest by
// AF_VSOCK; there is no Unix socket.
const vhostVsock = "/dev/vhost-vsock"

// Command gives the command line that boots cfg under QEMU's machine
// [Config.Machine] with the accelerator "kvm" or "tcg", to be printed. The guest's serial port goes
// to QEMU's standard error, its status bytes (see Status) to the file statusFile,
// or nowhere when that is empty.
func Command(cfg kvmboot.Config, accel, statusFile string) ([]string, error) {
	if err := cfg.Normalize(); err != nil {
		return nil, err
	}
	if err := cfg.Absolute(); err != nil {
		return nil, err
	}
	files := qemuFiles{status: statusFile, serial: "/dev/stderr", output: "/dev/stdout"}
	if cfg.ModuleFile != "" {
		files.module = cfg.WriteModule
	}
	return qemuArgs(&cfg, accel, files, 0)
}

// qemuFiles are the files that QEMU writes what the guest says to; an empty status
// leaves that out. A monitor is the descriptor of a connection to QEMU's.
type qemuFiles struct {
	status, serial, output string
	programError           string // "": goes to output
	monitor                int
	locked                 bool // QEMU need not lock what a guest writes
	// module makes a file of the root file system image, if it is a module, and what is
	// behind it; nil: there is no place for such a file.
	module func(root string, behind []byte) (string, error)
}

func qemuArgs(cfg *kvmboot.Config, accel string, f qemuFiles, now int64) ([]string, error) {
	cpu := "max"
	switch accel {
	case "tcg":
	case "kvm":
		// KVM may list this register and yet refuse to have it set.
		cpu = "host,arch-capabilities=off"
	default:
		return nil, fmt.Errorf("accelerator %q: want kvm or tcg", accel)
	}
	machine := newQEMUMachine(cfg.Machine)
	argv := []string{
		kvmboot.QEMUProgram,
		"-M", machine.options,
		"-accel", accel, "-cpu", cpu,
		"-m", qemuMemory(cfg.Memory), "-smp", strconv.Itoa(cfg.CPUs),
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-kernel", cfg.Kernel,
		"-chardev", "stdio,id=con",
		"-device", "isa-debug-exit,iobase=0xf4,iosize=0x4",
	}
	add := func(a ...string) { argv = append(argv, a...) }
	if cfg.GDB != "" {
		add("-gdb", cfg.GDB, "-S")
	}
	if cfg.Memory > qemuReserves {
		argv[2] += ",memory-backend=ram"
		add("-object", "memory-backend-ram,id=ram,reserve=off,size="+qemuMemory(cfg.Memory))
	}
	if cfg.Confine {
		add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny")
	}
	serial, words := "con", machine.words
	if !cfg.NoVirtio {
		if !cfg.SerialConsole {
			serial = "ser"
			add("-chardev", "file,id=ser,append=on,path="+qemuEscape(f.serial))
		}
		add(machine.prepare()...)
		if cfg.Root != "" && !cfg.RootAsModule {
			// The long form, as -drive takes a colon in a name for a protocol.
			add("-blockdev", "driver=raw,node-name=root,read-only=on,file.driver=file,file.filename="+qemuEscape(cfg.Root))
			add("-device", machine.device("blk", "drive=root"))
		}
		if !cfg.SerialConsole {
			// Not a virtconsole: that drops output which is not taken at once, and cannot
			// tell the end of its input. Two ports, as one would take no output behind
			// the end of its input.
			add("-chardev", "file,id=out,append=on,path="+qemuEscape(f.output))
			ports := "max_ports=3"
			if f.programError != "" {
				ports = "max_ports=4"
				add("-chardev", "file,id=err,append=on,path="+qemuEscape(f.programError))
			}
			add("-device", machine.device("serial", ports),
				"-device", "virtserialport,nr=1,chardev=con", "-device", "virtserialport,nr=2,chardev=out")
			words = strings.TrimSpace(words + " uk.console=1:2")
			if f.programError != "" {
				add("-device", "virtserialport,nr=3,chardev=err")
				words += " uk.stderr=3"
			}
		}
		if !cfg.NoEntropy {
			add("-device", machine.device("rng"))
		}
		for i, d := range cfg.Drives {
			add(qemuDrive(machine, i, d, cfg.CPUs, f.locked)...)
		}
		if b := cfg.Balloon; b != nil {
			options := []string{"id=balloon", "deflate-on-oom=on"}
			if b.Reporting {
				options = append(options, "free-page-reporting=on")
			}
			add("-device", machine.device("balloon", options...))
		}
		if cfg.Vsock != nil {
			add("-device", "vhost"+strings.TrimPrefix(machine.device("vsock", fmt.Sprintf("guest-cid=%d", cfg.Vsock.CID)), "virtio"))
		}
		if c := cfg.Card; c != nil {
			card, err := qemuCard(machine, c)
			if err != nil {
				return nil, err
			}
			add(card...)
		}
		for i, s := range cfg.Shares {
			if s.IsFile() {
				return nil, fmt.Errorf("share %s: QEMU shares no single files: share the folder that it is in, or use the built-in runner", s.Path)
			}
			add(qemuShare(machine, i, s)...)
		}
		if err := machine.check(len(cfg.Drives), len(cfg.Shares)); err != nil {
			return nil, err
		}
	}
	add("-device", "isa-serial,iobase=0x3f8,irq=4,chardev="+serial)
	if f.monitor > 0 {
		add("-chardev", fmt.Sprintf("socket,id=qmp,fd=%d", f.monitor), "-mon", "chardev=qmp,mode=control")
	}
	if f.status != "" {
		add("-chardev", "file,id=st,path="+qemuEscape(f.status), "-device", "isa-debugcon,iobase=0xe9,chardev=st")
	}
	line, behind, err := kvmboot.BuildCommandLine(cfg, machine.transports(), now, machine.maxCmdline-len(words)-1)
	if err != nil {
		return nil, err
	}
	module := ""
	if cfg.RootAsModule {
		module = cfg.Root
	}
	if len(behind) > 0 {
		if f.module == nil {
			return nil, fmt.Errorf("%d bytes of arguments and environment: QEMU's machine %s passes on a kernel command line of %d bytes at most; shorten them, name a file for them (--print-module), or let uk run start QEMU", len(behind), machine.name, machine.maxCmdline)
		}
		if module, err = f.module(module, behind); err != nil {
			return nil, err
		}
	}
	if module != "" {
		add("-initrd", module)
	}
	add("-append", strings.TrimSpace(line+" "+words))
	return argv, nil
}

// qemuModule makes a boot module in memory: a root file system image, if one is named, to
// the next page, and the words behind it.
func qemuModule(root string, behind []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("uk-module", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memory for arguments and environment: %w", err)
	}
	f := os.NewFile(uintptr(fd), "uk-module")
	var size int64
	if root != "" {
		var r *os.File
		if r, err = os.Open(root); err == nil {
			size, err = io.Copy(f, r)
			r.Close()
		}
	}
	if err == nil {
		_, err = f.WriteAt(behind, (size+guestmem.PageSize-1)&^(guestmem.PageSize-1))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// qemuMemory is an amount of memory as QEMU's options take it; -m rounds up to 8 KB.
func qemuMemory(bytes int64) string { return strconv.FormatInt((bytes+8191)/8192*8, 10) + "K" }

// qemuDrive are the arguments for drive i.
func qemuDrive(machine *qemuMachine, i int, d kvmboot.Drive, cpus int, locked bool) []string {
	readOnly := map[bool]string{false: "off", true: "on"}[d.ReadOnly]
	locking := map[bool]string{false: "auto", true: "off"}[locked]
	return []string{
		"-blockdev", fmt.Sprintf("driver=raw,node-name=drive%d,read-only=%s,discard=unmap,file.driver=%s,file.locking=%s,file.filename=%s",
			i, readOnly, qemuDriver(d.Path), locking, qemuEscape(d.Path)),
		"-device", machine.device("blk", fmt.Sprintf("drive=drive%d", i), "serial="+virtio.DriveName(i), fmt.Sprintf("num-queues=%d", max(1, min(cpus, virtio.BlkMaxQueues)))),
	}
}

// qemuCard are the arguments for a network card. QEMU listens on a socket that is not there.
func qemuCard(machine *qemuMachine, c *kvmboot.Card) ([]string, error) {
	cable := "tap,script=no,downscript=no,ifname=" + qemuEscape(c.Tap)
	if c.Socket != "" {
		server := map[bool]string{true: "off", false: "on"}[listened(c.Socket)]
		cable = fmt.Sprintf("stream,server=%s,addr.type=unix,addr.path=%s", server, qemuEscape(c.Socket))
	}
	if c.User != nil {
		var err error
		if cable, err = qemuUser(c.User); err != nil {
			return nil, err
		}
	}
	options := []string{"netdev=net", "mac=" + c.MAC.String()}
	if c.MTU != 0 {
		options = append(options, fmt.Sprintf("host_mtu=%d", c.MTU))
	}
	return []string{"-netdev", cable + ",id=net", "-device", machine.device("net", options...)}, nil
}

// qemuUser is QEMU's user network.
func qemuUser(n *kvmboot.HostNetwork) (string, error) {
	if n.PublishAll || len(n.Allow)+len(n.Deny)+len(n.Resolvers) > 0 {
		return "", errors.New("QEMU's user network cannot publish all ports, allow or deny networks, or have other name servers")
	}
	cable := "user"
	for _, p := range n.Published() {
		protocol, host := "tcp", ""
		if p.UDP {
			protocol = "udp"
		}
		if p.Host.IsValid() {
			if !p.Host.Is4() {
				return "", fmt.Errorf("publish %s: QEMU publishes ports at addresses of IPv4 alone", p.Host)
			}
			host = p.Host.String()
		}
		cable += fmt.Sprintf(",hostfwd=%s:%s:%d-:%d", protocol, host, p.From, p.To)
	}
	return cable, nil
}

// listened tells whether a program listens on a Unix socket, as /proc/net/unix says: to connect would be taken for a peer.
func listened(path string) bool {
	list, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		_, err := os.Stat(path)
		return err == nil
	}
	for line := range strings.Lines(string(list)) {
		if f := strings.Fields(line); len(f) == 8 && f[7] == path {
			return true
		}
	}
	return false
}

// qemuShare are the arguments for share i. Mounts below the folder get numbers for their files that
// are not those of others.
func qemuShare(machine *qemuMachine, i int, s kvmboot.Share) []string {
	readOnly := map[bool]string{false: "off", true: "on"}[s.ReadOnly]
	return []string{
		"-fsdev", fmt.Sprintf("local,id=share%d,path=%s,security_model=none,multidevs=remap,readonly=%s", i, qemuEscape(s.Path), readOnly),
		"-device", machine.device("9p", fmt.Sprintf("fsdev=share%d", i), "mount_tag="+qemuEscape(s.Tag)),
	}
}

// qemuDriver is QEMU's name for the kind of file.
func qemuDriver(path string) string {
	if fi, err := os.Stat(path); err == nil && fi.Mode()&os.ModeDevice != 0 {
		return "host_device"
	}
	return "file"
}

// qemuEscape doubles commas, which end a value in QEMU's options.
func qemuEscape(s string) string { return strings.ReplaceAll(s, ",", ",,") }

// descriptorFolder returns the first of folders by which a process opens its own descriptors.
func descriptorFolder(folders ...string) (string, error) {
	for _, dir := range folders {
		if _, err := os.Stat(dir); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%s: no such folder: QEMU opens there what it is given: mount /proc here, or use KVM, with which uk needs neither", folders[0])
}

// Run is Run by means of QEMU; accel is "kvm" or "tcg". Its errors are those
// of Run, except that a machine that cannot go on is told in QEMU's words.
func Run(ctx context.Context, cfg kvmboot.Config, accel string) (kvmboot.Status, error) {
	start := time.Now()
	if err := cfg.Normalize(); err != nil {
		return kvmboot.Status{}, err
	}
	if cfg.Vsock != nil {
		if err := unix.Access(vhostVsock, unix.R_OK|unix.W_OK); err != nil {
			return kvmboot.Status{}, fmt.Errorf("vsock: QEMU needs %s (%w): load the module vhost_vsock, or use the built-in runner", vhostVsock, err)
		}
	}
	k, err := boot.OpenKernel(cfg.Kernel) // for its clear errors
	if err != nil {
		return kvmboot.Status{}, err
	}
	k.File.Close()
	for _, d := range cfg.Drives {
		f, _, err := virtio.OpenDrive(d)
		if err != nil {
			return kvmboot.Status{}, err
		}
		defer f.Close()
	}
	for _, s := range cfg.Shares {
		if err := s.Check(); err != nil {
			return kvmboot.Status{}, err
		}
	}
	if c := cfg.Card; c != nil {
		if err := c.CheckEnd(); err != nil {
			return kvmboot.Status{}, err
		}
	}
	if tee := cfg.TeeOf(kvmboot.StreamStdout); tee != nil {
		cfg.Stdout = teeWriter{cfg.Stdout, tee}
	}
	outputs := []io.Writer{cfg.Stderr, cfg.Stdout}
	apart := cfg.ProgramStderr != nil && !cfg.SerialConsole && !cfg.NoVirtio && cfg.Terminal == nil && !samePlace(cfg.ProgramStderr, cfg.Stdout)
	if apart {
		outputs = append(outputs, cfg.ProgramStderr)
		if tee := cfg.TeeOf(kvmboot.StreamStderr); tee != nil {
			outputs[2] = teeWriter{cfg.ProgramStderr, tee}
		}
	}
	outputs = lockWriters(outputs...)
	// The status bytes, the serial port and the console's output come through pipes
	// that QEMU inherits as descriptors 3 to 6. (A file would be opened a second
	// time, with an offset of its own.)
	status := lastPair{runs: cfg.Running}
	var pipes qemuPipes
	defer pipes.close()
	for _, w := range append([]io.Writer{&status}, outputs...) {
		if err := pipes.add(w); err != nil {
			return kvmboot.Status{}, err
		}
	}
	if cfg.Running != nil {
		cfg.Cmdline = strings.TrimSpace(cfg.Cmdline + " " + kvmboot.RunsWord)
	}
	if stdio.NoInput(cfg.Stdin) {
		cfg.Cmdline = strings.TrimSpace(cfg.Cmdline + " uk.stdin=none")
	}
	fds, err := descriptorFolder("/dev/fd", "/proc/self/fd")
	if err != nil {
		return kvmboot.Status{}, err
	}
	files := qemuFiles{status: fds + "/3", serial: fds + "/4", output: fds + "/5", locked: true}
	if apart {
		files.programError = fds + "/6"
	}
	inherited := pipes.w
	var monitor *qmp
	running := false
	if b := cfg.Balloon; b != nil {
		if monitor, err = newQMP(&cfg); err != nil {
			return kvmboot.Status{}, err
		}
		defer func() { monitor.close(running) }()
		if err := b.Attach(cfg.Memory, monitor.setTarget, monitor.askStats); err != nil {
			return kvmboot.Status{}, err
		}
		defer b.Detach()
		files.monitor = 3 + len(inherited)
		inherited = append(slices.Clip(inherited), monitor.theirs)
	}
	var module *os.File
	defer func() { module.Close() }()
	files.module = func(root string, behind []byte) (string, error) {
		f, err := qemuModule(root, behind)
		if err != nil {
			return "", err
		}
		module = f
		inherited = append(slices.Clip(inherited), f)
		return fmt.Sprintf("%s/%d", fds, 3+len(inherited)-1), nil
	}
	cfg.HideEnv = true // all users can see the command line of a process
	argv, err := qemuArgs(&cfg, accel, files, time.Now().UnixNano())
	if err != nil {
		return kvmboot.Status{}, err
	}
	if cfg.Live != nil { // which finds the processors' threads by their names
		argv = append(argv, "-name", "debug-threads=on")
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = throughPipe(outputs[1]), throughPipe(outputs[0])
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return kvmboot.Status{}, err
	}
	stop, err := stdio.NewStop()
	if err != nil {
		return kvmboot.Status{}, err
	}
	defer stop.Close()
	cmd.ExtraFiles = inherited
	// Of a terminal's signals this process alone hears, which passes them on.
	cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL, Setpgid: true}
	cmd.WaitDelay = 2 * time.Second
	ended := make(chan struct{})
	defer close(ended)
	if err := startQEMU(cmd, cfg.Confine, ended); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return kvmboot.Status{}, fmt.Errorf("%s: not found; install QEMU (Debian: qemu-system-x86)", kvmboot.QEMUProgram)
		}
		return kvmboot.Status{}, err
	}
	if running = true; monitor != nil {
		monitor.start()
	}
	if cfg.Live != nil {
		if l, err := newLive(cmd.Process.Pid, cfg.Memory); err == nil {
			defer l.close()
			cfg.Live(kvmboot.LiveOf(l.metrics))
		}
	}
	var signal atomic.Int32 // that ended it
	go func() {
		for {
			select {
			case sig := <-cfg.Signals:
				if kvmboot.EndsByDefault(sig) && signal.CompareAndSwap(0, int32(sig)) {
					_ = cmd.Process.Kill()
				}
			case <-ended:
				return
			}
		}
	}()
	pipes.copy(func() { _ = cmd.Process.Kill() })
	var feed sync.WaitGroup
	feed.Go(func() { feedQEMU(stdin, stdio.NewInput(cfg.Stdin, stop), cfg.SerialConsole) })
	werr := cmd.Wait()
	pipes.wait()
	stop.Raise()
	feed.Wait()
	s, err := qemuStatus(ctx, status.Last, werr)
	if sig := signal.Load(); sig != 0 && ctx.Err() == nil {
		s, err = kvmboot.Status{Kind: kvmboot.KindSignal, Code: int(sig)}, nil
	}
	if perr := pipes.err(); perr != nil && ctx.Err() == nil {
		s, err = kvmboot.Status{Kind: kvmboot.KindPanic}, fmt.Errorf("write the guest's output: %w", perr)
		if errors.Is(perr, unix.EPIPE) { // as for a program whose reader went away
			s, err = kvmboot.Status{Kind: kvmboot.KindSignal, Code: int(unix.SIGPIPE)}, nil
		}
	}
	s.Total = time.Since(start)
	return s, err
}

// qemuRights are the capabilities of a superuser's QEMU: what files of others and interfaces need. Without CAP_MKNOD, above all, a
// guest cannot make devices in a share, which it could open there.
var qemuRights = []int{unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_DAC_READ_SEARCH, unix.CAP_FOWNER, unix.CAP_FSETID, unix.CAP_NET_ADMIN}

// startQEMU starts QEMU from a thread of its own, which lives until ended is closed: Pdeathsig follows the thread that starts the child.
func startQEMU(cmd *exec.Cmd, confine bool, ended <-chan struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and its end, as it keeps what it lost
		if confine {
			dropBounds(qemuRights)
		}
		started <- cmd.Start()
		<-ended
	}()
	return <-started
}

// dropBounds takes from programs that this thread starts the capabilities which are not in rights. A process that may not do so has none.
func dropBounds(rights []int) {
	for c := 0; unix.Prctl(unix.PR_CAPBSET_READ, uintptr(c), 0, 0, 0) == nil; c++ {
		if !slices.Contains(rights, c) {
			_ = unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(c), 0, 0, 0)
		}
	}
}

// feedQEMU copies input until its end or the stop event. QEMU does not get the input
// itself, as it would take a terminal out of line mode; Wait, which closes
// the pipe, would wait for a Reader that is no file. A serial line is told of the end.
func feedQEMU(w io.WriteCloser, in *stdio.Input, line bool) {
	defer w.Close()
	for {
		p, err := in.Peek()
		if err != nil {
			if line && err != stdio.ErrStopped {
				_, _ = w.Write([]byte{kvmboot.EndOfInput})
			}
			return
		}
		n, err := w.Write(p)
		if err != nil {
			return
		}
		in.Consume(n)
	}
}

// throughPipe keeps a file from QEMU, whose -chardev stdio makes its standard output non-blocking. A terminal or pipe would be so for
// all who have it open: a write of this process, or of another, would fail when the reader is slow.
func throughPipe(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && f != nil {
		return struct{ io.Writer }{w}
	}
	return w
}

// teeWriter hands on a copy of what was written.
type teeWriter struct {
	w   io.Writer
	tee func([]byte)
}

func (t teeWriter) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.tee(p[:n])
	return n, err
}

// samePlace reports whether two writers lead to one file, in which what comes by two ways would be out of order.
func samePlace(a, b io.Writer) bool {
	if stdio.SameWriter(a, b) {
		return true
	}
	f, ok := a.(*os.File)
	g, also := b.(*os.File)
	if !ok || !also {
		return false
	}
	st, err := f.Stat()
	other, err2 := g.Stat()
	return err == nil && err2 == nil && os.SameFile(st, other)
}

// lockWriters makes writers that several goroutines may call: QEMU's own messages
// and the guest's serial port both go to stderr. Files need no lock.
func lockWriters(list ...io.Writer) []io.Writer {
	mu := new(sync.Mutex)
	for i, w := range list {
		if _, ok := w.(*os.File); !ok {
			list[i] = &lockedWriter{mu, w}
		}
	}
	return list
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// qemuPipes are pipes from QEMU, each with a Writer at this end.
type qemuPipes struct {
	r, w []*os.File
	to   []io.Writer
	wg   sync.WaitGroup
	errs chan error
}

func (p *qemuPipes) add(to io.Writer) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p.r, p.w, p.to = append(p.r, r), append(p.w, w), append(p.to, to)
	return nil
}

// copy starts the copying; from now on only QEMU can write. It calls failed when a
// Writer takes no more.
func (p *qemuPipes) copy(failed func()) {
	p.errs = make(chan error, len(p.r))
	for i, r := range p.r {
		p.w[i].Close()
		p.wg.Go(func() {
			if _, err := io.Copy(p.to[i], r); err != nil {
				p.errs <- err
				failed()
			}
		})
	}
	p.w = nil
}

// err is the first error of a Writer, or nil.
func (p *qemuPipes) err() error {
	select {
	case err := <-p.errs:
		return err
	default:
		return nil
	}
}

func (p *qemuPipes) wait() { p.wg.Wait() }

func (p *qemuPipes) close() {
	for _, f := range append(p.r, p.w...) {
		f.Close()
	}
}

// lastPair keeps the last pair of bytes of what the guest says, however much that is.
type lastPair struct {
	kvmboot.StatusPorts
	runs func() // is called at the first that says that the program runs; nil: nothing is
}

func (t *lastPair) Write(p []byte) (int, error) {
	for _, b := range p {
		if t.Take(b) && t.runs != nil {
			t.runs()
			t.runs = nil
		}
	}
	return len(p), nil
}

func qemuStatus(ctx context.Context, said []byte, werr error) (kvmboot.Status, error) {
	if err := ctx.Err(); err != nil {
		return kvmboot.ContextStatus(err), err
	}
	var ee *exec.ExitError
	if werr != nil && !errors.As(werr, &ee) {
		return kvmboot.Status{Kind: kvmboot.KindPanic}, fmt.Errorf("%s: %w", kvmboot.QEMUProgram, werr)
	}
	code := 0
	if ee != nil {
		code = ee.ExitCode()
	}
	// A negative code is a signal that ended QEMU, whatever the guest had said before.
	if code < 0 || code&1 == 0 || len(said) == 0 {
		// isa-debug-exit ends QEMU with an odd status; 0 is a reset that -no-reboot
		// turned into an end: a triple fault. 1 without a word is QEMU's own failure.
		if code == 0 {
			return kvmboot.Status{Kind: kvmboot.KindPanic}, errors.New("guest processor reset (triple fault)")
		}
		return kvmboot.Status{}, fmt.Errorf("%s failed: %v", kvmboot.QEMUProgram, werr)
	}
	var p kvmboot.StatusPorts
	for _, b := range said {
		p.Take(b)
	}
	s, ok := p.Status()
	if !ok {
		return s, errors.New("the guest ended without telling its status")
	}
	return s, nil
}
