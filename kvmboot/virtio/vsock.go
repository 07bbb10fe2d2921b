package virtio

import (
	"encoding/binary"
	"net"
	"sync"
	"time"

	"uk.example/internal/badoption"
)

// Socket device, virtio 1.2 section 5.10. On the host its connections are Unix
// sockets, with Firecracker's protocol: a program that connects to Vsock.Path
// writes "CONNECT port\n", reads "OK port\n", and then talks to what listens on
// that port in the guest. A guest that connects to a port of the host (CID 2)
// reaches the socket Path_port.
const (
	vsockRX = 0
	vsockTX = 1

	// vsockMaxConns bounds the connections at a time, those included that still flush
	// what the guest sent.
	vsockMaxConns = 1024
	// Each may buffer so much of what the guest sends, while there are few and
	// when there are many: 60 MB at most together.
	vsockWindow      = 256 << 10
	vsockFewConns    = 128
	vsockSmallWindow = 32 << 10
	// vsockMaxReplies bounds the packets that wait for a buffer of the guest's.
	vsockMaxReplies = 8 * vsockMaxConns
	// vsockBatch is the number of packets of one connection before others get a turn.
	vsockBatch = 64
	// vsockFlush is how long a reader on the host may stand still once the guest has
	// closed a connection or ended.
	vsockFlush = 5 * time.Second
)

// DefaultVsockCID is the guest's address when Vsock.CID is 0.
const DefaultVsockCID = 3

// Vsock is a socket device: AF_VSOCK in the guest, Unix sockets on the host.
type Vsock struct {
	CID  uint32 // of the guest, 3 or more; 0: DefaultVsockCID
	Path string // of the Unix socket, which Run makes and removes
}

// Normalize fills in defaults and checks ranges.
func (v *Vsock) Normalize() error {
	if v.CID == 0 {
		v.CID = DefaultVsockCID
	}
	if v.CID <= VsockHostCID || v.CID == 1<<32-1 {
		return badoption.Errorf("Vsock", "vsock CID %d: want 3 to 4294967294", v.CID)
	}
	return checkVsockPath(v.Path)
}

// vsockKey names a connection: the addresses are always the guest's and the host's.
type vsockKey struct{ host, guest uint32 }

// vsockReply is a packet without data that waits for a buffer of the guest's. That of
// a connection tells the connection's credit of the moment it goes.
type vsockReply struct {
	h vsockHeader
	k *vsockConn
}

// vsock is the device. mu guards everything, its connections too; it may be held
// while the transport's mu is taken, never the other way around. Nobody
// waits while holding it.
type VsockDevice struct {
	cid  uint64
	conf [8]byte
	ln   *net.UnixListener
	path string
	t    *Transport
	wg   sync.WaitGroup
	once sync.Once

	mu       sync.Mutex
	closed   bool
	epoch    uint32 // of the transport, to which all connections belong
	nextPort uint32
	conns    map[vsockKey]*vsockConn
	all      map[*vsockConn]bool // all that have a Unix socket
	replies  []vsockReply
	waiting  []*vsockConn // for a buffer of the guest's

	tx   chain
	rx   packetQueue
	body [][]byte
}

func NewVsock(cfg *Vsock) (*VsockDevice, error) {
	ln, err := listenVsock(cfg.Path)
	if err != nil {
		return nil, err
	}
	v := &VsockDevice{cid: uint64(cfg.CID), ln: ln, path: cfg.Path, nextPort: 1 << 30, conns: map[vsockKey]*vsockConn{}, all: map[*vsockConn]bool{}}
	binary.LittleEndian.PutUint64(v.conf[:], v.cid)
	return v, nil
}

func (v *VsockDevice) id() uint32       { return IDVsock }
func (v *VsockDevice) features() uint64 { return 0 }
func (v *VsockDevice) queues() int      { return 3 } // the third is for events, which never come
func (v *VsockDevice) config() []byte   { return v.conf[:] }
func (v *VsockDevice) ready(int) bool   { return true }

// Start lets programs of the host connect.
func (v *VsockDevice) Start(t *Transport) {
	v.t = t
	v.rx = packetQueue{t: t, queue: vsockRX, header: vsockHeaderSize}
	v.wg.Go(v.accept)
}

// spawn runs in a goroutine what may use guest memory.
func (v *VsockDevice) spawn(f func()) { v.wg.Go(v.t.guarded(f)) }

func (v *VsockDevice) serve(t *Transport, q int) {
	switch q {
	case vsockRX:
		v.mu.Lock()
		v.flush()
		v.mu.Unlock()
	case vsockTX:
		for !t.Stopping.Load() && v.transmit(t) {
		}
	}
}

// transmit takes one packet of the guest.
func (v *VsockDevice) transmit(t *Transport) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	epoch, ok := t.take(vsockTX, &v.tx)
	if !ok {
		v.flush()
		v.signal()
		return false
	}
	v.follow(epoch)
	var b [vsockHeaderSize]byte
	n := gather(b[:], v.tx.read)
	h := parseVsockHeader(&b)
	if n < vsockHeaderSize || uint64(h.len) > v.tx.readLen-vsockHeaderSize {
		t.mu.Lock()
		t.broken(badQueue("socket packet of %d bytes in %d", h.len, v.tx.readLen))
		t.mu.Unlock()
		return false
	}
	v.body = advance(append(v.body[:0], v.tx.read...), vsockHeaderSize)
	v.handle(&h, cut(v.body, uint64(h.len)))
	t.give(vsockTX, epoch, v.tx.head, 0)
	return true
}

// follow forgets all connections when the driver has reset the device.
func (v *VsockDevice) follow(epoch uint32) {
	if v.epoch == epoch {
		return
	}
	v.epoch, v.replies = epoch, nil
	v.rx.ok = v.rx.ok && v.rx.epoch == epoch
	for k := range v.all {
		switch {
		case k.asked:
			k.tell(vsockRequest, 0) // what came before the driver did waits for it
		case !k.handshake:
			k.abandon()
		}
	}
}

// buffer gives a buffer of the guest's, see packetQueue.
func (v *VsockDevice) buffer() (*chain, bool) {
	c, ok := v.rx.buffer()
	if ok {
		v.follow(v.rx.epoch)
	}
	return c, ok && v.rx.ok
}

// send fills in the header of the packet in the buffer, and gives it to the guest.
func (v *VsockDevice) send(h *vsockHeader) {
	b := h.bytes()
	v.rx.send(b[:], h.len)
}

// signal tells the guest of what was sent.
func (v *VsockDevice) signal() { v.rx.signal() }

// reply queues a packet without data.
func (v *VsockDevice) reply(h vsockHeader, k *vsockConn) {
	if len(v.replies) < vsockMaxReplies {
		v.replies = append(v.replies, vsockReply{h, k})
	}
}

// refuse answers a packet that no connection wants.
func (v *VsockDevice) refuse(h *vsockHeader) {
	if h.op != vsockReset {
		v.reply(vsockHeader{srcCID: h.dstCID, dstCID: h.srcCID, srcPort: h.dstPort, dstPort: h.srcPort, typ: h.typ, op: vsockReset}, nil)
	}
}

// flush sends replies as far as there are buffers. Then those that have data get a turn, and
// it tells whether they may.
func (v *VsockDevice) flush() bool {
	for len(v.replies) > 0 {
		if _, ok := v.buffer(); !ok {
			v.signal()
			return false
		}
		if len(v.replies) == 0 { // the device was reset
			break
		}
		r := v.replies[0]
		v.replies = v.replies[1:]
		if r.k != nil {
			r.k.fillCredit(&r.h)
		}
		v.send(&r.h)
	}
	v.replies = nil
	v.signal()
	for _, k := range v.waiting {
		k.queued = false
		k.wake.Signal()
	}
	v.waiting = v.waiting[:0]
	return true
}

// handle acts on a packet of the guest with its data.
func (v *VsockDevice) handle(h *vsockHeader, data [][]byte) {
	if h.srcCID != v.cid || h.dstCID != VsockHostCID {
		return // not from here, or for another machine
	}
	if h.typ != vsockStream {
		v.refuse(h)
		return
	}
	k := v.conns[vsockKey{host: h.dstPort, guest: h.srcPort}]
	switch {
	case h.op == vsockRequest && k == nil:
		v.request(h)
		return
	case k == nil || h.op == vsockRequest || k.asked && h.op != vsockResponse && h.op != vsockReset:
		if k != nil {
			k.abandon()
		}
		v.refuse(h)
		return
	}
	k.peerAlloc, k.peerFwd = h.bufAlloc, h.fwdCnt
	k.wake.Signal()
	switch h.op {
	case vsockResponse:
		k.accepted()
	case vsockReset:
		k.guestGone()
	case vsockShutdown:
		k.guestShut(h.flags)
	case vsockData:
		k.write(data, h.len)
	case vsockCreditRequest:
		k.tell(vsockCreditUpdate, 0)
	}
}

// finish takes what the guest had still sent, a queue full at most, and waits until the host's programs
// have it.
func (v *VsockDevice) finish(t *Transport) {
	for range maxQueueSize {
		if !v.transmit(t) {
			break
		}
	}
	v.Close(t.m)
}

// Close ends all connections, but writes out what the guest sent. The end of m's output cuts
// that short.
func (v *VsockDevice) Close(m Machine) {
	v.once.Do(func() {
		v.ln.Close() // removes the file, too, unless there is no right to
		if m != nil {
			m.RemoveSocket()
		}
		v.mu.Lock()
		v.closed = true
		for k := range v.all {
			k.guestGone()
		}
		v.mu.Unlock()
		done := make(chan struct{})
		go func() { v.wg.Wait(); close(done) }()
		stop := outputEnds(m)
		select {
		case <-done:
			return
		case <-stop:
		}
		v.mu.Lock()
		for k := range v.all {
			k.abandon()
		}
		v.mu.Unlock()
		<-done
	})
}

// cut keeps the first n bytes of a list of slices, which it changes.
func cut(s [][]byte, n uint64) [][]byte {
	for i := range s {
		if uint64(len(s[i])) >= n {
			s[i] = s[i][:n]
			return s[:i+1]
		}
		n -= uint64(len(s[i]))
	}
	return s
}
