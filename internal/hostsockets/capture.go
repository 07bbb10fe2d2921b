package hostsockets

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Capture hears of all that crosses a server, as packets of a wire would carry it. Numbers of connections are never used
// again. It is called with the server's lock held.
type Capture interface {
	Connected(id uint64, guest, peer netip.AddrPort, outward bool)
	Stream(id uint64, fromGuest bool, data [][]byte)
	Shut(id uint64, fromGuest bool)
	Reset(id uint64, fromGuest bool)
	Closed(id uint64)
	Datagram(guest, peer netip.AddrPort, fromGuest bool, data []byte)
}

// captured gives a connection its number.
func (k *sock) captured(guest, peer netip.AddrPort, outward bool) {
	if k.srv.capture == nil {
		return
	}
	k.srv.captures++
	k.capture = k.srv.captures
	k.srv.capture.Connected(k.capture, guest, peer, outward)
}

// ownAddress is the guest's address of a socket towards a peer, with the port that the host knows it by.
func (k *sock) ownAddress(peer netip.Addr) netip.AddrPort {
	a := k.srv.config.Address
	if !peer.Unmap().Is4() {
		a = k.srv.config.Address6
	}
	port := k.bound.Port()
	if port == 0 && k.fd >= 0 {
		if sa, err := unix.Getsockname(k.fd); err == nil {
			port = addrPort(sa).Port()
		}
	}
	return netip.AddrPortFrom(a, port)
}

// captureDatagram is for UDP alone.
func (k *sock) captureDatagram(peer netip.AddrPort, fromGuest bool, payload [][]byte, n int) {
	if k.srv.capture == nil || !peer.IsValid() || k.protocol == unix.IPPROTO_ICMP || k.protocol == unix.IPPROTO_ICMPV6 {
		return
	}
	k.srv.capture.Datagram(k.ownAddress(peer.Addr()), peer, fromGuest, body(payload, n))
}
