package guestview

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"sort"

	"uk.example/internal/abi"
	"uk.example/kvmboot"
)

// maxFrames bounds a stack.
const maxFrames = 256

// code is what is known of a module's functions.
type code struct {
	starts []uint64 // of functions, sorted
	names  []function
}

// codeOf reads the symbol tables of a file, and where its functions begin from the table for unwinding, which stripped files
// have as well.
func (f *File) codeOf() *code {
	if f.code != nil {
		return f.code
	}
	c := &code{}
	f.code = c
	defer func() { _ = recover() }() // of debug/elf, on a file that nobody has met
	static, _ := f.elf.Symbols()
	dynamic, _ := f.elf.DynamicSymbols()
	for _, s := range append(static, dynamic...) {
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Section != elf.SHN_UNDEF && s.Name != "" {
			c.names = append(c.names, function{s.Value, s.Size, s.Name})
			c.starts = append(c.starts, s.Value)
		}
	}
	slices.SortStableFunc(c.names, func(a, b function) int { return cmp.Compare(a.addr, b.addr) })
	c.starts = append(c.starts, f.unwindTable()...)
	slices.Sort(c.starts)
	c.starts = slices.Compact(c.starts)
	return c
}

// maxTable bounds the entries of a table for unwinding.
const maxTable = 1 << 20

// unwindTable reads the starts of functions in .eh_frame_hdr (LSB 5.0, 10.6.2), in its usual encoding.
func (f *File) unwindTable() (starts []uint64) {
	for _, p := range f.elf.Progs {
		if p.Type != elf.PT_GNU_EH_FRAME || p.Filesz < 12 {
			continue
		}
		b := make([]byte, min(p.Filesz, 12+8*maxTable))
		if n, _ := p.ReadAt(b, 0); n < len(b) || string(b[:4]) != "\x01\x1b\x03\x3b" {
			return nil
		}
		n := min(uint64(binary.LittleEndian.Uint32(b[8:])), uint64(len(b)-12)/8)
		for i := range n {
			starts = append(starts, p.Vaddr+uint64(int64(int32(binary.LittleEndian.Uint32(b[12+8*i:])))))
		}
	}
	return starts
}

// within finds the module and its file that an address is in.
func (v *View) within(addr uint64) (*Module, *File) {
	if p := v.placedAt(addr); p != nil {
		return &v.known[p.module], p.file
	}
	return nil, nil
}

// Frame is where a thread is, or will come back to.
type Frame struct {
	PC     uint64
	Name   string // of the function; "" if nothing tells
	Object string // the file, or kernel
	Start  uint64 // where the function begins; 0: not known
}

// Frame describes an address. That of a caller is one behind its call, which may be the last of a function.
func (v *View) Frame(pc uint64, caller bool) Frame {
	at := pc
	if caller {
		at--
	}
	if IsKernel(at) {
		if f, ok := v.function(at); ok {
			return Frame{pc, f.name, "kernel", f.addr}
		}
		return Frame{PC: pc, Object: "kernel"}
	}
	m, f := v.within(at)
	if m == nil {
		return Frame{PC: pc}
	}
	out := Frame{PC: pc, Object: m.Path}
	c := f.codeOf()
	i := sort.Search(len(c.starts), func(i int) bool { return c.starts[i] > at-m.Bias })
	if i == 0 {
		return out
	}
	start := c.starts[i-1]
	out.Start = start + m.Bias
	j := sort.Search(len(c.names), func(j int) bool { return c.names[j].addr > at-m.Bias })
	for k := j - 1; k >= 0 && k >= j-8; k-- {
		if s := c.names[k]; at-m.Bias-s.addr < s.size || s.addr == start {
			out.Name = s.name
			break
		}
	}
	if out.Name == "" {
		out.Name = fmt.Sprintf("%s+%#x", path.Base(m.Path), start)
	}
	return out
}

// ruleAt is the rule for unwinding at an address.
func (v *View) ruleAt(f Frame, at uint64) (rule, bool) {
	if f.Start == 0 || at < f.Start || at-f.Start >= maxFunction {
		return rule{}, false
	}
	if _, known := v.unwound[f.Start]; !known && v.analysed >= maxAnalysed {
		return rule{}, false
	}
	all := v.rulesOf(function{addr: f.Start, size: maxFunction})
	if r, ok := all[int(at-f.Start)]; ok {
		return r, r.reg != dwarfRBX
	}
	// Reached by a table of jumps: what holds for most of the function.
	counts := map[rule]int{}
	var best rule
	for _, r := range all {
		if counts[r]++; counts[r] > counts[best] || counts[r] == counts[best] && r.offset > best.offset {
			best = r
		}
	}
	return best, len(all) > 0
}

// Stack is where a thread with these registers is and who called, innermost first.
func (v *View) Stack(r kvmboot.Registers) []Frame {
	var frames []Frame
	pc, sp, bp := r.RIP, r.RSP, r.RBP
	for len(frames) < maxFrames {
		f := v.Frame(pc, len(frames) > 0)
		frames = append(frames, f)
		next, cfa, base, ok := v.caller(f, pc, sp, bp)
		if !ok || next == 0 || cfa <= sp && len(frames) > 1 {
			break
		}
		pc, sp, bp = next, cfa, base
	}
	return frames
}

// caller unwinds one frame: by the function's instructions, or else by the frame pointer.
func (v *View) caller(f Frame, pc, sp, bp uint64) (next, cfa, base uint64, ok bool) {
	base = bp
	if r, known := v.ruleAt(f, pc); known {
		cfa = sp + uint64(r.offset)
		if r.reg == dwarfRBP {
			cfa = bp + uint64(r.offset)
		}
		if next, ok = v.Word(cfa - 8); ok && v.executable(next) {
			if at := r.saved[dwarfRBP]; at != 0 {
				base, _ = v.Word(cfa + uint64(int64(at)))
			}
			return next, cfa, base, true
		}
	}
	saved, ok1 := v.Word(bp)
	next, ok2 := v.Word(bp + 8)
	if bp <= sp || bp-sp > 1<<20 || !ok1 || !ok2 || !v.executable(next) {
		return 0, 0, 0, false
	}
	return next, bp + 16, saved, true
}

// executable reports whether a return address can be one.
func (v *View) executable(addr uint64) bool {
	if IsKernel(addr) {
		_, ok := v.function(addr)
		return ok
	}
	m, _ := v.within(addr)
	return m != nil
}

// Sample is the stack of one thread that runs.
type Sample struct {
	TID   int
	Name  string
	Stack []Frame
}

// Samples are the stacks of the threads that processors run at the moment, while they stand still. Processors that wait for work
// have none.
func (v *View) Samples(auxv []Aux) []Sample {
	cpus := v.Processors()
	if len(v.known) == 0 {
		v.Refresh(auxv)
	}
	v.analysed = 0
	var out []Sample
	for _, t := range v.Threads(cpus) {
		if t.CPU < 0 {
			continue
		}
		s := Sample{TID: t.TID, Name: t.Name, Stack: v.Stack(t.Regs)}
		if last := s.Stack[len(s.Stack)-1]; IsKernel(last.PC) { // an interrupt, a fault or a raw system call of the program
			s.Stack = append(s.Stack, v.beneath(&t)...)
		}
		out = append(out, s)
	}
	return out
}

// beneath is the program's stack under that of the kernel's which a thread runs on.
func (v *View) beneath(t *Thread) []Frame {
	base, ok1 := v.Word(t.at + abi.DThreadKstackBase)
	top, ok2 := v.Word(t.at + abi.DThreadKstackTop)
	saved, ok3 := v.Word(t.at + abi.DThreadUserRegs)
	if !ok1 || !ok2 || !ok3 || t.Regs.RSP < base || t.Regs.RSP >= top {
		return nil
	}
	if saved == 0 {
		saved = (top-128)&^15 - abi.DRegsSize
	}
	under := Thread{at: t.at}
	if !v.savedRegs(&under, saved) {
		return nil
	}
	return v.Stack(under.Regs)
}
