package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"uk.example/kvmboot"
)

// maxRows is how many rows of a list are shown unless all are wanted.
const maxRows = 12

// printer writes lines and remembers the first error.
type printer struct {
	w   io.Writer
	all bool
	err error
}

func (p *printer) f(format string, a ...any) {
	if p.err != nil {
		return
	}
	s := fmt.Sprintf(format, a...)
	if t, ok := strings.CutSuffix(s, "\n"); ok { // columns that stay empty
		s = strings.TrimRight(t, " ") + "\n"
	}
	_, p.err = io.WriteString(p.w, s)
}

// rows prints n rows, the first ones if there are many.
func (p *printer) rows(n int, row func(i int)) {
	for i := range n {
		if i == maxRows && !p.all && n > maxRows+1 {
			p.f("  ... %d more; --all shows them\n", n-i)
			return
		}
		row(i)
	}
}

// line makes a name from an image safe for a terminal.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

// names wraps a list of names.
func (p *printer) names(indent string, list []string) {
	row := indent
	for i, n := range list {
		if i == 5*maxRows && !p.all {
			row += fmt.Sprintf(" ... %d more", len(list)-i)
			break
		}
		if len(row)+1+len(n) > 96 && row != indent {
			p.f("%s\n", row)
			row = indent
		}
		row += " " + line(n)
	}
	if row != indent {
		p.f("%s\n", row)
	}
}

// Text writes the report for people; with all nothing is left out.
func (r *Report) Text(w io.Writer, all bool) error {
	p := &printer{w: w, all: all}
	s := &r.Sizes
	p.f("report of %s\n", line(r.Path))
	if r.Image.Command != nil {
		p.f("  command %s\n", line(strings.Join(r.Image.Command, " ")))
	}
	p.f("  profile %s, kit %.12s\n", line(r.Image.Profile), r.Image.Fingerprint)
	if r.Image.LibcWhy != "" {
		p.f("  libc %s: %s\n", r.Image.Libc, line(r.Image.LibcWhy))
	}
	switch a := r.Image.ASLR; a {
	case "":
	case "on":
		p.f("  ASLR on: stack, heap, mappings, position-independent program and canary differ at each boot; the kernel's address does not\n")
	case "off":
		p.f("  ASLR off: the program's addresses are the same at each boot\n")
	default:
		p.f("  ASLR with the fixed seed %s: addresses and canary are the same at each boot\n", line(a))
	}
	for _, n := range r.Notes {
		p.f("  note: %s\n", line(n))
	}

	p.f("\nsizes, bytes\n")
	p.f("  %9d kernel.elf\n", s.KernelFile)
	for _, f := range s.FileParts {
		p.f("  %9d   %s\n", f.Bytes, line(f.Name))
	}
	p.f("  %9d in memory: text %d, data %d, bss %d, as size(1) counts; %d in whole pages\n", s.KernelMemory, s.GNU.Text, s.GNU.Data, s.GNU.BSS, s.KernelPages)
	for _, o := range s.Sections {
		p.f("  %9d   %-16s %s, %d of it padding\n", o.Bytes, line(o.Name), o.Rights, o.Padding)
	}
	p.f("\nby subsystem, bytes in memory, and what keeps most of it\n")
	p.rows(len(r.Kernel), func(i int) {
		p.f("  %9d   %-20s %s\n", r.Kernel[i].Bytes, line(r.Kernel[i].Name), line(r.Kernel[i].Why))
	})
	p.f("\nby cause, bytes in memory\n")
	for _, c := range s.Causes {
		p.f("  %9d   %s\n", c.Bytes, causeNames[c.Kind])
	}
	p.f("  %9d   that nothing asks for\n", s.Unneeded)
	for _, u := range s.UnneededSections {
		p.f("              %s\n", line(u))
	}
	p.f("\ndrivers: bytes of their own sources, and that the kernel would not hold without them\n")
	for _, d := range s.Drivers {
		p.f("  %9d %9d   %-16s %s\n", d.Own, d.Alone, line(d.Name), line(d.Why))
	}
	if ms := r.Modules; ms != nil {
		p.f("\nmodules: bytes of the file, in memory when loaded, and of the kernel for it alone\n")
		for _, m := range ms.List {
			p.f("  %9d %9d %9d   %-16s loaded for %s\n", m.File, m.Memory, m.Kernel, line(m.Name), line(strings.Join(m.Aliases, " ")))
		}
		p.f("  %9d bytes of the kernel are for modules alone\n", ms.Loader)
	}
	if len(s.Symbols) > 0 {
		if s.Exact {
			p.f("\nexported symbols: bytes in memory, and of the file, that the kernel does not have without one\n")
		} else {
			p.f("\nexported symbols: about how many bytes the kernel would not hold without one (--exact links it without)\n")
		}
		p.rows(len(s.Symbols), func(i int) {
			file := ""
			if n := s.Symbols[i].File; n != nil {
				file = fmt.Sprintf("%9d ", *n)
			}
			p.f("  %9d %s  %s\n", s.Symbols[i].Alone, file, line(s.Symbols[i].Name))
		})
	}

	if len(r.Sites) > 0 {
		p.f("\nsyscall instructions: jumps, and those that trap\n")
		for _, f := range r.Sites {
			p.f("  %9d %9d   %s\n", f.Jumps, len(f.Traps), line(f.File))
			p.rows(len(f.Traps), func(i int) {
				where := fmt.Sprintf("%#x", f.Traps[i].Addr)
				if f.Traps[i].Func != "" {
					where += " in " + line(f.Traps[i].Func)
				}
				p.f("                        %s: %s\n", where, f.Traps[i].Why)
			})
		}
	}

	a := &r.Surface
	p.f("\nattack surface\n")
	p.f("  symbols      %d exported of %d\n", a.Exported, a.Offered)
	if len(a.Unused) > 0 {
		p.f("               %d of them imported by no file of the image:\n", len(a.Unused))
		p.names("              ", a.Unused)
	}
	p.f("  system calls %d reachable of %d: %d by direct calls of the C library, %d on the syscall instruction\n", a.Calls, a.AllCalls, len(a.Direct), len(a.Raw))
	p.names("              ", a.Direct)
	if len(a.Refused) > 0 {
		p.f("               %d that are referred to only say ENOSYS\n", len(a.Refused))
	}
	p.f("  parsers, bytes of code\n")
	for _, x := range a.Parsers {
		p.f("  %9d   %s: %s\n", x.Bytes, x.Name, x.Reads)
	}
	p.f("  mappings     kernel: %d bytes executable, %d writable, %d read-only, %d both writable and executable\n", a.Exec, a.Writable, a.ReadOnly, a.WriteExec)
	if r.Files != nil {
		p.f("  libraries    %d, %d bytes\n", len(a.Libraries), a.LibBytes)
		libs := slices.Clone(a.Libraries)
		slices.SortStableFunc(libs, func(x, y File) int { return cmp.Compare(y.Bytes, x.Bytes) })
		p.rows(len(libs), func(i int) {
			how := "by dlopen"
			if libs[i].AtStart {
				how = "at the start"
			}
			p.f("  %9d   %s, loaded %s; %d bytes of the kernel are for it alone\n", libs[i].Bytes, line(libs[i].Path), how, libs[i].Kernel)
		})
		p.f("\nfiles: root.rofs %d bytes: %d of %d files, %d of tables and alignment\n", r.Files.Size, r.Files.Stored, r.Files.Count, r.Files.Size-r.Files.Stored)
		if n := r.Files.Data - r.Files.Stored; n > 0 {
			p.f("  %9d bytes more that files have, of holes and of what is in several of them\n", n)
		}
		files := slices.Clone(r.Files.List)
		slices.SortStableFunc(files, func(x, y File) int { return cmp.Compare(y.Bytes, x.Bytes) })
		p.rows(len(files), func(i int) { p.f("  %9d   %s\n", files[i].Bytes, line(files[i].Path)) })
	}
	if r.Runtime != nil {
		r.Runtime.text(p)
	}
	return p.err
}

// causeNames are the kinds of causes in words.
var causeNames = map[string]string{
	"entry": "the boot", "driver": "drivers", "symbol": "exported symbols", "syscall": "system calls on the syscall instruction",
	"part": "the program's kind", "module": "modules and their loader", "always": "every kernel has it", "linker": "made by the linker", "unneeded": "nothing", kindPadding: "padding",
}

func (t *Runtime) text(p *printer) {
	p.f("\nstart-up, µs: median of %d runs, least and most, and by the guest's TSC since its first instruction\n", t.Runs)
	var before float64
	for i, m := range t.Timeline {
		step := ""
		if i > 0 {
			step = fmt.Sprintf("+%.0f", m.Micro-before)
		}
		before = m.Micro
		tsc := ""
		if m.TSC != nil {
			tsc = fmt.Sprintf("tsc %.0f", *m.TSC)
		}
		p.f("  %9.0f %8s   %-16s %-46s %.0f to %.0f  %s\n", m.Micro, step, line(m.Name), m.What, m.Min, m.Max, tsc)
	}
	if len(t.Missed) > 0 {
		p.f("  not passed: %s\n", strings.Join(t.Missed, ", "))
	}
	p.f("  the guest: %s\n", line(t.Status))

	p.f("\nguest memory, bytes of %d\n", t.Guest.Memory)
	use := func(what string, u *kvmboot.MemoryUse) {
		if u == nil {
			return
		}
		p.f("  %9d touched %s, %d of it page tables\n", u.Touched, what, u.Tables)
		for _, m := range u.Mapped {
			p.f("  %9d   mapped %s\n", m.Bytes, m.Rights)
		}
		p.f("  %9d   executable at one address and writable at another\n", u.ExecWritable)
	}
	use("when main() is called", t.Guest.Boot)
	use("at the end", t.Guest.Exit)
	p.f("  %9d touched when main() is called, with huge pages\n", t.Guest.Huge)

	p.f("\nrunner, bytes by /proc/PID/smaps_rollup\n")
	p.f("        PSS       RSS   private    shared   anonymous  page tables\n")
	row := func(what string, q *Process) {
		if q != nil {
			p.f("  %9d %9d %9d %9d   %9d    %9d   %s\n", q.PSS, q.RSS, q.Private, q.Shared, q.Anon, q.Tables, what)
		}
	}
	row("when main() is called", t.Runner.Boot)
	row("at the end", t.Runner.Exit)
	row("two guests of the image together", t.Runner.Two)
	if t.Runner.Two != nil {
		p.f("  %9d is what the second guest adds\n", t.Runner.Further)
	}
}
