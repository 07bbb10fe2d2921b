package kvmboot

import (
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Guest is a machine while it runs, for a function of Config.Inspect that looks into it. Its processors can be stopped
// and their state and memory be read and written meanwhile. All that is in the guest's memory is the guest's
// word, and nobody else's.
type Guest struct {
	m    *machine
	done chan struct{} // closed when the processors have stopped for good

	stopped atomic.Bool // processors are to stand still

	mu     sync.Mutex
	still  *sync.Cond
	parked int // processors that do, or have ended
	only   int // the one that runs while the others stand still; -1: none
	events chan int
	debug  []kvmGuestDebug // what is set, by processor
}

var errRunning = errors.New("the guest's processors are running")

func newGuest(m *machine) *Guest {
	g := &Guest{m: m, done: make(chan struct{}), events: make(chan int, MaxCPUs), debug: make([]kvmGuestDebug, m.cfg.CPUs), only: -1}
	g.stopped.Store(m.cfg.InspectStopped)
	g.still = sync.NewCond(&g.mu)
	return g
}

// Done is closed when the machine has ended: its processors do not run any more. State and memory can still be read until
// the function of Config.Inspect returns.
func (g *Guest) Done() <-chan struct{} { return g.done }

// Events tells of processors that came to a breakpoint or have made a step, by number. All stand still then.
func (g *Guest) Events() <-chan int { return g.events }

// CPUs is the number of processors.
func (g *Guest) CPUs() int { return len(g.m.cpus) }

// Stop makes all processors stand still, and returns when they do.
func (g *Guest) Stop() {
	g.halt(nil)
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.parked < len(g.m.cpus) {
		g.still.Wait()
	}
}

// halt tells all processors but one to stand still.
func (g *Guest) halt(but *vcpu) {
	g.mu.Lock()
	g.only = -1
	g.stopped.Store(true)
	g.mu.Unlock()
	for _, c := range g.m.cpus {
		if c != but {
			c.kick()
		}
	}
}

// Continue lets them run again.
func (g *Guest) Continue() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped.Store(false)
	g.still.Broadcast()
}

// ContinueOnly lets one of them run, until Stop or an event.
func (g *Guest) ContinueOnly(cpu int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.only = cpu
	g.still.Broadcast()
}

// ended wakes processors that stand still, for the machine's end.
func (g *Guest) ended() {
	if g != nil {
		g.mu.Lock()
		g.still.Broadcast()
		g.mu.Unlock()
	}
}

// gate is passed by a processor before it enters the guest. False: it has ended.
func (g *Guest) gate(c *vcpu) bool {
	for g != nil && g.stopped.Load() && !g.m.stopping.Load() && !g.runsAlone(c) {
		// KVM completes the instruction of the last exit when it is entered again.
		for {
			c.page.setImmediateExit(1)
			if _, err := ioctlInt(c.fd, kvmRun, 0); err != nil {
				break // EINTR; what else is wrong shows when it runs
			}
			if !c.exit() {
				return false
			}
		}
		g.park(c)
		c.page.setImmediateExit(0) // and once more: what a Stop has done meanwhile, that may have undone
	}
	return true
}

// park lets a processor stand still until it may run.
func (g *Guest) park(c *vcpu) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.parked++
	g.still.Broadcast()
	for g.stopped.Load() && g.only != c.id && !g.m.stopping.Load() {
		g.still.Wait()
	}
	g.parked--
}

func (g *Guest) runsAlone(c *vcpu) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.only == c.id
}

// left tells that a processor's thread ends.
func (g *Guest) left() {
	if g == nil {
		return
	}
	g.mu.Lock()
	g.parked++
	g.still.Broadcast()
	g.mu.Unlock()
}

// debugExit: a processor came to a breakpoint, or has made a step.
func (g *Guest) debugExit(c *vcpu) {
	if g == nil {
		return
	}
	g.halt(c)
	select {
	case g.events <- c.id:
	default: // more events than processors: they are told already
	}
}

// Registers are a processor's, in the order of KVM's structures.
type Registers struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RSP, RBP uint64
	R8, R9, R10, R11, R12, R13, R14, R15   uint64
	RIP, RFLAGS                            uint64

	CS, SS, DS, ES, FS, GS uint16
	FSBase, GSBase         uint64
	CR3                    uint64
}

// Registers reads those of a processor that stands still.
func (g *Guest) Registers(cpu int) (Registers, error) {
	c, err := g.at(cpu)
	if err != nil {
		return Registers{}, err
	}
	var r kvmRegs
	var s kvmSregs
	if err := errors.Join(ioctlPtr(c.fd, kvmGetRegs, &r), ioctlPtr(c.fd, kvmGetSregs, &s)); err != nil {
		return Registers{}, err
	}
	return Registers{
		r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi, r.rsp, r.rbp, r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip, r.rflags,
		s.cs.selector, s.ss.selector, s.ds.selector, s.es.selector, s.fs.selector, s.gs.selector, s.fs.base, s.gs.base, s.cr3,
	}, nil
}

// SetRegisters writes the general registers, RIP, the flags that a program may change and the base of FS.
func (g *Guest) SetRegisters(cpu int, n Registers) error {
	c, err := g.at(cpu)
	if err != nil {
		return err
	}
	old, err := g.Registers(cpu)
	if err != nil {
		return err
	}
	const program = 0x240dd5 // CF PF AF ZF SF TF DF OF AC ID
	r := kvmRegs{n.RAX, n.RBX, n.RCX, n.RDX, n.RSI, n.RDI, n.RSP, n.RBP, n.R8, n.R9, n.R10, n.R11, n.R12, n.R13, n.R14, n.R15, n.RIP, n.RFLAGS&program | old.RFLAGS&^program}
	if err := ioctlPtr(c.fd, kvmSetRegs, &r); err != nil || n.FSBase == old.FSBase {
		return err
	}
	var s kvmSregs
	if err := ioctlPtr(c.fd, kvmGetSregs, &s); err != nil {
		return err
	}
	s.fs.base = n.FSBase
	return ioctlPtr(c.fd, kvmSetSregs, &s)
}

// KVM_GET_XSAVE and KVM_SET_XSAVE.
const (
	kvmGetXSAVE = 0x9000aea4
	kvmSetXSAVE = 0x5000aea5
)

// XSAVESize is the size of a processor's vector state, in bytes.
const XSAVESize = 4096

// XSAVE reads the vector state of a processor that stands still, in the standard format of the XSAVE instruction (Intel SDM
// vol. 1, 13.4).
func (g *Guest) XSAVE(cpu int) (*[XSAVESize]byte, error) {
	c, err := g.at(cpu)
	if err != nil {
		return nil, err
	}
	b := new([XSAVESize]byte)
	return b, ioctlPtr(c.fd, kvmGetXSAVE, b)
}

// SetXSAVE writes it.
func (g *Guest) SetXSAVE(cpu int, b *[XSAVESize]byte) error {
	c, err := g.at(cpu)
	if err != nil {
		return err
	}
	return ioctlPtr(c.fd, kvmSetXSAVE, b)
}

// at is a processor that stands still.
func (g *Guest) at(cpu int) (*vcpu, error) {
	if cpu < 0 || cpu >= len(g.m.cpus) {
		return nil, errors.New("no such processor")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.parked < len(g.m.cpus) {
		return nil, errRunning
	}
	return g.m.cpus[cpu], nil
}

// Watch is a place for which a processor has a register (Intel SDM vol. 3, 18.2).
type Watch struct {
	Addr uint64
	Kind WatchKind
	Size int // 1, 2, 4 or 8; for execution 1
}

// WatchKind is what makes a processor stop.
type WatchKind int

// Kinds of watches.
const (
	WatchExecute WatchKind = 0
	WatchWrite   WatchKind = 1
	WatchAccess  WatchKind = 3
)

// MaxWatches is how many a processor has.
const MaxWatches = 4

const debugSingleStep, debugSoftware = 2, 0x10000

// Debug says at what a processor stops besides: after one instruction, at breakpoint instructions, at places. It takes the place of what
// was said before.
func (g *Guest) Debug(cpu int, step, software bool, watches []Watch) error {
	c, err := g.at(cpu)
	if err != nil {
		return err
	}
	var d kvmGuestDebug
	if step {
		d.control |= debugEnable | debugSingleStep
	}
	if software {
		d.control |= debugEnable | debugSoftware
	}
	for i, w := range watches[:min(len(watches), MaxWatches)] {
		d.control |= debugEnable | debugHardware
		length := uint64(map[int]int{1: 0, 2: 1, 4: 3, 8: 2}[w.Size])
		d.reg[i] = w.Addr
		d.reg[7] |= 2<<(2*i) | (uint64(w.Kind)|length<<2)<<(16+4*i)
	}
	if g.debug[cpu] == d {
		return nil
	}
	g.debug[cpu] = d
	return ioctlPtr(c.fd, kvmSetGuestDebug, &d)
}

// Physical gives guest memory at a physical address: n bytes, or an error where they are no RAM.
func (g *Guest) Physical(addr, n uint64) ([]byte, error) { return g.m.mem.Readable(addr, n) }

// ErrNotMapped is the error of an address that the guest's page tables do not map.
var ErrNotMapped = errors.New("the guest has nothing mapped there")

// Translate walks the page tables that cr3 names. It returns the physical address, and how many bytes are left on the page.
func (g *Guest) Translate(cr3, addr uint64) (phys, room uint64, err error) {
	if top := addr >> 47; top != 0 && top != 1<<17-1 {
		return 0, 0, ErrNotMapped
	}
	table := cr3 & pteAddress
	for shift := 39; ; shift -= 9 {
		b, err := g.m.mem.Slice(table+addr>>shift&511*8, 8)
		if err != nil {
			return 0, 0, ErrNotMapped
		}
		e := binary.LittleEndian.Uint64(b)
		size := uint64(1) << shift
		switch {
		case e&ptePresent == 0:
			return 0, 0, ErrNotMapped
		case shift == 12 || e&pteLarge != 0 && shift <= 30:
			return e&pteAddress&^(size-1) | addr&(size-1), size - addr&(size-1), nil
		}
		table = e & pteAddress
	}
}

// Mapped finds the first address from addr on, below end, that the page tables map. It looks at no more than *looks entries, which
// it counts down: tables that lie could keep it busy for ever. At 0 it finds nothing.
func (g *Guest) Mapped(cr3, addr, end uint64, looks *int64) (uint64, bool) {
	return g.mappedIn(cr3&pteAddress, 39, addr, min(end, 1<<47), looks)
}

// mappedIn looks in one table, whose entries cover 1<<shift bytes each.
func (g *Guest) mappedIn(table uint64, shift uint, addr, end uint64, looks *int64) (uint64, bool) {
	size := uint64(1) << shift
	for addr < end && *looks > 0 {
		*looks--
		b, err := g.m.mem.Slice(table+addr>>shift&511*8, 8)
		if err != nil {
			return 0, false
		}
		next := addr&^(size-1) + size
		e := binary.LittleEndian.Uint64(b)
		switch {
		case e&ptePresent == 0:
		case shift == 12 || e&pteLarge != 0 && shift <= 30:
			return addr, true
		default:
			if at, ok := g.mappedIn(e&pteAddress, shift-9, addr, min(end, next), looks); ok {
				return at, true
			}
		}
		if addr = next; addr>>shift&511 == 0 {
			break // the table's end
		}
	}
	return 0, false
}

// Memory is the size of the guest's memory, in bytes.
func (g *Guest) Memory() int64 { return g.m.cfg.Memory }

// access calls with for each piece of n bytes of virtual memory.
func (g *Guest) access(cr3, addr uint64, b []byte, with func(guest, b []byte)) (int, error) {
	done := 0
	for done < len(b) {
		phys, room, err := g.Translate(cr3, addr+uint64(done))
		if err != nil {
			return done, err
		}
		n := min(room, uint64(len(b)-done))
		mem, err := g.m.mem.Readable(phys, n) // what is written to the image is this guest's own copy
		if err != nil {
			return done, ErrNotMapped
		}
		with(mem, b[done:done+int(n)])
		done += int(n)
	}
	return done, nil
}

// Read copies virtual memory, as the page tables have it, to b. It returns how many bytes it found.
func (g *Guest) Read(cr3, addr uint64, b []byte) (int, error) {
	return g.access(cr3, addr, b, func(guest, b []byte) { copy(b, guest) })
}

// Write is the other way round. Whether the guest itself may write there does not count.
func (g *Guest) Write(cr3, addr uint64, b []byte) (int, error) {
	return g.access(cr3, addr, b, func(guest, b []byte) { copy(guest, b) })
}

// inspect starts the functions of Config.Inspect; what it returns waits for their end.
func (m *machine) inspect() (wait func()) {
	if len(m.cfg.Inspect) == 0 {
		return func() {}
	}
	var wg sync.WaitGroup
	for _, f := range m.cfg.Inspect {
		wg.Go(func() { f(m.guest) })
	}
	return func() {
		close(m.guest.done)
		wg.Wait()
	}
}

// DebugInfo is what KVM says of a processor's last stop at a breakpoint.
type DebugInfo struct {
	Exception uint32
	PC        uint64
	DR6       uint64
}

// DebugInfo reads it.
func (g *Guest) DebugInfo(cpu int) DebugInfo {
	c, err := g.at(cpu)
	if err != nil {
		return DebugInfo{}
	}
	const debug = 32 // in struct kvm_run
	return DebugInfo{c.page.u32(debug), c.page.u64(debug + 8), c.page.u64(debug + 16)}
}

// Status is how the machine ended; for after Done.
func (g *Guest) Status() (Status, error) {
	g.m.mu.Lock()
	defer g.m.mu.Unlock()
	return g.m.status, g.m.err
}

// End ends the machine, as SIGKILL ends a program.
func (g *Guest) End() { g.m.finish(Status{Kind: KindSignal, Code: int(unix.SIGKILL)}, nil) }
