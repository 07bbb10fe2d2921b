package elflink

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"
)

const stbWeak = elf.STB_WEAK

// symbol is a global name.
type symbol struct {
	name  string
	kind  symbolKind
	typ   elf.SymType
	vis   elf.SymVis // the most constraining of all that objects say
	obj   int32      // that defines it
	sec   SectionID  // that it is in
	value uint64     // offset in the section; of a common symbol its alignment, of an absolute one itself
	size  uint64
	weak  []int32 // objects that define it weakly, whether that counts or not
	out   *output // of a symbol of the layout: that it is in
}

// symbolKind says what is known of a name. A definition takes the place of all that is before it here, a weak one
// of what is before that, and the first of its kind stays.
type symbolKind uint8

const (
	symUnknown   symbolKind = iota
	symWeakUndef            // referred to, weakly
	symUndef                // referred to: an archive's member is taken for it
	symWeak                 // defined weakly
	symCommon               // to be allocated
	symDefined
	symAbsolute
	symLayout // of the layout, or of the linker: has an address when all is laid out
)

func (s *symbol) defined() bool { return s.kind >= symWeak }

// intern returns the number of a name.
func (l *linker) intern(name string) SymbolID {
	id, ok := l.names[name]
	if !ok {
		id = SymbolID(len(l.symbols))
		l.names[name] = id
		l.symbols = append(l.symbols, symbol{name: name, obj: -1})
	}
	return id
}

// resolve reads the objects that GNU ld would link (manual, "--start-group"): the archives in turn, each until it has
// nothing more to give, and over again until none has. A member is taken for a symbol that is referred to and not yet
// defined, not even weakly; that is what lets a kernel's optional parts stay out.
func (l *linker) resolve() error {
	total := 0
	for _, a := range l.in.Archives {
		total += len(a.index)
	}
	l.names = make(map[string]SymbolID, total+total/4)
	l.symbols = make([]symbol, 0, total+total/4)
	l.sections = make([]section, 1, 8192)
	type entry struct {
		symbol SymbolID
		member int64
	}
	index := make([][]entry, len(l.in.Archives))
	for i, a := range l.in.Archives {
		index[i] = make([]entry, len(a.index))
		for j, d := range a.index {
			index[i][j] = entry{l.intern(d.name), d.member}
		}
	}
	for _, r := range l.in.Roots {
		s := &l.symbols[l.intern(r.Symbol)]
		s.kind = symUndef
	}
	l.entry = l.intern(l.in.Layout.Start)
	l.symbols[l.entry].kind = symUndef
	taken := make([]map[int64]bool, len(l.in.Archives))
	take := func(i int, member int64) error {
		taken[i][member] = true
		m, err := l.in.Archives[i].member(member)
		if err != nil {
			return err
		}
		return l.load(i, m)
	}
	for i := range taken {
		taken[i] = map[int64]bool{}
	}
	for _, x := range index[0] {
		if !taken[0][x.member] {
			if err := take(0, x.member); err != nil {
				return err
			}
		}
	}
	for again := true; again; {
		again = false
		for i := range index {
			for more := true; more; {
				more = false
				for _, x := range index[i] {
					if l.symbols[x.symbol].kind != symUndef || taken[i][x.member] {
						continue
					}
					if err := take(i, x.member); err != nil {
						return err
					}
					more, again = true, true
				}
			}
		}
	}
	if len(l.twice) > 0 {
		slices.Sort(l.twice)
		return fmt.Errorf("link: defined twice in the kit: %s: remove one, or make it weak", strings.Join(slices.Compact(l.twice), "; "))
	}
	l.allocateCommon()
	for _, name := range l.in.Layout.names() {
		if s := &l.symbols[l.intern(name)]; !s.defined() {
			s.kind = symLayout
		}
	}
	return nil
}

// load reads an archive's member and resolves its global names.
func (l *linker) load(archive int, m ArchiveMember) error {
	a := l.in.Archives[archive].Name
	o, err := l.readObject(archive, a+"("+m.Name+")", m.Data)
	if err != nil {
		return err
	}
	index := int32(len(l.objects) - 1)
	n := len(o.symtab) / symSize
	o.globals = make([]SymbolID, n-o.local)
	for i := o.local; i < n; i++ {
		at := o.symbol(i)
		name := o.nameOf(at)
		if at.shndx() == elf.SHN_UNDEF && l.in.Rename != nil {
			name = l.in.Rename(a, m.Name, name)
		}
		id := l.intern(name)
		o.globals[i-o.local] = id
		if err := l.define(o, index, &l.symbols[id], at); err != nil {
			return err
		}
	}
	return nil
}

// define adds what an object says of a name.
func (l *linker) define(o *object, index int32, s *symbol, at symbolAt) error {
	if v := at.vis(); v != elf.STV_DEFAULT && (s.vis == elf.STV_DEFAULT || v < s.vis) { // internal < hidden < protected
		s.vis = v
	}
	weak, n := at.bind() == stbWeak, at.shndx()
	kind, sec := symDefined, SectionID(0)
	switch {
	case n == elf.SHN_UNDEF && weak:
		kind = symWeakUndef
	case n == elf.SHN_UNDEF:
		kind = symUndef
	case n == elf.SHN_ABS:
		kind = symAbsolute
	case n == elf.SHN_COMMON:
		kind = symCommon
	case int(n) >= o.count:
		return &ObjectError{o.file, "symbol " + s.name + " is in a missing section"}
	default:
		if sec = o.first + SectionID(n); l.sections[sec].discarded { // another object has the group
			kind = symUndef
		} else if weak {
			kind = symWeak
			s.weak = append(s.weak, index)
		}
		if at.value() > l.sections[sec].size {
			return &ObjectError{o.file, "symbol " + s.name + " is outside of its section"}
		}
	}
	if kind >= symDefined && s.kind >= symDefined {
		l.twice = append(l.twice, fmt.Sprintf("%s (%s and %s)", s.name, l.objects[s.obj].file, o.file))
		return nil
	}
	if kind == symCommon && s.kind == symCommon { // the largest
		s.value, s.size = max(s.value, at.value()), max(s.size, at.size())
		return nil
	}
	if kind > s.kind {
		s.kind = kind
		if s.defined() {
			s.obj, s.sec, s.value, s.size, s.typ = index, sec, at.value(), at.size(), at.typ()
		}
	}
	return nil
}

// allocateCommon makes a section for each common symbol.
func (l *linker) allocateCommon() {
	for i := range l.symbols {
		s := &l.symbols[i]
		if s.kind != symCommon {
			continue
		}
		l.sections = append(l.sections, section{name: "COMMON", obj: s.obj, typ: elf.SHT_NOBITS,
			flags: elf.SHF_ALLOC | elf.SHF_WRITE, align: max(1, min(s.value, maxAlign)), size: s.size})
		s.kind, s.sec, s.value = symDefined, SectionID(len(l.sections)-1), 0
	}
}

// reference is what a relocation's symbol means.
type reference struct {
	symbol SymbolID // of a global name, or -1
	sec    SectionID
	value  uint64 // offset in the section
	abs    bool   // value is the address itself
	name   string
	typ    elf.SymType
}

// resolveAt returns what entry i of an object's symbol table means. One that is nowhere has no section.
func (l *linker) resolveAt(o *object, i int) reference {
	at := o.symbol(i)
	if i >= o.local {
		id := o.globals[i-o.local]
		s := &l.symbols[id]
		return reference{id, s.sec, s.value, s.kind == symAbsolute, s.name, s.typ}
	}
	r := reference{symbol: -1, value: at.value(), name: o.nameOf(at), typ: at.typ()}
	switch n := at.shndx(); {
	case n == elf.SHN_ABS:
		r.abs = true
	case n > 0 && int(n) < o.count:
		r.sec = o.first + SectionID(n)
	}
	return r
}
