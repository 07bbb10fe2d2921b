package kvmboot

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
)

// The root file system's image can be mapped into guest-physical memory, in a slot of its own that the guest cannot
// write to: what the guest reads of it are the host's pages of the file, which all guests share, and no request is
// made for them. It is the boot module then, behind RAM.
const (
	capReadonlyMem = 81
	memReadonly    = 2 // flag of a memory region

	// Below the kernel's registers and stacks in its map of all memory (kernel/include/layout.h, DIRECT_END).
	mappedEnd = 1<<40 - 2<<30

	// The host's kernel takes 8 bytes for each page of a slot, whatever is behind it: 32 MB for such an image. A larger one,
	// of which a file may hold little, is read.
	maxMapped = 16 << 30
)

// mapRoot maps f, which is size bytes long. nil: this machine cannot have it so, which is no error.
func (m *machine) mapRoot(f *os.File, size int64, slot uint32) (*guestmem.Root, error) {
	if n, err := ioctlInt(m.kvm, kvmCheckExtension, capReadonlyMem); err != nil || n == 0 || size > maxMapped {
		return nil, nil
	}
	r := &guestmem.Root{Slot: slot, F: f, Size: size, Span: (uint64(size) + guestmem.PageSize - 1) &^ (guestmem.PageSize - 1)}
	all := r.Span + MaxCmdline
	r.Addr = (uint64(len(m.mem.Low)) + guestmem.HugePage - 1) &^ (guestmem.HugePage - 1)
	if r.Addr > guestmem.LowLimit || all > guestmem.LowLimit-r.Addr {
		r.Addr = guestmem.HighBase + (uint64(len(m.mem.High))+guestmem.HugePage-1)&^(guestmem.HugePage-1)
		c := m.waitCPUID()
		if c.err != nil {
			return nil, fmt.Errorf("processor identification: %w", c.err)
		}
		if end := min(uint64(1)<<min(c.leaves.addressBits(), 63), mappedEnd); r.Addr > end || all > end-r.Addr {
			return nil, nil
		}
	}
	var err error
	if r.Mem, err = guestmem.MapAligned(all, guestmem.HugePage); err != nil {
		return nil, nil // what is left of a limit on memory (RLIMIT_AS) may do for reading
	}
	if err := guestmem.MapFileOver(r.Mem, int(f.Fd()), int(r.Span)); err != nil {
		guestmem.Unmap(r.Mem)
		return nil, nil // a file system without mappings
	}
	if r.Span >= guestmem.HugePage {
		_ = unix.Madvise(r.Mem[:r.Span], unix.MADV_HUGEPAGE) // only speed
	}
	return r, nil
}

// give makes the image the guest's, with words behind it, and returns the size of both.
func give(r *guestmem.Root, m *machine, words []byte) (uint64, error) {
	span := r.Span + (uint64(copy(r.Mem[r.Span:], words))+guestmem.PageSize-1)&^(guestmem.PageSize-1)
	reg := kvmMemoryRegion{slot: r.Slot, flags: memReadonly, guestPhysAddr: r.Addr, memorySize: span, userspaceAddr: guestmem.AddressOf(r.Mem)}
	if err := ioctlPtr(m.vm, kvmSetUserMemoryRegion, &reg); err != nil {
		return 0, fmt.Errorf("give the guest its root file system: %w", err)
	}
	return r.Span + uint64(len(words)), nil
}
