package virtio

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// netReceiver moves what the link has to the guest's buffers: straight into them, wherever a packet's end may be, and
// what does not fit into a buffer of its own until there is room. The link's goroutine alone uses it, but for mu, which
// keeps a reset away from buffers in use.
type netReceiver struct {
	d       *CardDevice
	mu      sync.Mutex
	starved atomic.Bool // there are no buffers: the guest rings when it has given some

	epoch    uint32
	features uint64
	most     uint64               // bytes of the largest packet, with its header
	chains   *[maxQueueSize]chain // a ring: those that were taken from first on
	first    int
	taken    int
	room     uint64 // bytes of theirs

	pieces  [][]byte
	spill   []byte // takes what chains do not hold
	waiting uint64 // size of the packet in chains and spill that waits for more chains; 0: there is none
	held    uint64 // bytes of it that are in chains
}

// receive moves packets to the guest until there are none, or no buffers.
func (r *netReceiver) receive(t *Transport) {
	for !t.Stopping.Load() && r.some(t) {
	}
}

// some moves some packets, and tells whether there may be more.
func (r *netReceiver) some(t *Transport) (more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.begin(t) {
		return false
	}
	n, delivered := 0, false // packets that are dropped count as well
	for ; n < netTurn && r.prepare(t) && (r.waiting > 0 || r.read()); n++ {
		if r.waiting > 0 && r.waiting <= r.room {
			r.deliver(t)
			delivered = true
		}
	}
	if delivered {
		t.mu.Lock()
		t.signalUsed(&t.queue[netRX])
		t.mu.Unlock()
	}
	return n == netTurn
}

// begin looks whether the driver is there, and begins anew if it is another one than before.
func (r *netReceiver) begin(t *Transport) bool {
	t.mu.Lock()
	live, epoch, features := t.live() && t.queue[netRX].ready, t.epoch, t.drvFeatures
	t.mu.Unlock()
	if !live {
		r.starved.Store(true)
		return false
	}
	if r.chains != nil && epoch == r.epoch {
		return true
	}
	if r.chains == nil {
		r.chains = new([maxQueueSize]chain)
		r.spill = make([]byte, netHeaderSize+netMaxSegmented)
	}
	mtu := netDefaultMTU
	if features&netFeatMTU != 0 {
		mtu = r.d.mtu
	}
	r.epoch, r.features, r.first, r.taken, r.room, r.waiting = epoch, features, 0, 0, 0, 0
	r.most = uint64(netHeaderSize + netEthernet + netVLAN + mtu)
	if features&netFeatGuestTSO != 0 {
		r.most = netHeaderSize + netMaxSegmented
	}
	r.d.link.use(features&netOffloads, mtu)
	return true
}

// at is the ring's chain i.
func (r *netReceiver) at(i int) *chain { return &r.chains[(r.first+i)%maxQueueSize] }

// prepare sees to chains for the next packet, or for all of the one that waits. False: the guest has to give some.
func (r *netReceiver) prepare(t *Transport) bool {
	if r.collect(t); r.enough(t) {
		r.starved.Store(false)
		return true
	}
	r.starved.Store(true) // and look once more, as the guest may not have seen that
	if r.collect(t); r.enough(t) {
		r.starved.Store(false)
		return true
	}
	return false
}

// enough tells whether there are chains to go on with. A packet for which there never will be enough is dropped.
func (r *netReceiver) enough(t *Transport) bool {
	if r.waiting > r.room && (r.features&netFeatMergeRX == 0 || r.taken == t.queueSize(netRX)) {
		r.waiting = 0
	}
	return r.taken > 0 && r.waiting <= r.room
}

// collect takes chains until they hold the largest packet, or there are no more.
func (r *netReceiver) collect(t *Transport) {
	most := 1
	if r.features&netFeatMergeRX != 0 {
		most = t.queueSize(netRX)
	}
	for r.room < r.most && r.taken < most {
		c := r.at(r.taken)
		epoch, ok := t.take(netRX, c)
		if !ok || epoch != r.epoch {
			return
		}
		if c.writeLen < netHeaderSize || c.readLen > 0 {
			t.fail(epoch, badQueue("packet buffer of %d bytes to read and %d to write", c.readLen, c.writeLen))
			return
		}
		r.taken, r.room = r.taken+1, r.room+c.writeLen
	}
}

// list makes pieces of the chains.
func (r *netReceiver) list() {
	r.pieces = r.pieces[:0]
	for i := range r.taken {
		r.pieces = append(r.pieces, r.at(i).write...)
	}
}

// maxPieces is more than a driver that keeps the rules has descriptors in a queue, and what readv(2) takes.
const maxPieces = 1023

// read reads a packet; false: the link has none.
func (r *netReceiver) read() bool {
	r.list()
	room := r.room
	if len(r.pieces) > maxPieces { // descriptors used by many chains
		r.pieces, room = r.pieces[:maxPieces], 0
		for _, b := range r.pieces {
			room += uint64(len(b))
		}
	}
	n, err := r.d.link.read(append(r.pieces, r.spill))
	if err != nil {
		return false
	}
	if n >= netHeaderSize+netEthernet && uint64(n) <= r.most {
		r.waiting, r.held = uint64(n), min(uint64(n), room)
	}
	return true
}

// deliver gives the guest the packet that waits.
func (r *netReceiver) deliver(t *Transport) {
	n := r.waiting
	r.waiting = 0
	if r.held < n {
		r.list()
		scatter(advance(r.pieces, int(r.held)), r.spill[:n-r.held])
	}
	used := 0
	for left := n; left > 0; used++ {
		left -= min(left, r.at(used).writeLen)
	}
	var buffers [2]byte
	binary.LittleEndian.PutUint16(buffers[:], uint16(used))
	poke(r.at(0).write, netNumBuffers, buffers[:])
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[netRX]
	live := r.epoch == t.epoch && q.ready
	for range used {
		c := r.at(0)
		if part := min(n, c.writeLen); live {
			q.push(c.head, uint32(part))
			n -= part
		}
		r.room -= c.writeLen
		r.first, r.taken = (r.first+1)%maxQueueSize, r.taken-1
	}
}

// poke writes b at an offset of what dst are pieces of.
func poke(dst [][]byte, off int, b []byte) {
	for _, d := range dst {
		if off < len(d) {
			n := copy(d[off:], b)
			b, off = b[n:], 0
		} else {
			off -= len(d)
		}
	}
}

func (t *Transport) queueSize(qi int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int(t.queue[qi].size)
}
