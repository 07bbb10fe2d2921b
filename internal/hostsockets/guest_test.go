package hostsockets

import (
	"bytes"
	"encoding/binary"
	"net/netip"
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
	epoch   uint32
	room    []byte
	got     []packet
	arrived chan struct{}
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
	g := &fakeGuest{t: t, s: s, buffers: 1 << 20, size: 4096, arrived: make(chan struct{}, 1)}
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
	return [][]byte{g.room[:7], g.room[7:]}, g.epoch
}

func (g *fakeGuest) Send(h *Header) {
	g.got = append(g.got, packet{*h, bytes.Clone(g.room[:h.Len])})
	g.room = nil
	g.buffers--
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
