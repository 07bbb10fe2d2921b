package boot

import (
	"encoding/binary"

	"uk.example/kvmboot/guestmem"
)

// sumTo0 sets b[at] so that the bytes add up to 0.
func sumTo0(b []byte, at int) {
	b[at] = 0
	var sum byte
	for _, c := range b {
		sum += c
	}
	b[at] = -sum
}

// MPTable makes the tables of the Intel MultiProcessor Specification, version 1.4, to
// stand at System: processors, one ISA bus, one I/O APIC with a line for each of
// the bus's, and the local interrupts (src/vmm/src/arch/x86_64/mptable.rs).
func MPTable(cpus int) []byte {
	le := binary.LittleEndian
	const pointerSize, headerSize = 16, 44
	ioapicID := byte(cpus + 1)
	var body []byte
	for id := range cpus {
		flags := byte(1) // enabled
		if id == 0 {
			flags |= 2 // the boot processor
		}
		e := make([]byte, 20)
		copy(e, []byte{0, byte(id), 0x14, flags})
		le.PutUint32(e[4:], 0x600)
		le.PutUint32(e[8:], 0x201) // APIC, FPU
		body = append(body, e...)
	}
	body = append(body, 1, 0)
	body = append(body, "ISA   "...)
	body = append(body, 2, ioapicID, 0x14, 1)
	body = le.AppendUint32(body, guestmem.IOAPICBase)
	for line := range byte(guestmem.IOAPICPins) {
		body = append(body, 3, 0, 0, 0, 0, line, ioapicID, line)
	}
	body = append(body, 4, 3, 0, 0, 0, 0, 0, 0)    // ExtINT to LINT0 of the first
	body = append(body, 4, 1, 0, 0, 0, 0, 0xff, 1) // NMI to LINT1 of all

	pointer := make([]byte, pointerSize)
	copy(pointer, "_MP_")
	le.PutUint32(pointer[4:], System+pointerSize)
	pointer[8], pointer[9] = 1, 4
	sumTo0(pointer, 10)
	table := make([]byte, headerSize, headerSize+len(body))
	copy(table, "PCMP")
	le.PutUint16(table[4:], uint16(headerSize+len(body)))
	table[6] = 4
	copy(table[8:], "FC      000000000000")
	le.PutUint16(table[34:], uint16(cpus+1+1+guestmem.IOAPICPins+2))
	le.PutUint32(table[36:], 0xfee00000)
	table = append(table, body...)
	sumTo0(table, 7)
	return append(pointer, table...)
}

// ACPITables makes ACPI tables to stand at addr, and the RSDP that names them: DSDT, a
// FADT of hardware-reduced ACPI, MADT, MCFG, XSDT (src/vmm/src/acpi). The DSDT is
// empty where Firecracker's names the devices, which the command line does too.
func ACPITables(addr uint64, cpus int) (tables, rsdp []byte) {
	le := binary.LittleEndian
	add := func(signature, id string, revision byte, body []byte) (at uint64) {
		at = addr + uint64(len(tables))
		t := make([]byte, 36, 36+len(body))
		copy(t, signature)
		le.PutUint32(t[4:], uint32(36+len(body)))
		t[8] = revision
		copy(t[10:], "FIRECK")
		copy(t[16:], id)
		copy(t[28:], "FCAT")
		le.PutUint32(t[32:], 0x20240119)
		t = append(t, body...)
		sumTo0(t, 9)
		tables = append(tables, t...)
		return at
	}
	dsdt := add("DSDT", "FCVMDSDT", 2, nil)
	fadt := make([]byte, 276-36)
	le.PutUint16(fadt[109-36:], 1<<2)            // no VGA
	le.PutUint32(fadt[112-36:], 1<<20|1<<4|1<<5) // hardware-reduced; no fixed power and sleep buttons
	fadt[131-36] = 5
	le.PutUint64(fadt[140-36:], dsdt)
	copy(fadt[268-36:], "FIRECKVM")
	fadtAt := add("FACP", "FCVMFADT", 6, fadt)
	madt := le.AppendUint32(nil, 0xfee00000)
	madt = append(madt, 0, 0, 0, 0)
	madt = append(madt, 1, 12, 0, 0)
	madt = le.AppendUint32(madt, guestmem.IOAPICBase)
	madt = append(madt, 0, 0, 0, 0)
	for id := range cpus {
		madt = append(madt, 0, 8, byte(id), byte(id), 1, 0, 0, 0)
	}
	madtAt := add("APIC", "FCVMMADT", 6, madt)
	mcfg := make([]byte, 8+16)
	le.PutUint64(mcfg[8:], mmConfig)
	mcfgAt := add("MCFG", "FCMVMCFG", 1, mcfg)
	var list []byte
	for _, at := range []uint64{fadtAt, madtAt, mcfgAt} {
		list = le.AppendUint64(list, at)
	}
	xsdt := add("XSDT", "FCMVXSDT", 1, list)
	rsdp = make([]byte, 36)
	copy(rsdp, "RSD PTR ")
	copy(rsdp[9:], "FIRECK")
	rsdp[15] = 2
	le.PutUint32(rsdp[20:], 36)
	le.PutUint64(rsdp[24:], xsdt)
	sumTo0(rsdp[:20], 8)
	sumTo0(rsdp, 32)
	return tables, rsdp
}
