package linker

import (
	"encoding/json"
	"testing"
)

// The link map is what encoding/json would make of it.
func TestMapWriter(t *testing.T) {
	list := []Subsystem{
		{Name: "libc/stdio", Size: 12, Members: []Member{
			{File: "libc.a(stdio-printf.o)", Size: 12, Draws: []int{3, 4}, Sections: []Section{
				{ID: 1, Name: ".text.\"printf\"", Out: ".text", Addr: "400000106000", Size: 8, Why: "<exported> symbol\nprintf", Kind: KeepSymbol, For: "printf",
					From: 7, Uses: []int{2, 3}, Optional: []int{4}, Defaults: []WeakSection{{To: 4, Of: "a\\b", Size: 1}, {To: 5, Of: "ü", Size: 0}}},
				{ID: 2},
			}},
			{Sections: []Section{}},
		}},
		{Name: "kernel/mm", Members: []Member{}},
	}
	want, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if got := subsystemText(list); string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
