package guestview

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/abi"
)

// The kernel's code has neither frame pointers nor tables for unwinding, which would take room. What a debugger needs
// to know of a function, where its caller's stack begins and where it keeps the caller's registers, is found out from its
// instructions: compilers change the stack pointer by constants only.

// Registers that a function keeps for its caller, in DWARF's numbers (psABI, figure 3.36).
var kept = map[x86asm.Reg]int{x86asm.RBX: 3, x86asm.RBP: 6, x86asm.R12: 12, x86asm.R13: 13, x86asm.R14: 14, x86asm.R15: 15}

const dwarfRBX, dwarfRBP, dwarfRSP, dwarfRA = 3, 6, 7, 16

// rule says how to find the caller at an instruction: its stack pointer (the CFA) is reg + offset, and the registers that are
// saved lie at offsets from that.
type rule struct {
	reg    int // dwarfRSP or dwarfRBP
	offset int
	saved  [17]int // by DWARF's number; 0: it has its value still
}

// function is a piece of the kernel's code.
type function struct {
	addr, size uint64
	name       string
}

// functions are the kernel's, by address, each up to the next.
func (v *View) functions() []function {
	if v.funcs != nil {
		return v.funcs
	}
	end := v.symbols["kernel_text_end"]
	for n, a := range v.symbols {
		if a >= directBase && (end == 0 || a < end) {
			v.funcs = append(v.funcs, function{addr: a, name: n})
		}
	}
	slices.SortFunc(v.funcs, func(a, b function) int { return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(a.name, b.name)) })
	for i := range v.funcs {
		j := i + 1
		for j < len(v.funcs) && v.funcs[j].addr == v.funcs[i].addr {
			j++
		}
		to := end
		if j < len(v.funcs) {
			to = v.funcs[j].addr
		}
		if to > v.funcs[i].addr {
			v.funcs[i].size = to - v.funcs[i].addr
		}
	}
	return v.funcs
}

// function finds the one that holds an address.
func (v *View) function(addr uint64) (function, bool) {
	list := v.functions()
	i := sort.Search(len(list), func(i int) bool { return list[i].addr > addr })
	if i == 0 || addr-list[i-1].addr >= list[i-1].size {
		return function{}, false
	}
	return list[i-1], true
}

// maxFunction bounds what is analysed as one function.
const maxFunction = 64 << 10

// entrance is what the kernel's ways in have when the program's registers are in a struct regs at the stack pointer: mov %rsp, %rbx; and
// $-16, %rsp (arch/x86_64/upcall_entry.S, sys/raw/landing.S, arch/x86_64/signal_here.S). Behind it RBX leads there.
var entrance = []byte("\x48\x89\xe3\x48\x83\xe4\xf0")

// ofRegs is the rule behind an entrance: all registers are in struct regs, the stack pointer too.
var ofRegs = func() rule {
	r := rule{reg: dwarfRBX, offset: abi.DRegsSize}
	for d, word := range map[int]int{15: 0, 14: 1, 13: 2, 12: 3, dwarfRBP: 4, dwarfRBX: 5, 11: 6, 10: 7, 9: 8, 8: 9, 4: 10, 5: 11, 1: 12, 2: 13, 0: 14, dwarfRA: 17, dwarfRSP: 20} {
		r.saved[d] = 8*word - abi.DRegsSize
	}
	return r
}()

// rules analyses code that begins a function: a rule for each instruction that is reached.
func rules(code []byte) map[int]rule {
	out := map[int]rule{}
	seen := map[int]bool{}
	type place struct {
		at int
		r  rule
	}
	first := rule{reg: dwarfRSP, offset: 8}
	first.saved[dwarfRA] = -8
	todo := []place{{0, first}}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at, r := p.at, p.r
		known := true     // where the stack pointer is
		depth := r.offset // of the stack pointer below the CFA, whatever the CFA goes by
		framed := 0       // the depth that the frame pointer is at; 0: it is none
		if r.reg == dwarfRBP {
			framed = r.offset
		}
		for at >= 0 && at < len(code) {
			if seen[at] {
				break
			}
			seen[at] = true
			if bytes.HasPrefix(code[at:], entrance) {
				r, known = ofRegs, true
			}
			if known {
				out[at] = r
			}
			if n := endbr(code[at:]); n > 0 {
				at += n
				continue
			}
			in, err := x86asm.Decode(code[at:], 64)
			if err != nil {
				break
			}
			next := at + in.Len
			register, _ := in.Args[0].(x86asm.Reg)
			switch in.Op {
			case x86asm.PUSH:
				depth += 8
				if d, ok := kept[register]; ok && r.saved[d] == 0 {
					r.saved[d] = -depth
				}
			case x86asm.POP:
				if d, ok := kept[register]; ok && r.saved[d] == -depth {
					r.saved[d] = 0
					if d == dwarfRBP {
						framed = 0
					}
				}
				depth -= 8
			case x86asm.SUB, x86asm.ADD:
				if n, ok := in.Args[1].(x86asm.Imm); ok && register == x86asm.RSP {
					if in.Op == x86asm.SUB {
						depth += int(n)
					} else {
						depth -= int(n)
					}
				}
			case x86asm.LEA:
				if m, ok := in.Args[1].(x86asm.Mem); ok && register == x86asm.RSP && m.Index == 0 {
					switch m.Base {
					case x86asm.RSP:
						depth -= int(m.Disp)
					case x86asm.RBP:
						depth = framed - int(m.Disp)
					}
				}
			case x86asm.MOV:
				from, _ := in.Args[1].(x86asm.Reg)
				if register == x86asm.RBP && from == x86asm.RSP {
					framed = depth
				} else if register == x86asm.RSP && from == x86asm.RBP && framed != 0 {
					depth = framed
				}
			case x86asm.LEAVE:
				depth = framed - 8
				framed, r.saved[dwarfRBP] = 0, 0
			case x86asm.RET, x86asm.UD2, x86asm.IRETQ, x86asm.HLT:
				next = -1
			case x86asm.JMP:
				if rel, ok := in.Args[0].(x86asm.Rel); ok {
					next += int(rel)
				} else {
					next = -1
				}
			default:
				if rel, ok := in.Args[0].(x86asm.Rel); ok && in.Op != x86asm.CALL && known {
					branch := r
					todo = append(todo, place{next + int(rel), branch})
				}
			}
			if r.reg == dwarfRBX {
				at = next
				continue
			}
			r.reg, r.offset = dwarfRSP, depth
			if framed != 0 {
				r.reg, r.offset = dwarfRBP, framed
			}
			known = known && depth >= 8 && depth < 1<<20
			at = next
		}
	}
	return out
}

// endbr is the length of an ENDBR64, which the decoder does not know.
func endbr(code []byte) int {
	if len(code) >= 4 && string(code[:4]) == "\xf3\x0f\x1e\xfa" {
		return 4
	}
	return 0
}

// maxRules is how many rules are remembered, of functions that may be anywhere: modules' addresses are the guest's word.
const maxRules = 1 << 18

// maxAnalysed is how many bytes of code are analysed for one sample of all processors' stacks, which stand still meanwhile.
const maxAnalysed = 1 << 20

// rulesOf are those of the function at an address, from its code in the guest.
func (v *View) rulesOf(f function) map[int]rule {
	if r, ok := v.unwound[f.addr]; ok {
		return r
	}
	code := make([]byte, min(f.size, maxFunction))
	n := v.Read(f.addr, code)
	v.analysed += n
	r := rules(code[:n])
	if v.unwound == nil || v.ruleCount+len(r) > maxRules {
		v.unwound, v.ruleCount = map[uint64]map[int]rule{}, 0
	}
	v.unwound[f.addr] = r
	v.ruleCount += len(r)
	return r
}

// Call frame instructions (DWARF 4, 6.4.2).
const (
	cfaAdvance4 = 0x04
	cfaDef      = 0x0c
	cfaOffset   = 0x80
	cfaRestore  = 0xc0
)

func uleb(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// debugFrame makes the section .debug_frame for all functions of the kernel.
func (v *View) debugFrame() []byte {
	le := binary.LittleEndian
	entry := func(out, body []byte) []byte {
		for (len(body)+4)%8 != 0 {
			body = append(body, 0) // DW_CFA_nop
		}
		return append(le.AppendUint32(out, uint32(len(body))), body...)
	}
	cie := le.AppendUint32(nil, 0xffffffff)
	cie = append(cie, 1, 0, 1, 0x78, dwarfRA) // version, no augmentation, factors 1 and -8
	cie = append(uleb(uleb(append(cie, cfaDef), dwarfRSP), 8), cfaOffset|dwarfRA, 1)
	out := entry(nil, cie)
	seen := uint64(0)
	for _, f := range v.functions() {
		if f.addr == seen || f.size == 0 {
			continue
		}
		seen = f.addr
		all := v.rulesOf(f)
		at := make([]int, 0, len(all))
		for n := range all {
			at = append(at, n)
		}
		slices.Sort(at)
		fde := le.AppendUint32(nil, 0)
		fde = le.AppendUint64(fde, f.addr)
		fde = le.AppendUint64(fde, f.size)
		was := rule{reg: dwarfRSP, offset: 8}
		was.saved[dwarfRA] = -8
		place := 0
		for _, n := range at {
			r := all[n]
			if r == was {
				continue
			}
			if n > place {
				fde = le.AppendUint32(append(fde, cfaAdvance4), uint32(n-place))
				place = n
			}
			if r.reg != was.reg || r.offset != was.offset {
				fde = uleb(uleb(append(fde, cfaDef), uint64(r.reg)), uint64(r.offset))
			}
			for d := range r.saved {
				switch {
				case r.saved[d] == was.saved[d]:
				case r.saved[d] == 0:
					fde = append(fde, cfaRestore|byte(d))
				default:
					fde = uleb(append(fde, cfaOffset|byte(d)), uint64(-r.saved[d]/8))
				}
			}
			was = r
		}
		out = entry(out, fde)
	}
	return out
}
