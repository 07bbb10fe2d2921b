package virtio

import "encoding/binary"

// Network device, virtio 1.2 section 5.1: feature bits.
const (
	netFeatCSUM      = 1 << 0
	netFeatGuestCSUM = 1 << 1
	netFeatMTU       = 1 << 3
	netFeatMAC       = 1 << 5
	netFeatGuestTSO4 = 1 << 7
	netFeatGuestTSO6 = 1 << 8
	netFeatGuestECN  = 1 << 9
	netFeatHostTSO4  = 1 << 11
	netFeatHostTSO6  = 1 << 12
	netFeatHostECN   = 1 << 13
	netFeatMergeRX   = 1 << 15
	netFeatStatus    = 1 << 16

	netFeatGuestTSO = netFeatGuestTSO4 | netFeatGuestTSO6
	netFeatHostTSO  = netFeatHostTSO4 | netFeatHostTSO6
	// netOffloads are those that the other end of the card must know how to do.
	netOffloads = netFeatCSUM | netFeatGuestCSUM | netFeatGuestTSO | netFeatGuestECN | netFeatHostTSO | netFeatHostECN
)

// What struct virtio_net_hdr holds, section 5.1.6.
const (
	netHeaderSize = 12
	netNumBuffers = 10 // offset of num_buffers

	netNeedsCSUM = 1 // the only flag of a driver's

	netGSONone  = 0
	netGSOTCPv4 = 1
	netGSOTCPv6 = 4
	netGSOECN   = 0x80
)

const (
	netEthernet = 14 // bytes of an Ethernet header
	netVLAN     = 4
	// netDefaultMTU is that of a card that does not say (RFC 894).
	netDefaultMTU = 1500
	// netMaxSegmented is the largest frame that is to be segmented: an IP packet's length is 16 bits.
	netMaxSegmented = netEthernet + netVLAN + 65535
	// netLeastSegment is the smallest gso_size that a guest may ask for: Linux' TCP_MIN_SND_MSS. It bounds the packets
	// that one frame makes.
	netLeastSegment = 48
)

// netHeader is struct virtio_net_hdr without the number of buffers.
type netHeader struct {
	flags, gsoType        uint8
	hdrLen, gsoSize       uint16
	csumStart, csumOffset uint16
}

func parseNetHeader(b *[netHeaderSize]byte) netHeader {
	le := binary.LittleEndian
	return netHeader{b[0], b[1], le.Uint16(b[2:]), le.Uint16(b[4:]), le.Uint16(b[6:]), le.Uint16(b[8:])}
}

func (h *netHeader) bytes() (b [netHeaderSize]byte) {
	le := binary.LittleEndian
	b[0], b[1] = h.flags, h.gsoType
	le.PutUint16(b[2:], h.hdrLen)
	le.PutUint16(b[4:], h.gsoSize)
	le.PutUint16(b[6:], h.csumStart)
	le.PutUint16(b[8:], h.csumOffset)
	return b
}

// sane tells whether a guest may send a frame of n bytes with this header under the features that its driver took, and
// leaves nothing in it that they do not speak of. The other end need not look at it again.
func (h *netHeader) sane(n uint64, features uint64, mtu int) bool {
	h.flags &= netNeedsCSUM // the others are the device's own (section 5.1.6.2)
	if n < netEthernet {
		return false
	}
	if h.flags&netNeedsCSUM == 0 {
		h.csumStart, h.csumOffset = 0, 0
	} else if features&netFeatCSUM == 0 || h.csumStart < netEthernet || uint64(h.csumStart)+uint64(h.csumOffset)+2 > n {
		return false
	}
	if h.gsoType == netGSONone {
		h.hdrLen, h.gsoSize = 0, 0
		return n <= uint64(netEthernet+netVLAN+mtu)
	}
	var need uint64
	switch h.gsoType &^ netGSOECN {
	case netGSOTCPv4:
		need = netFeatHostTSO4
	case netGSOTCPv6:
		need = netFeatHostTSO6
	default:
		return false
	}
	if h.gsoType&netGSOECN != 0 {
		need |= netFeatHostECN
	}
	// Without a checksum that is still to be made there is nothing to segment by (section 5.1.6.2.1). hdr_len is a
	// hint; some drivers leave it 0.
	if h.hdrLen != 0 && (uint64(h.hdrLen) > n || h.hdrLen < h.csumStart) {
		return false
	}
	return features&need == need && h.flags&netNeedsCSUM != 0 && h.gsoSize >= netLeastSegment && n <= netMaxSegmented
}
