package linker

import (
	"os"
	"strings"
	"testing"
)

const smallScript = `
OUTPUT_FORMAT("elf64-x86-64") /* a comment
over two lines */
EXTERN(_start)
ENTRY(entry)
BASE = 0x1000;
entry = DEFINED(other) ? other - BASE : _start;
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
SECTIONS
{
	. = BASE + 0x100;
	.text : AT(ADDR(.text) - BASE) {
		text_start = .;
		KEEP(*(.first))
		*libfirst.a:*(.text .text.*)
		text_first = .;
		*(EXCLUDE_FILE(*lib.a:*) .text EXCLUDE_FILE(*lib.a:*) .text.*)
		text_end = .;
	} :text
	. = ALIGN(4096);
	.data : { *(SORT_BY_NAME(.t.*)) . = ALIGN(64); } :data
	.bss (NOLOAD) : { *(.bss COMMON) }
	end = .;
	/DISCARD/ : { *(.comment) }
}`

func TestScriptPlace(t *testing.T) {
	s, err := parseLdScript("x.ld", smallScript)
	if err != nil {
		t.Fatal(err)
	}
	sections := []*laidSection{
		{name: ".t.b", size: 8, align: 8}, {name: ".text", size: 5, align: 16}, {name: ".comment", size: 3, align: 1},
		{name: ".t.a", size: 8, align: 8}, {name: ".first", size: 2, align: 1}, {name: ".bss", size: 10, align: 32, nobits: true},
	}
	l, err := s.place(sections)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{".first": 0x1100, ".text": 0x1110, ".t.a": 0x2000, ".t.b": 0x2008, ".bss": 0x2040} {
		for _, x := range sections {
			if x.name == name && x.addr != want {
				t.Errorf("%s is at %#x, want %#x", name, x.addr, want)
			}
		}
	}
	for name, want := range map[string]uint64{"text_start": 0x1100, "text_first": 0x1102, "text_end": 0x1115, "end": 0x204a} {
		if l.symbols[name] != want {
			t.Errorf("%s is %#x, want %#x", name, l.symbols[name], want)
		}
	}
	if l.outs[0].paddr != 0x100 || !l.outs[2].nobits || l.outs[2].phdrs[0] != "data" || l.outs[1].size != 64 {
		t.Errorf("outputs %+v %+v %+v", l.outs[0], l.outs[1], l.outs[2])
	}
	for _, symbols := range []map[string]uint64{{"_start": 7}, {"_start": 7, "other": 0x1009}} {
		want := symbols["_start"]
		if o := symbols["other"]; o != 0 {
			want = o - 0x1000
		}
		got, err := s.entryPoint(l, func(n string) (uint64, bool) { v, ok := symbols[n]; return v, ok })
		if err != nil || got != want {
			t.Errorf("entry %#x, %v; want %#x", got, err, want)
		}
	}
	if _, err := s.place([]*laidSection{{name: ".strange", size: 1, align: 1}}); err == nil || !strings.Contains(err.Error(), ".strange") {
		t.Errorf("a section that no statement takes: %v", err)
	}
}

func TestScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		"SECTIONS {":                         "x.ld: the script ends too early",
		"A = 1":                              `"" where ";" is expected`,
		"\nA = ;":                            "where a value is expected",
		"SECTIONS { .x : { *(.x) } :nowhere": "no program header nowhere",
		". = ALIGN(3);":                      "power of two",
	} {
		if _, err := parseLdScript("x.ld", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzLdScript(f *testing.F) {
	f.Add(smallScript)
	if real, err := os.ReadFile("../kernel/kernel.ld"); err == nil {
		f.Add(string(real))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseLdScript("x.ld", text); err == nil {
			_, _ = s.place([]*laidSection{{name: ".text", size: 5, align: 16}})
		}
	})
}
