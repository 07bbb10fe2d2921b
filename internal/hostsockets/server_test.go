package hostsockets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var allowHost = Policy{Allow: hostRules}

func mustPorts(t *testing.T, list ...string) (p Policy) {
	t.Helper()
	for _, s := range list {
		ports, err := ParsePorts(s)
		if err != nil {
			t.Fatal(err)
		}
		p.Ports = append(p.Ports, ports...)
	}
	return p
}

// While the guest is busy the server looks at what it sends by itself, for a while, before it wants to be rung.
func TestNaps(t *testing.T) {
	g := newGuest(t, Options{})
	<-g.listens
	for _, busy := range []bool{true, false} {
		g.busy.Store(busy)
		g.sending.Store(1)
		before := g.takes.Load()
		g.s.ring()
		got := <-g.listens
		for got <= before { // it is of before the ring
			got = <-g.listens
		}
		looks := int32(1)
		if busy {
			looks += mostNaps
		}
		if got -= before; got < looks || !busy && got > looks+1 {
			t.Errorf("busy %v: %d looks before it listens, want %d", busy, got, looks)
		}
	}
}

func TestConnect(t *testing.T) {
	l := hostListener(t)
	g := newGuest(t, Options{Policy: allowHost})
	g.ask(Header{Socket: 1, Op: opOpen}, 0, opening(unix.AF_INET, unix.SOCK_STREAM))
	port := l.Addr().(*net.TCPAddr).Port
	local := g.ask(Header{Socket: 1, Op: opConnect}, 0, address(fmt.Sprintf("10.0.2.2:%d", port)))
	if a := addressOf(t, local); !strings.HasPrefix(a, "10.0.2.15:") {
		t.Errorf("its own address is %s", a)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	g.send(Header{Socket: 1, Op: opData}, []byte("hel"), []byte("lo"))
	b := make([]byte, 5)
	if _, err := io.ReadFull(c, b); err != nil || string(b) != "hello" {
		t.Fatalf("%q, %v", b, err)
	}
	if _, err := c.Write([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	if p := g.next(1, opData); string(p.body) != "answer" {
		t.Errorf("the guest got %q", p.body)
	}
	g.send(Header{Socket: 1, Op: opShutdown, Flags: shutWrite})
	if n, err := c.Read(b); err != io.EOF {
		t.Errorf("after a shutdown: %d, %v", n, err)
	}
	c.Close()
	if p := g.next(1, opShutdown); p.Flags != shutWrite {
		t.Errorf("flags %d", p.Flags)
	}
	g.send(Header{Socket: 1, Op: opClose})
	g.ask(Header{Socket: 1, Op: opConnect}, unix.EBADF, address("10.0.2.2:1"))
}

// TestBulk: a lot of data both ways, with few buffers, little credit, and a reader that stands still.
func TestBulk(t *testing.T) {
	l := hostListener(t)
	g := newGuest(t, Options{Policy: allowHost})
	g.buffers = 3
	const total = 5 << 20
	text := make([]byte, total)
	rnd := rand.NewChaCha8([32]byte{1})
	_, _ = rnd.Read(text)
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.ask(Header{Socket: 1, Op: opConnect, Window: firstWindow}, 0, address("10.0.2.2:"+port(l)))
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	echoed := make(chan error, 1)
	go func() { // an echo
		_, err := io.Copy(c, c)
		c.(*net.TCPConn).CloseWrite()
		echoed <- err
	}()
	var got []byte
	sent, window, taken := 0, uint32(firstWindow), uint32(0)
	for len(got) < total {
		g.s.mu.Lock()
		news := g.got
		g.got = nil
		g.s.mu.Unlock()
		for _, p := range news {
			if p.Op != opData && p.Op != opCredit && p.Op != opResult {
				t.Fatalf("packet %+v", p.Header)
			}
			window, taken = p.Window, p.Taken
			got = append(got, p.body...)
		}
		if n := min(int(window)-(sent-int(taken)), total-sent, 30000); n > 0 {
			g.send(Header{Socket: 1, Op: opData, Window: firstWindow, Taken: uint32(len(got))}, text[sent:sent+n])
			sent += n
		} else if len(news) == 0 {
			<-g.arrived
		}
		if len(news) > 0 {
			g.send(Header{Socket: 1, Op: opCredit, Window: firstWindow, Taken: uint32(len(got))})
			g.give(len(news))
		}
	}
	if !bytes.Equal(got, text) {
		t.Error("what came back is something else")
	}
	g.send(Header{Socket: 1, Op: opClose, Window: firstWindow, Taken: total})
	if err := <-echoed; err != nil {
		t.Error(err)
	}
}

// TestRefused: what connect(2) says where nothing is, or nothing may be reached.
func TestRefused(t *testing.T) {
	closed := freePort(t)
	tests := []struct {
		policy Policy
		to     string
		want   unix.Errno
	}{
		{allowHost, fmt.Sprintf("10.0.2.2:%d", closed), unix.ECONNREFUSED},
		{Policy{}, fmt.Sprintf("10.0.2.2:%d", closed), unix.ECONNREFUSED},
		{Policy{}, "127.0.0.1:1", unix.ECONNREFUSED},
		{Policy{}, "[::ffff:127.0.0.1]:1", unix.ECONNREFUSED},
		{Policy{}, "[::1]:1", unix.ECONNREFUSED},
		{Policy{}, "169.254.169.254:80", unix.ENETUNREACH},
		{Policy{}, "[fd00:ec2::254]:80", unix.ENETUNREACH},
		{Policy{}, "[fd20:ce::254]:80", unix.ENETUNREACH},
		{Policy{}, "168.63.129.16:80", unix.ENETUNREACH},
		{Policy{}, "[::ffff:100.100.100.200]:80", unix.ENETUNREACH},
		{Policy{}, "[fe80::1]:80", unix.ENETUNREACH},
		{Policy{}, "224.0.0.1:80", unix.ENETUNREACH},
		{Policy{}, "10.0.2.3:53", unix.ECONNREFUSED}, // no resolver behind it
		{Policy{Deny: []Rule{{Prefix: netip.MustParsePrefix("0.0.0.0/0")}}}, "192.0.2.1:80", unix.EACCES},
		{Policy{Deny: []Rule{{Prefix: netip.MustParsePrefix("192.0.2.0/24"), Port: 80}}}, "192.0.2.1:80", unix.EACCES},
	}
	for _, test := range tests {
		g := newGuest(t, Options{Policy: test.policy})
		g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET6, unix.SOCK_STREAM))
		g.ask(Header{Socket: 1, Op: opConnect}, test.want, address(test.to))
	}
}

// TestNewAddress: an address that this host got later leads to it as those do that it had.
func TestNewAddress(t *testing.T) {
	host := Policy{Allow: hostRules}
	at := netip.MustParseAddrPort
	for _, test := range []struct {
		policy      Policy
		local, peer string
		want        error
	}{
		{Policy{}, "192.0.2.1:1000", "192.0.2.1:80", unix.ECONNREFUSED},
		{Policy{}, "[2001:db8::1]:1000", "[2001:db8::1]:80", unix.ECONNREFUSED},
		{Policy{}, "192.0.2.1:1000", "[::ffff:192.0.2.1]:80", unix.ECONNREFUSED},
		{Policy{}, "192.0.2.1:1000", "192.0.2.2:80", nil},
		{host, "192.0.2.1:1000", "192.0.2.1:80", nil},
		{host, "127.0.0.1:1000", "127.0.0.1:80", nil},
		{Policy{Allow: []Rule{{Prefix: netip.MustParsePrefix("192.0.2.1/32")}}}, "192.0.2.1:1000", "192.0.2.1:80", nil},
	} {
		if err := test.policy.CheckConnected(at(test.local), at(test.peer)); err != test.want {
			t.Errorf("%s to %s: %v, want %v", test.local, test.peer, err, test.want)
		}
	}
	for _, own := range OwnAddresses() {
		if !own.Is4() || own.IsLoopback() {
			continue
		}
		l, err := net.Listen("tcp", netip.AddrPortFrom(own, 0).String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		g := newGuest(t, Options{})
		g.s.own = nil
		g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
		g.ask(Header{Socket: 1, Op: opConnect}, unix.ECONNREFUSED, address(l.Addr().String()))
		g.send(Header{Socket: 2, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
		g.ask(Header{Socket: 2, Op: opConnect}, unix.ECONNREFUSED, address(l.Addr().String()))
	}
}

func TestListen(t *testing.T) {
	hostPort := freePort(t)
	g := newGuest(t, Options{Policy: mustPorts(t, fmt.Sprintf("127.0.0.1:%d:80", hostPort))})
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.ask(Header{Socket: 1, Op: opBind}, 0, address("0.0.0.0:80"))
	g.ask(Header{Socket: 1, Op: opListen}, 0, []byte{1, 0, 0, 0})

	var notices []string
	other := newGuest(t, Options{Policy: mustPorts(t, fmt.Sprintf("127.0.0.1:%d:8080", hostPort)), Notice: func(s string) { notices = append(notices, s) }})
	other.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	other.ask(Header{Socket: 1, Op: opBind}, unix.EADDRINUSE, address("0.0.0.0:8080"))
	other.ask(Header{Socket: 1, Op: opBind}, 0, address("0.0.0.0:81")) // the guest's own
	for range 2 {
		other.ask(Header{Socket: 1, Op: opListen}, 0, []byte{1, 0, 0, 0})
	}
	if want := "the program listens on port 81, which nothing outside of the guest reaches: -p 81 publishes it"; len(notices) != 1 || notices[0] != want {
		t.Errorf("notices %q", notices)
	}

	// The same port for the other family is the same port of the host.
	g.send(Header{Socket: 2, Op: opOpen}, opening(unix.AF_INET6, unix.SOCK_STREAM))
	g.ask(Header{Socket: 2, Op: opBind}, 0, address("[::]:80"))

	var conns []net.Conn
	for range 3 {
		c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", hostPort))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	for i := range conns { // a backlog of one: the next comes when the program has taken this one
		p := g.next(1, opAccept)
		id := binary.LittleEndian.Uint32(p.body)
		if local, peer := addressOf(t, p.body[8:]), addressOf(t, p.body[8+addressSize:]); id < firstAccepted || local != "10.0.2.15:80" || !strings.HasPrefix(peer, "10.0.2.2:") {
			t.Errorf("connection %d: number %#x from %s to %s", i, id, peer, local)
		}
		g.s.mu.Lock()
		if n := g.s.socks[1].unheard; n != 1 {
			t.Errorf("%d connections that the program does not have", n)
		}
		g.s.mu.Unlock()
		g.send(Header{Socket: id, Op: opData}, []byte{byte('a' + i)})
	}
	var got []string
	for _, c := range conns {
		b := make([]byte, 1)
		if _, err := io.ReadFull(c, b); err != nil {
			t.Fatal(err)
		}
		got = append(got, string(b))
	}
	if s := strings.Join(got, ""); s != "abc" {
		t.Errorf("answers %s", s)
	}
	g.send(Header{Socket: 1, Op: opClose})
	g.send(Header{Socket: 2, Op: opClose})
	if c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", hostPort)); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
}

func TestReset(t *testing.T) {
	l := hostListener(t)
	g := newGuest(t, Options{Policy: allowHost})
	for id := uint32(1); id <= 3; id++ {
		c := g.connection(id, l)
		switch id {
		case 1: // by the host
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
			if p := g.next(id, opReset); p.Error != int32(unix.ECONNRESET) {
				t.Errorf("error %d", p.Error)
			}
		case 2: // by the guest
			g.send(Header{Socket: id, Op: opClose, Flags: abort})
			if _, err := c.Read(make([]byte, 1)); !errors.Is(err, unix.ECONNRESET) {
				t.Errorf("the host reads %v", err)
			}
		case 3: // by a guest that sends more than it may
			g.s.mu.Lock()
			g.s.socks[id].flush.b = make([]byte, windowMost)
			g.s.mu.Unlock()
			g.send(Header{Socket: id, Op: opData}, []byte("x"))
			g.next(id, opReset)
		}
	}
	g.s.mu.Lock()
	g.epoch++ // the driver begins anew
	g.s.mu.Unlock()
	g.send(Header{Socket: 9, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if len(g.s.socks) != 1 || len(g.s.ends) != 0 {
		t.Errorf("%d sockets and %d descriptors after a reset", len(g.s.socks), len(g.s.ends))
	}
}

// A driver begins anew while sockets wait for its buffers, and the first that the server looks for is the new driver's.
func TestBeginsAnewWhileWaiting(t *testing.T) {
	g := newGuest(t, Options{})
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.s.mu.Lock()
	g.s.later(g.s.socks[1])
	g.epoch++
	g.s.mu.Unlock()
	g.s.Flush()
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if len(g.s.socks) != 0 || len(g.s.waiting) != 0 {
		t.Errorf("%d sockets, of which %d wait", len(g.s.socks), len(g.s.waiting))
	}
}

func TestDatagrams(t *testing.T) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(waitLimit))
	server := c.LocalAddr().(*net.UDPAddr).Port
	resolver := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(server))
	hostPort := freePort(t)
	policy := mustPorts(t, fmt.Sprintf("127.0.0.1:%d:53/udp", hostPort))
	g := newGuest(t, Options{Policy: policy, Resolvers: []netip.AddrPort{resolver}})
	// A question to the resolver, with an answer longer than a buffer, and an empty one.
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
	g.send(Header{Socket: 1, Op: opDatagram}, address("10.0.2.3:53"), []byte("question"))
	b := make([]byte, 100)
	n, from, err := c.ReadFromUDP(b)
	if err != nil || string(b[:n]) != "question" {
		t.Fatalf("%q, %v", b[:n], err)
	}
	answer := bytes.Repeat([]byte("answer"), 1500)
	for _, a := range [][]byte{answer, nil} {
		if _, err := c.WriteToUDP(a, from); err != nil {
			t.Fatal(err)
		}
		var got []byte
		p := g.next(1, opDatagram)
		if a := addressOf(t, p.body); a != "10.0.2.3:53" {
			t.Errorf("the answer is from %s", a)
		}
		for got = p.body[addressSize:]; p.Flags&more != 0; got = append(got, p.body...) {
			p = g.next(1, opDatagram)
		}
		if !bytes.Equal(got, a) {
			t.Errorf("%d bytes, want %d", len(got), len(a))
		}
	}
	// A server in the guest; this host's clients are its gateway, and it can answer them.
	g.send(Header{Socket: 2, Op: opOpen}, opening(unix.AF_INET6, unix.SOCK_DGRAM))
	g.ask(Header{Socket: 2, Op: opBind}, 0, address("[::]:53"))
	if _, err := c.WriteToUDP([]byte("ping"), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: hostPort}); err != nil {
		t.Fatal(err)
	}
	p := g.next(2, opDatagram)
	if a := addressOf(t, p.body); a != "[::ffff:10.0.2.3]:53" { // this client is the resolver
		t.Errorf("from %s", a)
	}
	g.send(Header{Socket: 2, Op: opDatagram}, p.body[:addressSize], []byte("pong"))
	if n, from, err := c.ReadFromUDP(b); err != nil || string(b[:n]) != "pong" || from.Port != hostPort {
		t.Errorf("%q from %v, %v", b[:n], from, err)
	}
	// Nobody else of this host.
	g.send(Header{Socket: 2, Op: opDatagram}, address("[::ffff:10.0.2.2]:9"), []byte("x"))
	if p := g.next(2, opError); p.Error != int32(unix.ECONNREFUSED) {
		t.Errorf("error %d", p.Error)
	}
	// It can connect to a client of this host that it knows, and to none that it does not.
	other, err := net.Dial("udp4", fmt.Sprint("127.0.0.1:", hostPort))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Write([]byte("ping")); err != nil {
		t.Fatal(err)
	}
	p = g.next(2, opDatagram)
	g.ask(Header{Socket: 2, Op: opConnect}, unix.ECONNREFUSED, address("[::ffff:10.0.2.2]:9"))
	g.ask(Header{Socket: 2, Op: opConnect}, 0, p.body[:addressSize])
}

// TestOptions: those of the host's socket are set there and read there.
func TestOptions(t *testing.T) {
	l := hostListener(t)
	opt := func(level, name int, value ...byte) []byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(level))
		b = binary.LittleEndian.AppendUint32(b, uint32(name))
		return append(binary.LittleEndian.AppendUint32(b, uint32(len(value))), value...)
	}
	g := newGuest(t, Options{Policy: allowHost})
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.ask(Header{Socket: 1, Op: opSetOption}, 0, opt(unix.IPPROTO_TCP, unix.TCP_NODELAY, 1, 0, 0, 0))
	g.ask(Header{Socket: 1, Op: opSetOption}, unix.ENOPROTOOPT, opt(unix.SOL_SOCKET, unix.SO_BINDTODEVICE, 'l', 'o'))
	g.ask(Header{Socket: 1, Op: opConnect}, 0, address("10.0.2.2:"+port(l)))
	info := opt(unix.IPPROTO_TCP, unix.TCP_INFO)
	binary.LittleEndian.PutUint32(info[8:], 8)
	if b := g.ask(Header{Socket: 1, Op: opGetOption}, 0, info); len(b) != 8 || b[0] != 1 { // TCP_ESTABLISHED
		t.Errorf("TCP_INFO %x", b)
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if n, err := unix.GetsockoptInt(g.s.socks[1].fd, unix.IPPROTO_TCP, unix.TCP_NODELAY); n != 1 || err != nil {
		t.Errorf("TCP_NODELAY is %d, %v", n, err)
	}
}

// TestHostile: whatever comes, the server goes on, and what it keeps is bounded.
func TestHostile(t *testing.T) {
	l := hostListener(t)
	var accepted atomic.Int32
	go func() { // echoes, or sends much, or goes away with a reset
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			switch accepted.Add(1) % 3 {
			case 0:
				go func() { _, _ = io.Copy(c, c); c.Close() }()
			case 1:
				go func() { _, _ = c.Write(make([]byte, 1<<20)); c.Close() }()
			default:
				_ = c.(*net.TCPConn).SetLinger(0)
				c.Close()
			}
		}
	}()
	policy := mustPorts(t, fmt.Sprintf("127.0.0.1:%d:80", freePort(t)), fmt.Sprintf("127.0.0.1:%d:80/udp", freePort(t)))
	policy.Allow = hostRules
	g := newGuest(t, Options{Policy: policy})
	rnd := rand.New(rand.NewPCG(1, 2))
	bodies := [][]byte{
		opening(unix.AF_INET, unix.SOCK_STREAM), opening(unix.AF_INET6, unix.SOCK_STREAM), opening(unix.AF_INET, unix.SOCK_DGRAM),
		address("10.0.2.2:" + port(l)), address("[fd00:756b::2]:" + port(l)), address("0.0.0.0:80"), address("10.0.2.3:53"), make([]byte, addressSize),
		{1, 0, 0, 0}, nil, make([]byte, 1000),
	}
	for range 50000 {
		b := bodies[rnd.IntN(len(bodies))]
		if rnd.IntN(8) == 0 {
			b = make([]byte, rnd.IntN(64))
			for i := range b {
				b[i] = byte(rnd.Uint32N(4))
			}
		}
		h := Header{Socket: rnd.Uint32N(8), Op: uint16(rnd.Uint32N(19)), Request: rnd.Uint32N(2)}
		switch rnd.IntN(10) {
		case 0:
			h.Flags, h.Window, h.Taken = uint16(rnd.Uint32N(4)), rnd.Uint32(), rnd.Uint32()
		case 1:
			h.Socket = firstAccepted + rnd.Uint32N(4)
		}
		g.send(h, b)
		g.s.mu.Lock()
		g.got, g.buffers = nil, rnd.IntN(4)
		if rnd.IntN(5000) == 0 {
			g.epoch++
		}
		g.s.mu.Unlock()
	}
	for limit := time.Now().Add(waitLimit); accepted.Load() < 3 && time.Now().Before(limit); {
		time.Sleep(time.Millisecond) // the others of this process have their turn
	}
	if accepted.Load() < 3 {
		t.Errorf("%d connections came about", accepted.Load())
	}
	g.s.mu.Lock()
	if n := len(g.s.ends); n > 16 {
		t.Errorf("%d descriptors for 8 numbers", n)
	}
	g.buffers = 0
	g.s.mu.Unlock()
	for i := range uint32(maxReplies + 10) { // nobody takes the answers
		g.s.Handle(Header{Socket: 1000 + i, Op: opOpen, Request: 1}, [][]byte{opening(unix.AF_INET, unix.SOCK_STREAM)}, g.epoch)
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if len(g.s.socks) > maxSockets || len(g.s.replies) > maxReplies {
		t.Errorf("%d sockets, %d replies", len(g.s.socks), len(g.s.replies))
	}
}

// TestLinger: a close that asks is answered when the peer has everything, and not before.
func TestLinger(t *testing.T) {
	g, c := newConnection(t)
	g.send(Header{Socket: 1, Op: opData}, []byte("last words"))
	g.ask(Header{Socket: 1, Op: opClose}, 0)
	if b, err := io.ReadAll(c); err != nil || string(b) != "last words" {
		t.Errorf("%q, %v", b, err)
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if len(g.s.ends) != 0 || len(g.s.lingering) != 0 || g.s.flushing != 0 {
		t.Errorf("%d descriptors, %d linger, %d flush", len(g.s.ends), len(g.s.lingering), g.s.flushing)
	}
}

// TestFlush: what the guest sent before it ended arrives.
func TestFlush(t *testing.T) {
	g, c := newConnection(t)
	text := bytes.Repeat([]byte("0123456789abcdef"), 1<<12)
	sent := 0
	for range 1000 { // until the host takes no more
		g.s.mu.Lock()
		full := g.s.socks[1].flush.len() > 0
		g.s.mu.Unlock()
		if full {
			break
		}
		g.send(Header{Socket: 1, Op: opData}, text)
		sent += len(text)
	}
	read := make(chan int)
	go func() {
		b, _ := io.ReadAll(c)
		read <- len(b)
	}()
	g.s.Close(nil)
	if n := <-read; n != sent {
		t.Errorf("%d bytes arrived of %d", n, sent)
	}
}

func TestMain(m *testing.M) {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) == nil {
		r.Cur = r.Max
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &r)
	}
	os.Exit(m.Run())
}

// What is closed counts until the host has all that the guest sent: connections to a program that reads nothing are no
// more than other sockets, and keep no more.
func TestClosedCount(t *testing.T) {
	l := hostListener(t)
	g := newGuest(t, Options{Policy: allowHost})
	open := opening(unix.AF_INET, unix.SOCK_STREAM)
	to := address("10.0.2.2:" + port(l))
	count := func() (alive, granted int) {
		g.s.mu.Lock()
		defer g.s.mu.Unlock()
		return g.s.alive, g.s.granted
	}
	const some = 20
	for i := range uint32(some) {
		g.send(Header{Socket: i, Op: opOpen}, open)
		g.ask(Header{Socket: i, Op: opConnect}, 0, to)
		for range 100 { // until the host's buffers are full and the window is
			g.send(Header{Socket: i, Op: opData}, make([]byte, 64<<10))
		}
		g.send(Header{Socket: i, Op: opClose})
	}
	if n, _ := count(); n > some {
		t.Errorf("%d sockets count, %d were made", n, some)
	}
	// Numbers alone: as many as there may be, and their windows.
	g.s.mu.Lock()
	g.buffers = 0
	g.s.mu.Unlock()
	for i := range uint32(maxSockets + 100) {
		g.s.Handle(Header{Socket: i, Op: opOpen}, [][]byte{open}, g.epoch)
	}
	if n, granted := count(); n != maxSockets || granted > windowBudget+maxSockets*windowLeast {
		t.Errorf("%d sockets with windows of %d bytes", n, granted)
	}
	for i := range uint32(maxSockets + 100) {
		g.s.Handle(Header{Socket: i, Op: opClose, Flags: abort}, nil, g.epoch)
	}
	for range some {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	limit := time.Now().Add(waitLimit)
	for n, granted := count(); n != 0 || granted != 0; n, granted = count() {
		if time.Now().After(limit) {
			t.Fatalf("%d sockets with windows of %d bytes are left", n, granted)
		}
		time.Sleep(time.Millisecond)
	}
}

// Datagrams without bytes, and rests of large ones, do not add up.
func TestManyDatagrams(t *testing.T) {
	g := newGuest(t, Options{Policy: allowHost})
	g.size = addressSize + 1
	peer, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	to := address("10.0.2.2:" + strconv.Itoa(peer.LocalAddr().(*net.UDPAddr).Port))
	g.s.mu.Lock()
	k := g.s.addSock(7, unix.AF_INET, unix.SOCK_DGRAM)
	k.packets = []datagram{{}} // as if the host had no room
	for range 100000 {
		k.sendDatagram([][]byte{to}, addressSize)
	}
	if n := len(k.packets); n > windowMost/datagramCost+1 {
		t.Errorf("%d datagrams wait", n)
	}
	g.s.mu.Unlock()

	const sockets = 2 * maxRests
	g.s.mu.Lock()
	g.buffers = 0
	g.s.mu.Unlock()
	for i := range uint32(sockets) {
		g.send(Header{Socket: 100 + i, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
		g.send(Header{Socket: 100 + i, Op: opDatagram}, to)
		_, from, err := peer.ReadFrom(make([]byte, 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := peer.WriteTo(make([]byte, 5000), from); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 * sockets {
		g.give(1)
		g.s.mu.Lock()
		rests := 0
		for _, k := range g.s.socks {
			if k.rest != nil {
				rests++
			}
		}
		if rests > maxRests || rests != g.s.rests {
			t.Fatalf("%d rests, counted %d", rests, g.s.rests)
		}
		g.s.mu.Unlock()
	}
	for i := range uint32(sockets) {
		g.send(Header{Socket: 100 + i, Op: opClose})
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if g.s.rests != 0 {
		t.Errorf("%d rests of sockets that are gone", g.s.rests)
	}
}

// A buffer that has no room for an address gets what it has room for.
func TestTinyBuffers(t *testing.T) {
	peer, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	g := newGuest(t, Options{Policy: allowHost})
	g.size = 8
	g.send(Header{Socket: 1, Op: opOpen}, opening(unix.AF_INET6, unix.SOCK_DGRAM))
	g.send(Header{Socket: 1, Op: opDatagram}, address("[fd00:756b::2]:"+strconv.Itoa(peer.LocalAddr().(*net.UDPAddr).Port)))
	b := make([]byte, 1)
	_, from, err := peer.ReadFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := peer.WriteTo(make([]byte, 65527), from); err != nil { // the longest that IPv6 has
		t.Fatal(err)
	}
	if p := g.next(1, opDatagram); p.Len != 8 || p.Flags != more {
		t.Errorf("%+v", p.Header)
	}
}

// This host is reached by none of its addresses unless it may be.
func TestOwnAddresses(t *testing.T) {
	own := netip.MustParseAddr("198.51.100.7")
	for _, c := range []struct {
		allow []string
		want  error
	}{
		{nil, unix.ECONNREFUSED},
		{[]string{"host:80"}, nil},
		{[]string{"host:81"}, unix.ECONNREFUSED},
		{[]string{"198.51.100.0/24"}, nil},
		{[]string{"10.0.0.0/8"}, unix.ECONNREFUSED},
	} {
		var p Policy
		for _, s := range c.allow {
			rules, err := ParseRule(s)
			if err != nil {
				t.Fatal(err)
			}
			p.Allow = append(p.Allow, rules...)
		}
		s := &Server{policy: p, config: DefaultConfig(), own: []netip.Addr{own}}
		for _, ip := range []netip.Addr{own, netip.AddrFrom16(own.As16())} {
			if _, err := s.hostAddress(netip.AddrPortFrom(ip, 80)); err != c.want {
				t.Errorf("allowed %v: %v: %v, want %v", c.allow, ip, err, c.want)
			}
		}
		if _, err := s.hostAddress(netip.MustParseAddrPort("198.51.100.8:80")); err != nil {
			t.Errorf("its neighbour: %v", err)
		}
	}
	if list := OwnAddresses(); len(list) == 0 {
		t.Error("this host has no address")
	}
}
