package kvmboot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
	"uk.example/internal/confine"
	"uk.example/internal/pcap"
	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
	"uk.example/kvmboot/virtio"
)

// machine is one virtual machine from creation to close.
type machine struct {
	cfg  *Config
	mem  *guestmem.Memory
	lazy lazyMemory
	kvm  int // /dev/kvm
	vm   int
	cpus []*vcpu

	tscKHz int // rate of the guest's time stamp counter; 0: not told
	// setClock brings the time in the command line up to date, right before the guest begins; nil: there is none.
	setClock func() error

	// stopIn ends waits for input once the processors have stopped, stopOut waits for
	// output when the caller gives up.
	stopIn, stopOut *stdio.Stop

	serial     *serial
	signals    hostSignals
	console    *stdio.Output
	consoleErr *stdio.Output // the program's standard error; nil: console
	devices    []*virtio.Transport
	ioapic     *ioapic // nil: KVM has it
	disks      []*os.File
	balloon    *Balloon
	vsock      *virtio.VsockDevice
	network    *virtio.HostSocketsDevice
	card       *virtio.CardDevice
	user       *virtio.UserLink // card's, or still starting
	shares     []*virtio.ShareDevice

	marks *marker // nil: no marks are wanted
	guest *Guest  // nil: nobody looks into it

	capture *pcap.Writer // nil: packets are not kept

	sandbox *confine.Sandbox // nil until the process is confined
	lines   confine.Lines    // what holds it then

	supported chan cpuidResult // what KVM can offer a guest, being asked for

	running  sync.Once
	looking  sync.Mutex // holds the end up while somebody looks at the machine
	gone     bool
	stopping atomic.Bool
	done     chan struct{} // closed once status and err are final

	mu     sync.Mutex
	ports  StatusPorts
	ended  bool
	given  error // the context's, when the guest was given time to write back what it has of the host's
	status Status
	err    error
}

func newMachine(cfg *Config) (_ *machine, err error) {
	m := &machine{cfg: cfg, kvm: -1, vm: -1, done: make(chan struct{})}
	if cfg.Marks != nil {
		m.marks = &marker{want: cfg.Marks}
		m.marks.note(MarkRun)
	}
	if cfg.Packets != nil {
		if m.capture, err = pcap.NewWriter(cfg.Packets); err != nil {
			return nil, fmt.Errorf("file for packets: %w", err)
		}
	}
	if len(cfg.Inspect) > 0 {
		m.guest = newGuest(m)
	}
	defer func() {
		if err != nil {
			m.close()
		}
	}()
	if c := cfg.Card; c != nil && c.User != nil { // while the rest of the machine is made
		if m.user, err = c.StartUser(cfg.Confine); err != nil {
			return nil, err
		}
	}
	if m.kvm, err = openKVM(); err != nil {
		return nil, err
	}
	// This takes about as long as all the rest: each CPUID instruction behind it is
	// an exit where the host is a guest itself.
	m.supported = make(chan cpuidResult, 1)
	go func(fd int) {
		c, err := supportedCPUID(fd)
		m.supported <- cpuidResult{c, err}
	}(m.kvm)
	if m.vm, err = ioctlInt(m.kvm, kvmCreateVM, 0); err != nil {
		return nil, fmt.Errorf("create a virtual machine: %w", err)
	}
	if m.stopIn, err = stdio.NewStop(); err == nil {
		m.stopOut, err = stdio.NewStop()
	}
	if err != nil {
		return nil, fmt.Errorf("create an event: %w", err)
	}
	if m.mem, err = guestmem.New(uint64(cfg.Memory), !cfg.SmallPages); err != nil {
		return nil, err
	}
	type region struct {
		addr uint64
		mem  []byte
	}
	if !cfg.ofBoard().lazy {
		m.mem.First = uint64(len(m.mem.Low))
	}
	first := m.mem.Low[:m.mem.First]
	regions := []region{{0, first}}
	if m.marks != nil {
		const behind = markHole + guestmem.PageSize
		regions = []region{{0, first[:markHole]}, {behind, first[behind:]}}
	}
	if !cfg.ofBoard().lazy && len(m.mem.High) > 0 {
		regions = append(regions, region{guestmem.HighBase, m.mem.High})
	}
	for slot, r := range regions {
		if err = m.giveRAM(uint32(slot), r.addr, r.mem); err != nil {
			return nil, err
		}
	}
	m.lazy.slot = uint32(len(regions)) + 1
	if cfg.MapRoot && cfg.Root != "" {
		f, size, err := virtio.OpenRootFile(cfg.Root)
		if err != nil {
			return nil, err
		}
		m.disks = append(m.disks, f)
		if m.mem.Root, err = m.mapRoot(f, size, m.lazy.slot-1); err != nil {
			return nil, err
		}
	}
	// Where Intel processors without unrestricted guest mode keep helper pages; both
	// lie outside RAM. Not every KVM has them.
	identity := uint64(guestmem.IdentityMapAddr)
	_ = ioctlPtr(m.vm, kvmSetIdentityMapAddr, &identity)
	_, _ = ioctlInt(m.vm, kvmSetTSSAddr, guestmem.TssAddr)
	if err = m.board().chips(m); err != nil {
		return nil, fmt.Errorf("create the interrupt controllers: %w", err)
	}
	out, errOut := stdio.NewOutputs(cfg.Stdout, cfg.Stderr, m.stopOut)
	m.console = out
	out.Tee = cfg.TeeOf(StreamStdout)
	if cfg.ProgramStderr != nil {
		m.consoleErr = stdio.NewOutput(cfg.ProgramStderr, m.stopOut)
		m.consoleErr.Tee = cfg.TeeOf(StreamStderr)
		switch { // one Writer is called by one goroutine at a time
		case stdio.SameWriter(cfg.ProgramStderr, cfg.Stdout):
			m.consoleErr.Mu = out.Mu
		case stdio.SameWriter(cfg.ProgramStderr, cfg.Stderr):
			m.consoleErr.Mu = errOut.Mu
		}
	}
	if cfg.SerialConsole {
		errOut = out
	}
	m.serial = newSerial(errOut, func() { m.raise(serialIRQ) })
	if err = m.board().populate(m); err != nil {
		return nil, err
	}
	m.marks.note(MarkVM)
	return m, nil
}

// splitIRQChip leaves the local APICs to KVM; for the rest see ioapic.
func (m *machine) splitIRQChip() error {
	split := kvmEnableCapArgs{cap: capSplitIRQChip, args: [4]uint64{guestmem.IOAPICPins}}
	if err := ioctlPtr(m.vm, kvmEnableCap, &split); err != nil {
		return err
	}
	m.ioapic = newIOAPIC(func(address uint64, data uint32) {
		msg := kvmMSI{address: address, data: data}
		_ = ioctlPtr(m.vm, kvmSignalMSI, &msg) // fails for a destination that is not there
	})
	return nil
}

// raise is an edge on an interrupt line.
func (m *machine) raise(pin uint32) {
	if m.ioapic != nil {
		m.ioapic.raise(pin)
		return
	}
	for _, level := range []uint32{1, 0} {
		_ = ioctlPtr(m.vm, kvmIRQLine, &kvmIRQLevel{pin, level})
	}
}

// createCPUs makes all processors; start sets the first one's state, the others
// wait for INIT and SIPI from the guest.
func (m *machine) createCPUs(start func(*vcpu) error) error {
	pageBytes, err := ioctlInt(m.kvm, kvmGetVCPUMmapSize, 0)
	if err != nil {
		return fmt.Errorf("size of processor state: %w", err)
	}
	deadline, _ := ioctlInt(m.kvm, kvmCheckExtension, capTSCDeadlineTimer)
	var supported cpuidResult
	for id := range m.cfg.CPUs {
		c, err := m.newVCPU(id, pageBytes)
		if err != nil {
			return err
		}
		m.cpus = append(m.cpus, c)
		if id == 0 && m.board().clock {
			m.tscKHz, _ = ioctlInt(c.fd, kvmGetTSCKHz, 0)
		}
		if id == 0 {
			if supported = m.waitCPUID(); supported.err != nil {
				return fmt.Errorf("processor identification: %w", supported.err)
			}
		}
		leaves := supported.leaves.forCPU(id, m.cfg.CPUs, uint32(m.tscKHz), deadline > 0)
		if m.cfg.CPUID != nil {
			leaves.change(m.cfg.CPUID)
		}
		if err := m.mem.Fits(leaves.addressBits()); err != nil {
			return err
		}
		if err := ioctlPtr(c.fd, kvmSetCPUID2, leaves); err != nil {
			return fmt.Errorf("identify processor %d: %w", id, err)
		}
	}
	return start(m.cpus[0])
}

type cpuidResult struct {
	leaves *kvmCPUID2
	err    error
}

// waitCPUID gives the answer, as often as asked.
func (m *machine) waitCPUID() cpuidResult {
	r := <-m.supported
	m.supported <- r
	return r
}

// finish makes the first end of the machine its end, and stops the processors.
func (m *machine) finish(s Status, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return
	}
	if m.given != nil {
		s, err = ContextStatus(m.given), m.given
	}
	m.ended, m.status, m.err = true, s, err
	close(m.done)
}

// guestEnded: the guest wrote to the exit port.
func (m *machine) guestEnded() {
	m.mu.Lock()
	s, ok := m.ports.Status()
	m.mu.Unlock()
	if !m.board().own {
		s, ok = m.serial.lastStatus(), true
	}
	if !ok {
		m.finish(s, errors.New("the guest ended without telling its status"))
		return
	}
	m.finish(s, nil)
}

// runs: the guest's program begins.
func (m *machine) runs() {
	if m.cfg.Running != nil {
		m.running.Do(m.cfg.Running)
	}
}

// fail: the machine cannot go on.
func (m *machine) fail(err error) { m.finish(Status{Kind: KindPanic}, err) }

// outputFailed: nobody takes the guest's output any more. A reader that went away
// ends a program with SIGPIPE, so it ends the guest the same way.
func (m *machine) outputFailed(what string, err error) {
	switch {
	case errors.Is(err, stdio.ErrStopped):
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded): // a Writer that ends with the context of Run
		m.finish(ContextStatus(err), err)
	case errors.Is(err, unix.EPIPE):
		m.finish(Status{Kind: KindSignal, Code: int(unix.SIGPIPE)}, nil)
	default:
		m.fail(fmt.Errorf("%s: %w", what, err))
	}
}

func (m *machine) close() {
	m.looking.Lock()
	m.gone = true
	m.looking.Unlock()
	if m.supported != nil {
		m.waitCPUID() // it uses m.kvm
	}
	if m.vsock != nil {
		m.vsock.Close(m)
	}
	if m.network != nil {
		m.network.Close(m)
	}
	switch {
	case m.card != nil:
		m.card.Close(m)
	case m.user != nil:
		m.user.Drop()
	}
	for _, c := range m.cpus {
		c.close()
	}
	for _, t := range m.devices {
		t.Close()
	}
	if m.balloon != nil {
		m.balloon.Detach()
	}
	for _, f := range m.disks {
		f.Close()
	}
	for _, s := range m.shares {
		s.Close()
	}
	m.stopIn.Close()
	m.stopOut.Close()
	for _, fd := range []int{m.vm, m.kvm} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	if m.mem != nil {
		m.mem.Close()
	}
}

// Run boots cfg.Kernel under KVM and waits for the guest's end.
//
// A nil error means that the guest told its end itself: Status then says how
// (KindExit, KindSignal or KindPanic). Otherwise the error is the context's own
// (KindTimeout, KindCanceled), a *MachineError (KindPanic), or tells why
// the machine could not be made (KindNone; a *KernelError for a bad kernel).
// Run leaves nothing behind: no thread, file descriptor or memory, except a
// goroutine that sits in a Read of a Stdin which is not an *os.File.
func Run(ctx context.Context, cfg Config) (Status, error) {
	start := time.Now()
	if err := cfg.Normalize(); err != nil {
		return Status{}, err
	}
	if err := ctx.Err(); err != nil {
		return ContextStatus(err), err
	}
	k, err := boot.Open(cfg.Kernel, cfg.ofBoard().parse)
	if err != nil {
		return Status{}, err
	}
	defer k.File.Close()
	m, err := newMachine(&cfg)
	if err != nil {
		return Status{}, err
	}
	defer m.close()
	if err := m.board().load(m, k); err != nil {
		return Status{}, err
	}
	if err := m.confine(); err != nil {
		return Status{}, err
	}
	if cfg.Live != nil {
		cfg.Live(&Live{m: m})
	}
	setup := time.Since(start)
	m.marks.note(MarkEntered)
	s, err := m.run(ctx)
	s.Setup, s.Total = setup, time.Since(start)
	return s, err
}

// bootAhead is what the boot takes behind the kernel: page tables, stacks, a small program's pages.
const bootAhead = 256 << 10

// loadPVH loads a kernel that is entered by the PVH protocol.
func (m *machine) loadPVH(k *boot.Kernel) error {
	if m.mem.HugePages && m.cfg.Memory <= guestmem.LittleMemory { // else the first 2 MB come at once
		m.mem.Populate(MinMemory, k.End()-MinMemory+bootAhead)
	}
	if err := k.Load(m.mem, boot.DataAddr, boot.DataEnd); err != nil {
		return err
	}
	var bi boot.Info
	module := ""
	if m.cfg.RootAsModule && m.mem.Root == nil {
		module = m.cfg.Root
	}
	m.setClock = func() error { return bi.SetTime(m.mem, time.Now()) }
	// What the command line says of the clock is known once there is a processor.
	err := m.createCPUs(func(c *vcpu) error {
		var words []string
		if m.tscKHz != 0 {
			words = append(words, abi.CmdTSC+"="+strconv.Itoa(m.tscKHz))
		}
		if len(m.devices) > 0 {
			words = append(words, listWord)
		}
		if m.tellsSignals() {
			words = append(words, signalWord)
		}
		if m.cfg.Running != nil {
			words = append(words, RunsWord)
		}
		if m.cfg.NoVirtio {
			words = append(words, "pci=off") // so that nobody is told that there is none
		}
		var err error
		var behind []byte
		if bi.Cmdline, behind, err = BuildCommandLine(m.cfg, len(m.devices), time.Now().UnixNano(), boot.CmdlineRoom, words...); err != nil {
			return err
		}
		if r := m.mem.Root; r != nil {
			bi.ModuleAddr = r.Addr
			bi.ModuleSize, err = give(r, m, behind)
		} else {
			err = bi.PlaceModules(m.mem, module, behind, max(k.End(), MinMemory))
		}
		if err != nil {
			return err
		}
		if bi.ModuleSize > 0 && m.mem.Root == nil { // it ends the RAM below lowLimit, and is read without being announced
			if err := m.announced(1); err != nil {
				return err
			}
		}
		startInfo, err := bi.Write(m.mem)
		if err != nil {
			return err
		}
		if err := m.marks.arm(k, m.mem); err != nil {
			return &KernelError{File: k.File.Name(), Offset: -1, Msg: err.Error()}
		}
		return c.setPVHState(k.Entry, startInfo)
	})
	if err != nil {
		return err
	}
	m.marks.armFirst(m.cpus[0], k.Entry)
	return nil
}

// run starts the processors and waits for the end of the machine. Then it stops,
// in this order: the processors; the devices, of which the console first writes
// out what the guest gave it. A canceled context cuts that short.
func (m *machine) run(ctx context.Context) (Status, error) {
	seen := m.inspect()
	gaveUp := make(chan struct{})
	stopWatch := context.AfterFunc(ctx, func() { m.stopOut.Raise(); close(gaveUp) })
	var wg sync.WaitGroup
	for _, c := range m.cpus {
		wg.Go(c.run)
	}
	if m.cfg.Confine { // the process is for nothing else
		forgetOwnCode()
	}
	var feed sync.WaitGroup
	if m.cfg.SerialConsole {
		feed.Go(func() { m.serial.feed(stdio.NewInput(m.cfg.Stdin, m.stopIn), m.board().own) })
	}
	if m.cfg.Signals != nil {
		go m.passSignals()
	}
	select {
	case <-m.done:
	case <-ctx.Done():
		m.writeBack(ctx.Err())
		m.finish(ContextStatus(ctx.Err()), ctx.Err())
	}
	m.stopping.Store(true)
	for _, t := range m.devices {
		t.Stopping.Store(true) // a processor may be serving a queue that never gets empty
	}
	m.guest.ended()
	for _, c := range m.cpus {
		c.kick()
	}
	wg.Wait()
	seen()
	for _, t := range m.devices {
		t.Stop()
	}
	m.stopIn.Raise()
	if m.card != nil {
		m.card.End()
	}
	for _, t := range m.devices {
		t.Wait()
	}
	feed.Wait()
	if !stopWatch() {
		<-gaveUp
	}
	m.mu.Lock()
	s, err := m.status, m.err
	m.mu.Unlock()
	for _, c := range m.cpus {
		s.Exits += c.exitCount()
	}
	s.Timeline = m.marks.timeline()
	if m.sandbox != nil {
		s.Sandbox = m.lines.String()
	}
	if m.cfg.Stats {
		s.Resident = m.mem.Resident()
	}
	return s, err
}

func ContextStatus(err error) Status {
	if errors.Is(err, context.DeadlineExceeded) {
		return Status{Kind: KindTimeout}
	}
	return Status{Kind: KindCanceled}
}
