package guestview

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"sort"

	"uk.example/internal/gdbserver"
	"uk.example/kvmboot"
)

// Target is a guest for gdb.
type Target struct {
	d    *Debugger
	last gdbserver.Stop
	avx  bool
	set  []kvmboot.Watch

	kernel []byte // an ELF file with the kernel's symbols; nil until it is asked for
}

// kernelFile is the path of the kernel's symbols, among the files that gdb sees.
const kernelFile = "/.uk/kernel"

// NewTarget is for a debugger whose guest stands at the program's first instruction.
func NewTarget(d *Debugger) *Target {
	t := &Target{d: d, last: gdbserver.Stop{Kind: gdbserver.StopSignal, Signal: 5, Thread: 1}}
	for i := range d.cpus {
		if th := d.onCPU(i); th != nil {
			t.last.Thread = th.TID
		}
	}
	t.avx = true
	return t
}

var errNoThread = errors.New("no such thread")

func (t *Target) find(id int) *Thread {
	for _, th := range t.d.List() {
		if th.TID == id {
			return &th
		}
	}
	return nil
}

// Threads lists the program's.
func (t *Target) Threads() []gdbserver.Thread {
	var list []gdbserver.Thread
	for _, th := range t.d.List() {
		list = append(list, gdbserver.Thread{ID: th.TID, Name: th.Name})
	}
	return list
}

// general are the registers in gdb's order.
func general(r *kvmboot.Registers) []*uint64 {
	return []*uint64{&r.RAX, &r.RBX, &r.RCX, &r.RDX, &r.RSI, &r.RDI, &r.RBP, &r.RSP, &r.R8, &r.R9, &r.R10, &r.R11, &r.R12, &r.R13, &r.R14, &r.R15}
}

// Segments of Linux's programs, which are not the guest's own.
const linuxCode, linuxData = 0x33, 0x2b

// Registers reads those of a thread.
func (t *Target) Registers(id int) (*gdbserver.Registers, error) {
	th := t.find(id)
	if th == nil {
		return nil, errNoThread
	}
	out := &gdbserver.Registers{RIP: th.Regs.RIP, Flags: uint32(th.Regs.RFLAGS), FSBase: th.Regs.FSBase, Vector: t.d.Vector(th)}
	for i, p := range general(&th.Regs) {
		out.General[i] = *p
	}
	out.Segment[0], out.Segment[1] = linuxCode, linuxData
	return out, nil
}

// SetRegisters writes them.
func (t *Target) SetRegisters(id int, r *gdbserver.Registers) error {
	th := t.find(id)
	if th == nil {
		return errNoThread
	}
	n := th.Regs
	for i, p := range general(&n) {
		*p = r.General[i]
	}
	n.RIP, n.RFLAGS, n.FSBase = r.RIP, uint64(r.Flags), r.FSBase
	if n != th.Regs && !t.d.SetRegisters(th, n) {
		return errors.New("the registers of this thread are in no place where they can be changed")
	}
	if old := t.d.Vector(th); len(r.Vector) == len(old) && !bytes.Equal(old, r.Vector) {
		return t.d.setVector(th, r.Vector)
	}
	return nil
}

// AVX: the target description has YMM registers.
func (t *Target) AVX() bool { return t.avx }

// ReadMemory copies memory, and returns how much is there.
func (t *Target) ReadMemory(addr uint64, b []byte) int { return t.d.ReadMemory(addr, b) }

// WriteMemory changes it.
func (t *Target) WriteMemory(addr uint64, b []byte) error {
	if !t.d.WriteMemory(addr, b) {
		return kvmboot.ErrNotMapped
	}
	return nil
}

// watch is a place of a kind that gdb asks for. The processor has none for reads alone.
func watch(kind gdbserver.BreakKind, addr uint64, size int) (kvmboot.Watch, bool) {
	kinds := map[gdbserver.BreakKind]kvmboot.WatchKind{gdbserver.BreakHardware: kvmboot.WatchExecute, gdbserver.WatchWrite: kvmboot.WatchWrite, gdbserver.WatchAccess: kvmboot.WatchAccess}
	k, ok := kinds[kind]
	if k == kvmboot.WatchExecute {
		size = 1
	}
	return kvmboot.Watch{Addr: addr, Kind: k, Size: size}, ok && slices.Contains([]int{1, 2, 4, 8}, size) && addr%uint64(size) == 0
}

// SetBreak sets a breakpoint or a watch.
func (t *Target) SetBreak(kind gdbserver.BreakKind, addr uint64, size int) error {
	if kind == gdbserver.BreakSoftware {
		if !t.d.SetBreak(addr) {
			return kvmboot.ErrNotMapped
		}
		return nil
	}
	w, ok := watch(kind, addr, size)
	if !ok || !t.d.Hardware {
		return gdbserver.ErrUnsupported
	}
	if slices.Contains(t.set, w) {
		return nil
	}
	if list := append(slices.Clone(t.set), w); t.d.SetWatches(list) {
		t.set = list
		return nil
	}
	return errors.New("the processor has no more watches")
}

// ClearBreak takes it away.
func (t *Target) ClearBreak(kind gdbserver.BreakKind, addr uint64, size int) error {
	if kind == gdbserver.BreakSoftware {
		t.d.ClearBreak(addr)
		return nil
	}
	w, ok := watch(kind, addr, size)
	if !ok || !t.d.Hardware {
		return gdbserver.ErrUnsupported
	}
	t.set = slices.DeleteFunc(t.set, func(x kvmboot.Watch) bool { return x == w })
	t.d.SetWatches(t.set)
	return nil
}

// Resume lets the guest run.
func (t *Target) Resume(step int) error {
	var th *Thread
	if step != 0 {
		if th = t.find(step); th == nil {
			return errNoThread
		}
	}
	return t.d.Resume(th)
}

// Wait waits until it stands still.
func (t *Target) Wait(interrupt <-chan struct{}) (gdbserver.Stop, error) {
	s, err := t.d.Wait(interrupt)
	if err != nil {
		return gdbserver.Stop{}, err
	}
	out := gdbserver.Stop{Thread: s.TID}
	switch s.Reason {
	case ReasonInterrupt:
		out.Kind, out.Signal = gdbserver.StopSignal, 2
	case ReasonBreakpoint:
		out.Kind = gdbserver.StopBreakpoint
	case ReasonStep:
		out.Kind = gdbserver.StopStep
	case ReasonWatch:
		out.Kind, out.Address, out.Read = gdbserver.StopWatch, s.Watch.Addr, s.Watch.Kind == kvmboot.WatchAccess
		if s.Watch.Kind == kvmboot.WatchExecute {
			out.Kind = gdbserver.StopStep
		}
	case ReasonLibrary:
		out.Kind = gdbserver.StopLibrary
	case ReasonTrap:
		out.Kind, out.Signal = gdbserver.StopSignal, 5
	case ReasonFault:
		out.Kind, out.Signal = gdbserver.StopSignal, s.Signal
	case ReasonEnded:
		st, err := t.d.g.Status()
		switch {
		case err != nil:
			return out, err
		case st.Kind == kvmboot.KindSignal:
			out.Kind, out.Signal = gdbserver.StopKilled, st.Code
		case st.Kind == kvmboot.KindExit:
			out.Kind, out.Code = gdbserver.StopExited, st.Code
		default:
			out.Kind, out.Signal = gdbserver.StopKilled, 6
		}
	}
	t.last = out
	return out, nil
}

// Last is the last stop.
func (t *Target) Last() gdbserver.Stop { return t.last }

// Auxv is the program's auxiliary vector.
func (t *Target) Auxv() []byte {
	var b []byte
	for _, a := range t.d.Auxv {
		b = binary.LittleEndian.AppendUint64(b, a.Tag)
		b = binary.LittleEndian.AppendUint64(b, a.Value)
	}
	return b
}

// Libraries are those that the program has loaded, and the kernel.
func (t *Target) Libraries() (main uint64, list []gdbserver.Library) {
	modules := t.d.Refresh(t.d.Auxv)
	for i, m := range modules {
		if i == 0 {
			main = m.Map
			continue
		}
		list = append(list, gdbserver.Library{Path: m.Path, Map: m.Map, Bias: m.Bias, Dynamic: m.Dynamic})
	}
	return main, append(list, gdbserver.Library{Path: kernelFile, Map: 1})
}

// Program is the program's path.
func (t *Target) Program() string { return t.d.src.Program }

// File opens one of the image's, or the kernel's symbols.
func (t *Target) File(path string) (io.ReaderAt, int64, error) {
	if path == kernelFile {
		if t.kernel == nil {
			t.kernel = symbolsELF(t.d.named(), t.d.debugFrame())
		}
		return bytes.NewReader(t.kernel), int64(len(t.kernel)), nil
	}
	return t.d.src.Open(path)
}

// Detach lets the guest run without a debugger.
func (t *Target) Detach() error { return t.d.Detach() }

// Kill ends the guest.
func (t *Target) Kill() { t.d.g.End() }

// setVector writes the state that Vector reads.
func (d *Debugger) setVector(t *Thread, b []byte) error {
	if t.CPU >= 0 {
		var x [kvmboot.XSAVESize]byte
		copy(x[:], b)
		return d.g.SetXSAVE(t.CPU, &x)
	}
	const legacy, header = 512, 24 // MXCSR and the header decide what the kernel's XRSTOR takes: they stay
	old := make([]byte, len(b))
	if d.Read(t.vector, old) < len(b) {
		return kvmboot.ErrNotMapped
	}
	copy(b[header:header+8], old[header:header+8])
	copy(b[legacy+8:legacy+64], old[legacy+8:legacy+64])
	b[legacy] &= 7
	if d.Write(t.vector, b[:832]) < 832 {
		return kvmboot.ErrNotMapped
	}
	return nil
}

// named are the kernel's symbols. Those that programs do not see have the kernel's name in front, so that a breakpoint at a function
// of the program's is at no other.
func (d *View) named() map[string]uint64 {
	offered := map[string]bool{}
	if d.src.Exported != nil {
		for _, n := range d.src.Exported() {
			offered[n] = true
		}
	}
	out := map[string]uint64{}
	for n, a := range d.symbols {
		if !offered[n] {
			n = "kernel:" + n
		}
		out[n] = a
	}
	return out
}

// symbolsELF is an executable file that has nothing but the kernel's symbols, at their addresses, and how its functions are unwound.
func symbolsELF(symbols map[string]uint64, frames []byte) []byte {
	type entry struct {
		name string
		addr uint64
	}
	var list []entry
	for n, a := range symbols {
		list = append(list, entry{n, a})
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(a.name, b.name)) })
	i := sort.Search(len(list), func(i int) bool { return list[i].addr >= directBase })
	list = list[i:]
	le := binary.LittleEndian
	start, end := uint64(directBase), uint64(directBase+1)
	if len(list) > 0 {
		start, end = list[0].addr&^4095, list[len(list)-1].addr+4096
	}
	names, table := []byte{0}, make([]byte, 24)
	for i, s := range list {
		size := uint64(0)
		if i+1 < len(list) {
			size = list[i+1].addr - s.addr
		}
		table = le.AppendUint32(table, uint32(len(names)))
		table = append(table, byte(elf.STB_GLOBAL)<<4|byte(elf.STT_FUNC), 0)
		table = le.AppendUint16(table, 1)
		table = le.AppendUint64(table, s.addr)
		table = le.AppendUint64(table, size)
		names = append(append(names, s.name...), 0)
	}
	sections := "\x00.text\x00.symtab\x00.strtab\x00.shstrtab\x00.debug_frame\x00"
	const ehsize, phsize = 64, 56
	out := make([]byte, ehsize+phsize)
	at := func(b []byte) (off uint64) {
		for len(out)%8 != 0 {
			out = append(out, 0)
		}
		off = uint64(len(out))
		out = append(out, b...)
		return off
	}
	tableAt, namesAt, sectionsAt, framesAt := at(table), at(names), at([]byte(sections)), at(frames)
	var headers []byte
	header := func(name uint32, typ elf.SectionType, flags elf.SectionFlag, addr, off, size uint64, link, info uint32, align, entry uint64) {
		headers = le.AppendUint32(headers, name)
		headers = le.AppendUint32(headers, uint32(typ))
		for _, v := range []uint64{uint64(flags), addr, off, size} {
			headers = le.AppendUint64(headers, v)
		}
		headers = le.AppendUint32(headers, link)
		headers = le.AppendUint32(headers, info)
		headers = le.AppendUint64(headers, align)
		headers = le.AppendUint64(headers, entry)
	}
	header(0, elf.SHT_NULL, 0, 0, 0, 0, 0, 0, 0, 0)
	header(1, elf.SHT_NOBITS, elf.SHF_ALLOC|elf.SHF_EXECINSTR, start, ehsize+phsize, end-start, 0, 0, 16, 0)
	header(7, elf.SHT_SYMTAB, 0, 0, tableAt, uint64(len(table)), 3, 1, 8, 24)
	header(15, elf.SHT_STRTAB, 0, 0, namesAt, uint64(len(names)), 0, 0, 1, 0)
	header(23, elf.SHT_STRTAB, 0, 0, sectionsAt, uint64(len(sections)), 0, 0, 1, 0)
	header(33, elf.SHT_PROGBITS, 0, 0, framesAt, uint64(len(frames)), 0, 0, 8, 0)
	shoff := at(headers)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], uint16(elf.ET_EXEC))
	le.PutUint16(out[18:], uint16(elf.EM_X86_64))
	le.PutUint32(out[20:], 1)
	le.PutUint64(out[24:], start)
	le.PutUint64(out[32:], ehsize)
	le.PutUint64(out[40:], shoff)
	le.PutUint16(out[52:], ehsize)
	le.PutUint16(out[54:], phsize)
	le.PutUint16(out[56:], 1)
	le.PutUint16(out[58:], 64)
	le.PutUint16(out[60:], 6)
	le.PutUint16(out[62:], 4)
	ph := out[ehsize:]
	le.PutUint32(ph, uint32(elf.PT_LOAD))
	le.PutUint32(ph[4:], uint32(elf.PF_R|elf.PF_X))
	le.PutUint64(ph[16:], start)
	le.PutUint64(ph[24:], start)
	le.PutUint64(ph[40:], end-start)
	le.PutUint64(ph[48:], 4096)
	return out
}
