package usernet

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"uk.example/internal/hostsockets"
)

// connectTime is how long connecting to somebody may take, as Linux' five retries of a SYN.
const connectTime = 127 * time.Second

// guestConn is a connection of the stack, which may end without a farewell.
type guestConn struct {
	*gonet.TCPConn
	ep tcpip.Endpoint
}

// connectOut is a connection that the guest makes: it has it once this host has it.
func (n *network) connectOut(r *tcp.ForwarderRequest) {
	if !n.connections.take() {
		r.Complete(true)
		return
	}
	n.relays.Add(1)
	go func() {
		defer n.relays.Done()
		defer n.connections.give()
		id := r.ID()
		to := addrPort(id.LocalAddress, id.LocalPort)
		if n.isResolver(to) {
			n.accept(r, n.dns.serveTCP)
			return
		}
		out, err := n.dial(to)
		if err != nil {
			r.Complete(true)
			return
		}
		if !n.accept(r, func(in *guestConn) { n.relay(in, out) }) {
			reset(out)
		}
	}()
}

// dial connects to what the guest means by an address.
func (n *network) dial(to netip.AddrPort) (*net.TCPConn, error) {
	real, err := hostsockets.Destination(&n.setup.Policy, &n.conf, n.own, to)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectTime, KeepAlive: -1}
	c, err := d.DialContext(context.Background(), "tcp", real.String())
	if err != nil {
		return nil, err
	}
	if err := n.setup.Policy.CheckConnected(c.LocalAddr().(*net.TCPAddr).AddrPort(), c.RemoteAddr().(*net.TCPAddr).AddrPort()); err != nil {
		reset(c.(*net.TCPConn))
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

// accept gives the guest the connection that it asked for, and hands it on.
func (n *network) accept(r *tcp.ForwarderRequest, serve func(*guestConn)) bool {
	var wq waiter.Queue
	ep, err := r.CreateEndpoint(&wq)
	if err != nil {
		r.Complete(true)
		return false
	}
	r.Complete(false)
	ep.SocketOptions().SetDelayOption(false)
	n.fit(ep)
	serve(&guestConn{gonet.NewTCPConn(&wq, ep), ep})
	return true
}

// connectIn is a connection to a port of the guest, from a peer as the guest is to see it.
func (n *network) connectIn(c *net.TCPConn, port uint16) {
	if !n.connections.take() {
		reset(c)
		return
	}
	n.relays.Add(1)
	go func() {
		defer n.relays.Done()
		defer n.connections.give()
		from := n.seen(c.RemoteAddr().(*net.TCPAddr).AddrPort())
		ctx, cancel := context.WithTimeout(context.Background(), connectTime)
		defer cancel()
		var wq waiter.Queue
		ep, err := n.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &wq)
		if err != nil {
			reset(c)
			return
		}
		n.fit(ep)
		if !connectGuest(ctx, ep, &wq, fullAddress(from), fullAddress(netip.AddrPortFrom(n.conf.Address, port))) {
			ep.Close()
			reset(c)
			return
		}
		n.relay(&guestConn{gonet.NewTCPConn(&wq, ep), ep}, c)
	}()
}

// connectGuest connects an endpoint.
func connectGuest(ctx context.Context, ep tcpip.Endpoint, wq *waiter.Queue, from, to tcpip.FullAddress) bool {
	entry, ch := waiter.NewChannelEntry(waiter.WritableEvents | waiter.EventErr | waiter.EventHUp)
	wq.EventRegister(&entry)
	defer wq.EventUnregister(&entry)
	if err := ep.Bind(from); err != nil {
		from.Port = 0 // somebody else has that one towards the guest
		if err := ep.Bind(from); err != nil {
			return false
		}
	}
	ep.SocketOptions().SetDelayOption(false)
	err := ep.Connect(to)
	if _, started := err.(*tcpip.ErrConnectStarted); started {
		select {
		case <-ctx.Done():
			return false
		case <-ch:
		}
		err = ep.LastError()
	}
	return err == nil
}

// seen is how the guest sees a peer: this host is the gateway, and so is who comes by IPv6, as the guest's own address
// of that kind is its own choice.
func (n *network) seen(peer netip.AddrPort) netip.AddrPort {
	ip := peer.Addr().Unmap()
	if ip.Is6() || ip.IsLoopback() {
		ip = n.conf.Gateway
	}
	return netip.AddrPortFrom(ip, peer.Port())
}

// pairing is a connection of the guest and the host's that goes on with it.
type pairing struct {
	in  *guestConn
	out *net.TCPConn
}

// relay carries bytes both ways. Each direction ends by itself; a reset on one side is one on the other.
func (n *network) relay(in *guestConn, out *net.TCPConn) {
	p := &pairing{in, out}
	n.mu.Lock()
	n.active[p] = true
	if n.over {
		p.guestGone()
	}
	n.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if n.buffers.pass(in, out) {
			_ = in.CloseWrite()
		} else if !n.ended() {
			p.reset()
		}
	}()
	switch {
	case n.buffers.pass(out, in):
		_ = out.CloseWrite()
	case n.ended():
		p.rest()
		_ = out.CloseWrite()
	default:
		p.reset()
	}
	<-done
	_ = in.Close()
	_ = out.Close()
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.active, p)
}

func (n *network) ended() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.over
}

func (p *pairing) reset() {
	p.in.ep.Abort()
	reset(p.out)
}

// guestGone ends the waits for a guest that says nothing any more.
func (p *pairing) guestGone() {
	past := time.Unix(1, 0)
	_ = p.in.SetDeadline(past)
	_ = p.out.SetReadDeadline(past)
	_ = p.out.SetWriteDeadline(time.Now().Add(drainTime))
}

// rest sends what the guest had sent before its end.
func (p *pairing) rest() {
	for {
		if _, err := p.in.ep.Read(p.out, tcpip.ReadOptions{}); err != nil {
			return
		}
	}
}

// reset ends a connection of the host's without a farewell.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

// refused tells whether nobody was there.
func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
