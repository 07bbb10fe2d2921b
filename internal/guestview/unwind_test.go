package guestview

import "testing"

// Where callers are, in code as the compiler makes it.
func TestRules(t *testing.T) {
	code := []byte{
		0xf3, 0x0f, 0x1e, 0xfa, // 0: endbr64
		0x53,                   // 4: push %rbx
		0x48, 0x83, 0xec, 0x20, // 5: sub $32, %rsp
		0x85, 0xff, // 9: test %edi, %edi
		0x74, 0x08, // 11: je 21
		0x65, 0x48, 0x8b, 0x1b, // 13: mov %gs:(%rbx), %rbx
		0x6a, 0x01, // 17: push $1
		0x58,                   // 19: pop %rax
		0x90,                   // 20: nop
		0x48, 0x83, 0xc4, 0x20, // 21: add $32, %rsp
		0x5b, // 25: pop %rbx
		0xc3, // 26: ret
	}
	r := rules(code)
	for at, want := range map[int][2]int{0: {8, 0}, 4: {8, 0}, 5: {16, -16}, 9: {48, -16}, 13: {48, -16}, 19: {56, -16}, 21: {48, -16}, 25: {16, -16}, 26: {8, 0}} {
		got, ok := r[at]
		if !ok || got.reg != dwarfRSP || got.offset != want[0] || got.saved[3] != want[1] || got.saved[dwarfRA] != -8 {
			t.Errorf("at %d: %+v", at, got)
		}
	}
	framed := []byte{
		0x55,             // 0: push %rbp
		0x48, 0x89, 0xe5, // 1: mov %rsp, %rbp
		0x41, 0x54, // 4: push %r12
		0x48, 0x83, 0xe4, 0xf0, // 6: and $-16, %rsp
		0x48, 0x8d, 0x65, 0xf8, // 10: lea -8(%rbp), %rsp
		0x41, 0x5c, // 14: pop %r12
		0x5d, // 16: pop %rbp
		0xc3, // 17: ret
	}
	r = rules(framed)
	for at, want := range map[int][4]int{0: {dwarfRSP, 8, 0, 0}, 1: {dwarfRSP, 16, -16, 0}, 4: {dwarfRBP, 16, -16, 0}, 6: {dwarfRBP, 16, -16, -24}, 14: {dwarfRBP, 16, -16, -24}, 16: {dwarfRBP, 16, -16, 0}, 17: {dwarfRSP, 8, 0, 0}} {
		if got := r[at]; got.reg != want[0] || got.offset != want[1] || got.saved[dwarfRBP] != want[2] || got.saved[12] != want[3] {
			t.Errorf("framed, at %d: %+v", at, got)
		}
	}
}

// No code makes it loop or fail.
func FuzzRules(f *testing.F) {
	f.Add([]byte{0x55, 0x48, 0x89, 0xe5, 0xeb, 0xfe})
	f.Add([]byte{0x74, 0x80, 0xc9, 0x5d, 0x48, 0x81, 0xec, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, code []byte) {
		if len(code) > maxFunction {
			return
		}
		for at := range rules(code) {
			if at < 0 || at >= len(code) {
				t.Errorf("a rule at %d of %d", at, len(code))
			}
		}
	})
}
