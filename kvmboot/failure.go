package kvmboot

import (
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// MachineError tells why a virtual machine could not go on: the guest's
// processor reached a state it cannot leave, or KVM failed.
type MachineError struct {
	CPU  int
	Msg  string
	Regs string // several lines of registers, empty when they cannot be read
	RIP  uint64
}

// Error is one line; Regs holds the rest.
func (e *MachineError) Error() string {
	if e.Regs == "" {
		return fmt.Sprintf("guest processor %d: %s", e.CPU, e.Msg)
	}
	return fmt.Sprintf("guest processor %d at rip %#x: %s", e.CPU, e.RIP, e.Msg)
}

var errMemoryGone = errors.New("guest memory cannot be read: a file that backs it became shorter while in use")

// recoverFault, deferred at the top of a goroutine, turns a fault on guest memory
// into the end of the machine. A root image that is mapped as a module can be
// truncated by others.
func (m *machine) recoverFault() {
	switch r := recover().(type) {
	case nil:
	case interface {
		runtime.Error
		Addr() uintptr
	}:
		m.fail(errMemoryGone)
	default:
		panic(r)
	}
}

// faultsPanic makes a fault in this goroutine a panic.
func faultsPanic() { debug.SetPanicOnFault(true) }

// guarded makes of f what goroutines that use guest memory are to call: a fault ends the machine, not this
// process. m is nil in unit tests, which have none.
func (m *machine) guarded(f func()) func() {
	return func() {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		if m != nil {
			defer m.recoverFault()
		}
		f()
	}
}

// machineError describes the state of c. Only the thread that runs c calls it.
func (c *vcpu) machineError(msg string, data []uint64) *MachineError {
	e := &MachineError{CPU: c.id, Msg: msg}
	var r kvmRegs
	var s kvmSregs
	if ioctlPtr(c.fd, kvmGetRegs, &r) != nil || ioctlPtr(c.fd, kvmGetSregs, &s) != nil {
		return e
	}
	e.RIP = r.rip
	var b strings.Builder
	fmt.Fprintf(&b, "rax %016x rbx %016x rcx %016x rdx %016x\n", r.rax, r.rbx, r.rcx, r.rdx)
	fmt.Fprintf(&b, "rsi %016x rdi %016x rbp %016x rsp %016x\n", r.rsi, r.rdi, r.rbp, r.rsp)
	fmt.Fprintf(&b, "r8  %016x r9  %016x r10 %016x r11 %016x\n", r.r8, r.r9, r.r10, r.r11)
	fmt.Fprintf(&b, "r12 %016x r13 %016x r14 %016x r15 %016x\n", r.r12, r.r13, r.r14, r.r15)
	fmt.Fprintf(&b, "rip %016x rflags %08x cs %04x ss %04x tr %04x\n", r.rip, r.rflags, s.cs.selector, s.ss.selector, s.tr.selector)
	fmt.Fprintf(&b, "cr0 %08x cr2 %016x cr3 %016x cr4 %08x efer %04x\n", s.cr0, s.cr2, s.cr3, s.cr4, s.efer)
	fmt.Fprintf(&b, "fs  %016x gs  %016x gdt %x+%x idt %x+%x", s.fs.base, s.gs.base, s.gdt.base, s.gdt.limit, s.idt.base, s.idt.limit)
	if s.cr0&(1<<31) == 0 {
		// No paging: the linear address is physical, so the bytes can be shown.
		if code, err := c.m.mem.Slice(s.cs.base+r.rip, 16); err == nil {
			fmt.Fprintf(&b, "\ncode %s", hex.EncodeToString(code))
		}
	}
	if len(data) > 0 {
		fmt.Fprintf(&b, "\ndata %x", data)
	}
	e.Regs = b.String()
	return e
}
