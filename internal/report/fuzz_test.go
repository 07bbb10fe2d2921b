package report

import (
	"encoding/json"
	"os"
	"testing"

	"uk.example/linker"
)

// FuzzMap reports on kernels whose map and symbols anybody may have written.
func FuzzMap(f *testing.F) {
	kernel, linkMap, symbols := small(f, nil)
	data, err := os.ReadFile(linkMap)
	if err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(symbols)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, text)
	elf, err := os.ReadFile("../elffile/testdata/exec.elf")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data, text []byte) {
		var m linker.Map
		if json.Unmarshal(data, &m) != nil {
			return
		}
		k := &Kernel{File: kernel, Data: elf, Map: &m}
		if k.index(linkMap) != nil || k.readSymbols(symbols, string(text)) != nil {
			return
		}
		for _, name := range []string{"puts", ".text.puts", "kernel/boot", "stdio-puts"} {
			if chains, err := k.Why(name, nil, true); err == nil && len(chains) == 0 {
				t.Errorf("%s: neither a chain nor an error", name)
			}
		}
		k.Points(true)
		r, err := Analyze(&Input{Kernel: k, CallNumber: func(string) bool { return true }})
		if err != nil {
			return
		}
		var sum int64
		for _, c := range r.Sizes.Causes {
			sum += c.Bytes
		}
		if sum != r.Sizes.KernelMemory {
			t.Errorf("causes add up to %d of %d", sum, r.Sizes.KernelMemory)
		}
	})
}
