package kvmboot

import (
	"encoding/binary"
	"os/exec"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// The guest's processor has the name that this machine's tells programs, unless KVM has another for it. What
// /proc/cpuinfo says is the kernel's CPUID, which is another's where that kernel is itself a guest without hardware's help.
func TestBrand(t *testing.T) {
	program := testenv.Compile(t, "brand", `#include <cpuid.h>
#include <stdio.h>
int main(void)
{
	unsigned r[13] = { 0 };
	for (unsigned i = 0; i < 3; i++)
		__get_cpuid(0x80000002 + i, r + 4 * i, r + 4 * i + 1, r + 4 * i + 2, r + 4 * i + 3);
	fputs((char *)r, stdout);
}
`)
	want, err := exec.Command(program).Output()
	if err != nil {
		t.Fatal(err)
	}
	c := &kvmCPUID2{nent: 4}
	for i := range c.entries[:4] {
		c.entries[i].function = 0x80000001 + uint32(i)
	}
	c.addBrand()
	var name []byte
	for _, e := range c.entries[1:4] {
		for _, r := range []uint32{e.eax, e.ebx, e.ecx, e.edx} {
			name = binary.LittleEndian.AppendUint32(name, r)
		}
	}
	if got := strings.TrimRight(string(name), "\x00"); got != string(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if e := c.entries[0]; e.eax|e.ebx|e.ecx|e.edx != 0 {
		t.Errorf("leaf %#x has changed: %+v", e.function, e)
	}
	c.entries[2].ebx = 5
	c.addBrand()
	if e := c.entries[2]; e.ebx != 5 {
		t.Errorf("what KVM says became %#x", e.ebx)
	}
}
