package virtio

import (
	"context"
	"math/rand/v2"
	"time"

	"uk.example/kvmboot/guestmem"
)

// Lie is for tests of drivers: the device of t lies once in so many requests, until ctx is done if it has a worker of its
// own; its lies come from work then, which is not nil.
func (t *Transport) Lie(ctx context.Context, rnd *rand.Rand, every int) (work func()) {
	l := &liar{t.dev, rnd, every}
	if _, own := t.dev.(ownWorker); own {
		return func() { l.lieWhile(ctx, t) }
	}
	t.dev = l
	return nil
}

// liar is a device that works, and at times says something else than it did: in the used ring, in what it wrote for the
// driver, or in its configuration space.
type liar struct {
	Device
	rnd   *rand.Rand
	every int // requests between two lies
}

func (l *liar) config() []byte {
	c := append([]byte(nil), l.Device.config()...)
	if l.rnd.IntN(2*l.every) == 0 && len(c) > 0 {
		for range 1 + l.rnd.IntN(4) {
			c[l.rnd.IntN(len(c))] = odd(l.rnd)
		}
	}
	return c
}

func (l *liar) features() uint64 {
	f := l.Device.features()
	if l.rnd.IntN(l.every) == 0 {
		f ^= 1 << l.rnd.IntN(16)
	}
	return f
}

func (l *liar) ready(q int) bool { return true } // so that there is one thread of lies

func (l *liar) serve(t *Transport, qi int) {
	t.mu.Lock()
	before := t.queue[qi].usedIdx
	t.mu.Unlock()
	if _, ok := l.Device.(*ConsoleDevice); ok && qi == consoleRX {
		return // there is no input to wait for
	}
	l.Device.serve(t, qi)
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[qi]
	for ; q.ready && before != q.usedIdx; before++ {
		if l.rnd.IntN(l.every) == 0 {
			l.lie(t, q, before)
		}
	}
}

func odd(r *rand.Rand) byte {
	return []byte{0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, byte(r.Uint32())}[r.IntN(8)]
}

// lie changes what was said of one request.
func (l *liar) lie(t *Transport, q *virtqueue, at uint16) {
	r := l.rnd
	e := q.used[ringHeader+usedElemSize*int(at&(q.size-1)):][:usedElemSize]
	var c chain
	c.reset(uint16(e[0]) | uint16(e[1])<<8)
	if q.walk(t.mem, &c) != nil {
		return
	}
	switch r.IntN(6) {
	case 0:
		for i := 4; i < 8; i++ { // length
			e[i] = odd(r)
		}
	case 1:
		e[r.IntN(4)] = odd(r) // which chain
	case 2:
		q.usedIdx += uint16(r.Uint32()) >> r.IntN(16)
		guestmem.Store16(q.used[2:], q.usedIdx)
	default:
		for _, b := range c.write { // what it wrote
			for range 1 + r.IntN(8) {
				n := min(len(b), 64<<r.IntN(8))
				b[r.IntN(n)] = odd(r)
			}
		}
	}
}

// lieWhile lies of a device with a worker of its own, at any time: also while the driver looks.
func (l *liar) lieWhile(ctx context.Context, t *Transport) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.rnd.IntN(l.every) != 0 {
			continue
		}
		t.mu.Lock()
		if q := &t.queue[l.rnd.IntN(len(t.queue))]; q.ready && q.usedIdx > 0 && !t.Stopping.Load() {
			l.lie(t, q, q.usedIdx-1)
			t.interrupt(intrUsed)
		}
		t.mu.Unlock()
	}
}
