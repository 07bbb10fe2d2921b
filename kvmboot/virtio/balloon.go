package virtio

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"

	"uk.example/internal/badoption"
	"uk.example/kvmboot/guestmem"
)

// Memory balloon, virtio 1.2 section 5.5.
const (
	balloonInflate = 0
	balloonDeflate = 1
	balloonStats   = 2
	balloonReport  = 3 // queues of features that are not offered have no number

	balloonFeatStats        = 1 << 1
	balloonFeatDeflateOnOOM = 1 << 2
	balloonFeatReporting    = 1 << 5

	balloonMaxList  = 1 << 20 // bytes of page numbers in one request
	balloonStatSize = 10
	balloonMaxStats = 64

	// Tags of statistics.
	balloonStatFree      = 4
	balloonStatTotal     = 5
	balloonStatAvailable = 6
)

// Balloon takes memory from a running guest, whose kernel needs the driver
// virtio_balloon, and gives it back. Set it up, name it in a Config and
// call its methods while Run runs, from any goroutine. It serves one run at a time.
type Balloon struct {
	// Size is how much to take at the start, in bytes.
	Size int64
	// Reporting also takes memory that the guest has freed, without asking, as
	// long as the guest leaves it free.
	Reporting bool

	use     sync.RWMutex // held while the machine is used, so that it stays
	changed func()       // tells the machine that wanted changed; nil: there is none
	askFor  func()       // wants new statistics

	mu     sync.Mutex
	wanted uint32 // pages
	held   uint32 // pages, as the guest says
	freed  int64  // bytes that were reported
	pages  uint32 // of the machine
	stats  BalloonStats
	fresh  chan struct{} // closed when stats are new; nil: nobody waits
}

// BalloonStats are what a guest says of its memory, in bytes.
type BalloonStats struct {
	Free, Total, Available uint64
}

// ErrNoBalloon is returned for a balloon whose machine does not run, or has no
// driver for it.
var ErrNoBalloon = errors.New("the guest has no memory balloon, or does not run")

// SetTarget says how many bytes the balloon shall hold; the guest gives them as
// far as it can spare them, and takes them back when it must.
func (b *Balloon) SetTarget(bytes int64) error {
	b.use.RLock()
	defer b.use.RUnlock()
	if b.changed == nil {
		return ErrNoBalloon
	}
	if err := b.setWanted(bytes); err != nil {
		return err
	}
	b.changed()
	return nil
}

func (b *Balloon) setWanted(bytes int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bytes < 0 || uint64(bytes) > uint64(b.pages)*guestmem.PageSize {
		return badoption.Errorf("Balloon", "balloon of %d bytes: want 0 to %d, the guest's memory", bytes, uint64(b.pages)*guestmem.PageSize)
	}
	b.wanted = uint32(bytes / guestmem.PageSize)
	return nil
}

// Target is what the balloon shall hold, in bytes, Held what it does.
func (b *Balloon) Target() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int64(b.wanted) * guestmem.PageSize
}

// Held is what the guest says that the balloon holds, in bytes.
func (b *Balloon) Held() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int64(b.held) * guestmem.PageSize
}

// Reported is how much memory the guest has reported as free, in bytes; what it used
// and freed again counts again.
func (b *Balloon) Reported() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.freed
}

// Stats asks the guest for its statistics and waits for them.
func (b *Balloon) Stats(ctx context.Context) (BalloonStats, error) {
	fresh, err := b.ask()
	if err != nil {
		return BalloonStats{}, err
	}
	select {
	case <-fresh:
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.fresh == fresh {
			return BalloonStats{}, ErrNoBalloon
		}
		return b.stats, nil
	case <-ctx.Done():
		return BalloonStats{}, ctx.Err()
	}
}

// ask wants statistics and returns what is closed when they are there.
func (b *Balloon) ask() (<-chan struct{}, error) {
	b.use.RLock()
	defer b.use.RUnlock()
	if b.askFor == nil {
		return nil, ErrNoBalloon
	}
	b.mu.Lock()
	if b.fresh == nil {
		b.fresh = make(chan struct{})
	}
	fresh := b.fresh
	b.mu.Unlock()
	b.askFor()
	return fresh, nil
}

// Attach joins b to a machine with memory bytes.
func (b *Balloon) Attach(memory int64, changed, askFor func()) error {
	b.use.Lock()
	defer b.use.Unlock()
	if b.changed != nil {
		return errors.New("the balloon serves another machine already")
	}
	b.mu.Lock()
	b.pages, b.held, b.freed, b.stats, b.fresh = uint32(min(memory/guestmem.PageSize, 1<<32-1)), 0, 0, BalloonStats{}, nil
	b.mu.Unlock()
	if err := b.setWanted(b.Size); err != nil {
		return err
	}
	b.changed, b.askFor = changed, askFor
	return nil
}

// Detach ends the use of the machine; who waits for statistics gets none.
func (b *Balloon) Detach() {
	b.use.Lock()
	defer b.use.Unlock()
	if b.changed == nil {
		return
	}
	b.changed, b.askFor = nil, nil
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fresh != nil {
		close(b.fresh) // and stays, which tells them
	}
}

func (b *Balloon) SetHeld(pages uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = min(pages, b.pages)
}

func (b *Balloon) SetStats(s BalloonStats) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stats = s
	if b.fresh != nil {
		close(b.fresh)
		b.fresh = nil
	}
}

// balloon is the device of a Balloon. What the guest names is only ever given
// back to the host: that it is in use harms the guest alone.
type BalloonDevice struct {
	b   *Balloon
	mem *guestmem.Memory

	mu      sync.Mutex // held while a queue is served
	scratch chain

	// The buffer that the guest gets back when statistics are wanted.
	statsHeld  bool
	statsHead  uint16
	statsEpoch uint32
}

func (d *BalloonDevice) id() uint32 { return IDBalloon }
func (d *BalloonDevice) features() uint64 {
	f := uint64(balloonFeatStats | balloonFeatDeflateOnOOM)
	if d.b.Reporting {
		f |= balloonFeatReporting
	}
	return f
}
func (d *BalloonDevice) queues() int {
	if d.b.Reporting {
		return balloonReport + 1
	}
	return balloonReport
}
func (d *BalloonDevice) ready(int) bool    { return true }
func (d *BalloonDevice) finish(*Transport) {}

func (d *BalloonDevice) config() []byte {
	d.b.mu.Lock()
	defer d.b.mu.Unlock()
	var c [8]byte
	binary.LittleEndian.PutUint32(c[0:], d.b.wanted)
	binary.LittleEndian.PutUint32(c[4:], d.b.held)
	return c[:]
}

// writeConfig: the driver says how many pages it gave.
func (d *BalloonDevice) writeConfig(off uint64, data []byte) {
	if off == 4 && len(data) == 4 {
		d.b.SetHeld(binary.LittleEndian.Uint32(data))
	}
}

func (d *BalloonDevice) serve(t *Transport, qi int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !t.Stopping.Load() && d.serveOne(t, qi) {
	}
}

func (d *BalloonDevice) quiesce() (resume func()) {
	d.mu.Lock()
	return d.mu.Unlock
}

func (d *BalloonDevice) serveOne(t *Transport, qi int) bool {
	epoch, ok := t.take(qi, &d.scratch)
	if !ok {
		return false
	}
	c := &d.scratch
	var err error
	switch qi {
	case balloonInflate, balloonDeflate:
		err = d.list(c, qi == balloonInflate)
	case balloonStats:
		d.takeStats(t, epoch, c)
		return true
	case balloonReport:
		for _, b := range c.write {
			d.mem.Discard(b)
		}
		d.b.mu.Lock()
		d.b.freed += int64(c.writeLen)
		d.b.mu.Unlock()
	}
	if err != nil {
		t.fail(epoch, err)
		return false
	}
	t.give(qi, epoch, c.head, 0)
	return true
}

// list goes through page numbers, 32 bits each (section 5.5.6). Those that follow
// each other are given back together; those that are not memory are passed over.
func (d *BalloonDevice) list(c *chain, inflate bool) error {
	if c.writeLen > 0 || c.readLen%4 != 0 || c.readLen > balloonMaxList {
		return badQueue("balloon request of %d readable and %d writable bytes", c.readLen, c.writeLen)
	}
	if !inflate {
		return nil // the memory is there as soon as it is touched
	}
	first, n := uint64(0), uint64(0)
	flush := func() {
		if n > 0 {
			if b, err := d.mem.Slice(first*guestmem.PageSize, n*guestmem.PageSize); err == nil {
				d.mem.Discard(b)
			}
		}
	}
	var number [4]byte
	have := 0
	for _, b := range c.read {
		for len(b) > 0 {
			k := copy(number[have:], b)
			b = b[k:]
			if have += k; have < 4 {
				continue
			}
			have = 0
			page := uint64(binary.LittleEndian.Uint32(number[:]))
			// One that is no memory must not spoil its neighbours'.
			_, err := d.mem.Slice(page*guestmem.PageSize, guestmem.PageSize)
			switch {
			case err != nil:
			case n > 0 && page == first+n:
				n++
			default:
				flush()
				first, n = page, 1
			}
		}
	}
	flush()
	return nil
}

// takeStats reads the guest's statistics and keeps the buffer until the next are
// wanted; one that it has already goes back.
func (d *BalloonDevice) takeStats(t *Transport, epoch uint32, c *chain) {
	if d.statsHeld {
		t.give(balloonStats, d.statsEpoch, d.statsHead, 0)
	}
	d.statsHeld, d.statsHead, d.statsEpoch = true, c.head, epoch
	var data [balloonMaxStats * balloonStatSize]byte
	var s BalloonStats
	le := binary.LittleEndian
	for b := data[:gather(data[:], c.read)]; len(b) >= balloonStatSize; b = b[balloonStatSize:] {
		switch v := le.Uint64(b[2:]); le.Uint16(b) {
		case balloonStatFree:
			s.Free = v
		case balloonStatTotal:
			s.Total = v
		case balloonStatAvailable:
			s.Available = v
		}
	}
	d.b.SetStats(s)
}

// askFor lets the guest send statistics, unless it is about to.
func (d *BalloonDevice) askFor(t *Transport) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.statsHeld {
		d.statsHeld = false
		t.give(balloonStats, d.statsEpoch, d.statsHead, 0)
	}
}

// configChanged interrupts the driver.
func (t *Transport) configChanged() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live() {
		t.interrupt(intrConfig)
	}
}
