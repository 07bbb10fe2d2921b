package usernet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"

	"uk.example/internal/hostsockets"
	"uk.example/internal/usernet/wire"
)

var (
	guestMAC = net.HardwareAddr{0x52, 0x54, 0, 0x12, 0x34, 0x56}
	config   = hostsockets.DefaultConfig()
)

const limit = 10 * time.Second

// guest is a stack at the other end of the cable.
type guest struct {
	t     *testing.T
	fd    int
	link  *endpoint
	stack *stack.Stack
	ended chan error
}

func rules(t *testing.T, list ...string) (all []hostsockets.Rule) {
	for _, s := range list {
		r, err := hostsockets.ParseRule(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r...)
	}
	return all
}

func ports(t *testing.T, list ...string) (all []hostsockets.Port) {
	for _, s := range list {
		p, err := hostsockets.ParsePorts(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p...)
	}
	return all
}

func pair(t *testing.T) [2]int {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fds
}

// newGuest starts a network and a guest of it. control is what its driver can do.
func newGuest(t *testing.T, policy hostsockets.Policy, control wire.Control, resolvers ...netip.AddrPort) *guest {
	fds := pair(t)
	g := &guest{t: t, fd: fds[1], link: newEndpoint(fds[1], tcpip.LinkAddress(guestMAC)), ended: make(chan error, 1)}
	setup := wire.Setup{Options: hostsockets.Options{Policy: policy, Config: config, Resolvers: resolvers}, MAC: guestMAC, MTU: 65520}
	ready := make(chan struct{})
	go func() { g.ended <- Serve(fds[0], setup, func() error { close(ready); return nil }) }()
	select {
	case <-ready:
	case err := <-g.ended:
		t.Fatal(err)
	}
	if _, err := unix.Write(fds[1], control.Bytes()); err != nil {
		t.Fatal(err)
	}
	g.link.control(control)
	g.stack = stack.New(stack.Options{
		NetworkProtocols: []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol, ipv6.NewProtocolWithOptions(ipv6.Options{
			NDPConfigs:                   ipv6.NDPConfigurations{HandleRAs: ipv6.HandlingRAsEnabledWhenForwardingDisabled, AutoGenGlobalAddresses: true, DiscoverDefaultRouters: true, DiscoverOnLinkPrefixes: true},
			AutoGenLinkLocal:             true,
			DADConfigs:                   stack.DADConfigurations{},
			AllowExternalLoopbackTraffic: false,
		})},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4, icmp.NewProtocol6},
	})
	if err := g.stack.CreateNIC(nicID, g.link); err != nil {
		t.Fatal(err)
	}
	at := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: tcpip.AddressWithPrefix{Address: addressOf(config.Address), PrefixLen: 24}}
	if err := g.stack.AddProtocolAddress(nicID, at, stack.AddressProperties{}); err != nil {
		t.Fatal(err)
	}
	subnet := at.AddressWithPrefix.Subnet()
	g.stack.SetRouteTable([]tcpip.Route{
		{Destination: subnet, NIC: nicID}, {Destination: header.IPv4EmptySubnet, Gateway: addressOf(config.Gateway), NIC: nicID},
		{Destination: header.IPv6EmptySubnet, NIC: nicID},
	})
	ran := make(chan struct{})
	go func() { defer close(ran); g.link.run() }()
	t.Cleanup(func() {
		_ = unix.Shutdown(fds[1], unix.SHUT_RDWR)
		if err := <-g.ended; err != nil {
			t.Error(err)
		}
		<-ran
		// Both stay open: timers of the stacks still send, and would do so to whatever has the number next.
	})
	return g
}

// plain and full are drivers that can do little and all.
var (
	plain = wire.Control{MTU: 1500}
	full  = wire.Control{MTU: 65520, GuestCSUM: true, TSO4: true, TSO6: true}
)

func (g *guest) dial(to string) (*gonet.TCPConn, error) {
	a := netip.MustParseAddrPort(to)
	proto := ipv4.ProtocolNumber
	if a.Addr().Is6() {
		proto = ipv6.ProtocolNumber
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return gonet.DialContextTCP(ctx, g.stack, fullAddress(a), proto)
}

func (g *guest) mustDial(to string) *gonet.TCPConn {
	g.t.Helper()
	c, err := g.dial(to)
	if err != nil {
		g.t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(limit))
	g.t.Cleanup(func() { c.Close() })
	return c
}

// listen serves each connection to a port of this host's loopback.
func listen(t *testing.T, f func(c *net.TCPConn)) (port string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f(c.(*net.TCPConn))
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

func echo(c *net.TCPConn) { _, _ = io.Copy(c, c); c.Close() }

// Bytes go out and come back as they were, whatever the driver can do, and the end of one direction ends only that.
func TestConnectOut(t *testing.T) {
	port := listen(t, echo)
	for name, control := range map[string]wire.Control{"plain": plain, "full": full} {
		data := make([]byte, 2<<20)
		if name == "full" {
			data = make([]byte, 16<<20)
		}
		for i := range data {
			data[i] = byte(rand.Uint32())
		}
		g := newGuest(t, hostsockets.Policy{Allow: rules(t, "host")}, control)
		c := g.mustDial("10.0.2.2:" + port)
		start := time.Now()
		go func() { _, _ = io.Copy(c, bytes.NewReader(data)); _ = c.CloseWrite() }()
		sum := sha256.New()
		n, err := io.Copy(sum, c)
		want := sha256.Sum256(data)
		if err != nil || int(n) != len(data) || !bytes.Equal(sum.Sum(nil), want[:]) {
			t.Errorf("%s: %d bytes of %d, %v", name, n, len(data), err)
		}
		t.Logf("%s: %.1f Gbit/s there and back", name, float64(len(data))*8/time.Since(start).Seconds()/1e9)
	}
}

func TestRefused(t *testing.T) {
	port := listen(t, echo)
	for _, c := range []struct {
		allow, deny, to string
		ok              bool
	}{
		{"", "", "10.0.2.2:" + port, false},                 // this machine, unasked
		{"host:" + port, "", "10.0.2.2:" + port, true},      //
		{"host", "host:" + port, "10.0.2.2:" + port, false}, // the narrower one
		{"127.0.0.0/8", "", "127.0.0.1:" + port, true},      // by its own name, where the guest's loopback is no obstacle
		{"host", "", "10.0.2.2:1", false},                   // nobody is there
		{"host", "", "10.0.2.15:" + port, false},            // itself
		{"", "", "169.254.169.254:80", false},               // metadata
		{"host", "", "[fd00:756b::2]:1", false},             //
	} {
		if strings.HasPrefix(c.to, "127.") || strings.HasPrefix(c.to, "10.0.2.15") {
			continue // a stack does not send these out
		}
		policy := hostsockets.Policy{}
		if c.allow != "" {
			policy.Allow = rules(t, c.allow)
		}
		if c.deny != "" {
			policy.Deny = rules(t, c.deny)
		}
		g := newGuest(t, policy, plain)
		conn, err := g.dial(c.to)
		if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "refused") {
			t.Errorf("%+v: %v", c, err)
		}
		if err == nil {
			conn.Close()
		}
	}
}

// A connection that is reset on one side is reset on the other.
func TestReset(t *testing.T) {
	heard := make(chan error, 1)
	port := listen(t, func(c *net.TCPConn) {
		b := make([]byte, 5)
		_, _ = io.ReadFull(c, b)
		if string(b) == "reset" {
			reset(c)
			return
		}
		_, err := c.Read(b)
		heard <- err
	})
	g := newGuest(t, hostsockets.Policy{Allow: rules(t, "host")}, plain)
	c := g.mustDial("10.0.2.2:" + port)
	_, _ = c.Write([]byte("reset"))
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a reset on the host: %v", err)
	}
	var wq waiter.Queue
	ep, _ := g.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &wq)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if !connectGuest(ctx, ep, &wq, tcpip.FullAddress{NIC: nicID, Addr: addressOf(config.Address)}, fullAddress(netip.MustParseAddrPort("10.0.2.2:"+port))) {
		t.Fatal("no connection")
	}
	_, _ = gonet.NewTCPConn(&wq, ep).Write([]byte("other"))
	time.Sleep(20 * time.Millisecond) // a reset takes the place of what is still on its way
	ep.Abort()
	select {
	case err := <-heard:
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("a reset in the guest: %v", err)
		}
	case <-time.After(limit):
		t.Error("a reset in the guest is not heard of")
	}
}

// freePort is a port of this host that nobody has.
func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestPublish(t *testing.T) {
	port := freePort(t)
	g := newGuest(t, hostsockets.Policy{Ports: ports(t, fmt.Sprintf("127.0.0.1:%d:80", port), fmt.Sprintf("127.0.0.1:%d:53/udp", port))}, full)
	l, err := gonet.ListenTCP(g.stack, tcpip.FullAddress{Port: 80}, ipv4.ProtocolNumber)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peers := make(chan string, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			peers <- c.RemoteAddr().String()
			go func() { _, _ = io.Copy(c, c); c.Close() }()
		}
	}()
	for range 3 {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(limit))
		_, mine, _ := net.SplitHostPort(c.LocalAddr().String())
		_, _ = c.Write([]byte("hello"))
		_ = c.(*net.TCPConn).CloseWrite()
		if b, err := io.ReadAll(c); err != nil || string(b) != "hello" {
			t.Errorf("%q, %v", b, err)
		}
		if peer := <-peers; peer != "10.0.2.2:"+mine {
			t.Errorf("the guest sees %s, want port %s", peer, mine)
		}
		c.Close()
	}
	// Datagrams: each client is somebody of its own.
	u, err := gonet.DialUDP(g.stack, &tcpip.FullAddress{Port: 53}, nil, ipv4.ProtocolNumber)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	go func() {
		b := make([]byte, 100)
		for {
			n, from, err := u.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = u.WriteTo([]byte(fmt.Sprintf("%s from %s", b[:n], from)), from)
		}
	}()
	for i := range 3 {
		c, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(limit))
		_, mine, _ := net.SplitHostPort(c.LocalAddr().String())
		_, _ = fmt.Fprint(c, i)
		b := make([]byte, 100)
		n, err := c.Read(b)
		if want := fmt.Sprintf("%d from 10.0.2.2:%s", i, mine); err != nil || string(b[:n]) != want {
			t.Errorf("%q, %v, want %s", b[:n], err, want)
		}
		c.Close()
	}
	// Nobody listens there.
	l.Close()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err == nil {
		_ = c.SetDeadline(time.Now().Add(limit))
		if _, err = c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("nobody listens: %v", err)
		}
		c.Close()
	}
	// A port that is taken.
	fds := pair(t)
	err = Serve(fds[0], wire.Setup{Options: hostsockets.Options{Policy: hostsockets.Policy{Ports: ports(t, fmt.Sprintf("127.0.0.1:%d:80", port))}, Config: config}}, func() error { return nil })
	if want := fmt.Sprintf("-p 127.0.0.1:%d:80: port %d of this machine is taken: end what listens there, or publish another one", port, port); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// server is a name server that knows one answer, or says nothing.
func server(t *testing.T, a string) netip.AddrPort {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || a == "" {
				continue
			}
			m.Response = true
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET, Type: dnsmessage.TypeA}, Body: &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()}}}
			reply, _ := m.Pack()
			_, _ = c.WriteTo(reply, from)
		}
	}()
	return netip.MustParseAddrPort(c.LocalAddr().String())
}

// lookup asks the guest's name server.
func (g *guest) lookup(name string) (dnsmessage.Message, error) {
	to := fullAddress(netip.AddrPortFrom(config.Resolver, dnsPort))
	c, err := gonet.DialUDP(g.stack, nil, &to, ipv4.ProtocolNumber)
	if err != nil {
		return dnsmessage.Message{}, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(limit))
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true}, Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	b, _ := q.Pack()
	if _, err := c.Write(b); err != nil {
		return dnsmessage.Message{}, err
	}
	b = make([]byte, 512)
	n, err := c.Read(b)
	if err != nil {
		return dnsmessage.Message{}, err
	}
	var m dnsmessage.Message
	return m, m.Unpack(b[:n])
}

func TestResolver(t *testing.T) {
	address := func(m dnsmessage.Message) string {
		if len(m.Answers) != 1 {
			return fmt.Sprint(m.RCode)
		}
		return netip.AddrFrom4(m.Answers[0].Body.(*dnsmessage.AResource).A).String()
	}
	// One that is silent, one where nobody is, and one that answers: the next question goes there at once.
	g := newGuest(t, hostsockets.Policy{}, plain, server(t, ""), netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 1), server(t, "192.0.2.7"))
	for range 2 {
		if m, err := g.lookup("example.org."); err != nil || address(m) != "192.0.2.7" {
			t.Errorf("%+v, %v", m, err)
		}
	}
	if m, err := g.lookup("host.uk.internal."); err != nil || address(m) != "10.0.2.2" {
		t.Errorf("%+v, %v", m, err)
	}
	none := newGuest(t, hostsockets.Policy{}, plain)
	if m, err := none.lookup("example.org."); err != nil || m.RCode != dnsmessage.RCodeServerFailure {
		t.Errorf("%+v, %v", m, err)
	}
	c := none.mustDial("10.0.2.3:53")
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: 9}, Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName("host.uk.internal."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	b, _ := q.Pack()
	var m dnsmessage.Message
	if err := writeMessage(c, b); err != nil {
		t.Error(err)
	}
	if b, err := readMessage(c); err != nil || m.Unpack(b) != nil || address(m) != "10.0.2.2" {
		t.Errorf("by TCP: %+v, %v", m, err)
	}
}

// IPv6: an address by the router's advertisement, and a way out.
func TestIPv6(t *testing.T) {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("SKIPPED: this machine has no IPv6")
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			echo(c.(*net.TCPConn))
		}
	}()
	g := newGuest(t, hostsockets.Policy{Allow: rules(t, "host")}, full)
	for end := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		got := false
		for _, a := range g.stack.NICInfo()[nicID].ProtocolAddresses {
			ip := addrPort(a.AddressWithPrefix.Address, 0).Addr()
			got = got || netip.MustParsePrefix("fd00:756b::/64").Contains(ip)
		}
		if got {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no address")
		}
	}
	c := g.mustDial(fmt.Sprintf("[fd00:756b::2]:%d", l.Addr().(*net.TCPAddr).Port))
	_, _ = c.Write([]byte("six"))
	_ = c.CloseWrite()
	if b, err := io.ReadAll(c); err != nil || string(b) != "six" {
		t.Errorf("%q, %v", b, err)
	}
}

// The gateway answers pings, and nobody in the name of others.
func TestPing(t *testing.T) {
	g := newGuest(t, hostsockets.Policy{}, plain)
	for to, want := range map[string]bool{"10.0.2.2": true, "10.0.2.3": true, "192.0.2.1": false} {
		var wq waiter.Queue
		ep, err := g.stack.NewEndpoint(icmp.ProtocolNumber4, ipv4.ProtocolNumber, &wq)
		if err != nil {
			t.Fatal(err)
		}
		at := fullAddress(netip.AddrPortFrom(netip.MustParseAddr(to), 0))
		if err := ep.Connect(at); err != nil {
			t.Fatal(err)
		}
		c := gonet.NewUDPConn(&wq, ep)
		b := make([]byte, 8)
		b[0] = byte(header.ICMPv4Echo)
		wait := limit
		if !want {
			wait = 200 * time.Millisecond
		}
		_ = c.SetDeadline(time.Now().Add(wait))
		_, _ = c.Write(b)
		if _, err := c.Read(b); (err == nil) != want {
			t.Errorf("%s: %v", to, err)
		}
		c.Close()
	}
}

func dhcpMessage(kind byte, options ...[]byte) []byte {
	b := make([]byte, dhcpFixed)
	copy(b, []byte{1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef})
	copy(b[28:], guestMAC)
	b = append(append(b, dhcpCookie...), optType, 1, kind)
	for _, o := range options {
		b = append(b, o...)
	}
	return append(b, optEnd)
}

func TestDHCP(t *testing.T) {
	n := &network{conf: config, setup: wire.Setup{MAC: guestMAC}, link: newEndpoint(-1, gatewayMAC)}
	other := dhcpMessage(dhcpDiscover)
	other[30]++
	for _, c := range []struct {
		name string
		b    []byte
		want byte // 0: no answer
	}{
		{"discover", dhcpMessage(dhcpDiscover), dhcpOffer},
		{"request", dhcpMessage(dhcpRequest, []byte{optRequested, 4, 10, 0, 2, 15}, []byte{optServer, 4, 10, 0, 2, 2}), dhcpAck},
		{"request of another address", dhcpMessage(dhcpRequest, []byte{optRequested, 4, 10, 0, 2, 16}), dhcpNak},
		{"request without an address", dhcpMessage(dhcpRequest), dhcpNak},
		{"request to another server", dhcpMessage(dhcpRequest, []byte{optRequested, 4, 10, 0, 2, 15}, []byte{optServer, 4, 10, 0, 2, 9}), 0},
		{"inform", dhcpMessage(dhcpInform), dhcpAck},
		{"release", dhcpMessage(7), 0},
		{"somebody else", other, 0},
		{"nothing", nil, 0},
		{"too short", dhcpMessage(dhcpDiscover)[:dhcpFixed+3], 0},
		{"no type", append(append(make([]byte, dhcpFixed), dhcpCookie...), optEnd), 0},
		{"an option beyond the end", dhcpMessage(dhcpDiscover, []byte{optRequested, 200, 1})[:dhcpFixed+4+3+3], dhcpOffer},
	} {
		reply := n.dhcp(c.b)
		if c.want == 0 {
			if reply != nil {
				t.Errorf("%s: an answer of type %d", c.name, dhcpOptions(reply[dhcpFixed+4:])[optType])
			}
			continue
		}
		if len(reply) < 300 {
			t.Errorf("%s: %d bytes", c.name, len(reply))
			continue
		}
		options := dhcpOptions(reply[dhcpFixed+4:])
		if !bytes.Equal(options[optType], []byte{c.want}) || !bytes.Equal(reply[4:8], []byte{0xde, 0xad, 0xbe, 0xef}) {
			t.Errorf("%s: %v", c.name, options)
		}
		if c.want == dhcpOffer && (!bytes.Equal(reply[16:20], []byte{10, 0, 2, 15}) || !bytes.Equal(options[optRouter], []byte{10, 0, 2, 2}) || !bytes.Equal(options[optDNS], []byte{10, 0, 2, 3}) || !bytes.Equal(options[optMask], []byte{255, 255, 255, 0})) {
			t.Errorf("%s: %v %v", c.name, reply[16:20], options)
		}
	}
}

// FuzzFrames: no frame, answered here or by the stack, does harm.
func FuzzFrames(f *testing.F) {
	f.Add([]byte(gatewayMAC + "\x52\x54\x00\x12\x34\x56\x08\x00" + "\x45\x00\x00\x1c\x00\x00\x00\x00\x40\x01\x00\x00\x0a\x00\x02\x0f\xc0\x00\x02\x01\x08\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte(gatewayMAC + "\x52\x54\x00\x12\x34\x56\x86\xdd" + "\x60\x00\x00\x00\x00\x08\x3a\xff\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\xff\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x85\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte(gatewayMAC + "\x52\x54\x00\x12\x34\x56\x08\x06" + "\x00\x01\x08\x00\x06\x04\x00\x01\x52\x54\x00\x12\x34\x56\x0a\x00\x02\x0f\x00\x00\x00\x00\x00\x00\x0a\x00\x02\x02"))
	ip := "\x45\x00\x01\x18\x00\x00\x00\x00\x40\x11\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\x00\x44\x00\x43\x01\x04\x00\x00"
	f.Add(append([]byte("\xff\xff\xff\xff\xff\xff\x52\x54\x00\x12\x34\x56\x08\x00"+ip), dhcpMessage(dhcpDiscover)...))
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		f.Fatal(err)
	}
	n := &network{conf: config, setup: wire.Setup{MAC: guestMAC}, link: newEndpoint(fds[0], gatewayMAC), connections: make(semaphore), flows: make(semaphore)}
	if err := n.makeStack(); err != nil {
		f.Fatal(err)
	}
	go func() { // takes what is said
		b := make([]byte, 1<<17)
		for {
			if _, err := unix.Read(fds[1], b); err == unix.EAGAIN {
				_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fds[1]), Events: unix.POLLIN}}, -1)
			} else if err != nil {
				return
			}
		}
	}()
	f.Fuzz(func(t *testing.T, frame []byte) {
		if len(frame) < header.EthernetMinimumSize {
			return
		}
		if !n.answer(bytes.Clone(frame)) {
			n.link.deliver(buffer.MakeWithData(frame))
		}
	})
}

// What a guest sent before it went away arrives, and those that talk to it hear of its end.
func TestGuestGone(t *testing.T) {
	got := make(chan string, 2)
	port := listen(t, func(c *net.TCPConn) {
		time.Sleep(100 * time.Millisecond) // a slow reader
		b, err := io.ReadAll(c)
		got <- fmt.Sprintf("%d bytes, %v", len(b), err)
	})
	g := newGuest(t, hostsockets.Policy{Allow: rules(t, "host")}, full)
	for range 2 {
		c := g.mustDial("10.0.2.2:" + port)
		if _, err := c.Write(make([]byte, 100000)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(20 * time.Millisecond) // it is on the cable
	_ = unix.Shutdown(g.fd, unix.SHUT_RDWR)
	for range 2 {
		select {
		case s := <-got:
			if s != "100000 bytes, <nil>" {
				t.Error(s)
			}
		case <-time.After(limit):
			t.Fatal("the host does not hear of the guest's end")
		}
	}
}
