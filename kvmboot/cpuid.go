package kvmboot

import "math/bits"

const (
	cpuidIndexed = 1 // kvm_cpuid_entry2 flag: index matters

	capTSCDeadlineTimer = 72
	capSplitIRQChip     = 121
)

// supportedCPUID asks KVM for all that it can offer a guest.
func supportedCPUID(kvmFD int) (*kvmCPUID2, error) {
	c := &kvmCPUID2{nent: maxCPUIDEntries}
	if err := ioctlPtr(kvmFD, kvmGetSupportedCPUID, c); err != nil {
		return nil, err
	}
	c.nent = min(c.nent, maxCPUIDEntries)
	c.addBrand()
	return c, nil
}

// addressBits is the width of a guest's physical addresses (Intel SDM vol. 2A, CPUID leaf 80000008H).
func (c *kvmCPUID2) addressBits() uint {
	for _, e := range c.entries[:c.nent] {
		if e.function == 0x80000008 {
			return uint(e.eax & 0xff)
		}
	}
	return 36
}

// forCPU makes the processor identification of vCPU id out of ncpu: KVM's own,
// with a topology of one package that holds ncpu cores of one thread, and
// the hypervisor's timing leaf.
func (c *kvmCPUID2) forCPU(id, ncpu int, tscKHz uint32, tscDeadline bool) *kvmCPUID2 {
	out := &kvmCPUID2{}
	add := func(e kvmCPUIDEntry) {
		if out.nent < maxCPUIDEntries {
			out.entries[out.nent] = e
			out.nent++
		}
	}
	shift := uint32(bits.Len(uint(ncpu - 1)))
	hypervisor := false
	for _, e := range c.entries[:c.nent] {
		if !c.savedOnly(&e) {
			continue
		}
		switch e.function {
		case 1:
			e.ebx = e.ebx&0xffff | uint32(ncpu)<<16 | uint32(id)<<24
			e.ecx |= 1 << 31 // a hypervisor is present
			if tscDeadline {
				e.ecx |= 1 << 24
			}
			e.edx |= 1 << 9 // a local APIC: each processor here has KVM's, whatever the host's say of theirs at the moment
			e.edx &^= 1 << 28
			if ncpu > 1 {
				e.edx |= 1 << 28 // HTT: more than one logical processor
			}
		case 4:
			if e.eax&0x1f != 0 {
				level := e.eax >> 5 & 7
				e.eax &^= 0xffffc000
				e.eax |= uint32(ncpu-1) << 26
				if level >= 3 {
					e.eax |= uint32(ncpu-1) << 14 // cores share it
				}
			}
		case 0xb, 0x1f:
			continue // made below
		case 0x40000000:
			hypervisor = true
			e.eax = max(e.eax, 0x40000010)
		case 0x40000010:
			continue // made below
		case 0x80000008:
			e.ecx = e.ecx&^0xf0ff | uint32(ncpu-1) | shift<<12
		case 0x8000001e:
			e.eax, e.ebx, e.ecx = uint32(id), uint32(id), 0
		}
		add(e)
	}
	// Leaf 0xB (Intel SDM vol. 2A, CPUID): level 0 threads of a core, level 1 cores
	// of the package, then the end.
	if c.entries[0].function == 0 && c.entries[0].eax >= 0xb {
		x2 := uint32(id)
		add(kvmCPUIDEntry{function: 0xb, index: 0, flags: cpuidIndexed, eax: 0, ebx: 1, ecx: 1 << 8, edx: x2})
		add(kvmCPUIDEntry{function: 0xb, index: 1, flags: cpuidIndexed, eax: shift, ebx: uint32(ncpu), ecx: 2<<8 | 1, edx: x2})
		add(kvmCPUIDEntry{function: 0xb, index: 2, flags: cpuidIndexed, ecx: 2, edx: x2})
	}
	if hypervisor && tscKHz != 0 {
		// The timing leaf that VMware introduced and Linux reads: TSC and local APIC
		// timer frequency in kHz. KVM's in-kernel APIC counts nanoseconds.
		add(kvmCPUIDEntry{function: 0x40000010, eax: tscKHz, ebx: 1000000})
	}
	return out
}
