package virtio

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
)

// Device IDs, virtio 1.2 section 5.
const (
	IDBlock   = 2
	IDConsole = 3
	IDEntropy = 4
	IDBalloon = 5
	IDVsock   = 19
)

// Features that any device may offer, section 6.
const (
	featEventIdx = 1 << 29
	featVersion1 = 1 << 32
)

// Device status bits, section 2.1.
const (
	statusAcknowledge = 1
	statusDriver      = 2
	statusDriverOK    = 4
	statusFeaturesOK  = 8
	statusNeedsReset  = 64
)

// virtio-mmio registers, section 4.2.2.
const (
	regMagic           = 0x00
	regVersion         = 0x04
	regDeviceID        = 0x08
	regVendorID        = 0x0c
	regDeviceFeatures  = 0x10
	regDeviceFeatSel   = 0x14
	regDriverFeatures  = 0x20
	regDriverFeatSel   = 0x24
	regQueueSel        = 0x30
	regQueueNumMax     = 0x34
	regQueueNum        = 0x38
	regQueueReady      = 0x44
	regQueueNotify     = 0x50
	regInterruptStatus = 0x60
	regInterruptACK    = 0x64
	regStatus          = 0x70
	regQueueDescLow    = 0x80
	regQueueDescHigh   = 0x84
	regQueueDriverLow  = 0x90
	regQueueDriverHigh = 0x94
	regQueueDeviceLow  = 0xa0
	regQueueDeviceHigh = 0xa4
	regSHMLenLow       = 0xb0
	regSHMBaseHigh     = 0xbc
	regConfigGen       = 0xfc
	regConfig          = 0x100

	mmioMagic  = 0x74726976 // "virt"
	mmioVendor = 0x4b55     // "UK"

	intrUsed   = 1
	intrConfig = 2
)

// Machine is what transports and devices ask of the machine that they are in.
type Machine interface {
	// Raise is an edge on an interrupt line.
	Raise(line uint32)
	// Guarded makes of f what goroutines that use guest memory are to call: a fault ends the machine, not this
	// process.
	Guarded(f func()) func()
	// Connect lets writes of queue to the register at addr signal an event without an exit. It is only faster.
	Connect(addr uint64, queue, event int)
	// OutputEnds is closed when nobody waits for output any more; nil: it never is.
	OutputEnds() <-chan struct{}
	// RemoveSocket removes the socket that programs of the host connected to, if this process lost the right to.
	RemoveSocket()
	// RemoveLink removes the socket of a network card at path.
	RemoveLink(path string)
}

// Device is one kind of virtio device behind a transport.
type Device interface {
	id() uint32
	features() uint64 // its own; the transport adds the common ones
	queues() int
	config() []byte // read-only configuration space
	// serve handles everything available in queue q and returns. A notification
	// leads to a call later or, where ready allows it, at once by the processor that
	// notified; calls may overlap.
	serve(t *Transport, q int)
	// ready tells whether serve would not wait for anything but the host's disk.
	ready(q int) bool
	// finish is called when the processors have stopped and no other call is under
	// way.
	finish(t *Transport)
}

// ownWorker is a device that waits for notifications itself: each is the event of this descriptor.
type ownWorker interface {
	event() int
}

// configWriter is a device whose configuration space the driver may also write.
type configWriter interface {
	writeConfig(off uint64, data []byte)
}

// quiescer is a device that works on requests without the transport's lock. quiesce
// waits for those under way, as a reset must, and lets none begin until resume.
type quiescer interface {
	quiesce() (resume func())
}

// Transport is one virtio-mmio register block, its device's queues and the
// goroutines that serve them where the processors do not do so themselves. mu guards all that registers change; a
// device holds it while it touches a queue, but never while it waits.
type Transport struct {
	dev Device
	mem *guestmem.Memory
	m   Machine // nil in unit tests: no goroutines, no interrupts
	idx int

	Addr   uint64 // of the register block
	IRQ    uint32
	Strict bool // status bits only one after the other, see strictStatus

	Stopping atomic.Bool
	wg       sync.WaitGroup

	mu          sync.Mutex
	status      uint32
	featSel     uint32
	drvFeatSel  uint32
	drvFeatures uint64
	queueSel    uint32
	queue       []virtqueue
	kicks       []int  // notifications by register write, a queue
	direct      []bool // notifications of a queue are no register writes any more
	notify      []int  // event of each queue's worker, -1: there is none
	interrupts  uint32
	epoch       uint32  // counts resets
	moved       Traffic // before the last reset
	fault       error   // what the driver did wrong, until reset
}

func NewTransport(m Machine, mem *guestmem.Memory, idx int, dev Device) *Transport {
	n := dev.queues()
	t := &Transport{dev: dev, mem: mem, m: m, idx: idx, queue: make([]virtqueue, n), kicks: make([]int, n), direct: make([]bool, n), notify: make([]int, n)}
	for q := range t.notify {
		t.notify[q] = -1
	}
	return t
}

// outputEnds is m's OutputEnds, of no machine nil.
func outputEnds(m Machine) <-chan struct{} {
	if m == nil {
		return nil
	}
	return m.OutputEnds()
}

// guarded is the machine's Guarded, and leaves f to the test where there is no machine.
func (t *Transport) guarded(f func()) func() {
	if t.m == nil {
		return f
	}
	return t.m.Guarded(f)
}

func (t *Transport) offered() uint64 { return t.dev.features() | featVersion1 | featEventIdx }

// Read serves a load from the register block. Registers are 32 bits wide and take
// only aligned 32-bit accesses; the configuration space takes any.
func (t *Transport) Read(off uint64, data []byte) {
	clear(data)
	if off >= regConfig {
		c := t.dev.config()
		if o := off - regConfig; o < uint64(len(c)) {
			copy(data, c[o:])
		}
		return
	}
	if len(data) == 4 && off%4 == 0 {
		binary.LittleEndian.PutUint32(data, t.readReg(uint32(off)))
	}
}

func (t *Transport) readReg(off uint32) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch off {
	case regMagic:
		return mmioMagic
	case regVersion:
		return 2
	case regDeviceID:
		return t.dev.id()
	case regVendorID:
		return mmioVendor
	case regDeviceFeatures:
		if t.featSel > 1 {
			return 0
		}
		return uint32(t.offered() >> (32 * t.featSel))
	case regQueueNumMax:
		if t.selected() != nil {
			return maxQueueSize
		}
	case regQueueReady:
		if q := t.selected(); q != nil && q.ready {
			return 1
		}
	case regInterruptStatus:
		return t.interrupts
	case regStatus:
		return t.status
	default:
		if off >= regSHMLenLow && off <= regSHMBaseHigh {
			return 0xffffffff // no shared memory region
		}
	}
	return 0
}

// Write serves a store to the register block.
func (t *Transport) Write(off uint64, data []byte) {
	if off >= regConfig {
		if w, ok := t.dev.(configWriter); ok {
			w.writeConfig(off-regConfig, data)
		}
		return
	}
	if len(data) != 4 || off%4 != 0 {
		return
	}
	v := binary.LittleEndian.Uint32(data)
	if d, ok := t.dev.(quiescer); ok && off == regStatus && v == 0 {
		defer d.quiesce()()
	}
	if off == regQueueNotify {
		t.notified(v)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch off {
	case regDeviceFeatSel:
		t.featSel = v
	case regDriverFeatSel:
		t.drvFeatSel = v
	case regDriverFeatures:
		if t.Strict && t.status&statusDriver == 0 {
			return
		}
		if t.drvFeatSel <= 1 && t.status&statusFeaturesOK == 0 {
			shift := 32 * t.drvFeatSel
			t.drvFeatures = t.drvFeatures&^(0xffffffff<<shift) | uint64(v)<<shift
		}
	case regQueueSel:
		t.queueSel = v
	case regInterruptACK:
		t.interrupts &^= v
	case regStatus:
		t.setStatus(v)
	case regQueueReady:
		t.setReady(v)
	default:
		t.setQueueReg(uint32(off), v)
	}
}

func (t *Transport) selected() *virtqueue {
	if t.queueSel < uint32(len(t.queue)) {
		return &t.queue[t.queueSel]
	}
	return nil
}

// setQueueReg writes the size or an address of a queue that is not in use.
func (t *Transport) setQueueReg(off, v uint32) {
	q := t.selected()
	if q == nil || q.ready || t.Strict && t.status&(statusFeaturesOK|statusDriverOK) != statusFeaturesOK {
		return
	}
	low := func(p *uint64) { *p = *p&^0xffffffff | uint64(v) }
	high := func(p *uint64) { *p = *p&0xffffffff | uint64(v)<<32 }
	switch off {
	case regQueueNum:
		q.num = v
	case regQueueDescLow:
		low(&q.descAddr)
	case regQueueDescHigh:
		high(&q.descAddr)
	case regQueueDriverLow:
		low(&q.availAddr)
	case regQueueDriverHigh:
		high(&q.availAddr)
	case regQueueDeviceLow:
		low(&q.usedAddr)
	case regQueueDeviceHigh:
		high(&q.usedAddr)
	}
}

// setReady is the register QueueReady. Features must be final by then.
func (t *Transport) setReady(v uint32) {
	q := t.selected()
	if q == nil {
		return
	}
	if v&1 == 0 {
		q.ready = false
		return
	}
	if q.ready || t.status&statusFeaturesOK == 0 || t.status&statusNeedsReset != 0 {
		return
	}
	if err := q.enable(t.mem, t.drvFeatures&featEventIdx != 0); err != nil {
		t.broken(err)
	}
}

// setStatus is the register Status: 0 resets, other values add bits.
func (t *Transport) setStatus(v uint32) {
	if v == 0 {
		t.reset()
		return
	}
	old := t.status
	if t.Strict && !strictStatus(old, v) {
		return
	}
	if v&statusFeaturesOK != 0 && old&statusFeaturesOK == 0 {
		if t.drvFeatures&^t.offered() != 0 || t.drvFeatures&featVersion1 == 0 {
			v &^= statusFeaturesOK // the driver reads this back
		}
	}
	t.status |= v & (statusAcknowledge | statusDriver | statusFeaturesOK | statusDriverOK)
	if t.status&statusFeaturesOK == 0 {
		t.status &^= statusDriverOK
	}
	if t.live() && old&statusDriverOK == 0 && t.m != nil {
		// A driver may have filled queues before.
		for q := range t.queue {
			if t.queue[q].pending() {
				t.wake(q)
			}
		}
	}
}

// strictStatus tells whether Firecracker's transport would take this step: one
// bit a write, in the order of virtio 1.2, section 3.1.1.
func strictStatus(from, to uint32) bool {
	const ack, driver, features, ok = statusAcknowledge, statusDriver, statusFeaturesOK, statusDriverOK
	switch to {
	case ack:
		return from == 0
	case ack | driver:
		return from == ack
	case ack | driver | features:
		return from == ack|driver
	case ack | driver | features | ok:
		return from == ack|driver|features
	}
	return false
}

// reset puts everything but the worker goroutines back to the start.
func (t *Transport) reset() {
	t.status, t.featSel, t.drvFeatSel, t.drvFeatures, t.queueSel, t.interrupts, t.fault = 0, 0, 0, 0, 0, 0, nil
	for i := range t.queue {
		t.moved.add(t.queue[i].moved)
		t.queue[i] = virtqueue{}
	}
	t.epoch++
}

// live tells whether queues may be served.
func (t *Transport) live() bool {
	return t.status&(statusDriverOK|statusNeedsReset) == statusDriverOK
}

// broken stops the device until the driver resets it.
func (t *Transport) broken(err error) {
	if t.status&statusNeedsReset == 0 {
		t.fault = err
	}
	t.status |= statusNeedsReset
	for i := range t.queue {
		t.queue[i].ready = false
	}
	t.interrupt(intrConfig)
}

// interrupt raises the device's line; mu is held.
func (t *Transport) interrupt(why uint32) {
	t.interrupts |= why
	if t.m != nil {
		t.m.Raise(t.IRQ)
	}
}

// signalUsed interrupts the driver if it wants to know what was pushed to q; mu is
// held.
func (t *Transport) signalUsed(q *virtqueue) {
	if q.ready && q.interruptWanted() {
		t.interrupt(intrUsed)
	}
}

// ioeventfdAfter is the number of notifications of a queue after which they no
// longer come as register writes: KVM then signals the event of a worker, without
// an exit. Until then the processor that notifies serves the queue itself if
// that does not wait; a short run needs no thread and no switch to it. To
// register an event costs little, but a machine that ends within 14 ms from
// then waits for the rest of that time (see ioapic): about the cost of so many
// exits under a KVM in software.
const ioeventfdAfter = 512

// notified is a write to QueueNotify.
func (t *Transport) notified(v uint32) {
	if v >= uint32(len(t.queue)) || t.m == nil {
		return
	}
	q := int(v)
	t.mu.Lock()
	t.kicks[q]++
	busy := t.kicks[q] >= ioeventfdAfter
	t.mu.Unlock()
	if !busy && t.dev.ready(q) {
		t.dev.serve(t, q)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wake(q)
}

// wake lets the worker of a queue look at it, and makes one if there is none; mu is
// held.
func (t *Transport) wake(q int) {
	if w, ok := t.dev.(ownWorker); ok {
		if t.becomesDirect(q) {
			t.connect(q, w.event())
		}
		stdio.Signal(w.event())
		return
	}
	if t.notify[q] < 0 {
		fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
		if err != nil {
			t.broken(err)
			return
		}
		t.notify[q] = fd
		t.wg.Go(t.guarded(func() { t.worker(q, fd) }))
		return // it looks at the queue first
	}
	stdio.Signal(t.notify[q])
}

// worker serves one queue at each notification until the machine stops.
func (t *Transport) worker(q, fd int) {
	var b [8]byte
	for {
		t.dev.serve(t, q)
		if t.Stopping.Load() {
			return
		}
		t.mu.Lock()
		direct := t.becomesDirect(q)
		t.mu.Unlock()
		if direct {
			t.connect(q, fd)
		}
		if _, err := unix.Read(fd, b[:]); err != nil && err != unix.EINTR {
			return
		}
	}
}

// becomesDirect is true once, after so many notifications of a queue that they are to signal an event; mu is held.
func (t *Transport) becomesDirect(q int) bool {
	if t.direct[q] || t.kicks[q] < ioeventfdAfter {
		return false
	}
	t.direct[q] = true
	return true
}

// connect lets notifications of a queue signal an event without an exit. It is only faster.
func (t *Transport) connect(q, fd int) {
	t.m.Connect(t.Addr+regQueueNotify, q, fd)
}

// stop, once stopping is set, makes the workers end, and wait waits for that and lets the device finish.
func (t *Transport) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, fd := range t.notify {
		if fd >= 0 {
			stdio.Signal(fd)
		}
	}
}

func (t *Transport) Wait() {
	t.wg.Wait()
	t.wg.Go(t.guarded(func() { t.dev.finish(t) }))
	t.wg.Wait()
}

func (t *Transport) Close() {
	for q, fd := range t.notify {
		if fd >= 0 {
			unix.Close(fd)
			t.notify[q] = -1
		}
	}
}

// drain serves a queue whose requests never wait: handle answers one chain with the
// bytes it wrote, under mu. What is left when the machine stops stays.
func (t *Transport) drain(qi int, c *chain, handle func(*chain) (uint32, error)) {
	for !t.Stopping.Load() && t.drainSome(&t.queue[qi], c, handle) {
	}
}

// drainSome serves at most one queue full, so that others get mu in between, and
// tells whether there is more.
func (t *Transport) drainSome(q *virtqueue, c *chain, handle func(*chain) (uint32, error)) (more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.live() || !q.ready {
		return false
	}
	q.wantNotify(false)
	for range maxQueueSize {
		ok, err := q.pop(t.mem, c)
		var n uint32
		if ok {
			n, err = handle(c)
		}
		if err != nil {
			t.broken(err)
			return false
		}
		if !ok {
			break
		}
		q.push(c.head, n)
	}
	q.wantNotify(true)
	t.signalUsed(q)
	return q.pending()
}
