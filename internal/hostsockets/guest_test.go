package hostsockets

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// waitLimit is how long a test waits for a packet before it fails.
const waitLimit = 10 * time.Second

// packet is one that the guest got.
type packet struct {
	Header
	body []byte
}

// fakeGuest is a guest that does what the test tells it.
type fakeGuest struct {
	t       *testing.T
	s       *Server
	buffers int // that are free
	size    int
	pieces  int // of a buffer; 0: two
	epoch   uint32
	room    []byte
	got     []packet
	arrived chan struct{}
	busy    atomic.Bool
	sending atomic.Int32 // what Take finds
	takes   atomic.Int32
	listens chan int32 // how many there were when the server began to wait for a ring
}

func newGuest(t *testing.T, o Options) *fakeGuest {
	t.Helper()
	if !o.Config.Address.IsValid() {
		o.Config = DefaultConfig()
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	g := &fakeGuest{t: t, s: s, buffers: 1 << 20, size: 4096, arrived: make(chan struct{}, 1), listens: make(chan int32, 1)}
	s.Start(g, nil)
	t.Cleanup(func() { s.Close(nil) })
	return g
}

func (g *fakeGuest) Room() ([][]byte, uint32) {
	if g.buffers == 0 {
		return nil, g.epoch
	}
	if g.room == nil {
		g.room = make([]byte, g.size)
	}
	if g.pieces > 0 {
		return split(g.room, g.pieces), g.epoch
	}
	return [][]byte{g.room[:7], g.room[7:]}, g.epoch
}

func (g *fakeGuest) Send(h *Header) {
	g.got = append(g.got, packet{*h, bytes.Clone(g.room[:h.Len])})
	g.room = nil
	g.buffers--
}

func (g *fakeGuest) Take() bool {
	g.takes.Add(1)
	return g.sending.Swap(0) > 0
}

func (g *fakeGuest) Busy() bool { return g.busy.Load() }

func (g *fakeGuest) Listen() bool {
	select {
	case g.listens <- g.takes.Load():
	default:
	}
	return false
}

func (g *fakeGuest) Signal() {
	select {
	case g.arrived <- struct{}{}:
	default:
	}
}

// give makes n more buffers free.
func (g *fakeGuest) give(n int) {
	g.s.mu.Lock()
	g.buffers += n
	g.s.mu.Unlock()
	g.s.Flush()
}

// send is a packet of the guest's.
func (g *fakeGuest) send(h Header, body ...[]byte) {
	for _, b := range body {
		h.Len += uint32(len(b))
	}
	if h.Window == 0 {
		h.Window = 256 << 10
	}
	g.s.mu.Lock()
	epoch := g.epoch
	g.s.mu.Unlock()
	g.s.Handle(h, body, epoch)
	g.s.Flush()
}

// next is the next packet of an op for a socket; others of that socket may come before it.
func (g *fakeGuest) next(socket uint32, op uint16) packet {
	g.t.Helper()
	limit := time.After(waitLimit)
	for {
		g.s.mu.Lock()
		for i, p := range g.got {
			if p.Socket == socket && p.Op == op {
				g.got = append(g.got[:i], g.got[i+1:]...)
				g.s.mu.Unlock()
				return p
			}
		}
		g.s.mu.Unlock()
		select {
		case <-g.arrived:
		case <-limit:
			g.t.Fatalf("no packet %d for %d; there is %v", op, socket, g.got)
		}
	}
}

// ask sends h with a request number, and wants its result to be err.
func (g *fakeGuest) ask(h Header, want unix.Errno, body ...[]byte) []byte {
	g.t.Helper()
	h.Request = 99
	g.send(h, body...)
	r := g.next(h.Socket, opResult)
	if r.Request != 99 || r.Error != int32(want) {
		g.t.Fatalf("op %d: request %d, error %v; want %v", h.Op, r.Request, unix.Errno(r.Error), want)
	}
	return r.body
}

func opening(family, typ uint16) []byte {
	b := binary.LittleEndian.AppendUint16(nil, family)
	b = binary.LittleEndian.AppendUint16(b, typ)
	return append(b, 0, 0, 0, 0)
}

func address(s string) []byte {
	b := make([]byte, addressSize)
	putAddress(b, netip.MustParseAddrPort(s))
	return b
}

func addressOf(t *testing.T, b []byte) string {
	t.Helper()
	a, ok := parseAddress(b)
	if !ok {
		t.Fatalf("%x is not an address", b)
	}
	return a.String()
}

// hostListener listens on this host's loopback until the test ends.
func hostListener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func port(l net.Listener) string {
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// freePort is a port of the host's loopback that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	l := hostListener(t)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// connection connects the guest's socket id to l, and returns the host's end.
func (g *fakeGuest) connection(id uint32, l net.Listener) net.Conn {
	g.t.Helper()
	g.send(Header{Socket: id, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_STREAM))
	g.ask(Header{Socket: id, Op: opConnect}, 0, address("10.0.2.2:"+port(l)))
	c, err := l.Accept()
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { c.Close() })
	return c
}

// newConnection is a guest that may reach this host, and the host's end of the connection that is its socket 1.
func newConnection(t *testing.T) (*fakeGuest, net.Conn) {
	t.Helper()
	g := newGuest(t, Options{Policy: allowHost, Memory: 1 << 30})
	return g, g.connection(1, hostListener(t))
}
