package kvmboot

import (
	"slices"
	"testing"
)

// Announcements of a guest: each piece is given once, whatever else it says.
func TestAnnounced(t *testing.T) {
	if err := Detect(); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	cfg := Config{Kernel: "none", Memory: 3<<30 + 6<<30 + pageSize}
	if err := cfg.normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	for _, unit := range []uint16{0, 3, 4, 4, 7, 10, 11, 0xffff, 8, 9} {
		if err := m.announced(unit); err != nil {
			t.Errorf("unit %d: %v", unit, err)
		}
	}
	var got []uint64
	for piece := range m.lazy.given {
		got = append(got, piece)
	}
	slices.Sort(got)
	if !slices.Equal(got, []uint64{0, 1}) {
		t.Errorf("pieces %d", got)
	}
}

func TestMemoryFitsAddresses(t *testing.T) {
	mem, err := newGuestMemory(40<<30, false)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	for bits, ok := range map[uint]bool{32: false, 35: false, 36: true, 39: true, 52: true, 64: true, 255: true} {
		if err := mem.fits(bits); (err == nil) != ok {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}
