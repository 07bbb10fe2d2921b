package virtio

import "encoding/binary"

// Packets of the socket device, virtio 1.2 section 5.10.6.
const (
	vsockHeaderSize = 44
	VsockHostCID    = 2
	vsockStream     = 1 // type

	vsockRequest       = 1 // operations
	vsockResponse      = 2
	vsockReset         = 3
	vsockShutdown      = 4
	vsockData          = 5
	vsockCreditUpdate  = 6
	vsockCreditRequest = 7

	vsockNoReceive = 1 // flags of vsockShutdown
	vsockNoSend    = 2
	vsockNothing   = vsockNoReceive | vsockNoSend
)

// vsockHeader begins each packet.
type vsockHeader struct {
	srcCID, dstCID   uint64
	srcPort, dstPort uint32
	len              uint32
	typ, op          uint16
	flags            uint32
	bufAlloc, fwdCnt uint32
}

func parseVsockHeader(b *[vsockHeaderSize]byte) vsockHeader {
	le := binary.LittleEndian
	return vsockHeader{
		srcCID: le.Uint64(b[0:]), dstCID: le.Uint64(b[8:]),
		srcPort: le.Uint32(b[16:]), dstPort: le.Uint32(b[20:]),
		len: le.Uint32(b[24:]),
		typ: le.Uint16(b[28:]), op: le.Uint16(b[30:]),
		flags: le.Uint32(b[32:]), bufAlloc: le.Uint32(b[36:]), fwdCnt: le.Uint32(b[40:]),
	}
}

func (h *vsockHeader) bytes() (b [vsockHeaderSize]byte) {
	le := binary.LittleEndian
	le.PutUint64(b[0:], h.srcCID)
	le.PutUint64(b[8:], h.dstCID)
	le.PutUint32(b[16:], h.srcPort)
	le.PutUint32(b[20:], h.dstPort)
	le.PutUint32(b[24:], h.len)
	le.PutUint16(b[28:], h.typ)
	le.PutUint16(b[30:], h.op)
	le.PutUint32(b[32:], h.flags)
	le.PutUint32(b[36:], h.bufAlloc)
	le.PutUint32(b[40:], h.fwdCnt)
	return b
}
