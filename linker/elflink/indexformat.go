package elflink

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// An index is a head and the members' blocks, all numbers little-endian:
//
//	header    magic, version, checksum of the rest of the head, lengths of head and file, and how many of each there are
//	archives  their names, sizes and numbers of definitions
//	classes   of sections
//	members   where the block of each is, its checksum, and how many of each it has
//	defs      of the archives, in the order of their symbol tables: name, member
//	offsets   of the names, and of their end
//	table     from a name's hash to its number
//	names     without separators
//	texts     names of archives, classes and members
//	blocks    of each member: sections, symbols, relocations, COMDAT groups, names of sections and local symbols
//
// Sections' contents are in the archives. Symbols are as in ELF, with the name's number for a global one and an
// offset in the block's names for a local one; relocations are as in ELF. Whatever an index says is checked: what reads
// it must not rely on more than its length.
const (
	indexMagic   = "UKINDEX\n"
	indexVersion = 2

	headerSize    = 64
	archiveSize   = 24
	classSize     = 8
	memberSize    = 48
	defSize       = 8
	sectionSize   = 48
	maxIndex      = 64 << 20
	maxNames      = 1 << 20
	headChecksum  = 12 // offset of the checksum
	headChecked   = 16 // what it is of begins there
	noContent     = ^uint32(0)
	maxStringSize = 1 << 16
)

// IndexError says what is wrong with an index.
type IndexError struct{ File, Msg string }

func (e *IndexError) Error() string {
	return fmt.Sprintf("%s: %s: rebuild the kit with `make kit`", e.File, e.Msg)
}

// Offsets in a section's record.
const (
	recNumber, recClass, recType, recFlags, recAlign, recSize, recEntsize = 0, 2, 4, 8, 12, 16, 20
	recData, recRelas, recRelaCount, recName, recNameLen, recCRC          = 24, 28, 32, 36, 40, 44
)

// reader takes an index's head apart.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) take(n, size uint64) []byte {
	if r.bad || n > uint64(len(r.data)) || n*size > uint64(len(r.data)) {
		r.bad = true
		return nil
	}
	out := r.data[: n*size : n*size]
	r.data = r.data[n*size:]
	return out
}

// OpenIndex reads the head of the index in file, of archives that are beside it. The rest is read by links.
func OpenIndex(file string) (*Index, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var header [headerSize]byte
	if _, err := io.ReadFull(f, header[:]); err != nil {
		return nil, &IndexError{file, "too short for an index"}
	}
	size := int64(le.Uint32(header[16:]))
	switch {
	case !bytes.HasPrefix(header[:], []byte(indexMagic)):
		return nil, &IndexError{file, "not an index of archives"}
	case le.Uint32(header[8:]) != indexVersion:
		return nil, &IndexError{file, fmt.Sprintf("version %d, this program reads %d", le.Uint32(header[8:]), indexVersion)}
	case !st.Mode().IsRegular() || st.Size() > maxIndex || st.Size() != int64(le.Uint32(header[20:])) || size < headerSize || size > st.Size():
		return nil, &IndexError{file, fmt.Sprintf("has %d bytes, not as many as it says", st.Size())}
	}
	head := make([]byte, size)
	if n, err := f.ReadAt(head, 0); n < len(head) {
		return nil, &IndexError{file, err.Error()}
	}
	x, err := readHead(file, head)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(file)
	for i := range x.archives {
		a := &x.archives[i]
		a.path = filepath.Join(dir, a.name)
		st, err := os.Stat(a.path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: missing from the kit: rebuild it with `make kit`", a.path)
		}
		if err != nil {
			return nil, err
		}
		if st.Size() != a.size {
			return nil, &IndexError{file, fmt.Sprintf("made for a %s of %d bytes, which has %d", a.name, a.size, st.Size())}
		}
	}
	return x, nil
}

// readHead makes an index of a head.
func readHead(file string, head []byte) (*Index, error) {
	if crc32.ChecksumIEEE(head[headChecked:]) != le.Uint32(head[headChecksum:]) {
		return nil, &IndexError{file, "damaged: its checksum is another"}
	}
	number := func(i int) uint64 { return uint64(le.Uint32(head[24+4*i:])) }
	r := &reader{data: head[headerSize:]}
	archives := r.take(number(0), archiveSize)
	classes := r.take(number(1), classSize)
	x := &Index{file: file, header: head[:headerSize:headerSize], size: int64(le.Uint32(head[20:])), members: r.take(number(2), memberSize), stripped: number(7) != 0}
	defs := r.take(number(3), defSize)
	x.offsets, x.count = r.take(number(4)+1, 4), int32(number(4))
	x.table = r.take(number(5), 4)
	x.names = string(r.take(number(6), 1))
	texts := string(r.data)
	if n := number(5); r.bad || number(4) > maxNames || n == 0 || n&(n-1) != 0 || number(0) == 0 || number(0) > 64 || number(1) >= 1<<16 {
		return nil, &IndexError{file, "damaged: its parts do not fit into it"}
	}
	text := func(b []byte) string {
		off, n := uint64(le.Uint32(b)), uint64(le.Uint32(b[4:]))
		if off+n > uint64(len(texts)) || n == 0 {
			r.bad = true
			return ""
		}
		return texts[off : off+n]
	}
	for ; len(archives) > 0; archives = archives[archiveSize:] {
		a := indexArchive{name: text(archives), size: int64(le.Uint64(archives[8:]))}
		n := uint64(le.Uint32(archives[16:])) * defSize
		if n > uint64(len(defs)) || a.size < 0 || a.size > maxArchive || a.name != filepath.Base(a.name) {
			r.bad = true
			break
		}
		a.defs, defs = defs[:n], defs[n:]
		x.archives = append(x.archives, a)
	}
	for ; len(classes) > 0; classes = classes[classSize:] {
		x.classes = append(x.classes, text(classes))
	}
	x.texts = texts
	if r.bad || len(defs) > 0 {
		return nil, &IndexError{file, "damaged: its parts do not fit into it"}
	}
	return x, nil
}

// member returns member n.
func (x *Index) member(n int32) (*indexMember, error) {
	if base := int32(len(x.members) / memberSize); n >= base {
		m := &x.more.members[n-base]
		return m, m.err
	}
	if err := x.errs[n]; err != nil {
		return nil, err
	}
	b := x.members[n*memberSize:][:memberSize]
	word := func(i int) uint32 { return le.Uint32(b[4*i:]) }
	m := &indexMember{archive: int(word(0)), off: word(3), size: word(4), crc: word(5), count: word(6), sections: word(7),
		symbols: word(8), local: word(9), relas: word(10), words: word(11)}
	at, length := uint64(word(1)), uint64(word(2))
	if m.archive >= len(x.archives) || at+length > uint64(len(x.texts)) {
		return nil, &IndexError{x.file, fmt.Sprintf("damaged: member %d", n)}
	}
	m.name = x.texts[at : at+length]
	return m, nil
}
