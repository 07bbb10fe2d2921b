package symbols

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/internal/badoption"
	"uk.example/internal/elffile"
)

// SyscallName returns the name of an x86-64 system call, "" if the number has
// none.
func SyscallName(n int) string {
	if n < 0 || n >= len(syscallNames) {
		return ""
	}
	return syscallNames[n]
}

// syscallNumbers and takesPath are made when they are first used: most runs of the command never do.
var syscallNumbers = sync.OnceValue(func() map[string]int {
	m := make(map[string]int, len(syscallNames))
	for n, s := range syscallNames {
		if s != "" {
			m[s] = n
		}
	}
	return m
})

// SyscallCount returns how many system calls x86-64 has.
func SyscallCount() int { return len(syscallNumbers()) }

// SyscallNumber returns the number of an x86-64 system call.
func SyscallNumber(name string) (int, bool) {
	n, ok := syscallNumbers()[name]
	return n, ok
}

// SyscallNeeds are the system calls that the code of one file makes itself,
// with a syscall instruction or through the C library's syscall function.
type SyscallNeeds struct {
	Guest string `json:"guest"`
	// Sites counts syscall instructions and uses of syscall().
	Sites int `json:"sites"`
	// Names are the calls whose numbers are constants, sorted by number; a
	// number without a name is "#N".
	Names []string `json:"names"`
	// Numbers are the same by number.
	Numbers []int `json:"numbers"`
	// Dynamic are the sites whose number could not be found.
	Dynamic []DynamicSite `json:"dynamic,omitempty"`
	// Go is the version of the Go toolchain that made the file.
	Go string `json:"go,omitempty"`
	// Packages are Go's standard packages in the file that make calls of
	// their own; set if there are Dynamic sites.
	Packages []string `json:"packages,omitempty"`
	// Paths says that calls which take a path are made by more than the
	// runtime of Go, whose files have known names.
	Paths bool `json:"paths,omitempty"`
	// Plain are the names of those calls that only functions of Go's standard
	// library make, of which it is known what they ask for: futexes without
	// priority inheritance, prctl to name memory, fcntl without locks, owners
	// and signals of files.
	Plain []string `json:"plain,omitempty"`
	// Idle are calls that are not among the names, since only code of Go's
	// standard library has them that never runs in this program.
	Idle []string `json:"idle,omitempty"`
	// Jumps are the syscall instructions that can become jumps, sorted by
	// address, Traps the others.
	Jumps []JumpSite `json:"-"`
	Traps []TrapSite `json:"-"`
}

// A DynamicSite is a system call whose number is not a constant.
type DynamicSite struct {
	Addr uint64 `json:"addr"` // of the syscall instruction
	Func string `json:"func,omitempty"`
	Lost uint64 `json:"lost"` // where the search for the number ended
	// Passed says that Addr is where the address of the C library's syscall
	// function is passed on, 0 for dlsym.
	Passed bool `json:"passed,omitempty"`
}

// where names the site, of the file guest.
func (d *DynamicSite) where(guest string) string {
	s := fmt.Sprintf("%s: the system call at %#x", guest, d.Addr)
	switch {
	case d.Passed && d.Addr == 0:
		return guest + ": what dlsym may find as syscall()"
	case d.Passed:
		s = fmt.Sprintf("%s: syscall(), of which the address is passed on at %#x", guest, d.Addr)
	}
	if d.Func != "" {
		s += " in " + d.Func
	}
	return s
}

var syscallCode = []byte{0x0f, 0x05}

// ScanSyscallsOf is [ScanSyscalls] of a file of the host, of which m may know.
func (m *Memo) ScanSyscallsOf(host, guest string) (*SyscallNeeds, error) {
	all, err := kept(m, host, "system calls of "+guest, func() (*wholeNeeds, error) {
		f, err := elffile.Open(host)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		n, err := ScanSyscalls(f, guest)
		if err != nil || n == nil {
			return nil, err
		}
		return &wholeNeeds{*n, n.Jumps, n.Traps}, nil
	})
	if err != nil || all == nil {
		return nil, err
	}
	n := all.SyscallNeeds
	n.Jumps, n.Traps = all.Jumps, all.Traps
	return &n, nil
}

// wholeNeeds are SyscallNeeds with what their JSON lacks.
type wholeNeeds struct {
	SyscallNeeds
	Jumps []JumpSite
	Traps []TrapSite
}

// ScanSyscalls finds the system calls of one ELF file, nil if its code makes
// none. guest is the file's name in the image.
func ScanSyscalls(f *ELF, guest string) (*SyscallNeeds, error) {
	hits, err := f.FindExec(syscallCode)
	if err != nil {
		return nil, err
	}
	slots, err := findSlots(f, "syscall")
	if err != nil {
		return nil, err
	}
	lookup, err := looksUpSyscall(f)
	if err != nil || len(hits) == 0 && len(slots.code) == 0 && len(slots.data) == 0 && !lookup {
		return nil, err
	}
	c, err := newCode(f)
	if err != nil {
		return nil, err
	}
	out := &SyscallNeeds{Guest: guest, Names: []string{}, Numbers: []int{}}
	c.markGo(out)
	found, rich, idle := make(map[int64]bool), make(map[int64]bool), make(map[int64]bool)
	j := c.newJumps()
	settle := func(fn *function, i int, p place) {
		out.Sites++
		traps := fn.ins[i].Op == x86asm.SYSCALL
		if p.reg == rax && broadcasts(fn, i) {
			j.add(fn, i, values{})
			return
		}
		v := c.walk(fn, i, p)
		if traps {
			j.add(fn, i, v)
		}
		for n, from := range v.consts {
			if c.idle(n, v.makers[n]) {
				idle[n] = true
				continue
			}
			found[n] = true
			rich[n] = rich[n] || !c.plain(n, v.makers[n])
			out.Paths = out.Paths || takesPath()[n] && !c.ofRuntime(from)
		}
		if v.unknown {
			out.Paths = true
			out.Dynamic = append(out.Dynamic, DynamicSite{Addr: fn.ins[i].addr, Func: c.name(fn.ins[i].addr), Lost: v.why})
		}
	}
	for _, addr := range hits {
		if fn, i := c.locate(addr, x86asm.SYSCALL); fn != nil {
			settle(fn, i, place{kind: 'r', reg: rax})
		}
	}
	passed := func(addr uint64) {
		out.Sites++
		out.Dynamic = append(out.Dynamic, DynamicSite{Addr: addr, Func: c.name(addr), Lost: addr, Passed: true})
	}
	if len(slots.code) > 0 {
		c.slotUses(slots.code, func(fn *function, i int) {
			settle(fn, i, place{kind: 'r', reg: rdi})
		}, func(fn *function, i int) { passed(fn.ins[i].addr) })
	}
	for _, addr := range slots.data {
		passed(addr)
	}
	if lookup {
		passed(0)
	}
	if out.Go != "" {
		c.goAllThreads(settle)
	}
	for n := range found {
		if n >= 0 && n < 4096 {
			out.Numbers = append(out.Numbers, int(n))
		}
	}
	slices.Sort(out.Numbers)
	for _, n := range out.Numbers {
		name := SyscallName(n)
		if name == "" {
			name = "#" + strconv.Itoa(n)
		}
		out.Names = append(out.Names, name)
		if !rich[int64(n)] && len(out.Dynamic) == 0 {
			out.Plain = append(out.Plain, name)
		}
	}
	for n := range idle {
		if !found[n] {
			out.Idle = append(out.Idle, SyscallName(int(n)))
		}
	}
	slices.Sort(out.Idle)
	if out.Sites == 0 {
		return nil, nil
	}
	out.Jumps, out.Traps = j.sites, j.traps
	if len(out.Dynamic) > 0 && out.Go != "" {
		out.Packages = c.goPackages()
	}
	return out, nil
}

// broadcasts reports whether the syscall instruction i of fn is one of those
// by which glibc repeats set*id calls in every thread: number and arguments
// are loaded from a structure, {number i32; id [3]i64}. The function that
// fills the structure makes the same call with its constant number, so
// nothing is missed.
func broadcasts(fn *function, i int) bool {
	want := map[int8]int64{rax: 0, rdi: 8, rsi: 16, rdx: 24}
	for j := i - 1; j >= 0 && j >= i-6 && len(want) > 0; j-- {
		in := &fn.ins[j]
		n, _, isReg := gpr(in.Args[0])
		m, isMem := in.Args[1].(x86asm.Mem)
		if d, ok := want[n]; in.Op == x86asm.MOV && isReg && isMem && ok && m.Disp == d && m.Index == 0 && m.Base != x86asm.RSP && m.Base != x86asm.RIP {
			delete(want, n)
		}
	}
	return len(want) == 0
}

// name returns the name of the function around addr.
func (c *code) name(addr uint64) string {
	for i := range c.funcs {
		if f := &c.funcs[i]; addr >= f.Start && addr < f.End {
			return f.Name
		}
	}
	return ""
}

// locate returns the function and index of the instruction at addr if it is
// one with op: bytes that look like it can be part of another instruction.
// Where a table knows the function, decoding it from its start decides. Else
// most starts shortly before must come by addr: decoding falls into step with
// the real instructions after a few.
func (c *code) locate(addr uint64, op x86asm.Op) (*function, int) {
	fn := c.function(addr)
	if i := fn.index(addr); i >= 0 && fn.ins[i].Op == op && (fn.certain || fn.plausible(i)) {
		return fn, i
	} else if fn != nil && fn.certain && !fn.badNear(addr) {
		return nil, 0
	}
	const reach = 48
	votes, starts := 0, 0
	var best uint64
	for s := addr - reach; s < addr; s++ {
		b := c.at(s)
		if b == nil || c.at(addr) == nil {
			continue
		}
		starts++
		for a := s; a <= addr; {
			if a == addr {
				if votes++; best == 0 {
					best = s
				}
				break
			}
			in, err := x86asm.Decode(b[a-s:min(uint64(len(b)), a-s+16)], 64)
			n := uint64(in.Len)
			if err != nil {
				if n = uint64(endbr(b[a-s:])); n == 0 {
					break
				}
			}
			a += n
		}
	}
	if votes*2 <= starts || best == 0 {
		return nil, 0
	}
	end := addr + 256
	if fn != nil {
		end = min(end, max(fn.end, addr+16))
	}
	g := c.decode(best, end, false)
	if i := g.index(addr); i >= 0 && g.ins[i].Op == op && g.plausible(i) {
		return g, i
	}
	return nil, 0
}

// badNear reports whether something shortly before addr does not decode.
func (fn *function) badNear(addr uint64) bool {
	for i := range fn.ins {
		if in := &fn.ins[i]; in.Op == 0 && in.addr < addr && addr-in.addr < 64 {
			return true
		}
	}
	return false
}

// plausible reports whether the instructions around i look like a program's:
// constants between functions, of which OpenSSL has many, hardly ever do.
func (fn *function) plausible(i int) bool {
	for j := max(0, i-6); j <= min(i+6, len(fn.ins)-1); j++ {
		in := &fn.ins[j]
		switch in.Op {
		case 0, x86asm.IN, x86asm.OUT, x86asm.INSB, x86asm.INSD, x86asm.OUTSB, x86asm.OUTSD, x86asm.LAHF, x86asm.SAHF, x86asm.XLATB,
			x86asm.CLI, x86asm.STI, x86asm.LOOP, x86asm.LOOPE, x86asm.LOOPNE, x86asm.JRCXZ, x86asm.CMC, x86asm.CLC, x86asm.STC,
			x86asm.ENTER, x86asm.LRET, x86asm.IRET, x86asm.IRETD, x86asm.IRETQ, x86asm.CLD, x86asm.STD, x86asm.SCASB, x86asm.SCASD,
			x86asm.CMPSB, x86asm.CMPSD, x86asm.LODSB, x86asm.LODSD, x86asm.FWAIT, x86asm.POPFQ, x86asm.PUSHFQ:
			return false
		case x86asm.INT:
			if j < i || in.Len > 1 {
				return false
			}
		case x86asm.JMP, x86asm.CALL:
			if t, ok := in.branch(); ok && t>>40 != in.addr>>40 { // far outside
				return false
			}
		case x86asm.XCHG, x86asm.SBB, x86asm.ADC:
			if _, w, ok := gpr(in.Args[0]); ok && (w == 1 || w == -1) {
				return false
			}
		}
		if m, ok := in.Args[0].(x86asm.Mem); ok && (m.Disp > 1<<24 || m.Disp < -1<<24) && m.Base != x86asm.RIP {
			return false
		}
	}
	return true
}

// SyscallPolicy says which entries the table of raw system calls gets.
type SyscallPolicy struct {
	// All selects every call that the kernel has. Auto selects what the
	// code of the image needs. Both false: only Names.
	All, Auto bool
	// Names are selected in any case.
	Names []string
}

// ParseSyscallPolicy parses the words of [kernel] syscalls= or --syscalls:
// "auto", "all", or names of system calls; names after auto add to it. No word
// means auto.
func ParseSyscallPolicy(words []string) (SyscallPolicy, error) {
	p := SyscallPolicy{Auto: len(words) == 0}
	for _, w := range words {
		switch w {
		case "auto":
			p.Auto = true
		case "all":
			p.All = true
		case "none":
		default:
			if _, ok := SyscallNumber(w); !ok {
				return p, badoption.Errorf("Syscalls", "system call %q: no such call on x86-64; use auto, all, none, or names as in syscalls(2)", w)
			}
			p.Names = append(p.Names, w)
		}
	}
	if p.All && p.Auto {
		return p, badoption.Errorf("Syscalls", "system calls \"auto\" and \"all\" at once: use one of them")
	}
	slices.Sort(p.Names)
	p.Names = slices.Compact(p.Names)
	return p, nil
}

// SyscallSet is the selection for an image.
type SyscallSet struct {
	All   bool     `json:"all"`             // every call that the kernel has
	Names []string `json:"names"`           // sorted; with All only those that are known to be needed
	Notes []string `json:"notes,omitempty"` // single lines: why it is more than the constants
}

// SelectSyscalls applies a policy to what the files of an image need.
func SelectSyscalls(p SyscallPolicy, needs []*SyscallNeeds) SyscallSet {
	names := make(map[string]bool)
	for _, n := range p.Names {
		names[n] = true
	}
	s := SyscallSet{All: p.All}
	if p.Auto || p.All {
		for _, n := range needs {
			for _, name := range n.Names {
				if !strings.HasPrefix(name, "#") {
					names[name] = true
				}
			}
			if len(n.Dynamic) == 0 || p.All {
				continue
			}
			where := n.Dynamic[0].where(n.Guest)
			if more := len(n.Dynamic) - 1; more > 0 {
				where += fmt.Sprintf(" (and %d more)", more)
			}
			if n.Go != "" {
				for _, name := range goClass(n.Packages) {
					names[name] = true
				}
				s.Notes = append(s.Notes, where+" has no constant number: what its Go packages use is included; add more with --syscalls=auto,NAME")
				continue
			}
			s.All = true
			s.Notes = append(s.Notes, where+" has no constant number: all system calls are included; list those it needs with --syscalls to get a smaller kernel")
		}
	}
	for n := range names {
		s.Names = append(s.Names, n)
	}
	slices.Sort(s.Names)
	return s
}
