package kvmboot

import (
	"fmt"
	"sync"

	"uk.example/kvmboot/guestmem"
)

// RAM behind the first GB is given to KVM in pieces (the rest below lowLimit is one), each when the guest announces
// that it is about to use some of it: KVM keeps tables in proportion to what it is given, which takes 100 ms and
// 200 MB for 100 GB. The memory map has it as a type of its own, so that a kernel that announces nothing leaves
// it alone (kernel/include/layout.h, PORT_MEMORY).
const (
	lazyPiece = 4 << 30 // of what is given, from a multiple of it on
)

// lazyMemory tells which pieces KVM has.
type lazyMemory struct {
	mu    sync.Mutex
	slot  uint32 // of the rest below lowLimit; the pieces from highBase on follow
	low   bool   // that rest is given
	given map[uint64]bool
}

// giveRAM makes host memory the guest's RAM from addr on.
func (m *machine) giveRAM(slot uint32, addr uint64, mem []byte) error {
	reg := kvmMemoryRegion{slot: slot, guestPhysAddr: addr, memorySize: uint64(len(mem)), userspaceAddr: guestmem.AddressOf(mem)}
	if err := ioctlPtr(m.vm, kvmSetUserMemoryRegion, &reg); err != nil {
		return fmt.Errorf("give the guest its memory: %w", err)
	}
	return nil
}

// announced serves the guest's announcement that it will use RAM from unit*lazyUnit on. What is no RAM
// of that kind, or is given already, is no news.
func (m *machine) announced(unit uint16) error {
	at := uint64(unit) * guestmem.LazyUnit
	l := &m.lazy
	l.mu.Lock()
	defer l.mu.Unlock()
	if at >= m.mem.First && at < uint64(len(m.mem.Low)) && !l.low {
		l.low = true
		return m.giveRAM(l.slot, m.mem.First, m.mem.Low[m.mem.First:])
	}
	if at < guestmem.HighBase || at-guestmem.HighBase >= uint64(len(m.mem.High)) {
		return nil
	}
	piece := (at - guestmem.HighBase) / lazyPiece
	if l.given[piece] {
		return nil
	}
	if l.given == nil {
		l.given = map[uint64]bool{}
	}
	l.given[piece] = true
	from := piece * lazyPiece
	to := min(from+lazyPiece, uint64(len(m.mem.High)))
	return m.giveRAM(l.slot+1+uint32(piece), guestmem.HighBase+from, m.mem.High[from:to])
}
