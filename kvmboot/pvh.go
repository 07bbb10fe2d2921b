package kvmboot

import (
	"encoding/binary"
	"fmt"
	"os"

	"uk/internal/bounded"
)

// PVH boot data (xen/include/public/arch-x86/hvm/start_info.h).
const (
	bootDataAddr = 0x90000 // start_info, memory map, module list: one page
	cmdlineAddr  = 0x91000
	bootDataEnd  = 0x9f000

	startInfoMagic = 0x336ec578
	startInfoSize  = 56
	memmapAddr     = bootDataAddr + 0x40
	modlistAddr    = bootDataAddr + 0x100

	memmapRAM = 1
)

// bootInfo is what start_info tells the kernel.
type bootInfo struct {
	cmdline string
	// moduleAddr and moduleSize say where the only module is; size 0: none.
	moduleAddr, moduleSize uint64
}

// cmdlineRoom is the longest command line, without its NUL.
const cmdlineRoom = bootDataEnd - cmdlineAddr - 1

// write puts start_info, version 1, and all it points to into guest memory and
// returns the address for EBX.
func (bi *bootInfo) write(m *guestMemory) (uint64, error) {
	page, err := m.slice(bootDataAddr, pageSize)
	if err != nil {
		return 0, err
	}
	n := uint64(len(bi.cmdline)) + 1
	cmd, err := m.slice(cmdlineAddr, n)
	if err != nil {
		return 0, err
	}
	copy(cmd, bi.cmdline)
	cmd[n-1] = 0

	le := binary.LittleEndian
	le.PutUint32(page[0:], startInfoMagic)
	le.PutUint32(page[4:], 1) // version
	if bi.moduleSize > 0 {
		le.PutUint32(page[12:], 1)
		le.PutUint64(page[16:], modlistAddr)
		mod := page[modlistAddr-bootDataAddr:]
		le.PutUint64(mod[0:], bi.moduleAddr)
		le.PutUint64(mod[8:], bi.moduleSize)
	}
	le.PutUint64(page[24:], cmdlineAddr)
	le.PutUint64(page[40:], memmapAddr)
	mm := page[memmapAddr-bootDataAddr:]
	entries := 0
	for _, r := range []struct {
		addr, size uint64
		kind       uint32
	}{{0, m.first, memmapRAM}, {m.first, uint64(len(m.low)) - m.first, memmapLazy}, {highBase, uint64(len(m.high)), memmapLazy}} {
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
	return bootDataAddr, nil
}

// placeModules puts the boot module at the top of low guest memory, above floor: the
// file system image root, if there is one, and behind it these words.
func (bi *bootInfo) placeModules(m *guestMemory, root string, behind []byte, floor uint64) error {
	at := uint64(len(m.low))
	if n := uint64(len(behind)); n > 0 {
		span := (n + pageSize - 1) &^ (pageSize - 1)
		if at < floor || at-floor < span {
			return fmt.Errorf("%d bytes of arguments and environment do not fit in guest memory beside the kernel; ask for more memory", n)
		}
		at -= span
		copy(m.low[at:], behind)
		bi.moduleAddr, bi.moduleSize = at, n
	}
	if root == "" {
		return nil
	}
	f, _, err := bounded.Open(root)
	if err != nil {
		return err
	}
	defer f.Close()
	addr, size, err := placeModule(m, f, floor, at)
	if err != nil {
		return err
	}
	if bi.moduleSize > 0 {
		size = at - addr + bi.moduleSize
	}
	bi.moduleAddr, bi.moduleSize = addr, size
	return nil
}

// placeModule maps a file, copy on write, below top: no byte of it is read before the
// guest does. floor is the first free address.
func placeModule(m *guestMemory, f *os.File, floor, top uint64) (addr, size uint64, err error) {
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
	span := (size + pageSize - 1) &^ (pageSize - 1)
	if size > top || span > top || top-span < floor {
		return 0, 0, fmt.Errorf("%s: a root image of %d bytes does not fit in guest memory beside the kernel; ask for more than %d bytes of memory", f.Name(), size, floor+span)
	}
	addr = top - span
	dst, err := m.slice(addr, span)
	if err != nil {
		return 0, 0, err
	}
	if err := mapFileOver(dst, int(f.Fd()), int(span)); err != nil {
		return 0, 0, fmt.Errorf("%s: cannot map: %w", f.Name(), err)
	}
	return addr, size, nil
}
