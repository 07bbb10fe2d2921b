package virtio

import (
	"encoding/binary"
	"errors"
	"sync"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
)

// Console device with one port, virtio 1.2 section 5.3.
//
// End of input: the standard has none without VIRTIO_CONSOLE_F_MULTIPORT, so this
// device has a rule of its own: at the end of Stdin it completes exactly one
// receive buffer with a used length of 0, and then no more. A driver takes a
// receive completion of length 0 as end of file. QEMU never sends one.
//
// Standard error: the standard has no second way out without it either. A driver that
// takes consoleFeatStreams, a bit that the standard leaves to devices, puts what is
// for standard error at odd addresses, and all else at even ones. One queue keeps the order.
//
// Errors: nor can the standard's device say that output was not written. To a driver that takes consoleFeatErrors it
// does, by a used length that is not 0: an error's number.
const (
	consoleRX = 0
	consoleTX = 1

	consoleFeatSize    = 1 << 0
	consoleFeatErrors  = 1 << 22
	consoleFeatStreams = 1 << 23
)

// console connects the port to a reader and a writer.
type ConsoleDevice struct {
	in      *stdio.Input
	out     *stdio.Output
	errOut  *stdio.Output // standard error's; nil: out
	fail    func(error)   // output cannot be written
	conf    [12]byte
	hasSize bool
	size    func() (rows, cols int) // of a terminal elsewhere; nil: out's
	rx      chain
	txMu    sync.Mutex // keeps the order of output
	tx      chain
	eof     uint32 // 1 + epoch in which end of file was told; only for queue rx
}

func NewConsole(in *stdio.Input, out, errOut *stdio.Output, fail func(error)) *ConsoleDevice {
	d := &ConsoleDevice{in: in, out: out, errOut: errOut, fail: fail}
	le := binary.LittleEndian
	if out.FD >= 0 {
		_, err := unix.IoctlGetWinsize(out.FD, unix.TIOCGWINSZ)
		d.hasSize = err == nil
	}
	le.PutUint32(d.conf[4:], 1) // max_nr_ports
	return d
}

// SetSize has a terminal's size come from elsewhere than the input.
func (d *ConsoleDevice) SetSize(size func() (rows, cols int)) { d.size, d.hasSize = size, true }

func (d *ConsoleDevice) id() uint32 { return IDConsole }
func (d *ConsoleDevice) features() uint64 {
	f := uint64(consoleFeatErrors)
	if d.hasSize {
		f |= consoleFeatSize
	}
	if d.errOut != nil {
		f |= consoleFeatStreams
	}
	return f
}
func (d *ConsoleDevice) queues() int { return 2 }

// config has the size that the terminal has now.
func (d *ConsoleDevice) config() []byte {
	conf := d.conf
	if d.size != nil {
		rows, cols := d.size()
		binary.LittleEndian.PutUint16(conf[0:], uint16(cols))
		binary.LittleEndian.PutUint16(conf[2:], uint16(rows))
		return conf[:]
	}
	if d.hasSize {
		if w, err := unix.IoctlGetWinsize(d.out.FD, unix.TIOCGWINSZ); err == nil {
			binary.LittleEndian.PutUint16(conf[0:], w.Col)
			binary.LittleEndian.PutUint16(conf[2:], w.Row)
		}
	}
	return conf[:]
}

// ready: a processor may write to a file that takes it now. Other writers, and
// input, may wait for long.
func (d *ConsoleDevice) ready(q int) bool {
	if q != consoleTX || !d.txMu.TryLock() {
		return false
	}
	d.txMu.Unlock()
	return d.out.Ready() && (d.errOut == nil || d.errOut.Ready())
}

func (d *ConsoleDevice) serve(t *Transport, q int) {
	if q == consoleRX {
		for d.receive(t) {
		}
		return
	}
	d.txMu.Lock()
	defer d.txMu.Unlock()
	for !t.Stopping.Load() && d.transmit(t) {
	}
}

// finish writes what is left, as long as the caller of Run waits: what a program
// wrote before it ended comes out. No more than a queue full can be waiting.
func (d *ConsoleDevice) finish(t *Transport) {
	for range maxQueueSize {
		if !d.transmit(t) {
			return
		}
	}
}

// take pops a chain from queue qi together with the epoch it belongs to.
func (t *Transport) take(qi int, c *chain) (epoch uint32, ok bool) { return t.takeNext(qi, c, true) }

func (t *Transport) takeNext(qi int, c *chain, notify bool) (epoch uint32, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[qi]
	if !t.live() || !q.ready {
		return 0, false
	}
	q.wantNotify(false)
	ok, err := q.pop(t.mem, c)
	if err == nil && !ok && notify {
		q.wantNotify(true)
		ok, err = q.pop(t.mem, c)
	}
	if err != nil {
		t.broken(err)
		return 0, false
	}
	return t.epoch, ok
}

// takeOn is take by somebody who looks again by himself: the driver does not notify.
func (t *Transport) takeOn(qi int, c *chain) (epoch uint32, ok bool) { return t.takeNext(qi, c, false) }

// give pushes a chain back unless the driver has reset the device meanwhile.
func (t *Transport) give(qi int, epoch uint32, head uint16, written uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.queue[qi]
	if epoch != t.epoch || !q.ready {
		return
	}
	q.push(head, written)
	t.signalUsed(q)
}

// fail breaks the device, unless the driver has reset it since epoch.
func (t *Transport) fail(epoch uint32, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if epoch == t.epoch {
		t.broken(err)
	}
}

// negotiated tells whether the driver took a feature.
func (t *Transport) negotiated(feature uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.drvFeatures&feature != 0
}

// transmit writes one chain to the output, straight from guest memory. It waits as
// long as the output does.
func (d *ConsoleDevice) transmit(t *Transport) bool {
	epoch, ok := t.take(consoleTX, &d.tx)
	if !ok {
		return false
	}
	out := d.out
	if d.errOut != nil && len(d.tx.read) > 0 && guestmem.AtOddAddress(d.tx.read[0]) && t.negotiated(consoleFeatStreams) {
		out = d.errOut
	}
	var errno unix.Errno
	for _, b := range d.tx.read {
		err := out.Write(b)
		if err == stdio.ErrStopped || errors.As(err, &errno) && t.negotiated(consoleFeatErrors) {
			break // if stopped, it is lost, but the guest goes on (writeBack)
		}
		if err != nil {
			d.fail(err)
			return false
		}
	}
	t.give(consoleTX, epoch, d.tx.head, uint32(errno))
	return true
}

// receive fills one chain from the input, when there is some.
func (d *ConsoleDevice) receive(t *Transport) bool {
	t.mu.Lock()
	epoch, ready := t.epoch, t.live() && t.queue[consoleRX].pending()
	t.mu.Unlock()
	if t.Stopping.Load() || d.eof == epoch+1 {
		return false
	}
	if !ready {
		// Ask for a notification and look once more.
		t.mu.Lock()
		defer t.mu.Unlock()
		q := &t.queue[consoleRX]
		if !t.live() || !q.ready {
			return false
		}
		q.wantNotify(true)
		return q.pending()
	}
	// The chain stays in the queue while this waits, so that a reset in between
	// loses no input.
	p, err := d.in.Peek()
	if err == stdio.ErrStopped {
		return false
	}
	epoch, ok := t.take(consoleRX, &d.rx)
	if !ok {
		return true // reset meanwhile: look again
	}
	if len(p) == 0 { // end of file, or an error, which ends input as well
		d.eof = epoch + 1
		t.give(consoleRX, epoch, d.rx.head, 0)
		return false
	}
	n := scatter(d.rx.write, p)
	d.in.Consume(n)
	t.give(consoleRX, epoch, d.rx.head, uint32(n))
	return true
}
