package kvmboot

import (
	"sync/atomic"
	"unsafe"
)

// These access memory that a guest's processor changes at the same time. The
// slices come from guestMemory.slice: whole words around them are mapped,
// since RAM is a number of whole pages.

// load16 reads a little-endian 16-bit number, 2-byte aligned, with the ordering of
// sync/atomic.
func load16(b []byte) uint16 {
	_ = b[1]
	p := unsafe.Pointer(unsafe.SliceData(b))
	off := uintptr(p) & 2
	w := atomic.LoadUint32((*uint32)(unsafe.Add(p, -int(off))))
	return uint16(w >> (8 * off))
}

// store16 writes a little-endian 16-bit number, 2-byte aligned. A load16 that
// follows it in the program also follows it in memory.
func store16(b []byte, v uint16) {
	_ = b[1]
	*(*uint16)(unsafe.Pointer(unsafe.SliceData(b))) = v
	fence()
}

// fenceWord is nobody's data: a locked instruction on any word orders all memory.
var fenceWord atomic.Uint32

func fence() { fenceWord.Add(1) }

// atOddAddress tells whether b, a part of guest memory, begins at one there: pages begin at pages.
func atOddAddress(b []byte) bool { return uintptr(unsafe.Pointer(unsafe.SliceData(b)))&1 != 0 }
