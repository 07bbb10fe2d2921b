package hostsockets

import (
	"cmp"
	"slices"

	"golang.org/x/sys/unix"
)

// MaxConnections is how many sockets [Server.Connections] lists.
const MaxConnections = 1000

// Traffic is what moved between the guest and sockets of the host.
type Traffic struct {
	FromGuest        uint64 `json:"bytes_from_guest"`
	ToGuest          uint64 `json:"bytes_to_guest"`
	PacketsFromGuest uint64 `json:"packets_from_guest"` // pieces of a stream, or datagrams
	PacketsToGuest   uint64 `json:"packets_to_guest"`
}

func (t *Traffic) fromGuest(n int) {
	t.FromGuest += uint64(n)
	t.PacketsFromGuest++
}

func (t *Traffic) toGuest(n int) {
	t.ToGuest += uint64(n)
	t.PacketsToGuest++
}

// Connection is one socket of the guest, as this host sees it.
type Connection struct {
	ID       uint32 `json:"id"`
	Protocol string `json:"protocol"` // tcp, udp or icmp
	State    string `json:"state"`    // open, connecting, connected, listening or closing
	Local    string `json:"local"`    // "": it has none yet
	Peer     string `json:"peer"`
	Traffic
}

// Totals are of all sockets, with those that are gone.
type Totals struct {
	Sockets int `json:"sockets"` // that there are
	Traffic
}

// Totals adds up what moved.
func (s *Server) Totals() Totals {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Totals{Sockets: s.alive, Traffic: s.moved}
}

// Connections lists the guest's sockets, up to MaxConnections.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Connection{}
	if s.closed {
		return list
	}
	for _, k := range s.socks {
		if len(list) == MaxConnections {
			break
		}
		list = append(list, k.connection())
	}
	slices.SortFunc(list, func(a, b Connection) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (k *sock) connection() Connection {
	c := Connection{ID: k.id, Protocol: "tcp", State: "open", Traffic: k.moved}
	switch {
	case k.protocol == unix.IPPROTO_ICMP || k.protocol == unix.IPPROTO_ICMPV6:
		c.Protocol = "icmp"
	case k.typ == unix.SOCK_DGRAM:
		c.Protocol = "udp"
	}
	switch {
	case k.closed || k.dead:
		c.State = "closing"
	case k.connecting:
		c.State = "connecting"
	case k.connected:
		c.State = "connected"
	case len(k.listeners) > 0:
		c.State = "listening"
	}
	if k.bound.IsValid() {
		c.Local = k.bound.String()
	}
	if k.peer.IsValid() {
		c.Peer = k.peer.String()
	}
	if k.fd < 0 {
		return c
	}
	if sa, err := unix.Getsockname(k.fd); err == nil && addrPort(sa).IsValid() {
		c.Local = addrPort(sa).String()
	}
	if sa, err := unix.Getpeername(k.fd); err == nil && addrPort(sa).IsValid() {
		c.Peer = addrPort(sa).String()
	}
	return c
}
