// Calls that Go's own library makes in plain ways, made in others: locks, owners, limits, options, futexes that lend priority.
package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

const (
	fSetown, fGetown        = 8, 9
	prGetTiming             = 13
	futexLockPI, futexUnlPI = 6, 7
)

func main() {
	f, err := os.CreateTemp("", "lock")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(f.Name())
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Start: 10, Len: 5}
	fmt.Println(syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &l))
	fmt.Println(syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &l), l.Type == syscall.F_UNLCK)
	l.Type = 77
	fmt.Println(syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &l))

	p := [2]int{}
	fmt.Println(syscall.Pipe(p[:]))
	call("own", syscall.SYS_FCNTL, uintptr(p[0]), fSetown, uintptr(syscall.Getpid()))
	own, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(p[0]), fGetown, 0)
	fmt.Println("owner", own == uintptr(syscall.Getpid()), errno)
	call("command", syscall.SYS_FCNTL, uintptr(p[0]), 12345, 0)

	limit := syscall.Rlimit{Cur: 1 << 20, Max: 1 << 30}
	fmt.Println(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit = syscall.Rlimit{}
	fmt.Println(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit), limit, f.Truncate(1<<20), f.Truncate(0))

	call("timing", syscall.SYS_PRCTL, prGetTiming, 0, 0)
	call("option", syscall.SYS_PRCTL, 12345, 0, 0)
	var word uint32
	call("lock", syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&word)), futexLockPI, 0)
	fmt.Println(word != 0)
	call("unlock", syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&word)), futexUnlPI, 0)
	fmt.Println(word)
}

func call(what string, nr, a, b, c uintptr) {
	r, _, errno := syscall.Syscall6(nr, a, b, c, 0, 0, 0)
	fmt.Println(what, r, errno)
}
