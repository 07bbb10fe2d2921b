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

// addressOf gives the host address of mapped memory, for KVM.
func addressOf(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }

// mapAligned maps size bytes of private zero pages at an address that is a
// multiple of align (a power of two, at least a page), so that the kernel can
// back both the host's and the guest's view with huge pages. No swap is reserved.
func mapAligned(size, align uint64) ([]byte, error) {
	total := size + align
	base, err := unix.MmapPtr(-1, 0, nil, uintptr(total), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return nil, err
	}
	skip := (align - uint64(uintptr(base))%align) % align
	if skip > 0 {
		_ = unix.MunmapPtr(base, uintptr(skip))
	}
	start := unsafe.Add(base, skip)
	if tail := total - skip - size; tail > 0 {
		_ = unix.MunmapPtr(unsafe.Add(start, size), uintptr(tail))
	}
	return unsafe.Slice((*byte)(start), size), nil
}

// mapFileOver maps length bytes of a file, copy on write, over dst, which must
// be page-aligned memory from mapAligned.
func mapFileOver(dst []byte, fd int, length int) error {
	_, err := unix.MmapPtr(fd, 0, unsafe.Pointer(unsafe.SliceData(dst)), uintptr(length),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED|unix.MAP_NORESERVE)
	return err
}

// unmap gives back memory from mapAligned.
func unmap(b []byte) {
	if len(b) > 0 {
		_ = unix.MunmapPtr(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b)))
	}
}

// residentPages counts the host pages that back b at the moment.
func residentPages(b []byte) int {
	page := unix.Getpagesize()
	vec := make([]byte, (len(b)+page-1)/page)
	if len(vec) == 0 {
		return 0
	}
	_, _, e := unix.Syscall(unix.SYS_MINCORE, uintptr(unsafe.Pointer(unsafe.SliceData(b))),
		uintptr(len(b)), uintptr(unsafe.Pointer(&vec[0])))
	if e != 0 {
		return 0
	}
	n := 0
	for _, v := range vec {
		n += int(v & 1)
	}
	return n
}
