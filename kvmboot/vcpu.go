package kvmboot

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// vcpu is one virtual processor. run owns it; kick may come from anywhere.
type vcpu struct {
	m     *machine
	id    int
	fd    int
	page  runPage
	tid   atomic.Int32
	spent atomic.Int64 // nanoseconds, once its thread has ended
	exits [exitReasons]atomic.Int64
}

func (m *machine) newVCPU(id, pageBytes int) (*vcpu, error) {
	fd, err := ioctlInt(m.vm, kvmCreateVCPU, uintptr(id))
	if err != nil {
		return nil, fmt.Errorf("create processor %d: %w", id, err)
	}
	page, err := unix.Mmap(fd, 0, pageBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("map the state of processor %d: %w", id, err)
	}
	return &vcpu{m: m, id: id, fd: fd, page: page}, nil
}

func (c *vcpu) close() {
	_ = unix.Munmap(c.page)
	unix.Close(c.fd)
}

// setPVHState gives the processor the state that the PVH boot protocol asks for
// (xen/docs/misc/pvh.pandoc, "x86/HVM direct boot ABI"): 32-bit protected mode without
// paging, flat segments, a TSS of 0x67 bytes, EBX the address of start_info.
func (c *vcpu) setPVHState(entry, startInfo uint64) error {
	var s kvmSregs
	if err := ioctlPtr(c.fd, kvmGetSregs, &s); err != nil {
		return fmt.Errorf("read processor state: %w", err)
	}
	flat := kvmSegment{limit: 0xffffffff, present: 1, s: 1, db: 1, g: 1}
	s.cs = flat
	s.cs.selector, s.cs.typ = 0x8, 0xb // execute, read, accessed
	data := flat
	data.selector, data.typ = 0x10, 0x3 // read, write, accessed
	s.ds, s.es, s.fs, s.gs, s.ss = data, data, data, data, data
	s.tr = kvmSegment{limit: 0x67, selector: 0x18, typ: 0xb, present: 1} // busy 32-bit TSS
	s.ldt = kvmSegment{unusable: 1}
	s.cr0, s.cr3, s.cr4, s.efer = 0x11, 0, 0, 0 // PE, ET
	s.gdt, s.idt = kvmDTable{}, kvmDTable{}
	if err := ioctlPtr(c.fd, kvmSetSregs, &s); err != nil {
		return fmt.Errorf("set processor state: %w", err)
	}
	r := kvmRegs{rip: entry, rbx: startInfo, rflags: 2}
	if err := ioctlPtr(c.fd, kvmSetRegs, &r); err != nil {
		return fmt.Errorf("set processor registers: %w", err)
	}
	return nil
}

// kick makes run look at the machine's stop flag soon. The order matters: a
// processor that is about to enter the guest sees immediate_exit, one
// that is inside gets a signal. The Go runtime ignores a stray SIGURG.
func (c *vcpu) kick() {
	c.page.setImmediateExit(1)
	if tid := c.tid.Load(); tid != 0 {
		_ = unix.Tgkill(unix.Getpid(), int(tid), unix.SIGURG)
	}
}

// run executes the guest until the machine stops. It ends the machine itself when
// the guest asks for it or cannot go on.
func (c *vcpu) run() {
	faultsPanic()
	defer c.m.recoverFault()
	runtime.LockOSThread() // until the thread ends with this goroutine: it stays confined
	if err := c.m.confineProcessor(); err != nil {
		c.m.fail(err)
		return
	}
	c.tid.Store(int32(unix.Gettid()))
	defer func() {
		c.spent.Store(c.time())
		c.tid.Store(0)
	}()
	defer c.m.guest.left()
	if c.id == 0 && c.m.setClock != nil {
		if err := c.m.setClock(); err != nil {
			c.m.fail(err)
			return
		}
	}
	for c.m.guest.gate(c) && !c.m.stopping.Load() {
		_, err := ioctlInt(c.fd, kvmRun, 0)
		reason := exitIntr
		if err == nil {
			reason = min(int(c.page.reason()), exitReasons-1)
		}
		c.exits[reason].Add(1)
		if err != nil {
			if err == unix.EINTR || err == unix.EAGAIN {
				continue
			}
			if err == unix.EFAULT && c.m.mem.Root.Cut() {
				c.m.fail(errMemoryGone)
				return
			}
			c.m.fail(c.machineError("KVM_RUN: "+err.Error(), nil))
			return
		}
		if !c.exit() {
			return
		}
	}
}

// exit serves one return from the guest; false: the machine ends.
func (c *vcpu) exit() bool {
	p := c.page
	switch reason := p.reason(); reason {
	case exitIO:
		end, err := c.m.portIO(p.io())
		if end {
			return c.ended()
		}
		if err != nil {
			c.m.outputFailed("serial output", err)
			return false
		}
	case exitMMIO:
		e := p.mmio()
		if c.m.marks.isStore(e) {
			if err := c.m.marks.stored(c); err != nil {
				c.m.fail(c.machineError("mark of the boot: "+err.Error(), nil))
				return false
			}
			return true
		}
		if c.m.runnerMMIO(e) {
			return c.ended()
		}
	case exitDebug:
		c.m.marks.debugExit(c)
		c.m.guest.debugExit(c)
	case exitIntr, exitHLT:
	case exitShutdown:
		c.m.fail(c.machineError("processor shut down (triple fault)", nil))
		return false
	case exitFailEntry:
		c.m.fail(c.machineError(fmt.Sprintf("processor refused to enter the guest, hardware reason %#x", p.u64(32)), nil))
		return false
	case exitInternalError:
		c.m.fail(c.machineError("KVM internal error: "+suberror(p.u32(32)), internalData(p)))
		return false
	case exitSystemEvent:
		c.m.fail(c.machineError(fmt.Sprintf("guest asked for system event %d", p.u32(32)), nil))
		return false
	default:
		c.m.fail(c.machineError(fmt.Sprintf("unexpected exit %d", reason), nil))
		return false
	}
	return true
}

// ended: the guest asked for the end.
func (c *vcpu) ended() bool {
	c.m.marks.ended(c)
	c.m.guestEnded()
	return false
}

func suberror(n uint32) string {
	switch n {
	case 1:
		return "an instruction that it cannot emulate"
	case 2:
		return "two exceptions at once"
	case 3:
		return "an exception while delivering another event"
	case 4:
		return "an exit that it does not know"
	}
	return fmt.Sprintf("suberror %d", n)
}

func internalData(p runPage) []uint64 {
	n := min(p.u32(36), 16)
	d := make([]uint64, n)
	for i := range d {
		d[i] = p.u64(40 + 8*i)
	}
	return d
}
