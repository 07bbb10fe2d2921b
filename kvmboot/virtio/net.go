package virtio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"uk.example/internal/pcap"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/stdio"
)

const (
	IDNet = 1

	netRX = 0
	netTX = 1

	netLinkUp = 1 // VIRTIO_NET_S_LINK_UP

	// netTurn is how many packets go one way before the lock is free for a moment and the guest hears of them.
	netTurn = 64
)

// Answers of a link: that it takes or has nothing at the moment, and that it took something that is not on its way.
var (
	errLater = errors.New("not now")
	errKept  = errors.New("kept")
)

// netLink is where the frames of a network card go and come from. One goroutine at a time calls write, the device's own
// all the others.
type netLink interface {
	// features are the offloads that it can do, as bits of the device's features.
	features() uint64
	// use tells it which of them the driver took, and the largest packet that the guest takes.
	use(features uint64, mtu int)
	// write takes one frame, all of it or, with errLater, nothing. After errKept it has it and waits for room itself.
	write(h *netHeader, frame [][]byte) error
	// read fills room, which it may change, with the header and the frame of the next packet, as far as they fit, and
	// keeps nothing of the rest. It returns the size of both, or errLater.
	read(room [][]byte) (int, error)
	// events adds what to wait for until there is something to read or room to write, as wanted, or the link goes up or
	// down.
	events(list []unix.PollFd, read, write bool) []unix.PollFd
	// happened looks at what came of them.
	happened(list []unix.PollFd)
	// up tells whether somebody is at the other end.
	up() bool
	// made is a socket that it made, "" if there is none.
	made() string
	close()
}

// CardDevice is the network device, virtio 1.2 section 5.1: one queue each way.
type CardDevice struct {
	link netLink
	mac  [6]byte
	mtu  int

	started sync.Once
	bell    *stdio.Stop // an eventfd: wakes the goroutine that waits for the link
	stop    *stdio.Stop
	linkUp  atomic.Bool

	tx struct {
		mu      sync.Mutex
		chain   chain
		held    bool // chain was taken, and the link did not take it yet
		epoch   uint32
		body    [][]byte
		blocked atomic.Bool
		dropped uint64
	}
	rx netReceiver
}

func newNetDevice(link netLink, mac [6]byte, mtu int) (*CardDevice, error) {
	d := &CardDevice{link: link, mac: mac, mtu: mtu}
	d.rx.d = d
	d.linkUp.Store(link.up())
	var err error
	if d.bell, err = stdio.NewStop(); err == nil {
		d.stop, err = stdio.NewStop()
	}
	if err != nil {
		d.Close(nil)
		return nil, fmt.Errorf("create an event: %w", err)
	}
	return d, nil
}

func (d *CardDevice) id() uint32 { return IDNet }

func (d *CardDevice) features() uint64 {
	return netFeatMAC | netFeatStatus | netFeatMTU | netFeatMergeRX | d.link.features()&netOffloads
}

func (d *CardDevice) queues() int    { return 2 }
func (d *CardDevice) ready(int) bool { return true }

// config is struct virtio_net_config, section 5.1.4, as far as the features offered go.
func (d *CardDevice) config() []byte {
	b := make([]byte, 12)
	copy(b, d.mac[:])
	if d.linkUp.Load() {
		b[6] = netLinkUp
	}
	binary.LittleEndian.PutUint16(b[8:], 1) // pairs of queues
	binary.LittleEndian.PutUint16(b[10:], uint16(d.mtu))
	return b
}

func (d *CardDevice) quiesce() (resume func()) {
	d.tx.mu.Lock()
	d.rx.mu.Lock()
	return func() { d.rx.mu.Unlock(); d.tx.mu.Unlock() }
}

// serve sends what the guest has, or lets the link's goroutine find buffers.
func (d *CardDevice) serve(t *Transport, q int) {
	d.started.Do(func() { t.wg.Go(t.guarded(func() { d.run(t) })) })
	if q == netTX {
		d.send(t)
	} else if d.rx.starved.Load() {
		stdio.Signal(d.bell.Fd)
	}
}

// send gives the link what the guest has for it.
func (d *CardDevice) send(t *Transport) {
	for !t.Stopping.Load() && d.sendSome(t) {
	}
}

// sendSome sends some frames, and tells whether there may be more.
func (d *CardDevice) sendSome(t *Transport) (more bool) {
	d.tx.mu.Lock()
	defer d.tx.mu.Unlock()
	var epoch uint32
	var used [netTurn]uint16
	n := 0
	for ; n < netTurn; n++ {
		if !d.takeFrame(t) || n > 0 && d.tx.epoch != epoch {
			break
		}
		epoch = d.tx.epoch
		if !d.sendFrame(t) {
			break
		}
		used[n], d.tx.held = d.tx.chain.head, false
	}
	t.giveAll(netTX, epoch, used[:n])
	return n == netTurn
}

// takeFrame takes the next chain, unless one of the same epoch is held.
func (d *CardDevice) takeFrame(t *Transport) bool {
	if d.tx.held && d.tx.epoch == t.now() {
		return true
	}
	d.tx.epoch, d.tx.held = t.take(netTX, &d.tx.chain)
	return d.tx.held
}

// sendFrame gives the link the frame that is held, or drops it as a wire would. False: it is held still, or the
// device is broken.
func (d *CardDevice) sendFrame(t *Transport) bool {
	c := &d.tx.chain
	var b [netHeaderSize]byte
	if gather(b[:], c.read) < netHeaderSize || len(c.write) > 0 {
		d.tx.held = false
		t.fail(d.tx.epoch, badQueue("frame of %d bytes to read and %d to write", c.readLen, c.writeLen))
		return false
	}
	h := parseNetHeader(&b)
	if !h.sane(c.readLen-netHeaderSize, t.driverFeatures(), d.mtu) {
		d.tx.dropped++
		return true
	}
	d.tx.body = advance(append(d.tx.body[:0], c.read...), netHeaderSize)
	err := d.link.write(&h, d.tx.body)
	if (err == errLater || err == errKept) && !d.tx.blocked.Swap(true) {
		stdio.Signal(d.bell.Fd)
	}
	return err != errLater
}

// run moves what the link has to the guest, and waits for the link in both directions, until the machine stops.
func (d *CardDevice) run(t *Transport) {
	var list []unix.PollFd
	for !t.Stopping.Load() {
		d.rx.receive(t)
		d.look(t)
		list = append(list[:0], unix.PollFd{Fd: int32(d.stop.Fd), Events: unix.POLLIN}, unix.PollFd{Fd: int32(d.bell.Fd), Events: unix.POLLIN})
		list = d.link.events(list, !d.rx.starved.Load(), d.tx.blocked.Load())
		if _, err := unix.Poll(list, -1); err != nil && err != unix.EINTR {
			return
		}
		if list[0].Revents != 0 {
			return
		}
		if list[1].Revents != 0 {
			var b [8]byte
			_, _ = unix.Read(d.bell.Fd, b[:])
		}
		d.link.happened(list[2:])
		if canWrite(list[2:]) {
			d.tx.blocked.Store(false)
			d.send(t)
		}
	}
}

func canWrite(list []unix.PollFd) bool {
	return slices.ContainsFunc(list, func(p unix.PollFd) bool { return p.Revents&unix.POLLOUT != 0 })
}

// look tells the guest if the link went up or down.
func (d *CardDevice) look(t *Transport) {
	if up := d.link.up(); d.linkUp.Swap(up) != up {
		t.configChanged()
		if d.tx.blocked.Swap(false) {
			d.send(t)
		}
	}
}

// finish sends what the guest had still given, as far as the link takes it at once.
func (d *CardDevice) finish(t *Transport) {
	for range maxQueueSize / netTurn {
		if !d.sendSome(t) {
			break
		}
	}
}

// Capture has a writer see the packets.
func (d *CardDevice) Capture(w *pcap.Writer) { d.link = capturedLink{d.link, w} }

// Made is a socket that the card made, "" if there is none.
func (d *CardDevice) Made() string { return d.link.made() }

// End ends waits for packets.
func (d *CardDevice) End() { d.stop.Raise() }

// Close ends the link. A path that it made goes with it.
func (d *CardDevice) Close(m Machine) {
	if path := d.link.made(); path != "" {
		if m == nil {
			_ = os.Remove(path)
		} else {
			m.RemoveLink(path)
		}
	}
	d.link.close()
	d.bell.Close()
	d.stop.Close()
}

// now is the number of resets.
func (t *Transport) now() uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.epoch
}

func (t *Transport) driverFeatures() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.drvFeatures
}

// giveAll pushes chains back that nothing was written to, unless the driver has reset the device meanwhile.
func (t *Transport) giveAll(qi int, epoch uint32, heads []uint16) {
	if len(heads) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[qi]
	if epoch != t.epoch || !q.ready {
		return
	}
	for _, head := range heads {
		q.push(head, 0)
	}
	t.signalUsed(q)
}
