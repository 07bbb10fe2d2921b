package confine

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"uk.example/internal/confine/policy"
)

// numbers are more than any interface has calls.
const numbers = 600

// uprobe is the number of uprobe(2), which Linux 6.18 added.
const uprobe = 336

// argumentSets are arguments that could mean something to some call. None is an address.
var argumentSets = [][6]uintptr{
	{},
	{1, 2, 3, 4, 5, 6},
	{0, 1, ^uintptr(0), 0, 0x1000, 0},
	{^uintptr(99), 0, 0x40000000, 8, 16},
	{2, 0x5412, 0},
}

// everyCall makes all calls, with base added to their numbers, that f refuses or, if it is nil, all. It returns what all
// of them say, nil if that is EPERM, or words for one that says another thing.
func everyCall(f filter, base uintptr) error {
	var vm *bpf.VM
	if f != nil {
		vm = f.machine()
	}
	first := unix.Errno(0)
	for n := uintptr(0); n < numbers; n++ {
		if n == unix.SYS_URETPROBE || n == uprobe { // of the kernel's own probes: it sends SIGILL before it asks a filter
			continue
		}
		for _, args := range argumentSets {
			if vm != nil {
				if verdict := verdict(vm, n, args); verdict&unix.SECCOMP_RET_ACTION_FULL != unix.SECCOMP_RET_ERRNO || n == unix.SYS_CLONE3 {
					continue
				}
			}
			err := raw(base|n, args[:]...)
			errno, _ := err.(unix.Errno)
			if first == 0 {
				first = errno
			}
			if errno == 0 || errno != first || vm != nil && errno != unix.EPERM {
				return fmt.Errorf("call %#x(%#x): %v", base|n, args, err)
			}
		}
	}
	if first == unix.EPERM {
		return nil
	}
	return first
}

// machine is f for the interpreter of package bpf.
func (f filter) machine() *bpf.VM {
	var program []bpf.Instruction
	for _, i := range f {
		program = append(program, bpf.RawInstruction{Op: i.code, Jt: i.jt, Jf: i.jf, K: i.k}.Disassemble())
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		panic(err)
	}
	return vm
}

// verdict is what a filter says of a call. The interpreter reads the most significant byte first.
func verdict(vm *bpf.VM, nr uintptr, args [6]uintptr) uint32 {
	b := make([]byte, 64) // struct seccomp_data
	binary.BigEndian.PutUint32(b, uint32(nr))
	binary.BigEndian.PutUint32(b[4:], unix.AUDIT_ARCH_X86_64)
	for i, a := range args {
		binary.BigEndian.PutUint32(b[16+8*i:], uint32(a))
		binary.BigEndian.PutUint32(b[20+8*i:], uint32(a>>32))
	}
	n, err := vm.Run(b)
	if err != nil {
		panic(err)
	}
	return uint32(n)
}

// code32 is `mov $number, %eax; int $0x80; ret`, in memory that can be executed since before the process was confined.
var code32 []byte

func make32() {
	var err error
	code32, err = unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	copy(code32, []byte{0xb8, 0, 0, 0, 0, 0xcd, 0x80, 0xc3})
}

// every32 makes all calls of the 32-bit interface.
func every32() error {
	start := unsafe.Pointer(&code32[0])
	closure := unsafe.Pointer(&start)
	call := *(*func() int32)(unsafe.Pointer(&closure))
	for n := range uint32(numbers) {
		binary.LittleEndian.PutUint32(code32[1:], n)
		if got := call(); got != -int32(unix.EPERM) && got != -int32(unix.ENOSYS) {
			return fmt.Errorf("call %d: %d", n, got)
		}
	}
	return nil
}

// everyRequest makes all ioctls that have numbers like those of terminals, files and sockets, and those of KVM that a
// running machine has no use for.
func everyRequest() error {
	allowed := append(slices.Clone(policy.MachineRequests), unix.TCGETS, unix.TCSETS, unix.TCSETSF, unix.TCSETSW, unix.TIOCGWINSZ, unix.TIOCGPGRP, unix.TIOCINQ)
	var all []uint64
	for low := range uint64(256) {
		for _, kind := range []uint64{0x54, 0x89, 0xae, 0x12, 0x4b, 0x56, 0x66, 0xaa, 0xb7} {
			request := kind<<8 | low
			all = append(all, request, request|1<<32, request|0x40080000, request|0x80080000, request|0xc0080000)
		}
	}
	for _, fd := range []uintptr{0, 1, 2, 3} {
		for _, request := range all {
			if slices.Contains(allowed, request) {
				continue
			}
			if err := raw(unix.SYS_IOCTL, fd, uintptr(request)); err != unix.EPERM {
				return fmt.Errorf("request %#x of file %d: %v", request, fd, err)
			}
		}
	}
	return nil
}
