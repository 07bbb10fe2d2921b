package symbols

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"uk/internal/elffile"
)

// floatConversions are the letters of printf's conversions for floating point
// values, and the L that stands before them for long double.
const floatConversions = "aAeEfFgGL"

// maxFloatText is how much code is looked through for floating point, in
// bytes: a larger program has some.
const maxFloatText = 256 << 10

// printsFloats reports whether the file may hand printf a floating point
// value: its data holds such a conversion, it prints wide strings (whose
// formats are not looked for), or its code has an instruction that could make
// or pass one. Values are in vector and x87 registers, and a caller tells a
// function like printf in AL how many vector registers hold some (psABI 3.2.3,
// 3.5.7), so a program that does neither has nothing to print, however it
// makes its formats.
func printsFloats(f *elffile.File, names []string) (bool, error) {
	for _, n := range names {
		if strings.Contains(n, "wprintf") {
			return true, nil
		}
	}
	code := f.ExecRanges()
	for _, r := range code { // before any of the file is read
		if r.Size > maxFloatText {
			return true, nil
		}
	}
	if found, err := f.HasConversion(floatConversions); found || err != nil {
		return found, err
	}
	for _, r := range code {
		b, err := f.ReadRange(r, "code")
		if err != nil {
			return false, err
		}
		if touchesFloats(b) {
			return true, nil
		}
	}
	return false, nil
}

// touchesFloats decodes code from its start on; what does not decode counts as
// floating point.
func touchesFloats(code []byte) bool {
	inAL := false // AL says that a vector register holds an argument
	for len(code) > 0 {
		if n := padding(code); n > 0 {
			code = code[n:]
			continue
		}
		in, err := x86asm.Decode(code, 64)
		if err != nil || x87(in.Opcode) || inAL && (in.Op == x86asm.CALL || in.Op == x86asm.JMP) {
			return true
		}
		for _, a := range in.Args {
			if r, ok := a.(x86asm.Reg); ok && r >= x86asm.F0 && r < x86asm.ES {
				return true
			}
		}
		switch in.Args[0] {
		case x86asm.AL, x86asm.EAX, x86asm.RAX:
			n, ok := in.Args[1].(x86asm.Imm)
			inAL = in.Op == x86asm.MOV && ok && n >= 1 && n <= 8
		}
		inAL = inAL && in.Op != x86asm.RET
		code = code[in.Len:]
	}
	return false
}

// x87 reports whether an opcode, left-justified as x86asm keeps it, is one of
// the escapes D8 to DF (Intel SDM vol. 2, A.5).
func x87(opcode uint32) bool {
	first := byte(opcode >> 24)
	return first >= 0xd8 && first <= 0xdf
}

// padding returns the length of what compilers and linkers put around
// functions and x86asm does not decode: ENDBR and runs of zeros.
func padding(b []byte) int {
	n := endbr(b)
	for n == 0 && len(b) >= 2 && b[0] == 0 && b[1] == 0 {
		for n < len(b) && b[n] == 0 {
			n++
		}
	}
	return n
}
