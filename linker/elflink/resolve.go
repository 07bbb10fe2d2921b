package elflink

import (
	"debug/elf"
	"fmt"
	"math/bits"
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
	if n := l.in.Index.find(name); n >= 0 {
		return l.internIndexed(n)
	}
	id, ok := l.others[name]
	if !ok {
		id = l.addSymbol(name)
		l.others[name] = id
	}
	return id
}

// internIndexed returns the number of the index's name n.
func (l *linker) internIndexed(n int32) SymbolID {
	if l.numbers[n] == 0 {
		l.numbers[n] = l.addSymbol(l.in.Index.name(n))
	}
	return l.numbers[n]
}

func (l *linker) addSymbol(name string) SymbolID {
	l.symbols = append(roomier(l.symbols), symbol{name: name, obj: -1})
	return SymbolID(len(l.symbols) - 1)
}

// lookup returns the number of a name, or 0 if the link has not met it.
func (l *linker) lookup(name string) SymbolID {
	if n := l.in.Index.find(name); n >= 0 {
		return l.numbers[n]
	}
	return l.others[name]
}

// resolve reads the objects that GNU ld would link (manual, "--start-group"): the archives in turn, each until it has
// nothing more to give, and over again until none has. A member is taken for a symbol that is referred to and not yet
// defined, not even weakly; that is what lets a kernel's optional parts stay out.
func (l *linker) resolve() error {
	x := l.in.Index
	l.numbers, l.others = make([]SymbolID, x.nameCount()), map[string]SymbolID{}
	l.symbols, l.sections = make([]symbol, 1, 800+4*len(l.in.Roots)), make([]section, 1, 1200+8*len(l.in.Roots)) // about as many as there will be
	l.classes = l.in.Layout.classify(x.classes)
	if err := l.openFiles(); err != nil {
		return err
	}
	for _, r := range l.in.Roots {
		s := &l.symbols[l.intern(r.Symbol)]
		s.kind = symUndef
	}
	l.entry = l.intern(l.in.Layout.Start)
	l.symbols[l.entry].kind = symUndef
	taken := make([]bool, x.memberCount())
	for e := range x.definitions(0) {
		if _, member, ok := x.definition(0, e); ok && !taken[member] {
			taken[member] = true
			if err := l.load(member); err != nil {
				return err
			}
		}
	}
	for again := true; again; {
		again = false
		for i := range x.archives {
			for more := true; more; {
				more = false
				for e := range x.definitions(i) {
					name, member, ok := x.definition(i, e)
					if !ok || l.symbols[l.numbers[name]].kind != symUndef || taken[member] {
						continue
					}
					taken[member] = true
					if err := l.load(member); err != nil {
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
	if err := l.allocateCommon(); err != nil {
		return err
	}
	for _, name := range l.in.Layout.names() {
		if s := &l.symbols[l.intern(name)]; !s.defined() {
			s.kind = symLayout
		}
	}
	return nil
}

// load reads an archive's member and resolves its global names.
func (l *linker) load(member int32) error {
	o, err := l.loadMember(member)
	if err != nil {
		return err
	}
	if err := l.discardGroups(o); err != nil {
		return err
	}
	x := l.in.Index
	n := int(o.symbols)
	o.globals = make([]SymbolID, n-int(o.local))
	for i := range o.globals {
		at := o.symbol(int(o.local) + i)
		number := le.Uint32(at)
		if number >= uint32(x.nameCount()) {
			return l.damaged(o)
		}
		var id SymbolID
		if at.shndx() == elf.SHN_UNDEF && l.in.Rename != nil {
			id = l.intern(l.in.Rename(x.archives[o.archive].name, o.name, x.name(int32(number))))
		} else {
			id = l.internIndexed(int32(number))
		}
		o.globals[i] = id
		if err := l.define(o, &l.symbols[id], at); err != nil {
			return err
		}
	}
	return nil
}

// define adds what an object says of a name.
func (l *linker) define(o *object, s *symbol, at symbolAt) error {
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
	case uint32(n) >= o.count:
		return &ObjectError{o.file, "symbol " + s.name + " is in a missing section"}
	default:
		if sec = l.sectionOf(o, int(n)); sec == 0 {
			return &ObjectError{o.file, "symbol " + s.name + " is in a section that is not loaded"}
		}
		if l.sections[sec].discarded { // another object has the group
			kind = symUndef
		} else if weak {
			kind = symWeak
			s.weak = append(s.weak, o.index)
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
			s.obj, s.sec, s.value, s.size, s.typ = o.index, sec, at.value(), at.size(), at.typ()
		}
	}
	return nil
}

// allocateCommon makes a section for each common symbol.
func (l *linker) allocateCommon() error {
	for i := range l.symbols {
		s := &l.symbols[i]
		if s.kind != symCommon {
			continue
		}
		align := max(1, s.value)
		if bits.OnesCount64(align) != 1 || align > maxAlign || s.size > maxArchive {
			return &ObjectError{l.objects[s.obj].file, fmt.Sprintf("common symbol %s has %d bytes aligned to %d", s.name, s.size, align)}
		}
		l.sections = append(l.sections, section{name: commonName, obj: s.obj, typ: elf.SHT_NOBITS,
			flags: elf.SHF_ALLOC | elf.SHF_WRITE, align: uint32(align), size: s.size, record: -1, at: noContent, class: uint16(len(l.classes) - 1)})
		s.kind, s.sec, s.value = symDefined, SectionID(len(l.sections)-1), 0
	}
	return nil
}

// reference is what a relocation's symbol means.
type reference struct {
	symbol SymbolID // of a global name, or 0
	sec    SectionID
	value  uint64 // offset in the section
	abs    bool   // value is the address itself
	lost   bool   // it is in a section that is not loaded
	typ    elf.SymType
}

// resolveAt returns what entry i of an object's symbol table means. One that is nowhere has no section.
func (l *linker) resolveAt(o *object, i int) reference {
	switch {
	case i >= int(o.symbols): // of a damaged index
		return reference{}
	case i >= int(o.local):
		return l.referTo(o.globals[i-int(o.local)])
	}
	at := o.symbol(i)
	r := reference{value: at.value(), typ: at.typ()}
	switch n := at.shndx(); {
	case n == elf.SHN_ABS:
		r.abs = true
	case n > 0 && uint32(n) < o.count:
		r.sec = l.sectionOf(o, int(n))
		r.lost = r.sec == 0
	}
	return r
}

// referTo is a reference to a global name.
func (l *linker) referTo(id SymbolID) reference {
	s := &l.symbols[id]
	return reference{symbol: id, sec: s.sec, value: s.value, abs: s.kind == symAbsolute, typ: s.typ}
}

// nameAt is the name of entry i of an object's symbol table, as the link has it.
func (l *linker) nameAt(o *object, i int) string {
	if i >= int(o.local) {
		return l.symbols[o.globals[i-int(o.local)]].name
	}
	return l.nameOf(o, i)
}
