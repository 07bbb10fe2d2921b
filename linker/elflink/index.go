package elflink

import (
	"os"
	"path/filepath"
	"slices"
)

// Index is which member of which archive defines which name, in the order of a link. It may be used by several links
// at a time.
type Index struct {
	archives []*archiveIndex
	names    []string // by number
	table    []int32  // open addressing: number + 1 of a name, 0: none; a power of two long
}

// archiveIndex is the symbol table of an archive.
type archiveIndex struct {
	name    string // "libc.a"
	path    string
	size    int64
	long    []byte // names of members that do not fit into their headers
	entries []indexEntry
	ends    map[int64]int64 // of each member that the table names: the next one's offset, or the file's end
	data    []ArchiveMember // of an archive in memory
}

// indexEntry says that a member, by the offset of its header, defines a name.
type indexEntry struct {
	name   int32
	member int64
}

// ReadIndex reads the symbol tables of archives.
func ReadIndex(files ...string) (*Index, error) {
	x := &Index{table: make([]int32, 1<<14), names: make([]string, 0, 1<<13)}
	for _, file := range files {
		if err := x.read(file); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// With is the index and one of an archive in memory behind it; symbol is the one name that a member defines.
func (x *Index) With(name string, members []ArchiveMember, symbol func(*ArchiveMember) string) *Index {
	y := &Index{archives: slices.Clone(x.archives), names: slices.Clone(x.names), table: slices.Clone(x.table)}
	a := &archiveIndex{name: name, data: members}
	for i := range members {
		members[i].Offset = int64(i)
		a.entries = append(a.entries, indexEntry{y.add(symbol(&members[i])), int64(i)})
	}
	y.archives = append(y.archives, a)
	return y
}

// Names are names that archives of an index define.
type Names struct {
	index *Index
	has   []bool // by number
}

// Without are the names that archives besides these define.
func (x *Index) Without(archives ...string) *Names {
	n := &Names{x, make([]bool, len(x.names))}
	for _, a := range x.archives {
		if slices.Contains(archives, a.name) {
			continue
		}
		for _, e := range a.entries {
			n.has[e.name] = true
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
	for i, name := range n.index.names {
		if n.has[i] && !f(name) {
			return
		}
	}
}

// find is the number of a name, or -1.
func (x *Index) find(name string) int32 {
	mask := uint32(len(x.table) - 1)
	for h := nameHash(name) & mask; ; h = (h + 1) & mask {
		switch n := x.table[h] - 1; {
		case n < 0:
			return -1
		case x.names[n] == name:
			return n
		}
	}
}

// add gives a name a number, if it has none.
func (x *Index) add(name string) int32 {
	if n := x.find(name); n >= 0 {
		return n
	}
	if 2*(len(x.names)+1) > len(x.table) {
		x.table = make([]int32, 2*len(x.table))
		for i, n := range x.names {
			x.place(n, int32(i))
		}
	}
	n := int32(len(x.names))
	x.names = append(x.names, name)
	x.place(name, n)
	return n
}

func (x *Index) place(name string, n int32) {
	mask := uint32(len(x.table) - 1)
	h := nameHash(name) & mask
	for x.table[h] != 0 {
		h = (h + 1) & mask
	}
	x.table[h] = n + 1
}

// nameHash is FNV-1a.
func nameHash(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h ^ h>>15
}

// read adds the archive at file.
func (x *Index) read(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	a := &archiveIndex{name: filepath.Base(file), path: file, size: st.Size()}
	r := &archiveReader{archiveIndex: a, file: f}
	if a.size > maxArchive {
		return &ArchiveError{file, 0, "larger than archives of a kit are"}
	}
	var magic [len(arMagic)]byte
	if _, err := f.ReadAt(magic[:], 0); err != nil || string(magic[:]) != arMagic {
		return &ArchiveError{file, 0, "not an archive"}
	}
	at := int64(len(arMagic))
	for _, special := range []string{"/", "//"} {
		if at >= a.size {
			break
		}
		name, body, err := r.readAt(at, a.size)
		if err != nil {
			return err
		}
		if name != special {
			continue
		}
		at += arHeaderSize + int64(len(body)+len(body)&1)
		if special == "//" {
			a.long = body
			continue
		}
		a.entries = make([]indexEntry, 0, len(body)/16)
		if err := eachSymbol(file, body, func(name string, member int64) {
			a.entries = append(a.entries, indexEntry{x.add(name), member})
		}); err != nil {
			return err
		}
	}
	a.findEnds()
	x.archives = append(x.archives, a)
	return nil
}

func (a *archiveIndex) findEnds() {
	var offsets []int64
	for i, e := range a.entries {
		if i == 0 || e.member != a.entries[i-1].member {
			offsets = append(offsets, e.member)
		}
	}
	slices.Sort(offsets)
	offsets = append(offsets, a.size)
	a.ends = make(map[int64]int64, len(offsets))
	for i, off := range offsets[:len(offsets)-1] {
		a.ends[off] = offsets[i+1]
	}
}

// archiveReader reads members of an archive.
type archiveReader struct {
	*archiveIndex
	file *os.File // nil as long as nothing was read, or for an archive in memory
}

func (r *archiveReader) close() {
	if r.file != nil {
		r.file.Close()
	}
}

// arFirstRead is how much is read of a member with its header.
const arFirstRead = 16 << 10

// readAt reads the member whose header is at off and which is likely to end before end.
func (r *archiveReader) readAt(off, end int64) (name string, body []byte, err error) {
	bad := func(msg string) (string, []byte, error) { return "", nil, &ArchiveError{r.path, off, msg} }
	if off < 0 || end-off < arHeaderSize {
		return bad("truncated member header")
	}
	buf := make([]byte, min(end-off, arFirstRead))
	if _, err := r.file.ReadAt(buf, off); err != nil {
		return bad("truncated member header")
	}
	name, size, err := arHeader(r.path, off, buf[:arHeaderSize])
	if err != nil {
		return "", nil, err
	}
	if size > r.size-off-arHeaderSize {
		return bad("truncated member")
	}
	if have := int64(len(buf)) - arHeaderSize; have < size {
		more := make([]byte, size)
		copy(more, buf[arHeaderSize:])
		if _, err := r.file.ReadAt(more[have:], off+int64(len(buf))); err != nil {
			return bad("truncated member")
		}
		return name, more, nil
	}
	return name, buf[arHeaderSize:][:size:size], nil
}

// member returns that whose header is at an offset that the index has.
func (r *archiveReader) member(off int64) (ArchiveMember, error) {
	if r.data != nil {
		return r.data[off], nil
	}
	if r.file == nil {
		var err error
		if r.file, err = os.Open(r.path); err != nil {
			return ArchiveMember{}, err
		}
	}
	name, body, err := r.readAt(off, r.ends[off])
	if err != nil {
		return ArchiveMember{}, err
	}
	if name, err = longName(r.path, off, name, r.long); err != nil {
		return ArchiveMember{}, err
	}
	return ArchiveMember{name, off, body}, nil
}
