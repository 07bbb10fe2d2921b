package archtest

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// State components where Intel's processors have them, AMD's without MPX, and AMD's of Bulldozer.
const (
	avx       = " 2:256@576"
	mpx       = " 3:64@960 4:64@1024"
	avx512    = " 5:64@1088 6:512@1152 7:1024@1664"
	pku       = " 9:8@2688"
	amx       = " 17:64@2752 18:8192@2816"
	apx       = " 19:128@960"                               // in MPX's place
	hidden    = " 8:128@0 11:16@0 12:24@0 14:48@0 15:808@0" // supervisor components have no place in the standard form
	amdAVX512 = " 5:64@832 6:512@896 7:1024@1408"
	lwp       = " 62:128@832"
)

const (
	edx1     = 0x178bfbff // leaf 1 of QEMU's qemu64 and of every processor since
	extended = 0x2c100800 // leaf 0x80000001: lm, rdtscp, pdpe1gb, nx, syscall
)

var processors = []struct {
	name           string
	xcr0           uint64 // all that it can have, as a host might
	edx1, extended uint32
	components     string
	keeps          uint64
	size           int
	lacks          string
}{
	{"Core 2", 0, 0xbfebfbff, 0x20100800, "", 0, 512, ""},
	{"Nehalem", 0, 0xbfebfbff, 0x28100800, "", 0, 512, ""},
	{"Westmere", 0, 0xbfebfbff, 0x2c100800, "", 0, 512, ""},
	{"Penryn with XSAVE", 0x3, edx1, extended, "", 3, 576, ""},
	{"Sandy Bridge", 0x7, 0xbfebfbff, 0x28100800, avx, 7, 832, ""},
	{"Haswell", 0x7, edx1, extended, avx, 7, 832, ""},
	{"Goldmont (no AVX, MPX)", 0x1b, edx1, extended, mpx, 3, 576, ""},
	{"Skylake", 0x1f, edx1, extended, avx + mpx + hidden, 7, 832, ""},
	{"Skylake-SP", 0x2ff, edx1, extended, avx + mpx + avx512 + pku + hidden, 0xe7, 2688, ""},
	{"Ice Lake", 0x2e7, edx1, extended, avx + avx512 + pku + hidden, 0xe7, 2688, ""},
	{"Alder Lake", 0x207, edx1, extended, avx + pku + hidden, 7, 832, ""},
	{"Sapphire Rapids", 0x602e7, edx1, extended, avx + avx512 + pku + amx + hidden, 0xe7, 2688, ""},
	{"Granite Rapids with AVX10", 0x602e7, edx1, extended, avx + avx512 + pku + amx + hidden, 0xe7, 2688, ""},
	{"Diamond Rapids with APX", 0xe02e7, edx1, extended, avx + avx512 + pku + amx + apx + hidden, 0xe7, 2688, ""},
	{"K8", 0, 0x078bfbff, 0x21100800, "", 0, 512, ""},
	{"K10", 0, edx1, 0x2fd3fbff, "", 0, 512, ""},
	{"Bulldozer", 0x4000000000000007, edx1, 0x2fd3fbff, avx + lwp, 7, 832, ""},
	{"Zen 1", 0x7, edx1, 0x2fd3fbff, avx, 7, 832, ""},
	{"Zen 2", 0x7, edx1, 0x2fd3fbff, avx, 7, 832, ""},
	{"Zen 3", 0x207, edx1, 0x2fd3fbff, avx + " 9:8@832 11:16@0 12:24@0", 7, 832, ""},
	{"Zen 4", 0x2e7, edx1, 0x2fd3fbff, avx + amdAVX512 + " 9:8@2432 11:16@0", 0xe7, 2432, ""},
	{"Zen 5", 0x2e7, edx1, 0x2fd3fbff, avx + amdAVX512 + " 9:8@2432 11:16@0", 0xe7, 2432, ""},
	{"components in another order", 0xe7, edx1, extended, " 2:256@2240" + " 5:64@576 6:512@640 7:1024@1152", 0xe7, 2496, ""},

	{"Pentium 4 without 64-bit mode", 0, edx1, 0, "", 0, 512, "nx"},
	{"NX off in the BIOS", 7, edx1, extended &^ (1 << 20), avx, 7, 832, "nx"},
	{"Core Duo", 0, edx1, 1 << 20, "", 0, 512, "lm"},
	{"no local APIC", 0, edx1 &^ (1 << 9), extended, "", 0, 512, "apic"},
	{"no TSC", 0, edx1 &^ (1 << 4), extended, "", 0, 512, "tsc"},
	{"no CMOV", 0, edx1 &^ (1 << 15), extended, "", 0, 512, "cmov"},
	{"no FXSR", 0, edx1 &^ (1 << 24), extended, "", 0, 512, "fxsr"},
	{"no SSE", 0, edx1 &^ (1 << 25), extended, "", 0, 512, "sse"},
	{"no SSE2", 0, edx1 &^ (1 << 26), extended, "", 0, 512, "sse2"},
}

func TestProcessors(t *testing.T) {
	testenv.Sources(t, "host/*", "../vector_layout.c", "../../../include/*.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-std=gnu11", "-Wall")
	o.Compile("../vector_layout.c", "-ffreestanding", "-Ihost", "-I../../../include")
	o.Compile("host/main.c", "-Ihost", "-I../../../include")
	prog := o.Link()

	var in strings.Builder
	for _, p := range processors {
		fmt.Fprintf(&in, "%x %x %x%s\n", p.xcr0, p.edx1, p.extended, p.components)
	}
	cmd := exec.Command(prog)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(processors) {
		t.Fatalf("%d answers for %d processors", len(lines), len(processors))
	}
	for i, p := range processors {
		lacks := p.lacks
		if lacks == "" {
			lacks = "nothing"
		}
		if want := fmt.Sprintf("%x %d %s", p.keeps, p.size, lacks); lines[i] != want {
			t.Errorf("%s: keeps, size, lacks: %q, want %q", p.name, lines[i], want)
		}
	}
}

// With make DEBUG=1 a save that goes beyond its area ends the machine at the next switch.
func TestCanary(t *testing.T) {
	testenv.Sources(t, "host/*", "../vector.c", "../vector_layout.c", "../../../include/*.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-std=gnu11", "-Wall", "-DKERNEL_DEBUG")
	for _, src := range []string{"../vector.c", "../vector_layout.c", "host/canary.c"} {
		o.Compile(src, "-fno-builtin", "-Ihost", "-I../../../include")
	}
	out, err := exec.Command(o.Link()).Output()
	if err != nil {
		t.Fatal(err)
	}
	const want = "the area itself: 0\nbehind it: 64 of 64, a vector save area of 832 bytes was overrun\na save that is too large: 1\n"
	if string(out) != want {
		t.Errorf("prints\n%swant\n%s", out, want)
	}
}
