package firecracker

// Firecracker's machine on x86-64, as version 1.16.1 makes it without --enable-pci
// (src/vmm/src/arch/x86_64/layout.rs, src/vmm/src/builder.rs): its devices.
const (
	MMIOBase    = 0xc0001000 // one page a device; the page before is the boot timer's
	MMIOSize    = 0x1000
	MMIOIRQBase = 5
	MaxDevices  = 24 - MMIOIRQBase
)

func MMIOAddr(i int) uint64 { return MMIOBase + MMIOSize*uint64(i) }
func MMIOIRQ(i int) uint32  { return MMIOIRQBase + uint32(i) }
