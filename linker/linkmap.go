package linker

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"uk/internal/bounded"
)

// MapFormat is the version of the link map's format.
const MapFormat = 2

// Map is the content of kernel.map.json: what the kernel holds and why.
type Map struct {
	MapHead
	Outputs    []Output    `json:"outputs"`    // in order of their addresses
	Roots      []Root      `json:"roots"`      // what was asked for
	Subsystems []Subsystem `json:"subsystems"` // the largest first
	// ScriptNames are the addresses that the linker script names.
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

	Linker    string            `json:"linker,omitempty"` // that was asked for
	Modules   []string          `json:"modules,omitempty"`
	Addresses map[string]uint64 `json:"addresses,omitempty"` // of what modules ask for
	DriverWhy map[string]string `json:"driver_why"`          // driver → what selects it, as "virtio-mmio.conf:4"
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
	KeepObject    = "object"    // the linker script keeps it along with From, of the same object file
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

// makeMap makes the link map: kept sections from the linker's own map, reasons
// from the objects' relocations.
func (l *link) makeMap(f *elf.File) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(l.tmp, tmpLdMap))
	if err != nil {
		return nil, err
	}
	outs := outputs(f)
	kept := fit(l.parseLdMap(string(text), outs), outs)
	why, roots, err := l.reasons(kept, entryAddress(f))
	if err != nil {
		return nil, err
	}
	if err := l.findAddresses(f, l.address); err != nil {
		return nil, err
	}
	members := map[string]*Member{}
	for i, k := range kept {
		name := k.file()
		m := members[name]
		if m == nil {
			m = &Member{File: name}
			members[name] = m
		}
		m.Size += k.size
		sec := Section{ID: i + 1, Name: k.section, Out: k.out, Addr: strconv.FormatUint(k.addr, 16), Size: k.size,
			Why: why[i].text, Kind: why[i].kind, For: why[i].name, From: why[i].from + 1}
		for _, to := range why[i].uses {
			if to != i {
				sec.Uses = append(sec.Uses, to+1)
			}
		}
		for _, to := range why[i].optional {
			sec.Optional = append(sec.Optional, to+1)
		}
		sec.Defaults = why[i].defaults
		m.Sections = append(m.Sections, sec)
	}
	first := map[string]int{} // of each object file, its first section
	for i := len(kept) - 1; i >= 0; i-- {
		first[kept[i].file()] = i + 1
	}
	subsystems := map[string]*Subsystem{}
	for _, m := range members {
		for _, at := range l.draws[m.File] {
			m.Draws = append(m.Draws, first[kept[at].file()])
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
	head, err := json.Marshal(MapHead{MapFormat, l.inputs, l.res.SHA256, l.res.Size, l.opt.Kit.Fingerprint, l.res.Profile,
		notNil(l.res.Drivers), notNil(l.res.Symbols), notNil(l.res.Syscalls), l.opt.Linker, l.res.Modules.Names(), l.res.Addresses, l.driverWhy})
	if err != nil {
		return nil, err
	}
	places, err := json.Marshal(outs)
	if err != nil {
		return nil, err
	}
	asked, err := json.Marshal(roots)
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	script, err := l.scriptNames(f, l.nowhere)
	if err != nil {
		return nil, err
	}
	names, err := json.Marshal(script)
	if err != nil {
		return nil, err
	}
	// The head is one line, so that a check for changes need not decode the rest.
	return bytes.Join([][]byte{head[:len(head)-1], []byte(",\n\"outputs\":"), places, []byte(",\n\"roots\":"), asked,
		[]byte(",\n\"subsystems\":"), rest, []byte(",\n\"script_names\":"), names, []byte("}\n")}, nil), nil
}

// entryAddress is the virtual address of the ELF header's entry, which may be a
// physical one.
func entryAddress(f *elf.File) uint64 {
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && f.Entry >= p.Paddr && f.Entry-p.Paddr < p.Memsz {
			return p.Vaddr + f.Entry - p.Paddr
		}
	}
	return f.Entry
}

// fit sorts the sections by address, leaves out what is not in memory, and ends
// each where the next one begins: linkers merge equal strings, but report each
// section with the size that it had before. With the gaps between them, the
// sections of an output add up to its size.
func fit(kept []keptSection, outs []Output) []keptSection {
	end := map[string]uint64{}
	for _, o := range outs {
		addr, _ := strconv.ParseUint(o.Addr, 16, 64)
		end[o.Name] = addr + uint64(o.Size)
	}
	kept = slices.DeleteFunc(kept, func(k keptSection) bool { return k.addr >= end[k.out] })
	slices.SortStableFunc(kept, func(a, b keptSection) int { return cmp.Compare(a.addr, b.addr) })
	for i := range kept {
		k := &kept[i]
		limit := end[k.out]
		if i+1 < len(kept) && kept[i+1].out == k.out {
			limit = min(limit, kept[i+1].addr)
		}
		k.size = min(k.size, int64(limit-k.addr))
	}
	return kept
}

// outputs lists the sections of f that are in memory.
func outputs(f *elf.File) []Output {
	out := []Output{}
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 || s.Size == 0 {
			continue
		}
		out = append(out, Output{Name: s.Name, Addr: strconv.FormatUint(s.Addr, 16), Size: int64(s.Size),
			Write: s.Flags&elf.SHF_WRITE != 0, Exec: s.Flags&elf.SHF_EXECINSTR != 0, Zero: s.Type == elf.SHT_NOBITS})
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

// keptSection is one input section of the linker's map.
type keptSection struct {
	archive string // path; empty for what the linker made itself
	member  string
	section string
	out     string
	addr    uint64
	size    int64
}

func (k keptSection) file() string {
	if k.archive == "" {
		return madeByLinker
	}
	return filepath.Base(k.archive) + "(" + k.member + ")"
}

// parseLdMap reads the linker's map.
func (l *link) parseLdMap(text string, outs []Output) []keptSection {
	switch {
	case l.lld:
		return parseLldMap(text)
	case l.mold:
		return parseMoldMap(text, l.moves, outs)
	}
	return parseGNUMap(text)
}

// split takes "path/libc.a(stdio-printf.o)" apart.
func splitMember(s string) (archive, member string, ok bool) {
	i := strings.LastIndexByte(s, '(')
	if i <= 0 || !strings.HasSuffix(s, ")") {
		return "", "", false
	}
	return s[:i], s[i+1 : len(s)-1], true
}

func parseGNUMap(text string) []keptSection {
	var out []keptSection
	const start = "\nLinker script and memory map"
	i := strings.Index(text, start)
	if i < 0 {
		return nil
	}
	output, pending := "", ""
	for line := range strings.Lines(text[i+len(start):]) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			pending = ""
			continue
		}
		if line[0] != ' ' {
			output = strings.Fields(line)[0]
			pending = ""
			continue
		}
		fields := strings.Fields(line)
		// " .text.name" alone: the rest follows on the next line.
		if len(fields) == 1 && line[1] != ' ' && fields[0][0] != '*' {
			pending = fields[0]
			continue
		}
		if len(line) > 1 && line[1] == ' ' {
			if pending == "" {
				continue
			}
			fields = append([]string{pending}, fields...)
		}
		pending = ""
		if len(fields) < 4 || output == "/DISCARD/" {
			continue
		}
		addr, err1 := strconv.ParseUint(strings.TrimPrefix(fields[1], "0x"), 16, 64)
		size, err2 := strconv.ParseInt(strings.TrimPrefix(fields[2], "0x"), 16, 64)
		archive, member, ok := splitMember(strings.Join(fields[3:], " "))
		if err1 != nil || err2 != nil || size == 0 || addr == 0 || fields[0][0] == '*' {
			continue
		}
		if !ok || linkerMade[fields[0]] {
			archive, member = "", ""
		}
		out = append(out, keptSection{archive, member, fields[0], output, addr, size})
	}
	return out
}

// linkerMade are sections that GNU ld makes and shows as the first file's.
var linkerMade = map[string]bool{
	".dynamic": true, ".gnu.hash": true, ".hash": true, ".dynsym": true, ".dynstr": true,
	".got": true, ".got.plt": true, ".plt": true, ".plt.got": true, ".rela.dyn": true, ".rela.plt": true, ".rela.got": true,
	".gnu.version": true, ".gnu.version_d": true, ".gnu.version_r": true,
}

func parseLldMap(text string) []keptSection {
	var out []keptSection
	output := ""
	for line := range strings.Lines(text) {
		// VMA LMA Size Align, then output section, 8 columns further an input section, 8 further a symbol.
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[0] == "VMA" {
			continue
		}
		rest := strings.Join(fields[4:], " ")
		file, section, isInput := strings.Cut(rest, ":(")
		if !isInput {
			if !strings.Contains(rest, "=") && strings.HasPrefix(rest, ".") {
				output = rest
			}
			continue
		}
		addr, err1 := strconv.ParseUint(fields[0], 16, 64)
		size, err2 := strconv.ParseInt(fields[2], 16, 64)
		if err1 != nil || err2 != nil || size == 0 {
			continue
		}
		archive, member, ok := splitMember(file)
		if !ok {
			archive, member = "", ""
		}
		out = append(out, keptSection{archive, member, strings.TrimSuffix(section, ")"), output, addr, size})
	}
	return out
}
