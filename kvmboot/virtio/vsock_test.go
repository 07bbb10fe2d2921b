package virtio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
)

// Places of the two queues of a guest with sockets, apart from hostile's own.
const (
	vRX, vTX         = 0x1000, 0x5000 // descriptors; the rings follow
	vAvail, vUsed    = 0x1000, 0x2000
	vRXData, vTXData = 0x20000, 0x60000
	vSlots           = 8
	vRoom            = 0x1000
	vWait            = 5 * time.Second
)

// vsockGuest is a driver of the socket device that does what the test tells it.
type vsockGuest struct {
	*hostile
	v      *VsockDevice
	path   string
	txNext uint16
	rxSeen uint16
	rxNext uint16
}

func newVsockGuest(t testing.TB) *vsockGuest {
	dir, err := os.MkdirTemp("", "vsock") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	g := &vsockGuest{path: filepath.Join(dir, "s")}
	if g.v, err = NewVsock(&Vsock{CID: 3, Path: g.path}); err != nil {
		t.Fatal(err)
	}
	g.hostile = newHostile(t, g.v, vsockTX)
	g.v.Start(g.tr)
	t.Cleanup(func() { g.v.Close(nil) })
	g.begin()
	return g
}

// begin resets the device and starts it with an empty receive queue.
func (g *vsockGuest) begin() {
	clear(g.m.Low)
	g.txNext, g.rxSeen, g.rxNext = 0, 0, 0
	g.negotiate(featVersion1)
	for qi, at := range []uint64{vRX, vTX} {
		g.qi = qi
		g.queue(at, at+vAvail, at+vUsed)
	}
	g.qi = vsockTX
	g.reg(regStatus, statusAcknowledge|statusDriver|statusFeaturesOK|statusDriverOK)
	if s := g.get(regStatus); s != 15 {
		g.t.Fatalf("status %#x after a good start", s)
	}
}

func (g *vsockGuest) describe(queue, slot int, addr uint64, n uint32, flags uint16) {
	b := g.m.Low[queue+slot*descSize:]
	binary.LittleEndian.PutUint64(b[0:], addr)
	binary.LittleEndian.PutUint32(b[8:], n)
	binary.LittleEndian.PutUint16(b[12:], flags)
}

// post gives n empty buffers.
func (g *vsockGuest) post(n int) {
	for range n {
		slot := int(g.rxNext % vSlots)
		g.describe(vRX, slot, uint64(vRXData+slot*vRoom), vRoom, descWrite)
		g.put16(vRX+vAvail+4+2*slot, uint16(slot))
		g.rxNext++
		guestmem.Store16(g.m.Low[vRX+vAvail+2:], g.rxNext)
	}
	g.v.serve(g.tr, vsockRX)
}

// raw sends bytes as they are.
func (g *vsockGuest) raw(b []byte) {
	slot := int(g.txNext % vSlots)
	at := vTXData + slot*0x8000
	copy(g.m.Low[at:at+0x8000], b)
	g.describe(vTX, slot, uint64(at), uint32(len(b)), 0)
	g.put16(vTX+vAvail+4+2*slot, uint16(slot))
	g.txNext++
	guestmem.Store16(g.m.Low[vTX+vAvail+2:], g.txNext)
	g.v.serve(g.tr, vsockTX)
}

// packet is what a well-behaved guest on ports guest and host sends.
func packet(op uint16, guest, host uint32) vsockHeader {
	return vsockHeader{srcCID: 3, dstCID: VsockHostCID, srcPort: guest, dstPort: host, typ: vsockStream, op: op, bufAlloc: 1 << 20}
}

func (g *vsockGuest) send(h vsockHeader, data string) {
	h.len = uint32(len(data))
	b := h.bytes()
	g.raw(append(b[:], data...))
}

// next is the next packet for the guest, whose buffer is given back.
func (g *vsockGuest) next() (vsockHeader, string) {
	g.t.Helper()
	for limit := time.Now().Add(vWait); guestmem.Load16(g.m.Low[vRX+vUsed+2:]) == g.rxSeen; time.Sleep(100 * time.Microsecond) {
		if time.Now().After(limit) {
			g.t.Fatal("no packet came")
		}
	}
	e := g.m.Low[vRX+vUsed+4+8*int(g.rxSeen%vSlots):]
	slot, n := int(binary.LittleEndian.Uint32(e)), binary.LittleEndian.Uint32(e[4:])
	g.rxSeen++
	b := g.m.Low[vRXData+slot*vRoom:][:n]
	h := parseVsockHeader((*[vsockHeaderSize]byte)(b))
	data := string(b[vsockHeaderSize:])
	if h.len != uint32(len(data)) || h.srcCID != VsockHostCID || h.dstCID != 3 {
		g.t.Errorf("packet %+v with %d bytes", h, len(data))
	}
	g.post(1)
	return h, data
}

func (g *vsockGuest) expect(op uint16) vsockHeader {
	g.t.Helper()
	h, _ := g.next()
	if h.op != op {
		g.t.Fatalf("packet %+v, want operation %d", h, op)
	}
	return h
}

func (g *vsockGuest) quiet() {
	g.t.Helper()
	g.v.serve(g.tr, vsockRX)
	if n := guestmem.Load16(g.m.Low[vRX+vUsed+2:]); n != g.rxSeen {
		h, _ := g.next()
		g.t.Fatalf("unexpected packet %+v", h)
	}
}

// dial connects from the host to a port; the guest accepts.
func (g *vsockGuest) dial(port uint32) (*net.UnixConn, uint32) {
	g.t.Helper()
	type result struct {
		c   *net.UnixConn
		err error
	}
	ch := make(chan result, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), vWait)
		defer cancel()
		c, err := DialVsock(ctx, g.path, port)
		ch <- result{c, err}
	}()
	h := g.expect(vsockRequest)
	if h.dstPort != port || h.typ != vsockStream || h.bufAlloc != vsockWindow {
		g.t.Fatalf("request %+v", h)
	}
	g.send(packet(vsockResponse, port, h.srcPort), "")
	r := <-ch
	if r.err != nil {
		g.t.Fatal(r.err)
	}
	g.t.Cleanup(func() { r.c.Close() })
	return r.c, h.srcPort
}

// listen takes what the guest connects to, with c the host's end.
func (g *vsockGuest) connect(guest, host uint32) *net.UnixConn {
	g.t.Helper()
	ln, err := ListenVsock(g.path, host)
	if err != nil {
		g.t.Fatal(err)
	}
	defer ln.Close()
	g.send(packet(vsockRequest, guest, host), "")
	g.expect(vsockResponse)
	c, err := ln.AcceptUnix()
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(vWait))
	return c
}

func want(t testing.TB, c io.Reader, text string) {
	t.Helper()
	b := make([]byte, len(text))
	if _, err := io.ReadFull(c, b); err != nil || string(b) != text {
		t.Fatalf("read %q, %v, want %q", b, err, text)
	}
}

func wantEOF(t testing.TB, c io.Reader) {
	t.Helper()
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Fatalf("read %d bytes, %v, want the end", n, err)
	}
}

func TestVsockFromHost(t *testing.T) {
	g := newVsockGuest(t)
	g.post(vSlots)
	c, port := g.dial(1234)
	g.send(packet(vsockData, 1234, port), "from the guest")
	want(t, c, "from the guest")
	fmt.Fprint(c, "from the host")
	if h, data := g.next(); h.op != vsockData || data != "from the host" || h.srcPort != port || h.dstPort != 1234 || h.fwdCnt != 14 {
		t.Errorf("packet %+v, %q", h, data)
	}
	_ = c.CloseWrite()
	if h := g.expect(vsockShutdown); h.flags != vsockNoSend {
		t.Errorf("flags %d at the end of what the host sends", h.flags)
	}
	g.send(packet(vsockData, 1234, port), "more")
	g.send(packet(vsockShutdown, 1234, port), "") // of nothing
	h := packet(vsockShutdown, 1234, port)
	h.flags = vsockNothing
	g.send(h, "")
	want(t, c, "more")
	wantEOF(t, c)
	g.expect(vsockReset)
	g.quiet()
}

func TestVsockFromHostRefused(t *testing.T) {
	g := newVsockGuest(t)
	g.post(vSlots)
	errs := make(chan error)
	go func() {
		_, err := DialVsock(context.Background(), g.path, 5)
		errs <- err
	}()
	h := g.expect(vsockRequest)
	g.send(packet(vsockReset, 5, h.srcPort), "")
	if err := <-errs; !errors.Is(err, unix.ECONNREFUSED) {
		t.Errorf("error %v", err)
	}
	// A guest that never answers: the caller gives up, and the guest hears of it.
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := DialVsock(ctx, g.path, 5); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// A program of the host may come before the guest's driver does.
func TestVsockBeforeDriver(t *testing.T) {
	g := newVsockGuest(t)
	g.reg(regStatus, 0)
	done := make(chan error)
	go func() {
		c, err := DialVsock(context.Background(), g.path, 80)
		if err == nil {
			c.Close()
		}
		done <- err
	}()
	time.Sleep(20 * time.Millisecond)
	g.begin()
	g.post(vSlots)
	h := g.expect(vsockRequest)
	g.send(packet(vsockResponse, 80, h.srcPort), "")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestVsockFromGuest(t *testing.T) {
	g := newVsockGuest(t)
	g.post(vSlots)
	g.send(packet(vsockRequest, 7, 99), "")
	if h := g.expect(vsockReset); h.srcPort != 99 || h.dstPort != 7 {
		t.Errorf("refusal %+v", h)
	}
	c := g.connect(7, 99)
	fmt.Fprint(c, "hello")
	if _, data := g.next(); data != "hello" {
		t.Errorf("read %q", data)
	}
	// The guest closes with data on its way: all of it arrives.
	g.send(packet(vsockData, 7, 99), "last words")
	g.send(packet(vsockReset, 7, 99), "")
	want(t, c, "last words")
	wantEOF(t, c)
	g.quiet()

	// The host's program goes away.
	c = g.connect(8, 98)
	c.Close()
	if h := g.expect(vsockShutdown); h.flags != vsockNothing {
		t.Errorf("flags %d", h.flags)
	}
	g.expect(vsockReset)
	g.send(packet(vsockData, 8, 98), "x")
	g.expect(vsockReset) // it is not known any more
}

// The guest's credit is never overdrawn, and the host's reader gets everything.
func TestVsockCredit(t *testing.T) {
	g := newVsockGuest(t)
	g.post(vSlots)
	h := packet(vsockRequest, 7, 99)
	ln, err := ListenVsock(g.path, 99)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	h.bufAlloc = 10
	g.send(h, "")
	g.expect(vsockResponse)
	c, _ := ln.AcceptUnix()
	defer c.Close()
	fmt.Fprint(c, "0123456789abcdefghijklmnop")
	if _, data := g.next(); data != "0123456789" {
		t.Fatalf("%q with a credit of 10", data)
	}
	time.Sleep(20 * time.Millisecond)
	g.quiet()
	h = packet(vsockCreditUpdate, 7, 99)
	h.bufAlloc, h.fwdCnt = 10, 5
	g.send(h, "")
	if _, data := g.next(); data != "abcde" {
		t.Fatalf("%q with a credit of 5", data)
	}
	h.bufAlloc, h.fwdCnt = 100, 1<<31 // a lie about what was taken gives nothing
	g.send(h, "")
	time.Sleep(20 * time.Millisecond)
	g.quiet()
	h.fwdCnt = 15
	g.send(h, "")
	if _, data := g.next(); data != "fghijklmnop" {
		t.Fatalf("%q at the end", data)
	}
	g.send(packet(vsockCreditRequest, 7, 99), "")
	if h := g.expect(vsockCreditUpdate); h.bufAlloc != vsockWindow || h.fwdCnt != 0 {
		t.Errorf("credit %+v", h)
	}
}

// A reader on the host that stands still stops the guest, which loses nothing, even when it closes.
func TestVsockSlowReader(t *testing.T) {
	g := newVsockGuest(t)
	g.post(vSlots)
	c := g.connect(7, 99)
	piece := strings.Repeat("0123456789abcdef", 1024)
	var sent, known uint32
	for sent+uint32(len(piece)) <= known+vsockWindow {
		g.send(packet(vsockData, 7, 99), piece)
		sent += uint32(len(piece))
		for guestmem.Load16(g.m.Low[vRX+vUsed+2:]) != g.rxSeen {
			known = g.expect(vsockCreditUpdate).fwdCnt
		}
	}
	g.v.mu.Lock()
	for k := range g.v.all {
		if len(k.out) > vsockWindow || len(k.out) == 0 {
			t.Errorf("%d bytes buffered", len(k.out))
		}
	}
	g.v.mu.Unlock()
	g.send(packet(vsockReset, 7, 99), "")
	b, err := io.ReadAll(c)
	if err != nil || uint32(len(b)) != sent || !bytes.Equal(b[:len(piece)], []byte(piece)) {
		t.Errorf("read %d of %d bytes, %v", len(b), sent, err)
	}
}

func TestVsockHostile(t *testing.T) {
	with := func(h vsockHeader, change func(*vsockHeader)) vsockHeader { change(&h); return h }
	big := strings.Repeat("x", 0x7000)
	for _, c := range []struct {
		name  string
		act   func(g *vsockGuest) // on a connection 7 → 99
		reset bool                // the device wants a reset
		reply []uint16
	}{
		{"nothing", func(g *vsockGuest) { g.raw(nil) }, true, nil},
		{"half a header", func(g *vsockGuest) { g.raw(make([]byte, 43)) }, true, nil},
		{"more data than there is", func(g *vsockGuest) {
			b := with(packet(vsockData, 7, 99), func(h *vsockHeader) { h.len = 1 }).copyBytes()
			g.raw(b)
		}, true, nil},
		{"length that wraps", func(g *vsockGuest) {
			b := with(packet(vsockData, 7, 99), func(h *vsockHeader) { h.len = ^uint32(0) - 20 }).copyBytes()
			g.raw(append(b, "data"...))
		}, true, nil},
		{"another guest's address", func(g *vsockGuest) {
			g.send(with(packet(vsockData, 7, 99), func(h *vsockHeader) { h.srcCID = 4 }), "x")
		}, false, nil},
		{"high bits of an address", func(g *vsockGuest) {
			g.send(with(packet(vsockData, 7, 99), func(h *vsockHeader) { h.srcCID |= 1 << 32 }), "x")
		}, false, nil},
		{"to another machine", func(g *vsockGuest) {
			g.send(with(packet(vsockRequest, 7, 99), func(h *vsockHeader) { h.dstCID = 5 }), "")
		}, false, nil},
		{"seqpacket", func(g *vsockGuest) {
			g.send(with(packet(vsockRequest, 8, 99), func(h *vsockHeader) { h.typ = 2 }), "")
		}, false, []uint16{vsockReset}},
		{"data for nobody", func(g *vsockGuest) { g.send(packet(vsockData, 8, 99), "x") }, false, []uint16{vsockReset}},
		{"reset of nothing", func(g *vsockGuest) { g.send(packet(vsockReset, 8, 99), "") }, false, nil},
		{"response to nobody", func(g *vsockGuest) { g.send(packet(vsockResponse, 8, 99), "") }, false, []uint16{vsockReset}},
		{"response to a response", func(g *vsockGuest) { g.send(packet(vsockResponse, 7, 99), "") }, false, []uint16{vsockReset}},
		{"request again", func(g *vsockGuest) { g.send(packet(vsockRequest, 7, 99), "") }, false, []uint16{vsockReset}},
		{"unknown operation", func(g *vsockGuest) { g.send(packet(77, 7, 99), "") }, false, nil},
		{"data after the end", func(g *vsockGuest) {
			g.send(with(packet(vsockShutdown, 7, 99), func(h *vsockHeader) { h.flags = vsockNoSend }), "")
			g.send(packet(vsockData, 7, 99), "x")
		}, false, []uint16{vsockReset}},
		{"without credit", func(g *vsockGuest) {
			for range 40 { // the Unix socket takes some of it
				g.send(packet(vsockData, 7, 99), big)
			}
		}, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newVsockGuest(t)
			g.post(vSlots)
			conn := g.connect(7, 99)
			c.act(g)
			if g.needsReset() != c.reset {
				t.Fatalf("status %#x, fault %v", g.get(regStatus), g.tr.fault)
			}
			if c.reset {
				var qe *queueError
				if !errors.As(g.tr.fault, &qe) {
					t.Errorf("fault %v", g.tr.fault)
				}
				g.begin()
				g.post(vSlots)
				g.connect(7, 98) // after a reset all is well
				wantEOF(t, conn)
				return
			}
			if c.name == "without credit" {
				for {
					if h, _ := g.next(); h.op == vsockReset {
						break
					} else if h.op != vsockCreditUpdate {
						t.Fatalf("packet %+v", h)
					}
				}
				return
			}
			for _, op := range c.reply {
				g.expect(op)
			}
			g.quiet()
		})
	}
}

func (h vsockHeader) copyBytes() []byte {
	b := h.bytes()
	return slices.Clone(b[:])
}

// A guest that gives the device no buffers, or connects without end, costs a bounded amount.
func TestVsockLimits(t *testing.T) {
	g := newVsockGuest(t)
	ln, err := ListenVsock(g.path, 99)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		var all []net.Conn
		defer func() {
			for _, c := range all {
				c.Close()
			}
		}()
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all = append(all, c)
		}
	}()
	for i := range uint32(vsockMaxConns + 500) {
		g.send(packet(vsockRequest, 1000+i, 99), "")
	}
	g.v.mu.Lock()
	n := len(g.v.all)
	g.v.mu.Unlock()
	if n == 0 || n > vsockMaxConns {
		t.Errorf("%d connections", n)
	}
	for i := range uint32(vsockMaxReplies + 1000) {
		g.send(packet(vsockCreditRequest, 1000+i%100, 99), "")
		g.send(packet(vsockData, 1, i), "x")
	}
	g.v.mu.Lock()
	if r := len(g.v.replies); r > vsockMaxReplies || len(g.v.waiting) > vsockMaxConns {
		t.Errorf("%d replies wait, %d connections", r, len(g.v.waiting))
	}
	g.v.mu.Unlock()
	if _, err := DialVsock(context.Background(), g.path, 1); err == nil && n == vsockMaxConns {
		t.Error("one connection too many")
	}
	g.post(1) // and all goes on
	if h, _ := g.next(); h.op != vsockResponse && h.op != vsockReset {
		t.Errorf("packet %+v", h)
	}
	// A buffer without room for a header.
	g.begin()
	g.send(packet(vsockData, 1, 1), "x")
	g.describe(vRX, 0, vRXData, vsockHeaderSize, descWrite)
	guestmem.Store16(g.m.Low[vRX+vAvail+2:], 1)
	g.v.serve(g.tr, vsockRX)
	if !g.needsReset() {
		t.Error("a buffer for half a header was used")
	}
}

func TestVsockRings(t *testing.T) {
	for _, qi := range []int{vsockRX, vsockTX} {
		for _, c := range hostileRings {
			g := newVsockGuest(t)
			g.begin()
			g.qi = qi
			if qi == vsockRX {
				g.v.mu.Lock()
				g.v.refuse(&vsockHeader{})
				g.v.mu.Unlock()
			}
			// hostile's places
			g.reg(regStatus, 0)
			g.start(0)
			if qi == vsockRX {
				g.v.mu.Lock()
				g.v.epoch = g.tr.epoch
				g.v.refuse(&vsockHeader{})
				g.v.mu.Unlock()
			}
			c.spoil(g.hostile)
			g.serve()
			var qe *queueError
			if !g.needsReset() || !errors.As(g.tr.fault, &qe) {
				t.Errorf("queue %d, %s: status %#x, fault %v", qi, c.name, g.get(regStatus), g.tr.fault)
			}
		}
	}
}

func TestVsockConnectLine(t *testing.T) {
	for line, port := range map[string]int64{
		"CONNECT 1\n": 1, "CONNECT 4294967295\n": 4294967295, "connect 22\r\n": 22, "Connect 0\n": 0,
		"": -1, "\n": -1, "CONNECT\n": -1, "CONNECT \n": -1, "CONNECT 1": -1, "CONNECT -1\n": -1, "CONNECT 4294967296\n": -1,
		"CONNECT 1 2\n": -1, "CONNECTED 1\n": -1, "CONNECT 0x10\n": -1, "GET / HTTP/1.1\r\n": -1, " CONNECT 1\n": -1,
	} {
		got := int64(-1)
		if p, ok := parseConnect(line); ok {
			got = int64(p)
		}
		if got != port {
			t.Errorf("%q: port %d, want %d", line, got, port)
		}
	}
	// What is no such line ends the connection, and nothing else.
	g := newVsockGuest(t)
	g.post(vSlots)
	for _, line := range []string{"GET / HTTP/1.1\r\n", strings.Repeat("x", 100)} {
		c, err := net.Dial("unix", g.path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, line)
		_ = c.SetDeadline(time.Now().Add(vWait))
		if _, err := io.ReadAll(c); err != nil && !errors.Is(err, unix.ECONNRESET) {
			t.Error(err)
		}
		c.Close()
	}
	g.dial(9)
}

func TestVsockPath(t *testing.T) {
	dir, err := os.MkdirTemp("", "vsock")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, c := range []struct {
		v    Vsock
		want string
	}{
		{Vsock{Path: ""}, "no path"},
		{Vsock{Path: "/x", CID: 2}, "want 3"},
		{Vsock{Path: "/x", CID: 1<<32 - 1}, "want 3"},
		{Vsock{Path: strings.Repeat("x", 97)}, "more than 96"},
		{Vsock{Path: "@abstract"}, "not a path"},
	} {
		if err := c.v.Normalize(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.v, err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewVsock(&Vsock{CID: 3, Path: file}); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("over a file: %v", err)
	}
	path := filepath.Join(dir, "s")
	v, err := NewVsock(&Vsock{CID: 3, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewVsock(&Vsock{CID: 3, Path: path}); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a second runner: %v", err)
	}
	v.ln.SetUnlinkOnClose(false) // as when the runner is killed
	v.ln.Close()
	if v, err = NewVsock(&Vsock{CID: 3, Path: path}); err != nil {
		t.Fatal(err)
	}
	v.Close(nil)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket stayed: %v", err)
	}
}

// Any bytes from the guest: no panic, and the bounds hold.
func FuzzVsockPackets(f *testing.F) {
	seed := func(hs ...vsockHeader) {
		var b []byte
		for _, h := range hs {
			b = append(append(b, h.copyBytes()...), 5)
		}
		f.Add(b)
	}
	seed(packet(vsockRequest, 7, 99), packet(vsockData, 7, 99), packet(vsockShutdown, 7, 99))
	seed(packet(vsockResponse, 7, 1<<30), packet(vsockReset, 7, 1<<30))
	seed(packet(vsockCreditUpdate, 7, 99), packet(vsockCreditRequest, 7, 99))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		g := newVsockGuest(t)
		g.post(vSlots)
		ln, err := ListenVsock(g.path, 99)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		host, err := net.Dial("unix", g.path)
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		fmt.Fprint(host, "CONNECT 7\n")
		for len(b) > vsockHeaderSize && !g.needsReset() {
			h := parseVsockHeader((*[vsockHeaderSize]byte)(b))
			if got := h.copyBytes(); !bytes.Equal(got, b[:vsockHeaderSize]) {
				t.Fatalf("%+v: % x from % x", h, got, b[:vsockHeaderSize])
			}
			g.raw(append(slices.Clone(b[:vsockHeaderSize]), make([]byte, 16*int(b[vsockHeaderSize]))...))
			b = b[vsockHeaderSize+1:]
			for guestmem.Load16(g.m.Low[vRX+vUsed+2:]) != g.rxSeen {
				g.rxSeen++
				g.post(1)
			}
		}
		g.v.mu.Lock()
		defer g.v.mu.Unlock()
		for k := range g.v.all {
			if uint32(len(k.out)) > k.alloc {
				t.Errorf("%d bytes buffered of %d", len(k.out), k.alloc)
			}
		}
	})
}
