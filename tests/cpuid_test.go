package tests

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/kvmboot"
)

// Bits of CPUID leaves, by the names of programs/cpu/features.c. The register is EAX, EBX, ECX or EDX, from 0 on.
var cpuidBits = map[string]struct {
	leaf uint32
	reg  int
	bit  uint
}{
	"fma": {1, 2, 12}, "pcid": {1, 2, 17}, "x2apic": {1, 2, 21}, "tsc_deadline": {1, 2, 24}, "xsave": {1, 2, 26}, "avx": {1, 2, 28}, "rdrand": {1, 2, 30},
	"fsgsbase": {7, 1, 0}, "avx2": {7, 1, 5}, "erms": {7, 1, 9}, "avx512f": {7, 1, 16}, "amx_tile": {7, 3, 24},
	"invariant_tsc": {0x80000007, 3, 8},
	"tsc":           {1, 3, 4}, "apic": {1, 3, 9}, "cmov": {1, 3, 15}, "fxsr": {1, 3, 24}, "sse": {1, 3, 25}, "sse2": {1, 3, 26},
	"nx": {0x80000001, 3, 20}, "lm": {0x80000001, 3, 29},
}

// A cpuidChange is what a processor's CPUID is made to say.
type cpuidChange struct {
	without     []string
	components  uint32 // of XCR0: these at most; 0: as they are
	amx         bool   // AMX is there, and its state is not
	addressBits uint32 // 0: as they are
}

// leaf is a Config.CPUID.
func (c *cpuidChange) leaf(l *kvmboot.CPUIDLeaf) {
	for _, name := range c.without {
		if b := cpuidBits[name]; l.Leaf == b.leaf && l.Index == 0 {
			*[]*uint32{&l.EAX, &l.EBX, &l.ECX, &l.EDX}[b.reg] &^= 1 << b.bit
		}
	}
	switch {
	case l.Leaf == 0xd && l.Index == 0 && c.components != 0:
		l.EAX &= c.components
	case l.Leaf == 7 && l.Index == 0 && c.amx:
		l.EDX |= 1 << cpuidBits["amx_tile"].bit
	case l.Leaf == 0x80000008 && c.addressBits != 0:
		l.EAX = l.EAX&^0xff | c.addressBits
	}
}

// What features.c prints: features, then lines that stay the same, but for what says of FSGSBASE and addresses.
func seen(t *testing.T, out string) (features []string, rest string) {
	t.Helper()
	first, rest, ok := strings.Cut(out, "\n")
	if !ok || !strings.HasPrefix(first, "sees: ") {
		t.Fatalf("the program prints\n%s", out)
	}
	return strings.Fields(first)[1:], rest
}

// TestChangedCPUID boots under KVM on processors from which the runner hides something. The program works and
// sees just that. Some KVM lets guests see part of the host's CPUID whatever it was told: a first run,
// without all that can be done without, finds out what that is.
func TestChangedCPUID(t *testing.T) {
	needKVM(t)
	b := prepare(t, &program{name: "cpuid-features", build: c("cpu/features.c", "-O1", "-pthread", "-lm"), check: func(*testing.T, string) {}})
	run := func(t *testing.T, cpus int, change cpuidChange) (string, string, kvmboot.Status) {
		t.Helper()
		var out, messages bytes.Buffer
		cfg := launch.Config(b.img.Bundle, uk.RunOptions{CPUs: cpus, Stdout: &out, Stderr: &messages})
		cfg.CPUID = change.leaf
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		status, err := kvmboot.Run(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		return out.String(), messages.String(), status
	}
	avx512 := []string{"avx512f"}
	avx := append(avx512, "avx", "avx2", "fma")
	xsave := append(avx, "xsave")
	old := append(xsave, "fsgsbase", "rdrand", "erms", "amx_tile", "tsc_deadline", "invariant_tsc", "pcid", "x2apic")

	plain, _, _ := run(t, 1, cpuidChange{})
	features, rest := seen(t, plain)
	bare, messages, _ := run(t, 1, cpuidChange{without: old})
	if bare == "" {
		t.Fatalf("without %v: %s", old, messages)
	}
	forced, _ := seen(t, bare)
	t.Logf("features: %v; without %v: %v", features, old, forced)

	for i, row := range []struct {
		name string
		cpuidChange
	}{
		{"no AVX-512", cpuidChange{without: avx512, components: 7}},
		{"no AVX", cpuidChange{without: avx, components: 3}},
		{"no XSAVE", cpuidChange{without: xsave}},
		{"AVX-512 in part", cpuidChange{without: avx512, components: 0x67}},
		{"no FSGSBASE", cpuidChange{without: []string{"fsgsbase"}}},
		{"no RDRAND", cpuidChange{without: []string{"rdrand"}}},
		{"no TSC deadline", cpuidChange{without: []string{"tsc_deadline"}}},
		{"no invariant TSC", cpuidChange{without: []string{"invariant_tsc"}}},
		{"no PCID, no x2APIC", cpuidChange{without: []string{"pcid", "x2apic"}}},
		{"AMX without its state", cpuidChange{amx: true}},
		{"no AMX", cpuidChange{without: []string{"amx_tile"}}},
		{"36 bits of address", cpuidChange{addressBits: 36}},
		{"an old one", cpuidChange{without: old, addressBits: 36}},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, messages, status := run(t, 1+i%2, row.cpuidChange)
			if status.Kind != kvmboot.KindExit || status.Code != 0 {
				t.Fatalf("ends with %v: %s", status, messages)
			}
			got, gotRest := seen(t, out)
			for name := range cpuidBits {
				want := slices.Contains(features, name) && !slices.Contains(row.without, name) || slices.Contains(forced, name)
				if has := slices.Contains(got, name); has != want && !(row.amx && name == "amx_tile") {
					t.Errorf("sees %s: %v, want %v", name, has, want)
				}
			}
			want := rest
			if row.addressBits != 0 {
				want = regexp.MustCompile(`(?m)^address bits: .*`).ReplaceAllString(want, fmt.Sprintf("address bits: %d", row.addressBits))
			}
			if !slices.Contains(got, "fsgsbase") {
				want = strings.Replace(want, "hwcap2: 2", "hwcap2: 0", 1)
			}
			if gotRest != want {
				t.Errorf("prints\n%swant\n%s", gotRest, want)
			}
		})
	}
	for _, name := range []string{"tsc", "apic", "cmov", "fxsr", "sse", "sse2", "nx", "lm"} {
		t.Run("lacks "+name, func(t *testing.T) {
			out, messages, status := run(t, 1, cpuidChange{without: []string{name}})
			if status.Kind == kvmboot.KindExit {
				if got, _ := seen(t, out); !slices.Contains(got, name) {
					t.Errorf("works without %s: %s", name, out)
				}
				return // KVM shows it
			}
			if want := "uk: this CPU lacks " + name + "\n"; status.Kind != kvmboot.KindPanic || out != "" || !strings.HasPrefix(messages, want) {
				t.Errorf("ends with %v, output %q, messages %q; want %q", status, out, messages, want)
			}
		})
	}
	t.Run("more memory than addresses reach", func(t *testing.T) {
		cfg := launch.Config(b.img.Bundle, uk.RunOptions{Memory: 8 << 30})
		cfg.CPUID = (&cpuidChange{addressBits: 32}).leaf
		if _, err := kvmboot.Run(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), "32 bits of physical address") {
			t.Errorf("error %v", err)
		}
	})
}
