package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/psx"
)

//go:generate go test -run TestTable -update .

// anyPID stands in the programs of filters_table.go for the id of the process.
const anyPID = 0x756b7069

// filter is a program for the kernel.
type filter []instruction

// instruction is struct sock_filter, bpf(4).
type instruction struct {
	code   uint16
	jt, jf uint8 // instructions to skip
	k      uint32
}

// The table's filters: any may come together, but for a card with a network, and the last two.
const (
	withFolders = 1
	withSockets = 2
	withNetwork = 4
	withCard    = 8
	withControl = 12
	ofRemover   = 24
	ofAsker     = 25
)

// newFilter takes a filter out of the table, for this process.
func newFilter(kind int) filter {
	f := slices.Clone(filters[kind])
	for i := range f {
		if f[i].k == anyPID {
			f[i].k = uint32(os.Getpid())
		}
	}
	return f
}

// load puts a filter on the calling thread, or with SECCOMP_FILTER_FLAG_TSYNC on all, seccomp(2).
func (f filter) load(flags uintptr) error {
	prog := unix.SockFprog{Len: uint16(len(f)), Filter: (*unix.SockFilter)(unsafe.Pointer(&f[0]))}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(f)
	return filterError(errno)
}

// loadInEach puts a filter on each thread by itself, those that have another one, too.
func (f filter) loadInEach() error {
	prog := unix.SockFprog{Len: uint16(len(f)), Filter: (*unix.SockFilter)(unsafe.Pointer(&f[0]))}
	_, _, errno := psx.Syscall3(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(f)
	return filterError(errno)
}

func filterError(errno unix.Errno) error {
	switch {
	case errno == unix.ENOSYS:
		return errors.New("seccomp: this kernel has no filters")
	case errno != 0:
		return fmt.Errorf("seccomp: %w", errno)
	}
	return nil
}
