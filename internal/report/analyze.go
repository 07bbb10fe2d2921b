package report

import (
	"bytes"
	"cmp"
	"debug/elf"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"uk.example/linker"
)

// kindPadding is the cause of bytes that no section has.
const kindPadding = "padding"

// Analyze makes the part of a report that needs no boot.
func Analyze(in *Input) (*Report, error) {
	k, m := in.Kernel, in.Kernel.Map
	r := &Report{Format: Format, Path: in.Path, Files: in.Files, Modules: in.Modules, Sites: in.Sites,
		Image: Image{KernelSHA256: m.KernelSHA256, Fingerprint: m.Fingerprint, Profile: m.Profile, Drivers: m.Drivers}}
	g, err := k.graph()
	if err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(k.Data))
	if err != nil {
		return nil, &InputError{k.File, "is no kernel", err}
	}
	for _, pass := range []func() error{
		func() error { return r.sections(k, f) },   // sums of sections, GNU size, causes
		func() error { return r.fileParts(k, f) },  // every byte of the file
		func() error { return r.costs(k, g, in) },  // drivers, symbols, files, unneeded
		func() error { return r.surface(k, in) },   // what can be reached
		func() error { r.tree(k, in); return nil }, // subsystem → member → function
	} {
		if err := pass(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func rights(write, exec bool) string {
	b := []byte("r--")
	if write {
		b[1] = 'w'
	}
	if exec {
		b[2] = 'x'
	}
	return string(b)
}

// rightsAt returns the rights of the segment that an address is in.
func rightsAt(f *elf.File, addr string) string {
	a, err := strconv.ParseUint(addr, 16, 64)
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && a >= p.Vaddr && a-p.Vaddr < p.Memsz && err == nil {
			return rights(p.Flags&elf.PF_W != 0, p.Flags&elf.PF_X != 0)
		}
	}
	return "---"
}

func (r *Report) sections(k *Kernel, f *elf.File) error {
	inside := map[string]int64{}
	for i := range k.parts {
		inside[k.parts[i].Out] += k.parts[i].Size
	}
	var padding int64
	for _, o := range k.Map.Outputs {
		if inside[o.Name] > o.Size {
			return &InputError{k.File, fmt.Sprintf("its link map is damaged: %s has %d bytes, its parts %d: build the image again", o.Name, o.Size, inside[o.Name]), nil}
		}
		s := SectionSum{Name: o.Name, Addr: o.Addr, Bytes: o.Size, Padding: o.Size - inside[o.Name], Rights: rightsAt(f, o.Addr), Zero: o.Zero}
		r.Sizes.Sections = append(r.Sizes.Sections, s)
		r.Sizes.KernelMemory += o.Size
		padding += s.Padding
		// size(1): what can be executed or cannot be written is text.
		switch g := &r.Sizes.GNU; {
		case o.Zero:
			g.BSS += o.Size
		case o.Exec || !o.Write:
			g.Text += o.Size
		default:
			g.Data += o.Size
		}
	}
	r.Sizes.GNU.Total = r.Sizes.KernelMemory
	sums := map[string]int64{kindPadding: padding}
	for i := range k.parts {
		kind := k.chain(&k.parts[i])[0].Kind
		if !slices.Contains(kinds, kind) {
			return &InputError{k.File, fmt.Sprintf("its link map is damaged: nothing keeps a section by %q: build the image again", kind), nil}
		}
		sums[kind] += k.parts[i].Size
	}
	for _, kind := range append(slices.Clone(kinds), kindPadding) {
		if sums[kind] > 0 {
			r.Sizes.Causes = append(r.Sizes.Causes, CauseSum{kind, sums[kind]})
		}
	}
	return nil
}

// fileParts names every byte of the file once: headers, then for each segment the
// sections that the file has bytes of, and what is between.
func (r *Report) fileParts(k *Kernel, f *elf.File) error {
	size := int64(len(k.Data))
	r.Sizes.KernelFile = size
	type run struct {
		name       string
		start, end int64
	}
	runs := []run{{"ELF header", 0, 64}, {"program headers", 64, 64 + 56*int64(len(f.Progs))}}
	first, last := ^uint64(0), uint64(0)
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		seg := Segment{rights(p.Flags&elf.PF_W != 0, p.Flags&elf.PF_X != 0), strconv.FormatUint(p.Vaddr, 16), int64(p.Filesz), int64(p.Memsz)}
		r.Sizes.Segments = append(r.Sizes.Segments, seg)
		first, last = min(first, p.Vaddr), max(last, p.Vaddr+p.Memsz)
		s := &r.Surface
		switch seg.Rights {
		case "r-x":
			s.Exec += seg.Memory
		case "rw-":
			s.Writable += seg.Memory
		case "r--":
			s.ReadOnly += seg.Memory
		default:
			s.WriteExec += seg.Memory
		}
		end := p.Vaddr + p.Filesz
		for _, o := range k.Map.Outputs {
			addr, err := strconv.ParseUint(o.Addr, 16, 64)
			if err != nil || o.Zero || addr < p.Vaddr || addr >= end {
				continue
			}
			at := int64(p.Off + addr - p.Vaddr)
			runs = append(runs, run{o.Name, at, at + min(o.Size, int64(end-addr))})
		}
	}
	if first < last {
		const page = 4096
		r.Sizes.KernelPages = int64((last+page-1)&^(page-1) - first&^(page-1))
	}
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.start, b.start) })
	var at, gaps int64
	for _, n := range runs {
		if n.start < at || n.end > size {
			return &InputError{k.File, fmt.Sprintf("does not agree with its link map: %s is at offset %d: build the image again", n.name, n.start), nil}
		}
		gaps += n.start - at
		r.Sizes.FileParts = append(r.Sizes.FileParts, FilePart{n.name, n.end - n.start})
		at = n.end
	}
	if gaps += size - at; gaps > 0 {
		r.Sizes.FileParts = append(r.Sizes.FileParts, FilePart{"alignment", gaps})
	}
	return nil
}

// graph is what refers to what, by index into parts.
type graph struct {
	uses     [][]int
	optional [][]int // counts only if something else has the object file linked
	roots    []root
	fixed    []int   // made by the linker: neither reached nor unneeded
	member   []int   // of each part, numbered
	present  []bool  // by member: linked for something that was left out
	draws    [][]int // by member: those that are linked for it
}

type root struct {
	kind, name string
	at         int
}

func (k *Kernel) graph() (*graph, error) {
	n := len(k.parts)
	g := &graph{uses: make([][]int, n), optional: make([][]int, n)}
	bad := func(id int) error {
		return &InputError{k.File, fmt.Sprintf("its link map is damaged: it refers to section %d: build the image again", id), nil}
	}
	members := map[*linker.Member][]int{}
	number := map[*linker.Member]int{}
	for i := range k.parts {
		m := k.parts[i].member
		members[m] = append(members[m], i)
		if _, ok := number[m]; !ok {
			number[m] = len(number)
		}
		g.member = append(g.member, number[m])
	}
	g.draws = make([][]int, len(number))
	for m, at := range number {
		for _, id := range m.Draws {
			if id < 1 || id > n {
				return nil, bad(id)
			}
			g.draws[at] = append(g.draws[at], g.member[id-1])
		}
	}
	for i := range k.parts {
		p := &k.parts[i]
		for to, list := range map[*[]int][]int{&g.uses[i]: p.Uses, &g.optional[i]: p.Optional} {
			for _, id := range list {
				if id < 1 || id > n {
					return nil, bad(id)
				}
				*to = append(*to, id-1)
			}
		}
		switch p.Kind {
		case linker.KeepObject: // any section of the object file keeps it
			for _, j := range members[p.member] {
				if j != i {
					g.uses[j] = append(g.uses[j], i)
				}
			}
		case linker.KeepLinker:
			g.fixed = append(g.fixed, i)
		}
	}
	for _, r := range k.Map.Roots {
		if r.ID < 1 || r.ID > n {
			return nil, bad(r.ID)
		}
		g.roots = append(g.roots, root{r.Kind, r.Name, r.ID - 1})
	}
	g.present = make([]bool, len(number))
	_, strict, linked := g.walk(k, func(root) bool { return true })
	for i, ok := range strict {
		if m := g.member[i]; ok {
			linked[m] = true
		}
	}
	for m, ok := range linked {
		g.present[m] = !ok
	}
	return g, nil
}

// reach returns the bytes of all sections that the wanted roots lead to, and
// which they are.
func (g *graph) reach(k *Kernel, want func(root) bool) (int64, []bool) {
	sum, seen, _ := g.walk(k, want)
	return sum, seen
}

// walk is reach, and also returns which members are linked then.
func (g *graph) walk(k *Kernel, want func(root) bool) (sum int64, seen, linked []bool) {
	seen = make([]bool, len(g.uses))
	var queue []int
	add := func(i int) {
		if !seen[i] {
			seen[i] = true
			sum += k.parts[i].Size
			queue = append(queue, i)
		}
	}
	for _, i := range g.fixed {
		add(i)
	}
	for _, r := range g.roots {
		if want(r) {
			add(r.at)
		}
	}
	linked = make([]bool, len(g.draws))
	waiting := map[int][]int{} // by member: referred to optionally
	link := func(m int) {
		for list := []int{m}; len(list) > 0; {
			m := list[len(list)-1]
			if list = list[:len(list)-1]; linked[m] {
				continue
			}
			linked[m] = true
			list = append(list, g.draws[m]...)
			for _, j := range waiting[m] {
				add(j)
			}
		}
	}
	for m, there := range g.present {
		if there {
			link(m)
		}
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		link(g.member[i])
		for _, j := range g.uses[i] {
			add(j)
		}
		for _, j := range g.optional[i] {
			if m := g.member[j]; linked[m] {
				add(j)
			} else {
				waiting[m] = append(waiting[m], j)
			}
		}
	}
	// Where an optional definition is gone, the weak one is linked.
	defaults := map[string]bool{}
	for i, ok := range seen {
		if !ok {
			continue
		}
		for _, d := range k.parts[i].Defaults {
			if d.To >= 1 && d.To <= len(seen) && !linked[g.member[d.To-1]] && !defaults[d.Of] {
				defaults[d.Of] = true
				sum += d.Size
			}
		}
	}
	return sum, seen, linked
}

// dynamicEntries returns what each of the exported names takes of the dynamic symbol table, its hash
// table and its names (gABI, "Symbol Table"). A name that another one ends with has no bytes of its own.
func dynamicEntries(names []string) []int64 {
	const symbol, hash = 24, 4
	reversed := make([]string, len(names))
	order := make([]int, len(names))
	for i, n := range names {
		b := []byte(n)
		slices.Reverse(b)
		reversed[i], order[i] = string(b), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(reversed[a], reversed[b]) })
	isEnd := func(a, b int) bool { // of two places in the order
		return a >= 0 && b < len(order) && strings.HasPrefix(reversed[order[b]], reversed[order[a]])
	}
	out := make([]int64, len(names))
	for at, i := range order {
		out[i] = symbol + hash
		if !isEnd(at, at+1) {
			out[i] += int64(len(names[i]) + 1)
			if isEnd(at-1, at) { // that one's bytes would be needed then
				out[i] -= int64(len(reversed[order[at-1]]) + 1)
			}
		}
	}
	return out
}

// maxCosts bounds how many symbols get a cost of their own; more than a kernel has.
const maxCosts = 10000

func (r *Report) costs(k *Kernel, g *graph, in *Input) error {
	all, seen := g.reach(k, func(root) bool { return true })
	for i, ok := range seen {
		if p := &k.parts[i]; !ok && p.Size > 0 {
			r.Sizes.Unneeded += p.Size
			r.Sizes.UnneededSections = append(r.Sizes.UnneededSections, p.member.File+" "+p.Name)
		}
	}
	without := func(drop func(root) bool) int64 {
		left, _ := g.reach(k, func(r root) bool { return !drop(r) })
		return all - left
	}
	for _, d := range k.Map.Drivers {
		s := DriverSum{Name: d, Why: k.Map.DriverWhy[d]}
		s.Alone = without(func(r root) bool { return r.kind == linker.KeepDriver && r.name == d })
		for i := range k.parts {
			if p := &k.parts[i]; ofDriver(p.member.File, d) {
				s.Own += p.Size
			}
		}
		r.Sizes.Drivers = append(r.Sizes.Drivers, s)
	}
	slices.SortStableFunc(r.Sizes.Drivers, func(a, b DriverSum) int { return cmp.Compare(b.Alone, a.Alone) })
	entries := dynamicEntries(k.Map.Symbols)
	for n, s := range k.Map.Symbols {
		if n == maxCosts {
			r.Notes = append(r.Notes, fmt.Sprintf("the cost of each symbol was found for the first %d of %d", maxCosts, len(k.Map.Symbols)))
			break
		}
		c := CauseCost{Name: s, Alone: without(func(r root) bool { return r.kind == linker.KeepSymbol && r.name == s }) + entries[n]}
		r.Sizes.Symbols = append(r.Sizes.Symbols, c)
	}
	slices.SortStableFunc(r.Sizes.Symbols, func(a, b CauseCost) int { return cmp.Compare(b.Alone, a.Alone) })
	if ms := r.Modules; ms != nil {
		ms.Loader = without(func(r root) bool { return r.kind == linker.KeepModule })
		for i := range ms.List {
			m := &ms.List[i]
			m.Kernel = without(func(r root) bool { return r.kind == linker.KeepModule && r.name == m.Name })
		}
	}
	if in.Files == nil || in.Needs == nil {
		return nil
	}
	for i := range in.Files.List {
		f := &in.Files.List[i]
		if f.Kind == "" {
			continue
		}
		only := func(by []string) bool {
			return len(by) > 0 && !slices.ContainsFunc(by, func(b string) bool { return b != f.Path })
		}
		f.Kernel = without(func(r root) bool {
			switch r.kind {
			case linker.KeepSymbol:
				return only(in.Needs.Symbols[r.name])
			case linker.KeepSyscall:
				return only(in.Needs.Calls[r.name])
			case linker.KeepPart:
				return only(in.Needs.Parts[r.name])
			}
			return false
		})
	}
	return nil
}

// ofDriver reports whether an archive member is made of the sources of a driver:
// drivers/NAME.c or a file in drivers/NAME/.
func ofDriver(file, driver string) bool {
	_, member, _ := strings.Cut(strings.TrimSuffix(file, ".o)"), "(")
	_, name, ok := strings.Cut(member, "drivers-")
	return ok && (name == driver || strings.HasPrefix(name, driver+"-"))
}

// parsers are the parts of the kernel that read what the outside supplies.
var parsers = []struct {
	name, reads string
	members     []string // patterns of archive members of libkernel.a
}{
	{"boot data", "the command line and memory map that the machine monitor passes", []string{"arch-*-start_info", "arch-*-boot_params", "lib-cmdline"}},
	{"virtio", "rings and registers of devices", []string{"virtio-*", "drivers-virtio*"}},
	{"PCI and ACPI", "configuration space and firmware's tables", []string{"drivers-pci*", "drivers-acpi*"}},
	{"vsock", "packets of the host", []string{"drivers-virtio_vsock-*"}},
	{"host sockets", "packets of the runner", []string{"net-inet_host*"}},
	{"network card", "rings of the device, frames of the network", []string{"drivers-virtio_net*", "net-inet_lwip*", "lwip-*"}},
	{"root file system", "the image's directories and inodes", []string{"fs-rofs*"}},
	{"ELF files", "programs and libraries of the image", []string{"elf-*"}},
	{"modules", "drivers that are loaded", []string{"modules-*"}},
}

func (r *Report) surface(k *Kernel, in *Input) error {
	s := &r.Surface
	s.Symbols = k.Map.Symbols
	s.Exported, s.Offered, s.AllCalls = len(s.Symbols), len(in.Offered), in.AllCalls
	s.Raw = append([]string{}, k.Map.Syscalls...)
	s.Direct, s.Refused = []string{}, []string{}
	if in.Needs != nil && in.Files != nil {
		for _, name := range s.Symbols {
			if len(in.Needs.Symbols[name]) == 0 {
				s.Unused = append(s.Unused, name)
			}
		}
	}
	for i := range k.symbols {
		sym := &k.symbols[i]
		name, ok := strings.CutPrefix(sym.name, "sys_")
		if !ok || !in.CallNumber(name) {
			continue
		}
		p := k.at(sym.addr)
		if p == nil || !strings.HasPrefix(p.Out, ".text") {
			continue
		}
		if strings.HasPrefix(p.member.File, "libnosys.a") {
			s.Refused = append(s.Refused, name)
		} else {
			s.Direct = append(s.Direct, name)
		}
	}
	for _, l := range []*[]string{&s.Direct, &s.Refused, &s.Raw} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
	// A call in the table has a function too: direct is what is reached otherwise.
	if len(s.Raw) > 0 {
		_, seen := mustGraph(k).reach(k, func(r root) bool { return r.kind != linker.KeepSyscall })
		s.Direct = slices.DeleteFunc(s.Direct, func(name string) bool {
			i := slices.IndexFunc(k.symbols, func(sym symbol) bool { return sym.name == "sys_"+name })
			p := k.at(k.symbols[i].addr)
			return p != nil && !seen[p.ID-1]
		})
	}
	both := slices.Concat(s.Direct, s.Raw)
	slices.Sort(both)
	s.Calls = len(slices.Compact(both))
	for _, p := range parsers {
		sum := Parser{Name: p.name, Reads: p.reads}
		seen := map[*linker.Member]bool{}
		for i := range k.parts {
			t := &k.parts[i]
			member, ok := strings.CutPrefix(strings.TrimSuffix(t.member.File, ".o)"), "libkernel.a(")
			if !ok || !strings.HasPrefix(t.Out, ".text") || !matches(p.members, member) {
				continue
			}
			seen[t.member] = true
			sum.Bytes += t.Size
		}
		if sum.Members = len(seen); sum.Members > 0 {
			s.Parsers = append(s.Parsers, sum)
		}
	}
	if in.Files != nil {
		for _, f := range in.Files.List {
			if f.Kind == "library" {
				s.Libraries = append(s.Libraries, f)
				s.LibBytes += f.Bytes
			}
		}
	}
	return nil
}

// mustGraph is graph for a map that passed it before.
func mustGraph(k *Kernel) *graph {
	g, err := k.graph()
	if err != nil {
		return &graph{uses: make([][]int, len(k.parts))}
	}
	return g
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, name)
		return ok && err == nil
	})
}

// tree makes the nodes for the treemap; each level's bytes add up to the one above.
func (r *Report) tree(k *Kernel, in *Input) {
	names := make([][]symbol, len(k.parts))
	for _, s := range k.symbols {
		if p := k.at(s.addr); p != nil {
			names[p.ID-1] = append(names[p.ID-1], s)
		}
	}
	for i := range k.Map.Subsystems {
		sub := &k.Map.Subsystems[i]
		node := Subtree{Name: sub.Name}
		for j := range sub.Members {
			mem := &sub.Members[j]
			leafs := Subtree{Name: mem.File}
			for l := range mem.Sections {
				sec := &mem.Sections[l]
				if sec.Size == 0 {
					continue
				}
				p := &k.parts[sec.ID-1]
				leafs.Parts = append(leafs.Parts, functions(p, names[sec.ID-1], k.cause(k.chain(p)[0], in.Needs).String())...)
				leafs.Bytes += sec.Size
			}
			if leafs.Bytes > 0 {
				leafs.Why = mostly(leafs.Parts)
				slices.SortStableFunc(leafs.Parts, func(a, b Subtree) int { return cmp.Compare(b.Bytes, a.Bytes) })
				node.Parts = append(node.Parts, leafs)
				node.Bytes += leafs.Bytes
			}
		}
		if node.Bytes > 0 {
			node.Why = mostly(node.Parts)
			r.Kernel = append(r.Kernel, node)
		}
	}
	var padding int64
	for _, s := range r.Sizes.Sections {
		padding += s.Padding
	}
	if padding > 0 {
		r.Kernel = append(r.Kernel, Subtree{Name: kindPadding, Bytes: padding})
	}
}

// mostly returns what keeps the most bytes of some nodes.
func mostly(parts []Subtree) string {
	sum := map[string]int64{}
	best := ""
	for i := range parts {
		why := parts[i].Why
		sum[why] += parts[i].Bytes
		if best == "" || sum[why] > sum[best] {
			best = why
		}
	}
	return best
}

// functions splits a section at its symbols with a size: a section of assembly or
// of a table may hold several. What no symbol covers goes to the section's name.
func functions(p *part, syms []symbol, why string) []Subtree {
	var out []Subtree
	at := p.addr
	left := p.Size
	for _, s := range syms {
		if s.size == 0 || s.addr < at || s.addr+s.size > p.end() || s.addr+s.size < s.addr {
			continue
		}
		out = append(out, Subtree{Name: s.name, Bytes: int64(s.size), Why: why})
		left -= int64(s.size)
		at = s.addr + s.size
	}
	if left > 0 {
		out = append(out, Subtree{Name: p.Name, Bytes: left, Why: why})
	}
	return out
}
