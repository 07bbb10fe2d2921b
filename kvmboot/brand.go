package kvmboot

// Leaves of the processor's name (Intel SDM vol. 2A, CPUID, "Processor Brand String").
const (
	leafExtended   = 0x80000000 // EAX: the last such leaf
	leafBrandFirst = 0x80000002
	leafBrandLast  = 0x80000004
)

// addBrand puts in the name of this machine's processor, whose leaves KVM offers empty: programs show it, and
// /proc/cpuinfo has it.
func (c *kvmCPUID2) addBrand() {
	if cpuid(leafExtended)[0] < leafBrandLast {
		return
	}
	for i := range c.entries[:c.nent] {
		e := &c.entries[i]
		if e.function >= leafBrandFirst && e.function <= leafBrandLast && e.eax|e.ebx|e.ecx|e.edx == 0 {
			r := cpuid(e.function)
			e.eax, e.ebx, e.ecx, e.edx = r[0], r[1], r[2], r[3]
		}
	}
}
