package hostsockets

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// getsockopt reads an option of any size into b.
func getsockopt(fd, level, name int, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, unix.EINVAL
	}
	n := uint32(len(b))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&n)), 0)
	if errno != 0 {
		return 0, errno
	}
	return min(int(n), len(b)), nil
}

// disconnect takes the peer from a datagram socket: connect(2) with AF_UNSPEC.
func disconnect(fd int) error {
	sa := unix.RawSockaddr{Family: unix.AF_UNSPEC}
	_, _, errno := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa)), unsafe.Sizeof(sa))
	if errno != 0 {
		return errno
	}
	return nil
}

// acknowledged tells whether the peer of a connection that sends nothing more has all of it: tcpi_state of
// struct tcp_info, the first byte, is then beyond FIN_WAIT1.
func acknowledged(fd int) bool {
	const established, finWait1, closing, lastACK = 1, 4, 11, 9
	var state [1]byte
	if _, err := getsockopt(fd, unix.IPPROTO_TCP, unix.TCP_INFO, state[:]); err != nil {
		return true
	}
	return state[0] != established && state[0] != finWait1 && state[0] != closing && state[0] != lastACK
}
