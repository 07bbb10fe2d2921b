package kvmboot

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ioctlInt does an ioctl whose argument is a number.
func ioctlInt(fd int, req, arg uintptr) (int, error) {
	for {
		r, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), req, arg)
		if e == unix.EINTR && req != kvmRun {
			continue
		}
		if e != 0 {
			return 0, e
		}
		return int(r), nil
	}
}

// ioctlPtr does an ioctl whose argument is a pointer to a structure.
func ioctlPtr[T any](fd int, req uintptr, arg *T) error {
	_, err := ioctlInt(fd, req, uintptr(unsafe.Pointer(arg)))
	runtime.KeepAlive(arg)
	return err
}

// ioctlPtrInt is ioctlPtr for a request that answers with a number.
func ioctlPtrInt[T any](fd int, req uintptr, arg *T) (int, error) {
	n, err := ioctlInt(fd, req, uintptr(unsafe.Pointer(arg)))
	runtime.KeepAlive(arg)
	return n, err
}
