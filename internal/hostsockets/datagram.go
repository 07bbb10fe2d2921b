package hostsockets

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// maxPeers bounds the programs of this host that one socket can answer, maxDatagram is the largest datagram.
const (
	maxPeers    = 1024
	maxDatagram = 65535
	// maxReadErrors is how many errors are taken from a socket before it has to become ready once more.
	maxReadErrors = 16
	// maxRests is how many sockets may have a rest, which is as long as a datagram.
	maxRests = 64
	// datagramCost is what one that waits takes besides its bytes, of which it may have none.
	datagramCost = 128
)

// datagram is one that the host had no room for.
type datagram struct {
	to   netip.AddrPort // zero: the peer
	data []byte
}

// setPeer connects a datagram socket, or takes that back.
func (k *sock) setPeer(to netip.AddrPort) error {
	if !to.IsValid() {
		k.connected, k.peer = false, to
		if k.fd < 0 {
			return nil
		}
		return disconnect(k.fd)
	}
	real, err := k.destination(to)
	if err != nil && k.srv.isResolver(to) { // which knows one name itself
		k.connected, k.peer = true, to
		return nil
	}
	if err == nil {
		err = k.ensure(real.Addr())
	}
	if err == nil {
		err = k.connectTo(real)
	}
	if _, known := k.known(to); err == nil && !known && !k.srv.isResolver(to) {
		if err = k.srv.checkConnected(k.fd); err != nil {
			_ = disconnect(k.fd)
		}
	}
	if err == nil {
		k.connected, k.peer = true, to
	}
	return err
}

// known is the host's address for one that the guest's socket got something from.
func (k *sock) known(a netip.AddrPort) (netip.AddrPort, bool) {
	real, ok := k.peers[netip.AddrPortFrom(a.Addr().Unmap(), a.Port())]
	return real, ok
}

// destination is the host's address for one of the guest's: that of whom it got something from, or what the policy lets it reach.
func (k *sock) destination(to netip.AddrPort) (netip.AddrPort, error) {
	if real, ok := k.known(to); ok && !k.srv.isResolver(to) {
		return real, nil
	}
	return k.srv.hostAddress(to)
}

// sendDatagram sends one of the guest's.
func (k *sock) sendDatagram(data [][]byte, n uint32) {
	to, ok := parseAddress(body(data, addressSize))
	if !ok || k.typ != unix.SOCK_DGRAM || n < addressSize || n-addressSize > maxDatagram {
		k.tell(opError, 0, int32(unix.EINVAL))
		return
	}
	payload := skip(nil, data, addressSize)
	n -= addressSize
	if k.packetBytes+n > k.window {
		k.took(int(n)) // it had no credit: as if the network had lost it
		return
	}
	if len(k.packets) == 0 && k.transmit(to, payload) {
		k.took(int(n))
		return
	}
	if k.packetBytes+n+datagramCost > k.window {
		k.took(int(n))
		return
	}
	k.packets = append(k.packets, datagram{to, body(payload, int(n))})
	k.packetBytes += n + datagramCost
}

// transmit is false when the host has no room.
func (k *sock) transmit(to netip.AddrPort, payload [][]byte) bool {
	var sa unix.Sockaddr
	var err error
	named := to
	if !named.IsValid() {
		named = k.peer
	}
	if k.answer(named, payload) {
		return true
	}
	if k.fd < 0 {
		to = named
	}
	if to.IsValid() {
		if to, err = k.destination(to); err == nil {
			err = k.ensure(to.Addr())
		}
		if err == nil {
			sa, err = sockaddr(to, k.fdFamily)
		}
	} else if k.fd < 0 {
		err = unix.EDESTADDRREQ
	}
	if err == nil {
		_, err = unix.SendmsgBuffers(k.fd, payload, nil, sa, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
	}
	switch err {
	case nil:
		k.captureDatagram(named, true, payload, size(payload))
		if k.srv.isResolver(named) {
			k.srv.dns.ask()
		}
	case unix.EAGAIN:
		return false
	default:
		k.resolverFailed(err)
		k.tell(opError, 0, errno(err))
	}
	return true
}

// drainDatagrams sends what waited.
func (k *sock) drainDatagrams() {
	for len(k.packets) > 0 {
		p := k.packets[0]
		if !k.transmit(p.to, [][]byte{p.data}) {
			return
		}
		k.packets = k.packets[1:]
		k.packetBytes -= uint32(len(p.data)) + datagramCost
		k.took(len(p.data))
	}
	k.packets = nil
	k.finish()
}

// pumpDatagrams moves datagrams to the guest.
func (k *sock) pumpDatagrams() {
	s := k.srv
	for moved := 0; k.fd >= 0; {
		if k.credit() == 0 && k.rest == nil {
			return
		}
		room := s.room()
		if k.closed { // the guest's driver began anew
			return
		}
		if room == nil || moved >= turn || k.rest == nil && s.rests >= maxRests && size(room) < addressSize+maxDatagram {
			s.later(k)
			return
		}
		if k.rest != nil {
			moved += k.sendPiece(room)
			continue
		}
		// What a buffer of the guest's has no room for comes into ours, and in pieces.
		s.iov = append(skip(s.iov[:0], room, addressSize), s.overflow[:])
		n, _, _, from, err := unix.RecvmsgBuffers(k.fd, s.iov, nil, unix.MSG_DONTWAIT)
		switch {
		case err == unix.EAGAIN:
			k.readable = false
			return
		case err == unix.EINTR:
			continue
		case err != nil:
			k.resolverFailed(err)
			k.tell(opError, 0, errno(err))
			if k.readErrors++; k.readErrors > maxReadErrors {
				k.readable = false
				return
			}
			continue
		}
		k.readErrors = 0
		var head [addressSize]byte
		peer := k.seen(addrPort(from))
		k.captureDatagram(peer, false, s.iov, n)
		putAddress(head[:], peer)
		filled := scatter(room, head[:]) // less than all in a buffer that is no use to the guest
		fits := min(n, size(room)-filled)
		if n > fits {
			k.rest = append([]byte(nil), s.overflow[:n-fits]...)
			s.rests++
		}
		k.handOver(filled+fits, fits)
		moved += n
	}
}

// sendPiece sends what is left of a datagram, as far as it fits in room.
func (k *sock) sendPiece(room [][]byte) (n int) {
	n = scatter(room, k.rest)
	if k.rest = k.rest[n:]; len(k.rest) == 0 {
		k.dropRest()
	}
	k.handOver(n, n)
	return n
}

func (k *sock) dropRest() {
	if k.rest != nil {
		k.rest = nil
		k.srv.rests--
	}
}

// handOver gives the guest a buffer with so many bytes, of which n are the datagram's.
func (k *sock) handOver(filled, n int) {
	h := Header{Socket: k.id, Op: opDatagram, Len: uint32(filled)}
	if k.rest != nil {
		h.Flags = more
	}
	k.gave(n)
	k.fillCredit(&h)
	k.srv.guest.Send(&h)
}

// seen is a sender as the guest sees it, which can answer it from now on.
func (k *sock) seen(from netip.AddrPort) netip.AddrPort {
	k.srv.dns.answered(from)
	_, as := k.srv.guestAddress(k.family, from)
	if plain := netip.AddrPortFrom(as.Addr().Unmap(), as.Port()); plain != from {
		if k.peers == nil || len(k.peers) >= maxPeers {
			k.peers = map[netip.AddrPort]netip.AddrPort{}
		}
		k.peers[plain] = from
	}
	return as
}
