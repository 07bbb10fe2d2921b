package kvmboot

import (
	"reflect"
	"testing"
)

// The size of a request's argument is part of its number; a structure of another
// size would corrupt memory.
func TestStructureSizes(t *testing.T) {
	for _, c := range []struct {
		req  uint32
		arg  any
		size uintptr // 0: from req
	}{
		{kvmSetUserMemoryRegion, kvmMemoryRegion{}, 0},
		{kvmEnableCap, kvmEnableCapArgs{}, 0},
		{kvmSignalMSI, kvmMSI{}, 0},
		{kvmIRQLine, kvmIRQLevel{}, 0},
		{kvmCreatePIT2, kvmPITConfig{}, 0},
		{kvmIOEventFD, kvmIOEventFDArgs{}, 0},
		{kvmGetRegs, kvmRegs{}, 0},
		{kvmSetRegs, kvmRegs{}, 0},
		{kvmGetSregs, kvmSregs{}, 0},
		{kvmSetSregs, kvmSregs{}, 0},
		{0, kvmCPUID2{}, 8 + 40*maxCPUIDEntries},
	} {
		want := c.size
		if want == 0 {
			want = uintptr(c.req >> 16 & 0x3fff)
		}
		if got := reflect.TypeOf(c.arg).Size(); got != want {
			t.Errorf("%T: %d bytes, want %d", c.arg, got, want)
		}
	}
	if f, _ := reflect.TypeOf(kvmSregs{}).FieldByName("cr0"); f.Offset != 224 {
		t.Errorf("cr0 at %d, want 224", f.Offset)
	}
}

func TestCPUIDTopology(t *testing.T) {
	base := &kvmCPUID2{}
	for _, e := range []kvmCPUIDEntry{
		{function: 0, eax: 0x16},
		{function: 1, ebx: 0x00010800, edx: 0},
		{function: 4, index: 3, flags: cpuidIndexed, eax: 0x163},
		{function: 0xb, index: 0, flags: cpuidIndexed, ebx: 9},
		{function: 0x40000000, eax: 0x40000001, ebx: 0x4b4d564b},
		{function: 0x80000008, ecx: 0xffff},
	} {
		base.entries[base.nent] = e
		base.nent++
	}
	leaf := func(c *kvmCPUID2, fn, index uint32) kvmCPUIDEntry {
		t.Helper()
		for _, e := range c.entries[:c.nent] {
			if e.function == fn && e.index == index {
				return e
			}
		}
		t.Fatalf("no leaf %#x.%d", fn, index)
		return kvmCPUIDEntry{}
	}
	c := base.forCPU(2, 3, 2600000, true)
	if e := leaf(c, 1, 0); e.ebx != 0x02030800 || e.ecx != 1<<31|1<<24 || e.edx != 1<<28|1<<9 {
		t.Errorf("leaf 1: %x %x %x", e.ebx, e.ecx, e.edx)
	}
	if e := leaf(c, 4, 3); e.eax>>26 != 2 || e.eax>>14&0xfff != 2 {
		t.Errorf("leaf 4: %x", e.eax)
	}
	if e := leaf(c, 0xb, 0); e.eax != 0 || e.ebx != 1 || e.edx != 2 {
		t.Errorf("leaf 0xb.0: %+v", e)
	}
	if e := leaf(c, 0xb, 1); e.eax != 2 || e.ebx != 3 || e.ecx != 0x201 || e.edx != 2 {
		t.Errorf("leaf 0xb.1: %+v", e)
	}
	if e := leaf(c, 0x40000000, 0); e.eax != 0x40000010 {
		t.Errorf("leaf 0x40000000: %x", e.eax)
	}
	if e := leaf(c, 0x40000010, 0); e.eax != 2600000 || e.ebx != 1000000 {
		t.Errorf("leaf 0x40000010: %+v", e)
	}
	if e := leaf(base.forCPU(0, 1, 0, false), 1, 0); e.edx&(1<<28) != 0 || e.ecx&(1<<24) != 0 {
		t.Errorf("one processor: leaf 1: %x %x", e.ecx, e.edx)
	}
}

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		s    Status
		want int
	}{
		{Status{Kind: KindExit, Code: 7}, 7},
		{Status{Kind: KindSignal, Code: 11}, 139},
		{Status{Kind: KindPanic, Code: 3}, 125},
		{Status{Kind: KindTimeout}, 124},
		{Status{Kind: KindCanceled}, 130},
		{Status{}, 1},
	} {
		if got := c.s.ExitCode(); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.s, got, c.want)
		}
	}
}

func TestStatusPorts(t *testing.T) {
	for _, c := range []struct {
		bytes string
		kind  Kind
		code  int
		ok    bool
	}{
		{"x\x07", KindExit, 7, true},
		{"s\x0b", KindSignal, 11, true},
		{"p\x02", KindPanic, 2, true},
		{"x\x01p\x02", KindPanic, 2, true},
		{"", KindPanic, 0, false},
		{"x", KindPanic, 0, false},
		{"?\x01", KindPanic, 0, false},
	} {
		var p StatusPorts
		for i := range len(c.bytes) {
			p.Take(c.bytes[i])
		}
		if s, ok := p.Status(); s.Kind != c.kind || ok != c.ok || ok && s.Code != c.code {
			t.Errorf("%q: %v, %v", c.bytes, s, ok)
		}
	}
}
