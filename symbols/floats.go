package symbols

import (
	"slices"
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/elffile"
)

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
//
// Go's own code calls no such function: the compiler of C code makes each call
// of one. So of a Go program only what lies around Go's code counts, and there
// what passes values; its formats and floating point are for Go's fmt.
func printsFloats(f *elffile.File, names []string) (bool, error) {
	for _, n := range names {
		if strings.Contains(n, "wprintf") {
			return true, nil
		}
	}
	code, formats, floats := f.ExecRanges(), f.HasFloatConversion, touchesFloats
	if start, end := f.GoText(); start < end && !slices.Contains(names, "dlsym") {
		// A long double may be copied in general registers.
		code, formats, floats = without(code, start, end), f.HasLongDoubleConversion, passesFloats
	}
	for _, r := range code { // before any of the file is read
		if r.Size > maxFloatText {
			return true, nil
		}
	}
	if found, err := formats(); found || err != nil {
		return found, err
	}
	for _, r := range code {
		b, err := f.ReadRange(r, "code")
		if err != nil {
			return false, err
		}
		if floats(b) {
			return true, nil
		}
	}
	return false, nil
}

// without takes what lies at [start, end) out of the ranges.
func without(code []elffile.Range, start, end uint64) []elffile.Range {
	var out []elffile.Range
	for _, r := range code {
		from, to := min(max(start, r.Vaddr), r.Vaddr+r.Size), min(max(end, r.Vaddr), r.Vaddr+r.Size)
		if from == to {
			out = append(out, r)
			continue
		}
		if n := from - r.Vaddr; n > 0 {
			out = append(out, elffile.Range{Vaddr: r.Vaddr, Off: r.Off, Size: n})
		}
		if n := r.Vaddr + r.Size - to; n > 0 {
			out = append(out, elffile.Range{Vaddr: to, Off: r.Off + to - r.Vaddr, Size: n})
		}
	}
	return out
}

// touchesFloats reports whether code uses a vector or x87 register.
func touchesFloats(code []byte) bool {
	return hasFloats(code, func(r x86asm.Reg) bool { return r >= x86asm.F0 && r < x86asm.ES })
}

// passesFloats reports whether code uses an x87 register or calls a function
// with AL saying that vector registers hold arguments.
func passesFloats(code []byte) bool {
	return hasFloats(code, func(x86asm.Reg) bool { return false })
}

// hasFloats decodes code from its start on; what does not decode counts as
// floating point, as does a register that counts.
func hasFloats(code []byte, counts func(x86asm.Reg) bool) bool {
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
			if r, ok := a.(x86asm.Reg); ok && counts(r) {
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
