package usernet

import (
	"net"
	"net/netip"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"

	"uk.example/internal/hostsockets"
)

// maxDatagram is more than one has.
const maxDatagram = 65536

// flowOut is the first datagram of the guest from one address to another. False has the stack answer that nobody is
// there.
func (n *network) flowOut(r *udp.ForwarderRequest) bool {
	id := r.ID()
	to := addrPort(id.LocalAddress, id.LocalPort)
	dns := n.isResolver(to)
	var out net.Conn
	if !dns {
		real, err := hostsockets.Destination(&n.setup.Policy, &n.conf, n.own, to)
		if err != nil {
			return false
		}
		if !n.flows.take() {
			return true // lost
		}
		c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(real))
		if err == nil {
			if err = n.setup.Policy.CheckConnected(c.LocalAddr().(*net.UDPAddr).AddrPort(), c.RemoteAddr().(*net.UDPAddr).AddrPort()); err != nil {
				c.Close()
			}
		}
		if err != nil {
			n.flows.give()
			return false
		}
		out = c
	} else if !n.flows.take() {
		return true
	}
	var wq waiter.Queue
	ep, terr := r.CreateEndpoint(&wq)
	if terr != nil {
		if out != nil {
			out.Close()
		}
		n.flows.give()
		return true
	}
	in := gonet.NewUDPConn(&wq, ep)
	go func() {
		defer n.flows.give()
		if dns {
			n.dns.serveUDP(in)
			return
		}
		exchange(in, out, flowIdle)
	}()
	return true
}

// exchange carries datagrams both ways until none came for a time.
func exchange(a, b net.Conn, idle time.Duration) {
	last := newDeadline(idle, a, b)
	done := make(chan struct{})
	go func() {
		defer close(done)
		datagrams(a, b, last)
		a.Close()
	}()
	datagrams(b, a, last)
	b.Close()
	a.Close()
	<-done
}

// datagrams carries those of one direction. That nobody is there at the other end, which a connected socket hears of,
// ends nothing: somebody may be there later.
func datagrams(to, from net.Conn, last *deadline) {
	b := make([]byte, maxDatagram)
	for {
		n, err := from.Read(b)
		if err != nil {
			if refused(err) {
				continue
			}
			return
		}
		last.moved()
		_, _ = to.Write(b[:n])
	}
}

// deadline ends reads of two connections when neither had anything for a time.
type deadline struct {
	idle  time.Duration
	conns [2]net.Conn
	timer *time.Timer
}

func newDeadline(idle time.Duration, a, b net.Conn) *deadline {
	d := &deadline{idle: idle, conns: [2]net.Conn{a, b}}
	d.timer = time.AfterFunc(idle, func() {
		for _, c := range d.conns {
			_ = c.SetReadDeadline(time.Unix(1, 0))
		}
	})
	return d
}

func (d *deadline) moved() { d.timer.Reset(d.idle) }

// guestFlow is a connected socket of the stack towards the guest, in the name of a peer.
func (n *network) guestFlow(peer netip.AddrPort, port uint16) (*gonet.UDPConn, error) {
	from := fullAddress(n.seen(peer))
	to := fullAddress(netip.AddrPortFrom(n.conf.Address, port))
	c, err := gonet.DialUDP(n.stack, &from, &to, ipv4.ProtocolNumber)
	if err != nil {
		from.Port = 0 // somebody else has that one
		c, err = gonet.DialUDP(n.stack, &from, &to, ipv4.ProtocolNumber)
	}
	return c, err
}
