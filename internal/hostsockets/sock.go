package hostsockets

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// sock is one number of the guest's. The server's lock guards it.
type sock struct {
	srv      *Server
	id       uint32
	family   int // AF_INET, AF_INET6
	typ      int // SOCK_STREAM, SOCK_DGRAM
	protocol int
	options  []option // that were set before there was a descriptor for them

	fd         int // -1: none yet
	fdFamily   int // of the descriptor that was made last, which is fd if there is one
	connecting bool
	request    uint32 // that asked for the connection
	connected  bool
	closed     bool // the number is gone; the descriptor stays until flush is empty
	linger     bool // and until the peer has it all, and the answer to request waits for that
	dead       bool // the connection has failed, and the guest knows
	counted    bool // in Server.alive

	// A listener's, or of a published datagram socket: descriptors of the host.
	bound     netip.AddrPort
	chosen    bool // bound is a port that the program named
	listeners []*hostPort
	port      Port // in Server.published, of a datagram socket
	backlog   int
	unheard   int   // connections that the program has not accepted
	listener  *sock // that this one was accepted at, until the guest's first packet

	// From the guest to the host. Counters wrap.
	window, taken, told uint32
	flush               outgoing
	held                bool // flush is small writes that the host was not asked to take
	more                bool // there is more to come than was written: the last packet said so
	kept                bool // and the host was told, and may keep some of it
	packets             []datagram
	packetBytes         uint32
	noMore              bool // the guest sends nothing more

	// From the host to the guest.
	sent, peerWindow, peerTaken uint32
	readable, eof               bool
	over                        bool           // the end or an error is behind what can be read
	queued                      bool           // in Server.waiting
	peer                        netip.AddrPort // of a datagram socket, as the guest named it
	readErrors                  int            // of a datagram socket, one after the other
	rest                        []byte         // of the datagram that the guest has the beginning of

	moved   Traffic
	capture uint64         // its number there; 0: none
	to      netip.AddrPort // where a connection goes, as the guest named it

	peers map[netip.AddrPort]netip.AddrPort // of this host, as the guest sees them
}

// newSock makes a socket by struct hs_open. Its descriptor comes when it is known what for.
func (s *Server) newSock(id uint32, b []byte) (*sock, error) {
	if len(b) < openSize {
		return nil, unix.EINVAL
	}
	le := binary.LittleEndian
	k := s.addSock(id, int(le.Uint16(b)), int(le.Uint16(b[2:])))
	k.protocol = int(le.Uint32(b[4:]))
	var err error
	switch {
	case k.family != unix.AF_INET && k.family != unix.AF_INET6:
		err = unix.EAFNOSUPPORT
	case k.typ == unix.SOCK_STREAM && (k.protocol == 0 || k.protocol == unix.IPPROTO_TCP):
	case k.typ == unix.SOCK_DGRAM && (k.protocol == 0 || k.protocol == unix.IPPROTO_UDP):
	case k.typ == unix.SOCK_DGRAM && k.protocol == unix.IPPROTO_ICMP && k.family == unix.AF_INET:
	case k.typ == unix.SOCK_DGRAM && k.protocol == unix.IPPROTO_ICMPV6 && k.family == unix.AF_INET6:
	default:
		err = unix.EPROTONOSUPPORT
	}
	if err != nil {
		delete(s.socks, id)
		k.gone()
		return nil, err
	}
	return k, nil
}

func (s *Server) addSock(id uint32, family, typ int) *sock {
	window := max(min((windowBudget-s.granted)/16, windowMost), windowLeast)
	k := &sock{srv: s, id: id, family: family, typ: typ, fd: -1, window: uint32(window), peerWindow: firstWindow, counted: true}
	s.socks[id] = k
	s.alive++
	s.granted += window
	return k
}

// gone: neither number nor descriptor is left.
func (k *sock) gone() {
	if k.counted {
		k.counted = false
		k.srv.alive--
		k.srv.granted -= int(k.window)
	}
}

// descriptor makes the host's socket of a family and gives it the options.
func (k *sock) descriptor(family int) (int, error) {
	fd, err := unix.Socket(family, k.typ|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, k.protocol)
	if err != nil {
		return -1, err
	}
	for _, o := range k.options {
		_ = o.set(fd) // the guest was told when it was new, as far as this host knows
	}
	k.fdFamily = family
	return fd, nil
}

// ensure makes the one descriptor of a socket that does not listen, with TO the first that it reaches. That of
// a datagram socket of AF_INET6 reaches both families, if this host has both.
func (k *sock) ensure(to netip.Addr) error {
	if k.fd >= 0 {
		return nil
	}
	family := unix.AF_INET
	if k.family == unix.AF_INET6 && (k.typ == unix.SOCK_DGRAM || !to.Unmap().Is4()) {
		family = unix.AF_INET6
	}
	fd, err := k.descriptor(family)
	if err == unix.EAFNOSUPPORT && to.Unmap().Is4() {
		fd, err = k.descriptor(unix.AF_INET)
	} else if err == nil && family == unix.AF_INET6 {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0) // what programs may reach, the guest knows
	}
	if err != nil {
		return err
	}
	if err := k.srv.watch(fd, end{s: k}); err != nil {
		unix.Close(fd)
		return err
	}
	k.fd = fd
	return nil
}

// tell queues a packet without data.
func (k *sock) tell(op, flags uint16, err int32) {
	k.srv.reply(Header{Socket: k.id, Op: op, Flags: flags, Error: err}, k, nil)
}

func (k *sock) fillCredit(h *Header) {
	h.Window, h.Taken = k.window, k.taken
	k.told = k.taken
}

// credit is how many bytes the guest has room for.
func (k *sock) credit() int {
	used := k.sent - k.peerTaken
	return int(k.peerWindow - min(used, k.peerWindow))
}

// gave counts what the guest was given.
func (k *sock) gave(n int) {
	k.sent += uint32(n)
	k.moved.toGuest(n)
	k.srv.moved.toGuest(n)
}

// took counts what the host took of the guest's bytes; the guest hears of it in time to go on.
func (k *sock) took(n int) {
	k.taken += uint32(n)
	k.moved.fromGuest(n)
	k.srv.moved.fromGuest(n)
	k.widen()
	if !k.closed && k.taken-k.told >= k.window/2 {
		k.told = k.taken
		k.tell(opCredit, 0, 0)
	}
}

// widen gives a stream that carries much a larger window. The guest hears of it at once: from now on it
// is given credit for half of this window at a time, which is more than it may send without.
func (k *sock) widen() {
	const more = windowBulk - windowMost
	s := k.srv
	if k.window != windowMost || k.moved.FromGuest < windowBulk || k.typ != unix.SOCK_STREAM || k.closed || s.granted+more > s.bulkBudget {
		return
	}
	k.window = windowBulk
	s.granted += more
	k.tell(opCredit, 0, 0)
}

// heard: the guest's program has this connection.
func (k *sock) heard() {
	if l := k.listener; l != nil {
		k.listener = nil
		l.unheard--
		l.acceptMore()
	}
}

// event acts on what epoll says of the descriptor.
func (k *sock) event(events uint32) {
	if k.connecting && events&(unix.EPOLLOUT|unix.EPOLLERR|unix.EPOLLHUP) != 0 {
		k.decided()
	}
	if events&(unix.EPOLLOUT|unix.EPOLLERR|unix.EPOLLHUP) != 0 && !k.connecting {
		k.drain()
	}
	k.over = k.over || events&(unix.EPOLLRDHUP|unix.EPOLLERR|unix.EPOLLHUP) != 0
	if events&(unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLERR|unix.EPOLLHUP) != 0 && !k.closed {
		k.readable = true
		k.pump()
	}
}

// pump sends to the guest what is there, as far as its credit and buffers go.
func (k *sock) pump() {
	if !k.readable || k.closed || k.dead || k.connecting {
		return
	}
	if len(k.srv.replies) > 0 {
		k.srv.later(k) // after what was said before
		return
	}
	if k.typ == unix.SOCK_STREAM {
		k.pumpStream()
	} else {
		k.pumpDatagrams()
	}
}

// fail ends a connection: the guest learns why.
func (k *sock) fail(err error) {
	if k.dead || k.closed {
		k.finish()
		return
	}
	k.dead = true
	if k.capture != 0 {
		k.srv.capture.Reset(k.capture, false)
	}
	k.flush, k.packets, k.packetBytes = outgoing{}, nil, 0
	k.dropRest()
	k.tell(opReset, 0, errno(err))
	k.finish()
}

// finish closes the descriptor once nothing has to go out any more.
func (k *sock) finish() {
	if k.closed && k.fd < 0 {
		k.gone()
	}
	if k.fd < 0 || !k.closed && !k.dead {
		return
	}
	if !k.dead && (k.flush.len() > 0 || len(k.packets) > 0 || k.linger && !acknowledged(k.fd)) {
		return
	}
	if p := k.srv.published[k.port]; p != nil && p.fd == k.fd {
		delete(k.srv.published, k.port)
	}
	k.srv.drop(k.fd)
	k.fd = -1
	if k.closed {
		k.gone()
	}
	if k.closed && !k.dead {
		k.srv.flushing--
	}
	if k.linger {
		delete(k.srv.lingering, k)
		k.srv.reply(Header{Socket: k.id, Op: opResult, Request: k.request}, nil, nil)
	}
}

// close is the guest's word that the number is gone. A request is answered when the peer has all that was sent.
func (k *sock) close(reset bool, request uint32) {
	delete(k.srv.socks, k.id)
	k.heard()
	k.unpublish()
	k.closed = true
	k.dropRest()
	switch {
	case k.capture == 0:
	case reset:
		k.srv.capture.Reset(k.capture, true)
	default:
		k.srv.capture.Closed(k.capture)
	}
	switch {
	case k.fd >= 0 && (reset || k.connecting):
		_ = unix.SetsockoptLinger(k.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		k.dead, k.flush, k.packets = true, outgoing{}, nil
	case k.fd >= 0 && !k.dead:
		k.srv.flushing++
		if k.linger, k.request = request != 0, request; k.linger {
			request = 0
			k.noMore = true
			k.srv.lingering[k] = true
			k.srv.ring() // it looks after them
		}
	}
	if request != 0 {
		k.srv.reply(Header{Socket: k.id, Op: opResult, Request: request}, nil, nil)
	}
	k.settle()
}
