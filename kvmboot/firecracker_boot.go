package kvmboot

import (
	"encoding/binary"
	"fmt"

	"uk/internal/bounded"
)

// Where Firecracker puts what a guest needs to start (src/vmm/src/arch/x86_64/
// layout.rs, regs.rs and mod.rs of version 1.16.1).
const (
	fcGDT       = 0x500
	fcIDT       = 0x520
	fcStartInfo = 0x6000
	fcModList   = 0x6040
	fcMemMap    = 0x7000 // PVH
	fcZeroPage  = 0x7000 // Linux: instead of the former
	fcStack     = 0x8ff0
	fcPML4      = 0x9000
	fcPDPT      = 0xa000
	fcPD        = 0xb000
	fcCmdlineAt = 0x20000
	fcSystem    = 0x9fc00 // MPTable, ACPI tables
	fcRSDP      = 0xe0000
	fcHighMem   = 0x100000
	fcMMConfig  = 0xeec00000
	fcMMConfEnd = 0xfec00000

	e820RAM      = 1
	e820Reserved = 2
)

type e820Range struct {
	addr, size uint64
	typ        uint32
}

func fcMemoryMap(m *guestMemory) []e820Range {
	r := []e820Range{
		{0, fcSystem, e820RAM},
		{fcSystem, fcRSDP - fcSystem, e820Reserved},
		{fcMMConfig, fcMMConfEnd - fcMMConfig, e820Reserved},
		{fcHighMem, uint64(len(m.low)) - fcHighMem, e820RAM},
	}
	if len(m.high) > 0 {
		r = append(r, e820Range{highBase, uint64(len(m.high)), e820RAM})
	}
	return r
}

// loadFirecracker is load for this machine.
func (m *machine) loadFirecracker(k *kernelFile) error {
	c := m.cfg.firecracker
	if len(m.mem.low) <= fcHighMem {
		return fmt.Errorf("%d bytes of memory: Firecracker needs more than %d", len(m.mem.low), fcHighMem)
	}
	if k.elfEntry < fcHighMem {
		return &KernelError{k.f.Name(), 24, fmt.Sprintf("the ELF header's entry %#x is below %#x: Firecracker refuses that, whatever the boot protocol", k.elfEntry, fcHighMem), nil}
	}
	pvh := k.entry != 0
	if entry := k.elfEntry; !pvh && !k.holds(entry) {
		return &KernelError{k.f.Name(), 24, fmt.Sprintf("no PVH note, and the ELF header's entry %#x is not the physical address of loaded code", entry), nil}
	}
	if err := k.load(m.mem, 0, fcHighMem); err != nil {
		return err
	}
	var initrd, initrdSize uint64
	if c.Initrd != "" {
		f, _, err := bounded.Open(c.Initrd)
		if err != nil {
			return err
		}
		defer f.Close()
		if initrd, initrdSize, err = placeModule(m.mem, f, max(k.end(), fcHighMem), uint64(len(m.mem.low))); err != nil {
			return err
		}
	}
	line, err := fcCmdline(c.BootArgs, fcWords(c))
	if err != nil {
		return err
	}
	low := m.mem.low[:fcHighMem]
	copy(low[fcCmdlineAt:], line)
	end := fcSystem + copy(low[fcSystem:], mpTable(m.cfg.CPUs))
	acpi, rsdp := acpiTables(uint64(end), m.cfg.CPUs)
	copy(low[end:], acpi)
	copy(low[fcRSDP:], rsdp)
	if pvh {
		fcWriteStartInfo(m.mem, initrd, initrdSize)
		return m.createCPUs(func(v *vcpu) error { return v.setPVHState(k.entry, fcStartInfo) })
	}
	fcWriteZeroPage(m.mem, len(line)+1, initrd, initrdSize)
	return m.createCPUs(func(v *vcpu) error { return v.setLinuxState(low, k.elfEntry) })
}

func fcWriteStartInfo(m *guestMemory, initrd, size uint64) {
	le := binary.LittleEndian
	b := m.low[fcStartInfo:]
	le.PutUint32(b[0:], startInfoMagic)
	le.PutUint32(b[4:], 1)
	if size > 0 {
		le.PutUint32(b[12:], 1)
		le.PutUint64(b[16:], fcModList)
		le.PutUint64(m.low[fcModList:], initrd)
		le.PutUint64(m.low[fcModList+8:], size)
	}
	le.PutUint64(b[24:], fcCmdlineAt)
	le.PutUint64(b[40:], fcMemMap)
	ranges := fcMemoryMap(m)
	le.PutUint32(b[48:], uint32(len(ranges)))
	for i, r := range ranges {
		e := m.low[fcMemMap+24*i:]
		le.PutUint64(e[0:], r.addr)
		le.PutUint64(e[8:], r.size)
		le.PutUint32(e[16:], r.typ)
	}
}

// fcWriteZeroPage writes a struct boot_params (Linux Documentation/arch/x86/zero-page.rst).
func fcWriteZeroPage(m *guestMemory, cmdlineSize int, initrd, size uint64) {
	le := binary.LittleEndian
	b := m.low[fcZeroPage : fcZeroPage+pageSize]
	le.PutUint64(b[0x070:], fcRSDP)
	le.PutUint16(b[0x1fe:], 0xaa55) // boot_flag
	copy(b[0x202:], "HdrS")
	b[0x210] = 0xff // type_of_loader: none of the known
	le.PutUint32(b[0x218:], uint32(initrd))
	le.PutUint32(b[0x21c:], uint32(size))
	le.PutUint32(b[0x228:], fcCmdlineAt)
	le.PutUint32(b[0x230:], 0x1000000) // kernel_alignment
	le.PutUint32(b[0x238:], uint32(cmdlineSize))
	ranges := fcMemoryMap(m)
	b[0x1e8] = byte(len(ranges))
	for i, r := range ranges {
		e := b[0x2d0+20*i:]
		le.PutUint64(e[0:], r.addr)
		le.PutUint64(e[8:], r.size)
		le.PutUint32(e[16:], r.typ)
	}
}

// setLinuxState is the start state of Linux's 64-bit boot protocol (Linux
// Documentation/arch/x86/boot.rst) as Firecracker sets it: long mode, the first
// gigabyte mapped at its own address, segments from a GDT in memory, RSI the zero page.
func (c *vcpu) setLinuxState(low []byte, entry uint64) error {
	var s kvmSregs
	if err := ioctlPtr(c.fd, kvmGetSregs, &s); err != nil {
		return fmt.Errorf("read processor state: %w", err)
	}
	le := binary.LittleEndian
	for i, d := range []uint64{0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x008f8b000000ffff} {
		le.PutUint64(low[fcGDT+8*i:], d)
	}
	le.PutUint64(low[fcIDT:], 0)
	s.gdt = kvmDTable{base: fcGDT, limit: 4*8 - 1}
	s.idt = kvmDTable{base: fcIDT, limit: 8 - 1}
	s.cs = kvmSegment{limit: 0xffffffff, selector: 0x8, typ: 0xb, present: 1, s: 1, l: 1, g: 1}
	data := kvmSegment{limit: 0xffffffff, selector: 0x10, typ: 0x3, present: 1, db: 1, s: 1, g: 1}
	s.ds, s.es, s.fs, s.gs, s.ss = data, data, data, data, data
	s.tr = kvmSegment{limit: 0xffffffff, selector: 0x18, typ: 0xb, present: 1, g: 1}
	le.PutUint64(low[fcPML4:], fcPDPT|3)
	le.PutUint64(low[fcPDPT:], fcPD|3)
	for i := range uint64(512) {
		le.PutUint64(low[fcPD+8*i:], i<<21|0x83)
	}
	s.cr3 = fcPML4
	s.cr4 |= 0x20       // PAE
	s.cr0 |= 0x80000001 // PG, PE; the rest as after a reset
	s.efer |= 0x500     // LME, LMA
	if err := ioctlPtr(c.fd, kvmSetSregs, &s); err != nil {
		return fmt.Errorf("set processor state: %w", err)
	}
	r := kvmRegs{rip: entry, rsp: fcStack, rbp: fcStack, rsi: fcZeroPage, rflags: 2}
	if err := ioctlPtr(c.fd, kvmSetRegs, &r); err != nil {
		return fmt.Errorf("set processor registers: %w", err)
	}
	return nil
}
