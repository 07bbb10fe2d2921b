package symbols

import (
	"slices"
	"testing"

	"uk.example/internal/elffile"
)

func TestTouchesFloats(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       bool
	}{
		{"nothing", "", false},
		{"endbr64; xor eax, eax; call; ret; padding", "\xf3\x0f\x1e\xfa\x31\xc0\xe8\x00\x00\x00\x00\xc3\x00\x00\x00\x00", false},
		{"nopw; xchg ax, ax", "\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00\x66\x90", false},
		{"return 1", "\xb8\x01\x00\x00\x00\xc3\xe8\x00\x00\x00\x00", false},
		{"mov eax, 1; xor eax, eax; call", "\xb8\x01\x00\x00\x00\x31\xc0\xe8\x00\x00\x00\x00", false},
		{"what atof returned goes to printf: mov eax, 1; lea rdi; call", "\xb8\x01\x00\x00\x00\x48\x8d\x3d\x00\x00\x00\x00\xe8\x00\x00\x00\x00", true},
		{"tail call: mov al, 1; jmp", "\xb0\x01\xe9\x00\x00\x00\x00", true},
		{"addsd xmm0, xmm1", "\xf2\x0f\x58\xc1", true},
		{"movups [rsp], xmm0", "\x0f\x11\x04\x24", true},
		{"vaddsd xmm0, xmm0, xmm1", "\xc5\xfb\x58\xc1", true},
		{"fld1", "\xd9\xe8", true},
		{"fld tbyte [rip]", "\xdb\x2d\x00\x00\x00\x00", true},
		{"does not decode", "\x06\xc3", true},
	} {
		if got := touchesFloats([]byte(c.code)); got != c.want {
			t.Errorf("%s: touchesFloats = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPassesFloats(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       bool
	}{
		{"addsd xmm0, xmm1", "\xf2\x0f\x58\xc1", false},
		{"movups [rsp], xmm0; xor eax, eax; call", "\x0f\x11\x04\x24\x31\xc0\xe8\x00\x00\x00\x00", false},
		{"mov eax, 1; call", "\xb8\x01\x00\x00\x00\xe8\x00\x00\x00\x00", true},
		{"fld1", "\xd9\xe8", true},
		{"does not decode", "\x06\xc3", true},
	} {
		if got := passesFloats([]byte(c.code)); got != c.want {
			t.Errorf("%s: passesFloats = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWithout(t *testing.T) {
	code := []elffile.Range{{Off: 0, Vaddr: 0x1000, Size: 0x100}, {Off: 0x200, Vaddr: 0x2000, Size: 0x1000}}
	for _, c := range []struct {
		start, end uint64
		want       []elffile.Range
	}{
		{0x2000, 0x3000, code[:1]},
		{0x500, 0x600, code},
		{0x2100, 0x2200, []elffile.Range{code[0], {Off: 0x200, Vaddr: 0x2000, Size: 0x100}, {Off: 0x400, Vaddr: 0x2200, Size: 0xe00}}},
		{0, 0x2800, []elffile.Range{{Off: 0xa00, Vaddr: 0x2800, Size: 0x800}}},
	} {
		if got := without(code, c.start, c.end); !slices.Equal(got, c.want) {
			t.Errorf("without %#x to %#x: %v, want %v", c.start, c.end, got, c.want)
		}
	}
}
