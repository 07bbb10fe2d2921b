package elflink

import (
	"hash/crc32"
	"slices"
	"strings"
)

// Index is the kit's archives as a link needs them: which member defines which name, and the members' sections, symbols
// and relocations, parsed, checked and with numbers in place of names. It may be used by several links at a time.
// indexformat.go has the layout of its bytes.
type Index struct {
	file     string // that holds it; "" for one in memory
	header   []byte // of the file
	size     int64
	whole    []byte // all of it, if it is in memory
	archives []indexArchive
	classes  []string // of sections, see classOf
	names    string   // all names, one behind the other
	texts    string   // those of members and sections' classes
	offsets  []byte   // of each name in names, and of the end
	table    []byte   // open addressing: number + 1 of a name, 0: none; a power of two long
	members  []byte
	count    int32           // names
	errs     map[int32]error // of members that could not be parsed
	stripped bool            // it has none of the sections that are not loaded

	more added
}

// added is an archive in memory behind those of an index, see With.
type added struct {
	members []indexMember
	names   []string // numbers from Index.count on
	numbers map[string]int32
}

// indexArchive is an archive.
type indexArchive struct {
	name string // "libc.a"
	path string
	size int64
	defs []byte // in the order of its symbol table: number of a name, number of the member that defines it
	data []byte // of an archive in memory
}

// indexMember is an object file.
type indexMember struct {
	archive                                       int
	name                                          string
	block                                         []byte // nil: in the index's file, at off
	off, size, crc                                uint32
	count, sections, symbols, local, relas, words uint32
	content                                       []byte // that sections' offsets are in; nil: the archive's
	err                                           error
}

// With is the index and one of an archive in memory behind it; symbol is the one name that a member defines.
func (x *Index) With(name string, members []ArchiveMember, symbol func(*ArchiveMember) string) *Index {
	y := *x
	y.archives, y.classes = slices.Clone(x.archives), slices.Clone(x.classes)
	y.more = added{numbers: map[string]int32{}}
	b := objectParser{intern: y.addName, class: y.addClass, whole: true}
	var defs []byte
	for i := range members {
		m := indexMember{archive: len(x.archives), name: members[i].Name, content: members[i].Data}
		m.block, m.err = b.parse(name+"("+m.name+")", &m, members[i].Data, 0)
		m.size, m.crc = uint32(len(m.block)), crc32.ChecksumIEEE(m.block)
		defs = le.AppendUint32(defs, uint32(y.addName(symbol(&members[i]))))
		defs = le.AppendUint32(defs, uint32(x.memberCount()+i))
		y.more.members = append(y.more.members, m)
	}
	y.archives = append(y.archives, indexArchive{name: name, defs: defs})
	return &y
}

// addName gives a name of an added archive a number.
func (x *Index) addName(name string) int32 {
	n := x.find(name)
	if n < 0 {
		n = x.nameCount()
		x.more.names = append(x.more.names, name)
		x.more.numbers[name] = n
	}
	return n
}

func (x *Index) addClass(section string) int {
	c := classOf(section)
	i := slices.Index(x.classes, c)
	if i < 0 {
		i = len(x.classes)
		x.classes = append(x.classes, c)
	}
	return i
}

// classOf is what sections have in common that a layout treats alike: the name up to the second dot, with it.
func classOf(section string) string {
	if i := strings.IndexByte(section, '.'); i >= 0 {
		if j := strings.IndexByte(section[i+1:], '.'); j >= 0 {
			return section[:i+1+j+1]
		}
	}
	return section
}

// nameCount is how many names there are.
func (x *Index) nameCount() int32 { return x.count + int32(len(x.more.names)) }

// name returns name n. Offsets of a damaged index make empty ones.
func (x *Index) name(n int32) string {
	if n >= x.count {
		return x.more.names[n-x.count]
	}
	from, to := le.Uint32(x.offsets[4*n:]), le.Uint32(x.offsets[4*n+4:])
	if from > to || uint64(to) > uint64(len(x.names)) {
		return ""
	}
	return x.names[from:to]
}

// find is the number of a name, or -1.
func (x *Index) find(name string) int32 {
	size := uint32(len(x.table) / 4)
	h := nameHash(name)
	for range size { // a damaged table may be full
		n := int32(le.Uint32(x.table[4*(h&(size-1)):])) - 1
		if n < 0 || n >= x.count {
			break
		}
		if x.name(n) == name {
			return n
		}
		h++
	}
	if n, ok := x.more.numbers[name]; ok {
		return n
	}
	return -1
}

// nameHash is FNV-1a.
func nameHash(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h ^ h>>15
}

func (x *Index) memberCount() int { return len(x.members)/memberSize + len(x.more.members) }

// definition returns entry i of an archive's symbol table, and whether it can be one.
func (x *Index) definition(archive, i int) (name, member int32, ok bool) {
	d := x.archives[archive].defs[i*defSize:]
	name, member = int32(le.Uint32(d)), int32(le.Uint32(d[4:]))
	return name, member, name >= 0 && name < x.nameCount() && member >= 0 && int(member) < x.memberCount()
}

// definitions is how many entries an archive's symbol table has.
func (x *Index) definitions(archive int) int { return len(x.archives[archive].defs) / defSize }

// Names are names that archives of an index define.
type Names struct {
	index *Index
	has   []bool // by number
}

// Without are the names that archives besides these define.
func (x *Index) Without(archives ...string) *Names {
	n := &Names{x, make([]bool, x.nameCount())}
	for i := range x.archives {
		if slices.Contains(archives, x.archives[i].name) {
			continue
		}
		for e := range x.definitions(i) {
			if name, _, ok := x.definition(i, e); ok {
				n.has[name] = true
			}
		}
	}
	return n
}

// Has reports whether name is one of them.
func (n *Names) Has(name string) bool {
	i := n.index.find(name)
	return i >= 0 && n.has[i]
}

// All calls f for each of them until it returns false.
func (n *Names) All(f func(name string) bool) {
	for i, has := range n.has {
		if has && !f(n.index.name(int32(i))) {
			return
		}
	}
}
