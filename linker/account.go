package linker

import (
	"bytes"
	"cmp"
	"debug/elf"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Chunk is some bytes of a kernel and what they are.
type Chunk struct {
	File    string `json:"file"`    // "libc.a(stdio-printf.o)", or what else it is, in parentheses
	Section string `json:"section"` // input section; "" for what is no section
	Cause   string `json:"cause"`   // what it is there for in the end, see causeOf
	Bytes   int64  `json:"bytes"`   // in the kernel's file
	Memory  int64  `json:"memory"`  // in memory, once it is loaded
}

// Causes of chunks besides "driver NAME".
const (
	causeProgram = "the program"
	causeKernel  = "the rest of the kernel"
	causeLayout  = "headers and alignment"
)

// Files of chunks that are no archive member's.
const (
	chunkHeaders = "(ELF headers)"
	chunkPadding = "(alignment)"
	chunkLinker  = "(dynamic symbols)"
)

// Account says of every byte of a kernel's file, and of the memory that the
// kernel is loaded into, what it is. m is the kernel's link map. The chunks'
// Bytes add up to the length of the file, their Memory to that of its segments.
func Account(file string, kernel []byte, m *Map) ([]Chunk, error) {
	f, err := elf.NewFile(bytes.NewReader(kernel))
	if err != nil {
		return nil, fmt.Errorf("%s: is no kernel: %w", file, err)
	}
	sections, err := m.byAddress(file)
	if err != nil {
		return nil, err
	}
	chunks := map[[2]string]*Chunk{}
	add := func(file, section, cause string, bytes, memory int64) {
		if bytes == 0 && memory == 0 {
			return
		}
		c := chunks[[2]string{file, section}]
		if c == nil {
			c = &Chunk{File: file, Section: section, Cause: cause}
			chunks[[2]string{file, section}] = c
		}
		c.Bytes += bytes
		c.Memory += memory
	}
	loads := slices.DeleteFunc(slices.Clone(f.Progs), func(p *elf.Prog) bool { return p.Type != elf.PT_LOAD })
	slices.SortStableFunc(loads, func(a, b *elf.Prog) int { return cmp.Compare(a.Off, b.Off) })

	// The file: headers, then segments with padding between them.
	headers := int64(ehSize + phSize*len(f.Progs))
	add(chunkHeaders, "", causeLayout, headers, 0)
	at := headers
	for _, p := range loads {
		if p.Filesz == 0 {
			continue
		}
		if int64(p.Off) < at || p.Filesz > uint64(len(kernel)) || p.Off > uint64(len(kernel))-p.Filesz {
			return nil, fmt.Errorf("%s: its segments lie over each other or outside of the file: link the kernel again", file)
		}
		add(chunkPadding, "", causeLayout, int64(p.Off)-at, 0)
		at = int64(p.Off + p.Filesz)
	}
	add(chunkPadding, "", causeLayout, int64(len(kernel))-at, 0)

	// Each segment: its sections, with padding between them.
	slices.SortStableFunc(loads, func(a, b *elf.Prog) int { return cmp.Compare(a.Vaddr, b.Vaddr) })
	for _, p := range loads {
		end, fileEnd := p.Vaddr+p.Memsz, p.Vaddr+p.Filesz
		part := func(file, section, cause string, from, to uint64) {
			inFile := int64(0)
			if from < fileEnd {
				inFile = int64(min(to, fileEnd) - from)
			}
			add(file, section, cause, inFile, int64(to-from))
		}
		if end < p.Vaddr || fileEnd > end {
			return nil, fmt.Errorf("%s: segment at %#x has a damaged size: link the kernel again", file, p.Vaddr)
		}
		at := p.Vaddr
		for i, s := range sections {
			if s.addr < p.Vaddr || s.addr >= end {
				continue
			}
			// Linkers report sections of strings with the sizes that they had
			// before equal ones were merged: each ends where the next begins.
			to := min(s.addr+s.size, end)
			if i+1 < len(sections) {
				to = min(to, max(sections[i+1].addr, at))
			}
			if from := max(s.addr, at); to > from {
				part(chunkPadding, "", causeLayout, at, from)
				part(s.file, s.name, s.cause, from, to)
				at = to
			}
		}
		part(chunkPadding, "", causeLayout, at, end)
	}
	out := make([]Chunk, 0, len(chunks))
	for _, c := range chunks {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Chunk) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Section, b.Section))
	})
	return out, nil
}

type placed struct {
	addr, size        uint64
	file, name, cause string
}

// byAddress lists the map's sections by their addresses. The linker's own go
// under a name of their own.
func (m *Map) byAddress(file string) ([]placed, error) {
	var out []placed
	byID := map[int]*Section{}
	drivers := map[int]string{} // of sections that lie in a driver's object file
	for _, sub := range m.Subsystems {
		for _, mem := range sub.Members {
			i := slices.IndexFunc(mem.Sections, func(s Section) bool { return s.Kind == KeepDriver })
			for k := range mem.Sections {
				s := &mem.Sections[k]
				byID[s.ID] = s
				if i >= 0 {
					drivers[s.ID] = mem.Sections[i].For
				}
			}
		}
	}
	for _, sub := range m.Subsystems {
		for _, mem := range sub.Members {
			for i := range mem.Sections {
				s := &mem.Sections[i]
				addr, err := strconv.ParseUint(s.Addr, 16, 64)
				if err != nil || s.Size < 0 || addr+uint64(s.Size) < addr {
					return nil, fmt.Errorf("%s: its link map has section %s at %q with %d bytes: link the kernel again", file, s.Name, s.Addr, s.Size)
				}
				p := placed{addr, uint64(s.Size), mem.File, s.Name, causeOf(s, byID, drivers)}
				if s.Kind == KeepLinker {
					p.file = chunkLinker
				}
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b placed) int { return cmp.Compare(a.addr, b.addr) })
	return out, nil
}

// causeOf follows the references back to the first that lies in a driver's object
// file, or else to what asked for the first of them. Of several ways the link map has
// one of the shortest, so that what drivers share counts for one of them.
func causeOf(s *Section, byID map[int]*Section, drivers map[int]string) string {
	for range byID { // a map that anyone wrote may go in circles
		if d := drivers[s.ID]; d != "" && s.Kind != KeepLinker {
			return "driver " + d
		}
		from := byID[s.From]
		if from == nil {
			break
		}
		s = from
	}
	switch s.Kind {
	case KeepDriver:
		return "driver " + s.For
	case KeepSymbol, KeepSyscall, KeepPart, KeepLinker:
		return causeProgram
	}
	return causeKernel
}

// Delta is what two kernels differ in, of one archive member or the like.
type Delta struct {
	File     string         `json:"file"`
	Bytes    int64          `json:"bytes"`  // more in the second kernel's file
	Memory   int64          `json:"memory"` // more in memory
	Sections []SectionDelta `json:"sections"`
}

// SectionDelta is a section that two kernels have in different sizes; 0: not at
// all.
type SectionDelta struct {
	Name  string `json:"name"`
	Cause string `json:"cause"` // what it is there for in the end: "driver virtio_blk", ...
	From  int64  `json:"from"`  // bytes of the file
	To    int64  `json:"to"`
	// The same in memory.
	FromMemory int64 `json:"from_memory"`
	ToMemory   int64 `json:"to_memory"`
}

// Compare says what makes the difference between two kernels, of which [Account]
// gave the chunks. The deltas' Bytes add up to the difference of the files'
// lengths. The largest come first.
func Compare(from, to []Chunk) []Delta {
	type key struct{ file, section string }
	pairs := map[key]*SectionDelta{}
	at := func(c Chunk) *SectionDelta {
		k := key{c.File, c.Section}
		if pairs[k] == nil {
			pairs[k] = &SectionDelta{Name: c.Section, Cause: c.Cause}
		}
		return pairs[k]
	}
	for _, c := range from {
		d := at(c)
		d.From, d.FromMemory = d.From+c.Bytes, d.FromMemory+c.Memory
	}
	for _, c := range to {
		d := at(c)
		d.Cause = c.Cause
		d.To, d.ToMemory = d.To+c.Bytes, d.ToMemory+c.Memory
	}
	files := map[string]*Delta{}
	for k, s := range pairs {
		if s.From == s.To && s.FromMemory == s.ToMemory {
			continue
		}
		d := files[k.file]
		if d == nil {
			d = &Delta{File: k.file}
			files[k.file] = d
		}
		d.Bytes += s.To - s.From
		d.Memory += s.ToMemory - s.FromMemory
		d.Sections = append(d.Sections, *s)
	}
	out := make([]Delta, 0, len(files))
	for _, d := range files {
		slices.SortFunc(d.Sections, func(a, b SectionDelta) int {
			return cmp.Or(cmp.Compare(abs(b.To-b.From), abs(a.To-a.From)), strings.Compare(a.Name, b.Name))
		})
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Delta) int {
		return cmp.Or(cmp.Compare(abs(b.Bytes), abs(a.Bytes)), cmp.Compare(abs(b.Memory), abs(a.Memory)), strings.Compare(a.File, b.File))
	})
	return out
}

func abs(n int64) int64 { return max(n, -n) }
