package virtio

import "uk.example/internal/pcap"

// capturedLink is a link whose frames are kept, as they were given: with checksums left to the card, and larger than the wire's where
// that cuts them.
type capturedLink struct {
	netLink
	packets *pcap.Writer
}

func (l capturedLink) write(h *netHeader, frame [][]byte) error {
	pieces := append([][]byte(nil), frame...) // which write may change
	err := l.netLink.write(h, frame)
	if err == nil || err == errKept {
		l.packets.Frame(pieces)
	}
	return err
}

func (l capturedLink) read(room [][]byte) (int, error) {
	pieces := append([][]byte(nil), room...) // which read may change
	n, err := l.netLink.read(room)
	if err == nil && n > netHeaderSize {
		l.packets.Frame(cut(advance(pieces, netHeaderSize), uint64(n-netHeaderSize)))
	}
	return n, err
}
