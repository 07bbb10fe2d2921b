package boot

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"uk.example/internal/abi"
	"uk.example/internal/bounded"
	"uk.example/kvmboot/guestmem"
)

// PVH boot data (Xen's xen/include/public/arch-x86/hvm/start_info.h).
const (
	DataAddr    = 0x90000 // start_info, memory map, module list: one page
	cmdlineAddr = 0x91000
	DataEnd     = 0x9f000

	startInfoMagic = 0x336ec578
	startInfoSize  = 56
	memmapAddr     = DataAddr + 0x40
	modlistAddr    = DataAddr + 0x100

	memmapRAM  = 1
	memmapLazy = abi.MemmapLazy // see guestmem.Memory
)

// Info is what start_info tells the kernel.
type Info struct {
	Cmdline string
	// moduleAddr and moduleSize say where the only module is; size 0: none.
	ModuleAddr, ModuleSize uint64
}

// CmdlineRoom is the longest command line, without its NUL.
const CmdlineRoom = DataEnd - cmdlineAddr - 1

// SetTime puts the time into the command line that Write wrote, behind the word's "uk.time=", in as many digits as are there.
func (bi *Info) SetTime(m *guestmem.Memory, now time.Time) error {
	const word = abi.CmdTime + "="
	at := strings.Index(bi.Cmdline, word)
	if at < 0 {
		return nil
	}
	digits := strconv.FormatInt(now.UnixNano(), 10)
	b, err := m.Slice(cmdlineAddr+uint64(at+len(word)), uint64(len(digits)))
	if err == nil && at+len(word)+len(digits) <= len(bi.Cmdline) {
		copy(b, digits)
	}
	return err
}

// Write puts start_info, version 1, and all it points to into guest memory and
// returns the address for EBX.
func (bi *Info) Write(m *guestmem.Memory) (uint64, error) {
	page, err := m.Slice(DataAddr, guestmem.PageSize)
	if err != nil {
		return 0, err
	}
	n := uint64(len(bi.Cmdline)) + 1
	cmd, err := m.Slice(cmdlineAddr, n)
	if err != nil {
		return 0, err
	}
	copy(cmd, bi.Cmdline)
	cmd[n-1] = 0

	le := binary.LittleEndian
	le.PutUint32(page[0:], startInfoMagic)
	le.PutUint32(page[4:], 1) // version
	if bi.ModuleSize > 0 {
		le.PutUint32(page[12:], 1)
		le.PutUint64(page[16:], modlistAddr)
		mod := page[modlistAddr-DataAddr:]
		le.PutUint64(mod[0:], bi.ModuleAddr)
		le.PutUint64(mod[8:], bi.ModuleSize)
	}
	le.PutUint64(page[24:], cmdlineAddr)
	le.PutUint64(page[40:], memmapAddr)
	mm := page[memmapAddr-DataAddr:]
	entries := 0
	for _, r := range []struct {
		addr, size uint64
		kind       uint32
	}{{0, m.First, memmapRAM}, {m.First, uint64(len(m.Low)) - m.First, memmapLazy}, {guestmem.HighBase, uint64(len(m.High)), memmapLazy}} {
		if r.size == 0 {
			continue
		}
		e := mm[entries*24:]
		le.PutUint64(e[0:], r.addr)
		le.PutUint64(e[8:], r.size)
		le.PutUint32(e[16:], r.kind)
		entries++
	}
	le.PutUint32(page[48:], uint32(entries))
	return DataAddr, nil
}

// PlaceModules puts the boot module at the top of low guest memory, above floor: the
// file system image root, if there is one, and behind it these words.
func (bi *Info) PlaceModules(m *guestmem.Memory, root string, behind []byte, floor uint64) error {
	at := uint64(len(m.Low))
	if n := uint64(len(behind)); n > 0 {
		span := (n + guestmem.PageSize - 1) &^ (guestmem.PageSize - 1)
		if at < floor || at-floor < span {
			return fmt.Errorf("%d bytes of arguments and environment do not fit in guest memory beside the kernel; ask for more memory", n)
		}
		at -= span
		copy(m.Low[at:], behind)
		bi.ModuleAddr, bi.ModuleSize = at, n
	}
	if root == "" {
		return nil
	}
	f, _, err := bounded.Open(root)
	if err != nil {
		return err
	}
	defer f.Close()
	addr, size, err := PlaceModule(m, f, floor, at)
	if err != nil {
		return err
	}
	if bi.ModuleSize > 0 {
		size = at - addr + bi.ModuleSize
	}
	bi.ModuleAddr, bi.ModuleSize = addr, size
	return nil
}

// PlaceModule maps a file, copy on write, below top: no byte of it is read before the
// guest does. floor is the first free address.
func PlaceModule(m *guestmem.Memory, f *os.File, floor, top uint64) (addr, size uint64, err error) {
	fi, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	if !fi.Mode().IsRegular() {
		return 0, 0, fmt.Errorf("%s: not a regular file", f.Name())
	}
	size = uint64(fi.Size())
	if size == 0 {
		return 0, 0, fmt.Errorf("%s: the root image is empty", f.Name())
	}
	span := (size + guestmem.PageSize - 1) &^ (guestmem.PageSize - 1)
	if size > top || span > top || top-span < floor {
		return 0, 0, fmt.Errorf("%s: a root image of %d bytes does not fit in guest memory beside the kernel; ask for more than %d bytes of memory", f.Name(), size, floor+span)
	}
	addr = top - span
	dst, err := m.Slice(addr, span)
	if err != nil {
		return 0, 0, err
	}
	if err := guestmem.MapFileOver(dst, int(f.Fd()), int(span)); err != nil {
		return 0, 0, fmt.Errorf("%s: cannot map: %w", f.Name(), err)
	}
	return addr, size, nil
}
