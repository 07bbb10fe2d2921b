package kvmboot

// Firecracker's machine on x86-64, as version 1.16.1 makes it without --enable-pci
// (src/vmm/src/arch/x86_64/layout.rs, src/vmm/src/builder.rs): its devices.
const (
	fcMMIOBase    = 0xc0001000 // one page a device; the page before is the boot timer's
	fcMMIOSize    = 0x1000
	fcMMIOIRQBase = 5
	fcMaxDevices  = 24 - fcMMIOIRQBase
)

func fcMMIOAddr(i int) uint64 { return fcMMIOBase + fcMMIOSize*uint64(i) }
func fcMMIOIRQ(i int) uint32  { return fcMMIOIRQBase + uint32(i) }
