package usernet

import (
	"bytes"
	"io"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"uk.example/internal/hostsockets"
)

// As many connections as there can be, to peers that take nothing, have less than 2 GB together.
func TestBufferSizes(t *testing.T) {
	total := int64(maxLarge*relayLarge + maxConnections*2*relaySmall)
	for n := 1; n <= maxConnections; n++ {
		size := bufferSize(n)
		if size == 0 {
			size = bufferMost
		}
		total += 2 * size
	}
	if total > 2<<30 {
		t.Errorf("%d MB", total>>20)
	}
}

// pass keeps order and content, whatever pieces come, and gives back what it took.
func TestPass(t *testing.T) {
	data := make([]byte, 3<<20)
	for i := range data {
		data[i] = byte(i >> 8 * (i % 7))
	}
	l := newLargeBuffers()
	for range maxLarge - 1 {
		l.used.take()
	}
	var wg sync.WaitGroup
	for range 4 { // of which one at a time gets a large one
		wg.Go(func() {
			var out bytes.Buffer
			if !l.pass(&out, iotest.HalfReader(bytes.NewReader(data))) || !bytes.Equal(out.Bytes(), data) {
				t.Errorf("%d bytes of %d", out.Len(), len(data))
			}
			if l.pass(io.Discard, io.MultiReader(bytes.NewReader(data), iotest.ErrReader(io.ErrUnexpectedEOF))) {
				t.Error("an error was the end")
			}
		})
	}
	wg.Wait()
	if len(l.used) != maxLarge-1 {
		t.Errorf("%d large buffers are in use", len(l.used)-maxLarge+1)
	}
}

// Connections beyond those with large buffers carry what they are given, too.
func TestManyConnections(t *testing.T) {
	port := listen(t, echo)
	g := newGuest(t, hostsockets.Policy{Allow: rules(t, "host")}, full)
	var wg sync.WaitGroup
	for i := range 3 * fullBuffers {
		c := g.mustDial("10.0.2.2:" + port)
		wg.Go(func() {
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(3 * limit))
			data := bytes.Repeat([]byte{byte(i), 1, 2, 3, 4}, 40000)
			go func() { _, _ = c.Write(data); _ = c.CloseWrite() }()
			if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, data) {
				t.Errorf("connection %d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	wg.Wait()
}
