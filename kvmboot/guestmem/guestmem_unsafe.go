package guestmem

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// These access memory that a guest's processor changes at the same time. The
// slices come from Memory.Slice: whole words around them are mapped,
// since RAM is a number of whole pages.

// Load16 reads a little-endian 16-bit number, 2-byte aligned, with the ordering of
// sync/atomic.
func Load16(b []byte) uint16 {
	_ = b[1]
	p := unsafe.Pointer(unsafe.SliceData(b))
	off := uintptr(p) & 2
	w := atomic.LoadUint32((*uint32)(unsafe.Add(p, -int(off))))
	return uint16(w >> (8 * off))
}

// Store16 writes a little-endian 16-bit number, 2-byte aligned. A load16 that
// follows it in the program also follows it in memory.
func Store16(b []byte, v uint16) {
	_ = b[1]
	*(*uint16)(unsafe.Pointer(unsafe.SliceData(b))) = v
	Fence()
}

// fenceWord is nobody's data: a locked instruction on any word orders all memory.
var fenceWord atomic.Uint32

func Fence() { fenceWord.Add(1) }

// AtOddAddress tells whether b, a part of guest memory, begins at one there: pages begin at pages.
func AtOddAddress(b []byte) bool { return uintptr(unsafe.Pointer(unsafe.SliceData(b)))&1 != 0 }

// AddressOf gives the host address of mapped memory, for KVM.
func AddressOf(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }

// MapAligned maps size bytes of private zero pages at an address that is a
// multiple of align (a power of two, at least a page), so that the kernel can
// back both the host's and the guest's view with huge pages. No swap is reserved.
func MapAligned(size, align uint64) ([]byte, error) {
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

// MapFileOver maps length bytes of a file, copy on write, over dst, which must
// be page-aligned memory from mapAligned.
func MapFileOver(dst []byte, fd int, length int) error {
	_, err := unix.MmapPtr(fd, 0, unsafe.Pointer(unsafe.SliceData(dst)), uintptr(length),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED|unix.MAP_NORESERVE)
	return err
}

// Unmap gives back memory from mapAligned.
func Unmap(b []byte) {
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
