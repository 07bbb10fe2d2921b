package kvmboot

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/guestmem"
)

// Marks asks for the times at which a boot passes certain points, and for what
// the guest's memory holds then. The kernel needs no code for it: while the guest
// has not been there yet, the runner keeps at each point, in the guest's memory
// and not in the kernel's file, a store to an address that is no memory. The exit
// that it causes is the mark; the runner then puts the instructions back and the
// guest repeats them. What the runner does meanwhile is left out of all times.
// Points are for the machine that needs no configuration file.
type Marks struct {
	// Points are where to stop, in any order.
	Points []Point
	// Memory fills Mark.Memory.
	Memory bool
	// Stopped is called, if set, at each point and at the guest's end, while no
	// time counts and the processor that came there stands still; others go on.
	Stopped func(Mark)
}

// Point is an instruction in the kernel that one pass through the boot reaches.
type Point struct {
	Name string
	Addr uint64 // virtual
	// Room is the number of bytes from Addr on that nothing else jumps into or
	// executes before Addr is reached. A point needs PointSize.
	Room int
}

// PointSize is what the store that marks a point takes, in bytes.
const PointSize = 9

// Names of the marks that are there without a point.
const (
	MarkRun     = "run"     // Run was called
	MarkVM      = "vm"      // the virtual machine and its memory exist
	MarkEntered = "entered" // kernel loaded, processors made: the first KVM_RUN
	MarkFirst   = "first"   // the first instruction of the guest, before it is executed
	MarkExit    = "exit"    // the guest said that it ends
)

// Mark is one time that was taken.
type Mark struct {
	Name string `json:"name"`
	// Nanos is CLOCK_MONOTONIC, in nanoseconds, less Stood.
	Nanos int64 `json:"ns"`
	// TSC is the guest's own time stamp counter, less the ticks of Stood; 0 before
	// there is a guest.
	TSC uint64 `json:"tsc"`
	// Stood is how long the guest stood still for earlier marks, in nanoseconds.
	Stood int64 `json:"stood_ns"`
	// Memory is filled at points and at the end if Marks.Memory is set.
	Memory *MemoryUse `json:"memory,omitempty"`
}

// Timeline is what Marks asked for.
type Timeline struct {
	Marks  []Mark `json:"marks"`   // in order of their times
	TSCKHz int    `json:"tsc_khz"` // of the guest's counter; 0: not known
	// Stood is how long the guest stood still for all marks, in nanoseconds.
	Stood int64 `json:"stood_ns"`
	// Missed are points that the guest did not pass.
	Missed []string `json:"missed,omitempty"`
}

// markHole is the page of guest-physical memory that is left out for the stores:
// below 1 MB, where a kernel that is loaded at 1 MB keeps nothing.
const markHole = 0xf0000

// storeOpcode is MOV moffs8, AL (Intel SDM vol. 2): one opcode byte and an address
// of eight bytes, no register or flag changes.
const storeOpcode = 0xa2

// KVM_SET_GUEST_DEBUG and KVM_GET_MSRS.
const (
	kvmSetGuestDebug = 0x4048ae9b
	kvmGetMSRs       = 0xc008ae88

	exitDebug = 4

	debugEnable, debugHardware = 1, 0x20000
	dr7Local0                  = 2 // DR7: DR0 is armed, for execution

	msrTSC = 0x10
)

type kvmGuestDebug struct {
	control, _ uint32
	reg        [8]uint64 // DR0 to DR7
}

// kvmMSRs is struct kvm_msrs with one entry.
type kvmMSRs struct {
	n, _     uint32
	index, _ uint32
	data     uint64
}

// marker takes the marks of one machine.
type marker struct {
	want *Marks
	// offset is where the kernel has physical memory: virtual less physical.
	offset uint64

	mu     sync.Mutex
	line   Timeline
	points map[uint64]*armed
	stood  int64
	ticks  uint64 // of stood
}

// armed is a point with the instructions that belong there.
type armed struct {
	name    string
	code    []byte // guest memory
	was     [PointSize]byte
	reached bool
}

func monotonic() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	return t.Nano()
}

// note takes a mark that no processor causes.
func (k *marker) note(name string) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.line.Marks = append(k.line.Marks, Mark{Name: name, Nanos: monotonic() - k.stood})
}

// arm puts the stores in place, once the kernel is loaded.
func (k *marker) arm(f *boot.Kernel, mem *guestmem.Memory) error {
	if k == nil {
		return nil
	}
	k.offset = f.Offset
	k.points = map[uint64]*armed{}
	points := slices.Clone(k.want.Points)
	slices.SortFunc(points, func(a, b Point) int { return cmp.Compare(a.Addr, b.Addr) })
	for i, p := range points {
		if p.Room < PointSize || i > 0 && p.Addr-points[i-1].Addr < PointSize {
			return fmt.Errorf("point %s at %#x: there is no room for a mark", p.Name, p.Addr)
		}
		if !f.HoldsAll(p.Addr-k.offset, PointSize) {
			return fmt.Errorf("point %s at %#x: is not in the kernel", p.Name, p.Addr)
		}
		code, err := mem.Slice(p.Addr-k.offset, PointSize)
		if err != nil {
			return fmt.Errorf("point %s at %#x: %w", p.Name, p.Addr, err)
		}
		a := &armed{name: p.Name, code: code}
		copy(a.was[:], code)
		code[0] = storeOpcode
		binary.LittleEndian.PutUint64(code[1:], k.offset+markHole)
		k.points[p.Addr] = a
	}
	return nil
}

// armFirst asks for an exit before the first instruction. Where KVM cannot do
// that, there is no such mark.
func (k *marker) armFirst(c *vcpu, entry uint64) {
	if k == nil {
		return
	}
	k.line.TSCKHz, _ = ioctlInt(c.fd, kvmGetTSCKHz, 0)
	d := kvmGuestDebug{control: debugEnable | debugHardware}
	d.reg[0], d.reg[7] = entry, dr7Local0
	_ = ioctlPtr(c.fd, kvmSetGuestDebug, &d)
}

// debugExit serves a KVM_EXIT_DEBUG, which only armFirst can have asked for.
func (k *marker) debugExit(c *vcpu) {
	if k == nil {
		return
	}
	at := c.now()
	_ = ioctlPtr(c.fd, kvmSetGuestDebug, &kvmGuestDebug{})
	k.stopped(c, MarkFirst, at)
}

// isStore reports whether an access to guest-physical memory is one of ours.
func (k *marker) isStore(e mmioExit) bool {
	return k != nil && e.write && e.addr == markHole
}

// stored serves the exit that a store caused.
func (k *marker) stored(c *vcpu) error {
	at := c.now()
	// KVM completes the instruction when it is entered again, and must not go on
	// from there.
	c.page.setImmediateExit(1)
	_, err := ioctlInt(c.fd, kvmRun, 0)
	c.page.setImmediateExit(0) // a kick that this undoes has set m.stopping before, which run looks at next
	if err == nil || !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
		return fmt.Errorf("KVM did not complete an instruction: %v", err)
	}
	var r kvmRegs
	if err := ioctlPtr(c.fd, kvmGetRegs, &r); err != nil {
		return err
	}
	a := k.points[r.rip-PointSize]
	if a == nil {
		return nil // the guest's own doing
	}
	r.rip -= PointSize
	if err := ioctlPtr(c.fd, kvmSetRegs, &r); err != nil {
		return err
	}
	k.mu.Lock()
	again := a.reached
	a.reached = true
	copy(a.code, a.was[:])
	k.mu.Unlock()
	if !again { // another processor was at the same place
		k.stopped(c, a.name, at)
	}
	return nil
}

// stopped takes a mark for the moment at, and leaves out what passes until it
// returns.
func (k *marker) stopped(c *vcpu, name string, at moment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m := Mark{Name: name, Nanos: at.nanos - k.stood, Stood: k.stood}
	if at.tsc != 0 {
		m.TSC = at.tsc - k.ticks
	}
	if k.want.Memory && name != MarkFirst {
		m.Memory = c.memoryUse()
	}
	k.line.Marks = append(k.line.Marks, m)
	if k.want.Stopped != nil {
		k.want.Stopped(m)
	}
	now := c.now()
	k.ticks += now.tsc - at.tsc
	k.stood += now.nanos - at.nanos
}

// ended takes the last mark.
func (k *marker) ended(c *vcpu) {
	if k != nil {
		k.stopped(c, MarkExit, c.now())
	}
}

func (k *marker) timeline() *Timeline {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range k.want.Points {
		if a := k.points[p.Addr]; a == nil || !a.reached {
			k.line.Missed = append(k.line.Missed, p.Name)
		}
	}
	t := k.line
	t.Stood = k.stood
	return &t
}

// moment is one reading of both clocks.
type moment struct {
	nanos int64
	tsc   uint64 // of the guest; 0: KVM does not tell
}

// now reads both clocks, and again if something came between, since the readings
// are to be of the same moment.
func (c *vcpu) now() moment {
	const tries, close = 5, 20_000 // ns
	var best moment
	least := int64(math.MaxInt64)
	for range tries {
		t := moment{nanos: monotonic()}
		m := kvmMSRs{n: 1, index: msrTSC}
		if n, err := ioctlPtrInt(c.fd, kvmGetMSRs, &m); err == nil && n == 1 {
			t.tsc = m.data
		}
		if took := monotonic() - t.nanos; took < least {
			best, least = t, took
		}
		if least < close {
			break
		}
	}
	return best
}
