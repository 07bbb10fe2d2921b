package virtio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
)

// Places in the tests' 1 MB of guest memory.
const (
	tDesc  = 0x1000
	tAvail = 0x2000
	tUsed  = 0x3000
	tData  = 0x10000
	tEnd   = guestmem.MinMemory
)

// hostile is a driver that does what the test tells it, against one device
// without a machine: queues are served when the test says so.
type hostile struct {
	t   testing.TB
	m   *guestmem.Memory
	tr  *Transport
	qi  int
	num uint32
}

func newHostile(t testing.TB, dev Device, qi int) *hostile {
	m, err := guestmem.New(tEnd, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return &hostile{t: t, m: m, tr: NewTransport(nil, m, 0, dev), qi: qi, num: 8}
}

func (h *hostile) reg(off uint64, v uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	h.tr.Write(off, b[:])
}

func (h *hostile) get(off uint64) uint32 {
	var b [4]byte
	h.tr.Read(off, b[:])
	return binary.LittleEndian.Uint32(b[:])
}

func (h *hostile) negotiate(features uint64) {
	h.reg(regStatus, 0)
	h.reg(regStatus, statusAcknowledge|statusDriver)
	h.reg(regDriverFeatSel, 0)
	h.reg(regDriverFeatures, uint32(features))
	h.reg(regDriverFeatSel, 1)
	h.reg(regDriverFeatures, uint32(features>>32))
	h.reg(regStatus, statusAcknowledge|statusDriver|statusFeaturesOK)
}

// queue tells the device where the tested queue is.
func (h *hostile) queue(desc, avail, used uint64) {
	h.reg(regQueueSel, uint32(h.qi))
	h.reg(regQueueNum, h.num)
	for i, a := range []uint64{desc, avail, used} {
		h.reg(regQueueDescLow+uint64(i)*0x10, uint32(a))
		h.reg(regQueueDescHigh+uint64(i)*0x10, uint32(a>>32))
	}
	h.reg(regQueueReady, 1)
}

// start does everything right.
func (h *hostile) start(features uint64) {
	h.negotiate(featVersion1 | features)
	h.queue(tDesc, tAvail, tUsed)
	h.reg(regStatus, statusAcknowledge|statusDriver|statusFeaturesOK|statusDriverOK)
	if s := h.get(regStatus); s != 15 {
		h.t.Fatalf("status %#x after a good start", s)
	}
}

func (h *hostile) desc(i int, addr uint64, n uint32, flags, next uint16) {
	b := h.m.Low[tDesc+i*descSize:]
	binary.LittleEndian.PutUint64(b[0:], addr)
	binary.LittleEndian.PutUint32(b[8:], n)
	binary.LittleEndian.PutUint16(b[12:], flags)
	binary.LittleEndian.PutUint16(b[14:], next)
}

func (h *hostile) put16(at int, v uint16) { binary.LittleEndian.PutUint16(h.m.Low[at:], v) }
func (h *hostile) get16(at int) uint16    { return binary.LittleEndian.Uint16(h.m.Low[at:]) }

// offer makes head available as entry n.
func (h *hostile) offer(n, head uint16) {
	h.put16(tAvail+4+2*int(n%uint16(h.num)), head)
	h.put16(tAvail+2, n+1)
}

func (h *hostile) serve() { h.tr.dev.serve(h.tr, h.qi) }

func (h *hostile) usedIdx() uint16 { return h.get16(tUsed + 2) }

func (h *hostile) usedLen(i int) uint32 {
	return binary.LittleEndian.Uint32(h.m.Low[tUsed+4+8*i+4:])
}

func (h *hostile) needsReset() bool { return h.get(regStatus)&statusNeedsReset != 0 }

func testDisk(t testing.TB, size int) *BlockDevice {
	path := filepath.Join(t.TempDir(), "disk")
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i / sectorSize * 7)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := OpenRoot(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.f.Close() })
	return d
}

func testConsole(t testing.TB, in string, out io.Writer) *ConsoleDevice {
	stop, err := stdio.NewStop()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop.Raise(); stop.Close() })
	return NewConsole(stdio.NewInput(bytes.NewReader([]byte(in)), stop), stdio.NewOutput(out, stop), nil, func(err error) { t.Error(err) })
}

// hostileRings are drivers that break a rule of the rings.
var hostileRings = []struct {
	name  string
	spoil func(h *hostile)
}{
	{"head out of range", func(h *hostile) { h.offer(0, 8) }},
	{"head far out of range", func(h *hostile) { h.offer(0, 0xffff) }},
	{"more available than fits", func(h *hostile) { h.put16(tAvail+2, 9) }},
	{"available index backwards", func(h *hostile) { h.put16(tAvail+2, 0xffff) }},
	{"loop of one", func(h *hostile) { h.desc(0, tData, 16, descNext, 0); h.offer(0, 0) }},
	{"loop of two", func(h *hostile) {
		h.desc(0, tData, 16, descNext, 1)
		h.desc(1, tData, 16, descNext, 0)
		h.offer(0, 0)
	}},
	{"loop of empty ones", func(h *hostile) { h.desc(0, 0, 0, descNext|descWrite, 0); h.offer(0, 0) }},
	{"next out of range", func(h *hostile) { h.desc(0, tData, 16, descNext, 8); h.offer(0, 0) }},
	{"address past the end", func(h *hostile) { h.desc(0, tEnd, 1, descWrite, 0); h.offer(0, 0) }},
	{"one byte too long", func(h *hostile) { h.desc(0, tEnd-16, 17, descWrite, 0); h.offer(0, 0) }},
	{"huge length", func(h *hostile) { h.desc(0, tData, 0xffffffff, descWrite, 0); h.offer(0, 0) }},
	{"address wraps", func(h *hostile) { h.desc(0, ^uint64(0)-8, 16, 0, 0); h.offer(0, 0) }},
	{"address in the gap", func(h *hostile) { h.desc(0, 0xfeb00000, 16, 0, 0); h.offer(0, 0) }},
	{"address above 4 GB", func(h *hostile) { h.desc(0, guestmem.HighBase, 16, 0, 0); h.offer(0, 0) }},
	{"indirect, not negotiated", func(h *hostile) { h.desc(0, tData, 16, 4, 0); h.offer(0, 0) }},
	{"unknown flags", func(h *hostile) { h.desc(0, tData, 16, 0x8000, 0); h.offer(0, 0) }},
	{"readable after writable", func(h *hostile) {
		h.desc(0, tData, 16, descNext|descWrite, 1)
		h.desc(1, tData, 16, 0, 0)
		h.offer(0, 0)
	}},
}

// Every device must survive a driver that breaks a rule of the rings: it asks for a
// reset, does nothing more, and works after the reset.
func TestHostileRings(t *testing.T) {
	devices := []struct {
		name  string
		qi    int
		flags uint16 // of a descriptor that the queue takes
		make  func() Device
	}{
		{"block", 0, descWrite, func() Device { return testDisk(t, 4096) }},
		{"drive", 1, descWrite, func() Device { return testDrive(t, make([]byte, 4096), 2) }},
		{"entropy", 0, descWrite, func() Device { return &EntropyDevice{} }},
		{"console rx", consoleRX, descWrite, func() Device { return testConsole(t, "input", new(bytes.Buffer)) }},
		{"console tx", consoleTX, 0, func() Device { return testConsole(t, "", new(bytes.Buffer)) }},
		{"balloon inflate", balloonInflate, 0, func() Device { return testBalloon(t) }},
		{"balloon deflate", balloonDeflate, 0, func() Device { return testBalloon(t) }},
		{"balloon report", balloonReport, descWrite, func() Device { return testBalloon(t) }},
	}
	for _, d := range devices {
		for _, c := range hostileRings {
			t.Run(d.name+"/"+c.name, func(t *testing.T) {
				h := newHostile(t, d.make(), d.qi)
				if b, ok := h.tr.dev.(*BalloonDevice); ok {
					b.mem = h.m
				}
				for _, features := range []uint64{0, featEventIdx} {
					clear(h.m.Low)
					h.start(features)
					c.spoil(h)
					h.serve()
					var qe *queueError
					if !h.needsReset() || !errors.As(h.tr.fault, &qe) {
						t.Fatalf("status %#x, fault %v", h.get(regStatus), h.tr.fault)
					}
					if n := h.usedIdx(); n != 0 {
						t.Errorf("%d chains used", n)
					}
					if h.get(regInterruptStatus)&intrConfig == 0 {
						t.Error("no configuration interrupt")
					}
					h.serve() // nothing more
				}
				clear(h.m.Low)
				h.start(0)
				h.desc(0, tData, 16, d.flags, 0)
				h.offer(0, 0)
				h.serve()
				if h.needsReset() || h.usedIdx() != 1 {
					t.Errorf("after reset: status %#x, %d used, %v", h.get(regStatus), h.usedIdx(), h.tr.fault)
				}
			})
		}
	}
}

func TestHostileQueueSetup(t *testing.T) {
	for _, c := range []struct {
		name              string
		num               uint32
		desc, avail, used uint64
	}{
		{"size 0", 0, tDesc, tAvail, tUsed},
		{"size 3", 3, tDesc, tAvail, tUsed},
		{"size 512", 512, tDesc, tAvail, tUsed},
		{"size 2^31", 1 << 31, tDesc, tAvail, tUsed},
		{"size 65536+8", 65544, tDesc, tAvail, tUsed},
		{"descriptors unaligned", 8, tDesc + 8, tAvail, tUsed},
		{"available unaligned", 8, tDesc, tAvail + 1, tUsed},
		{"used unaligned", 8, tDesc, tAvail, tUsed + 2},
		{"descriptors past the end", 8, tEnd - 7*16, tAvail, tUsed},
		{"available past the end", 8, tDesc, tEnd - 20, tUsed},
		{"used past the end", 8, tDesc, tAvail, tEnd - 68},
		{"descriptors wrap", 8, ^uint64(15), tAvail, tUsed},
		{"used far away", 8, tDesc, tAvail, 1 << 63},
	} {
		h := newHostile(t, &EntropyDevice{}, 0)
		h.num = c.num
		h.negotiate(featVersion1)
		h.queue(c.desc, c.avail, c.used)
		if h.get(regQueueReady) != 0 || !h.needsReset() {
			t.Errorf("%s: ready %d, status %#x", c.name, h.get(regQueueReady), h.get(regStatus))
		}
		h.reg(regStatus, 15)
		h.serve()
	}
	// At the very end of memory is fine.
	h := newHostile(t, &EntropyDevice{}, 0)
	h.negotiate(featVersion1)
	h.queue(tEnd-8*16, tAvail, tUsed)
	if h.get(regQueueReady) != 1 {
		t.Error("queue at the end of memory refused")
	}
}

func TestTransportRegisters(t *testing.T) {
	h := newHostile(t, testDisk(t, 1000), 0)
	for _, c := range []struct {
		off  uint64
		want uint32
	}{
		{regMagic, mmioMagic}, {regVersion, 2}, {regDeviceID, IDBlock}, {regQueueNumMax, maxQueueSize},
		{regStatus, 0}, {regSHMLenLow, 0xffffffff}, {regSHMLenLow + 4, 0xffffffff}, {regConfigGen, 0}, {0xf0, 0},
		{regConfig, 2}, {regConfig + 4, 0}, {regConfig + 8, blkSizeMax}, {regConfig + 60, 0}, {blockSize - 4, 0},
		{regDeviceFeatures, featEventIdx | blkFeatRO | blkFeatSegMax | blkFeatSizeMax | blkFeatBlkSize},
	} {
		if got := h.get(c.off); got != c.want {
			t.Errorf("register %#x: %#x, want %#x", c.off, got, c.want)
		}
	}
	h.reg(regDeviceFeatSel, 1)
	if got := h.get(regDeviceFeatures); got != 1 {
		t.Errorf("features 32..63: %#x", got)
	}
	h.reg(regDeviceFeatSel, 7)
	if got := h.get(regDeviceFeatures); got != 0 {
		t.Errorf("features of selector 7: %#x", got)
	}
	h.reg(regQueueSel, 5)
	if got := h.get(regQueueNumMax); got != 0 {
		t.Errorf("queue 5 has %d entries", got)
	}
	h.queue(tDesc, tAvail, tUsed)
	if h.get(regQueueReady) != 0 {
		t.Error("queue ready before features")
	}
	for _, f := range []uint64{0, 1 << 5, featVersion1 | 1<<40, featVersion1 | 1} {
		h.negotiate(f)
		if h.get(regStatus)&statusFeaturesOK != 0 {
			t.Errorf("features %#x accepted", f)
		}
		h.reg(regStatus, 15)
		if h.tr.live() {
			t.Errorf("features %#x: live", f)
		}
	}
	// Odd widths and places do nothing, and never panic.
	for off := uint64(0); off < blockSize; off++ {
		for n := 1; n <= 8; n++ {
			h.tr.Read(off, make([]byte, n))
			h.tr.Write(off, bytes.Repeat([]byte{0xff}, n))
		}
	}
}

func TestBlockRequests(t *testing.T) {
	const size = 4096 + 100 // nine sectors, the last one partial
	head := func(h *hostile, typ uint32, sector uint64) {
		binary.LittleEndian.PutUint32(h.m.Low[tData:], typ)
		binary.LittleEndian.PutUint64(h.m.Low[tData+8:], sector)
	}
	for _, c := range []struct {
		name   string
		typ    uint32
		sector uint64
		n      uint32 // data bytes
		status byte
		used   uint32
	}{
		{"first sector", blkTypeIn, 0, 512, blkOK, 513},
		{"two sectors", blkTypeIn, 3, 1024, blkOK, 1025},
		{"last, partial sector", blkTypeIn, 8, 512, blkOK, 513},
		{"no data", blkTypeIn, 0, 0, blkOK, 1},
		{"past the end", blkTypeIn, 9, 512, blkIOErr, 1},
		{"over the end", blkTypeIn, 8, 1024, blkIOErr, 1},
		{"sector overflow", blkTypeIn, 1 << 55, 512, blkIOErr, 1},
		{"sector overflow 2", blkTypeIn, ^uint64(0), 512, blkIOErr, 1},
		{"odd length", blkTypeIn, 0, 511, blkIOErr, 1},
		{"write", 1, 0, 512, blkIOErr, 1},
		{"flush", 4, 0, 0, blkUnsupp, 1},
		{"identify", blkTypeGetID, 0, 20, blkOK, 21},
		{"identify, short", blkTypeGetID, 0, 19, blkIOErr, 1},
		{"unknown", 0xdead, 0, 512, blkUnsupp, 1},
	} {
		d := testDisk(t, size)
		h := newHostile(t, d, 0)
		h.start(0)
		head(h, c.typ, c.sector)
		buf := h.m.Low[0x20000:0x28000]
		for i := range buf {
			buf[i] = 0xee
		}
		// Split where nothing forces it: header in two, data and status in one.
		h.desc(0, tData, 5, descNext, 1)
		h.desc(1, tData+5, 11, descNext, 2)
		h.desc(2, 0x20000, c.n/3, descNext|descWrite, 3)
		h.desc(3, 0x20000+uint64(c.n/3), c.n-c.n/3+1, descWrite, 0)
		h.offer(0, 0)
		h.serve()
		if h.needsReset() || h.usedIdx() != 1 || buf[c.n] != c.status || h.usedLen(0) != c.used {
			t.Errorf("%s: status %d, used %d times with %d bytes; %v", c.name, buf[c.n], h.usedIdx(), h.usedLen(0), h.tr.fault)
			continue
		}
		if buf[c.n+1] != 0xee {
			t.Errorf("%s: wrote past its buffers", c.name)
		}
		if c.status == blkOK && c.typ == blkTypeIn {
			for i := range int(c.n) {
				at, want := int(c.sector)*512+i, byte(0)
				if at < size {
					want = byte(at / 512 * 7)
				}
				if buf[i] != want {
					t.Errorf("%s: byte %d is %#x, want %#x", c.name, i, buf[i], want)
					break
				}
			}
		}
	}

	h := newHostile(t, testDisk(t, size), 0)
	h.start(0)
	h.desc(0, tData, 16, 0, 0)
	h.offer(0, 0)
	h.serve()
	if !h.needsReset() {
		t.Error("a request without room for a status was served")
	}
	h.start(0)
	h.put16(tUsed+2, 0)
	h.desc(0, tData, 1, descNext, 1) // a short header
	h.desc(1, tData+100, 1, descWrite, 0)
	h.offer(0, 0)
	h.serve()
	if h.usedIdx() != 1 || h.m.Low[tData+100] != blkIOErr {
		t.Error("a short header was not refused")
	}
}

// A file that shrinks gives an I/O error.
func TestBlockTruncated(t *testing.T) {
	d := testDisk(t, 8192)
	h := newHostile(t, d, 0)
	h.start(0)
	if err := os.Truncate(d.f.Name(), 512); err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint64(h.m.Low[tData+8:], 4)
	h.desc(0, tData, 16, descNext, 1)
	h.desc(1, 0x20000, 513, descWrite, 0)
	h.offer(0, 0)
	h.serve()
	if h.m.Low[0x20000+512] != blkIOErr {
		t.Errorf("status %d", h.m.Low[0x20000+512])
	}
}

func TestConsoleTransmit(t *testing.T) {
	var out bytes.Buffer
	h := newHostile(t, testConsole(t, "", &out), consoleTX)
	h.start(0)
	copy(h.m.Low[tData:], "hello, world")
	h.desc(0, tData, 5, descNext, 1)
	h.desc(1, tData+5, 7, 0, 0)
	for i := range uint16(20) { // around the ring more than once
		h.offer(i, 0)
		h.serve()
	}
	if got := out.String(); got != string(bytes.Repeat([]byte("hello, world"), 20)) || h.usedIdx() != 20 {
		t.Errorf("%d used, %q", h.usedIdx(), got)
	}
}

// End of input is one receive buffer of length 0, then no more.
func TestConsoleEndOfInput(t *testing.T) {
	h := newHostile(t, testConsole(t, "abc", new(bytes.Buffer)), consoleRX)
	h.start(0)
	h.desc(0, tData, 2, descWrite, 0)
	for i := range uint16(5) {
		h.offer(i, 0)
		h.serve()
	}
	if h.usedIdx() != 3 || h.usedLen(0) != 2 || h.usedLen(1) != 1 || h.usedLen(2) != 0 {
		t.Errorf("%d used: %d %d %d", h.usedIdx(), h.usedLen(0), h.usedLen(1), h.usedLen(2))
	}
	if h.m.Low[tData] != 'c' {
		t.Errorf("input %q", h.m.Low[tData:tData+2])
	}
}

func TestEventIndex(t *testing.T) {
	h := newHostile(t, &EntropyDevice{}, 0)
	h.start(featEventIdx)
	h.desc(0, tData, 8, descWrite, 0)
	step := func(n, usedEvent uint16, want bool) {
		t.Helper()
		h.put16(tAvail+4+2*int(h.num), usedEvent)
		h.reg(regInterruptACK, 3)
		h.offer(n, 0)
		h.serve()
		if got := h.get(regInterruptStatus)&intrUsed != 0; got != want {
			t.Errorf("chain %d, event %d: interrupt %v", n, usedEvent, got)
		}
		if got := h.get16(tUsed + 4 + 8*int(h.num)); got != n+1 {
			t.Errorf("chain %d: next notification at %d", n, got)
		}
	}
	step(0, 0, true)
	step(1, 5, false)
	step(2, 2, true)
	step(3, 0xffff, false)

	h.start(0)
	h.put16(tUsed+2, 0)
	h.put16(tAvail, availNoIntr)
	h.offer(0, 0)
	h.serve()
	if h.get(regInterruptStatus) != 0 {
		t.Error("interrupt that the driver did not want")
	}
}

// FuzzDevice lets a driver with random memory loose on each device: nothing may
// panic, hang, or touch memory outside the guest's.
func FuzzDevice(f *testing.F) {
	disk := testDisk(f, 4096)
	f.Add(uint8(0), []byte{0, 0x10, 1, 0, 0, 0, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0}, []byte{0, 0, 1, 0, 0, 0}, uint32(8))
	f.Add(uint8(1), bytes.Repeat([]byte{0xff}, 64), []byte{0, 0, 8, 0, 0, 0, 1, 0, 2, 0, 3, 0}, uint32(8))
	f.Add(uint8(3), bytes.Repeat([]byte{0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 1, 0}, 8), []byte{0, 0, 1, 0, 3, 0}, uint32(256))
	f.Fuzz(func(t *testing.T, kind uint8, desc, avail []byte, num uint32) {
		dev, qi := Device(disk), 0
		switch kind % 8 {
		case 4:
			dev, qi = testDrive(t, make([]byte, 8192), 2), 1
		case 5, 6, 7:
			dev, qi = testBalloon(t), int(kind%8-5)+balloonInflate
		case 1:
			dev = &EntropyDevice{}
		case 2:
			dev, qi = testConsole(t, "input", io.Discard), consoleRX
		case 3:
			dev, qi = testConsole(t, "", io.Discard), consoleTX
		}
		h := newHostile(t, dev, qi)
		h.num = num
		if b, ok := dev.(*BalloonDevice); ok {
			b.mem = h.m
		}
		copy(h.m.Low[tDesc:tAvail], desc)
		copy(h.m.Low[tAvail:tUsed], avail)
		h.negotiate(featVersion1 | uint64(kind>>3&1)<<29)
		h.queue(tDesc, tAvail, tUsed)
		h.reg(regStatus, 15)
		h.serve()
		h.serve()
	})
}

// FuzzRegisters plays random register accesses.
func FuzzRegisters(f *testing.F) {
	f.Add([]byte{regStatus, 3, regDriverFeatSel, 1, regDriverFeatures, 1, regStatus, 11, regQueueNum, 8, regQueueReady, 1, regStatus, 15})
	f.Fuzz(func(t *testing.T, ops []byte) {
		h := newHostile(t, &EntropyDevice{}, 0)
		for ; len(ops) >= 2; ops = ops[2:] {
			h.reg(uint64(ops[0]), uint32(ops[1])|uint32(ops[1])<<24)
			h.get(uint64(ops[0]))
			h.serve()
		}
	})
}

// blockSize is that of a register block, in bytes.
const blockSize = 512
