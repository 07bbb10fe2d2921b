package linker

import (
	"fmt"
	"slices"
	"strings"
)

// laidSection is a section to be placed by a script.
type laidSection struct {
	name   string
	size   uint64
	align  uint64
	nobits bool
	addr   uint64 // given by place
}

// laidOutput is an output section of a script with what was placed in it.
type laidOutput struct {
	name       string
	addr, size uint64
	paddr      uint64
	align      uint64
	nobits     bool // takes no room in the file
	phdrs      []string
	sections   []*laidSection
}

// layout is what a script makes of a list of sections.
type layout struct {
	outs    []*laidOutput
	symbols map[string]uint64 // that the script assigns within SECTIONS
	state   *scriptState
}

// place gives every section an address, as GNU ld does with the same script
// (manual, "SECTIONS Command"). A section that no statement takes is an error.
func (s *ldScript) place(sections []*laidSection) (*layout, error) {
	st := &scriptState{symbols: map[string]uint64{}, addr: map[string]uint64{}}
	l := &layout{symbols: map[string]uint64{}, state: st}
	// Those that need a linked symbol have their value later, see entryPoint.
	for _, a := range s.assigns {
		if v, err := a.value(st); err == nil {
			st.symbols[a.symbol] = v
		}
	}
	taken := map[*laidSection]bool{}
	for _, x := range sections {
		taken[x] = matchesAny(s.discard, x.name)
	}
	assign := func(a *assignment) error {
		v, err := a.value(st)
		if err != nil {
			return err
		}
		if a.symbol == "." {
			st.dot = v
		} else {
			st.symbols[a.symbol], l.symbols[a.symbol] = v, v
		}
		return nil
	}
	for _, stmt := range s.stmts {
		if stmt.assign != nil {
			if err := assign(stmt.assign); err != nil {
				return nil, err
			}
			continue
		}
		if err := l.placeOutput(stmt.out, sections, taken, assign); err != nil {
			return nil, err
		}
	}
	for _, x := range sections {
		if !taken[x] {
			return nil, fmt.Errorf("%s: no statement takes section %s", s.file, x.name)
		}
	}
	return l, nil
}

func (l *layout) placeOutput(def *scriptOutput, sections []*laidSection, taken map[*laidSection]bool, assign func(*assignment) error) error {
	st := l.state
	o := &laidOutput{name: def.name, align: 1, phdrs: def.phdrs, nobits: true}
	if len(o.phdrs) == 0 && len(l.outs) > 0 {
		o.phdrs = l.outs[len(l.outs)-1].phdrs
	}
	chosen := make([][]*laidSection, len(def.body)) // by statement
	for i, b := range def.body {
		if b.input == nil {
			continue
		}
		for _, x := range sections {
			if !taken[x] && b.input.matches(x.name) {
				taken[x] = true
				chosen[i] = append(chosen[i], x)
				o.align = max(o.align, x.align)
				o.nobits = o.nobits && x.nobits
			}
		}
		if b.input.sorted {
			slices.SortStableFunc(chosen[i], func(a, b *laidSection) int { return strings.Compare(a.name, b.name) })
		}
	}
	o.nobits = o.nobits || def.noload
	start := st.dot
	st.dot = alignUp(st.dot, o.align)
	o.addr = st.dot
	st.addr[o.name] = o.addr
	for i, b := range def.body {
		if b.assign != nil {
			if err := assign(b.assign); err != nil {
				return err
			}
		}
		for _, x := range chosen[i] {
			st.dot = alignUp(st.dot, x.align)
			x.addr = st.dot
			st.dot += x.size
			o.sections = append(o.sections, x)
		}
	}
	o.size = st.dot - o.addr
	if strings.HasPrefix(o.name, ".tbss") { // a thread's, not the image's
		st.dot = start
	}
	o.paddr = o.addr
	if def.at != nil {
		var err error
		if o.paddr, err = def.at(st); err != nil {
			return err
		}
	}
	l.outs = append(l.outs, o)
	return nil
}

// entryPoint is the value of the script's ENTRY; linked finds the symbols of
// the linked program.
func (s *ldScript) entryPoint(l *layout, linked func(string) (uint64, bool)) (uint64, error) {
	l.state.linked = linked
	for _, a := range s.assigns {
		if a.symbol == s.entry {
			return a.value(l.state)
		}
	}
	v, ok := linked(s.entry)
	if !ok {
		return 0, fmt.Errorf("%s: the entry point %s is not linked", s.file, s.entry)
	}
	return v, nil
}
