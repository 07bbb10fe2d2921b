package hostsockets

import (
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

const dnsPort = 53

// hostAddress is where a destination of the guest's is on this host's network, or the error that connect(2) has for it.
func (s *Server) hostAddress(to netip.AddrPort) (netip.AddrPort, error) {
	switch to.Addr().Unmap() {
	case s.config.Resolver, s.config.Resolver6:
		if up, ok := s.dns.current(); ok && s.isResolver(to) {
			return up, nil
		}
		return to, unix.ECONNREFUSED
	}
	return Destination(&s.policy, &s.config, s.own, to)
}

// Destination is where a guest's destination is on this host's network by a policy, or the error that connect(2) has
// for it. own is [OwnAddresses].
func Destination(p *Policy, c *Config, own []netip.Addr, to netip.AddrPort) (netip.AddrPort, error) {
	switch to.Addr().Unmap() {
	case c.Gateway:
		to = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), to.Port())
	case c.Gateway6:
		to = netip.AddrPortFrom(netip.IPv6Loopback(), to.Port())
	case c.Address, c.Address6:
		return to, unix.ECONNREFUSED // the guest's own, which never come here
	}
	if slices.Contains(own, to.Addr().Unmap()) {
		if err := p.checkHost(to); err != nil {
			return to, err
		}
	}
	return to, p.check(to)
}

// checkHost is nil if the guest may reach this host itself by an address that others have for it.
func (p *Policy) checkHost(to netip.AddrPort) error {
	if p.allows(to) {
		return nil
	}
	loopback := netip.IPv6Loopback()
	if to.Addr().Unmap().Is4() {
		loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return p.check(netip.AddrPortFrom(loopback, to.Port()))
}

// CheckConnected is nil for a connection from local to peer that the guest may have. One between two ends with one address leads to
// this host itself: by an address that it has only got since OwnAddresses was asked.
func (p *Policy) CheckConnected(local, peer netip.AddrPort) error {
	if local.Addr().Unmap() != peer.Addr().Unmap() {
		return nil
	}
	return p.checkHost(peer)
}

// checkConnected is CheckConnected of a socket.
func (s *Server) checkConnected(fd int) error {
	local, err := unix.Getsockname(fd)
	if err != nil {
		return err
	}
	peer, err := unix.Getpeername(fd)
	if err != nil {
		return err
	}
	return s.policy.CheckConnected(addrPort(local), addrPort(peer))
}

// OwnAddresses are those of this host's interfaces.
func OwnAddresses() (list []netip.Addr) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // the loopback interface's are known
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			list = append(list, p.Addr().Unmap())
		}
	}
	return list
}

// guestAddress is how a guest sees a peer from this host's network, and which of its own addresses it is reached at.
// This host itself is the gateway: a program that trusts 127.0.0.1 means its own machine.
func (s *Server) guestAddress(family int, peer netip.AddrPort) (local netip.Addr, from netip.AddrPort) {
	ip := peer.Addr().Unmap()
	for _, up := range s.dns.list {
		if peer == up || ip == up.Addr().Unmap() && peer.Port() == up.Port() {
			return s.config.Address, mapped(family, netip.AddrPortFrom(s.config.Resolver, dnsPort))
		}
	}
	switch {
	case ip.Is4() && ip.IsLoopback():
		ip = s.config.Gateway
	case ip.IsLoopback():
		ip = s.config.Gateway6
	}
	if ip.Is6() && family == unix.AF_INET {
		ip = s.config.Gateway // a client that a program with IPv4 alone has no words for
	}
	local = s.config.Address
	if ip.Is6() {
		local = s.config.Address6
	}
	a := mapped(family, netip.AddrPortFrom(local, 0))
	return a.Addr(), mapped(family, netip.AddrPortFrom(ip, peer.Port()))
}

// mapped is an address as a socket of a family has it.
func mapped(family int, a netip.AddrPort) netip.AddrPort {
	if family == unix.AF_INET6 && a.Addr().Is4() {
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr().As16()), a.Port())
	}
	return a
}

// sockaddr is an address for a descriptor of a family, which may have none for it.
func sockaddr(a netip.AddrPort, family int) (unix.Sockaddr, error) {
	ip := a.Addr().Unmap()
	switch {
	case family == unix.AF_INET6:
		return &unix.SockaddrInet6{Port: int(a.Port()), Addr: ip.As16()}, nil
	case ip.Is4():
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: ip.As4()}, nil
	}
	return nil, unix.ENETUNREACH
}

// connectTo is connect(2).
func (k *sock) connectTo(a netip.AddrPort) error {
	sa, err := sockaddr(a, k.fdFamily)
	if err != nil {
		return err
	}
	return unix.Connect(k.fd, sa)
}

func addrPort(sa unix.Sockaddr) netip.AddrPort {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port))
	}
	return netip.AddrPort{}
}
