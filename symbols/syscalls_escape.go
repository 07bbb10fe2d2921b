package symbols

import (
	"debug/elf"
	"slices"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/elffile"
)

// The C library's syscall function is called by its name, as a rule. Its address
// may also be loaded, and called (-fno-plt, a loop's invariant), or passed on: a
// function pointer, a template's parameter, a table, dlsym. Where it is passed on
// the numbers are not seen, and the place is a DynamicSite.

// importSlots are the addresses that a loader fills with that of a function.
type importSlots struct {
	code map[uint64]bool // of the GOT: code loads them, or calls through them
	data []uint64        // words of the program's own data
}

func findSlots(f *elffile.File, names ...string) (s importSlots, err error) {
	if f.Dynamic == nil {
		return s, nil
	}
	syms, err := f.Symbols()
	if err != nil {
		return s, err
	}
	idx := make(map[uint32]bool)
	for i := range syms {
		if s := &syms[i]; s.Undefined() && slices.Contains(names, s.Name) {
			idx[s.Index] = true
		}
	}
	if len(idx) == 0 {
		return s, nil
	}
	s.code = make(map[uint64]bool)
	err = f.Relocs(func(r elffile.Reloc) bool {
		switch {
		case !idx[r.Sym]:
		case r.Type == elf.R_X86_64_JMP_SLOT || r.Type == elf.R_X86_64_GLOB_DAT:
			s.code[r.Off] = true
		case r.Type == elf.R_X86_64_64:
			s.data = append(s.data, r.Off)
		}
		return true
	})
	return s, err
}

// slotUses calls called for every instruction that calls or jumps to what is in
// one of slots, and passed where the address goes elsewhere.
func (c *code) slotUses(slots map[uint64]bool, called, passed func(*function, int)) {
	for _, s := range c.segs {
		for i := 1; i+4 <= len(s.b); i++ {
			if s.b[i-1]&0xc7 != 0x05 { // ModRM: relative to RIP
				continue
			}
			rel := uint32(s.b[i]) | uint32(s.b[i+1])<<8 | uint32(s.b[i+2])<<16 | uint32(s.b[i+3])<<24
			at := s.addr + uint64(i)
			if !slots[at+4+uint64(int64(int32(rel)))] {
				continue
			}
			g := c.function(at)
			j := g.indexFrom(at) - 1
			if j < 0 || g.ins[j].next() != at+4 {
				continue
			}
			in := &g.ins[j]
			reg, w, isReg := gpr(in.Args[0])
			switch {
			case in.Op == x86asm.CALL || in.Op == x86asm.JMP:
				called(g, j)
			case in.Op != x86asm.MOV || !isReg || w != 8 || c.follow(g, j+1, reg, called):
				passed(g, j)
			}
		}
	}
}

// follow calls called for every instruction of fn that calls or jumps to the
// address that register reg holds before instruction i, and reports whether the
// address may go anywhere else. A call with the address in a register that may
// hold a parameter passes it on, unless the address is called too: then it is
// there because compilers load it early.
func (c *code) follow(fn *function, i int, reg int8, called func(*function, int)) (passed bool) {
	calls, given := 0, false
	type state struct {
		i   int
		reg int8
	}
	seen := make(map[state]bool)
	todo := []state{{i, reg}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		if seen[s] = true; s.i >= len(fn.ins) {
			return true
		}
		in := &fn.ins[s.i]
		n, _, isReg := gpr(in.Args[0])
		transfers := in.isCall() || in.Op == x86asm.JMP
		target, direct := in.branch()
		switch {
		case transfers && isReg && n == s.reg:
			called(fn, s.i)
			calls++
			if !in.isCall() {
				continue
			}
		case in.Op == x86asm.RET && s.reg == rax:
			return true
		case in.isCall():
			given = given || isArgument(s.reg)
		case in.Op == x86asm.JMP && !direct:
			return true // a jump table
		case direct:
			if j := fn.index(target); j >= 0 {
				todo = append(todo, state{j, s.reg})
			} else {
				given = given || isArgument(s.reg)
			}
		case in.Op == x86asm.MOV && in.Args[1] == x86asm.Arg(x86asm.RAX+x86asm.Reg(s.reg)) && isReg:
			todo = append(todo, state{s.i + 1, n})
		case in.Op != x86asm.CMP && in.Op != x86asm.TEST && mentions(in, s.reg):
			return true
		}
		if !in.ends() && !writesReg(in, s.reg, fn.goABI) {
			todo = append(todo, state{s.i + 1, s.reg})
		}
	}
	return given && calls == 0
}

// isArgument reports whether register r holds a parameter of calls.
func isArgument(r int8) bool {
	return r == rdi || r == rsi || r == rdx || r == rcx || r == 8 || r == 9
}

// mentions reports whether in reads register r: another operand than one that
// is only written is, or is made with, r.
func mentions(in *instruction, r int8) bool {
	if in.Op == x86asm.XOR && in.Args[0] == in.Args[1] {
		return false
	}
	for i, a := range in.Args {
		switch a := a.(type) {
		case x86asm.Mem:
			b, _, isBase := gpr(a.Base)
			x, _, isIndex := gpr(a.Index)
			if isBase && b == r || isIndex && x == r {
				return true
			}
		default:
			n, _, ok := gpr(a)
			written := i == 0 && (in.Op == x86asm.MOV || in.Op == x86asm.LEA || in.Op == x86asm.POP || in.Op == x86asm.MOVZX)
			if ok && n == r && !written {
				return true
			}
		}
	}
	return false
}

// looksUpSyscall reports whether the file may ask dlsym for the C library's
// syscall function: it imports the one, and has the name of the other among its
// constants.
func looksUpSyscall(f *elffile.File) (bool, error) {
	if f.Dynamic == nil {
		return false, nil
	}
	syms, err := f.Symbols()
	if err != nil {
		return false, err
	}
	for i := range syms {
		if s := &syms[i]; s.Undefined() && (s.Name == "dlsym" || s.Name == "dlvsym") {
			names, err := f.ConstStrings(func(b []byte) bool { return string(b) == "syscall" })
			return len(names) > 0, err
		}
	}
	return false, nil
}
