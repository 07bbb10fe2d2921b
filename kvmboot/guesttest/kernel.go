package guesttest

import "encoding/binary"

// SmallKernel makes the bytes of a small good kernel: one PT_LOAD at 1 MB with the note in it.
// Layout: header 0, program headers 64 and 120, note 176, code 200.
func SmallKernel() []byte {
	b := make([]byte, 256)
	le := binary.LittleEndian
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], 2)  // ET_EXEC
	le.PutUint16(b[18:], 62) // x86-64
	le.PutUint32(b[20:], 1)  // EV_CURRENT
	le.PutUint64(b[32:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 2)
	load := b[64:]
	le.PutUint32(load[0:], 1)
	le.PutUint64(load[24:], 0x100000)
	le.PutUint64(load[32:], 256)
	le.PutUint64(load[40:], 512)
	note := b[120:]
	le.PutUint32(note[0:], 4)
	le.PutUint64(note[8:], 176)
	le.PutUint64(note[32:], 20)
	le.PutUint64(note[48:], 4)
	n := b[176:]
	le.PutUint32(n[0:], 4)
	le.PutUint32(n[4:], 4)
	le.PutUint32(n[8:], 18)
	copy(n[12:], "Xen\x00")
	le.PutUint32(n[16:], 0x1000c8)
	return b
}
