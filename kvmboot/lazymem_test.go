package kvmboot

import (
	"maps"
	"slices"
	"testing"

	"uk.example/kvmboot/guestmem"
)

// Announcements of a guest: each piece is given once, whatever else it says.
func TestAnnounced(t *testing.T) {
	if err := Detect(); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	pieces := func(m *machine) []uint64 { return slices.Sorted(maps.Keys(m.lazy.given)) }
	cfg := Config{Kernel: "none", Memory: 3<<30 + 6<<30 + guestmem.PageSize}
	if err := cfg.Normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	for _, step := range []struct {
		unit   uint16
		low    bool
		pieces []uint64
	}{
		{0, false, nil}, {3, false, nil}, {11, false, nil}, {0xffff, false, nil}, {4, false, []uint64{0}}, {4, false, []uint64{0}},
		{7, false, []uint64{0}}, {1, true, []uint64{0}}, {2, true, []uint64{0}}, {10, true, []uint64{0, 1}}, {8, true, []uint64{0, 1}}, {9, true, []uint64{0, 1}},
	} {
		if err := m.announced(step.unit); err != nil {
			t.Errorf("unit %d: %v", step.unit, err)
		}
		if got := pieces(m); m.lazy.low != step.low || !slices.Equal(got, step.pieces) {
			t.Errorf("unit %d: below 3 GB %t, pieces %d", step.unit, m.lazy.low, got)
		}
	}
}

func TestMemoryFitsAddresses(t *testing.T) {
	mem, err := guestmem.New(40<<30, false)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	for bits, ok := range map[uint]bool{32: false, 35: false, 36: true, 39: true, 52: true, 64: true, 255: true} {
		if err := mem.Fits(bits); (err == nil) != ok {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}
