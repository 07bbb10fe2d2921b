package kvmboot

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
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

// rootImage is a mapped image, followed by room for words (see cmdline.build).
type rootImage struct {
	mem  []byte // of the file whole pages, then zeroes
	addr uint64 // guest-physical
	span uint64 // whole pages of the file
	slot uint32
	f    *os.File
	size int64 // when it was mapped
}

// mapRoot maps f, which is size bytes long. nil: this machine cannot have it so, which is no error.
func (m *machine) mapRoot(f *os.File, size int64, slot uint32) (*rootImage, error) {
	if n, err := ioctlInt(m.kvm, kvmCheckExtension, capReadonlyMem); err != nil || n == 0 || size > maxMapped {
		return nil, nil
	}
	r := &rootImage{slot: slot, f: f, size: size, span: (uint64(size) + pageSize - 1) &^ (pageSize - 1)}
	all := r.span + maxCmdline
	r.addr = (uint64(len(m.mem.low)) + hugePage - 1) &^ (hugePage - 1)
	if r.addr > lowLimit || all > lowLimit-r.addr {
		r.addr = highBase + (uint64(len(m.mem.high))+hugePage-1)&^(hugePage-1)
		c := m.waitCPUID()
		if c.err != nil {
			return nil, fmt.Errorf("processor identification: %w", c.err)
		}
		if end := min(uint64(1)<<min(c.leaves.addressBits(), 63), mappedEnd); r.addr > end || all > end-r.addr {
			return nil, nil
		}
	}
	var err error
	if r.mem, err = mapAligned(all, hugePage); err != nil {
		return nil, nil // what is left of a limit on memory (RLIMIT_AS) may do for reading
	}
	if err := mapFileOver(r.mem, int(f.Fd()), int(r.span)); err != nil {
		unmap(r.mem)
		return nil, nil // a file system without mappings
	}
	if r.span >= hugePage {
		_ = unix.Madvise(r.mem[:r.span], unix.MADV_HUGEPAGE) // only speed
	}
	return r, nil
}

// give makes the image the guest's, with words behind it, and returns the size of both.
func (r *rootImage) give(m *machine, words []byte) (uint64, error) {
	span := r.span + (uint64(copy(r.mem[r.span:], words))+pageSize-1)&^(pageSize-1)
	reg := kvmMemoryRegion{slot: r.slot, flags: memReadonly, guestPhysAddr: r.addr, memorySize: span, userspaceAddr: addressOf(r.mem)}
	if err := ioctlPtr(m.vm, kvmSetUserMemoryRegion, &reg); err != nil {
		return 0, fmt.Errorf("give the guest its root file system: %w", err)
	}
	return r.span + uint64(len(words)), nil
}

// cut tells whether the file has become shorter, so that pages of it are missing.
func (r *rootImage) cut() bool {
	if r == nil {
		return false
	}
	fi, err := r.f.Stat()
	return err == nil && fi.Size() < r.size
}

// readable gives the n bytes of guest memory at physical address addr for reading: RAM, or of the root file
// system's image. A driver may have a device take what a program has mapped from there.
func (m *guestMemory) readable(addr, n uint64) ([]byte, error) {
	if r := m.root; r != nil && addr-r.addr < r.span {
		if off := addr - r.addr; n <= r.span-off {
			return r.mem[off : off+n : off+n], nil
		}
	}
	return m.slice(addr, n)
}
