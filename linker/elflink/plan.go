package elflink

import (
	"debug/elf"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Layout says what lies where in a kernel.
type Layout struct {
	Base     uint64            // address of the first segment
	Offset   uint64            // of virtual addresses from physical ones
	Absolute map[string]uint64 // names of numbers
	Start    string            // symbol that is always linked: where the kernel starts
	Entry    string            // symbol that the ELF header has as the entry, as a physical address, if it is linked; or else Start
	First    string            // name of the first address
	End      string            // name of the first page behind the last segment
	Segments []Segment         // each begins on a page
	Discard  []string          // sections that are left out
}

// Segment is loaded with the same rights.
type Segment struct {
	Flags   elf.ProgFlag
	Outputs []Output
}

// Output is a section of the linked kernel.
type Output struct {
	Name   string
	NoBits bool // takes no room in the file
	Parts  []Part
}

// Part is one of: a name for the place where it stands, an alignment of it, sections of objects, a table that the linker makes.
type Part struct {
	Define string
	Align  uint64
	Made   Made

	Take []string // names of sections; * at the end stands for the rest
	// Of these members of an archive alone, or of all others. A section goes to the first part that takes it.
	From, NotFrom string
	Sort          Order
	Keep          bool // they are kept with any object that is linked
}

// Order is the order of a part's sections; those that are equal stay in the order in which their objects were linked.
type Order uint8

const (
	AsLinked    Order = iota
	ByName            // of the section
	ByAlignment       // the largest first
)

// Made is a table that the linker makes.
type Made uint8

const (
	NotMade Made = iota
	GNUHash
	DynSym
	DynStr
	GOT
	Dynamic
)

var madeNames = [...]string{GNUHash: ".gnu.hash", DynSym: ".dynsym", DynStr: ".dynstr", GOT: ".got", Dynamic: ".dynamic"}

// names are those that the layout defines.
func (p *Layout) names() []string {
	out := append([]string{p.First, p.End, dynamicSymbol}, slices.Sorted(maps.Keys(p.Absolute))...)
	for i := range p.Segments {
		for j := range p.Segments[i].Outputs {
			for _, part := range p.Segments[i].Outputs[j].Parts {
				if part.Define != "" {
					out = append(out, part.Define)
				}
			}
		}
	}
	return out
}

// parts calls f for each part until it returns false.
func (p *Layout) parts(f func(o *Output, part *Part) bool) {
	for i := range p.Segments {
		for j := range p.Segments[i].Outputs {
			o := &p.Segments[i].Outputs[j]
			for k := range o.Parts {
				if !f(o, &o.Parts[k]) {
					return
				}
			}
		}
	}
}

// kept lists the names of sections that are kept with any object.
func (p *Layout) kept() []string {
	var out []string
	p.parts(func(_ *Output, part *Part) bool {
		if part.Keep {
			out = append(out, part.Take...)
		}
		return true
	})
	return out
}

// matchesAny reports whether a section's name is among patterns.
func matchesAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if start, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(name, start) || p == name {
			return true
		}
	}
	return false
}

// assign finds the part of the layout for each kept section, and checks it. A section without a part would be nowhere.
func (l *linker) assign() error {
	for _, id := range l.order {
		s := &l.sections[id]
		archive := l.in.Index.archives[l.objects[s.obj].archive].name
		for i := range l.classes[s.class].parts {
			p := &l.classes[s.class].parts[i]
			if p.take.match(s.name) && (p.From == "" || p.From == archive) && (p.NotFrom == "" || p.NotFrom != archive) {
				s.part = p.Part
				break
			}
		}
		if err := l.check(s); err != nil {
			return err
		}
		if s.part == nil {
			return fmt.Errorf("%s: the kernel's layout has no place for section %s", l.objects[s.obj].file, s.name)
		}
	}
	return nil
}
