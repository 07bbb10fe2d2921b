package linker

import (
	"encoding/json"
	"slices"
	"testing"

	"uk.example/linker/elflink"
)

// The link map is what encoding/json would make of it.
func TestMapWriter(t *testing.T) {
	l := &link{roots: []root{{"printf", KeepSymbol, "printf", "<exported> symbol\nprintf"}}, image: &elflink.Image{Kept: []elflink.KeptSection{
		{Object: "libc.a(stdio-printf.o)", Number: 1, Name: `.text."printf"`, Out: ".text", Addr: 0x400000106000, Size: 8, Cause: elflink.CauseRoot, From: -1,
			Uses: []int{0, 1, 2}, Optional: []int{1}, Defaults: []elflink.WeakDefault{{To: 1, Of: `a\b`, Size: 1}, {To: 2, Of: "ü"}}, Draws: []int{2, 1}},
		{Object: "libkernel.a(mm-page.o)", Number: 0, Name: ".data", Out: ".data", Addr: 0x400000107000, Size: 2, Cause: elflink.CauseReference, For: "a&b", From: 0, Uses: []int{1}},
		{Object: "libkernel.a(mm-area.o)", Number: 2, Name: ".bss", Out: ".bss", Cause: elflink.CauseAlong, From: 1},
		{Number: -1, Name: ".got", Out: ".rodata", Size: 16, Cause: elflink.CauseMade, From: -1},
	}}}
	text := slices.Concat(l.subsystemText(l.subsystems()))
	var list []Subsystem
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if again, err := json.Marshal(list); err != nil || string(again) != string(text) {
		t.Errorf("got  %s\nwant %s", text, again)
	}
	if len(list) != 3 || list[0].Name != "linker" || list[2].Name != "kernel/mm" || len(list[2].Members) != 2 {
		t.Fatalf("subsystems %+v", list)
	}
	m := list[1].Members[0]
	s := m.Sections[0]
	if s.Why != "<exported> symbol\nprintf" || s.For != "printf" || !slices.Equal(s.Uses, []int{2, 3}) || !slices.Equal(m.Draws, []int{2, 3}) || s.Defaults[1].Of != "ü" {
		t.Errorf("%+v", m)
	}
	if w := list[2].Members[0].Sections[0].Why; w != `a&b used by libc.a(stdio-printf.o) .text."printf"` {
		t.Errorf("why %q", w)
	}
}
