package virtio

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"uk.example/kvmboot/guestmem"
)

func testBalloon(t testing.TB) *BalloonDevice {
	m, err := guestmem.New(tEnd, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return &BalloonDevice{b: &Balloon{Reporting: true}, mem: m}
}

// startBalloon attaches a balloon to a driver without a machine.
func startBalloon(t testing.TB, qi int) (*hostile, *BalloonDevice) {
	d := &BalloonDevice{b: &Balloon{Reporting: true}}
	h := newHostile(t, d, qi)
	d.mem = h.m
	if err := d.b.Attach(tEnd, h.tr.configChanged, func() { d.askFor(h.tr) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.b.Detach)
	h.start(balloonFeatStats | balloonFeatReporting | balloonFeatDeflateOnOOM)
	return h, d
}

func put32s(b []byte, list ...uint32) {
	for i, v := range list {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
}

// Pages that the guest names are given back; what is no memory is passed over, with
// no harm to its neighbours.
func TestBalloonInflate(t *testing.T) {
	h, _ := startBalloon(t, balloonInflate)
	for i := range h.m.Low[0x20000:] {
		h.m.Low[0x20000+i] = 0xee
	}
	for page := range tEnd / guestmem.PageSize {
		h.m.Low[page*guestmem.PageSize+1] = 1 // all pages are there
	}
	before := h.m.Resident()
	put32s(h.m.Low[tData:], 0x40, 0x41, 0x42, 0x50, 0xff, 0x100, 0xffffffff, 0xfeb00, 0x44, 0x43)
	h.desc(0, tData, 6, descNext, 1) // split inside a number
	h.desc(1, tData+6, 34, 0, 0)
	h.offer(0, 0)
	h.serve()
	if h.needsReset() || h.usedIdx() != 1 {
		t.Fatalf("status %#x, %v", h.get(regStatus), h.tr.fault)
	}
	gone := map[int]bool{0x40: true, 0x41: true, 0x42: true, 0x43: true, 0x44: true, 0x50: true, 0xff: true}
	if got := before - h.m.Resident(); got != int64(len(gone))*guestmem.PageSize {
		t.Errorf("%d bytes given back", got)
	}
	for page := 0x20; page < tEnd/guestmem.PageSize; page++ {
		want := byte(0xee)
		if gone[page] {
			want = 0
		}
		if h.m.Low[page*guestmem.PageSize] != want || h.m.Low[page*guestmem.PageSize+guestmem.PageSize-1] != want {
			t.Errorf("page %#x: %#x", page, h.m.Low[page*guestmem.PageSize])
		}
	}
}

func TestBalloonBadLists(t *testing.T) {
	for name, spoil := range map[string]func(h *hostile){
		"odd length": func(h *hostile) { h.desc(0, tData, 6, 0, 0) },
		"writable":   func(h *hostile) { h.desc(0, tData, 8, descWrite, 0) },
		"too long":   func(h *hostile) { h.desc(0, 0, tEnd, descNext, 1); h.desc(1, tData, 4, 0, 0) },
	} {
		for _, qi := range []int{balloonInflate, balloonDeflate} {
			h, _ := startBalloon(t, qi)
			spoil(h)
			h.offer(0, 0)
			h.serve()
			if !h.needsReset() || h.usedIdx() != 0 {
				t.Errorf("%s, queue %d: status %#x", name, qi, h.get(regStatus))
			}
		}
	}
}

func TestBalloonReport(t *testing.T) {
	h, _ := startBalloon(t, balloonReport)
	for i := range h.m.Low[0x20000:] {
		h.m.Low[0x20000+i] = 0xee
	}
	// Only whole pages go.
	h.desc(0, 0x40800, 0x2800, descWrite, 0)
	h.offer(0, 0)
	h.serve()
	for at, want := range map[int]byte{0x40fff: 0xee, 0x41000: 0, 0x42fff: 0, 0x43000: 0xee} {
		if h.m.Low[at] != want {
			t.Errorf("at %#x: %#x, want %#x", at, h.m.Low[at], want)
		}
	}
}

func TestBalloonTarget(t *testing.T) {
	h, d := startBalloon(t, balloonInflate)
	if err := d.b.SetTarget(64 << 10); err != nil {
		t.Fatal(err)
	}
	if h.get(regConfig) != 16 || h.get(regInterruptStatus)&intrConfig == 0 {
		t.Errorf("target %d, interrupts %#x", h.get(regConfig), h.get(regInterruptStatus))
	}
	h.reg(regConfig, 99) // is not the driver's to write
	h.reg(regConfig+4, 7)
	if d.b.Target() != 64<<10 || d.b.Held() != 7*guestmem.PageSize {
		t.Errorf("target %d, held %d", d.b.Target(), d.b.Held())
	}
	h.reg(regConfig+4, 0xffffffff)
	if d.b.Held() != tEnd {
		t.Errorf("held %d of %d", d.b.Held(), tEnd)
	}
	for _, bad := range []int64{-1, tEnd + 1} {
		if d.b.SetTarget(bad) == nil {
			t.Errorf("target %d was taken", bad)
		}
	}
	if err := d.b.Attach(tEnd, nil, nil); err == nil {
		t.Error("attached twice")
	}
	d.b.Detach()
	if err := d.b.SetTarget(0); !errors.Is(err, ErrNoBalloon) {
		t.Errorf("without a machine: %v", err)
	}
}

func TestBalloonStats(t *testing.T) {
	h, d := startBalloon(t, balloonStats)
	send := func(n uint16, list ...uint64) {
		at := tData
		for i := 0; i < len(list); i += 2 {
			binary.LittleEndian.PutUint16(h.m.Low[at:], uint16(list[i]))
			binary.LittleEndian.PutUint64(h.m.Low[at+2:], list[i+1])
			at += balloonStatSize
		}
		h.desc(int(n%8), tData, uint32(at-tData), 0, 0)
		h.offer(n, n%8)
		h.serve()
	}
	send(0, balloonStatFree, 100, balloonStatTotal, 300, 77, 1, balloonStatAvailable, 200)
	if h.usedIdx() != 0 {
		t.Fatal("the buffer went back at once")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	answer := make(chan BalloonStats)
	go func() {
		s, err := d.b.Stats(ctx)
		if err != nil {
			t.Error(err)
		}
		answer <- s
	}()
	for h.usedIdx() == 0 { // it is asked for new ones
		time.Sleep(time.Millisecond)
	}
	send(1, balloonStatFree, 1, balloonStatTotal, 2, balloonStatAvailable, 3)
	if s := <-answer; s != (BalloonStats{1, 2, 3}) {
		t.Errorf("statistics %+v", s)
	}
	// Buffers beyond one are not kept.
	send(2)
	send(3)
	if h.usedIdx() != 3 {
		t.Errorf("%d used", h.usedIdx())
	}
	go func() {
		time.Sleep(5 * time.Millisecond)
		d.b.Detach()
	}()
	if _, err := d.b.Stats(ctx); !errors.Is(err, ErrNoBalloon) {
		t.Errorf("the machine ended: %v", err)
	}
}
