package symbols

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"slices"
	"sort"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/elffile"
)

// Limits on the code that is looked at.
const (
	maxText = 512 << 20 // bytes of executable segments
	maxFunc = 1 << 20   // bytes decoded as one function
)

// code is the executable memory of a file and what is known of it.
type code struct {
	f     *elffile.File
	segs  []segment
	funcs []elffile.Func // sorted
	isGo  map[uint64]bool
	cache map[uint64]*function

	edgesMade bool
	base      uint64   // lowest address of segs
	edges     []uint64 // direct branches: (target-base)<<32 | source-base, by page of target
	pages     []int    // where the edges of each page of targets end
	sorted    []bool   // whether those of a page are in order

	skip  map[uint64]bool // functions whose calls do not count, by start
	never map[uint64]bool // functions that do not return, as far as looked at

	leasMade bool
	leas     map[uint64]bool // code whose address is taken
	named    [2][]addresses  // of a file at fixed addresses: by data words, by constants in code; a set for each of segs
}

type segment struct {
	addr uint64
	b    []byte
}

// function is decoded code: of a real function if certain, else of a stretch
// that was found by other means.
type function struct {
	start, end uint64
	certain    bool
	bad        bool // something in it does not decode
	ins        []instruction
	jumps      []uint64 // direct jumps inside: index of target<<32 | of jump, sorted
	indirect   []int32  // indirect jumps
	goABI      bool     // calls keep no register
}

// instruction is what is kept of an x86asm.Inst.
type instruction struct {
	addr     uint64
	Args     x86asm.Args
	Op       x86asm.Op // 0: does not decode
	MemBytes int16
	Len      uint8
	PCRel    uint8
	rep      bool // has a REP or REPN prefix
}

func (in *instruction) next() uint64 { return in.addr + uint64(in.Len) }

// branch returns the target of a direct jump or call.
func (in *instruction) branch() (uint64, bool) {
	if in.PCRel == 0 {
		return 0, false
	}
	if r, ok := in.Args[0].(x86asm.Rel); ok {
		return in.next() + uint64(int64(r)), true
	}
	return 0, false
}

// ends reports whether control never goes on to the next instruction.
func (in *instruction) ends() bool {
	switch in.Op {
	case x86asm.JMP, x86asm.RET, x86asm.LRET, x86asm.UD0, x86asm.UD1, x86asm.UD2, x86asm.HLT, x86asm.IRETQ, x86asm.SYSRET:
		return true
	case x86asm.INT:
		return in.Len == 1 // int3 as padding
	}
	return false
}

// isPadding reports whether the instruction does nothing; ENDBR64 has a meaning.
func (in *instruction) isPadding() bool {
	return in.Op == x86asm.NOP && (in.Args[0] != nil || in.Len < 4)
}

func (in *instruction) isCall() bool { return in.Op == x86asm.CALL }

// newCode reads the executable segments of f.
func newCode(f *elffile.File) (*code, error) {
	c := &code{f: f, cache: make(map[uint64]*function)}
	var total uint64
	for _, r := range f.ExecRanges() {
		if total += r.Size; total > maxText {
			return nil, &elffile.Error{File: f.Name, Off: int64(r.Off), Msg: "more than 512 MB of code; list its system calls in [kernel] syscalls="}
		}
		b, err := f.ReadRange(r, "code")
		if err != nil {
			return nil, err
		}
		c.segs = append(c.segs, segment{r.Vaddr, b})
	}
	sort.Slice(c.segs, func(i, j int) bool { return c.segs[i].addr < c.segs[j].addr })
	if len(c.segs) > 0 {
		c.base = c.segs[0].addr
	}
	c.funcs = f.Funcs()
	return c, nil
}

// at returns the code at addr up to the end of its segment.
func (c *code) at(addr uint64) []byte {
	for i := range c.segs {
		if s := &c.segs[i]; addr >= s.addr && addr-s.addr < uint64(len(s.b)) {
			return s.b[addr-s.addr:]
		}
	}
	return nil
}

// Where no table tells of functions, code is decoded in chunks, each from a
// little before its start so that decoding has fallen into step by then.
const (
	chunk     = 8 << 10
	chunkLead = 256
)

// bounds returns the function around addr, or a chunk of the gap between two
// functions.
func (c *code) bounds(addr uint64) (start, end uint64, certain bool) {
	i := sort.Search(len(c.funcs), func(i int) bool { return c.funcs[i].Start > addr })
	for k := range c.segs {
		if s := &c.segs[k]; addr >= s.addr && addr-s.addr < uint64(len(s.b)) {
			start, end = s.addr, s.addr+uint64(len(s.b))
		}
	}
	if i > 0 {
		if f := &c.funcs[i-1]; addr < f.End {
			return f.Start, min(f.End, end), true
		}
		start = max(start, c.funcs[i-1].End)
	}
	if i < len(c.funcs) {
		end = min(end, c.funcs[i].Start)
	}
	if k := addr &^ (chunk - 1); k > start+chunkLead {
		start = k - chunkLead
	}
	return start, min(end, addr&^(chunk-1)+chunk), false
}

// function returns the decoded function around addr, nil for none. The
// instruction at addr is in it only if decoding comes by there.
func (c *code) function(addr uint64) *function {
	if c.at(addr) == nil {
		return nil
	}
	start, end, certain := c.bounds(addr)
	if fn := c.cache[start]; fn != nil {
		return fn
	}
	fn := c.decode(start, min(end, start+maxFunc), certain)
	c.cache[start] = fn
	return fn
}

// noReturn reports whether the function at addr never returns: it has no
// return and leaves only for functions that do not return either.
func (c *code) noReturn(addr uint64, depth int) bool {
	if depth > 4 {
		return false
	}
	if v, ok := c.never[addr]; ok {
		return v
	}
	if c.never == nil {
		c.never = make(map[uint64]bool)
	}
	c.never[addr] = false
	fn := c.function(addr)
	if i := fn.index(addr); i < 0 || fn.certain && i > 0 || fn.bad && fn.certain {
		return false
	}
	if !fn.certain {
		c.never[addr] = c.reachesNoReturn(fn, addr, depth)
		return c.never[addr]
	}
	for i := range fn.ins {
		in := &fn.ins[i]
		switch in.Op {
		case x86asm.RET, x86asm.LRET, x86asm.IRETQ, x86asm.SYSRET:
			return false
		}
		if t, ok := in.branch(); ok && !in.isCall() {
			if fn.index(t) < 0 && !c.noReturn(t, depth+1) {
				return false
			}
		} else if in.Op == x86asm.JMP {
			return false
		}
	}
	last := &fn.ins[len(fn.ins)-1]
	c.never[addr] = last.ends() || last.isCall() || last.Op == x86asm.NOP
	return c.never[addr]
}

// reachesNoReturn is noReturn where the end of the function is not known: it
// follows control from addr.
func (c *code) reachesNoReturn(fn *function, addr uint64, depth int) bool {
	todo, seen := []int{fn.index(addr)}, make(map[int]bool)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		if seen[i] = true; len(seen) > 200 || i >= len(fn.ins) {
			return false
		}
		in := &fn.ins[i]
		t, direct := in.branch()
		switch {
		case in.Op == x86asm.RET || in.Op == x86asm.LRET || in.Op == 0 || in.Op == x86asm.JMP && !direct:
			return false
		case in.isCall() && direct && c.noReturn(t, depth+1):
			continue
		case direct && !in.isCall():
			j := fn.index(t)
			if j < 0 {
				return false
			}
			todo = append(todo, j)
		}
		if !in.ends() {
			todo = append(todo, i+1)
		}
	}
	return true
}

func (c *code) decode(start, end uint64, certain bool) *function {
	b := c.at(start)
	b = b[:min(uint64(len(b)), end-start)]
	fn := &function{start: start, end: end, certain: certain, goABI: c.isGo[start],
		ins: make([]instruction, 0, len(b)/4+4)}
	for addr := start; len(b) > 0; {
		if n := len(fn.ins); !certain && n > 0 && fn.ins[n-1].ends() {
			if pad := zeros(b); pad > 0 {
				addr, b = addr+uint64(pad), b[pad:]
				continue
			}
		}
		in, err := x86asm.Decode(b, 64)
		if err != nil || in.Len == 0 {
			n := endbr(b)
			if n == 0 {
				n = 1
				fn.bad = true
			}
			in = x86asm.Inst{Len: n, Op: x86asm.NOP}
			if n == 1 {
				in.Op = 0
			}
		}
		fn.ins = append(fn.ins, instruction{addr: addr, Args: in.Args, Op: in.Op, MemBytes: int16(in.MemBytes),
			Len: uint8(in.Len), PCRel: uint8(in.PCRel), rep: hasRep(&in)})
		addr += uint64(in.Len)
		b = b[in.Len:]
	}
	for i := range fn.ins {
		in := &fn.ins[i]
		if t, ok := in.branch(); ok && !in.isCall() {
			if j := fn.index(t); j >= 0 {
				fn.jumps = append(fn.jumps, uint64(j)<<32|uint64(i))
			}
		} else if in.Op == x86asm.JMP {
			fn.indirect = append(fn.indirect, int32(i))
		}
	}
	slices.Sort(fn.jumps)
	return fn
}

// preds returns the direct jumps of fn to instruction i, as in fn.jumps.
func (fn *function) preds(i int) []uint64 {
	lo, _ := slices.BinarySearch(fn.jumps, uint64(i)<<32)
	hi := lo
	for hi < len(fn.jumps) && fn.jumps[hi]>>32 == uint64(i) {
		hi++
	}
	return fn.jumps[lo:hi]
}

func hasRep(in *x86asm.Inst) bool {
	for _, p := range in.Prefix {
		if p == 0 {
			break
		}
		if p&0xff == x86asm.PrefixREP&0xff || p&0xff == x86asm.PrefixREPN&0xff {
			return true
		}
	}
	return false
}

// zeros returns how many zero bytes b begins with. Free Pascal pads functions
// with them; decoded as ADD, an odd number would swallow the next one's start.
func zeros(b []byte) int {
	return len(b) - len(bytes.TrimLeft(b, "\x00"))
}

// endbr returns the length of endbr64 or endbr32, 0 if there is neither.
func endbr(b []byte) int {
	if len(b) >= 4 && b[0] == 0xf3 && b[1] == 0x0f && b[2] == 0x1e && (b[3] == 0xfa || b[3] == 0xfb) {
		return 4
	}
	return 0
}

// indexFrom returns the index of the first instruction at addr or after it.
func (fn *function) indexFrom(addr uint64) int {
	return sort.Search(len(fn.ins), func(i int) bool { return fn.ins[i].addr >= addr })
}

// index returns the index of the instruction that starts at addr, or -1.
func (fn *function) index(addr uint64) int {
	if fn == nil || addr < fn.start || addr >= fn.end {
		return -1
	}
	i := fn.indexFrom(addr)
	if i < len(fn.ins) && fn.ins[i].addr == addr {
		return i
	}
	return -1
}

// makeEdges finds everything in the code that reads as a direct jump or call
// with a 32-bit displacement: E8, E9 and 0F 80 to 0F 8F. Some are not, so
// users decode the function that an edge comes from.
func (c *code) makeEdges() {
	if c.edgesMade {
		return
	}
	c.edgesMade = true
	top := uint64(0)
	for i := range c.segs {
		top = max(top, c.segs[i].addr+uint64(len(c.segs[i].b))-c.base)
	}
	if top >= 1<<32 {
		return // no branch reaches so far; such a file is malformed
	}
	var found []uint64
	c.pages = make([]int, top>>pageBits+2)
	for i := range c.segs {
		b := c.segs[i].b
		off := c.segs[i].addr - c.base
		for k := 0; k+5 <= len(b); k++ {
			rel := k + 1
			if b[k]&0xfe != 0xe8 {
				if b[k] != 0x0f || b[k+1]&0xf0 != 0x80 || k+6 > len(b) {
					continue
				}
				rel++
			}
			t := off + uint64(rel) + 4 + uint64(int64(int32(binary.LittleEndian.Uint32(b[rel:]))))
			if t < top {
				found = append(found, t<<32|(off+uint64(k)))
				c.pages[t>>pageBits+1]++
			}
		}
	}
	// A counting sort by page; a page is put in order when it is asked for.
	for i := 1; i < len(c.pages); i++ {
		c.pages[i] += c.pages[i-1]
	}
	c.edges = make([]uint64, len(found))
	for _, e := range found {
		p := e >> 32 >> pageBits
		c.edges[c.pages[p]] = e
		c.pages[p]++
	}
	c.sorted = make([]bool, len(c.pages))
}

const pageBits = 12

// edgesTo returns the edges to addr.
func (c *code) edgesTo(addr uint64) []uint64 {
	c.makeEdges()
	t := addr - c.base
	p := t >> pageBits
	if p >= uint64(len(c.pages)) {
		return nil
	}
	start := 0
	if p > 0 {
		start = c.pages[p-1]
	}
	es := c.edges[start:c.pages[p]]
	if !c.sorted[p] {
		slices.Sort(es)
		c.sorted[p] = true
	}
	lo, _ := slices.BinarySearch(es, t<<32)
	hi := lo
	for hi < len(es) && es[hi]>>32 == t {
		hi++
	}
	return es[lo:hi]
}

// sources calls fn for each direct branch to addr, which is in function self,
// with the function and index of the branch.
func (c *code) sources(addr uint64, self *function, fn func(*function, int)) {
	// Branches with a displacement of 8 bits come from near. Those of self
	// are its preds.
	const reach = 130
	for a := max(addr-reach, c.base); a < addr+reach && (self.start > a || self.end < addr+reach); {
		g := c.function(a)
		if g == nil {
			a += 16
			continue
		}
		for j := g.indexFrom(addr - reach); g != self && j < len(g.ins) && g.ins[j].addr < addr+reach; j++ {
			in := &g.ins[j]
			if t, ok := in.branch(); ok && t == addr && in.PCRel == 1 && !c.skip[g.start] {
				fn(g, j)
			}
		}
		a = max(g.end, a+1)
	}
	for _, e := range c.edgesTo(addr) {
		src := c.base + e&(1<<32-1)
		g := c.function(src)
		j := g.index(src)
		if j < 0 {
			// A prefix, such as bnd, may come before the opcode.
			if j = g.index(src - 1); j < 0 {
				continue
			}
		}
		if t, ok := g.ins[j].branch(); ok && t == addr && !c.skip[g.start] {
			fn(g, j)
		}
	}
}

// makePointers notes the code addresses that code or relocations take.
func (c *code) makePointers() {
	if c.leasMade {
		return
	}
	c.leasMade = true
	c.leas = make(map[uint64]bool)
	for _, s := range c.segs {
		for i := 1; i+6 <= len(s.b); i++ {
			j := bytes.IndexByte(s.b[i:len(s.b)-5], 0x8d)
			if j < 0 {
				break
			}
			if i += j; s.b[i-1]&0xf8 == 0x48 && s.b[i+1]&0xc7 == 0x05 {
				t := s.addr + uint64(i) + 6 + uint64(int64(int32(binary.LittleEndian.Uint32(s.b[i+2:]))))
				if c.at(t) != nil {
					c.leas[t] = true
				}
			}
		}
	}
	c.f.Relocs(func(r elffile.Reloc) bool {
		if r.Type == elf.R_X86_64_RELATIVE || r.Type == elf.R_X86_64_IRELATIVE {
			if t := uint64(r.Addend); c.at(t) != nil {
				c.leas[t] = true
			}
		}
		return true
	})
	c.leas[c.f.Entry] = true
	if syms, err := c.f.Symbols(); err == nil {
		for i := range syms {
			// For "syscall", the files that import it are looked at.
			if s := &syms[i]; s.Exported() && s.Name != "syscall" && c.at(s.Value) != nil {
				c.leas[s.Value] = true
			}
		}
	}
}

// global returns the initial value of the 32-bit variable at addr if nothing
// in the file seems to change it: each mention of its address in the code is
// an instruction that reads it, such as MOV, and no data points to it.
func (c *code) global(addr uint64) (int64, bool) {
	b, err := c.f.ReadAddr(addr, 4, "data")
	if err != nil || c.f.HasWord(addr) {
		return 0, false
	}
	pointed := false
	c.f.Relocs(func(r elffile.Reloc) bool {
		pointed = r.Addend == int64(addr) || r.Off <= addr+3 && r.Off+8 > addr
		return !pointed
	})
	if pointed {
		return 0, false
	}
	for _, s := range c.segs {
		for i := 2; i+4 <= len(s.b); i++ {
			// The displacement is followed by 0, 1, 2 or 4 bytes of an
			// immediate.
			d := addr - (s.addr + uint64(i) + 4) - uint64(int64(int32(binary.LittleEndian.Uint32(s.b[i:]))))
			if d != 0 && d != 1 && d != 2 && d != 4 || s.b[i-1]&0xc7 != 0x05 {
				continue
			}
			switch s.b[i-2] {
			case 0x03, 0x0b, 0x23, 0x2b, 0x33, 0x39, 0x3b, 0x63, 0x85, 0x8b: // read it
			default:
				return 0, false
			}
		}
	}
	return int64(int32(binary.LittleEndian.Uint32(b))), true
}
