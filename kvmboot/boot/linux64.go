package boot

import (
	"encoding/binary"

	"uk.example/kvmboot/guestmem"
)

// Where Firecracker puts what a guest needs to start (src/vmm/src/arch/x86_64/
// layout.rs, regs.rs and mod.rs of version 1.16.1).
const (
	GDT       = 0x500
	IDT       = 0x520
	StartInfo = 0x6000
	modList   = 0x6040
	memMap    = 0x7000 // PVH
	ZeroPage  = 0x7000 // Linux: instead of the former
	Stack     = 0x8ff0
	PML4      = 0x9000
	PDPT      = 0xa000
	PD        = 0xb000
	CmdlineAt = 0x20000
	System    = 0x9fc00 // MPTable, ACPI tables
	RSDP      = 0xe0000
	HighMem   = 0x100000
	mmConfig  = 0xeec00000
	mmConfEnd = 0xfec00000

	e820RAM      = 1
	e820Reserved = 2
)

type e820Range struct {
	addr, size uint64
	typ        uint32
}

func memoryMap(m *guestmem.Memory) []e820Range {
	r := []e820Range{
		{0, System, e820RAM},
		{System, RSDP - System, e820Reserved},
		{mmConfig, mmConfEnd - mmConfig, e820Reserved},
		{HighMem, uint64(len(m.Low)) - HighMem, e820RAM},
	}
	if len(m.High) > 0 {
		r = append(r, e820Range{guestmem.HighBase, uint64(len(m.High)), e820RAM})
	}
	return r
}

func WriteStartInfo(m *guestmem.Memory, initrd, size uint64) {
	le := binary.LittleEndian
	b := m.Low[StartInfo:]
	le.PutUint32(b[0:], startInfoMagic)
	le.PutUint32(b[4:], 1)
	if size > 0 {
		le.PutUint32(b[12:], 1)
		le.PutUint64(b[16:], modList)
		le.PutUint64(m.Low[modList:], initrd)
		le.PutUint64(m.Low[modList+8:], size)
	}
	le.PutUint64(b[24:], CmdlineAt)
	le.PutUint64(b[40:], memMap)
	ranges := memoryMap(m)
	le.PutUint32(b[48:], uint32(len(ranges)))
	for i, r := range ranges {
		e := m.Low[memMap+24*i:]
		le.PutUint64(e[0:], r.addr)
		le.PutUint64(e[8:], r.size)
		le.PutUint32(e[16:], r.typ)
	}
}

// WriteZeroPage writes a struct boot_params (Linux Documentation/arch/x86/zero-page.rst).
func WriteZeroPage(m *guestmem.Memory, cmdlineSize int, initrd, size uint64) {
	le := binary.LittleEndian
	b := m.Low[ZeroPage : ZeroPage+guestmem.PageSize]
	le.PutUint64(b[0x070:], RSDP)
	le.PutUint16(b[0x1fe:], 0xaa55) // boot_flag
	copy(b[0x202:], "HdrS")
	b[0x210] = 0xff // type_of_loader: none of the known
	le.PutUint32(b[0x218:], uint32(initrd))
	le.PutUint32(b[0x21c:], uint32(size))
	le.PutUint32(b[0x228:], CmdlineAt)
	le.PutUint32(b[0x230:], 0x1000000) // kernel_alignment
	le.PutUint32(b[0x238:], uint32(cmdlineSize))
	ranges := memoryMap(m)
	b[0x1e8] = byte(len(ranges))
	for i, r := range ranges {
		e := b[0x2d0+20*i:]
		le.PutUint64(e[0:], r.addr)
		le.PutUint64(e[8:], r.size)
		le.PutUint32(e[16:], r.typ)
	}
}
