package hostsockets

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Calls that do not wait, or hardly, are made without a word to Go's scheduler, which would give the thread's place to
// another one after a few microseconds in a call. Signals end them, so that nobody waits for this thread.

// pollNow is epoll_wait(2), of a few milliseconds at most.
func pollNow(fd int, events []unix.EpollEvent, ms int) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(fd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(ms), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// pollBriefly is epoll_pwait2(2), of at most so many microseconds; a host older than Linux 5.11 does not have it.
func pollBriefly(fd int, events []unix.EpollEvent, us int64) (int, error) {
	t := unix.Timespec{Nsec: us * 1000}
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT2, uintptr(fd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(&t)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// maxPieces is how many pieces one call moves; the others wait for the next.
const maxPieces = 16

func pieces(iov *[maxPieces]unix.Iovec, b [][]byte) uintptr {
	n := 0
	for _, p := range b {
		if n < maxPieces && len(p) > 0 {
			iov[n].Base = &p[0]
			iov[n].SetLen(len(p))
			n++
		}
	}
	return uintptr(n)
}

// readNow is readv(2) of a descriptor that does not wait.
func readNow(fd int, b [][]byte) (int, error) {
	var iov [maxPieces]unix.Iovec
	n, _, errno := unix.RawSyscall(unix.SYS_READV, uintptr(fd), uintptr(unsafe.Pointer(&iov)), pieces(&iov, b))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// sendNow sends bytes of a stream, as many as there is room for. More says that others follow: the host may keep back what
// fills no segment.
func sendNow(fd int, b [][]byte, more bool) (int, error) {
	var iov [maxPieces]unix.Iovec
	m := unix.Msghdr{Iov: &iov[0]}
	m.SetIovlen(int(pieces(&iov, b)))
	flags := uintptr(unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL)
	if more {
		flags |= unix.MSG_MORE
	}
	n, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&m)), flags)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
