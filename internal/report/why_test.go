package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/linker"
)

// small writes a kernel that is no ELF file, with a map and symbols.
func small(t testing.TB, change func(*linker.Map)) (kernel, linkMap, symbols string) {
	t.Helper()
	dir := t.TempDir()
	data := []byte("kernel")
	sum := sha256.Sum256(data)
	m := &linker.Map{
		MapHead: linker.MapHead{Format: linker.MapFormat, KernelSHA256: hex.EncodeToString(sum[:]), KernelSize: int64(len(data))},
		Outputs: []linker.Output{{Name: ".text", Addr: "1000", Size: 0x40, Exec: true}},
		Subsystems: []linker.Subsystem{
			{Name: "kernel/boot", Size: 0x20, Members: []linker.Member{
				{File: "libkernel.a(boot-main.o)", Size: 0x20, Sections: []linker.Section{
					{ID: 1, Name: ".text._start", Out: ".text", Addr: "1000", Size: 0x10, Kind: linker.KeepEntry, For: "_start"},
					{ID: 2, Name: ".text.boot", Out: ".text", Addr: "1010", Size: 0x10, Kind: linker.KeepReference, For: "boot", From: 1},
				}},
			}},
			{Name: "libc/stdio", Size: 0x20, Members: []linker.Member{
				{File: "libc.a(stdio-puts.o)", Size: 0x20, Sections: []linker.Section{
					{ID: 3, Name: ".text.puts", Out: ".text", Addr: "1020", Size: 0x8, Kind: linker.KeepSymbol, For: "puts"},
					{ID: 4, Name: ".init.x", Out: ".text", Addr: "1028", Size: 0x8, Kind: linker.KeepObject, From: 3},
					{ID: 5, Name: ".text.lost", Out: ".text", Addr: "1030", Size: 0x8, Kind: linker.KeepUnneeded},
				}},
			}},
		},
	}
	if change != nil {
		change(m)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	kernel, linkMap, symbols = filepath.Join(dir, "kernel.elf"), filepath.Join(dir, "kernel.map.json"), filepath.Join(dir, "kernel.sym")
	for name, b := range map[string][]byte{kernel: data, linkMap: text,
		symbols: []byte("1000 10 _start\n1010 10 boot\n1020 8 puts\n1020 0 alias\n1038 0 end\n")} {
		if err := os.WriteFile(name, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return kernel, linkMap, symbols
}

func TestWhy(t *testing.T) {
	k, err := OpenKernel(small(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	needs := &Needs{Symbols: map[string][]string{"puts": {"/a", "/b"}}}
	for name, want := range map[string]string{
		"boot":                     "boot: the kernel starts at _start | .text._start | boot .text.boot",
		"puts":                     "symbol puts: imported by /a and 1 more | .text.puts",
		"alias":                    "symbol puts: imported by /a and 1 more | .text.puts",
		".init.x":                  "symbol puts: imported by /a and 1 more | .text.puts | with .init.x",
		".text.lost":               "nothing: its object file is linked for something that was left out | .text.lost",
		"stdio-puts":               "symbol puts: imported by /a and 1 more | .text.puts",
		"libkernel.a(boot-main.o)": "boot: the kernel starts at _start | .text._start",
		"kernel/boot":              "boot: the kernel starts at _start | .text._start",
	} {
		chains, err := k.Why(name, needs, false)
		if err != nil || len(chains) != 1 {
			t.Errorf("%s: %d chains, %v", name, len(chains), err)
			continue
		}
		got := []string{chains[0].Cause.String()}
		for _, s := range chains[0].Steps {
			line := strings.TrimSpace(s.As + " " + s.Section)
			if s.Along {
				line = "with " + s.Section
			}
			got = append(got, line)
		}
		if g := strings.Join(got, " | "); g != want {
			t.Errorf("%s:\n%s, want\n%s", name, g, want)
		}
	}
	if chains, err := k.Why("stdio-puts", nil, true); err != nil || len(chains) != 3 {
		t.Errorf("every section of a member: %d, %v", len(chains), err)
	}
	var missing *NotFoundError
	if _, err := k.Why("put", nil, false); !errors.As(err, &missing) || len(missing.Near) != 1 || missing.Near[0] != "puts" {
		t.Errorf("what is not there: %v", err)
	}
	if _, err := k.Why("end", nil, false); err == nil {
		t.Error("a label behind the last section was found")
	}
}

// A map that does not fit, or that nobody's linker wrote.
func TestOpenKernelBroken(t *testing.T) {
	first := func(m *linker.Map) *linker.Section { return &m.Subsystems[0].Members[0].Sections[0] }
	for want, change := range map[string]func(*linker.Map){
		"of another kernel":               func(m *linker.Map) { m.KernelSHA256 = strings.Repeat("0", 64) },
		"has the number 9":                func(m *linker.Map) { first(m).ID = 9 },
		"has the number 2":                func(m *linker.Map) { first(m).ID = 2 },
		`is at "zz"`:                      func(m *linker.Map) { first(m).Addr = "zz" },
		"with -1 bytes":                   func(m *linker.Map) { first(m).Size = -1 },
		"kept by a section of number 77":  func(m *linker.Map) { first(m).From = 77 },
		"section .text._start keeps":      func(m *linker.Map) { first(m).From = 1 },
		"kept by a section of number -70": func(m *linker.Map) { first(m).From = -70 },
		"keeps itself":                    func(m *linker.Map) { first(m).From = 2 },
		"link map format 1":               func(m *linker.Map) { m.Format = 1 },
	} {
		if _, err := OpenKernel(small(t, change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	kernel, linkMap, symbols := small(t, nil)
	if err := os.WriteFile(symbols, []byte("1000 10 _start\nxyz\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKernel(kernel, linkMap, symbols); err == nil || !strings.Contains(err.Error(), "kernel.sym:2") {
		t.Errorf("a broken symbol file: %v", err)
	}
}
