package hostsockets

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"testing"
)

// randomBytes are n of them.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{2})
	_, _ = r.Read(b)
	return b
}

// split is b in many pieces, some of them empty.
func split(b []byte, pieces int) (list [][]byte) {
	for ; pieces > 1; pieces-- {
		n := len(b) / pieces
		list = append(list, b[:n:n])
		b = b[n:]
	}
	return append(list, b)
}

// Packets of any length and in any number of pieces become one stream, though the reader is slow and short
// ones wait for others.
func TestPiecesOut(t *testing.T) {
	g, c := newConnection(t)
	_ = c.(*net.TCPConn).SetReadBuffer(16 << 10)
	text := randomBytes(4 << 20)
	read := make(chan []byte, 1)
	go func() {
		var all []byte
		b := make([]byte, 9000)
		for {
			n, err := c.Read(b)
			all = append(all, b[:n]...)
			if err == io.EOF {
				read <- all
				return
			}
			if err != nil {
				t.Error(err)
				read <- all
				return
			}
		}
	}()
	r := rand.New(rand.NewPCG(1, 2))
	sent, taken, window := 0, 0, int(windowMost)
	for sent < len(text) {
		if n := min(1+[]int{10, 5000, 70000}[r.IntN(3)], window-(sent-taken), len(text)-sent); n > 0 {
			h := Header{Socket: 1, Op: opData, Len: uint32(n), Window: firstWindow, Flags: more * uint16(r.IntN(2))}
			g.s.Handle(h, split(text[sent:sent+n], 1+r.IntN(40)), 0)
			sent += n
			if r.IntN(3) > 0 {
				continue // the next one is there before anybody looks
			}
		}
		g.s.Flush()
		g.s.mu.Lock()
		news := g.got
		g.got = nil
		g.s.mu.Unlock()
		for _, p := range news {
			if p.Op == opCredit {
				window, taken = int(p.Window), int(p.Taken)
			}
		}
		if len(news) == 0 && sent-taken >= window {
			<-g.arrived
		}
	}
	g.send(Header{Socket: 1, Op: opShutdown, Flags: shutWrite})
	if !bytes.Equal(<-read, text) {
		t.Error("something else arrived")
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if k := g.s.socks[1]; k.flush.b != nil || k.held {
		t.Errorf("%d bytes are kept", cap(k.flush.b))
	}
}

// A buffer in more pieces than one call fills does not make the rest of a stream wait for more.
func TestPiecesIn(t *testing.T) {
	g, c := newConnection(t)
	g.s.mu.Lock()
	g.pieces = 4 * maxPieces
	g.s.mu.Unlock()
	text := randomBytes(100000)
	if _, err := c.Write(text); err != nil {
		t.Fatal(err)
	}
	for got := 0; got < len(text); {
		p := g.next(1, opData)
		if !bytes.Equal(p.body, text[got:got+len(p.body)]) {
			t.Fatal("something else arrived")
		}
		got += len(p.body)
		g.send(Header{Socket: 1, Op: opCredit, Taken: uint32(got)})
	}
}

// Buffers are used again, and only so many are kept.
func TestBuffers(t *testing.T) {
	var spare buffers
	list := make([]outgoing, 100)
	kept := func(want ...int) {
		t.Helper()
		for i, n := range want {
			if len(spare[i]) != n {
				t.Errorf("%d buffers of %d, want %d", len(spare[i]), bufferSizes[i].size, n)
			}
		}
	}
	for i := range list {
		list[i].add([][]byte{{1}, {2, 3}}, windowMost, &spare)
	}
	for i := range list {
		list[i].add([][]byte{make([]byte, windowMost-3)}, windowMost, &spare)
		list[i].drop(windowMost-1, &spare)
		list[i].add([][]byte{make([]byte, windowMost-1)}, windowMost, &spare) // in the same buffer
		if cap(list[i].b) != windowMost {
			t.Fatalf("a buffer of %d", cap(list[i].b))
		}
	}
	kept(64, 0, 0)
	for i := range list {
		list[i].drop(windowMost, &spare)
	}
	kept(64, 4, 0)
	var o outgoing
	for _, n := range []int{windowLeast, 1, windowMost, windowBulk - windowMost - windowLeast - 1} {
		o.add([][]byte{make([]byte, n)}, windowBulk, &spare)
	}
	kept(64, 4, 0)
	o.drop(windowBulk, &spare)
	kept(64, 4, 1)
	o.add([][]byte{make([]byte, windowLeast)}, windowLeast, &spare)
	if cap(o.b) > windowLeast {
		t.Errorf("a buffer of %d for a window of %d", cap(o.b), windowLeast)
	}
}

// A stream that carries much gets a larger window, and all of them together no more than there is.
func TestBulkWindow(t *testing.T) {
	g, c := newConnection(t)
	go func() { _, _ = io.Copy(io.Discard, c) }()
	g.s.mu.Lock()
	k, before := g.s.socks[1], g.s.granted
	g.s.mu.Unlock()
	for sent := uint32(windowMost / 2); sent <= windowBulk; sent += windowMost / 2 {
		g.send(Header{Socket: 1, Op: opData}, make([]byte, windowMost/2))
		for g.next(1, opCredit).Taken < sent {
		}
	}
	g.s.mu.Lock()
	if k.window != windowBulk || g.s.granted != before+windowBulk-windowMost {
		t.Errorf("window %d, all %d, which were %d", k.window, g.s.granted, before)
	}
	k.window, g.s.granted, g.s.bulkBudget = windowMost, before, before
	if k.took(0); k.window != windowMost {
		t.Errorf("window %d of a server that has no more", k.window)
	}
	g.s.granted = before
	g.s.mu.Unlock()
	g.send(Header{Socket: 1, Op: opClose})
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if g.s.granted != before-windowMost {
		t.Errorf("%d are granted behind its end", g.s.granted)
	}
}

// What the guest's program has more of may be kept back by the host, until it says that there is none.
func TestMore(t *testing.T) {
	g, c := newConnection(t)
	kept := func() bool {
		g.s.mu.Lock()
		defer g.s.mu.Unlock()
		return g.s.socks[1].kept
	}
	g.send(Header{Socket: 1, Op: opData, Flags: more}, []byte("head"))
	if !kept() {
		t.Error("the host does not know that more follows")
	}
	g.send(Header{Socket: 1, Op: opData, Flags: more}, []byte(" and body"))
	g.send(Header{Socket: 1, Op: opData})
	if kept() {
		t.Error("the host keeps what it has")
	}
	want := "head and body"
	b := make([]byte, len(want))
	if _, err := io.ReadFull(c, b); err != nil || string(b) != want {
		t.Errorf("%q, %v: want %q", b, err, want)
	}
	g.s.Handle(Header{Socket: 1, Op: opData, Flags: more, Len: 1}, [][]byte{{'a'}}, 0)
	g.s.Handle(Header{Socket: 1, Op: opData, Flags: more, Len: 1}, [][]byte{{'b'}}, 0)
	g.send(Header{Socket: 1, Op: opData}) // before anybody looked: it is one packet
	if kept() {
		t.Error("the host keeps what it was given whole")
	}
	g.send(Header{Socket: 1, Op: opShutdown, Flags: shutWrite})
	g.send(Header{Socket: 1, Op: opData}) // TCP_CORK may be turned off when nothing can be sent
	if b, err := io.ReadAll(c); err != nil || string(b) != "ab" {
		t.Errorf("%q, %v", b, err)
	}
}
