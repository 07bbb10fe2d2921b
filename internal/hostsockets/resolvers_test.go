package hostsockets

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// udpServer is a socket of this host's loopback.
func udpServer(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(waitLimit))
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Questions go on to the next name server when one is not there, or says nothing, and stay with one that answers.
func TestResolvers(t *testing.T) {
	silent, first := udpServer(t)
	good, third := udpServer(t)
	gone, second := udpServer(t)
	gone.Close()
	g := newGuest(t, Options{Resolvers: []netip.AddrPort{first, second, third}})
	socket := uint32(0)
	ask := func(connected bool) {
		socket++
		g.send(Header{Socket: socket, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
		to := address("10.0.2.3:53")
		if connected {
			g.ask(Header{Socket: socket, Op: opConnect}, 0, to)
			to = make([]byte, addressSize)
		}
		g.send(Header{Socket: socket, Op: opDatagram}, to, []byte("question"))
	}
	came := func(c *net.UDPConn) net.Addr {
		t.Helper()
		b := make([]byte, 100)
		n, from, err := c.ReadFrom(b)
		if err != nil || string(b[:n]) != "question" {
			t.Fatalf("%q, %v", b[:n], err)
		}
		return from
	}
	ask(false)
	came(silent)
	ask(true) // at once: the first may still answer
	came(silent)
	g.s.mu.Lock()
	g.s.dns.asked = g.s.dns.asked.Add(-2 * patience)
	g.s.mu.Unlock()
	ask(true) // the second, where nobody is
	if p := g.next(socket, opError); p.Error != int32(unix.ECONNREFUSED) {
		t.Errorf("error %d", p.Error)
	}
	for range 2 { // the third, which answers
		ask(true)
		from := came(good)
		if _, err := good.WriteTo([]byte("answer"), from); err != nil {
			t.Fatal(err)
		}
		if p := g.next(socket, opDatagram); string(p.body[addressSize:]) != "answer" {
			t.Errorf("%q", p.body)
		}
	}
	// Late: it is asked from now on.
	g.s.mu.Lock()
	g.s.dns.answered(first)
	g.s.mu.Unlock()
	ask(false)
	came(silent)
}
