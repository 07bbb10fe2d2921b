package guestmem

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
	"uk.example/internal/badoption"
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
	LowLimit        = 0xc0000000
	HighBase        = 0x1_0000_0000
	HugePage        = 2 << 20
	PageSize        = 4096
	IdentityMapAddr = 0xfffbc000
	TssAddr         = 0xfffbd000
	IOAPICBase      = 0xfec00000
	IOAPICPins      = 24

	LazyUnit = abi.LazyUnit // of RAM behind the first piece, which is given later

	// MinMemory and MaxMemory bound Config.Memory, in bytes.
	MinMemory = 1 << 20
	MaxMemory = 512 << 30 // kernels map 1 TB of addresses, with holes for devices
)

var ErrOutside = errors.New("address range is not in guest memory")

// Memory is the RAM of one guest and the only way to reach it: every guest
// address that the runner follows goes through slice. RAM is one piece below
// lowLimit and, for large guests, a second piece from highBase on.
type Memory struct {
	Low, High []byte
	First     uint64 // bytes of low that are given at once; lazymem.go has the rest
	Root      *Root  // nil: the guest's root file system is not mapped
	HugePages bool
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

// New maps size bytes, a multiple of the page size.
func New(size uint64, huge bool) (*Memory, error) {
	if size < MinMemory || size > MaxMemory || size%PageSize != 0 {
		return nil, fmt.Errorf("guest memory of %d bytes: want a multiple of %d from %d to %d", size, PageSize, MinMemory, int64(MaxMemory))
	}
	m := &Memory{HugePages: huge}
	lowSize := min(size, LowLimit)
	var err error
	if m.Low, err = MapAligned(lowSize, HugePage); err == nil && size > lowSize {
		m.High, err = MapAligned(size-lowSize, HugePage)
	}
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("guest memory of %d bytes: %w%s; ask for less memory", size, err, limitWord())
	}
	if m.First = lowSize; lowSize > LazyUnit && m.pageTable() <= LazyUnit/2 {
		m.First = LazyUnit
	}
	if huge {
		m.wantHuge()
	}
	return m, nil
}

// LittleMemory is that of machines, in bytes, which are for programs that need little.
const LittleMemory = 64 << 20

// pageTable is the size of the kernel's table of pages, which ends the first piece of RAM: 16 bytes for each (kernel/core/mm/page.c).
func (m *Memory) pageTable() int {
	end := uint64(len(m.Low))
	if len(m.High) > 0 {
		end = HighBase + uint64(len(m.High))
	}
	return int((end + HugePage - 1) / HugePage * HugePage / PageSize * 16)
}

// wantHuge asks for huge pages, which is only speed. The end of the first piece is left out: few use more than some
// pages of the kernel's table there. So are, in a machine of little memory, the first, where the
// kernel and a small program are: two huge pages would be most of what they take. A program that uses all of the 2 MB
// pays for it with a fault a page, 2 ms together.
func (m *Memory) wantHuge() {
	low := m.Low[:m.First]
	if table := max(m.pageTable(), HugePage); len(low) > table+HugePage {
		low = low[:len(low)-table]
		if len(m.Low) <= LittleMemory {
			_ = unix.Madvise(low[:HugePage], unix.MADV_NOHUGEPAGE) // where the host gives them unasked
			low = low[HugePage:]
		}
	}
	for _, b := range [][]byte{low, m.Low[m.First:], m.High} {
		if len(b) >= HugePage {
			_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
		}
	}
}

// Populate makes the host provide n bytes from addr on at once, which costs a tenth of a fault for each page. Nothing
// is lost where the host does not know how (before Linux 5.14), or there are fewer.
func (m *Memory) Populate(addr, n uint64) {
	if b, err := m.Slice(addr, n); err == nil {
		_ = unix.Madvise(b, unix.MADV_POPULATE_WRITE)
	}
}

// Fits returns an error if the guest's processor cannot address all of its memory.
func (m *Memory) Fits(addressBits uint) error {
	if addressBits >= 64 || len(m.High) == 0 || HighBase+uint64(len(m.High)) <= 1<<addressBits {
		return nil
	}
	most := int64(1<<addressBits) - HighBase + LowLimit
	return badoption.Errorf("Memory", "guest memory of %d bytes: this machine's processors have %d bits of physical address, enough for %dG", len(m.Low)+len(m.High), addressBits, most>>30)
}

func (m *Memory) Close() {
	Unmap(m.Low)
	Unmap(m.High)
	m.Low, m.High = nil, nil
	if m.Root != nil {
		Unmap(m.Root.Mem)
		m.Root = nil
	}
}

// Slice gives the n bytes of guest memory at physical address addr, or
// ErrOutside when any of them is not RAM. It never wraps around.
func (m *Memory) Slice(addr, n uint64) ([]byte, error) {
	b, off := m.Low, addr
	if addr >= HighBase {
		b, off = m.High, addr-HighBase
	}
	if size := uint64(len(b)); off > size || n > size-off {
		return nil, ErrOutside
	}
	return b[off : off+n : off+n], nil
}

// ReadFile fills guest memory at addr with n bytes of f from offset off.
func (m *Memory) ReadFile(f *os.File, off int64, addr, n uint64) error {
	b, err := m.Slice(addr, n)
	if err != nil {
		return err
	}
	_, err = f.ReadAt(b, off)
	return err
}

// Discard gives the whole pages of b, a slice of guest memory, back to the host; they
// read as zeroes when they are touched next, or as the file that was mapped there.
func (m *Memory) Discard(b []byte) {
	host := uint64(unix.Getpagesize())
	skip := -AddressOf(b) % host
	if uint64(len(b)) < skip+host {
		return
	}
	b = b[skip:]
	_ = unix.Madvise(b[:uint64(len(b))/host*host], unix.MADV_DONTNEED) // nothing is lost if it fails
}

// Resident is the number of bytes that the host has given to the guest.
func (m *Memory) Resident() int64 {
	return int64(residentPages(m.Low)+residentPages(m.High)) * int64(unix.Getpagesize())
}
