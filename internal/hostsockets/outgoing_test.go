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
			h := Header{Socket: 1, Op: opData, Len: uint32(n), Window: firstWindow}
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
	list := make([]outgoing, 2*smallSpare)
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
	if len(spare.small) != smallSpare || len(spare.large) != 0 {
		t.Errorf("%d small and %d large ones", len(spare.small), len(spare.large))
	}
	for i := range list {
		list[i].drop(windowMost, &spare)
	}
	if len(spare.large) != largeSpare {
		t.Errorf("%d large ones", len(spare.large))
	}
	var few outgoing
	few.add([][]byte{make([]byte, windowLeast)}, windowLeast, &spare)
	if cap(few.b) > windowLeast {
		t.Errorf("a buffer of %d for a window of %d", cap(few.b), windowLeast)
	}
}
