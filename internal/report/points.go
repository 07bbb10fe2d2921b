package report

import (
	"bytes"
	"debug/elf"
	"slices"

	"golang.org/x/arch/x86/x86asm"

	"uk.example/kvmboot"
)

// Names of the moments of a start-up besides those of kvmboot.
const (
	MomentExec   = "exec"
	MomentReady  = "ready"
	MomentLinked = "linked"
	MomentStart  = "start"
	MomentMain   = "main"
	MomentGone   = "gone"
)

// moments are all of them in the order of a start-up, with what they mean.
var moments = []struct{ name, what string }{
	{MomentExec, "the runner's program is started"},
	{kvmboot.MarkRun, "the runner has read the image"},
	{kvmboot.MarkVM, "the virtual machine is created"},
	{kvmboot.MarkEntered, "the kernel is in memory"},
	{kvmboot.MarkFirst, "the guest's first instruction"},
	{"boot_main", "boot: first C function"},
	{"page_tables_init", "boot: page tables"},
	{"clock_init", "boot: clock"},
	{"sched_init", "boot: scheduler"},
	{"drivers_probe", "boot: drivers"},
	{"vfs_mount_root", "boot: root file system"},
	{MomentReady, "the kernel is ready, the program gets loaded"},
	{MomentLinked, "dynamic linking is done"},
	{MomentStart, "the program's first instruction"},
	{MomentMain, "main() is called"},
	{kvmboot.MarkExit, "the guest ends"},
	{MomentGone, "the runner has ended"},
}

// bootSteps are the calls of boot_main that get a moment of their own when they
// are asked for.
var bootSteps = []string{"boot_main", "page_tables_init", "clock_init", "sched_init", "drivers_probe", "vfs_mount_root"}

// Points are the places in the kernel where the runner can take a time; with steps
// also between the steps of the boot. A kernel without one of them has one fewer.
func (k *Kernel) Points(steps bool) []kvmboot.Point {
	var out []kvmboot.Point
	add := func(name, function string) {
		if addr, size, ok := k.Symbol(function); ok && size >= kvmboot.PointSize {
			out = append(out, kvmboot.Point{Name: name, Addr: addr, Room: int(size)})
		}
	}
	if steps {
		for _, s := range bootSteps {
			add(s, s)
		}
	}
	add(MomentReady, "exec_start")
	add(MomentLinked, "preinit_run") // what the loader calls when everything is bound
	if p, ok := k.mainCall(); ok {
		out = append(out, p)
	} else {
		add(MomentStart, "user_start")
	}
	return out
}

// endbr64 begins functions; x86asm does not know it.
var endbr64 = []byte{0xf3, 0x0f, 0x1e, 0xfa}

// mainCall finds where the C library calls main(): the only call through a
// register or memory in __libc_start_main().
func (k *Kernel) mainCall() (kvmboot.Point, bool) {
	addr, size, ok := k.Symbol("__libc_start_main")
	if !ok || size > 4096 {
		return kvmboot.Point{}, false
	}
	code := k.code(addr, size)
	var at []uint64
	for pos := uint64(0); pos < uint64(len(code)); {
		if bytes.HasPrefix(code[pos:], endbr64) {
			pos += uint64(len(endbr64))
			continue
		}
		in, err := x86asm.Decode(code[pos:], 64)
		if err != nil {
			return kvmboot.Point{}, false
		}
		if _, direct := in.Args[0].(x86asm.Rel); in.Op == x86asm.CALL && !direct {
			at = append(at, pos)
		}
		pos += uint64(in.Len)
	}
	if len(at) != 1 || size-at[0] < kvmboot.PointSize {
		return kvmboot.Point{}, false
	}
	return kvmboot.Point{Name: MomentMain, Addr: addr + at[0], Room: int(size - at[0])}, true
}

// code returns bytes of the kernel's file by their address, nil if they are not
// all there.
func (k *Kernel) code(addr, size uint64) []byte {
	f, err := elf.NewFile(bytes.NewReader(k.Data))
	if err != nil {
		return nil
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr < p.Filesz && size <= p.Filesz-(addr-p.Vaddr) {
			b := make([]byte, size)
			if _, err := p.ReadAt(b, int64(addr-p.Vaddr)); err == nil {
				return b
			}
		}
	}
	return nil
}

// Moments makes a timeline of the microseconds that each mark took in each run.
func Moments(clock, tsc map[string][]float64) []Moment {
	var out []Moment
	for _, m := range moments {
		us := clock[m.name]
		if len(us) == 0 {
			continue
		}
		slices.Sort(us)
		t := Moment{Name: m.name, What: m.what, Micro: us[len(us)/2], Min: us[0], Max: us[len(us)-1]}
		if ticks := tsc[m.name]; len(ticks) > 0 {
			slices.Sort(ticks)
			t.TSC = &ticks[len(ticks)/2]
		}
		out = append(out, t)
	}
	return out
}
