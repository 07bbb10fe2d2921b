package kvmboot

import (
	"encoding/binary"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The guest's processor has the name of this machine's, as Linux gives it, unless KVM has another for it.
func TestBrand(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^model name\t: (.*)$`).FindSubmatch(info)
	if m == nil {
		t.Fatal("/proc/cpuinfo names no model")
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
	if got := strings.TrimSpace(strings.TrimRight(string(name), "\x00")); got != strings.TrimSpace(string(m[1])) && string(m[1]) != "unknown" {
		t.Errorf("got %q, want %q", got, m[1])
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
