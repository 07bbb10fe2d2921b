package linker

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"uk/internal/bounded"
	"uk/linker/elflink"
)

// MapFormat is the version of the link map's format.
const MapFormat = 2

// Map is the content of kernel.map.json: what the kernel holds and why.
type Map struct {
	MapHead
	Outputs    []Output    `json:"outputs"`    // in order of their addresses
	Roots      []Root      `json:"roots"`      // what was asked for
	Subsystems []Subsystem `json:"subsystems"` // the largest first
	// ScriptNames are the addresses that the layout names.
	ScriptNames []ScriptName `json:"script_names"`
}

// MapHead is the part of the link map that says what the kernel was made from.
type MapHead struct {
	Format       int      `json:"format"`
	Inputs       string   `json:"inputs"`        // hash over everything that decided the link
	KernelSHA256 string   `json:"kernel_sha256"` // of the kernel file
	KernelSize   int64    `json:"kernel_size"`   // bytes, of the kernel file
	Fingerprint  string   `json:"fingerprint"`   // of the kit
	Profile      string   `json:"profile"`
	Drivers      []string `json:"drivers"`
	Symbols      []string `json:"symbols"`
	Syscalls     []string `json:"syscalls"`

	Modules   []string          `json:"modules,omitempty"`
	Addresses map[string]uint64 `json:"addresses,omitempty"` // of what modules ask for
	DriverWhy map[string]string `json:"driver_why"`          // driver → what selects it, as "virtio-mmio.conf:4"
}

// ScriptName is an address that the layout gives a name, such as the end of a table.
type ScriptName struct {
	Name  string `json:"name"`
	Addr  string `json:"addr"`  // hexadecimal
	Users []int  `json:"users"` // IDs of the sections that refer to it
}

// Subsystem is a folder of the kernel's or the libc's source.
type Subsystem struct {
	Name    string   `json:"name"` // "libc/stdio", "kernel/mm"
	Size    int64    `json:"size"` // bytes in memory
	Members []Member `json:"members"`
}

// Member is an object file of which something was kept.
type Member struct {
	File     string    `json:"file"` // "libc.a(stdio-printf.o)"
	Size     int64     `json:"size"`
	Sections []Section `json:"sections"`
	// Draws are IDs of one section of each object file that is linked for this one, whether what
	// refers to it is kept or not.
	Draws []int `json:"draws,omitempty"`
}

// Output is a section of the linked kernel, before it was stripped.
type Output struct {
	Name  string `json:"name"`
	Addr  string `json:"addr"` // hexadecimal
	Size  int64  `json:"size"` // bytes
	Write bool   `json:"write,omitempty"`
	Exec  bool   `json:"exec,omitempty"`
	Zero  bool   `json:"zero,omitempty"` // takes no room in the file
}

// Section is a kept input section.
type Section struct {
	ID   int    `json:"id"`   // from 1, in the order of the addresses
	Name string `json:"name"` // ".text.printf"
	Out  string `json:"out"`  // ".text"
	Addr string `json:"addr"` // hexadecimal
	Size int64  `json:"size"` // bytes
	Why  string `json:"why"`  // what refers to it, or which option asked for it

	// The same as Why for programs: one of the Keep constants; the symbol, driver,
	// system call or part that is referred to or was asked for; and the ID of the
	// section that refers to it, 0 if none does.
	Kind string `json:"kind"`
	For  string `json:"for,omitempty"`
	From int    `json:"from,omitempty"`
	// Uses are the IDs of the sections that this one refers to, itself left out.
	Uses []int `json:"uses,omitempty"`
	// Optional are further ones, in whose place a weak definition would do if
	// nothing else had their object file linked.
	Optional []int `json:"optional,omitempty"`
	// Defaults are what would take the place of Optional ones then.
	Defaults []WeakSection `json:"defaults,omitempty"`
}

// WeakSection is a section of a weak definition, which the kernel does not hold since there is another.
type WeakSection struct {
	To   int    `json:"to"`   // ID of the section with the other definition
	Of   string `json:"of"`   // object file and section
	Size int64  `json:"size"` // bytes
}

// Root is something that was asked for and the section that it is in.
type Root struct {
	Kind   string `json:"kind"` // one of the Keep constants
	Name   string `json:"name"`
	ID     int    `json:"id"`
	Symbol string `json:"symbol,omitempty"` // that must be kept, if it is not Name
}

// symbol is what the link must keep for it.
func (r *Root) symbol() string { return cmp.Or(r.Symbol, r.Name) }

// What keeps a section.
const (
	KeepEntry     = "entry"     // the kernel starts there
	KeepDriver    = "driver"    // the profile selects For
	KeepSyscall   = "syscall"   // the system call For is answered on the syscall instruction
	KeepSymbol    = "symbol"    // the kernel offers For to programs
	KeepModule    = "module"    // the module For, or "loader", asks for it
	KeepPart      = "part"      // the image's kind of program needs For
	KeepAlways    = "always"    // every kernel has For
	KeepReference = "reference" // From refers to it, as For if that is not empty
	KeepObject    = "object"    // the layout keeps it along with From, of the same object file
	KeepLinker    = "linker"    // made by the linker: dynamic symbols
	KeepUnneeded  = "unneeded"  // nothing asked for it
)

// ReadMapOf reads the link map of the kernel with this SHA-256, in hexadecimal. That of another
// kernel is refused.
func ReadMapOf(file, kernelSHA256 string) (*Map, error) {
	m, err := ReadMap(file)
	if err == nil && m.KernelSHA256 != kernelSHA256 {
		return nil, fmt.Errorf("%s: is the link map of another kernel: build the image again", file)
	}
	return m, err
}

// maxMap bounds a link map, in bytes.
const maxMap = 256 << 20

// ReadMap reads a link map, of whatever kernel.
func ReadMap(file string) (*Map, error) {
	st, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() { // waiting for a pipe would say nothing
		return nil, fmt.Errorf("%s: is no regular file: link the kernel again", file)
	}
	data, err := bounded.ReadFile(file, maxMap)
	if err != nil {
		return nil, err
	}
	var m Map
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %v: link the kernel again", file, err)
	}
	if m.Format != MapFormat {
		return nil, fmt.Errorf("%s: link map format %d, this program reads %d: link the kernel again", file, m.Format, MapFormat)
	}
	return &m, nil
}

// readMapHead reads only the head, which makeMap writes on the first line.
func readMapHead(file string) (*MapHead, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	line, _, ok := bytes.Cut(data, []byte(",\n"))
	var h MapHead
	if !ok || json.Unmarshal(append(slices.Clone(line), '}'), &h) != nil || h.Format != MapFormat {
		return nil, fmt.Errorf("%s: not a link map", file)
	}
	return &h, nil
}

// makeMap makes the link map.
func (l *link) makeMap() ([]byte, error) {
	members := map[string]*Member{}
	sections := make([]Section, len(l.image.Kept))
	inHalves(len(sections), func(from, to int) {
		for i := from; i < to; i++ {
			sections[i] = l.mapSection(i)
		}
	})
	for i := range l.image.Kept {
		k := &l.image.Kept[i]
		name := cmp.Or(k.Object, madeByLinker)
		m := members[name]
		if m == nil {
			m = &Member{File: name, Draws: ids(k.Draws)}
			members[name] = m
		}
		m.Size += int64(k.Size)
		m.Sections = append(m.Sections, sections[i])
	}
	subsystems := map[string]*Subsystem{}
	for _, m := range members {
		for i, at := range m.Draws { // one section of each object
			m.Draws[i] = l.firstOf(at)
		}
		slices.Sort(m.Draws)
		m.Draws = slices.Compact(m.Draws)
		name := subsystemOf(m.File)
		s := subsystems[name]
		if s == nil {
			s = &Subsystem{Name: name}
			subsystems[name] = s
		}
		s.Size += m.Size
		s.Members = append(s.Members, *m)
	}
	list := []Subsystem{}
	for _, s := range subsystems {
		slices.SortFunc(s.Members, func(a, b Member) int { return bySize(a.Size, b.Size, a.File, b.File) })
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Subsystem) int { return bySize(a.Size, b.Size, a.Name, b.Name) })

	notNil := func(s []string) []string { return append([]string{}, s...) }
	var parts [4][]byte
	for i, v := range []any{
		MapHead{MapFormat, l.inputs, l.res.SHA256, l.res.Size, l.opt.Kit.Fingerprint, l.res.Profile,
			notNil(l.res.Drivers), notNil(l.res.Symbols), notNil(l.res.Syscalls), l.res.Modules.Names(), l.res.Addresses, l.driverWhy},
		l.mapOutputs(), l.mapRoots(), l.mapNames(),
	} {
		var err error
		if parts[i], err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	// The head is one line, so that a check for changes need not decode the rest.
	out := append([]byte{}, parts[0][:len(parts[0])-1]...)
	out = append(append(out, ",\n\"outputs\":"...), parts[1]...)
	out = append(append(out, ",\n\"roots\":"...), parts[2]...)
	out = append(append(out, ",\n\"subsystems\":"...), subsystemText(list)...)
	out = append(append(out, ",\n\"script_names\":"...), parts[3]...)
	return append(out, "}\n"...), nil
}

// inHalves calls f for both halves of a range at the same time.
func inHalves(n int, f func(from, to int)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(0, n/2)
	}()
	f(n/2, n)
	<-done
}

// ids makes IDs of indices in the image's list of sections.
func ids(indices []int) []int {
	var out []int
	for _, i := range indices {
		out = append(out, i+1)
	}
	return out
}

// firstOf is the ID of the first section of the object that the section with an ID is from.
func (l *link) firstOf(id int) int {
	if l.first == nil {
		l.first = map[string]int{}
		for i := len(l.image.Kept) - 1; i >= 0; i-- {
			l.first[l.image.Kept[i].Object] = i + 1
		}
	}
	return l.first[l.image.Kept[id-1].Object]
}

// mapSection describes a kept section.
func (l *link) mapSection(i int) Section {
	const along = "kept by the layout: its object file is linked"
	k := &l.image.Kept[i]
	s := Section{ID: i + 1, Name: k.Name, Out: k.Out, Addr: strconv.FormatUint(k.Addr, 16), Size: int64(k.Size),
		Uses: ids(slices.DeleteFunc(k.Uses, func(to int) bool { return to == i })), Optional: ids(k.Optional)}
	for _, d := range k.Defaults {
		s.Defaults = append(s.Defaults, WeakSection{d.To + 1, d.Of, d.Size})
	}
	switch k.Cause {
	case elflink.CauseEntry:
		s.Kind, s.For, s.Why = KeepEntry, kernelLayout.Start, "entry point"
		for _, r := range l.image.Roots {
			if int(r.Section) == i && r.Cause == elflink.CauseEntry {
				s.For = rootName(r)
				break
			}
		}
	case elflink.CauseRoot:
		r := &l.roots[k.Root]
		s.Kind, s.For, s.Why = r.kind, r.name, r.why
	case elflink.CauseReference:
		from := &l.image.Kept[k.From]
		s.Kind, s.For, s.From, s.Why = KeepReference, k.For, k.From+1, "used by "+from.Object+" "+from.Name
		if k.For != "" {
			s.Why = k.For + " " + s.Why
		}
	case elflink.CauseAlways:
		s.Kind, s.For, s.Why = KeepAlways, k.Name, "every kernel has it"
	case elflink.CauseAlong:
		s.Kind, s.From, s.Why = KeepObject, k.From+1, along
	case elflink.CauseUnneeded:
		s.Kind, s.Why = KeepUnneeded, along
	case elflink.CauseMade:
		s.Kind, s.Why = KeepLinker, "made by the linker"
	}
	return s
}

// rootName is the name of an entry point.
func rootName(r elflink.KeptRoot) string {
	if r.Name != kernelLayout.Start {
		return "the ELF header's entry"
	}
	return r.Name
}

func (l *link) mapRoots() []Root {
	out := []Root{}
	for _, r := range l.image.Roots {
		switch r.Cause {
		case elflink.CauseEntry:
			out = append(out, Root{Kind: KeepEntry, Name: rootName(r), ID: int(r.Section) + 1})
		case elflink.CauseAlways:
			out = append(out, Root{Kind: KeepAlways, Name: r.Name, ID: int(r.Section) + 1})
		default:
			asked := &l.roots[r.Index]
			root := Root{Kind: asked.kind, Name: asked.name, ID: int(r.Section) + 1}
			if asked.symbol != asked.name {
				root.Symbol = asked.symbol
			}
			out = append(out, root)
		}
	}
	return out
}

func (l *link) mapOutputs() []Output {
	out := []Output{}
	for _, o := range l.image.Outputs {
		out = append(out, Output{Name: o.Name, Addr: strconv.FormatUint(o.Addr, 16), Size: int64(o.Size), Write: o.Write, Exec: o.Exec, Zero: o.Zero})
	}
	return out
}

func (l *link) mapNames() []ScriptName {
	out := []ScriptName{}
	for _, n := range l.image.Names {
		out = append(out, ScriptName{n.Name, strconv.FormatUint(n.Addr, 16), append([]int{}, ids(n.Users)...)})
	}
	return out
}

func bySize(a, b int64, an, bn string) int {
	if a != b {
		if a > b {
			return -1
		}
		return 1
	}
	return strings.Compare(an, bn)
}

// subsystemOf makes "libc/stdio" of "libc.a(stdio-printf.o)".
func subsystemOf(file string) string {
	archive, member, ok := strings.Cut(file, "(")
	lib := strings.TrimSuffix(strings.TrimPrefix(archive, "lib"), ".a")
	switch lib {
	case "":
		return "linker"
	case "c":
		lib = "libc"
	}
	if i := strings.LastIndexByte(member, '-'); ok && i > 0 {
		return lib + "/" + strings.ReplaceAll(member[:i], "-", "/")
	}
	return lib
}

const madeByLinker = "(made by the linker)"
