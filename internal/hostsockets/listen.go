package hostsockets

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// maxBacklog is what Linux caps a backlog to (net.core.somaxconn).
const maxBacklog = 4096

// hostPort is a port of this host that stands for one of the guest. Sockets of the guest can share one: programs
// make one for each family.
type hostPort struct {
	Port
	fd     int
	bound  uint16 // the host's port
	owners []*sock
}

// bind takes the host's ports that stand for one of the guest. One that is not to be reached is the guest's alone.
func (k *sock) bind(h *Header, b []byte) {
	a, ok := parseAddress(b)
	if !ok || !a.IsValid() || k.bound.IsValid() || k.fd >= 0 {
		k.srv.result(h, k, unix.EINVAL, nil)
		return
	}
	k.chosen = a.Port() != 0
	var err error
	switch {
	case k.protocol == unix.IPPROTO_ICMP || k.protocol == unix.IPPROTO_ICMPV6:
	case a.Port() == 0 && !k.srv.policy.All:
		a = netip.AddrPortFrom(a.Addr(), k.srv.somePort())
	case k.typ == unix.SOCK_DGRAM:
		a, err = k.publishDatagrams(a)
	default:
		a, err = k.publish(a)
	}
	if err != nil {
		k.unpublish()
		k.srv.result(h, k, err, nil)
		return
	}
	k.bound = a
	body := make([]byte, addressSize)
	putAddress(body, a)
	k.srv.result(h, k, nil, body)
}

// publish takes a share in each port of the host. Port 0, where all are to be reached, is the one that the host has
// free.
func (k *sock) publish(a netip.AddrPort) (netip.AddrPort, error) {
	s := k.srv
	for _, p := range s.policy.ports(a.Port(), false) {
		hp := s.published[p]
		if hp == nil || a.Port() == 0 {
			fd, port, err := k.bindHost(p)
			if err != nil {
				return a, err
			}
			if a.Port() == 0 {
				a = netip.AddrPortFrom(a.Addr(), port)
				p.From, p.To = port, port
			}
			hp = &hostPort{Port: p, fd: fd, bound: port}
			s.published[p] = hp
		}
		hp.owners = append(hp.owners, k)
		k.listeners = append(k.listeners, hp)
	}
	return a, nil
}

// unpublish gives the shares back.
func (k *sock) unpublish() {
	for _, hp := range k.listeners {
		hp.owners = slices.DeleteFunc(hp.owners, func(o *sock) bool { return o == k })
		if len(hp.owners) == 0 {
			delete(k.srv.published, hp.Port)
			k.srv.drop(hp.fd)
		}
	}
	k.listeners = nil
}

// publishDatagrams binds the descriptor that a datagram socket receives and sends by to the first of the host's
// ports for its own. Where another socket of the guest has that one, this one gets nothing from outside but answers.
func (k *sock) publishDatagrams(a netip.AddrPort) (netip.AddrPort, error) {
	ports := k.srv.policy.ports(a.Port(), true)
	if len(ports) == 0 {
		return a, nil
	}
	p := ports[0]
	if _, taken := k.srv.published[p]; taken && a.Port() != 0 {
		return a, nil
	}
	fd, port, err := k.bindHost(p)
	if err != nil {
		return a, err
	}
	if err := k.srv.watch(fd, end{s: k}); err != nil {
		unix.Close(fd)
		return a, err
	}
	k.fd = fd
	if a.Port() == 0 {
		return netip.AddrPortFrom(a.Addr(), port), nil
	}
	k.port = p
	k.srv.published[p] = &hostPort{Port: p, fd: fd, owners: []*sock{k}}
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
	k.backlog = int(max(min(binary.LittleEndian.Uint32(b), maxBacklog), 1))
	var err error
	for _, hp := range k.listeners {
		if err = unix.Listen(hp.fd, k.backlog); err != nil {
			break
		}
		if _, watched := k.srv.ends[int32(hp.fd)]; watched {
			k.srv.resume(hp)
		} else if err = k.srv.watch(hp.fd, end{port: hp}); err != nil {
			break
		}
	}
	if s := k.srv; len(k.listeners) == 0 && k.chosen && !s.toldPublish {
		s.toldPublish = true // the first port is the one that people mean
		s.say(fmt.Sprintf("the program listens on port %d, which nothing outside of the guest reaches: -p %[1]d publishes it", k.bound.Port()))
	}
	k.srv.result(h, k, err, nil)
}

// next is the owner that a connection is for: one whose program listens and has room for it, best of the
// peer's family. nil: none has room.
func (hp *hostPort) next(family int) (best *sock) {
	rank := func(o *sock) int {
		if o.family == family {
			return o.unheard
		}
		return maxBacklog + o.unheard
	}
	for _, o := range hp.owners {
		if o.unheard < o.backlog && (best == nil || rank(o) < rank(best)) {
			best = o
		}
	}
	return best
}

// accept takes connections over, as many as the guest's queues have room for.
func (s *Server) accept(hp *hostPort) {
	for range 64 {
		if hp.next(unix.AF_INET) == nil {
			s.pause(hp.fd)
			return
		}
		if s.alive >= maxSockets {
			s.starve(hp.fd)
			return
		}
		n, sa, err := unix.Accept4(hp.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
			peer := addrPort(sa)
			family := unix.AF_INET
			if peer.Addr().Is6() {
				family = unix.AF_INET6
			}
			hp.next(family).accepted(n, peer)
		case unix.EAGAIN:
			return
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			s.say("no more connections come in: " + err.Error())
			s.starve(hp.fd)
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
	if err := s.watch(fd, end{s: c}); err != nil {
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
	c.captured(netip.AddrPortFrom(local, k.bound.Port()), from, false)
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

// resume is the end of pause, if some owner has room.
func (s *Server) resume(hp *hostPort) {
	if hp.next(unix.AF_INET) != nil {
		_ = unix.EpollCtl(s.poll, unix.EPOLL_CTL_MOD, hp.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(hp.fd)})
	}
}

// acceptMore: the guest's queue has room.
func (k *sock) acceptMore() {
	if k.unheard == k.backlog-1 && !k.closed {
		for _, hp := range k.listeners {
			k.srv.resume(hp)
		}
	}
}
