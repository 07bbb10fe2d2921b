package elflink

import (
	"debug/elf"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
)

// maxMembers bounds what an object may have of sections, symbols, relocations or words of groups.
const maxMembers = 1 << 24

// loadMember adds an object to the link, with its sections. Those without content, of which compilers make three in each
// object, are added when something is found to be in them.
func (l *linker) loadMember(n int32) (*object, error) {
	m, err := l.in.Index.member(n)
	if err != nil {
		return nil, err
	}
	o := &object{indexMember: m, index: int32(len(l.objects)), file: l.in.Index.archives[m.archive].name + "(" + m.name + ")"}
	if err := l.openBlock(o); err != nil {
		return nil, err
	}
	if m.content == nil {
		if m.content, err = l.contents(m.archive); err != nil {
			return nil, err
		}
	}
	l.objects = append(l.objects, o)
	for i := range int32(m.sections) {
		r := o.records[i*sectionSize:][:sectionSize]
		number := uint32(le.Uint16(r[recNumber:]))
		switch {
		case number >= m.count:
			return nil, l.damaged(o)
		case elf.SectionFlag(le.Uint32(r[recFlags:]))&elf.SHF_ALLOC == 0 && !l.debug:
		case le.Uint32(r[recSize:]) == 0:
			o.ids[number] = SectionID(-1 - i)
		default:
			if o.ids[number], err = l.addSection(o, i); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// openBlock takes a member's block apart.
func (l *linker) openBlock(o *object) error {
	m, data := o.indexMember, o.block
	if data == nil {
		if uint64(m.off)+uint64(m.size) > uint64(len(l.index)) {
			return l.damaged(o)
		}
		data = l.index[m.off:][:m.size:m.size]
	}
	if crc32.ChecksumIEEE(data) != m.crc || max(m.count, m.sections, m.symbols, m.relas, m.words) > maxMembers || m.local > m.symbols {
		return l.damaged(o)
	}
	take := func(n, size uint32) (part []byte) {
		if uint64(n)*uint64(size) > uint64(len(data)) {
			data, m.count = nil, 0
			return nil
		}
		part, data = data[:n*size:n*size], data[n*size:]
		return part
	}
	o.records, o.symtab, o.relas, o.groups = take(m.sections, sectionSize), take(m.symbols, symSize), take(m.relas, relaSize), take(m.words, 4)
	if data == nil {
		return l.damaged(o)
	}
	o.strings = string(data)
	if int(m.count) > len(l.idRoom) {
		l.idRoom = make([]SectionID, max(int(m.count), 1<<12))
	}
	o.ids, l.idRoom = l.idRoom[:m.count:m.count], l.idRoom[m.count:]
	return nil
}

// damaged is the error of an object of which the index says what cannot be.
func (l *linker) damaged(o *object) error {
	return &IndexError{l.in.Index.file, "damaged: what it says of " + o.file}
}

// addSection adds a section by its record.
func (l *linker) addSection(o *object, record int32) (SectionID, error) {
	r := o.records[record*sectionSize:][:sectionSize]
	word := func(at int) uint64 { return uint64(le.Uint32(r[at:])) }
	s := section{obj: o.index, record: record, typ: elf.SectionType(word(recType)), flags: elf.SectionFlag(word(recFlags)),
		align: uint32(word(recAlign)), size: word(recSize), entsize: uint32(word(recEntsize)), class: le.Uint16(r[recClass:]),
		at: uint32(word(recData)), firstRela: uint32(word(recRelas)), relas: uint32(word(recRelaCount))}
	name, length := word(recName), word(recNameLen)
	if name+length > uint64(len(o.strings)) || uint64(s.firstRela)+uint64(s.relas) > uint64(o.indexMember.relas) || int(s.class) >= len(l.classes) ||
		bits.OnesCount32(s.align) != 1 || uint64(s.align) > maxAlign || s.size > maxArchive ||
		s.at != noContent && uint64(s.at)+s.size > uint64(len(o.content)) {
		return 0, l.damaged(o)
	}
	s.name = o.strings[name : name+length]
	l.sections = append(roomier(l.sections), s)
	return SectionID(len(l.sections) - 1), nil
}

// sectionOf is the number of section i of an object; 0 if the link does not need it. Once live has followed all
// references none is added any more, so that passes can run at a time.
func (l *linker) sectionOf(o *object, i int) SectionID {
	if o.ids[i] < 0 && l.sealed {
		return 0
	}
	if o.ids[i] < 0 {
		id, err := l.addSection(o, int32(-1-o.ids[i]))
		if err != nil {
			id = 0
		}
		o.ids[i] = id
	}
	return o.ids[i]
}

// discardGroups discards the sections of COMDAT groups that another object has.
func (l *linker) discardGroups(o *object) error {
	for g := o.groups; len(g) >= 8; {
		name, n := le.Uint32(g), uint64(le.Uint32(g[4:]))
		if g = g[8:]; n*4 > uint64(len(g)) {
			return l.damaged(o)
		}
		members := g[:n*4]
		g = g[n*4:]
		if !l.groups[name] {
			if l.groups == nil {
				l.groups = map[uint32]bool{}
			}
			l.groups[name] = true
			continue
		}
		for ; len(members) > 0; members = members[4:] {
			if n := le.Uint32(members); n < o.count {
				if id := l.sectionOf(o, int(n)); id > 0 {
					l.sections[id].discarded = true
				}
			}
		}
	}
	return nil
}

// check looks at a section that is kept: whether its content is that of which the index was made, and whether its
// relocations are of symbols that are there and of places in it. Later passes rely on that.
func (l *linker) check(s *section) error {
	o := l.objects[s.obj]
	if s.record < 0 { // the linker's own
		return nil
	}
	data := l.content(s)
	if crc32.ChecksumIEEE(data) != le.Uint32(o.records[s.record*sectionSize+recCRC:]) {
		a := &l.in.Index.archives[o.archive]
		return &IndexError{l.in.Index.file, fmt.Sprintf("section %s of %s is not the one that it was made for", s.name, a.name+"("+o.name+")")}
	}
	for r := l.relas(s); len(r) > 0; r = r[relaSize:] {
		if le.Uint64(r[relaInfo:])>>32 >= uint64(o.symbols) || !fits(r, uint64(len(data))) {
			return l.damaged(o)
		}
	}
	return nil
}

// roomier doubles the room of a list that is full.
func roomier[T any](list []T) []T {
	if len(list) == cap(list) {
		list = slices.Grow(list, len(list))
	}
	return list
}
