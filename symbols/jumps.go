package symbols

import (
	"encoding/binary"
	"math"
	"slices"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/elffile"
)

// JumpsXattr is the extended attribute by which the kernel finds the system
// calls of a file that become jumps when its code is mapped
// (kernel/sys/raw/jumps.c, docs/rofs2.md). It has to be a file's first.
const JumpsXattr = "call"

// A JumpSite is a SYSCALL instruction that leaves room for a jump of five
// bytes. In one form the jump takes the place of instructions before it, of
// which the first is so long that no other loses a byte: whatever goes to one
// of them, or to the SYSCALL, finds it. In the other the SYSCALL becomes a
// jump of two bytes to padding between functions that has room for the other
// jump. So control flow need not be known, only where instructions begin.
type JumpSite struct {
	Addr  uint64
	Off   uint32  // in the file
	By    int8    // from its end to the long jump; above -maxMoved-3 in the first form
	First [2]byte // of what that replaces
}

// A TrapSite is a SYSCALL instruction that stays one.
type TrapSite struct {
	Addr uint64 `json:"addr"`
	Func string `json:"func,omitempty"`
	Why  string `json:"why"`
}

const (
	jumpLen   = 5
	hopReach  = 127
	maxMoved  = 9    // bytes, that a stub has room for
	maxJumps  = 4096 // of a file: an attribute has 64 KB
	sigreturn = 15
	page      = 4096
	edge      = 16 // what begins in a page's last bytes is left alone
)

// EncodeJumps is the value of [JumpsXattr].
func EncodeJumps(sites []JumpSite) (b []byte) {
	for _, s := range sites {
		with, into := [2]byte{0xeb, byte(s.By)}, byte(maxMoved) // a hop
		if s.By < 0 && s.By >= -maxMoved-2 {
			with, into = [2]byte(syscallCode), byte(maxMoved+2+s.By)
		}
		b = binary.LittleEndian.AppendUint32(b, s.Off+2)
		b = append(b, s.First[0], s.First[1], with[0], with[1], byte(s.By), into, 0, 0)
	}
	return b
}

// jumps decides for the SYSCALL instructions of a file.
type jumps struct {
	c     *code
	taken map[uint64]bool // padding, by its first byte
	fixed bool            // relocations change the code
	sites []JumpSite
	traps []TrapSite
}

func (c *code) newJumps() *jumps {
	j := &jumps{c: c, taken: make(map[uint64]bool)}
	c.f.Relocs(func(r elffile.Reloc) bool {
		j.fixed = c.at(r.Off) != nil
		return !j.fixed
	})
	return j
}

// add decides for instruction i of fn, whose number can be one of v.
func (j *jumps) add(fn *function, i int, v values) {
	addr := fn.ins[i].addr
	s := JumpSite{Addr: addr}
	off, ok := j.c.f.Offset(addr, 2)
	why := ""
	_, returns := v.consts[sigreturn]
	switch {
	case !ok || off > math.MaxInt32:
		why = "it lies too far behind in the file"
	case j.fixed:
		why = "relocations change the file's code"
	case returns:
		why = "unwinders know rt_sigreturn by its code"
	case len(j.sites) == maxJumps:
		why = "the file has too many"
	case !j.before(fn, i, &s) && !j.hop(&s):
		why = "neither the instructions before it nor padding near it has room for a jump"
	}
	if why != "" {
		j.traps = append(j.traps, TrapSite{addr, j.c.name(addr), why})
		return
	}
	s.Off = uint32(off)
	j.sites = append(j.sites, s)
}

// before looks for the first form.
func (j *jumps) before(fn *function, i int, s *JumpSite) bool {
	for k := i - 1; k >= 0; k-- {
		in := &fn.ins[k]
		n := s.Addr - in.addr
		if in.next() != fn.ins[k+1].addr || n > maxMoved || !j.movable(in) || atEdge(s.Addr-maxMoved) {
			return false
		}
		if in.Len >= jumpLen {
			s.By = -int8(n) - 2
			s.First = [2]byte(j.c.at(in.addr))
			return true
		}
	}
	return false
}

// movable reports whether an instruction does the same elsewhere.
func (j *jumps) movable(in *instruction) bool {
	if in.Op == 0 || in.PCRel != 0 || in.ends() || in.isCall() || in.Op == x86asm.SYSCALL || in.Op == x86asm.INT || in.Op == x86asm.NOP {
		return false
	}
	for _, a := range in.Args {
		if m, ok := a.(x86asm.Mem); ok && m.Base == x86asm.RIP {
			return false
		}
	}
	switch j.c.at(in.addr)[0] {
	case 0xf0, 0xf2, 0xf3: // some code jumps behind a lock prefix
		return false
	}
	return true
}

func atEdge(addr uint64) bool { return addr%page > page-edge }

// hop looks for the second form.
func (j *jumps) hop(s *JumpSite) bool {
	if atEdge(s.Addr - maxMoved) {
		return false
	}
	near := j.near(s.Addr)
	j.c.makePointers()
	for k := 1; k < len(near); k++ {
		if !near[k-1].ends() || near[k-1].Op == x86asm.INT || near[k-1].next() != near[k].addr {
			continue
		}
		at, end := near[k].addr, near[k].addr
		for m := k; m < len(near) && near[m].addr == end && isFiller(near[m]); m++ {
			end = near[m].next()
		}
		// In one page: madvise(2) can take the contents of one away, with both jumps.
		for ; at+jumpLen <= end; at += jumpLen {
			d := int64(at) - int64(s.Addr+2)
			if at/page != s.Addr/page || d > hopReach || d < -hopReach || d >= -maxMoved-2 && d <= 0 || atEdge(at) || j.taken[at] || j.reached(near, at) {
				continue
			}
			j.taken[at] = true
			s.By, s.First = int8(d), [2]byte(j.c.at(at))
			return true
		}
	}
	return false
}

// isFiller reports whether an instruction is what is put between functions.
func isFiller(in *instruction) bool {
	return in.isPadding() || in.Op == x86asm.INT && in.Len == 1
}

// near returns the instructions around addr, in order.
func (j *jumps) near(addr uint64) (out []*instruction) {
	const reach = hopReach + 32
	for a := max(addr-reach, j.c.base); a < addr+reach; {
		g := j.c.function(a)
		if g == nil {
			a += 16
			continue
		}
		for k := g.indexFrom(a); k < len(g.ins) && g.ins[k].addr < addr+reach; k++ {
			out = append(out, &g.ins[k])
		}
		a = max(g.end, a+1)
	}
	return out
}

// reached reports whether something may jump to the padding at addr.
func (j *jumps) reached(near []*instruction, addr uint64) bool {
	for a := addr; a < addr+jumpLen; a++ {
		if len(j.c.edgesTo(a)) > 0 || j.c.leas[a] {
			return true
		}
	}
	return slices.ContainsFunc(near, func(in *instruction) bool {
		t, ok := in.branch()
		return ok && t >= addr && t < addr+jumpLen
	})
}
