package kvmboot

// stateComponents are the parts of XCR0 that kernels enable, and so the registers that they save: x87, SSE, AVX
// and AVX-512 (kernel/include/x86.h, XCR0_KERNEL).
const stateComponents = 0xe7

// A program that finds a feature in CPUID uses its registers. Those that the kernel does not save, the runner
// does not offer (Intel SDM vol. 2A, CPUID; AVX10 and APX: their own specifications).
const (
	leaf7MPX    = 1 << 14            // EBX
	leaf7NoECX  = 1<<3 | 1<<4 | 1<<7 // PKU, OSPKE, CET_SS
	leaf7NoEDX  = 1<<5 | 1<<20 | 1<<22 | 1<<24 | 1<<25
	leaf71NoEAX = 1 << 21                      // AMX-FP16
	leaf71NoEDX = 1<<8 | 1<<18 | 1<<19 | 1<<21 // AMX-COMPLEX, CET_SSS, AVX10, APX_F
	leafDNoEAX  = 1<<3 | 1<<4                  // XSAVES, XFD

	xsaveHeaderEnd = 576 // legacy area and header of an XSAVE area
)

// savedOnly changes e to what a kernel that saves stateComponents can let its program see; false: nothing of it.
func (c *kvmCPUID2) savedOnly(e *kvmCPUIDEntry) bool {
	switch {
	case e.function == 7 && e.index == 0:
		e.ebx &^= leaf7MPX
		e.ecx &^= leaf7NoECX
		e.edx &^= leaf7NoEDX
	case e.function == 7 && e.index == 1:
		e.eax &^= leaf71NoEAX
		e.edx &^= leaf71NoEDX
	case e.function == 0xd && e.index == 0:
		e.eax &= stateComponents
		e.edx = 0
		e.ecx = c.saveArea(e.eax)
		e.ebx = e.ecx
	case e.function == 0xd && e.index == 1:
		e.eax &^= leafDNoEAX
		e.ecx, e.edx = 0, 0 // no components of supervisors
	case e.function == 0xd:
		return e.index < 32 && stateComponents>>e.index&1 != 0
	case e.function == 0x1d, e.function == 0x1e, e.function == 0x24, e.function == 0x29: // AMX, AVX10, APX
		return false
	}
	return true
}

// saveArea is the size of an XSAVE area of these components, in the standard form.
func (c *kvmCPUID2) saveArea(components uint32) uint32 {
	size := uint32(xsaveHeaderEnd)
	for _, e := range c.entries[:c.nent] {
		if e.function == 0xd && e.index >= 2 && e.index < 32 && components>>e.index&1 != 0 {
			size = max(size, e.eax+e.ebx)
		}
	}
	return size
}
