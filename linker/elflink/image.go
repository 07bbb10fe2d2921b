package elflink

import (
	"cmp"
	"debug/elf"
	"slices"
)

// Image is a linked kernel.
type Image struct {
	Kernel   []byte   // the file: what is loaded, without sections
	Debug    []byte   // an executable with all symbols and debugging information, if Input.Debug asks for it
	Exported []string // dynamic symbols, sorted

	Outputs []OutputRange
	Kept    []KeptSection // in the order of their addresses
	Roots   []KeptRoot    // each Section is an index of Kept
	Symbols []Symbol      // functions, data and labels, in the order of their addresses
	Names   []LayoutName  // in the order of the layout
	Passes  []Pass

	defined  func(name string) (uint64, bool)
	contents map[string][]byte // by output
}

// Address is that of a global name, which need not be exported.
func (m *Image) Address(name string) (uint64, bool) { return m.defined(name) }

// OutputRange is a section of the kernel.
type OutputRange struct {
	Name        string
	Addr, Size  uint64
	Write, Exec bool
	Zero        bool // takes no room in the file
}

// KeptSection is a section of an object that is part of the kernel, or one that the linker made.
type KeptSection struct {
	Object string // archive(member); "" if the linker made it
	Number int    // of the object among those of the link; -1 if the linker made it
	Name   string
	Out    string
	Addr   uint64
	Size   uint64

	Cause Cause
	Root  int    // of CauseRoot: index in Input.Roots
	For   string // of CauseReference: the symbol that is referred to
	From  int    // of CauseReference and CauseAlong: index in Image.Kept, or -1
	// Indices in Image.Kept, sorted: what it refers to, optional what it would do without, with a weak definition.
	Uses, Optional []int
	Defaults       []WeakDefault // what would take the place of optional ones
	Draws          []int         // sections of other objects that are linked for this one's object; the same for all of its sections
}

// WeakDefault is a section of a weak definition that is not linked, since there is another in Kept[To].
type WeakDefault struct {
	To   int
	Of   string // object and section
	Size int64
}

// LayoutName is an address that the layout names.
type LayoutName struct {
	Name  string
	Addr  uint64
	Users []int // indices in Image.Kept of what refers to it, sorted
}

// Symbol is a name for a place in the kernel.
type Symbol struct {
	Name       string
	Addr, Size uint64
}

// describe fills the image's lists.
func (l *linker) describe() error {
	m := &l.image
	m.contents = map[string][]byte{}
	for _, o := range l.outs {
		m.contents[o.def.Name] = o.data
		m.Outputs = append(m.Outputs, OutputRange{o.def.Name, o.addr, o.size, o.flags&elf.SHF_WRITE != 0, o.flags&elf.SHF_EXECINSTR != 0, o.data == nil})
	}
	type kept struct {
		id         SectionID // 0: a table
		made       Made
		addr, size uint64
		out        *output
	}
	list := make([]kept, 0, len(l.order)+len(l.madeIn))
	for _, id := range l.order {
		s := &l.sections[id]
		k := kept{id: id, addr: s.addr, size: s.size, out: s.out}
		if s.pool != nil {
			start, end := s.owned()
			k.addr, k.size = s.pool.addr+start, end-start
			if end == 0 { // all its strings are others' too
				k.addr = l.firstPiece(s)
			}
		}
		if s.size > 0 {
			list = append(list, k)
		}
	}
	for t, o := range l.madeIn {
		if o != nil {
			list = append(list, kept{made: Made(t), addr: l.madeAt[t], size: uint64(len(l.made(Made(t)))), out: o})
		}
	}
	slices.SortFunc(list, func(a, b kept) int {
		return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(a.id, b.id), cmp.Compare(a.made, b.made))
	})
	at := make([]int, len(l.sections)) // index in list
	for i := range at {
		at[i] = -1
	}
	for i, k := range list {
		if k.id != 0 {
			at[k.id] = i
		}
	}
	var room []int // for lists, many at a time
	indices := func(ids []SectionID) []int {
		if len(ids) == 0 {
			return nil
		}
		if cap(room)-len(room) < len(ids) {
			room = make([]int, 0, max(1<<12, len(ids)))
		}
		out := room[len(room):]
		for _, id := range ids {
			if at[id] >= 0 {
				out = append(out, at[id])
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
		if room = room[:len(room)+len(out)]; len(out) == 0 {
			return nil
		}
		return out[:len(out):len(out)]
	}
	drawn := l.drawn()
	draws := make([][]int, len(drawn))
	for i := range drawn {
		draws[i] = indices(drawn[i])
	}
	seen := make([]SectionID, len(l.sections))
	m.Kept = make([]KeptSection, len(list))
	var u usage
	for i, k := range list {
		x := KeptSection{Number: -1, Out: k.out.def.Name, Addr: k.addr, Size: k.size, From: -1, Cause: CauseMade}
		if k.id == 0 {
			x.Name = madeNames[k.made]
		} else {
			s := &l.sections[k.id]
			x.Object, x.Number, x.Name = l.objects[s.obj].file, int(s.obj), s.name
			x.Cause, x.Root, x.For = s.why.cause, int(s.why.root), l.nameOfReason(&s.why)
			if s.why.from != 0 {
				x.From = at[s.why.from]
			}
			l.usageOf(&u, k.id, seen)
			x.Uses, x.Optional, x.Draws = indices(u.uses), indices(u.optional), draws[s.obj]
			for _, d := range u.defaults {
				x.Defaults = append(x.Defaults, WeakDefault{at[d.To], d.Object + " " + d.Name, d.Size})
			}
		}
		m.Kept[i] = x
	}
	for _, r := range l.roots {
		if r.Section = SectionID(at[r.Section]); r.Section >= 0 {
			m.Roots = append(m.Roots, r)
		}
	}
	users := map[string][]SectionID{}
	for _, u := range l.nowhere {
		if s := &l.symbols[u.symbol]; s.kind == symLayout {
			users[s.name] = append(users[s.name], u.section)
		}
	}
	for i := range m.Names {
		m.Names[i].Users = indices(users[m.Names[i].Name])
	}
	m.defined = func(name string) (uint64, bool) {
		id := l.lookup(name)
		if id == 0 || l.symbols[id].sec == 0 || !l.sections[l.symbols[id].sec].live() {
			return 0, false
		}
		return l.addressOf(l.symbols[id].sec, l.symbols[id].value), true
	}
	return nil
}

// firstPiece is the address of a section's first used piece.
func (l *linker) firstPiece(s *section) uint64 {
	for i := range s.cut.list {
		if p := &s.cut.list[i]; p.used {
			return s.pool.addr + p.to
		}
	}
	return s.pool.addr
}

// Content is what the file has of an output; nil if it has none.
func (m *Image) Content(name string) []byte { return m.contents[name] }
