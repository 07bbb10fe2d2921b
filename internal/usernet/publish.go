package usernet

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"

	"uk.example/internal/hostsockets"
)

// published is a port of this host that leads to one of the guest.
type published struct {
	port hostsockets.Port
	tcp  *net.TCPListener
	udp  *net.UDPConn
}

// publish binds all ports, or none.
func publish(ports []hostsockets.Port) (list []*published, err error) {
	defer func() {
		if err != nil {
			for _, p := range list {
				p.close()
			}
		}
	}()
	for _, port := range ports {
		p := &published{port: port}
		at := netip.AddrPortFrom(port.Host, port.From)
		network := map[bool]string{false: "tcp", true: "udp"}[port.UDP]
		text := at.String()
		if !port.Host.IsValid() {
			text = fmt.Sprintf(":%d", port.From)
		}
		if port.UDP {
			var c net.PacketConn
			if c, err = net.ListenPacket(network, text); err == nil {
				p.udp = c.(*net.UDPConn)
			}
		} else {
			var l net.Listener
			if l, err = net.Listen(network, text); err == nil {
				p.tcp = l.(*net.TCPListener)
			}
		}
		if err != nil {
			return list, publishError(port, err)
		}
		list = append(list, p)
	}
	return list, nil
}

func publishError(port hostsockets.Port, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("-p %v: port %d of this machine is taken: end what listens there, or publish another one", port, port.From)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("-p %v: port %d of this machine is for the superuser: publish one from 1024 up", port, port.From)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("-p %v: %v is none of this machine's addresses", port, port.Host)
	}
	return fmt.Errorf("-p %v: %w", port, err)
}

func (p *published) close() {
	if p.tcp != nil {
		p.tcp.Close()
	}
	if p.udp != nil {
		p.udp.Close()
	}
}

func (p *published) serve(n *network) {
	if p.udp != nil {
		p.serveUDP(n)
		return
	}
	for {
		c, err := p.tcp.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // descriptors are out, say
			time.Sleep(10 * time.Millisecond)
			continue
		}
		n.connectIn(c, p.port.To)
	}
}

// peerFlow is what a client of a published port of UDP has.
type peerFlow struct {
	conn  *gonet.UDPConn
	timer *time.Timer
}

// serveUDP gives each client a socket of the stack, so that the guest tells them apart.
func (p *published) serveUDP(n *network) {
	var mu sync.Mutex
	flows := map[netip.AddrPort]*peerFlow{}
	b := make([]byte, maxDatagram)
	for {
		size, peer, err := p.udp.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		mu.Lock()
		f := flows[peer]
		if f == nil {
			if f = p.newFlow(n, peer); f == nil {
				mu.Unlock()
				continue
			}
			flows[peer] = f
			go func() {
				defer n.flows.give()
				p.answers(f, peer)
				mu.Lock()
				delete(flows, peer)
				mu.Unlock()
			}()
		}
		f.timer.Reset(flowIdle)
		mu.Unlock()
		_, _ = f.conn.Write(b[:size])
	}
}

func (p *published) newFlow(n *network, peer netip.AddrPort) *peerFlow {
	if !n.flows.take() {
		return nil
	}
	c, err := n.guestFlow(peer, p.port.To)
	if err != nil {
		n.flows.give()
		return nil
	}
	return &peerFlow{c, time.AfterFunc(flowIdle, func() { c.Close() })}
}

// answers carries what the guest says to a client.
func (p *published) answers(f *peerFlow, peer netip.AddrPort) {
	b := make([]byte, maxDatagram)
	for {
		n, err := f.conn.Read(b)
		if err != nil {
			if refused(err) {
				continue
			}
			f.timer.Stop()
			f.conn.Close()
			return
		}
		f.timer.Reset(flowIdle)
		_, _ = p.udp.WriteToUDPAddrPort(b[:n], peer)
	}
}
