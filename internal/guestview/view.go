package guestview

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"uk.example/internal/abi"
	"uk.example/kvmboot"
)

// Limits of what is read out of a guest.
const (
	maxThreads = 4096
	maxModules = 1024
	maxString  = 4096
	maxAuxv    = 64
)

// threadSize is what is read of a struct thread: as far as the last field.
const threadSize = abi.DThreadName + 16

// ABIVersion is that of the kernel's tables here.
const ABIVersion = abi.DebugABIVersion

// The address map of kernel/include/layout.h.
const (
	directBase = 0x400000000000
	directSize = 0x010000000000
	userCode   = 0x23 // selectors of ring 3
	userData   = 0x1b
)

// IsKernel reports whether an address is the kernel's, its C library's included.
func IsKernel(addr uint64) bool { return addr >= directBase && addr < directBase+directSize }

// Source is what a View needs besides the guest.
type Source struct {
	Kernel   func() ([]byte, error)                                   // the kernel's symbol file
	Open     func(path string) (r io.ReaderAt, size int64, err error) // files of the root file system
	Exported func() []string                                          // names that the kernel offers programs
	Program  string                                                   // its path in the guest
	Args     []string
}

// View looks into one guest.
type View struct {
	g       *kvmboot.Guest
	src     Source
	symbols map[string]uint64
	cr3     uint64
	files   map[string]*File
	known   []Module // as of the last Refresh
	placed  []placed // their segments

	funcs   []function              // nil until they are asked for
	unwound map[uint64]map[int]rule // what was found out of functions
	// ruleCount is how many rules there are in it, and analysed how many bytes of code were looked at since the last sample.
	ruleCount, analysed int
}

// New returns a view of a guest that is about to run.
func New(g *kvmboot.Guest, src Source) (*View, error) {
	text, err := src.Kernel()
	if err != nil {
		return nil, fmt.Errorf("symbols of the kernel: %w", err)
	}
	v := &View{g: g, src: src, symbols: map[string]uint64{}, files: map[string]*File{}}
	sc := bufio.NewScanner(bytes.NewReader(text))
	for sc.Scan() {
		f := strings.Fields(sc.Text())
		if len(f) != 3 {
			continue
		}
		if a, err := strconv.ParseUint(f[0], 16, 64); err == nil && v.symbols[f[2]] == 0 {
			v.symbols[f[2]] = a
		}
	}
	for _, name := range []string{"all_threads", "monitor_stubs", "user_start"} {
		if v.symbols[name] == 0 {
			return nil, fmt.Errorf("the kernel's symbols have no %s: build the image again", name)
		}
	}
	return v, nil
}

// Symbol is the address of one of the kernel's.
func (v *View) Symbol(name string) (uint64, bool) {
	a, ok := v.symbols[name]
	return a, ok
}

// Read copies memory at a virtual address: what is there, or what will be there when it is touched, of files' parts that are only
// read. It returns how many bytes it found.
func (v *View) Read(addr uint64, b []byte) int {
	done := 0
	for done < len(b) {
		n, err := v.g.Read(v.cr3, addr+uint64(done), b[done:])
		done += n
		if err == nil {
			break
		}
		at := addr + uint64(done)
		room := min(uint64(len(b)-done), 4096-at%4096)
		part := b[done : done+int(room)]
		if IsKernel(at) { // before there are page tables
			mem, err := v.g.Physical(at-directBase, room)
			if err != nil {
				break
			}
			copy(part, mem)
		} else if !v.untouched(at, part) {
			break
		}
		done += int(room)
	}
	return done
}

// Write changes memory that is mapped. It returns how many bytes it could.
func (v *View) Write(addr uint64, b []byte) int {
	n, err := v.g.Write(v.cr3, addr, b)
	if err != nil && IsKernel(addr) {
		if mem, err := v.g.Physical(addr-directBase, uint64(len(b))); err == nil {
			return copy(mem, b)
		}
	}
	return n
}

// Word reads eight bytes; false: they are not there.
func (v *View) Word(addr uint64) (uint64, bool) {
	var b [8]byte
	if v.Read(addr, b[:]) < 8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b[:]), true
}

// text reads a string that a zero byte ends.
func (v *View) text(addr uint64, limit int) string {
	b := make([]byte, limit)
	n := v.Read(addr, b)
	b = b[:n]
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return string(b[:i])
	}
	return ""
}

// Thread is one of the program's.
type Thread struct {
	TID  int
	Name string
	CPU  int // that runs it; -1: none
	Regs kvmboot.Registers

	at     uint64 // struct thread
	saved  uint64 // where its struct regs lies; 0: nowhere
	vector uint64 // where its vector state lies; 0: nowhere
}

// Processor is the state of one that stands still, as the program sees it.
type Processor struct {
	Regs  kvmboot.Registers
	Valid bool // it runs ring 3
}

// Threads lists those that live. cpus are the processors.
func (v *View) Threads(cpus []Processor) []Thread {
	var list []Thread
	head := v.symbols["all_threads"]
	seen := map[uint64]bool{}
	link, ok := v.Word(head)
	for ok && link != head && len(list) < maxThreads && !seen[link] {
		seen[link] = true
		if t, good := v.thread(link-abi.DThreadAll, cpus); good {
			list = append(list, t)
		}
		link, ok = v.Word(link)
	}
	slices.SortStableFunc(list, func(a, b Thread) int { return a.TID - b.TID })
	return list
}

func (v *View) thread(at uint64, cpus []Processor) (Thread, bool) {
	var b [threadSize]byte
	if !IsKernel(at) || v.Read(at, b[:]) < len(b) {
		return Thread{}, false
	}
	word := func(off int) uint64 { return binary.LittleEndian.Uint64(b[off:]) }
	t := Thread{TID: int(int32(binary.LittleEndian.Uint32(b[abi.DThreadTID:]))), CPU: -1, at: at}
	if t.TID <= 0 {
		return t, false
	}
	t.Name, _, _ = strings.Cut(string(b[abi.DThreadName:abi.DThreadName+16]), "\x00")
	for i, c := range cpus {
		if c.Regs.GSBase == at && c.Valid {
			t.CPU, t.Regs = i, c.Regs
			return t, true
		}
	}
	t.Regs = kvmboot.Registers{CS: userCode, SS: userData, FSBase: word(abi.DThreadFsbase), GSBase: at, CR3: v.cr3}
	if b[abi.DThreadKeepVector] != 0 {
		t.vector = word(abi.DThreadXsave)
	}
	base, top, sp := word(abi.DThreadKstackBase), word(abi.DThreadKstackTop), word(abi.DThreadSavedRSP)
	saved := word(abi.DThreadUserRegs)
	if saved == 0 && sp >= base && sp < top { // preempted: what the monitor copied (arch/x86_64/stubs.S)
		saved = (top-128)&^15 - abi.DRegsSize
	}
	if saved != 0 && v.savedRegs(&t, saved) {
		t.saved = saved
		return t, true
	}
	return t, v.switchedRegs(&t, sp)
}

// savedRegs reads a struct regs.
func (v *View) savedRegs(t *Thread, at uint64) bool {
	var b [abi.DRegsSize]byte
	if v.Read(at, b[:]) < len(b) {
		return false
	}
	r := regsOf(b[:])
	if r.CS != userCode || r.SS != userData {
		return false
	}
	r.FSBase, r.GSBase, r.CR3 = t.Regs.FSBase, t.Regs.GSBase, t.Regs.CR3
	t.Regs = r
	return true
}

// regsOrder are the words of struct regs (kernel/include/thread.h); nil: none of a program's registers.
func regsOrder(r *kvmboot.Registers) []*uint64 {
	return []*uint64{&r.R15, &r.R14, &r.R13, &r.R12, &r.RBP, &r.RBX, &r.R11, &r.R10, &r.R9, &r.R8, &r.RSI, &r.RDI, &r.RDX, &r.RCX, &r.RAX, nil, nil, &r.RIP, nil, &r.RFLAGS, &r.RSP, nil}
}

func regsOf(b []byte) (r kvmboot.Registers) {
	for i, p := range regsOrder(&r) {
		if p != nil {
			*p = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
	r.CS, r.SS = binary.LittleEndian.Uint16(b[8*18:]), binary.LittleEndian.Uint16(b[8*21:])
	return r
}

// switchedRegs reads what switch_stack keeps of a thread that called the kernel directly.
func (v *View) switchedRegs(t *Thread, sp uint64) bool {
	var b [64]byte
	if v.Read(sp, b[:]) < len(b) {
		return false
	}
	r := &t.Regs
	for i, p := range []*uint64{nil, &r.R15, &r.R14, &r.R13, &r.R12, &r.RBP, &r.RBX, &r.RIP} {
		if p != nil {
			*p = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
	r.RSP, r.RFLAGS = sp+64, 0x202
	return true
}

// SetSaved writes the registers of a thread that no processor runs; false: it has no place for all of them.
func (v *View) SetSaved(t *Thread, r kvmboot.Registers) bool {
	var b [abi.DRegsSize]byte
	if t.saved == 0 || v.Read(t.saved, b[:]) < len(b) {
		return false
	}
	const program = 0x240dd5
	old := regsOf(b[:])
	r.RFLAGS = r.RFLAGS&program | old.RFLAGS&^program
	for i, p := range regsOrder(&r) {
		if p != nil {
			binary.LittleEndian.PutUint64(b[8*i:], *p)
		}
	}
	return v.Write(t.saved, b[:]) == len(b)
}

// Vector is the state of x87, SSE and AVX of a thread, in the format of XSAVE; nil: it is nowhere.
func (v *View) Vector(t *Thread) []byte {
	if t.CPU >= 0 {
		if x, err := v.g.XSAVE(t.CPU); err == nil {
			return x[:]
		}
		return nil
	}
	if t.vector == 0 || !IsKernel(t.vector) {
		return nil
	}
	b := make([]byte, kvmboot.XSAVESize)
	if n := v.Read(t.vector, b); n < 576 {
		return nil
	}
	return b
}

// Module is a file that the program is made of.
type Module struct {
	Path    string // in the guest
	Map     uint64 // its link_map
	Bias    uint64
	Dynamic uint64
}

// modulesAt follows a list of link_maps.
func (v *View) modulesAt(at, next uint64) []Module {
	var list []Module
	seen := map[uint64]bool{}
	for at != 0 && !seen[at] && len(list) < maxModules {
		seen[at] = true
		bias, ok1 := v.Word(at + abi.DModuleBias)
		name, ok2 := v.Word(at + abi.DModuleMapName)
		dynamic, ok3 := v.Word(at + abi.DModuleDynamic)
		if !ok1 || !ok2 || !ok3 {
			break
		}
		m := Module{Path: v.text(name, maxString), Map: at, Bias: bias, Dynamic: dynamic}
		list = append(list, m)
		var ok bool
		if at, ok = v.Word(at + next); !ok {
			break
		}
	}
	return list
}

// Modules lists the program, first, and its libraries.
func (v *View) Modules(auxv []Aux) []Module {
	var list []Module
	if at, ok := v.symbols["modules"]; ok {
		if first, ok := v.Word(at); ok {
			list = v.modulesAt(first, abi.DModuleNext)
		}
	} else if first := v.linkMap(auxv); first != 0 {
		const linkMapNext = 24
		list = v.modulesAt(first, linkMapNext)
	}
	if len(list) == 0 {
		list = []Module{{Bias: v.programBias(auxv)}}
	}
	list[0].Path = v.src.Program
	return slices.DeleteFunc(list, func(m Module) bool { return !strings.HasPrefix(m.Path, "/") || IsKernel(m.Bias) || IsKernel(m.Dynamic) })
}

// linkMap finds the list of the image's own dynamic linker: DT_DEBUG of the program.
func (v *View) linkMap(auxv []Aux) uint64 {
	bias := v.programBias(auxv)
	f := v.File(v.src.Program)
	if f == nil {
		return 0
	}
	for _, p := range f.elf.Progs {
		if p.Type != elf.PT_DYNAMIC {
			continue
		}
		for at := bias + p.Vaddr; at+16 <= bias+p.Vaddr+p.Memsz; at += 16 {
			tag, ok := v.Word(at)
			if !ok || tag == 0 {
				break
			}
			if elf.DynTag(tag) == elf.DT_DEBUG {
				debug, _ := v.Word(at + 8)
				first, _ := v.Word(debug + 8)
				return first
			}
		}
	}
	return 0
}

// programBias is how far the program lies from the addresses of its file.
func (v *View) programBias(auxv []Aux) uint64 {
	f := v.File(v.src.Program)
	phdr, ok := Find(auxv, 3) // AT_PHDR
	if f == nil || !ok || f.elf.Type == elf.ET_EXEC {
		return 0
	}
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_PHDR {
			return phdr - p.Vaddr
		}
	}
	return phdr - 64
}

// Aux is an entry of the auxiliary vector.
type Aux struct{ Tag, Value uint64 }

// Refresh reads the list of modules again.
func (v *View) Refresh(auxv []Aux) []Module {
	v.known = v.Modules(auxv)
	v.place()
	return v.known
}

// Find returns the value of a tag.
func Find(auxv []Aux, tag uint64) (uint64, bool) {
	for _, a := range auxv {
		if a.Tag == tag {
			return a.Value, true
		}
	}
	return 0, false
}

var errNoStack = errors.New("there is no program on this stack")

// Auxv reads the vector from the stack that a program begins with.
func (v *View) Auxv(sp uint64) ([]Aux, error) {
	argc, ok := v.Word(sp)
	if !ok || argc > 1<<20 {
		return nil, errNoStack
	}
	at := sp + 8*(argc+2)
	for range 1 << 20 { // the environment
		w, ok := v.Word(at)
		if at += 8; !ok {
			return nil, errNoStack
		} else if w == 0 {
			break
		}
	}
	return v.auxvAt(at), nil
}

func (v *View) auxvAt(at uint64) []Aux {
	var list []Aux
	for len(list) < maxAuxv {
		tag, ok1 := v.Word(at)
		value, ok2 := v.Word(at + 8)
		if !ok1 || !ok2 {
			break
		}
		list = append(list, Aux{tag, value})
		if tag == 0 {
			break
		}
		at += 16
	}
	return list
}
