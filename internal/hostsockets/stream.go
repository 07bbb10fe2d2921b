package hostsockets

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// connect begins a connection.
func (k *sock) connect(h *Header, b []byte) {
	to, ok := parseAddress(b)
	if !ok || len(k.listeners) > 0 && k.typ == unix.SOCK_STREAM {
		k.srv.result(h, k, unix.EINVAL, nil)
		return
	}
	if k.typ != unix.SOCK_STREAM {
		k.srv.result(h, k, k.setPeer(to), nil)
		return
	}
	switch {
	case k.connecting:
		k.srv.result(h, k, unix.EALREADY, nil)
		return
	case k.connected || k.dead:
		k.srv.result(h, k, unix.EISCONN, nil)
		return
	}
	k.to = to
	real, err := k.srv.hostAddress(to)
	if err == nil {
		err = k.ensure(real.Addr())
	}
	if err == nil {
		err = k.connectTo(real)
	}
	if err == nil {
		err = k.srv.checkConnected(k.fd)
	}
	switch err {
	case nil:
		k.request = h.Request
		k.established()
	case unix.EINPROGRESS, unix.EAGAIN:
		k.connecting, k.request = true, h.Request
	default:
		if k.fd >= 0 { // a socket that failed to connect can try again
			k.srv.drop(k.fd)
			k.fd = -1
		}
		k.srv.result(h, k, err, nil)
	}
}

// decided: a connection came about, or not.
func (k *sock) decided() {
	n, err := unix.GetsockoptInt(k.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && n != 0 {
		err = unix.Errno(n)
	}
	if err == nil {
		if _, err := unix.Getpeername(k.fd); err == unix.ENOTCONN {
			return // not yet
		}
		err = k.srv.checkConnected(k.fd)
	}
	if err == nil {
		k.connecting = false
		k.established()
		return
	}
	k.connecting = false
	k.srv.drop(k.fd)
	k.fd = -1
	if k.closed {
		return
	}
	k.srv.result(&Header{Socket: k.id, Request: k.request}, k, err, nil)
}

// established tells the guest that the connection is there, and its own end's address: the guest's, with the host's port.
func (k *sock) established() {
	k.connected = true
	local := netip.AddrPortFrom(k.srv.config.Address, 0)
	if sa, err := unix.Getsockname(k.fd); err == nil {
		a := addrPort(sa)
		ip := k.srv.config.Address
		if k.family == unix.AF_INET6 && !a.Addr().Unmap().Is4() {
			ip = k.srv.config.Address6
		}
		local = netip.AddrPortFrom(ip, a.Port())
	}
	body := make([]byte, addressSize)
	putAddress(body, mapped(k.family, local))
	k.captured(local, k.to, true)
	k.srv.result(&Header{Socket: k.id, Request: k.request}, k, nil, body)
}

// write takes bytes of the guest's.
func (k *sock) write(data [][]byte, n uint32) {
	if k.dead {
		return // it does not know yet
	}
	waiting := uint32(k.flush.len())
	if n == 0 {
		if waiting == 0 {
			k.push()
		}
		return
	}
	if k.typ != unix.SOCK_STREAM || k.fd < 0 || k.noMore || n > k.window-min(waiting, k.window) {
		k.fail(unix.EPIPE) // it had no credit for this
		return
	}
	if k.capture != 0 {
		k.srv.capture.Stream(k.capture, true, data)
	}
	if k.connecting || waiting > 0 && !k.held { // the host has no room
		k.flush.add(data, int(k.window), &k.srv.spare)
		return
	}
	if waiting+n <= smallWrite {
		k.flush.add(data, int(k.window), &k.srv.spare)
		if !k.held { // what a server writes in pieces, a head and a body, is one packet then
			k.held = true
			k.srv.soon = append(k.srv.soon, k)
		}
		return
	}
	k.held = false
	k.send(data)
}

// send writes what waits, and data behind it.
func (k *sock) send(data [][]byte) {
	s := k.srv
	if waiting := k.flush.bytes(); len(waiting) > 0 {
		s.iov = append(append(s.iov[:0], waiting), data...)
		data = s.iov
	}
	for len(data) > 0 {
		n, err := k.sendNow(data)
		if err != nil && err != unix.EAGAIN && err != unix.EINTR {
			k.fail(err)
			return
		}
		k.took(n)
		k.flush.drop(min(n, k.flush.len()), &s.spare)
		more := n < size(data[:min(len(data), maxPieces)]) // an event tells when there is room
		s.iov = skip(s.iov[:0], data, n)
		data = s.iov
		if more {
			break
		}
	}
	k.flush.add(data[min(1, k.flush.len(), len(data)):], int(k.window), &s.spare)
}

// sendNow lets the host have bytes, and knows whether it may keep some back.
func (k *sock) sendNow(data [][]byte) (int, error) {
	k.kept = k.more
	return sendNow(k.fd, data, k.more)
}

// push ends what MSG_MORE began: the program has no more for now (TCP_CORK).
func (k *sock) push() {
	if k.kept {
		k.kept = false
		_ = unix.SetsockoptInt(k.fd, unix.IPPROTO_TCP, unix.TCP_CORK, 0) // sends what waits, whoever made it wait
	}
}

// drain writes what the host had no room for before.
func (k *sock) drain() {
	if k.fd < 0 {
		return
	}
	if k.typ != unix.SOCK_STREAM {
		k.drainDatagrams()
		return
	}
	k.held = false
	for k.flush.len() > 0 {
		n, err := k.sendNow([][]byte{k.flush.bytes()})
		if err == unix.EAGAIN || err == unix.EINTR {
			return
		}
		if err != nil {
			k.flush = outgoing{}
			k.fail(err)
			return
		}
		k.flush.drop(n, &k.srv.spare)
		k.took(n)
	}
	k.settle()
}

// settle does what had to wait until all was written.
func (k *sock) settle() {
	if k.noMore && k.fd >= 0 && k.flush.len() == 0 && !k.connecting {
		_ = unix.Shutdown(k.fd, unix.SHUT_WR)
	}
	k.finish()
}

// guestShut is the guest's word that it sends nothing more, or takes nothing more.
func (k *sock) guestShut(flags uint16) {
	if flags&shutWrite != 0 {
		k.noMore = true
		if k.capture != 0 {
			k.srv.capture.Shut(k.capture, true)
		}
		k.settle()
	}
}

// pumpStream moves bytes to the guest.
func (k *sock) pumpStream() {
	s := k.srv
	for moved := 0; !k.eof && !k.dead && k.fd >= 0; {
		credit := k.credit()
		if credit == 0 {
			return // the next packet of the guest brings it here again
		}
		room := s.room()
		if k.closed { // the guest's driver began anew
			return
		}
		if room == nil || moved >= turn {
			s.later(k)
			return
		}
		s.iov = cut(s.iov[:0], room, credit)
		s.iov = s.iov[:min(len(s.iov), maxPieces)] // as many as one call fills
		n, err := readNow(k.fd, s.iov)
		switch {
		case err == unix.EAGAIN:
			k.readable = false
			return
		case err == unix.EINTR:
			continue
		case err != nil:
			k.fail(err)
			return
		case n == 0:
			k.eof = true
			if k.capture != 0 {
				k.srv.capture.Shut(k.capture, false)
			}
			k.tell(opShutdown, shutWrite, 0)
			return
		}
		if k.capture != 0 {
			s.capture.Stream(k.capture, false, cut(nil, s.iov, n))
		}
		h := Header{Socket: k.id, Op: opData, Len: uint32(n)}
		k.gave(n)
		moved += n
		k.fillCredit(&h)
		s.guest.Send(&h)
		if !s.roused { // it begins while the next ones are read
			s.roused = true
			s.guest.Signal()
		}
		if n < size(s.iov) && !k.over { // that was all: what comes later is another event, and so is the end
			k.readable = false
			return
		}
	}
	if k.eof { // its end was told; only a reset can come now
		if n, err := unix.GetsockoptInt(k.fd, unix.SOL_SOCKET, unix.SO_ERROR); err == nil && n != 0 {
			k.fail(unix.Errno(n))
			return
		}
		k.readable = false
	}
}
