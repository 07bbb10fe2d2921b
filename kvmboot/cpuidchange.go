package kvmboot

// A CPUIDLeaf is what processors answer to the CPUID instruction with Leaf in EAX
// and Index in ECX.
type CPUIDLeaf struct {
	Leaf, Index        uint32
	EAX, EBX, ECX, EDX uint32
}

// change has f change the registers of each leaf. The sizes of leaf 0xD follow its components.
func (c *kvmCPUID2) change(f func(*CPUIDLeaf)) {
	for i := range c.entries[:c.nent] {
		e := &c.entries[i]
		l := CPUIDLeaf{e.function, e.index, e.eax, e.ebx, e.ecx, e.edx}
		f(&l)
		e.eax, e.ebx, e.ecx, e.edx = l.EAX, l.EBX, l.ECX, l.EDX
		if e.function == 0xd && e.index == 0 {
			e.ecx = c.saveArea(e.eax)
			e.ebx = e.ecx
		}
	}
}
