package virtio

import (
	"sync"

	"uk.example/internal/abi"
	"uk.example/internal/pcap"

	"uk.example/internal/hostsockets"
)

// IDHostSockets is the device that kernel/include/host_sockets.h describes.
const IDHostSockets = abi.VirtioIDHostSockets

const (
	hostSocketsRX = 0
	hostSocketsTX = 1
)

// HostSocketsDevice carries packets between the guest and a hostsockets.Server.
type HostSocketsDevice struct {
	srv  *hostsockets.Server
	conf []byte

	rx   packetQueue // guarded by the server's lock
	room [][]byte

	mu   sync.Mutex // of what is below; the server's lock is taken with it held
	tx   chain
	body [][]byte
}

// NewHostSockets makes the device of n for a guest with so much memory. Packets go to capture, too, if it is not nil.
func NewHostSockets(n *HostNetwork, memory int64, capture *pcap.Writer) (*HostSocketsDevice, error) {
	o := n.options(memory, capture)
	srv, err := hostsockets.New(o)
	if err != nil {
		return nil, err
	}
	return &HostSocketsDevice{srv: srv, conf: o.Config.Bytes()}, nil
}

func (d *HostSocketsDevice) id() uint32       { return IDHostSockets }
func (d *HostSocketsDevice) features() uint64 { return 0 }
func (d *HostSocketsDevice) queues() int      { return 2 }
func (d *HostSocketsDevice) config() []byte   { return d.conf }
func (d *HostSocketsDevice) ready(int) bool   { return true }

// Start lets the sockets of the host work.
func (d *HostSocketsDevice) Start(t *Transport) {
	d.rx = packetQueue{t: t, queue: hostSocketsRX, header: hostsockets.HeaderSize}
	d.srv.Start(d, func(run func()) {
		t.guarded(run)()
	})
}

// Room implements hostsockets.Guest.
func (d *HostSocketsDevice) Room() (room [][]byte, epoch uint32) {
	c, ok := d.rx.buffer()
	if !ok {
		return nil, d.rx.epoch
	}
	d.room = advance(append(d.room[:0], c.write...), hostsockets.HeaderSize)
	return d.room, d.rx.epoch
}

// Send implements hostsockets.Guest.
func (d *HostSocketsDevice) Send(h *hostsockets.Header) {
	b := h.Bytes()
	d.rx.send(b[:], h.Len)
}

// Signal implements hostsockets.Guest.
func (d *HostSocketsDevice) Signal() { d.rx.signal() }

// Take implements hostsockets.Guest.
func (d *HostSocketsDevice) Take() (some bool) {
	t := d.rx.t
	for range maxQueueSize { // others have their turn, and what was held back goes out
		if t.Stopping.Load() || !d.transmit(t, t.takeOn) {
			break
		}
		some = true
	}
	return some
}

// Busy implements hostsockets.Guest.
func (d *HostSocketsDevice) Busy() bool {
	t := d.rx.t
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[hostSocketsRX]
	return t.live() && q.ready && !q.waitedFor()
}

// Listen implements hostsockets.Guest.
func (d *HostSocketsDevice) Listen() bool {
	t := d.rx.t
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[hostSocketsTX]
	if !t.live() || !q.ready || t.Stopping.Load() {
		return false
	}
	q.wantNotify(true)
	return q.pending()
}

// event implements ownWorker.
func (d *HostSocketsDevice) event() int { return d.srv.Bell() }

func (d *HostSocketsDevice) serve(t *Transport, q int) {
	if q == hostSocketsTX {
		for !t.Stopping.Load() && d.transmit(t, t.take) {
		}
	}
	d.srv.Flush()
}

// transmit takes one packet of the guest.
func (d *HostSocketsDevice) transmit(t *Transport, take func(q int, c *chain) (epoch uint32, ok bool)) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	epoch, ok := take(hostSocketsTX, &d.tx)
	if !ok {
		return false
	}
	var b [hostsockets.HeaderSize]byte
	n := gather(b[:], d.tx.read)
	h := hostsockets.ParseHeader(&b)
	if n < hostsockets.HeaderSize || h.Len > hostsockets.MaxLen || uint64(h.Len) > d.tx.readLen-hostsockets.HeaderSize {
		t.fail(epoch, badQueue("socket packet of %d bytes in %d", h.Len, d.tx.readLen))
		return false
	}
	d.body = advance(append(d.body[:0], d.tx.read...), hostsockets.HeaderSize)
	d.srv.Handle(h, cut(d.body, uint64(h.Len)), epoch)
	t.give(hostSocketsTX, epoch, d.tx.head, 0)
	return true
}

// finish takes what the guest had still sent, a queue full at most, and waits until the host has it.
func (d *HostSocketsDevice) finish(t *Transport) {
	for range maxQueueSize {
		if !d.transmit(t, t.take) {
			break
		}
	}
	d.Close(t.m)
}

// Figures are of the sockets of the host.
func (d *HostSocketsDevice) Figures() (hostsockets.Totals, []hostsockets.Connection) {
	return d.srv.Totals(), d.srv.Connections()
}

// Close ends all sockets. The end of m's output cuts the wait for readers short.
func (d *HostSocketsDevice) Close(m Machine) { d.srv.Close(outputEnds(m)) }
