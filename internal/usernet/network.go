package usernet

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/qdisc/fifo"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"

	"uk.example/internal/hostsockets"
	"uk.example/internal/usernet/wire"
)

const (
	nicID = 1
	// queueLength is how many packets wait for a guest that takes none, before they are lost.
	queueLength = 1024

	// maxConnections bounds TCP connections and maxFlows what takes the place of them for UDP; the latter end after
	// flowIdle without a datagram.
	maxConnections = 16384
	maxFlows       = 4096
	flowIdle       = 90 * time.Second

	bufferMost = 4 << 20 // bytes of a TCP connection in one direction, in the stack
)

// gatewayMAC is the other end of the guest's cable: QEMU's, too.
var gatewayMAC = tcpip.LinkAddress("\x52\x55\x0a\x00\x02\x02")

// network is a guest's.
type network struct {
	setup wire.Setup
	conf  hostsockets.Config
	own   []netip.Addr
	link  *endpoint
	stack *stack.Stack

	connections, flows semaphore
	buffers            *largeBuffers
	dns                *resolver

	relays sync.WaitGroup
	mu     sync.Mutex
	active map[*pairing]bool
	over   bool // the guest is gone
}

// semaphore bounds a number.
type semaphore chan struct{}

func (s semaphore) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s semaphore) give() { <-s }

// Serve is a network at the other end of fd, until that is gone. ready is called once all of its ports are bound,
// and returns an error if the network is not wanted any more.
func Serve(fd int, setup wire.Setup, ready func() error) error {
	n := &network{setup: setup, conf: setup.Config, own: hostsockets.OwnAddresses(), link: newEndpoint(fd, gatewayMAC),
		connections: make(semaphore, maxConnections), flows: make(semaphore, maxFlows), buffers: newLargeBuffers(), active: map[*pairing]bool{}}
	n.dns = &resolver{upstream: setup.Resolvers, config: &n.conf, under: make(semaphore, maxQuestions)}
	published, err := publish(setup.Policy.Ports)
	if err != nil {
		return err
	}
	if err := n.makeStack(); err != nil {
		return fmt.Errorf("user network: %w", err)
	}
	if err := ready(); err != nil {
		return err
	}
	n.link.answer = n.answer
	for _, p := range published {
		go p.serve(n)
	}
	go n.advertise()
	n.link.run()
	n.drain()
	return nil
}

// drainTime is how long readers of what the guest sent before its end may stand still.
const drainTime = 5 * time.Second

// drain lets what the guest sent go out.
func (n *network) drain() {
	n.mu.Lock()
	n.over = true
	for p := range n.active {
		p.guestGone()
	}
	n.mu.Unlock()
	done := make(chan struct{})
	go func() { n.relays.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(drainTime):
	}
}

func addressOf(a netip.Addr) tcpip.Address { return tcpip.AddrFromSlice(a.AsSlice()) }

func addrPort(a tcpip.Address, port uint16) netip.AddrPort {
	ip, _ := netip.AddrFromSlice(a.AsSlice())
	return netip.AddrPortFrom(ip.Unmap(), port)
}

func fullAddress(a netip.AddrPort) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: nicID, Addr: addressOf(a.Addr()), Port: a.Port()}
}

func (n *network) makeStack() error {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4, icmp.NewProtocol6},
		HandleLocal:        false,
	})
	n.stack = s
	if err := s.CreateNICWithOptions(nicID, n.link, stack.NICOptions{QDisc: fifo.New(n.link, 1, queueLength)}); err != nil {
		return errors.New(err.String())
	}
	for _, a := range []netip.Addr{n.conf.Gateway, n.conf.Resolver, n.conf.Gateway6, n.conf.Resolver6, linkLocal} {
		proto, prefix := ipv4.ProtocolNumber, int(n.conf.Prefix)
		if a.Is6() {
			proto, prefix = ipv6.ProtocolNumber, int(n.conf.Prefix6)
		}
		at := tcpip.ProtocolAddress{Protocol: proto, AddressWithPrefix: tcpip.AddressWithPrefix{Address: addressOf(a), PrefixLen: prefix}}
		if err := s.AddProtocolAddress(nicID, at, stack.AddressProperties{}); err != nil {
			return errors.New(err.String())
		}
	}
	// What the guest sends to anybody is answered here, in that one's name.
	if err := s.SetPromiscuousMode(nicID, true); err != nil {
		return errors.New(err.String())
	}
	if err := s.SetSpoofing(nicID, true); err != nil {
		return errors.New(err.String())
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nicID}, {Destination: header.IPv6EmptySubnet, NIC: nicID}})
	if err := s.AddStaticNeighbor(nicID, ipv4.ProtocolNumber, addressOf(n.conf.Address), tcpip.LinkAddress(n.setup.MAC)); err != nil {
		return errors.New(err.String())
	}
	n.tune()
	s.SetTransportProtocolHandler(tcp.ProtocolNumber, tcp.NewForwarder(s, 0, maxConnections, n.connectOut).HandlePacket)
	s.SetTransportProtocolHandler(udp.ProtocolNumber, udp.NewForwarder(s, n.flowOut).HandlePacket)
	return nil
}

// tune makes connections of the stack fit a cable on which nothing is lost.
func (n *network) tune() {
	sack, moderate := tcpip.TCPSACKEnabled(true), tcpip.TCPModerateReceiveBufferOption(true)
	_ = n.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &sack)
	_ = n.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &moderate)
	send := tcpip.TCPSendBufferSizeRangeOption{Min: 4 << 10, Default: 1 << 20, Max: bufferMost}
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: 4 << 10, Default: 1 << 20, Max: bufferMost}
	_ = n.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &send)
	_ = n.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &receive)
}
