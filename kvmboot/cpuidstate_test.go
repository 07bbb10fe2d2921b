package kvmboot

import "testing"

// leaf finds an entry, or nil.
func (c *kvmCPUID2) leaf(function, index uint32) *kvmCPUIDEntry {
	for i := range c.entries[:c.nent] {
		if e := &c.entries[i]; e.function == function && e.index == index {
			return e
		}
	}
	return nil
}

// component is leaf 0xD of a state component.
func component(n, size, offset uint32) kvmCPUIDEntry {
	return kvmCPUIDEntry{function: 0xd, index: n, flags: cpuidIndexed, eax: size, ebx: offset}
}

// Processors of several generations, with all bits of feature words set: what the kernel saves is offered, and
// sizes are those of what is offered.
func TestCPUIDOffersWhatIsSaved(t *testing.T) {
	avx, mpx := component(2, 256, 576), []kvmCPUIDEntry{component(3, 64, 960), component(4, 64, 1024)}
	avx512 := []kvmCPUIDEntry{component(5, 64, 1088), component(6, 512, 1152), component(7, 1024, 1664)}
	pku, amx := component(9, 8, 2688), []kvmCPUIDEntry{component(17, 64, 2752), component(18, 8192, 2816)}
	apx, cet := component(19, 128, 960), component(11, 16, 0)
	for _, tt := range []struct {
		name       string
		xcr0       uint32
		components []kvmCPUIDEntry
		mask, size uint32
	}{
		{"SSE", 3, nil, 3, 576},
		{"AVX", 7, []kvmCPUIDEntry{avx}, 7, 832},
		{"MPX", 0x1f, append(mpx, avx), 7, 832},
		{"AVX-512 and PKU", 0x2e7, append(avx512, avx, pku), 0xe7, 2688},
		{"AMX", 0x602e7, append(append(avx512, amx...), avx, pku, cet), 0xe7, 2688},
		{"APX", 0xe02e7, append(append(avx512, amx...), avx, pku, apx), 0xe7, 2688},
		{"AVX-512 at other places", 0xe7, []kvmCPUIDEntry{avx, component(5, 64, 832), component(6, 512, 896), component(7, 1024, 1408)}, 0xe7, 2432},
	} {
		const all = ^uint32(0)
		host := &kvmCPUID2{}
		for _, e := range append([]kvmCPUIDEntry{
			{function: 0, eax: 0x29},
			{function: 1, eax: all, ebx: all, ecx: all, edx: all},
			{function: 7, index: 0, flags: cpuidIndexed, eax: 1, ebx: all, ecx: all, edx: all},
			{function: 7, index: 1, flags: cpuidIndexed, eax: all, ebx: all, ecx: all, edx: all},
			{function: 0xd, index: 0, flags: cpuidIndexed, eax: tt.xcr0, ebx: 11008, ecx: 11008, edx: all},
			{function: 0xd, index: 1, flags: cpuidIndexed, eax: 0x1f, ebx: 11008, ecx: 0x1900, edx: all},
			{function: 0x1d, index: 1, flags: cpuidIndexed, eax: all},
			{function: 0x1e, ebx: all},
			{function: 0x24, ebx: all},
			{function: 0x29, ebx: all},
		}, tt.components...) {
			host.entries[host.nent] = e
			host.nent++
		}
		guest := host.forCPU(0, 1, 0, false)
		d := guest.leaf(0xd, 0)
		if d.eax != tt.mask || d.edx != 0 || d.ebx != tt.size || d.ecx != tt.size {
			t.Errorf("%s: leaf 0xD says components %#x:%#x, %d and %d bytes; want %#x, %d", tt.name, d.edx, d.eax, d.ebx, d.ecx, tt.mask, tt.size)
		}
		if d1 := guest.leaf(0xd, 1); d1.eax != 7 || d1.ecx != 0 || d1.edx != 0 {
			t.Errorf("%s: leaf 0xD.1 is %#x %#x %#x", tt.name, d1.eax, d1.ecx, d1.edx)
		}
		for n := uint32(2); n < 64; n++ {
			want := n < 32 && tt.mask>>n&1 != 0
			if got := guest.leaf(0xd, n) != nil; got != want {
				t.Errorf("%s: component %d is offered: %v", tt.name, n, got)
			}
		}
		for _, function := range []uint32{0x1d, 0x1e, 0x24, 0x29} {
			if guest.leaf(function, 0) != nil || guest.leaf(function, 1) != nil {
				t.Errorf("%s: leaf %#x is offered", tt.name, function)
			}
		}
		seven, one := guest.leaf(7, 0), guest.leaf(7, 1)
		if seven.ebx != all&^(1<<14) || seven.ecx != all&^(1<<3|1<<4|1<<7) || seven.edx != all&^(1<<5|1<<20|1<<22|1<<24|1<<25) {
			t.Errorf("%s: leaf 7 is %#x %#x %#x", tt.name, seven.ebx, seven.ecx, seven.edx)
		}
		if one.eax != all&^(1<<21) || one.edx != all&^(1<<8|1<<18|1<<19|1<<21) {
			t.Errorf("%s: leaf 7.1 is %#x %#x", tt.name, one.eax, one.edx)
		}
	}
}

// A change of CPUID reaches every leaf, and the sizes of leaf 0xD are those of the components that it leaves.
func TestCPUIDChange(t *testing.T) {
	c := &kvmCPUID2{}
	for _, e := range []kvmCPUIDEntry{{function: 1, ecx: 3}, {function: 0xd, eax: 7, ebx: 832, ecx: 832}, component(2, 256, 576)} {
		c.entries[c.nent] = e
		c.nent++
	}
	c.change(func(l *CPUIDLeaf) {
		switch {
		case l.Leaf == 1:
			l.ECX &^= 1
		case l.Leaf == 0xd && l.Index == 0:
			l.EAX = 3
		}
	})
	if e := c.leaf(1, 0); e.ecx != 2 {
		t.Errorf("leaf 1: ECX = %#x", e.ecx)
	}
	if e := c.leaf(0xd, 0); e.eax != 3 || e.ebx != 576 || e.ecx != 576 {
		t.Errorf("leaf 0xD: %+v", e)
	}
}
