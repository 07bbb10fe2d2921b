package pcap

import (
	"encoding/binary"
	"net/netip"
)

// Addresses of the two ends on a wire that is none; the second bit says that nobody gave them out.
var (
	guestMAC = [6]byte{0x02, 'u', 'k', 0, 0, 1}
	hostMAC  = [6]byte{0x02, 'u', 'k', 0, 0, 2}
)

// flow is a TCP connection.
type flow struct {
	guest, peer netip.AddrPort
	next        [2]uint32 // sequence numbers: of what the guest sends, and the peer
	ended       [2]bool
}

// Flags of TCP's header (RFC 9293, 3.1).
const (
	tcpFIN, tcpSYN, tcpRST, tcpPSH, tcpACK = 1, 2, 4, 8, 16
	window                                 = 65535
	maxSegment                             = 32 << 10
	protocolTCP, protocolUDP               = 6, 17
)

// plain makes IPv4 addresses that are written as IPv6 ones what they are.
func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// Connected begins a connection; outward: the guest made it. Numbers are the caller's.
func (p *Writer) Connected(id uint64, guest, peer netip.AddrPort, outward bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := &flow{guest: plain(guest), peer: plain(peer), next: [2]uint32{1000, 2000}}
	p.flows[id] = f
	first, second := 0, 1
	if !outward {
		first, second = 1, 0
	}
	p.segment(f, first, tcpSYN, nil)
	f.next[first]++
	p.segment(f, second, tcpSYN|tcpACK, nil)
	f.next[second]++
	p.segment(f, first, tcpACK, nil)
}

func side(fromGuest bool) int {
	if fromGuest {
		return 0
	}
	return 1
}

// Stream is data of a connection, in pieces.
func (p *Writer) Stream(id uint64, fromGuest bool, data [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.flows[id]
	if f == nil {
		return
	}
	s := side(fromGuest)
	for _, b := range data {
		for len(b) > 0 {
			n := min(len(b), maxSegment)
			p.segment(f, s, tcpPSH|tcpACK, b[:n])
			f.next[s] += uint32(n)
			b = b[n:]
		}
	}
	p.segment(f, 1-s, tcpACK, nil)
}

// Shut tells that one side sends nothing more.
func (p *Writer) Shut(id uint64, fromGuest bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flows[id]; f != nil {
		p.shut(f, side(fromGuest))
		p.forget(id, f)
	}
}

func (p *Writer) shut(f *flow, s int) {
	if f.ended[s] {
		return
	}
	f.ended[s] = true
	p.segment(f, s, tcpFIN|tcpACK, nil)
	f.next[s]++
	p.segment(f, 1-s, tcpACK, nil)
}

// forget drops a connection that has ended on both sides.
func (p *Writer) forget(id uint64, f *flow) {
	if f.ended[0] && f.ended[1] {
		delete(p.flows, id)
	}
}

// Reset tells that a connection has failed, for one side.
func (p *Writer) Reset(id uint64, fromGuest bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flows[id]; f != nil {
		p.segment(f, side(fromGuest), tcpRST|tcpACK, nil)
		delete(p.flows, id)
	}
}

// Closed tells that the guest has closed its socket.
func (p *Writer) Closed(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flows[id]; f != nil {
		p.shut(f, 0)
		delete(p.flows, id)
	}
}

// segment writes one of side s: with what has the next of the other acknowledged.
func (p *Writer) segment(f *flow, s int, flags byte, data []byte) {
	be := binary.BigEndian
	from, to := f.guest, f.peer
	if s == 1 {
		from, to = to, from
	}
	h := make([]byte, 20)
	be.PutUint16(h, from.Port())
	be.PutUint16(h[2:], to.Port())
	be.PutUint32(h[4:], f.next[s])
	if flags&tcpACK != 0 {
		be.PutUint32(h[8:], f.next[1-s])
	}
	h[12], h[13] = 5<<4, flags
	be.PutUint16(h[14:], window)
	p.send(protocolTCP, s == 0, from.Addr(), to.Addr(), h, 16, data)
}

// Datagram is one of UDP's.
func (p *Writer) Datagram(guest, peer netip.AddrPort, fromGuest bool, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, to := plain(guest), plain(peer)
	if !fromGuest {
		from, to = to, from
	}
	be := binary.BigEndian
	h := make([]byte, 8)
	be.PutUint16(h, from.Port())
	be.PutUint16(h[2:], to.Port())
	be.PutUint16(h[4:], uint16(8+len(data)))
	p.send(protocolUDP, fromGuest, from.Addr(), to.Addr(), h, 6, data)
}

// send puts headers of Ethernet and IP before a packet whose own header has its checksum at sumAt.
func (p *Writer) send(protocol byte, fromGuest bool, from, to netip.Addr, h []byte, sumAt int, data []byte) {
	if from.Is4() != to.Is4() { // of a socket of both kinds that is not bound to one
		if from.Is4() {
			from = netip.AddrFrom16(from.As16())
		} else if from.IsUnspecified() {
			from = netip.IPv4Unspecified()
		} else {
			to = netip.AddrFrom16(to.As16())
		}
	}
	if !from.IsValid() || !to.IsValid() || from.Is4() != to.Is4() {
		return
	}
	be := binary.BigEndian
	size := len(h) + len(data)
	eth := append(append([]byte(nil), hostMAC[:]...), guestMAC[:]...)
	if !fromGuest {
		eth = append(append([]byte(nil), guestMAC[:]...), hostMAC[:]...)
	}
	var ip, pseudo []byte
	if from.Is4() {
		a, b := from.As4(), to.As4()
		ip = make([]byte, 12, 20)
		ip[0] = 0x45
		be.PutUint16(ip[2:], uint16(20+size))
		be.PutUint16(ip[6:], 0x4000) // not to be fragmented
		ip[8], ip[9] = 64, protocol
		ip = append(append(ip, a[:]...), b[:]...)
		be.PutUint16(ip[10:], ^sum(0, ip))
		pseudo = append(append(append(pseudo, a[:]...), b[:]...), 0, protocol)
		pseudo = be.AppendUint16(pseudo, uint16(size))
		eth = append(eth, 0x08, 0x00)
	} else {
		a, b := from.As16(), to.As16()
		ip = make([]byte, 8, 40)
		ip[0] = 0x60
		be.PutUint16(ip[4:], uint16(size))
		ip[6], ip[7] = protocol, 64
		ip = append(append(ip, a[:]...), b[:]...)
		pseudo = append(append(pseudo, a[:]...), b[:]...)
		pseudo = be.AppendUint32(pseudo, uint32(size))
		pseudo = append(pseudo, 0, 0, 0, protocol)
		eth = append(eth, 0x86, 0xdd)
	}
	check := ^sum(sum(sum(0, pseudo), h), data)
	if check == 0 && protocol == protocolUDP {
		check = 0xffff // RFC 768: zero says that there is none
	}
	be.PutUint16(h[sumAt:], check)
	p.packet([][]byte{eth, ip, h, data})
}

// sum adds to a checksum (RFC 1071). All but the last piece have an even size.
func sum(start uint16, b []byte) uint16 {
	s := uint32(start)
	for ; len(b) >= 2; b = b[2:] {
		s += uint32(b[0])<<8 | uint32(b[1])
		s = s&0xffff + s>>16
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	s = s&0xffff + s>>16
	return uint16(s&0xffff + s>>16)
}
