package virtio

import (
	"encoding/binary"
	"testing"

	"uk.example/kvmboot/guestmem"
)

// A queue's notifications become an event once, though two processors count past the number at the same time.
func TestBecomesDirect(t *testing.T) {
	tr := NewTransport(nil, nil, 0, &EntropyDevice{})
	for _, c := range []struct {
		kicks int
		want  bool
	}{{0, false}, {ioeventfdAfter - 1, false}, {ioeventfdAfter + 1, true}, {ioeventfdAfter + 2, false}} {
		tr.kicks[0] = c.kicks
		if got := tr.becomesDirect(0); got != c.want {
			t.Errorf("after %d notifications: %v", c.kicks, got)
		}
	}
}

// A driver that skips a step, or sets up queues at the wrong time, finds Firecracker's
// transport unwilling.
func TestStrictTransport(t *testing.T) {
	m, err := guestmem.New(guestmem.MinMemory, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, c := range []struct {
		name  string
		steps []uint32
		want  uint32
	}{
		{"in order", []uint32{1, 3, 0xb, 0xf}, 0xf},
		{"two at once", []uint32{3}, 0},
		{"skipped", []uint32{1, 3, 0xf}, 3},
		{"backwards", []uint32{1, 3, 1}, 3},
		{"reset", []uint32{1, 3, 0, 1}, 1},
	} {
		tr := NewTransport(nil, m, 0, &EntropyDevice{})
		tr.Strict = true
		put := func(reg uint64, v uint32) { tr.Write(reg, binary.LittleEndian.AppendUint32(nil, v)) }
		for _, s := range c.steps {
			if s == 0xb {
				put(regDriverFeatSel, 1)
				put(regDriverFeatures, 1)
			}
			put(regStatus, s)
		}
		b := make([]byte, 4)
		tr.Read(regStatus, b)
		if got := binary.LittleEndian.Uint32(b); got != c.want {
			t.Errorf("%s: status %#x, want %#x", c.name, got, c.want)
		}
	}
}
