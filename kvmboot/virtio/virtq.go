package virtio

import (
	"encoding/binary"
	"fmt"

	"uk.example/kvmboot/guestmem"
)

// Split virtqueues, virtio 1.2 section 2.7.
const (
	maxQueueSize = 256

	descSize      = 16
	descNext      = 1 // flags of a descriptor
	descWrite     = 2
	availNoIntr   = 1 // flag in the available ring
	usedNoNotify  = 1 // flag in the used ring
	ringHeader    = 4 // flags, idx
	usedElemSize  = 8
	eventSize     = 2
	maxChainBytes = 128 << 20 // longer chains are refused: bounds the work of one request
)

// queueError says how a driver broke a virtqueue's rules. The device needs a reset
// then.
type queueError struct{ msg string }

func (e *queueError) Error() string { return "virtqueue: " + e.msg }

func badQueue(format string, a ...any) error { return &queueError{fmt.Sprintf(format, a...)} }

// virtqueue is the device's side of one split virtqueue. The three areas are
// checked once, when the driver makes the queue ready; everything in
// them is checked at each use, after it was copied out once.
type virtqueue struct {
	// As the driver wrote them.
	num                           uint32
	descAddr, availAddr, usedAddr uint64

	ready    bool
	eventIdx bool
	size     uint16
	desc     []byte
	avail    []byte // flags, idx, ring, used_event
	used     []byte // flags, idx, ring, avail_event

	lastAvail uint16 // next entry of the available ring to take
	usedIdx   uint16 // next entry of the used ring to fill
	signaled  uint16 // usedIdx at the last decision about an interrupt

	moved Traffic // since the last reset
}

// chain is one request: the descriptors of a chain, as slices of guest memory.
type chain struct {
	head              uint16
	read, write       [][]byte // device-readable, then device-writable
	readLen, writeLen uint64
}

func (c *chain) reset(head uint16) {
	c.head, c.read, c.write, c.readLen, c.writeLen = head, c.read[:0], c.write[:0], 0, 0
}

// enable checks the queue's size and areas and makes it ready.
func (q *virtqueue) enable(m *guestmem.Memory, eventIdx bool) error {
	n := q.num
	if n == 0 || n > maxQueueSize || n&(n-1) != 0 {
		return badQueue("size %d: want a power of two up to %d", n, maxQueueSize)
	}
	if q.descAddr%16 != 0 || q.availAddr%2 != 0 || q.usedAddr%4 != 0 {
		return badQueue("areas at %#x, %#x, %#x are not aligned", q.descAddr, q.availAddr, q.usedAddr)
	}
	var err error
	if q.desc, err = m.Slice(q.descAddr, uint64(n)*descSize); err != nil {
		return badQueue("descriptors at %#x: %v", q.descAddr, err)
	}
	if q.avail, err = m.Slice(q.availAddr, ringHeader+uint64(n)*2+eventSize); err != nil {
		return badQueue("available ring at %#x: %v", q.availAddr, err)
	}
	if q.used, err = m.Slice(q.usedAddr, ringHeader+uint64(n)*usedElemSize+eventSize); err != nil {
		return badQueue("used ring at %#x: %v", q.usedAddr, err)
	}
	q.size, q.eventIdx, q.ready = uint16(n), eventIdx, true
	q.lastAvail, q.usedIdx, q.signaled = 0, 0, 0
	return nil
}

// pending tells whether the driver has made something available.
func (q *virtqueue) pending() bool {
	return q.ready && guestmem.Load16(q.avail[2:]) != q.lastAvail
}

// pop takes the next available chain into c. ok is false when there is none.
func (q *virtqueue) pop(m *guestmem.Memory, c *chain) (ok bool, err error) {
	if !q.ready {
		return false, nil
	}
	n := guestmem.Load16(q.avail[2:]) - q.lastAvail
	if n == 0 {
		return false, nil
	}
	if n > q.size {
		return false, badQueue("%d chains available in a queue of %d", n, q.size)
	}
	slot := ringHeader + 2*int(q.lastAvail&(q.size-1))
	c.reset(guestmem.Load16(q.avail[slot:]))
	if err := q.walk(m, c); err != nil {
		return false, err
	}
	q.lastAvail++
	q.moved.Requests++
	q.moved.FromGuest += c.readLen
	return true, nil
}

// walk follows the descriptors from c.head. A chain holds at most as many as the
// queue, so one that loops is found.
func (q *virtqueue) walk(m *guestmem.Memory, c *chain) error {
	le := binary.LittleEndian
	i := c.head
	for range q.size {
		if i >= q.size {
			return badQueue("descriptor %d in a queue of %d", i, q.size)
		}
		var d [descSize]byte // the guest may change its own while we look
		copy(d[:], q.desc[int(i)*descSize:])
		addr, n := le.Uint64(d[0:]), le.Uint32(d[8:])
		flags, next := le.Uint16(d[12:]), le.Uint16(d[14:])
		if flags&^(descNext|descWrite) != 0 {
			return badQueue("descriptor %d has flags %#x, which were not negotiated", i, flags)
		}
		if n > 0 {
			at := m.Readable
			if flags&descWrite != 0 {
				at = m.Slice
			}
			b, err := at(addr, uint64(n))
			if err != nil {
				return badQueue("descriptor %d: %d bytes at %#x: %v", i, n, addr, err)
			}
			if flags&descWrite != 0 {
				c.write, c.writeLen = append(c.write, b), c.writeLen+uint64(n)
			} else {
				if len(c.write) > 0 {
					return badQueue("descriptor %d: readable after writable", i)
				}
				c.read, c.readLen = append(c.read, b), c.readLen+uint64(n)
			}
		}
		if flags&descNext == 0 {
			return nil
		}
		i = next
	}
	return badQueue("descriptor chain from %d has a loop", c.head)
}

// push gives a chain back with the number of bytes written to it.
func (q *virtqueue) push(head uint16, written uint32) {
	e := q.used[ringHeader+usedElemSize*int(q.usedIdx&(q.size-1)):]
	binary.LittleEndian.PutUint32(e[0:], uint32(head))
	binary.LittleEndian.PutUint32(e[4:], written)
	guestmem.Fence() // the entry before the index
	q.usedIdx++
	guestmem.Store16(q.used[2:], q.usedIdx)
	q.moved.ToGuest += uint64(written)
}

// interruptWanted tells whether the driver wants to hear of what was pushed since
// the last call (virtio 1.2 section 2.7.7).
func (q *virtqueue) interruptWanted() bool {
	old := q.signaled
	q.signaled = q.usedIdx
	if old == q.usedIdx {
		return false
	}
	if q.eventIdx {
		event := guestmem.Load16(q.avail[ringHeader+2*int(q.size):])
		return q.usedIdx-event-1 < q.usedIdx-old
	}
	return guestmem.Load16(q.avail)&availNoIntr == 0
}

// waitedFor reports whether the driver has seen all that was pushed and asks for an interrupt at the next.
func (q *virtqueue) waitedFor() bool {
	return q.eventIdx && guestmem.Load16(q.avail[ringHeader+2*int(q.size):]) == q.usedIdx
}

// wantNotify asks the driver to notify, or not, of the next available chain. After
// turning it on the caller must look for chains once more.
func (q *virtqueue) wantNotify(on bool) {
	switch {
	case q.eventIdx && on:
		guestmem.Store16(q.used[ringHeader+usedElemSize*int(q.size):], q.lastAvail)
	case q.eventIdx:
		// The event index stays behind, which asks for nothing.
	case on:
		guestmem.Store16(q.used, 0)
	default:
		guestmem.Store16(q.used, usedNoNotify)
	}
}
