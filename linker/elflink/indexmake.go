package elflink

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/bits"
	"path/filepath"

	"uk.example/internal/bounded"
)

// ReadIndex makes an index in memory of archives, with all sections of their members. A damaged member is an error of
// the link that wants it.
func ReadIndex(files ...string) (*Index, error) {
	m := indexMaker{whole: true}
	data, err := m.make(files)
	if err != nil {
		return nil, err
	}
	x, err := readHead("", data[:le.Uint32(data[16:])])
	if err != nil {
		return nil, err
	}
	x.whole, x.errs = data, m.errs
	for i := range x.archives {
		x.archives[i].path, x.archives[i].data = files[i], m.archives[i]
	}
	return x, nil
}

// MakeIndex returns the bytes of the index of archives, for [OpenIndex]. It has only the sections that are loaded.
func MakeIndex(files ...string) ([]byte, error) {
	var m indexMaker
	data, err := m.make(files)
	for _, e := range m.errs {
		err = errors.Join(err, e)
	}
	return data, err
}

// indexMaker makes an index.
type indexMaker struct {
	whole    bool
	archives [][]byte // their content
	errs     map[int32]error

	names, classes []string
	nameNumbers    map[string]int32
	classNumbers   map[string]int
	texts          []byte
}

func (m *indexMaker) make(files []string) ([]byte, error) {
	m.errs, m.nameNumbers, m.classNumbers = map[int32]error{}, map[string]int32{}, map[string]int{}
	p := objectParser{intern: m.intern, class: m.class, whole: m.whole}
	var archives, members, defs, blocks []byte
	var offs []int // in blocks, of each member
	for i, file := range files {
		data, err := bounded.ReadFile(file, maxArchive)
		if err != nil {
			return nil, err
		}
		m.archives = append(m.archives, data)
		list, symbols, err := readArchive(file, data)
		if err != nil {
			return nil, err
		}
		numbers := map[int64]int32{} // of the members, by their offsets
		for j := range list {
			numbers[list[j].Offset] = int32(len(offs) + j)
		}
		name := filepath.Base(file)
		archives = binary.LittleEndian.AppendUint64(m.text(archives, name), uint64(len(data)))
		before := len(defs)
		if err := eachSymbol(file, symbols, func(name string, member int64) {
			n, ok := numbers[member]
			if !ok {
				err = &ArchiveError{file, member, "the symbol table names a member that is not there"}
			}
			defs = le.AppendUint32(le.AppendUint32(defs, uint32(m.intern(name))), uint32(n))
		}); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, err
		}
		archives = binary.LittleEndian.AppendUint64(archives, uint64((len(defs)-before)/defSize))
		for j := range list {
			x := indexMember{archive: i}
			block, err := p.parse(name+"("+list[j].Name+")", &x, list[j].Data, uint64(list[j].Offset+arHeaderSize))
			if err != nil {
				m.errs[int32(len(offs))] = err
				block, x = nil, indexMember{archive: i}
			}
			members = m.text(le.AppendUint32(members, uint32(i)), list[j].Name)
			for _, v := range []uint32{uint32(len(blocks)), uint32(len(block)), crc32.ChecksumIEEE(block), x.count, x.sections, x.symbols, x.local, x.relas, x.words} {
				members = le.AppendUint32(members, v)
			}
			offs = append(offs, len(blocks))
			blocks = append(blocks, block...)
		}
	}
	var classes []byte
	for _, c := range m.classes {
		classes = m.text(classes, c)
	}
	offsets, table, names := m.nameTables()
	header := append([]byte(indexMagic), make([]byte, headerSize-len(indexMagic))...)
	out := header
	for _, part := range [][]byte{archives, classes, members, defs, offsets, table, names, m.texts} {
		out = append(out, part...)
	}
	for len(out)%8 != 0 {
		out = append(out, 0)
	}
	head := len(out)
	out = append(out, blocks...)
	if len(out) > maxIndex {
		return nil, errors.New("the archives are larger than those of a kit")
	}
	at := headerSize + len(archives) + len(classes)
	for i := range offs { // they are of the file
		b := out[at+i*memberSize+12:]
		le.PutUint32(b, le.Uint32(b)+uint32(head))
	}
	stripped := uint32(1)
	if m.whole {
		stripped = 0
	}
	le.PutUint32(out[8:], indexVersion)
	for i, v := range []uint32{uint32(head), uint32(len(out)), uint32(len(files)), uint32(len(m.classes)), uint32(len(offs)), uint32(len(defs) / defSize),
		uint32(len(m.names)), uint32(len(table) / 4), uint32(len(names)), stripped} {
		le.PutUint32(out[16+4*i:], v)
	}
	le.PutUint32(out[headChecksum:], crc32.ChecksumIEEE(out[headChecked:head]))
	return out, nil
}

func (m *indexMaker) intern(name string) int32 {
	n, ok := m.nameNumbers[name]
	if !ok {
		n = int32(len(m.names))
		m.nameNumbers[name] = n
		m.names = append(m.names, name)
	}
	return n
}

func (m *indexMaker) class(section string) int {
	c := classOf(section)
	n, ok := m.classNumbers[c]
	if !ok {
		n = len(m.classes)
		m.classNumbers[c] = n
		m.classes = append(m.classes, c)
	}
	return n
}

// text adds the place and length of a text to a record.
func (m *indexMaker) text(record []byte, s string) []byte {
	record = le.AppendUint32(le.AppendUint32(record, uint32(len(m.texts))), uint32(len(s)))
	m.texts = append(m.texts, s...)
	return record
}

// nameTables are the names, their offsets, and the table that finds them.
func (m *indexMaker) nameTables() (offsets, table, names []byte) {
	size := uint32(1)
	for size < 2*uint32(len(m.names)) {
		size *= 2
	}
	table = make([]byte, 4*size)
	for i, n := range m.names {
		offsets = le.AppendUint32(offsets, uint32(len(names)))
		names = append(names, n...)
		h := nameHash(n) & (size - 1)
		for le.Uint32(table[4*h:]) != 0 {
			h = (h + 1) & (size - 1)
		}
		le.PutUint32(table[4*h:], uint32(i+1))
	}
	return le.AppendUint32(offsets, uint32(len(names))), table, names
}

// objectParser makes blocks of an index of object files.
type objectParser struct {
	intern func(name string) int32
	class  func(section string) int
	whole  bool // with sections that are not loaded
}

// parse returns the block of an object file, and fills in how many of each it has. Base is the offset of data in what
// the offsets of contents are of.
func (p *objectParser) parse(file string, m *indexMember, data []byte, base uint64) ([]byte, error) {
	h, err := readHeader(file, data)
	if err != nil {
		return nil, err
	}
	b := block{header: h, parser: p, strings: []byte{0}, records: make([]int32, h.shnum), base: base}
	m.count = uint32(h.shnum)
	for i := range h.shnum {
		s := h.section(i)
		switch h.typ(i) {
		case elf.SHT_SYMTAB:
			err = b.readSymbols(m, i)
		case elf.SHT_NULL, elf.SHT_STRTAB, elf.SHT_RELA, elf.SHT_GROUP:
		case elf.SHT_REL:
			err = h.bad("relocations without addends")
		default:
			if elf.SectionFlag(le.Uint64(s[shFlags:]))&elf.SHF_ALLOC != 0 || p.whole {
				err = b.addSection(i)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	for i := range h.shnum {
		if h.typ(i) == elf.SHT_RELA {
			if err := b.addRelas(i); err != nil {
				return nil, err
			}
		}
	}
	for i := range h.shnum {
		if h.typ(i) == elf.SHT_GROUP {
			if err := b.addGroup(i); err != nil {
				return nil, err
			}
		}
	}
	b.nameSymbols(m)
	m.sections, m.symbols, m.relas = uint32(len(b.sections)/sectionSize), uint32(len(b.symbols)/symSize), uint32(len(b.relas)/relaSize)
	m.words = uint32(len(b.groups) / 4)
	out := make([]byte, 0, len(b.sections)+len(b.symbols)+len(b.relas)+len(b.groups)+len(b.strings))
	for _, part := range [][]byte{b.sections, b.symbols, b.relas, b.groups, b.strings} {
		out = append(out, part...)
	}
	return out, nil
}

// block is the part of an index that an object file has, in the making.
type block struct {
	*header
	parser                                    *objectParser
	base                                      uint64
	sections, symbols, relas, groups, strings []byte
	symbolNames                               string
	records                                   []int32 // of each section: its record's number + 1, 0: none
}

// text adds a string and returns its place.
func (b *block) text(s string) uint32 {
	if s == "" {
		return 0
	}
	at := uint32(len(b.strings))
	b.strings = append(append(b.strings, s...), 0)
	return at
}

func (b *block) readSymbols(m *indexMember, i int) error {
	s := b.section(i)
	tab, ok1 := b.body(i)
	str, ok2 := b.body(int(le.Uint32(s[shLink:])))
	if !ok1 || !ok2 || b.symbols != nil {
		return b.bad("truncated symbol table")
	}
	b.symbols, b.symbolNames, m.local = append([]byte{}, tab[:len(tab)/symSize*symSize]...), string(str), le.Uint32(s[shInfo:])
	if uint64(m.local) > uint64(len(b.symbols)/symSize) {
		return b.bad("truncated symbol table")
	}
	return nil
}

// nameSymbols puts the numbers of global names and the places of local ones into the symbols.
func (b *block) nameSymbols(m *indexMember) {
	for i := 0; i < len(b.symbols); i += symSize {
		at := b.symbols[i:]
		name := cstring(b.symbolNames, le.Uint32(at))
		if uint32(i/symSize) < m.local {
			le.PutUint32(at, b.text(name))
		} else {
			le.PutUint32(at, uint32(b.parser.intern(name)))
		}
	}
}

// addSection adds the record of section i. One without content that is wrong has none, as long as nothing is in it.
func (b *block) addSection(i int) error {
	s := b.section(i)
	name := cstring(b.names, le.Uint32(s))
	flags, align, size, entsize := le.Uint64(s[shFlags:]), max(1, le.Uint64(s[shAlign:])), le.Uint64(s[shSizeAt:]), le.Uint64(s[shEntsize:])
	data, ok := b.body(i)
	var err error
	switch {
	case !ok:
		err = b.bad("truncated section %s", name)
	case bits.OnesCount64(align) != 1 || align > maxAlign || size > maxArchive || len(name) >= maxStringSize || entsize > maxArchive:
		err = b.bad("section %s has %d bytes aligned to %d", name, size, align)
	case elf.SectionFlag(flags)&elf.SHF_COMPRESSED != 0:
		err = b.bad("section %s is compressed", name)
	}
	if err != nil {
		if size == 0 {
			return nil
		}
		return err
	}
	class := b.parser.class(name)
	if class >= 1<<16-1 {
		return b.bad("the kit has too many kinds of sections")
	}
	var r [sectionSize]byte
	le.PutUint16(r[recNumber:], uint16(i))
	le.PutUint16(r[recClass:], uint16(class))
	off := noContent
	if data != nil {
		off = uint32(b.base + le.Uint64(s[shOffset:]))
	}
	for _, v := range [][2]uint32{{recType, uint32(b.typ(i))}, {recFlags, uint32(flags)}, {recAlign, uint32(align)}, {recSize, uint32(size)}, {recEntsize, uint32(entsize)},
		{recData, off}, {recName, b.text(name)}, {recNameLen, uint32(len(name))}, {recCRC, crc32.ChecksumIEEE(data)}} {
		le.PutUint32(r[v[0]:], v[1])
	}
	b.sections = append(b.sections, r[:]...)
	b.records[i] = int32(len(b.sections) / sectionSize)
	return nil
}

// addRelas gives a section its relocations, of section i.
func (b *block) addRelas(i int) error {
	to := int(le.Uint32(b.section(i)[shInfo:]))
	tab, ok := b.body(i)
	if !ok {
		return b.bad("truncated relocations")
	}
	if to <= 0 || to >= b.shnum {
		return b.bad("relocations for a missing section")
	}
	if b.records[to] == 0 { // not needed
		return nil
	}
	r := b.sections[(b.records[to]-1)*sectionSize:][:sectionSize]
	name := cstring(b.names, le.Uint32(b.section(to)))
	if le.Uint32(r[recRelaCount:]) != 0 {
		return b.bad("more than one section of relocations for %s", name)
	}
	tab = tab[:len(tab)/relaSize*relaSize]
	size := uint64(le.Uint32(r[recSize:]))
	if le.Uint32(r[recData:]) == noContent {
		size = 0
	}
	for t := tab; len(t) > 0; t = t[relaSize:] {
		if le.Uint64(t[relaInfo:])>>32 >= uint64(len(b.symbols)/symSize) {
			return b.bad("relocation against a missing symbol")
		}
		if !fits(t, size) {
			return b.bad("relocation at %#x is outside of section %s", le.Uint64(t), name)
		}
	}
	le.PutUint32(r[recRelas:], uint32(len(b.relas)/relaSize))
	le.PutUint32(r[recRelaCount:], uint32(len(tab)/relaSize))
	b.relas = append(b.relas, tab...)
	return nil
}

// fits reports whether a relocation lies in a section with content of this size.
func fits(rela []byte, size uint64) bool {
	typ := elf.R_X86_64(le.Uint32(rela[relaInfo:]))
	at := le.Uint64(rela)
	return typ == elf.R_X86_64_NONE || at <= size && size-at >= fieldSize(typ)
}

// addGroup adds a COMDAT group: its name, how many sections it has, and their numbers.
func (b *block) addGroup(i int) error {
	tab, ok := b.body(i)
	sym := uint64(le.Uint32(b.section(i)[shInfo:]))
	if !ok || len(tab) < 4 || (sym+1)*symSize > uint64(len(b.symbols)) {
		return b.bad("truncated section group")
	}
	if le.Uint32(tab)&groupComdat == 0 {
		return nil
	}
	name := cstring(b.symbolNames, le.Uint32(b.symbols[sym*symSize:]))
	b.groups = le.AppendUint32(b.groups, uint32(b.parser.intern(name)))
	b.groups = le.AppendUint32(b.groups, uint32(len(tab)/4-1))
	b.groups = append(b.groups, tab[4:len(tab)/4*4]...)
	return nil
}
