package virtio

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
)

// Places in the memory of a guest with a network card.
const (
	nDesc  = 0x1000 // of queue 0; queue 1's is nStep behind
	nStep  = 0x4000
	nData  = 0x40000
	nSlots = 64
	nRoom  = 0x800
	nFrame = 0xc0000
	nWait  = 5 * time.Second
)

// pairLink is a link whose other end is the test: one packet a message, with the header.
type pairLink struct {
	packetFile
	offers uint64
	used   uint64
	mtu    int
	down   bool
}

func (l *pairLink) features() uint64             { return l.offers }
func (l *pairLink) use(features uint64, mtu int) { l.used, l.mtu = features, mtu }
func (l *pairLink) up() bool                     { return !l.down }
func (l *pairLink) happened([]unix.PollFd)       {}
func (l *pairLink) close()                       { unix.Close(l.fd) }
func (l *pairLink) events(list []unix.PollFd, read, write bool) []unix.PollFd {
	return append(list, wait(l.fd, read, write))
}

// packetPair is a pair of sockets that keep packets apart, which do not block.
func packetPair(t testing.TB) [2]int {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[1]) })
	return fds
}

// netGuest is a driver of the card that does what the test tells it.
type netGuest struct {
	*hostile
	d    *CardDevice
	link *pairLink
	peer int // the other end
	next [2]uint16
	seen [2]uint16
}

func newNetGuest(t testing.TB, features uint64) *netGuest {
	fds := packetPair(t)
	l := &pairLink{packetFile: packetFile{fd: fds[0]}, offers: netOffloads}
	d, err := newNetDevice(l, [6]byte{2, 0, 0, 0, 0, 1}, 9000)
	if err != nil {
		t.Fatal(err)
	}
	g := newCardGuest(t, d)
	g.link, g.peer = l, fds[1]
	g.begin(features)
	return g
}

func newCardGuest(t testing.TB, d *CardDevice) *netGuest {
	g := &netGuest{hostile: newHostile(t, d, 0), d: d}
	t.Cleanup(func() {
		g.tr.Stopping.Store(true)
		d.stop.Raise()
		g.tr.wg.Wait()
		d.Close(nil)
	})
	return g
}

// begin starts the device with empty queues.
func (g *netGuest) begin(features uint64) {
	g.next, g.seen, g.num = [2]uint16{}, [2]uint16{}, nSlots
	g.negotiate(featVersion1 | features)
	clear(g.m.Low)
	for qi := range 2 {
		at := uint64(nDesc + qi*nStep)
		g.qi = qi
		g.queue(at, at+0x1000, at+0x2000)
	}
	g.reg(regStatus, statusAcknowledge|statusDriver|statusFeaturesOK|statusDriverOK)
	if s := g.get(regStatus); s != 15 {
		g.t.Fatalf("status %#x after a good start", s)
	}
}

type piece struct {
	addr uint64
	n    uint32
	w    bool
}

// chain offers a chain of pieces in a queue, from a slot that has as many free behind it.
func (g *netGuest) chain(qi int, slot int, pieces ...piece) {
	at := nDesc + qi*nStep
	for i, p := range pieces {
		b := g.m.Low[at+(slot+i)*descSize:]
		binary.LittleEndian.PutUint64(b[0:], p.addr)
		binary.LittleEndian.PutUint32(b[8:], p.n)
		var flags uint16
		if p.w {
			flags |= descWrite
		}
		if i < len(pieces)-1 {
			flags |= descNext
		}
		binary.LittleEndian.PutUint16(b[12:], flags)
		binary.LittleEndian.PutUint16(b[14:], uint16(slot+i+1))
	}
	g.put16(at+0x1000+4+2*int(g.next[qi]%nSlots), uint16(slot))
	g.next[qi]++
	guestmem.Store16(g.m.Low[at+0x1002:], g.next[qi])
}

// post gives buffers of n bytes, one after the other.
func (g *netGuest) post(count, n int) {
	for range count {
		slot := int(g.next[netRX] % nSlots)
		g.chain(netRX, slot, piece{uint64(nData + slot*nRoom), uint32(n), true})
	}
	g.d.serve(g.tr, netRX)
}

// used waits for a chain that comes back.
func (g *netGuest) used(qi int) (slot int, n uint32) {
	g.t.Helper()
	at := nDesc + qi*nStep + 0x2000
	for limit := time.Now().Add(nWait); guestmem.Load16(g.m.Low[at+2:]) == g.seen[qi]; time.Sleep(50 * time.Microsecond) {
		if time.Now().After(limit) {
			g.t.Fatalf("queue %d: nothing came back", qi)
		}
	}
	e := g.m.Low[at+4+8*int(g.seen[qi]%nSlots):]
	g.seen[qi]++
	return int(binary.LittleEndian.Uint32(e)), binary.LittleEndian.Uint32(e[4:])
}

// receive is the next packet for the guest: its header, its frame, and how many buffers it took.
func (g *netGuest) receive() (netHeader, []byte, int) {
	g.t.Helper()
	slot, n := g.used(netRX)
	all := bytes.Clone(g.m.Low[nData+slot*nRoom:][:n])
	h := parseNetHeader((*[netHeaderSize]byte)(all))
	count := int(binary.LittleEndian.Uint16(all[netNumBuffers:]))
	for range count - 1 {
		slot, n := g.used(netRX)
		all = append(all, g.m.Low[nData+slot*nRoom:][:n]...)
	}
	return h, all[netHeaderSize:], count
}

// send gives the device a frame, in two pieces, and waits until it has it.
func (g *netGuest) send(h netHeader, frame []byte) {
	g.t.Helper()
	b := h.bytes()
	copy(g.m.Low[nFrame:], b[:])
	copy(g.m.Low[nFrame+netHeaderSize:], frame)
	g.chain(netTX, 0, piece{nFrame, 5, false}, piece{nFrame + 5, uint32(netHeaderSize - 5 + len(frame)), false})
	g.d.serve(g.tr, netTX)
	g.used(netTX)
}

// sent is what came to the other end, nil if nothing did.
func (g *netGuest) sent() []byte {
	b := make([]byte, 1<<17)
	n, err := unix.Read(g.peer, b)
	if err != nil {
		return nil
	}
	return b[:n]
}

func frameOf(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func (g *netGuest) toGuest(h netHeader, frame []byte) {
	g.t.Helper()
	b := h.bytes()
	if _, err := unix.Write(g.peer, append(b[:], frame...)); err != nil {
		g.t.Fatal(err)
	}
}

func TestNetConfig(t *testing.T) {
	g := newNetGuest(t, netFeatMAC|netFeatMTU|netFeatStatus)
	var b [12]byte
	g.tr.Read(regConfig, b[:])
	if want := []byte{2, 0, 0, 0, 0, 1, netLinkUp, 0, 1, 0, 0x28, 0x23}; !bytes.Equal(b[:], want) {
		t.Errorf("configuration %x, want %x", b, want)
	}
	g.link.down = true
	g.d.look(g.tr)
	if g.tr.Read(regConfig, b[:]); b[6] != 0 || g.get(regInterruptStatus)&intrConfig == 0 {
		t.Errorf("a cable that was pulled: status %d, interrupt %d", b[6], g.get(regInterruptStatus))
	}
}

// Frames go out and come in as they are, whatever pieces they are in.
func TestNetFrames(t *testing.T) {
	g := newNetGuest(t, netFeatMTU|netFeatMergeRX|netFeatCSUM|netFeatGuestCSUM|netFeatHostTSO4|netFeatGuestTSO4)
	for _, n := range []int{netEthernet, 60, 1514, 9014} {
		g.send(netHeader{}, frameOf(n))
		if got := g.sent(); len(got) != netHeaderSize+n || !bytes.Equal(got[netHeaderSize:], frameOf(n)) {
			t.Errorf("a frame of %d bytes: %d came", n, len(got))
		}
	}
	h := netHeader{netNeedsCSUM, netGSOTCPv4, 54, 1460, 34, 16}
	g.send(h, frameOf(65000))
	if got := g.sent(); len(got) < netHeaderSize || parseNetHeader((*[12]byte)(got)) != h || !bytes.Equal(got[netHeaderSize:], frameOf(65000)) {
		t.Errorf("a frame to be segmented: %d bytes came", len(got))
	}
	g.post(8, nRoom)
	for _, n := range []int{netEthernet, 1514, nRoom - netHeaderSize, nRoom - netHeaderSize + 1, 9014} {
		g.toGuest(netHeader{}, frameOf(n))
		_, got, count := g.receive()
		if want := (netHeaderSize + n + nRoom - 1) / nRoom; !bytes.Equal(got, frameOf(n)) || count != want {
			t.Errorf("a frame of %d bytes to the guest: %d in %d buffers, want %d", n, len(got), count, want)
		}
		g.post(count, nRoom)
	}
	// One that waits for buffers, which come one by one.
	g.toGuest(h, frameOf(60000))
	for range (60000+netHeaderSize)/nRoom + 1 - 8 {
		g.post(1, nRoom)
	}
	if got, frame, _ := g.receive(); got != h || !bytes.Equal(frame, frameOf(60000)) {
		t.Errorf("a large frame to the guest: %+v, %d bytes", got, len(frame))
	}
	if g.link.used != netFeatCSUM|netFeatGuestCSUM|netFeatHostTSO4|netFeatGuestTSO4 || g.link.mtu != 9000 {
		t.Errorf("the link was told %#x, %d", g.link.used, g.link.mtu)
	}
	if g.needsReset() {
		t.Error(g.tr.fault)
	}
}

// Without merged buffers a packet has one, or is lost.
func TestNetOneBuffer(t *testing.T) {
	g := newNetGuest(t, 0)
	g.chain(netRX, 0, piece{nData, 7, true}, piece{nData + 7, 1000, true})
	g.d.serve(g.tr, netRX)
	g.toGuest(netHeader{}, frameOf(1200))
	g.toGuest(netHeader{}, frameOf(900))
	if _, got, count := g.receive(); !bytes.Equal(got, frameOf(900)) || count != 1 {
		t.Errorf("%d bytes in %d buffers", len(got), count)
	}
	// More than the MTU that the driver took, or than any.
	g.post(1, nRoom)
	g.toGuest(netHeader{}, frameOf(1519))
	g.toGuest(netHeader{}, frameOf(1518))
	if _, got, _ := g.receive(); len(got) != 1518 {
		t.Errorf("%d bytes", len(got))
	}
}

// Headers that a guest may not send are lost with their frames; what is in them is bounded.
func TestNetHeaders(t *testing.T) {
	const all = netFeatMTU | netFeatCSUM | netFeatHostTSO4 | netFeatHostECN
	for _, c := range []struct {
		name     string
		h        netHeader
		n        int
		features uint64
		ok       bool
	}{
		{"plain", netHeader{}, 60, all, true},
		{"too short", netHeader{}, 13, all, false},
		{"empty", netHeader{}, 0, all, false},
		{"the MTU", netHeader{}, 9018, all, true},
		{"more", netHeader{}, 9019, all, false},
		{"checksum", netHeader{netNeedsCSUM, 0, 0, 0, 34, 16}, 60, all, true},
		{"checksum at the end", netHeader{netNeedsCSUM, 0, 0, 0, 34, 24}, 60, all, true},
		{"checksum across the end", netHeader{netNeedsCSUM, 0, 0, 0, 34, 25}, 60, all, false},
		{"checksum far away", netHeader{netNeedsCSUM, 0, 0, 0, 0xffff, 0xffff}, 60, all, false},
		{"checksum in the Ethernet header", netHeader{netNeedsCSUM, 0, 0, 0, 13, 16}, 60, all, false},
		{"checksum that was not agreed on", netHeader{netNeedsCSUM, 0, 0, 0, 34, 16}, 60, netFeatMTU, false},
		{"segments", netHeader{netNeedsCSUM, netGSOTCPv4, 54, 1000, 34, 16}, 60000, all, true},
		{"segments, ECN", netHeader{netNeedsCSUM, netGSOTCPv4 | netGSOECN, 54, 1000, 34, 16}, 60000, all, true},
		{"segments without a length of headers", netHeader{netNeedsCSUM, netGSOTCPv4, 0, 1000, 34, 16}, 60000, all, true},
		{"segments of nothing", netHeader{netNeedsCSUM, netGSOTCPv4, 54, 0, 34, 16}, 60000, all, false},
		{"segments of a byte", netHeader{netNeedsCSUM, netGSOTCPv4, 54, 1, 34, 16}, 60000, all, false},
		{"segments without a checksum", netHeader{0, netGSOTCPv4, 54, 1000, 34, 16}, 60000, all, false},
		{"segments of IPv6", netHeader{netNeedsCSUM, netGSOTCPv6, 74, 1000, 54, 16}, 60000, all, false},
		{"segments of UDP", netHeader{netNeedsCSUM, 3, 54, 1000, 34, 6}, 60000, all, false},
		{"headers longer than the frame", netHeader{netNeedsCSUM, netGSOTCPv4, 61, 1000, 34, 16}, 60, all, false},
		{"headers that end before the checksum's", netHeader{netNeedsCSUM, netGSOTCPv4, 20, 1000, 34, 16}, 6000, all, false},
		{"segments of too much", netHeader{netNeedsCSUM, netGSOTCPv4, 54, 1000, 34, 16}, netMaxSegmented + 1, all, false},
		{"ECN that was not agreed on", netHeader{netNeedsCSUM, netGSOTCPv4 | netGSOECN, 54, 1000, 34, 16}, 6000, all &^ netFeatHostECN, false},
	} {
		g := newNetGuest(t, c.features)
		g.send(c.h, frameOf(c.n))
		if got := g.sent(); (got != nil) != c.ok || g.needsReset() {
			t.Errorf("%s: %d bytes came, fault %v", c.name, len(got), g.tr.fault)
		}
	}
	// What no flag speaks of does not reach the other end.
	g := newNetGuest(t, all)
	g.send(netHeader{0xfe, 0, 1, 2, 3, 4}, frameOf(60))
	if got := g.sent(); got == nil || parseNetHeader((*[12]byte)(got)) != (netHeader{}) {
		t.Errorf("%x", got)
	}
}

// Chains that break the rules break the device, and a reset repairs it.
func TestNetChains(t *testing.T) {
	for name, bad := range map[string]func(g *netGuest){
		"no header":          func(g *netGuest) { g.chain(netTX, 0, piece{nFrame, 11, false}) },
		"nothing":            func(g *netGuest) { g.chain(netTX, 0, piece{nFrame, 0, false}) },
		"writable":           func(g *netGuest) { g.chain(netTX, 0, piece{nFrame, 100, false}, piece{nFrame, 1, true}) },
		"outside":            func(g *netGuest) { g.chain(netTX, 0, piece{tEnd - 10, 100, false}) },
		"far outside":        func(g *netGuest) { g.chain(netTX, 0, piece{1<<64 - 10, 100, false}) },
		"too many":           func(g *netGuest) { guestmem.Store16(g.m.Low[nDesc+nStep+0x1002:], nSlots+1) },
		"receive: readable":  func(g *netGuest) { g.chain(netRX, 0, piece{nData, 10, false}, piece{nData, 100, true}) },
		"receive: no header": func(g *netGuest) { g.chain(netRX, 0, piece{nData, 11, true}) },
		"receive: outside":   func(g *netGuest) { g.chain(netRX, 0, piece{tEnd, 100, true}) },
	} {
		g := newNetGuest(t, netFeatMergeRX)
		g.d.serve(g.tr, netRX)
		bad(g)
		g.d.serve(g.tr, netTX)
		g.d.serve(g.tr, netRX)
		for limit := time.Now().Add(nWait); !g.needsReset() && time.Now().Before(limit); {
			time.Sleep(50 * time.Microsecond)
		}
		if !g.needsReset() {
			t.Errorf("%s: the device goes on", name)
		}
		g.begin(netFeatMergeRX)
		g.post(1, nRoom)
		g.toGuest(netHeader{}, frameOf(100))
		if _, got, _ := g.receive(); len(got) != 100 {
			t.Errorf("%s: %d bytes after a reset", name, len(got))
		}
	}
}

// A guest whose buffers hold the header alone, or all lie in the same place, gets no packet, and the device goes on.
func TestNetLittleBuffers(t *testing.T) {
	g := newNetGuest(t, netFeatMergeRX|netFeatMTU)
	g.post(nSlots, netHeaderSize) // room for 64 times 12 bytes
	g.toGuest(netHeader{}, frameOf(1000))
	g.toGuest(netHeader{}, frameOf(100))
	if _, got, count := g.receive(); !bytes.Equal(got, frameOf(100)) || count != 10 {
		t.Errorf("%d bytes in %d buffers", len(got), count)
	}
	// 64 chains of 64 descriptors, of a few bytes each: more pieces than the kernel takes at once.
	g.begin(netFeatMergeRX | netFeatMTU)
	pieces := make([]piece, nSlots)
	for i := range pieces {
		pieces[i] = piece{nData + uint64(i), 1, true}
	}
	g.chain(netRX, 0, pieces...)
	for range nSlots - 1 {
		g.put16(nDesc+0x1000+4+2*int(g.next[netRX]%nSlots), 0)
		g.next[netRX]++
		guestmem.Store16(g.m.Low[nDesc+0x1002:], g.next[netRX])
	}
	g.d.serve(g.tr, netRX)
	g.toGuest(netHeader{}, frameOf(2000))
	g.used(netRX)
	if g.needsReset() {
		t.Error(g.tr.fault)
	}
}

// Frames wait for an other end that takes none, and go out in order when it does.
func TestNetSlowPeer(t *testing.T) {
	g := newNetGuest(t, netFeatMTU)
	const frames = 200
	got := 0
	for i := range frames {
		frame := frameOf(9000)
		binary.LittleEndian.PutUint16(frame[20:], uint16(i))
		copy(g.m.Low[nFrame+netHeaderSize:], frame)
		g.chain(netTX, int(g.next[netTX]%nSlots), piece{nFrame, uint32(netHeaderSize + len(frame)), false})
		g.d.serve(g.tr, netTX)
		for limit := time.Now().Add(nWait); guestmem.Load16(g.m.Low[nDesc+nStep+0x2002:]) != g.next[netTX] && time.Now().Before(limit); {
			if b := g.sent(); b != nil {
				if n := int(binary.LittleEndian.Uint16(b[netHeaderSize+20:])); n != got {
					t.Fatalf("frame %d came as the %dth", n, got)
				}
				got++
			}
		}
	}
	for b := g.sent(); b != nil; b = g.sent() {
		got++
	}
	if got != frames {
		t.Errorf("%d frames of %d", got, frames)
	}
}

// quiet drops what a link says.
func quiet(string) {}

// streamGuests are two guests with a cable of a socket between them.
func streamGuests(t *testing.T) (a, b *netGuest, said *strings.Builder) {
	dir, err := os.MkdirTemp("", "net")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	said = new(strings.Builder)
	open := func(say func(string)) *netGuest {
		l, err := openStreamLink(filepath.Join(dir, "s"), say)
		if err != nil {
			t.Fatal(err)
		}
		d, err := newNetDevice(l, [6]byte{2}, netDefaultMTU)
		if err != nil {
			t.Fatal(err)
		}
		g := newCardGuest(t, d)
		g.begin(netFeatMergeRX)
		return g
	}
	a = open(func(s string) { said.WriteString(s + "\n") })
	return a, open(quiet), said
}

func TestNetStream(t *testing.T) {
	a, b, _ := streamGuests(t)
	for _, g := range []*netGuest{a, b} {
		g.post(nSlots, nRoom)
	}
	for limit := time.Now().Add(nWait); !a.d.linkUp.Load() && time.Now().Before(limit); {
		time.Sleep(50 * time.Microsecond)
	}
	for i := range 1000 {
		n := 60 + i%1400
		for _, way := range [][2]*netGuest{{a, b}, {b, a}} {
			way[0].send(netHeader{}, frameOf(n))
			_, got, _ := way[1].receive()
			if !bytes.Equal(got, frameOf(n)) {
				t.Fatalf("frame %d: %d bytes of %d", i, len(got), n)
			}
			way[1].post(1, nRoom)
		}
	}
	// The second pulls its cable; the first one's other end is free then.
	b.d.stop.Raise()
	b.tr.Stopping.Store(true)
	b.tr.wg.Wait()
	b.d.link.(*streamLink).lost("the test says so")
	for limit := time.Now().Add(nWait); a.d.linkUp.Load() && time.Now().Before(limit); {
		time.Sleep(50 * time.Microsecond)
	}
	if a.d.linkUp.Load() {
		t.Error("the cable is still there")
	}
	a.send(netHeader{}, frameOf(100)) // to nobody
	c, err := openStreamLink(a.d.link.(*streamLink).path, quiet)
	if err != nil || c.listen >= 0 {
		t.Fatalf("nobody listens any more: %v", err)
	}
	defer c.close()
	// A frame in small parts, one behind it in the same, and one that there cannot be.
	var stream []byte
	for _, n := range []int{100, 1000} {
		stream = append(binary.BigEndian.AppendUint32(stream, uint32(n)), frameOf(n)...)
	}
	for ; len(stream) > 0; stream = stream[min(len(stream), 77):] {
		if _, err := unix.Write(c.fd, stream[:min(len(stream), 77)]); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int{100, 1000} {
		if _, got, _ := a.receive(); !bytes.Equal(got, frameOf(n)) {
			t.Errorf("%d bytes of %d", len(got), n)
		}
	}
	_, _ = unix.Write(c.fd, []byte{0xff, 0xff, 0xff, 0xff, 1, 2, 3})
	for limit := time.Now().Add(nWait); a.d.linkUp.Load() && time.Now().Before(limit); {
		time.Sleep(50 * time.Microsecond)
	}
	if a.d.linkUp.Load() {
		t.Error("a frame of 4 GB was believed")
	}
}

// FuzzNet: no rings, chains, headers and packets break more than the device.
func FuzzNet(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, uint64(netFeatMergeRX|netFeatMTU|netOffloads))
	}
	f.Fuzz(func(t *testing.T, seed, features uint64) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		g := newNetGuest(t, features&(netFeatMergeRX|netFeatMTU|netFeatStatus|netOffloads)|features&featEventIdx)
		odd := []uint32{0, 1, 11, 12, 13, 25, 26, 60, 1526, 4096, 65536, 65562, 1 << 20, 1<<32 - 1}
		for range 200 {
			switch rnd.IntN(8) {
			case 0:
				g.begin(features & (netFeatMergeRX | netFeatMTU | netOffloads))
			case 1:
				_, _ = unix.Write(g.peer, frameOf(rnd.IntN(70000)))
			case 2:
				g.sent()
			default:
				qi := rnd.IntN(2)
				var pieces []piece
				for range 1 + rnd.IntN(4) {
					p := piece{rnd.Uint64N(tEnd), odd[rnd.IntN(len(odd))], qi == netRX}
					if rnd.IntN(16) == 0 {
						p = piece{rnd.Uint64() >> rnd.IntN(64), rnd.Uint32(), !p.w}
					}
					pieces = append(pieces, p)
				}
				h := netHeader{uint8(rnd.IntN(4)), uint8(rnd.IntN(6)), uint16(rnd.IntN(200)), uint16(rnd.IntN(2000)), uint16(rnd.IntN(100)), uint16(rnd.IntN(30))}
				b := h.bytes()
				if pieces[0].addr < tEnd {
					copy(g.m.Low[pieces[0].addr:], b[:])
				}
				g.chain(qi, rnd.IntN(nSlots-4), pieces...)
				g.d.serve(g.tr, qi)
			}
		}
	})
}
