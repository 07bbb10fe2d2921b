package elflink

import (
	"debug/elf"
	"slices"
)

// Cause is what keeps a section.
type Cause uint8

const (
	causeNone      Cause = iota
	CauseEntry           // the kernel starts there
	CauseRoot            // Input.Roots asks for it
	CauseReference       // another kept section refers to it
	CauseAlways          // the layout keeps it, of the archive that is linked whole
	CauseAlong           // the layout keeps it along with a kept section of the same object
	CauseUnneeded        // the layout keeps it, though nothing else of its object is kept
	CauseMade            // the linker made it
)

// reason is what keeps a section, and what it keeps itself.
type reason struct {
	cause Cause
	root  int32     // of CauseRoot: index in Input.Roots
	via   int32     // of CauseReference: entry of the symbol table of from's object
	from  SectionID // that refers to it
}

// WeakSection is a section of a weak definition, which is not linked since there is another.
type WeakSection struct {
	To     SectionID // the section with the other definition
	Object string    // file
	Name   string
	Size   int64
}

// KeptRoot is a root and the section that it is in.
type KeptRoot struct {
	Cause   Cause // CauseEntry, CauseRoot or CauseAlways
	Index   int   // of CauseRoot: in Input.Roots
	Name    string
	Section SectionID
}

// live marks what is kept, breadth first from the roots: sections that a relocation of a kept section refers to. The
// first path that leads to a section is what keeps it. Late roots come after all others, so that they keep only what nothing else
// needs; then what the layout keeps of every object.
func (l *linker) live() error {
	l.discard()
	if s := &l.symbols[l.entry]; s.defined() {
		l.markRoot(l.entry, KeptRoot{Cause: CauseEntry, Name: s.name})
	}
	if id := l.lookup(l.in.Layout.Entry); id != 0 {
		if s := &l.symbols[id]; s.defined() && id != l.entry {
			l.markRoot(id, KeptRoot{Cause: CauseEntry, Name: s.name})
		}
	}
	for _, late := range []bool{false, true} {
		for i, r := range l.in.Roots {
			if r.Late == late {
				l.markRoot(l.lookup(r.Symbol), KeptRoot{Cause: CauseRoot, Index: i, Name: r.Symbol})
			}
		}
		l.walk()
	}
	var keep []SectionID // with KEEP in the layout
	for i := range l.sections {
		if s := &l.sections[i]; s.candidate() && l.classes[s.class].keep.match(s.name) {
			keep = append(keep, SectionID(i))
		}
	}
	for _, id := range keep {
		s := &l.sections[id]
		if l.objects[s.obj].archive == 0 {
			l.roots = append(l.roots, KeptRoot{Cause: CauseAlways, Name: s.name, Section: id})
			l.mark(id, reason{cause: CauseAlways})
		}
	}
	l.walk()
	l.keepAlong(keep)
	for _, id := range keep {
		l.mark(id, reason{cause: CauseUnneeded})
		l.walk()
		l.keepAlong(keep)
	}
	err := l.undefined()
	l.sealed = true
	return err
}

// candidate reports whether the section can be part of the kernel.
func (s *section) candidate() bool { return s.has(elf.SHF_ALLOC) && !s.discarded }

// discard leaves out what the layout has no place for.
func (l *linker) discard() {
	for i := range l.sections {
		if s := &l.sections[i]; s.has(elf.SHF_ALLOC) && l.classes[s.class].discard.match(s.name) {
			s.discarded = true
		}
	}
}

func (l *linker) markRoot(id SymbolID, r KeptRoot) {
	s := &l.symbols[id]
	if s.sec == 0 {
		return
	}
	r.Section = s.sec
	l.roots = append(l.roots, r)
	l.useWhole(s.sec)
	l.mark(s.sec, reason{cause: r.Cause, root: int32(r.Index)})
}

// useWhole notes that all of a mergeable section is used.
func (l *linker) useWhole(id SectionID) {
	if s := &l.sections[id]; l.mergeable(s) && (s.cut == nil || !s.cut.whole) {
		s.cut = &pieces{whole: true}
		for at := uint64(0); at < s.size; at += max(1, uint64(s.entsize)) {
			l.pieceUse = append(l.pieceUse, place{id, at})
		}
	}
}

func (l *linker) mark(id SectionID, r reason) {
	if s := &l.sections[id]; s.why.cause == causeNone && s.candidate() {
		s.why = r
		l.objects[s.obj].live = true
		l.order = append(l.order, id)
	}
}

// nameOfReason is the symbol that is referred to.
func (l *linker) nameOfReason(r *reason) string {
	if r.cause != CauseReference {
		return ""
	}
	return l.nameAt(l.objects[l.sections[r.from].obj], int(r.via))
}

// walk follows the relocations of what was marked since the last time.
func (l *linker) walk() {
	for ; l.walked < len(l.order); l.walked++ {
		at := l.order[l.walked]
		o := l.objects[l.sections[at].obj]
		for r := l.relas(&l.sections[at]); len(r) > 0; r = r[relaSize:] {
			info := le.Uint64(r[relaInfo:])
			to := l.resolveAt(o, int(info>>32))
			if to.sec == 0 {
				if to.symbol != 0 {
					l.nowhere = append(l.nowhere, user{to.symbol, at})
				}
				continue
			}
			if l.sections[to.sec].has(elf.SHF_MERGE) {
				l.pieceUse = append(l.pieceUse, l.piecePlace(to, le.Uint64(r[relaAddend:])))
			}
			if !l.sections[to.sec].live() {
				l.mark(to.sec, reason{cause: CauseReference, via: int32(info >> 32), from: at})
			}
		}
	}
}

// user is a section that refers to a symbol.
type user struct {
	symbol  SymbolID
	section SectionID
}

// piecePlace is the place of a mergeable section that a relocation refers to: a section's symbol stands for
// the piece that the addend names, any other for its own.
func (l *linker) piecePlace(to reference, addend uint64) place {
	if to.typ == elf.STT_SECTION {
		return place{to.sec, to.value + addend}
	}
	return place{to.sec, to.value}
}

// keepAlong marks what the layout keeps of objects of which something is kept.
func (l *linker) keepAlong(keep []SectionID) {
	first := map[int32]SectionID{}
	for again := true; again; {
		again = false
		for _, id := range l.order {
			if o := l.sections[id].obj; first[o] == 0 || id < first[o] {
				first[o] = id
			}
		}
		for _, id := range keep {
			if s := &l.sections[id]; !s.live() && l.objects[s.obj].live {
				l.mark(id, reason{cause: CauseAlong, from: first[s.obj]})
				again = true
			}
		}
		l.walk()
	}
}

// usage is what a section refers to, each section once; optional are those that it would do without, with a weak definition,
// were they not linked.
type usage struct {
	uses, optional []SectionID
	defaults       []WeakSection
}

// usageOf says in u what a kept section refers to. Seen holds for each section which used it last.
func (l *linker) usageOf(u *usage, id SectionID, seen []SectionID) {
	u.uses, u.optional, u.defaults = u.uses[:0], u.optional[:0], u.defaults[:0]
	s := &l.sections[id]
	o := l.objects[s.obj]
	var instead []SymbolID
	for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
		to := l.resolveAt(o, int(le.Uint64(r[relaInfo:])>>32))
		if to.sec == 0 || !l.sections[to.sec].live() || to.sec == id && to.symbol == 0 {
			continue
		}
		if to.symbol != 0 && l.hasDefault(to.symbol) {
			if !slices.Contains(instead, to.symbol) {
				instead = append(instead, to.symbol)
				u.optional = append(u.optional, to.sec)
				u.defaults = append(u.defaults, l.defaultsOf(to.symbol, s.obj)...)
			}
		} else if seen[to.sec] != id {
			seen[to.sec] = id
			u.uses = append(u.uses, to.sec)
		}
	}
}

// hasDefault reports whether a weak definition would do in place of a symbol's, were its object not linked.
func (l *linker) hasDefault(id SymbolID) bool {
	s := &l.symbols[id]
	return s.kind == symDefined && slices.ContainsFunc(s.weak, func(o int32) bool { return o != s.obj && l.known(o) })
}

// known reports whether something of an object is kept, or is linked in every kernel.
func (l *linker) known(object int32) bool {
	o := l.objects[object]
	return o.live || o.archive == 0
}

// defaultsOf lists what takes the place of a definition if its object is not linked: the weak one in the object from
// that refers to it, or else in another, and what that alone refers to there.
func (l *linker) defaultsOf(symbol SymbolID, from int32) []WeakSection {
	s := &l.symbols[symbol]
	if !slices.Contains(s.weak, from) {
		from = s.weak[slices.IndexFunc(s.weak, l.known)]
	}
	o := l.objects[from]
	var out []WeakSection
	seen := map[SectionID]bool{}
	var add func(id SectionID)
	add = func(id SectionID) {
		x := &l.sections[id]
		if id == 0 || seen[id] || x.live() {
			return
		}
		seen[id] = true
		out = append(out, WeakSection{s.sec, o.file, x.name, int64(x.size)})
		for r := l.relas(x); len(r) > 0; r = r[relaSize:] {
			if i := int(le.Uint64(r[relaInfo:]) >> 32); i < int(o.local) {
				add(l.resolveAt(o, i).sec)
			}
		}
	}
	for i := range o.globals {
		if at := o.symbol(int(o.local) + i); o.globals[i] == symbol && at.shndx() != elf.SHN_UNDEF {
			if n := int(at.shndx()); n < int(o.count) {
				add(l.sectionOf(o, n))
			}
		}
	}
	return out
}

// drawn lists for each object of which something is kept the kept sections whose objects are linked for it: they
// define what it refers to, wherever that reference is. Where a weak definition is at hand, no object is looked for.
func (l *linker) drawn() [][]SectionID {
	out := make([][]SectionID, len(l.objects))
	for i, o := range l.objects {
		if !l.known(int32(i)) {
			continue
		}
		for j, id := range o.globals {
			at, s := o.symbol(int(o.local)+j), &l.symbols[id]
			if at.shndx() == elf.SHN_UNDEF && at.bind() != stbWeak && s.sec != 0 && s.obj != int32(i) &&
				!slices.ContainsFunc(s.weak, l.known) && l.sections[s.sec].live() {
				out[i] = append(out[i], s.sec)
			}
		}
	}
	return out
}
