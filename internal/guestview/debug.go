package guestview

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/abi"
	"uk.example/kvmboot"
)

// A software KVM runs ring 3 natively and gives its #DB and #BP to the guest, whatever the debugger has asked of KVM
// (docs/debugging.md). So the debugger stops processors where these exceptions arrive: at the first
// instruction of the monitor's stubs for them, in ring 0, where KVM looks at its breakpoints. What the program was at stands in the
// frame on the monitor's stack, and an IRETQ leads back there as if nothing had been. A KVM that
// stops in the program itself does so before, and is known by that.

// Vectors of exceptions and the size of a stub (kernel/arch/x86_64/stubs.S).
const (
	vectorDebug      = 1
	vectorBreakpoint = 3
	stubSize         = 5
	stubCount        = 64
)

const (
	flagTrap  = 1 << 8 // TF
	int3      = 0xcc
	frameSize = 40 // RIP, CS, RFLAGS, RSP, SS
)

// Reason is why the guest stands still.
type Reason int

// Reasons.
const (
	ReasonInterrupt  Reason = iota // it was asked to
	ReasonBreakpoint               // a breakpoint of the debugger's
	ReasonStep                     // an instruction was executed
	ReasonWatch                    // a place was written to or read
	ReasonLibrary                  // the list of modules changed
	ReasonTrap                     // a breakpoint instruction of the program's own
	ReasonFault                    // the program did what gives Stop.Signal
	ReasonEnded                    // the machine has ended
)

// Stop is one stop of the guest.
type Stop struct {
	Reason Reason
	CPU    int
	TID    int
	Signal int
	Watch  kvmboot.Watch
}

// processor is one that stands still.
type processor struct {
	Processor
	frame uint64            // where the exception's frame lies that it is at; 0: it is in ring 3 or somewhere else
	fault int               // the signal of the fault at which it stands; Regs are the program's then
	real  kvmboot.Registers // with fault: its own
	trap  bool              // that was a breakpoint instruction; RIP is at it if it is the debugger's
	other bool              // it is in ring 0, or the kernel has the program's registers: they cannot be written
}

// Debugger stops a guest at breakpoints and steps through it.
type Debugger struct {
	*View
	Auxv    []Aux
	Entered uint64 // the program's stack pointer at its start
	// Hardware: the processor's own breakpoints work in the program.
	Hardware bool

	g       *kvmboot.Guest
	cpus    []processor
	stubs   uint64
	iretq   uint64
	scratch uint64 // a piece of the kernel's code that is not used any more
	faults  uint64 // where the kernel comes with a fault of the program's; 0: not known
	library uint64 // where the dynamic linker of the kernel comes when the list of modules changed; 0: nowhere

	breaks  map[uint64]byte // what was where an INT3 is
	watches []kvmboot.Watch
	step    int    // thread that makes a step; 0: none
	stepAt  uint64 // where a breakpoint ends it; 0: nowhere, as its trap flag does
	from    uint64 // where the instruction of the step is
	behind  uint64 // the next one; 0: it may lead anywhere
}

// NewDebugger is for a guest whose processors stand at their first instruction.
func NewDebugger(v *View) (*Debugger, error) {
	d := &Debugger{View: v, g: v.g, breaks: map[uint64]byte{}, cpus: make([]processor, v.g.CPUs()), stubs: v.symbols["monitor_stubs"], scratch: v.symbols["user_start"]}
	v.g.Stop()
	code := make([]byte, 1024)
	n := v.Read(d.stubs, code)
	for i := stubSize * stubCount; i+1 < n; i++ {
		if code[i] == 0x48 && code[i+1] == 0xcf {
			d.iretq = d.stubs + uint64(i)
			break
		}
	}
	if d.iretq == 0 {
		return nil, errors.New("the kernel's monitor is none that this debugger knows: build the image again")
	}
	return d, nil
}

func (d *Debugger) stub(vector uint64) uint64 { return d.stubs + vector*stubSize }

// arm tells KVM where to stop.
func (d *Debugger) arm(step bool) error {
	list := []kvmboot.Watch{{Addr: d.stub(vectorDebug), Size: 1}, {Addr: d.stub(vectorBreakpoint), Size: 1}}
	for i := range d.cpus {
		if err := d.g.Debug(i, step, true, append(slices.Clone(list), d.watches...)); err != nil {
			return err
		}
	}
	return nil
}

// MaxWatches is how many watches a program can have.
const MaxWatches = kvmboot.MaxWatches - 2

// collect reads the state of all processors.
func (d *Debugger) collect() {
	for i := range d.cpus {
		c := &d.cpus[i]
		*c = processor{}
		r, err := d.g.Registers(i)
		if err != nil {
			continue
		}
		if i == 0 {
			d.cr3 = r.CR3
		}
		switch {
		case r.CS&3 == 3:
			c.Regs, c.Valid = r, true
		case r.RIP == d.stub(vectorDebug) || r.RIP == d.stub(vectorBreakpoint):
			var b [frameSize]byte
			if d.Read(r.RSP, b[:]) < len(b) {
				continue
			}
			c.frame = r.RSP
			c.Regs, c.Valid = r, true
			c.Regs.RIP, c.Regs.RSP = binary.LittleEndian.Uint64(b[0:]), binary.LittleEndian.Uint64(b[24:])
			c.Regs.RFLAGS = binary.LittleEndian.Uint64(b[16:])
			c.Regs.CS, c.Regs.SS = binary.LittleEndian.Uint16(b[8:]), binary.LittleEndian.Uint16(b[32:])
			c.trap = r.RIP == d.stub(vectorBreakpoint)
			if _, ours := d.breaks[c.Regs.RIP-1]; ours && c.trap {
				c.Regs.RIP--
			}
		default:
			c.Regs, c.other = r, true
			c.Valid = d.monitorCall(&c.Regs)
		}
		if d.faults != 0 && c.Valid && c.Regs.RIP == d.faults && c.trap {
			c.real = c.Regs
			c.fault = d.faulted(c)
		}
	}
}

// monitorCall finds what the monitor is called with: the frame that its first instructions made (arch/x86_64/stubs.S).
func (v *View) monitorCall(r *kvmboot.Registers) bool {
	var b [72]byte
	if v.Read(r.RSP, b[:]) < len(b) {
		return false
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	if word(5) != userCode || word(8) != userData {
		return false
	}
	r.RCX, r.RAX, r.RIP, r.RFLAGS, r.RSP, r.CS, r.SS = word(0), word(1), word(4), word(6), word(7), userCode, userData
	return true
}

// Signals of exceptions, as kernel/arch/x86_64/upcall.c gives them.
var signals = map[uint64]int{0: 8, 16: 8, 19: 8, 1: 5, 3: 5, 6: 4, 12: 7, 17: 7}

const (
	sigBus  = 7
	sigSegv = 11
)

// faulted shows the program as it was when it faulted, and returns the signal; 0: it cannot be found out.
func (d *Debugger) faulted(c *processor) int {
	at, ok := d.Word(c.Regs.GSBase + abi.DThreadUserRegs)
	var b [abi.DRegsSize]byte
	if !ok || d.Read(at, b[:]) < len(b) {
		return 0
	}
	r := regsOf(b[:])
	if r.CS != userCode {
		return 0
	}
	signal, known := signals[binary.LittleEndian.Uint64(b[8*15:])]
	if !known {
		signal = sigSegv
		if c.Regs.RDX == sigBus {
			signal = sigBus
		}
	}
	r.FSBase, r.GSBase, r.CR3 = c.Regs.FSBase, c.Regs.GSBase, c.Regs.CR3
	c.Regs = r
	return signal
}

// leave gives up the monitor's stub: the exception was the debugger's, and never happened.
func (d *Debugger) leave(i int) error {
	c := &d.cpus[i]
	if c.frame == 0 {
		return nil
	}
	var b [frameSize]byte
	r := c.Regs
	for at, v := range map[int]uint64{0: r.RIP, 8: uint64(r.CS), 16: r.RFLAGS, 24: r.RSP, 32: uint64(r.SS)} {
		binary.LittleEndian.PutUint64(b[at:], v)
	}
	if d.Write(c.frame, b[:]) < len(b) {
		return kvmboot.ErrNotMapped
	}
	r.RIP, r.RSP = d.iretq, c.frame
	var now kvmboot.Registers
	now, err := d.g.Registers(i)
	if err != nil {
		return err
	}
	r.RFLAGS = now.RFLAGS
	return d.g.SetRegisters(i, r)
}

// SetRegisters writes those of a thread; false: it is where that cannot be done.
func (d *Debugger) SetRegisters(t *Thread, r kvmboot.Registers) bool {
	if t.CPU < 0 {
		return d.SetSaved(t, r)
	}
	c := &d.cpus[t.CPU]
	if !c.Valid || c.other || c.fault != 0 {
		return false
	}
	const program = 0x240dd5
	r.RFLAGS = r.RFLAGS&program | c.Regs.RFLAGS&^program
	r.CS, r.SS = c.Regs.CS, c.Regs.SS
	if c.frame == 0 && d.g.SetRegisters(t.CPU, r) != nil {
		return false
	}
	c.Regs = r
	if c.frame != 0 { // FS is no part of the frame
		if now, err := d.g.Registers(t.CPU); err == nil {
			r.RIP, r.RSP, r.RFLAGS = now.RIP, now.RSP, now.RFLAGS
			return d.g.SetRegisters(t.CPU, r) == nil
		}
	}
	return true
}

// List are the threads as of now.
func (d *Debugger) List() []Thread {
	cpus := make([]Processor, len(d.cpus))
	for i := range d.cpus {
		cpus[i] = d.cpus[i].Processor
	}
	return d.Threads(cpus)
}

// onCPU is the program's thread that a processor runs; nil: none.
func (d *Debugger) onCPU(i int) *Thread {
	for _, t := range d.List() {
		if t.CPU == i {
			return &t
		}
	}
	return nil
}

var errNoEntry = errors.New("the program did not start")

// Start runs the guest up to the program's first instruction.
func (d *Debugger) Start() error {
	d.collect()
	old := make([]byte, 16)
	if d.Read(d.scratch, old) < len(old) {
		return errNoEntry
	}
	// user_start: mov %rsi, %rsp; push %rdi. At the second instruction is an INT3, and at the first a
	// breakpoint of the processor's, to see whether such work in ring 3.
	if d.Write(d.scratch+3, []byte{int3}) < 1 {
		return errNoEntry
	}
	d.watches = []kvmboot.Watch{{Addr: d.scratch, Kind: kvmboot.WatchExecute, Size: 1}}
	if err := d.arm(false); err != nil {
		return err
	}
	for {
		d.g.Continue()
		i, ok := d.wait(nil)
		if !ok {
			return errNoEntry
		}
		if c := &d.cpus[i]; c.Valid && c.Regs.RIP == d.scratch {
			d.Hardware = true
			d.watches = nil
			if err := errors.Join(d.leave(i), d.arm(false)); err != nil {
				return err
			}
			continue
		} else if c.Valid && (c.Regs.RIP == d.scratch+4 || c.Regs.RIP == d.scratch+3) {
			d.Write(d.scratch, old)
			d.watches = nil
			return d.enter(i, c.Regs.RDI, c.Regs.RSI)
		}
		if err := d.pass(i); err != nil {
			return err
		}
	}
}

// enter does what user_start does, so that the guest stands at the program's first instruction.
func (d *Debugger) enter(i int, rip, rsp uint64) error {
	c := &d.cpus[i]
	r := kvmboot.Registers{RIP: rip, RSP: rsp, RDX: c.Regs.RDX, RFLAGS: c.Regs.RFLAGS, CS: c.Regs.CS, SS: c.Regs.SS, DS: c.Regs.DS, ES: c.Regs.ES, FS: c.Regs.FS, GS: c.Regs.GS,
		FSBase: c.Regs.FSBase, GSBase: c.Regs.GSBase, CR3: c.Regs.CR3}
	c.Regs = r
	if c.frame == 0 {
		if err := d.g.SetRegisters(i, r); err != nil {
			return err
		}
	}
	var err error
	if d.Auxv, err = d.View.Auxv(rsp); err != nil {
		return err
	}
	if _, err = d.link(i, rip); err != nil {
		return err
	}
	d.Entered = rsp
	d.Refresh(d.Auxv)
	if debug, ok := d.Symbol("_r_debug"); ok {
		if at, ok := d.Word(debug + 16); ok && IsKernel(at) {
			d.library = at
			d.SetBreak(at)
		}
	}
	if at, ok := d.Symbol("app_fault"); ok && d.SetBreak(at) {
		d.faults = at
	}
	return d.arm(false)
}

// link lets the dynamic linker in the kernel, which a dynamic program enters first, do its work, up to the jump to the program
// (kernel/elf/dynamic_entry.S).
func (d *Debugger) link(i int, rip uint64) (cpu int, err error) {
	at, ok := d.Symbol("dynamic_entry")
	if !ok || rip != at {
		return i, nil
	}
	code := make([]byte, 64)
	n := d.Read(at, code)
	jump := bytes.Index(code[:n], []byte{0xff, 0xe0}) // jmp *%rax
	if jump < 0 || !d.SetBreak(at+uint64(jump)) {
		return i, errNoEntry
	}
	at += uint64(jump)
	if err := errors.Join(d.arm(false), d.leave(i)); err != nil {
		return i, err
	}
	for {
		d.g.Continue()
		if i, ok = d.wait(nil); !ok {
			return i, errNoEntry
		}
		if c := &d.cpus[i]; c.Valid && c.Regs.RIP == at {
			d.ClearBreak(at)
			c.Regs.RIP = c.Regs.RAX
			if c.frame == 0 {
				return i, d.g.SetRegisters(i, c.Regs)
			}
			return i, nil
		}
		if err := d.pass(i); err != nil {
			return i, err
		}
	}
}

// wait waits for an event. stop ends it.
func (d *Debugger) wait(stop <-chan struct{}) (cpu int, ok bool) {
	select {
	case cpu = <-d.g.Events():
		d.g.Stop()
		d.collect()
		return cpu, true
	case <-stop:
		return 0, false
	case <-d.g.Done():
		return 0, false
	}
}

// pass lets the guest have an exception of its own: it makes one step in the monitor, out of the stub's first instruction.
func (d *Debugger) pass(i int) error {
	if d.cpus[i].frame == 0 {
		return nil
	}
	if err := d.g.Debug(i, true, false, nil); err != nil {
		return err
	}
	d.g.ContinueOnly(i)
	_, _ = d.wait(nil)
	return d.arm(false)
}

// SetBreak puts a breakpoint at an address; false: there is nothing mapped.
func (d *Debugger) SetBreak(addr uint64) bool {
	if _, ok := d.breaks[addr]; ok {
		return true
	}
	var old [1]byte
	if n, err := d.g.Read(d.cr3, addr, old[:]); n < 1 || err != nil {
		if !d.fault(addr) {
			return false
		}
		if n, err := d.g.Read(d.cr3, addr, old[:]); n < 1 || err != nil {
			return false
		}
	}
	if d.Write(addr, []byte{int3}) < 1 {
		return false
	}
	d.breaks[addr] = old[0]
	return true
}

// ClearBreak takes it away.
func (d *Debugger) ClearBreak(addr uint64) {
	if old, ok := d.breaks[addr]; ok && addr != d.library && addr != d.faults {
		d.Write(addr, []byte{old})
		delete(d.breaks, addr)
	}
}

// ReadMemory is Read without the debugger's own breakpoints.
func (d *Debugger) ReadMemory(addr uint64, b []byte) int {
	n := d.Read(addr, b)
	for at, old := range d.breaks {
		if at >= addr && at-addr < uint64(n) {
			b[at-addr] = old
		}
	}
	return n
}

// WriteMemory is Write around the debugger's own breakpoints. What is not mapped yet is made so, if it belongs to a file.
func (d *Debugger) WriteMemory(addr uint64, b []byte) bool {
	b = slices.Clone(b)
	for at := range d.breaks {
		if at >= addr && at-addr < uint64(len(b)) {
			d.breaks[at] = b[at-addr]
			b[at-addr] = int3
		}
	}
	for done := 0; done < len(b); {
		n := d.Write(addr+uint64(done), b[done:])
		if done += n; done < len(b) && !d.fault(addr+uint64(done)) {
			return false
		}
	}
	return true
}

// SetWatches says which places are watched; false: this machine cannot.
func (d *Debugger) SetWatches(list []kvmboot.Watch) bool {
	if !d.Hardware || len(list) > MaxWatches {
		return false
	}
	d.watches = slices.Clone(list)
	return d.arm(false) == nil
}

// faultTime is how long the guest has to bring a page.
const faultTime = 2 * time.Second

// fault has the guest bring the page at addr: a thread that is in the program, and so can wait, reads from there. Only where an area
// of the program is, for the program would be killed elsewhere.
func (d *Debugger) fault(addr uint64) bool {
	if a, ok := d.area(addr); !ok || a.Prot&1 == 0 {
		return false
	}
	i := slices.IndexFunc(d.cpus, func(c processor) bool { return c.Valid && !c.other && c.fault == 0 && !IsKernel(c.Regs.RIP) })
	if i < 0 {
		return false
	}
	t := d.onCPU(i)
	code := []byte{0x8a, 0x00, int3} // mov (%rax), %al
	if t == nil || d.Write(d.scratch, code) < len(code) {
		return false
	}
	was := t.Regs
	r := was
	r.RAX, r.RIP = addr, d.scratch
	r.RFLAGS &^= flagTrap
	if !d.SetRegisters(t, r) || d.leave(i) != nil {
		return false
	}
	d.g.Continue()
	late := time.AfterFunc(faultTime, d.g.Stop)
	defer late.Stop()
	for {
		cpu, ok := d.wait(nil)
		if !ok {
			return false
		}
		if rip := d.cpus[cpu].Regs.RIP; rip == d.scratch+2 || rip == d.scratch+3 {
			t.CPU = cpu
			return d.SetRegisters(t, was)
		}
		if d.pass(cpu) != nil { // somebody else's; the debugger's own breakpoints are not met by others meanwhile
			return false
		}
		d.g.Continue()
	}
}

// Resume lets the guest run. A thread that is not nil makes one step.
func (d *Debugger) Resume(step *Thread) error {
	d.step, d.stepAt, d.behind = 0, 0, 0
	for i := range d.cpus {
		c := &d.cpus[i]
		if !c.Valid {
			continue
		}
		if d.own(i) { // others are taken away by whoever set them before it goes on from there
			if step != nil && step.CPU == i {
				step = nil
			}
			if err := d.over(i); err != nil {
				return err
			}
		}
	}
	if step != nil {
		d.step = step.TID
		var code [2]byte
		d.ReadMemory(step.Regs.RIP, code[:])
		if code == [2]byte{0x0f, 0x05} && !IsKernel(step.Regs.RIP) { // SYSCALL clears TF on its way in
			if _, there := d.breaks[step.Regs.RIP+2]; !there && d.SetBreak(step.Regs.RIP+2) {
				d.stepAt = step.Regs.RIP + 2
			}
		} else {
			r := step.Regs
			if step.CPU >= 0 {
				r = d.cpus[step.CPU].Regs
			}
			r.RFLAGS |= flagTrap
			d.SetRegisters(step, r)
			d.from, d.behind = r.RIP, d.next(r.RIP)
		}
	}
	for i := range d.cpus {
		if err := d.leave(i); err != nil {
			return err
		}
	}
	d.g.Continue()
	return nil
}

// own reports whether a processor stands at a breakpoint that only the debugger knows of.
func (d *Debugger) own(i int) bool {
	c := &d.cpus[i]
	return c.fault != 0 || c.Valid && c.trap && c.Regs.RIP == d.library
}

// over makes a processor execute the instruction where a breakpoint of the debugger's is.
func (d *Debugger) over(i int) error {
	c := &d.cpus[i]
	if c.fault != 0 {
		c.Regs, c.fault = c.real, 0
	}
	at := c.Regs.RIP
	old := d.breaks[at]
	d.Write(at, []byte{old})
	t := d.onCPU(i)
	if t == nil {
		return nil
	}
	r := c.Regs
	r.RFLAGS |= flagTrap
	if !d.SetRegisters(t, r) {
		return nil
	}
	if err := d.leave(i); err != nil {
		return err
	}
	d.g.ContinueOnly(i)
	_, _ = d.wait(nil)
	d.Write(at, []byte{int3})
	d.clearTrap()
	return nil
}

// clearTrap takes back the trap flag of processors that have made their step.
func (d *Debugger) clearTrap() {
	for i := range d.cpus {
		c := &d.cpus[i]
		if c.Valid && !c.other && c.fault == 0 && c.Regs.RFLAGS&flagTrap != 0 {
			c.Regs.RFLAGS &^= flagTrap
			if c.frame == 0 {
				_ = d.g.SetRegisters(i, c.Regs)
			}
		}
	}
}

// Wait waits until the guest stands still for a reason that is one; interrupt asks for that.
func (d *Debugger) Wait(interrupt <-chan struct{}) (Stop, error) {
	for {
		select {
		case <-interrupt:
			return d.Interrupt(), nil
		case <-d.g.Done():
			d.collect()
			return Stop{Reason: ReasonEnded}, nil
		case i := <-d.g.Events():
			d.g.Stop()
			d.collect()
			select {
			case <-d.g.Done():
				return Stop{Reason: ReasonEnded}, nil
			default:
			}
			s, ours := d.why(i)
			if ours {
				d.stopped()
				return s, nil
			}
			if err := d.resumeUnseen(i); err != nil {
				return s, err
			}
		}
	}
}

// Interrupt makes the guest stand still, whatever it does.
func (d *Debugger) Interrupt() Stop {
	d.g.Stop()
	d.collect()
	d.settle()
	d.stopped()
	s := Stop{Reason: ReasonInterrupt}
	for i := range d.cpus {
		if t := d.onCPU(i); t != nil {
			return Stop{Reason: ReasonInterrupt, CPU: i, TID: t.TID}
		}
	}
	if l := d.List(); len(l) > 0 {
		s.TID = l[0].TID
	}
	return s
}

// settle lets processors leave ring 0, where the monitor is about to go back to the program; one that waits for an interrupt stays.
func (d *Debugger) settle() {
	const instructions = 300
	for i := range d.cpus {
		for n := 0; !d.cpus[i].Valid && n < instructions; n++ {
			if d.g.Debug(i, true, false, nil) != nil {
				break
			}
			d.g.ContinueOnly(i)
			late := time.NewTimer(20 * time.Millisecond)
			select {
			case <-d.g.Events():
			case <-late.C:
				n = instructions
			case <-d.g.Done():
				n = instructions
			}
			late.Stop()
			d.g.Stop()
			d.collect()
		}
	}
	_ = d.arm(false)
	for len(d.g.Events()) > 0 {
		<-d.g.Events()
	}
}

// stopped ends a step that something came before.
func (d *Debugger) stopped() {
	if d.stepAt != 0 {
		d.ClearBreak(d.stepAt)
		d.stepAt = 0
	}
	if d.step != 0 {
		for _, t := range d.List() {
			if t.TID == d.step && t.Regs.RFLAGS&flagTrap != 0 {
				r := t.Regs
				r.RFLAGS &^= flagTrap
				d.SetRegisters(&t, r)
			}
		}
		d.step = 0
	}
	d.clearTrap()
	d.Refresh(d.Auxv)
}

// why says what stopped a processor; false: nothing that the debugger is asked to tell.
func (d *Debugger) why(i int) (Stop, bool) {
	c := &d.cpus[i]
	s := Stop{Reason: ReasonTrap, CPU: i}
	t := d.onCPU(i)
	if t != nil {
		s.TID = t.TID
	}
	if !c.Valid {
		return s, false
	}
	if c.fault != 0 {
		s.Reason, s.Signal = ReasonFault, c.fault
		return s, true
	}
	info := d.g.DebugInfo(i)
	if c.trap || c.frame == 0 && info.Exception == vectorBreakpoint {
		at := c.Regs.RIP
		if _, ours := d.breaks[at]; !ours {
			return s, true // the program's
		}
		switch {
		case at == d.stepAt && s.TID == d.step:
			s.Reason = ReasonStep
		case at == d.stepAt:
			return s, false
		case at == d.library:
			s.Reason = ReasonLibrary
		default:
			s.Reason = ReasonBreakpoint
		}
		return s, true
	}
	if c.Regs.RFLAGS&flagTrap != 0 && d.step != 0 && s.TID == d.step {
		if d.aside(i) {
			return s, false
		}
		s.Reason = ReasonStep
		return s, true
	}
	for n, w := range d.watches {
		if info.DR6>>(n+2)&1 != 0 {
			s.Reason, s.Watch = ReasonWatch, w
			return s, true
		}
	}
	return s, false // a step of the guest's own (kernel/core/mm/lost.c)
}

// next is where the instruction behind the one at addr is; 0: if that is no matter of course.
func (d *Debugger) next(addr uint64) uint64 {
	code := make([]byte, 16)
	n := d.ReadMemory(addr, code)
	if n := endbr(code[:n]); n > 0 {
		return addr + uint64(n)
	}
	in, err := x86asm.Decode(code[:n], 64)
	if err != nil {
		return 0
	}
	if _, branch := in.Args[0].(x86asm.Rel); branch {
		return 0
	}
	switch in.Op {
	case x86asm.CALL, x86asm.JMP, x86asm.RET, x86asm.IRETQ, x86asm.SYSCALL, x86asm.INT, x86asm.HLT:
		return 0
	}
	return addr + uint64(in.Len)
}

// aside: before the instruction of a step a signal came, and the step was one of its handler's, or of what that put in the way (Go's
// asyncPreempt). The step ends where the thread comes back.
func (d *Debugger) aside(i int) bool {
	c := &d.cpus[i]
	if d.behind == 0 || c.Regs.RIP == d.behind || c.Regs.RIP == d.from {
		return false
	}
	if _, there := d.breaks[d.behind]; there || !d.SetBreak(d.behind) {
		return false
	}
	d.stepAt = d.behind
	c.Regs.RFLAGS &^= flagTrap
	if c.frame == 0 {
		_ = d.g.SetRegisters(i, c.Regs)
	}
	return true
}

// resumeUnseen resumes after a stop that is not reported to gdb.
func (d *Debugger) resumeUnseen(i int) error {
	c := &d.cpus[i]
	if d.stepAt != 0 && c.Valid && !c.trap { // see aside
		if err := d.leave(i); err != nil {
			return err
		}
	} else if _, ours := d.breaks[c.Regs.RIP]; ours && c.Valid { // another thread's step
		if err := d.over(i); err != nil {
			return err
		}
		if err := d.leave(i); err != nil {
			return err
		}
	} else if err := d.pass(i); err != nil {
		return err
	}
	d.g.Continue()
	return nil
}

// Detach takes away all that the debugger has put into the guest, and lets it run.
func (d *Debugger) Detach() error {
	for i := range d.cpus {
		if d.own(i) {
			_ = d.over(i)
		}
	}
	d.library, d.faults = 0, 0
	for at := range d.breaks {
		d.ClearBreak(at)
	}
	d.watches = nil
	var errs []error
	for i := range d.cpus {
		errs = append(errs, d.leave(i), d.g.Debug(i, false, false, nil))
	}
	d.g.Continue()
	return errors.Join(errs...)
}
