package elflink

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"
)

// Undefined is a symbol that nothing defines.
type Undefined struct {
	Name      string
	Referrers []string // "archive(member): function", each once, sorted
}

// UndefinedError lists the undefined symbols of a link, each once.
type UndefinedError struct{ Symbols []Undefined }

func (e *UndefinedError) Error() string {
	var parts []string
	for i, u := range e.Symbols {
		if i == 10 {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Symbols)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (wanted by %s)", u.Name, strings.Join(u.Referrers, ", ")))
	}
	return "link: undefined symbols in the kit: " + strings.Join(parts, "; ") + ": define them in the kernel and rebuild the kit"
}

// undefined is the error of names that kept sections refer to and nothing defines. Weak ones are 0, as far as a
// reference reaches that from where the kernel is.
func (l *linker) undefined() error {
	found := map[string][]string{}
	add := func(name, by string) {
		if by == "" || !slices.Contains(found[name], by) {
			found[name] = append(found[name], by)
		}
	}
	done := map[SectionID]bool{}
	for _, u := range l.nowhere {
		if done[u.section] {
			continue
		}
		done[u.section] = true
		s := &l.sections[u.section]
		o := l.objects[s.obj]
		for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
			info := le.Uint64(r[relaInfo:])
			to := l.resolveAt(o, int(info>>32))
			if to.symbol == 0 {
				continue
			}
			t := &l.symbols[to.symbol]
			if t.kind == symUndef || t.kind == symWeakUndef && outOfReach(elf.R_X86_64(uint32(info))) {
				add(t.name, o.file+": "+l.functionAt(u.section, le.Uint64(r)))
			}
		}
	}
	for _, id := range append([]SymbolID{l.entry}, l.rootIDs()...) {
		if s := &l.symbols[id]; s.kind == symUndef && found[s.name] == nil {
			found[s.name] = []string{"the kernel"}
		}
	}
	if len(found) == 0 {
		return nil
	}
	e := &UndefinedError{}
	for name, by := range found {
		slices.Sort(by)
		e.Symbols = append(e.Symbols, Undefined{name, by})
	}
	slices.SortFunc(e.Symbols, func(a, b Undefined) int { return strings.Compare(a.Name, b.Name) })
	return e
}

func (l *linker) rootIDs() []SymbolID {
	out := make([]SymbolID, len(l.in.Roots))
	for i, r := range l.in.Roots {
		out[i] = l.lookup(r.Symbol)
	}
	return out
}

// outOfReach reports whether a field of this type cannot hold the distance to address 0.
func outOfReach(t elf.R_X86_64) bool {
	return t == elf.R_X86_64_PC32 || t == elf.R_X86_64_PLT32
}

// functionAt is the function that an offset of a section is in, or for data the section.
func (l *linker) functionAt(id SectionID, off uint64) string {
	s := &l.sections[id]
	o := l.objects[s.obj]
	for i := range int(o.symbols) {
		at := o.symbol(i)
		if s.has(elf.SHF_EXECINSTR) && uint32(at.shndx()) < o.count && o.ids[at.shndx()] == id && at.typ() == elf.STT_FUNC && off >= at.value() && off-at.value() < at.size() {
			return l.nameOf(o, i)
		}
	}
	return s.name
}
