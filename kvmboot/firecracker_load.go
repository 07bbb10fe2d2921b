package kvmboot

import (
	"encoding/binary"
	"fmt"

	"uk.example/internal/bounded"
	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/firecracker"
)

// loadFirecracker is load for this machine.
func (m *machine) loadFirecracker(k *boot.Kernel, c *firecracker.Config) error {
	if len(m.mem.Low) <= boot.HighMem {
		return fmt.Errorf("%d bytes of memory: Firecracker needs more than %d", len(m.mem.Low), boot.HighMem)
	}
	if k.ElfEntry < boot.HighMem {
		return &KernelError{File: k.File.Name(), Offset: 24, Msg: fmt.Sprintf("the ELF header's entry %#x is below %#x: Firecracker refuses that, whatever the boot protocol", k.ElfEntry, boot.HighMem)}
	}
	pvh := k.Entry != 0
	if entry := k.ElfEntry; !pvh && !k.Holds(entry) {
		return &KernelError{File: k.File.Name(), Offset: 24, Msg: fmt.Sprintf("no PVH note, and the ELF header's entry %#x is not the physical address of loaded code", entry)}
	}
	if err := k.Load(m.mem, 0, boot.HighMem); err != nil {
		return err
	}
	var initrd, initrdSize uint64
	if c.Initrd != "" {
		f, _, err := bounded.Open(c.Initrd)
		if err != nil {
			return err
		}
		defer f.Close()
		if initrd, initrdSize, err = boot.PlaceModule(m.mem, f, max(k.End(), boot.HighMem), uint64(len(m.mem.Low))); err != nil {
			return err
		}
	}
	line, err := firecracker.Cmdline(c.BootArgs, firecracker.Words(c))
	if err != nil {
		return err
	}
	low := m.mem.Low[:boot.HighMem]
	copy(low[boot.CmdlineAt:], line)
	end := boot.System + copy(low[boot.System:], boot.MPTable(m.cfg.CPUs))
	acpi, rsdp := boot.ACPITables(uint64(end), m.cfg.CPUs)
	copy(low[end:], acpi)
	copy(low[boot.RSDP:], rsdp)
	if pvh {
		boot.WriteStartInfo(m.mem, initrd, initrdSize)
		return m.createCPUs(func(v *vcpu) error { return v.setPVHState(k.Entry, boot.StartInfo) })
	}
	boot.WriteZeroPage(m.mem, len(line)+1, initrd, initrdSize)
	return m.createCPUs(func(v *vcpu) error { return v.setLinuxState(low, k.ElfEntry) })
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
		le.PutUint64(low[boot.GDT+8*i:], d)
	}
	le.PutUint64(low[boot.IDT:], 0)
	s.gdt = kvmDTable{base: boot.GDT, limit: 4*8 - 1}
	s.idt = kvmDTable{base: boot.IDT, limit: 8 - 1}
	s.cs = kvmSegment{limit: 0xffffffff, selector: 0x8, typ: 0xb, present: 1, s: 1, l: 1, g: 1}
	data := kvmSegment{limit: 0xffffffff, selector: 0x10, typ: 0x3, present: 1, db: 1, s: 1, g: 1}
	s.ds, s.es, s.fs, s.gs, s.ss = data, data, data, data, data
	s.tr = kvmSegment{limit: 0xffffffff, selector: 0x18, typ: 0xb, present: 1, g: 1}
	le.PutUint64(low[boot.PML4:], boot.PDPT|3)
	le.PutUint64(low[boot.PDPT:], boot.PD|3)
	for i := range uint64(512) {
		le.PutUint64(low[boot.PD+8*i:], i<<21|0x83)
	}
	s.cr3 = boot.PML4
	s.cr4 |= 0x20       // PAE
	s.cr0 |= 0x80000001 // PG, PE; the rest as after a reset
	s.efer |= 0x500     // LME, LMA
	if err := ioctlPtr(c.fd, kvmSetSregs, &s); err != nil {
		return fmt.Errorf("set processor state: %w", err)
	}
	r := kvmRegs{rip: entry, rsp: boot.Stack, rbp: boot.Stack, rsi: boot.ZeroPage, rflags: 2}
	if err := ioctlPtr(c.fd, kvmSetRegs, &r); err != nil {
		return fmt.Errorf("set processor registers: %w", err)
	}
	return nil
}
