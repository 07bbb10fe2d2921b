package kvmboot

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"uk/internal/badoption"
)

// The physical address map, the same as QEMU's machine microvm where they
// overlap.
//
//	0x0000_0000  RAM, at most up to lowLimit
//	   0x0009_0000  boot data: start_info, memory map, module list (bootDataAddr)
//	   0x0009_1000  kernel command line (unless it is longer than 56 KB)
//	0xc000_0000  lowLimit
//	             the root file system's image, if it is mapped and has room here (rootimage.go)
//	0xfeb0_0000  virtio-mmio transport i at +0x200*i, interrupt 5+i
//	0xfec0_0000  IOAPIC        (in KVM)
//	0xfee0_0000  local APIC    (in KVM)
//	0xfffb_c000  identity map page and TSS pages that KVM wants on Intel
//	0x1_0000_0000  the rest of RAM, then the image if it had no room
const (
	lowLimit        = 0xc0000000
	highBase        = 0x1_0000_0000
	hugePage        = 2 << 20
	pageSize        = 4096
	identityMapAddr = 0xfffbc000
	tssAddr         = 0xfffbd000

	// MinMemory and MaxMemory bound Config.Memory, in bytes.
	MinMemory = 1 << 20
	MaxMemory = 512 << 30 // kernels map 1 TB of addresses, with holes for devices
)

var errOutsideRAM = errors.New("address range is not in guest memory")

// guestMemory is the RAM of one guest and the only way to reach it: every guest
// address that the runner follows goes through slice. RAM is one piece below
// lowLimit and, for large guests, a second piece from highBase on.
type guestMemory struct {
	low, high []byte
	first     uint64     // bytes of low that are given at once; lazymem.go has the rest
	root      *rootImage // nil: the guest's root file system is not mapped
	hugePages bool
}

// limitWord says which limit of the process memory may have met, "" if there is none.
func limitWord() string {
	for _, l := range []struct {
		resource int
		flag     string
	}{{unix.RLIMIT_AS, "-v"}, {unix.RLIMIT_DATA, "-d"}} {
		var r unix.Rlimit
		if unix.Getrlimit(l.resource, &r) == nil && r.Cur != unix.RLIM_INFINITY {
			return fmt.Sprintf(" (ulimit %s is %d)", l.flag, r.Cur>>10)
		}
	}
	return ""
}

// newGuestMemory maps size bytes, a multiple of the page size.
func newGuestMemory(size uint64, huge bool) (*guestMemory, error) {
	if size < MinMemory || size > MaxMemory || size%pageSize != 0 {
		return nil, fmt.Errorf("guest memory of %d bytes: want a multiple of %d from %d to %d", size, pageSize, MinMemory, int64(MaxMemory))
	}
	m := &guestMemory{hugePages: huge}
	lowSize := min(size, lowLimit)
	var err error
	if m.low, err = mapAligned(lowSize, hugePage); err == nil && size > lowSize {
		m.high, err = mapAligned(size-lowSize, hugePage)
	}
	if err != nil {
		m.close()
		return nil, fmt.Errorf("guest memory of %d bytes: %w%s; ask for less memory", size, err, limitWord())
	}
	if m.first = lowSize; lowSize > lazyUnit && m.pageTable() <= lazyUnit/2 {
		m.first = lazyUnit
	}
	if huge {
		m.wantHuge()
	}
	return m, nil
}

// littleMemory is that of machines, in bytes, which are for programs that need little.
const littleMemory = 64 << 20

// pageTable is the size of the kernel's table of pages, which ends the first piece of RAM: 16 bytes for each (kernel/mm/page.c).
func (m *guestMemory) pageTable() int {
	end := uint64(len(m.low))
	if len(m.high) > 0 {
		end = highBase + uint64(len(m.high))
	}
	return int((end + hugePage - 1) / hugePage * hugePage / pageSize * 16)
}

// wantHuge asks for huge pages, which is only speed. The end of the first piece is left out: few use more than some
// pages of the kernel's table there. So are, in a machine of little memory, the first, where the
// kernel and a small program are: two huge pages would be most of what they take. A program that uses all of the 2 MB
// pays for it with a fault a page, 2 ms together.
func (m *guestMemory) wantHuge() {
	low := m.low[:m.first]
	if table := max(m.pageTable(), hugePage); len(low) > table+hugePage {
		low = low[:len(low)-table]
		if len(m.low) <= littleMemory {
			_ = unix.Madvise(low[:hugePage], unix.MADV_NOHUGEPAGE) // where the host gives them unasked
			low = low[hugePage:]
		}
	}
	for _, b := range [][]byte{low, m.low[m.first:], m.high} {
		if len(b) >= hugePage {
			_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
		}
	}
}

// populate makes the host provide n bytes from addr on at once, which costs a tenth of a fault for each page. Nothing
// is lost where the host does not know how (before Linux 5.14), or there are fewer.
func (m *guestMemory) populate(addr, n uint64) {
	if b, err := m.slice(addr, n); err == nil {
		_ = unix.Madvise(b, unix.MADV_POPULATE_WRITE)
	}
}

// fits returns an error if the guest's processor cannot address all of its memory.
func (m *guestMemory) fits(addressBits uint) error {
	if addressBits >= 64 || len(m.high) == 0 || highBase+uint64(len(m.high)) <= 1<<addressBits {
		return nil
	}
	most := int64(1<<addressBits) - highBase + lowLimit
	return badoption.Errorf("Memory", "guest memory of %d bytes: this machine's processors have %d bits of physical address, enough for %dG", len(m.low)+len(m.high), addressBits, most>>30)
}

func (m *guestMemory) close() {
	unmap(m.low)
	unmap(m.high)
	m.low, m.high = nil, nil
	if m.root != nil {
		unmap(m.root.mem)
		m.root = nil
	}
}

// slice gives the n bytes of guest memory at physical address addr, or
// errOutsideRAM when any of them is not RAM. It never wraps around.
func (m *guestMemory) slice(addr, n uint64) ([]byte, error) {
	b, off := m.low, addr
	if addr >= highBase {
		b, off = m.high, addr-highBase
	}
	if size := uint64(len(b)); off > size || n > size-off {
		return nil, errOutsideRAM
	}
	return b[off : off+n : off+n], nil
}

// readFile fills guest memory at addr with n bytes of f from offset off.
func (m *guestMemory) readFile(f *os.File, off int64, addr, n uint64) error {
	b, err := m.slice(addr, n)
	if err != nil {
		return err
	}
	_, err = f.ReadAt(b, off)
	return err
}

// discard gives the whole pages of b, a slice of guest memory, back to the host; they
// read as zeroes when they are touched next, or as the file that was mapped there.
func (m *guestMemory) discard(b []byte) {
	host := uint64(unix.Getpagesize())
	skip := -addressOf(b) % host
	if uint64(len(b)) < skip+host {
		return
	}
	b = b[skip:]
	_ = unix.Madvise(b[:uint64(len(b))/host*host], unix.MADV_DONTNEED) // nothing is lost if it fails
}

// resident is the number of bytes that the host has given to the guest.
func (m *guestMemory) resident() int64 {
	return int64(residentPages(m.low)+residentPages(m.high)) * int64(unix.Getpagesize())
}
