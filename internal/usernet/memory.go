package usernet

import (
	"errors"
	"io"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// What connections take of memory is bounded by sizes that depend on how many there are: a guest may make as many as there can be, to
// peers that take nothing. At the worst it is 1.5 GB for all that maxConnections allows; a few get what makes them fast.
const (
	// fullBuffers is how many connections have buffers in the stack that grow to bufferMost.
	fullBuffers = 64
	// bufferAll is what the others share in one direction, and bufferLeast what each has.
	bufferAll   = 64 << 20
	bufferLeast = 16 << 10

	// relaySmall is what is on its way at once in one direction of a connection, relayLarge in those that carry much, of which there are maxLarge.
	relaySmall = 8 << 10
	relayLarge = 256 << 10
	maxLarge   = 256
)

// bufferSize is for one of n connections; 0: what the stack gives.
func bufferSize(n int) int64 {
	if n <= fullBuffers {
		return 0
	}
	return int64(max(bufferAll/n, bufferLeast))
}

// fit bounds the buffers of a new connection.
func (n *network) fit(ep tcpip.Endpoint) {
	if size := bufferSize(len(n.connections)); size > 0 {
		ep.SocketOptions().SetSendBufferSize(size, true)
		ep.SocketOptions().SetReceiveBufferSize(size, true)
	}
}

// maxQuestions bounds those that the name servers have not answered, of all of the guest's sockets.
const maxQuestions = 1024

// largeBuffers are those of relayLarge.
type largeBuffers struct {
	used semaphore
	free sync.Pool // of *[relayLarge]byte
}

func newLargeBuffers() *largeBuffers {
	return &largeBuffers{used: make(semaphore, maxLarge), free: sync.Pool{New: func() any { return new([relayLarge]byte) }}}
}

// pass copies until the end, and tells whether it was one.
func (l *largeBuffers) pass(to io.Writer, from io.Reader) bool {
	small := make([]byte, relaySmall)
	var large *[relayLarge]byte
	give := func() {
		if large != nil {
			l.free.Put(large)
			l.used.give()
			large = nil
		}
	}
	defer give()
	for {
		b := small
		if large != nil {
			b = large[:]
		}
		n, err := from.Read(b)
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return false
			}
		}
		switch {
		case err != nil:
			return errors.Is(err, io.EOF)
		case n < relaySmall:
			give()
		case large == nil && l.used.take():
			large = l.free.Get().(*[relayLarge]byte)
		}
	}
}
