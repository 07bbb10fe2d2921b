package elflink

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
)

// piece is a string or a constant of a mergeable section.
type piece struct {
	off, size uint64 // in the section
	to        uint64 // in the pool
	used      bool
	owner     bool // it was placed for this section, not for another with an equal piece
}

// pieces are those of a mergeable section.
type pieces struct {
	list  []piece // sorted by offset
	whole bool    // all of them are used
}

// poolKind tells which pieces may be one: what is read the same way and lies equally aligned.
type poolKind struct {
	part    *Part
	strings bool
	entsize uint64
	align   uint64
}

// pool holds the pieces of mergeable sections, each once, in the order of their sections.
type pool struct {
	kind poolKind
	data []byte
	from []SectionID // in the order of the layout
	out  *output
	addr uint64
}

// mergePieces takes mergeable sections apart, drops the pieces that nothing refers to and makes one of those that are
// equal. Strings that end another one are part of it, as GNU ld has it.
func (l *linker) mergePieces() error {
	byKind := map[poolKind]*pool{}
	slices.SortFunc(l.pieceUse, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.section, b.section), cmp.Compare(a.offset, b.offset))
	})
	uses := slices.Compact(l.pieceUse)
	for len(uses) > 0 {
		id := uses[0].section
		n := slices.IndexFunc(uses, func(p place) bool { return p.section != id })
		if n < 0 {
			n = len(uses)
		}
		used := uses[:n]
		uses = uses[n:]
		s := &l.sections[id]
		if !s.live() || !l.mergeable(s) {
			continue
		}
		if err := l.split(s, used); err != nil {
			return err
		}
		k := poolKind{s.part, s.has(elf.SHF_STRINGS), uint64(s.entsize), uint64(s.align)}
		p := byKind[k]
		if p == nil {
			p = &pool{kind: k}
			byKind[k] = p
			l.pools = append(l.pools, p)
		}
		p.from = append(p.from, id)
		s.pool = p
	}
	for _, p := range l.pools {
		p.fill(l)
	}
	return nil
}

// mergeable reports whether the section can be taken apart. One with relocations, or with entries that are not
// whole, is left as it is.
func (l *linker) mergeable(s *section) bool {
	return s.has(elf.SHF_MERGE) && !s.has(elf.SHF_WRITE|elf.SHF_TLS) && s.entsize > 0 && s.size > 0 && s.relas == 0 && s.at != noContent &&
		s.size%uint64(s.entsize) == 0 && (!s.has(elf.SHF_STRINGS) || endsInZero(l.content(s), uint64(s.entsize)))
}

func endsInZero(data []byte, width uint64) bool {
	return isZero(data[uint64(len(data))-width:])
}

func isZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// split lists the pieces of a section and marks those that the uses, sorted, lie in.
func (l *linker) split(s *section, uses []place) error {
	data := l.content(s)
	if s.cut == nil {
		s.cut = &pieces{}
	}
	for off := uint64(0); off < s.size; {
		size := uint64(s.entsize)
		if s.has(elf.SHF_STRINGS) {
			size = stringSize(data[off:], uint64(s.entsize))
		}
		s.cut.list = append(s.cut.list, piece{off: off, size: size})
		off += size
	}
	i := 0
	for _, u := range uses {
		if u.offset >= s.size {
			return &ObjectError{l.objects[s.obj].file, fmt.Sprintf("a relocation refers to offset %d of section %s, which has %d bytes", int64(u.offset), s.name, s.size)}
		}
		for s.cut.list[i].off+s.cut.list[i].size <= u.offset {
			i++
		}
		s.cut.list[i].used = true
	}
	return nil
}

// stringSize is the length of the first string of data with its zero; one is there.
func stringSize(data []byte, width uint64) uint64 {
	if width == 1 {
		return uint64(bytes.IndexByte(data, 0)) + 1
	}
	for n := uint64(0); ; n += width {
		if isZero(data[n : n+width]) {
			return n + width
		}
	}
}

// fill places the used pieces. Of strings that end alike the longest is placed and the others lie within it, if
// their alignment allows that.
func (p *pool) fill(l *linker) {
	type ref struct {
		s *section
		i int
	}
	var refs []ref
	for _, id := range p.from {
		s := &l.sections[id]
		for i := range s.cut.list {
			if s.cut.list[i].used {
				refs = append(refs, ref{s, i})
			}
		}
	}
	text := func(r ref) []byte { x := &r.s.cut.list[r.i]; return l.content(r.s)[x.off : x.off+x.size] }
	sorted := slices.Clone(refs)
	slices.SortStableFunc(sorted, func(a, b ref) int { return compareFromEnd(text(b), text(a)) })
	// After a piece come those that it ends with. holder is the last that is no end of another.
	type within struct {
		holder ref
		at     uint64
	}
	held := map[ref]within{}
	var holder ref
	for i, r := range sorted {
		if i > 0 {
			whole, end := text(holder), text(r)
			at := uint64(len(whole) - len(end))
			if bytes.HasSuffix(whole, end) && (at == 0 || p.kind.strings && at%p.kind.align == 0 && at%p.kind.entsize == 0) {
				held[r] = within{holder, at}
				continue
			}
		}
		holder = r
	}
	for _, r := range refs {
		if _, ok := held[r]; ok {
			continue
		}
		if p.kind.strings {
			p.data = append(p.data, make([]byte, alignUp(uint64(len(p.data)), p.kind.align)-uint64(len(p.data)))...)
		}
		r.s.cut.list[r.i].to, r.s.cut.list[r.i].owner = uint64(len(p.data)), true
		p.data = append(p.data, text(r)...)
	}
	for r, w := range held {
		r.s.cut.list[r.i].to = w.holder.s.cut.list[w.holder.i].to + w.at
	}
}

// compareFromEnd orders strings by their ends: what ends another comes before it.
func compareFromEnd(a, b []byte) int {
	i, j := len(a), len(b)
	for ; i >= 8 && j >= 8; i, j = i-8, j-8 {
		x, y := binary.LittleEndian.Uint64(a[i-8:]), binary.LittleEndian.Uint64(b[j-8:])
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	for ; i > 0 && j > 0; i, j = i-1, j-1 {
		if a[i-1] != b[j-1] {
			return cmp.Compare(a[i-1], b[j-1])
		}
	}
	return cmp.Compare(len(a), len(b))
}

// addressOf is where an offset of a section is.
func (l *linker) addressOf(id SectionID, off uint64) uint64 {
	s := &l.sections[id]
	if s.pool == nil {
		return s.addr + off
	}
	i, ok := slices.BinarySearchFunc(s.cut.list, off, func(p piece, off uint64) int { return cmp.Compare(p.off, off) })
	if !ok {
		i--
	}
	if i < 0 {
		return s.addr
	}
	return s.pool.addr + s.cut.list[i].to + off - s.cut.list[i].off
}

// owned is the part of the pool that is there for a section.
func (s *section) owned() (start, end uint64) {
	for i := range s.cut.list {
		if p := &s.cut.list[i]; p.used && p.owner {
			if end == 0 {
				start = p.to
			}
			end = p.to + p.size
		}
	}
	return start, end
}

func alignUp(n, align uint64) uint64 { return (n + align - 1) &^ (align - 1) }
