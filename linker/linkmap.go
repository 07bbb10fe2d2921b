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

	"uk.example/internal/bounded"
	"uk.example/linker/elflink"
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

// makeMap makes the link map, in pieces.
func (l *link) makeMap() ([][]byte, error) {
	list := l.subsystems()
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
	first, second := l.subsystemText(list)
	return [][]byte{parts[0][:len(parts[0])-1], []byte(",\n\"outputs\":"), parts[1], []byte(",\n\"roots\":"), parts[2],
		[]byte(",\n\"subsystems\":"), first, second, []byte(",\n\"script_names\":"), parts[3], []byte("}\n")}, nil
}

// mapSubsystem and mapMember are a Subsystem and a Member in the making. Sections are indices in the image's list.
type mapSubsystem struct {
	name    string
	size    int64
	members []*mapMember
	count   int // of sections
}

type mapMember struct {
	file     string
	size     int64
	sections []int
}

// subsystems gathers the image's sections, the largest subsystem first.
func (l *link) subsystems() []*mapSubsystem {
	kept := l.image.Kept
	objects := 0
	for i := range kept {
		objects = max(objects, kept[i].Number+1)
	}
	counts := make([]int, objects+1) // of the objects; the last is what the linker made
	of := func(i int) int {
		if n := kept[i].Number; n >= 0 {
			return n
		}
		return objects
	}
	for i := range kept {
		counts[of(i)]++
	}
	members, room := make([]mapMember, objects+1), make([]int, len(kept))
	l.first = make([]int, objects+1)
	for i := range kept {
		n := of(i)
		m := &members[n]
		if m.sections == nil {
			m.file = cmp.Or(kept[i].Object, madeByLinker)
			m.sections, room = room[:0:counts[n]], room[counts[n]:]
			l.first[n] = i + 1
		}
		m.sections = append(m.sections, i)
		m.size += int64(kept[i].Size)
	}
	byName := map[string]*mapSubsystem{}
	var list []*mapSubsystem
	for i := range members {
		m := &members[i]
		if m.sections == nil {
			continue
		}
		name := subsystemOf(m.file)
		s := byName[name]
		if s == nil {
			s = &mapSubsystem{name: name}
			byName[name] = s
			list = append(list, s)
		}
		s.size += m.size
		s.count += len(m.sections)
		s.members = append(s.members, m)
	}
	for _, s := range list {
		slices.SortFunc(s.members, func(a, b *mapMember) int { return bySize(a.size, b.size, a.file, b.file) })
	}
	slices.SortFunc(list, func(a, b *mapSubsystem) int { return bySize(a.size, b.size, a.name, b.name) })
	return list
}

// draws are the IDs of the first section of each object that is linked for a member.
func (l *link) draws(m *mapMember) []int {
	var out []int
	for _, to := range l.image.Kept[m.sections[0]].Draws {
		out = append(out, l.first[l.image.Kept[to].Number])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ids makes IDs of indices in the image's list of sections.
func ids(indices []int) []int {
	var out []int
	for _, i := range indices {
		out = append(out, i+1)
	}
	return out
}

// origin says what keeps a section: its Kind, For and From, and the words of its Why.
func (l *link) origin(i int) (kind, name string, from int, why [5]string) {
	const along = "kept by the layout: its object file is linked"
	k := &l.image.Kept[i]
	switch k.Cause {
	case elflink.CauseEntry:
		name = kernelLayout.Start
		for _, r := range l.image.Roots {
			if int(r.Section) == i && r.Cause == elflink.CauseEntry {
				name = rootName(r)
				break
			}
		}
		return KeepEntry, name, 0, [5]string{"entry point"}
	case elflink.CauseRoot:
		r := &l.roots[k.Root]
		return r.kind, r.name, 0, [5]string{r.why}
	case elflink.CauseReference:
		by := &l.image.Kept[k.From]
		why = [5]string{k.For, " used by ", by.Object, " ", by.Name}
		if k.For == "" {
			why[1] = "used by "
		}
		return KeepReference, k.For, k.From + 1, why
	case elflink.CauseAlways:
		return KeepAlways, k.Name, 0, [5]string{"every kernel has it"}
	case elflink.CauseAlong:
		return KeepObject, "", k.From + 1, [5]string{along}
	case elflink.CauseUnneeded:
		return KeepUnneeded, "", 0, [5]string{along}
	}
	return KeepLinker, "", 0, [5]string{"made by the linker"}
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
