package hostsockets

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// maxBacklog is what Linux caps a backlog to (net.core.somaxconn).
const maxBacklog = 4096

// bind takes the host's ports that stand for one of the guest. One that is not to be reached is the guest's alone.
func (k *sock) bind(h *Header, b []byte) {
	a, ok := parseAddress(b)
	if !ok || !a.IsValid() || k.bound.IsValid() || k.fd >= 0 {
		k.srv.result(h, k, unix.EINVAL, nil)
		return
	}
	var err error
	if k.protocol != unix.IPPROTO_ICMP && k.protocol != unix.IPPROTO_ICMPV6 {
		a, err = k.publish(a)
	}
	if err != nil {
		for _, fd := range k.listeners {
			k.srv.drop(fd)
		}
		k.listeners = nil
		k.srv.result(h, k, err, nil)
		return
	}
	k.bound = a
	body := make([]byte, addressSize)
	putAddress(body, a)
	k.srv.result(h, k, nil, body)
}

// publish makes a descriptor for each port of the host. Port 0 is the one that the host has free where all are to be
// reached, and else some number.
func (k *sock) publish(a netip.AddrPort) (netip.AddrPort, error) {
	udp := k.typ == unix.SOCK_DGRAM
	if a.Port() == 0 && !k.srv.policy.All {
		return netip.AddrPortFrom(a.Addr(), k.srv.somePort()), nil
	}
	for _, p := range k.srv.policy.ports(a.Port(), udp) {
		fd, port, err := k.bindHost(p)
		if err != nil {
			return a, err
		}
		k.listeners = append(k.listeners, fd)
		if a.Port() == 0 {
			a = netip.AddrPortFrom(a.Addr(), port)
		}
	}
	if udp && len(k.listeners) > 0 { // one socket sends and receives
		k.fd = k.listeners[0]
		k.srv.ends[int32(k.fd)] = end{k, false}
		k.listeners = k.listeners[:0]
	}
	return a, nil
}

// somePort is a number for a port that is the guest's alone: of net.ipv4.ip_local_port_range, and not to be reached.
func (s *Server) somePort() uint16 {
	const first, last = 32768, 60999
	for {
		if s.ephemeral++; s.ephemeral < first || s.ephemeral > last {
			s.ephemeral = first
		}
		if len(s.policy.ports(s.ephemeral, false))+len(s.policy.ports(s.ephemeral, true)) == 0 {
			return s.ephemeral
		}
	}
}

// bindHost binds a descriptor to a port of the host: with no address to those of both families.
func (k *sock) bindHost(p Port) (fd int, port uint16, err error) {
	family, ip := unix.AF_INET6, netip.IPv6Unspecified()
	if p.Host.Is4() {
		family, ip = unix.AF_INET, p.Host
	} else if p.Host.IsValid() {
		ip = p.Host
	}
	fd, err = k.descriptor(family)
	if err == unix.EAFNOSUPPORT && !p.Host.IsValid() {
		family, ip = unix.AF_INET, netip.IPv4Unspecified()
		fd, err = k.descriptor(family)
	}
	if err != nil {
		return -1, 0, err
	}
	if family == unix.AF_INET6 && !p.Host.IsValid() {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if k.typ == unix.SOCK_STREAM { // a runner before this one may have left connections behind
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}
	sa, err := sockaddr(netip.AddrPortFrom(ip, p.From), family)
	if err == nil {
		err = unix.Bind(fd, sa)
	}
	if err == nil && k.typ == unix.SOCK_STREAM {
		// Linux lets two sockets with SO_REUSEADDR be bound as long as none listens: the second guest is to know now.
		err = unix.Listen(fd, 1)
	}
	if err == nil {
		sa, err = unix.Getsockname(fd)
	}
	if err == nil && k.typ == unix.SOCK_DGRAM {
		err = k.srv.watch(fd, k, false)
	}
	if err != nil {
		unix.Close(fd)
		if err == unix.EACCES {
			k.srv.say("port " + p.String() + " of this machine needs the right to ports below 1024: publish a higher one")
		}
		return -1, 0, err
	}
	return fd, addrPort(sa).Port(), nil
}

// listen lets connections come.
func (k *sock) listen(h *Header, b []byte) {
	if len(b) < 4 || k.typ != unix.SOCK_STREAM || k.connected || k.connecting {
		k.srv.result(h, k, unix.EINVAL, nil)
		return
	}
	first := k.backlog == 0
	k.backlog = int(max(min(binary.LittleEndian.Uint32(b), maxBacklog), 1))
	var err error
	for _, fd := range k.listeners {
		if err = unix.Listen(fd, k.backlog); err == nil && first {
			err = k.srv.watch(fd, k, true)
		}
		if err != nil {
			break
		}
	}
	k.srv.result(h, k, err, nil)
}

// acceptAt takes connections over, as many as the guest's queue has room for.
func (k *sock) acceptAt(fd int) {
	s := k.srv
	for range 64 {
		if k.unheard >= k.backlog {
			s.pause(fd)
			return
		}
		if s.alive >= maxSockets {
			s.starve(fd)
			return
		}
		n, sa, err := unix.Accept4(fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
			k.accepted(n, addrPort(sa))
		case unix.EAGAIN:
			return
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			s.say("no more connections come in: " + err.Error())
			s.starve(fd)
			return
		default: // a connection that is gone again
		}
	}
}

// accepted hands a connection to the guest.
func (k *sock) accepted(fd int, peer netip.AddrPort) {
	s := k.srv
	for s.socks[s.next] != nil {
		s.nextNumber()
	}
	c := s.addSock(s.next, k.family, k.typ)
	s.nextNumber()
	c.fd, c.connected, c.listener = fd, true, k
	if err := s.watch(fd, c, false); err != nil {
		delete(s.socks, c.id)
		c.gone()
		unix.Close(fd)
		return
	}
	k.unheard++
	body := make([]byte, 8+2*addressSize)
	binary.LittleEndian.PutUint32(body, c.id)
	local, from := s.guestAddress(k.family, peer)
	putAddress(body[8:], netip.AddrPortFrom(local, k.bound.Port()))
	putAddress(body[8+addressSize:], from)
	s.reply(Header{Socket: k.id, Op: opAccept}, c, body)
}

func (s *Server) nextNumber() {
	if s.next++; s.next < firstAccepted {
		s.next = firstAccepted
	}
}

// pause: no more connections from here for now.
func (s *Server) pause(fd int) {
	_ = unix.EpollCtl(s.poll, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Fd: int32(fd)})
}

// starve is pause until a descriptor is free again.
func (s *Server) starve(fd int) {
	s.starved = true
	s.pause(fd)
}

func (k *sock) rearm(fd int) {
	if k.unheard < k.backlog {
		_ = unix.EpollCtl(k.srv.poll, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
	}
}

// acceptMore: the guest's queue has room.
func (k *sock) acceptMore() {
	if k.unheard == k.backlog-1 && !k.closed {
		for _, fd := range k.listeners {
			k.rearm(fd)
		}
	}
}
