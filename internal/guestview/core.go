package guestview

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/abi"
	"uk.example/internal/coredump"
	"uk.example/kvmboot"
)

// Processors reads those of a guest that stands still, as the program sees them.
func (v *View) Processors() []Processor {
	cpus := make([]Processor, v.g.CPUs())
	for i := range cpus {
		r, err := v.g.Registers(i)
		if err != nil {
			continue
		}
		if i == 0 {
			v.cr3 = r.CR3
		}
		cpus[i] = Processor{r, true}
		if r.CS&3 != 3 {
			cpus[i].Valid = v.monitorCall(&cpus[i].Regs)
		}
	}
	return cpus
}

// CurrentAuxv is the program's auxiliary vector, where the kernel says it is.
func (v *View) CurrentAuxv() []Aux {
	at, ok := v.Symbol("exe_auxv")
	if !ok {
		return nil
	}
	vector, ok := v.Word(at)
	if !ok {
		return nil
	}
	return v.auxvAt(vector)
}

// died finds the thread that ended the machine: one that a processor runs, in vm_exit or behind it if any is.
func (v *View) died(list []Thread) int {
	best := 0
	for i, t := range list {
		if t.CPU < 0 {
			continue
		}
		best = i
		if f, ok := v.function(t.Regs.RIP); ok && (f.name == "vm_exit" || f.name == "monitor_call") {
			break
		}
	}
	return best
}

// userRegs orders registers as struct user_regs_struct does.
func userRegs(r *kvmboot.Registers) [27]uint64 {
	return [27]uint64{r.R15, r.R14, r.R13, r.R12, r.RBP, r.RBX, r.R11, r.R10, r.R9, r.R8, r.RAX, r.RCX, r.RDX, r.RSI, r.RDI, ^uint64(0),
		r.RIP, linuxCode, r.RFLAGS, r.RSP, linuxData, r.FSBase, 0, 0, 0, 0, 0}
}

// Core makes a core file's content of a guest whose program was ended by a signal.
func (v *View) Core(signal int) *coredump.Core {
	list := v.Threads(v.Processors())
	auxv := v.CurrentAuxv()
	v.Refresh(auxv)
	c := &coredump.Core{PID: 1, Signal: signal, Name: filepath.Base(v.src.Program), Args: strings.Join(v.src.Args, " ")}
	for _, a := range auxv {
		c.Auxv = binary.LittleEndian.AppendUint64(c.Auxv, a.Tag)
		c.Auxv = binary.LittleEndian.AppendUint64(c.Auxv, a.Value)
	}
	if len(list) > 0 {
		i := v.died(list)
		dead := &list[i]
		if at, ok := v.Word(dead.at + abi.DThreadUserRegs); ok && at != 0 { // it was in a raw system call, or a fault brought the kernel here
			v.savedRegs(dead, at)
		}
		list = slices.Concat(list[i:i+1], list[:i], list[i+1:])
		v.signalInfo(c, &list[0])
	}
	for i := range list {
		c.Threads = append(c.Threads, coredump.Thread{ID: list[i].TID, Regs: userRegs(&list[i].Regs), Vector: v.Vector(&list[i])})
	}
	areas := v.Areas()
	pages := v.g.Memory() / 4096
	looks := tableEntries * pages // as many as all memory of page tables has
	c.MaxPages = 2*pages + untouchedPages
	v.coreAreas(c, areas, &looks)
	v.kernelAreas(c, list)
	slices.SortFunc(c.Areas, func(a, b coredump.Area) int { return cmp.Compare(a.Start, b.Start) })
	v.coreFiles(c, areas)
	return c
}

// signalInfo fills siginfo_t as far as it is known.
func (v *View) signalInfo(c *coredump.Core, t *Thread) {
	le := binary.LittleEndian
	le.PutUint32(c.Info[:], uint32(c.Signal))
	if c.Signal != sigSegv && c.Signal != sigBus {
		return
	}
	const mapError, accessError = 1, 2
	code := uint32(mapError)
	addr, _ := v.Word(t.at + abi.DThreadFaultAddress)
	if _, ok := v.area(addr); ok {
		code = accessError
	}
	le.PutUint32(c.Info[8:], code)
	le.PutUint64(c.Info[16:], addr)
}

const (
	tableEntries = 512
	// untouchedPages is what a core file may hold of files besides, of which the guest has no copy yet: 4 GB.
	untouchedPages = 1 << 20
)

// nextPage finds the first page from addr on, below end, that has something: one that is mapped, or of a file.
func (v *View) nextPage(addr, end uint64, looks *int64) (uint64, bool) {
	at, ok := v.g.Mapped(v.cr3, addr, end, looks)
	if i := v.placedFrom(addr); i < len(v.placed) {
		if first := max(v.placed[i].start&^4095, addr); first < end && (!ok || first < at) {
			return first, true
		}
	}
	return at, ok
}

// coreAreas are the program's: all that can be read.
func (v *View) coreAreas(c *coredump.Core, areas []Area, looks *int64) {
	for _, a := range areas {
		if a.Prot == 0 { // nothing was ever there
			continue
		}
		flags := elf.ProgFlag(0)
		for i, f := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
			if a.Prot>>i&1 != 0 {
				flags |= f
			}
		}
		c.Areas = append(c.Areas, coredump.Area{Start: a.Start, End: a.End, Flags: flags, Read: v.page,
			Next: func(addr uint64) (uint64, bool) { return v.nextPage(addr, a.End, looks) }})
	}
}

func (v *View) page(addr uint64, b []byte) bool { return v.Read(addr, b) == len(b) }

// kernelAreas are what a debugger follows of the kernel: its image, with its C library, stacks of threads that are in it, and the
// list of modules.
func (v *View) kernelAreas(c *coredump.Core, list []Thread) {
	pages := map[uint64]bool{}
	add := func(start, end uint64) {
		for at := start &^ 4095; at < end && IsKernel(at); at += 4096 {
			pages[at] = true
		}
	}
	start, end := v.symbols["kernel_start"], v.symbols["kernel_end"]
	const largest = 16 << 20
	if start != 0 && end > start && end-start < largest {
		add(start, end)
	}
	for _, t := range list {
		if sp := t.Regs.RSP; IsKernel(sp) && (sp < start || sp >= end) {
			add(sp, sp+16384)
		}
		add(t.at, t.at+threadSize)
	}
	for _, m := range v.known {
		add(m.Map, m.Map+64)
		if name, ok := v.Word(m.Map + abi.DModuleMapName); ok {
			add(name, name+256)
		}
	}
	all := make([]uint64, 0, len(pages))
	for at := range pages {
		all = append(all, at)
	}
	slices.Sort(all)
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j] == all[j-1]+4096 {
			j++
		}
		c.Areas = append(c.Areas, coredump.Area{Start: all[i], End: all[j-1] + 4096, Flags: elf.PF_R | elf.PF_X, Read: v.page})
		i = j
	}
}

// coreFiles says which areas are of files: those of the program and its libraries.
func (v *View) coreFiles(c *coredump.Core, areas []Area) {
	for _, m := range v.known {
		f := v.File(m.Path)
		if f == nil {
			continue
		}
		for _, p := range f.elf.Progs {
			if p.Type != elf.PT_LOAD {
				continue
			}
			start, end := (m.Bias+p.Vaddr)&^4095, (m.Bias+p.Vaddr+p.Filesz+4095)&^4095
			if _, mapped := v.area(start); mapped && end > start {
				c.Files = append(c.Files, coredump.File{Start: start, End: end, Offset: p.Off &^ 4095, Path: m.Path})
			}
		}
	}
	slices.SortFunc(c.Files, func(a, b coredump.File) int { return cmp.Compare(a.Start, b.Start) })
}

// SaveKernelSymbols makes an ELF file with the kernel's symbols and how its functions are unwound, for a debugger of a core file.
func (v *View) SaveKernelSymbols(dir, name string) (path string, err error) {
	return coredump.SaveText(dir, name, symbolsELF(v.named(), v.debugFrame()))
}

// CoreName is the name of a core file of this program.
func (v *View) CoreName(id int) string {
	name := strings.Map(func(r rune) rune {
		if r == '/' || r < ' ' {
			return '_'
		}
		return r
	}, filepath.Base(v.src.Program))
	return fmt.Sprintf("core.%.200s.%d", name, id)
}
