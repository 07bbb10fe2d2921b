package symbols

import (
	"slices"

	"golang.org/x/arch/x86/x86asm"
)

// The number of a system call is found by walking backwards from the syscall
// instruction along every way that control can come, across jumps and into
// the callers of a function whose parameter it is, until a constant is loaded
// into the place (register or stack slot) that holds it by then. What cannot
// be followed makes the number dynamic. Two things are taken on trust, as
// compilers keep to them: a spilled value is not overwritten through a
// pointer, and a number is not carried across a jump table.

// place is where a value is: in a register or in memory at a displacement
// from RSP or RBP or at an address; and what was done to it since: value = (v &^ 0xff | low) + add.
type place struct {
	kind   byte // 'r', 's' (RSP), 'b' (RBP), 'g' (address)
	reg    int8 // 0 to 15, of kind 'r'
	setLow bool
	low    uint8
	disp   int64
	add    int64
}

// step is a point of the walk: the value is at the place before instruction i.
type step struct {
	fn *function
	i  int
	p  place
}

const (
	maxSteps     = 50000 // of one walk
	maxTableJump = 16384 // bytes from an indirect jump to a case of it, where no table tells of functions
)

// values is the outcome of a walk.
type values struct {
	consts  map[int64]uint64   // and an address where each comes from, 0 for several
	makers  map[int64][]string // names of the functions in which each is made
	unknown bool
	why     uint64 // address where the walk was lost
}

// walk returns what the place p can hold before instruction i of fn.
func (c *code) walk(fn *function, i int, p place) values {
	v := values{consts: make(map[int64]uint64), makers: make(map[int64][]string)}
	constant := func(n int64, at uint64) {
		if name := c.name(at); !slices.Contains(v.makers[n], name) {
			v.makers[n] = append(v.makers[n], name)
		}
		if old, ok := v.consts[n]; ok && c.name(old) != c.name(at) {
			at = 0
		}
		v.consts[n] = at
	}
	seen := make(map[step]bool)
	var todo []step
	push := func(s step) {
		if s.p.kind == 'g' {
			if n, ok := c.global(uint64(s.p.disp)); ok {
				_, q := s.p.constant(n)
				constant(q[0].disp, s.fn.ins[s.i].addr)
			} else if !v.unknown {
				v.unknown, v.why = true, s.fn.ins[s.i].addr
			}
			return
		}
		if !seen[s] {
			seen[s] = true
			todo = append(todo, s)
		}
	}
	lost := func(at uint64) {
		if !v.unknown {
			v.unknown, v.why = true, at
		}
	}
	push(step{fn, i, p})
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if len(seen) > maxSteps {
			lost(s.fn.ins[s.i].addr)
			break
		}
		c.back(s, func(g *function, j int, q place, jumped bool) {
			// Control comes from instruction j of g, where the value
			// is at q after it; a jump itself changes nothing.
			if n, ok := compared(g, j, q, jumped); ok {
				_, places := q.constant(n)
				constant(places[0].disp, g.ins[j].addr)
				return
			}
			if jumped {
				push(step{g, j, q})
				return
			}
			r, places := backThrough(&g.ins[j], q, g.goABI)
			switch r {
			case isConst:
				constant(places[0].disp, g.ins[j].addr)
			case isPlace:
				for _, q := range places {
					push(step{g, j, q})
				}
			default:
				lost(g.ins[j].addr)
			}
		}, lost)
	}
	return v
}

// compared tells the value at p where control comes through instruction j of
// fn, if that is a jump that is taken, or not taken, only for one value.
func compared(fn *function, j int, p place, jumped bool) (int64, bool) {
	in := &fn.ins[j]
	if p.kind != 'r' || j == 0 || len(fn.preds(j)) > 0 || !(in.Op == x86asm.JE && jumped || in.Op == x86asm.JNE && !jumped) {
		return 0, false
	}
	test := &fn.ins[j-1]
	n, w, ok := gpr(test.Args[0])
	if !ok || n != p.reg || w < 4 {
		return 0, false
	}
	switch m, _, isReg := gpr(test.Args[1]); test.Op {
	case x86asm.TEST:
		return 0, isReg && m == n
	case x86asm.CMP:
		imm, ok := test.Args[1].(x86asm.Imm)
		return int64(imm), ok
	}
	return 0, false
}

// back calls from for each way by which control comes to instruction s.i.
func (c *code) back(s step, from func(fn *function, i int, p place, jumped bool), lost func(uint64)) {
	fn, addr := s.fn, s.fn.ins[s.i].addr
	ways := 0
	prev := func(g *function, j int) {
		in := &g.ins[j]
		if in.ends() {
			return
		}
		if t, ok := in.branch(); ok && in.isCall() && c.noReturn(t, 0) || c.padding(g, j) {
			return
		}
		ways++
		from(g, j, s.p, false)
	}
	called := false
	c.sources(addr, fn, func(g *function, j int) {
		p := s.p
		if g.ins[j].isCall() {
			called = true
			// The call pushed the return address.
			if p.kind == 's' {
				p.disp -= 8
			}
			if p.kind == 's' && p.disp < 0 || p.kind == 'b' {
				lost(g.ins[j].addr)
				return
			}
		} else if g == fn {
			return // among the jumps
		}
		ways++
		from(g, j, p, true)
	})
	switch {
	case s.i > 0 && fn.certain:
		prev(fn, s.i-1)
	case s.i > 0:
		// Padding before what is called: a function starts here.
		in := &fn.ins[s.i-1]
		if !(called && addr%16 == 0 && (in.Op == x86asm.NOP || in.Op == x86asm.XCHG)) {
			prev(fn, s.i-1)
		}
	case !fn.certain:
		// The code before, which a table or the chunks keep apart.
		if g := c.function(addr - 1); g != nil && len(g.ins) > 0 {
			if j := len(g.ins) - 1; g.ins[j].next() == addr {
				prev(g, j)
			}
		}
	}
	for _, e := range fn.preds(s.i) {
		ways++
		from(fn, int(e&(1<<32-1)), s.p, true)
	}
	c.makePointers()
	switch {
	case s.i == 0 && fn.certain, ways == 0, called:
		if c.taken(addr) {
			lost(addr)
			return
		}
	case !fn.certain && c.leas[addr]:
		lost(addr)
		return
	}
	if ways > 0 || s.i == 0 && fn.certain {
		return // or never called
	}
	if !fn.certain && s.i == 0 {
		lost(addr)
		return
	}
	if op := fn.ins[s.i].Op; op == x86asm.NOP || op == x86asm.INT {
		return // padding
	}
	// A case of a jump table, or nothing comes here.
	for _, j := range fn.indirect {
		if a := fn.ins[j].addr; fn.certain || a < addr && addr-a < maxTableJump {
			from(fn, int(j), s.p, true)
		}
	}
}

// padding reports whether instruction j of fn only fills the space behind one
// that control never goes on from, so that nothing comes here by it: cases of a
// jump table are aligned.
func (c *code) padding(fn *function, j int) bool {
	for ; j >= 0 && fn.ins[j].isPadding(); j-- {
		if len(fn.preds(j)) > 0 || !fn.certain && len(c.edgesTo(fn.ins[j].addr)) > 0 {
			return false
		}
	}
	if j < 0 || j == len(fn.ins)-1 || !fn.ins[j+1].isPadding() {
		return false
	}
	t, direct := fn.ins[j].branch()
	return fn.ins[j].ends() || direct && fn.ins[j].isCall() && c.noReturn(t, 0)
}

type outcome int

const (
	isUnknown outcome = iota
	isConst           // places[0].disp is the value
	isPlace
)

func (p place) constant(v int64) (outcome, []place) {
	if p.setLow {
		v = v&^0xff | int64(p.low)
	}
	return isConst, []place{{disp: v + p.add}}
}

// moved returns p at another place, what was done to it kept.
func (p place) moved(kind byte, reg int8, disp int64) (outcome, []place) {
	p.kind, p.reg, p.disp = kind, reg, disp
	return isPlace, []place{p}
}

func same(p place) (outcome, []place) { return isPlace, []place{p} }

const (
	rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi = 0, 1, 2, 3, 4, 5, 6, 7
	r11                                    = 11
)

// gpr returns the number and width in bytes of a general register; width -1
// is the second byte (AH).
func gpr(a x86asm.Arg) (n int8, width int, ok bool) {
	r, ok := a.(x86asm.Reg)
	switch {
	case !ok:
		return 0, 0, false
	case r >= x86asm.AL && r <= x86asm.BL:
		return int8(r - x86asm.AL), 1, true
	case r >= x86asm.AH && r <= x86asm.BH:
		return int8(r - x86asm.AH), -1, true
	case r >= x86asm.SPB && r <= x86asm.R15B:
		return int8(r-x86asm.SPB) + 4, 1, true
	case r >= x86asm.AX && r <= x86asm.R15W:
		return int8(r - x86asm.AX), 2, true
	case r >= x86asm.EAX && r <= x86asm.R15L:
		return int8(r - x86asm.EAX), 4, true
	case r >= x86asm.RAX && r <= x86asm.R15:
		return int8(r - x86asm.RAX), 8, true
	}
	return 0, 0, false
}

// source returns where operand a of in holds a value of 4 or 8 bytes.
func source(in *instruction, a x86asm.Arg, p place) (outcome, []place) {
	switch a := a.(type) {
	case x86asm.Imm:
		return p.constant(int64(a))
	case x86asm.Reg:
		if n, w, ok := gpr(a); ok && w >= 4 {
			return p.moved('r', n, 0)
		}
	case x86asm.Mem:
		if a.Index != 0 || a.Segment != 0 || in.MemBytes != 4 && in.MemBytes != 8 {
			return isUnknown, nil
		}
		switch a.Base {
		case x86asm.RSP:
			return p.moved('s', 0, a.Disp)
		case x86asm.RBP:
			return p.moved('b', 0, a.Disp)
		case x86asm.RIP:
			return p.moved('g', 0, int64(in.next())+a.Disp)
		}
	}
	return isUnknown, nil
}

// backThrough tells where the value that is at p after in was before it.
func backThrough(in *instruction, p place, goABI bool) (outcome, []place) {
	switch p.kind {
	case 'r':
		return backRegister(in, p, goABI)
	case 's':
		return backStack(in, p)
	}
	return backFrame(in, p)
}

func backRegister(in *instruction, p place, goABI bool) (outcome, []place) {
	if !writesReg(in, p.reg, goABI) {
		return same(p)
	}
	n, w, isReg := gpr(in.Args[0])
	if !isReg || n != p.reg {
		if in.Op == x86asm.XCHG {
			return source(in, in.Args[0], p)
		}
		return isUnknown, nil
	}
	imm, isImm := in.Args[1].(x86asm.Imm)
	switch in.Op {
	case x86asm.MOV, x86asm.MOVSXD:
		if w == 1 && isImm && p.add == 0 && !p.setLow {
			p.setLow, p.low = true, uint8(imm)
			return same(p)
		}
		if w >= 4 {
			return source(in, in.Args[1], p)
		}
	case x86asm.MOVZX, x86asm.MOVSX:
		if m, sw, ok := gpr(in.Args[1]); ok && sw == 2 {
			return p.moved('r', m, 0)
		}
	case x86asm.XOR, x86asm.SUB:
		if m, _, ok := gpr(in.Args[1]); ok && m == n && w >= 4 {
			return p.constant(0)
		}
		if in.Op == x86asm.SUB && isImm && w >= 4 && !p.setLow {
			p.add -= int64(imm)
			return same(p)
		}
	case x86asm.ADD:
		if isImm && w >= 4 && !p.setLow {
			p.add += int64(imm)
			return same(p)
		}
	case x86asm.INC, x86asm.DEC:
		if w >= 4 && !p.setLow {
			p.add += map[x86asm.Op]int64{x86asm.INC: 1, x86asm.DEC: -1}[in.Op]
			return same(p)
		}
	case x86asm.OR:
		if isImm && imm == -1 && w >= 4 {
			return p.constant(-1)
		}
	case x86asm.LEA:
		m, _ := in.Args[1].(x86asm.Mem)
		if b, bw, ok := gpr(m.Base); ok && m.Index == 0 && bw == 8 && !p.setLow {
			p.add += m.Disp
			return p.moved('r', b, 0)
		}
	case x86asm.POP:
		if w == 8 {
			return p.moved('s', 0, 0)
		}
	case x86asm.XCHG:
		return source(in, in.Args[1], p)
	case x86asm.CMOVA, x86asm.CMOVAE, x86asm.CMOVB, x86asm.CMOVBE, x86asm.CMOVE, x86asm.CMOVG, x86asm.CMOVGE, x86asm.CMOVL,
		x86asm.CMOVLE, x86asm.CMOVNE, x86asm.CMOVNO, x86asm.CMOVNP, x86asm.CMOVNS, x86asm.CMOVO, x86asm.CMOVP, x86asm.CMOVS:
		if r, q := source(in, in.Args[1], p); r == isPlace {
			return isPlace, append(q, p)
		}
	case x86asm.SETA, x86asm.SETAE, x86asm.SETB, x86asm.SETBE, x86asm.SETE, x86asm.SETG, x86asm.SETGE, x86asm.SETL,
		x86asm.SETLE, x86asm.SETNE, x86asm.SETNO, x86asm.SETNP, x86asm.SETNS, x86asm.SETO, x86asm.SETP, x86asm.SETS:
		if w == 1 && !p.setLow {
			q := p
			p.setLow, q.setLow, q.low = true, true, 1
			return isPlace, []place{p, q}
		}
	}
	return isUnknown, nil
}

// backStack is for a value at p.disp from RSP.
func backStack(in *instruction, p place) (outcome, []place) {
	n, w, isReg := gpr(in.Args[0])
	switch in.Op {
	case x86asm.PUSH:
		if p.disp >= 8 {
			return p.moved('s', 0, p.disp-8)
		}
		if p.disp == 0 {
			return source(in, in.Args[0], p)
		}
		return isUnknown, nil
	case x86asm.POP:
		if isReg && n != rsp {
			return p.moved('s', 0, p.disp+8)
		}
		return isUnknown, nil
	case x86asm.PUSHFQ:
		if p.disp >= 8 {
			return p.moved('s', 0, p.disp-8)
		}
		return isUnknown, nil
	case x86asm.POPFQ:
		return p.moved('s', 0, p.disp+8)
	case x86asm.LEAVE:
		return p.moved('b', 0, p.disp+8)
	}
	if isReg && n == rsp && writesReg(in, rsp, false) {
		imm, isImm := in.Args[1].(x86asm.Imm)
		switch {
		case w != 8:
		case in.Op == x86asm.SUB && isImm:
			return p.moved('s', 0, p.disp-int64(imm))
		case in.Op == x86asm.ADD && isImm:
			return p.moved('s', 0, p.disp+int64(imm))
		case in.Op == x86asm.LEA:
			if m, _ := in.Args[1].(x86asm.Mem); m.Base == x86asm.RSP && m.Index == 0 {
				return p.moved('s', 0, p.disp+m.Disp)
			} else if m.Base == x86asm.RBP && m.Index == 0 {
				return p.moved('b', 0, p.disp+m.Disp)
			}
		case in.Op == x86asm.MOV && in.Args[1] == x86asm.Arg(x86asm.RBP):
			return p.moved('b', 0, p.disp)
		}
		return isUnknown, nil
	}
	return backMemory(in, p, x86asm.RSP)
}

// backFrame is for a value at p.disp from RBP.
func backFrame(in *instruction, p place) (outcome, []place) {
	if in.isCall() {
		return same(p) // RBP is kept
	}
	if writesReg(in, rbp, false) {
		n, _, isReg := gpr(in.Args[0])
		if isReg && n == rbp {
			if in.Op == x86asm.MOV && in.Args[1] == x86asm.Arg(x86asm.RSP) {
				return p.moved('s', 0, p.disp)
			}
			if m, ok := in.Args[1].(x86asm.Mem); ok && in.Op == x86asm.LEA && m.Base == x86asm.RSP && m.Index == 0 {
				return p.moved('s', 0, p.disp+m.Disp)
			}
		}
		return isUnknown, nil
	}
	return backMemory(in, p, x86asm.RBP)
}

// backMemory is for an instruction that may write to memory at base.
func backMemory(in *instruction, p place, base x86asm.Reg) (outcome, []place) {
	m, ok := in.Args[0].(x86asm.Mem)
	if !ok || m.Base != base || m.Index != 0 || readsOnly(in.Op) {
		return same(p)
	}
	size := int64(in.MemBytes)
	if m.Disp+size <= p.disp || m.Disp >= p.disp+4 {
		return same(p)
	}
	if in.Op == x86asm.MOV && m.Disp == p.disp && size >= 4 {
		return source(in, in.Args[1], p)
	}
	return isUnknown, nil
}

// readsOnly reports whether an instruction writes to none of its operands.
func readsOnly(op x86asm.Op) bool {
	switch op {
	case x86asm.CMP, x86asm.TEST, x86asm.PUSH, x86asm.JMP, x86asm.CALL, x86asm.NOP, x86asm.BT, x86asm.PREFETCHT0, x86asm.PREFETCHT1,
		x86asm.PREFETCHT2, x86asm.PREFETCHNTA, x86asm.PREFETCHW, x86asm.MUL, x86asm.DIV, x86asm.IDIV, x86asm.OUT, x86asm.RET, x86asm.LRET,
		x86asm.UD2, x86asm.FLD, x86asm.CLFLUSH, x86asm.LDMXCSR, x86asm.JA, x86asm.JAE, x86asm.JB, x86asm.JBE, x86asm.JE,
		x86asm.JG, x86asm.JGE, x86asm.JL, x86asm.JLE, x86asm.JNE, x86asm.JNO, x86asm.JNP, x86asm.JNS, x86asm.JO, x86asm.JP, x86asm.JS,
		x86asm.JRCXZ, x86asm.JECXZ, x86asm.WRFSBASE, x86asm.WRGSBASE, x86asm.FXRSTOR, x86asm.FXRSTOR64, x86asm.XRSTOR, x86asm.XRSTOR64:
		return true
	}
	return false
}

// writesReg reports whether in changes, or may change, register r.
func writesReg(in *instruction, r int8, goABI bool) bool {
	if in.Op == 0 {
		return true // does not decode
	}
	for i, a := range in.Args {
		if a == nil {
			break
		}
		if n, _, ok := gpr(a); ok && n == r {
			if i == 0 && !readsOnly(in.Op) && !(in.Op == x86asm.IMUL && in.Args[1] == nil) {
				return true
			}
			if i == 1 && (in.Op == x86asm.XCHG || in.Op == x86asm.XADD || in.Op == x86asm.MULX) {
				return true
			}
		}
	}
	switch in.Op {
	case x86asm.CALL:
		if goABI {
			return r != rsp && r != rbp
		}
		return r == rax || r == rcx || r == rdx || r == rsi || r == rdi || r >= 8 && r <= r11
	case x86asm.SYSCALL:
		return r == rax || r == rcx || r == r11
	case x86asm.INT, x86asm.SYSENTER, x86asm.SYSEXIT, x86asm.IN, x86asm.LODSB, x86asm.LODSW, x86asm.LODSD, x86asm.LODSQ:
		return r == rax || r == rsi
	case x86asm.MUL, x86asm.DIV, x86asm.IDIV, x86asm.CMPXCHG8B, x86asm.CMPXCHG16B, x86asm.RDTSC, x86asm.RDTSCP, x86asm.RDPMC, x86asm.RDMSR, x86asm.XGETBV:
		return r == rax || r == rdx || in.Op == x86asm.RDTSCP && r == rcx
	case x86asm.IMUL:
		return in.Args[1] == nil && (r == rax || r == rdx)
	case x86asm.CBW, x86asm.CWDE, x86asm.CDQE, x86asm.CMPXCHG, x86asm.LAHF, x86asm.XLATB:
		return r == rax
	case x86asm.CWD, x86asm.CDQ, x86asm.CQO:
		return r == rdx
	case x86asm.CPUID:
		return r <= rbx
	case x86asm.MOVSB, x86asm.MOVSW, x86asm.MOVSD, x86asm.MOVSQ, x86asm.CMPSB, x86asm.CMPSW, x86asm.CMPSD, x86asm.CMPSQ:
		return r == rsi || r == rdi || in.rep && r == rcx
	case x86asm.STOSB, x86asm.STOSW, x86asm.STOSD, x86asm.STOSQ, x86asm.SCASB, x86asm.SCASW, x86asm.SCASD, x86asm.SCASQ:
		return r == rdi || in.rep && r == rcx
	case x86asm.LOOP, x86asm.LOOPE, x86asm.LOOPNE:
		return r == rcx
	case x86asm.PUSH, x86asm.POP, x86asm.PUSHFQ, x86asm.POPFQ:
		return r == rsp
	case x86asm.LEAVE, x86asm.ENTER:
		return r == rsp || r == rbp
	}
	return false
}
