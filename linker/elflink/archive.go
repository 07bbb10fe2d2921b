package elflink

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"uk/internal/bounded"
)

// The System V archive format, as GNU ar writes it: a magic string, then
// members, each a 60-byte header and its data, padded to even offsets. A
// first member named "/" is the symbol table, one named "//" holds long names.
const (
	arMagic      = "!<arch>\n"
	arHeaderSize = 60
	arNameField  = 16
	arSizeOff    = 48
	arSizeLen    = 10
	arEndOff     = 58
)

// ArchiveError says where an archive is malformed.
type ArchiveError struct {
	File   string
	Offset int64
	Msg    string
}

func (e *ArchiveError) Error() string {
	return fmt.Sprintf("%s: offset %d: %s: rebuild the kit with `make kit`", e.File, e.Offset, e.Msg)
}

func arHeader(file string, off int64, h []byte) (name string, size int64, err error) {
	if string(h[arEndOff:]) != "`\n" {
		return "", 0, &ArchiveError{file, off, "no archive member header"}
	}
	size, err = strconv.ParseInt(strings.TrimRight(string(h[arSizeOff:arSizeOff+arSizeLen]), " "), 10, 64)
	if err != nil || size < 0 {
		return "", 0, &ArchiveError{file, off, "bad member size"}
	}
	return strings.TrimRight(string(h[:arNameField]), " "), size, nil
}

// ArchiveSymbols calls add for each symbol of the archive's symbol table, with
// the offset of the member that defines it. Only the table is read.
func ArchiveSymbols(file string, add func(name string, member int64)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var head [len(arMagic) + arHeaderSize]byte
	n, err := io.ReadFull(f, head[:])
	if n >= len(arMagic) && string(head[:len(arMagic)]) == arMagic && n == len(arMagic) {
		return nil // an archive without members
	}
	if err != nil || string(head[:len(arMagic)]) != arMagic {
		return &ArchiveError{file, 0, "not an archive"}
	}
	name, size, err := arHeader(file, int64(len(arMagic)), head[len(arMagic):])
	if err != nil {
		return err
	}
	if name != "/" {
		return nil // members, but no symbol at all
	}
	if st, err := f.Stat(); err != nil || size > st.Size() {
		return &ArchiveError{file, int64(len(head)), "truncated symbol table"}
	}
	tab := make([]byte, size)
	if _, err := io.ReadFull(f, tab); err != nil {
		return &ArchiveError{file, int64(len(head)), "truncated symbol table"}
	}
	return eachSymbol(file, tab, add)
}

// eachSymbol calls add for each entry of an archive's symbol table.
func eachSymbol(file string, tab []byte, add func(name string, member int64)) error {
	bad := &ArchiveError{file, int64(len(arMagic) + arHeaderSize), "malformed symbol table"}
	if len(tab) < 4 {
		return bad
	}
	count := int64(binary.BigEndian.Uint32(tab))
	if 4+4*count > int64(len(tab)) {
		return bad
	}
	offs, names := tab[4:], string(tab[4+4*count:])
	for i := range count {
		end := strings.IndexByte(names, 0)
		if end < 0 {
			return bad
		}
		add(names[:end], int64(binary.BigEndian.Uint32(offs[4*i:])))
		names = names[end+1:]
	}
	return nil
}

// ArchiveMember is one file of an archive.
type ArchiveMember struct {
	Name   string
	Offset int64 // of its header
	Data   []byte
}

// maxArchive bounds an archive of a kit, in bytes.
const maxArchive = 64 << 20

// ReadArchiveFile reads the members of the archive at file.
func ReadArchiveFile(file string) ([]ArchiveMember, error) {
	data, err := bounded.ReadFile(file, maxArchive)
	if err != nil {
		return nil, err
	}
	return ReadArchive(file, data)
}

// ReadArchive splits data, the content of an archive, into its members. File
// is for messages.
func ReadArchive(file string, data []byte) ([]ArchiveMember, error) {
	if !bytes.HasPrefix(data, []byte(arMagic)) {
		return nil, &ArchiveError{file, 0, "not an archive"}
	}
	var members []ArchiveMember
	var long []byte
	for off := int64(len(arMagic)); off < int64(len(data)); {
		if off+arHeaderSize > int64(len(data)) {
			return nil, &ArchiveError{file, off, "truncated member header"}
		}
		name, size, err := arHeader(file, off, data[off:off+arHeaderSize])
		if err != nil {
			return nil, err
		}
		start := off + arHeaderSize
		if size > int64(len(data))-start {
			return nil, &ArchiveError{file, off, "truncated member"}
		}
		body := data[start : start+size]
		switch {
		case name == "/" || name == "/SYM64/":
		case name == "//":
			long = body
		default:
			if name, err = longName(file, off, name, long); err != nil {
				return nil, err
			}
			members = append(members, ArchiveMember{name, off, body})
		}
		off = start + size + size&1
	}
	return members, nil
}

// longName is the name that a member's header means: itself without the slash at the end, or a place in long.
func longName(file string, off int64, name string, long []byte) (string, error) {
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		at, err := strconv.Atoi(rest)
		if err != nil || at < 0 || at >= len(long) {
			return "", &ArchiveError{file, off, "bad long member name"}
		}
		end := bytes.IndexByte(long[at:], '\n')
		if end < 0 {
			return "", &ArchiveError{file, off, "bad long member name"}
		}
		name = string(long[at : at+end])
	}
	return strings.TrimSuffix(name, "/"), nil
}

// Archive is an archive whose members are read as they are asked for.
type Archive struct {
	Name  string // "libc.a"
	index []definition
	file  *os.File // nil: members are in data
	size  int64
	long  []byte
	data  []ArchiveMember
	ends  map[int64]int64 // of each member that the index names: the next one's offset, or the file's end
}

// definition is an entry of an archive's symbol table.
type definition struct {
	name   string
	member int64 // offset of its header
}

// OpenArchive reads the symbol table of the archive at file.
func OpenArchive(file string) (*Archive, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	a := &Archive{Name: filepath.Base(file), file: f}
	if err := a.readIndex(); err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

// Close ends the reading of members.
func (a *Archive) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

// NewArchive is an archive in memory; symbol is the one name that a member defines.
func NewArchive(name string, members []ArchiveMember, symbol func(*ArchiveMember) string) *Archive {
	a := &Archive{Name: name, data: members}
	for i := range members {
		members[i].Offset = int64(i)
		a.index = append(a.index, definition{symbol(&members[i]), int64(i)})
	}
	return a
}

func (a *Archive) readIndex() error {
	st, err := a.file.Stat()
	if err != nil {
		return err
	}
	if a.size = st.Size(); a.size > maxArchive {
		return &ArchiveError{a.file.Name(), 0, "larger than archives of a kit are"}
	}
	var magic [len(arMagic)]byte
	if _, err := a.file.ReadAt(magic[:], 0); err != nil || string(magic[:]) != arMagic {
		return &ArchiveError{a.file.Name(), 0, "not an archive"}
	}
	at := int64(len(arMagic))
	for _, special := range []string{"/", "//"} {
		if at >= a.size {
			break
		}
		name, body, err := a.readAt(at, a.size)
		if err != nil {
			return err
		}
		if name != special {
			continue
		}
		at += arHeaderSize + int64(len(body)+len(body)&1)
		if special == "//" {
			a.long = body
		} else if err := eachSymbol(a.file.Name(), body, func(name string, member int64) {
			a.index = append(a.index, definition{name, member})
		}); err != nil {
			return err
		}
	}
	offsets := make([]int64, 0, len(a.index)+1)
	for i, d := range a.index {
		if i == 0 || d.member != a.index[i-1].member {
			offsets = append(offsets, d.member)
		}
	}
	slices.Sort(offsets)
	offsets = append(offsets, a.size)
	a.ends = make(map[int64]int64, len(offsets))
	for i, off := range offsets[:len(offsets)-1] {
		a.ends[off] = offsets[i+1]
	}
	return nil
}

// readAt reads the member whose header is at off and which ends before end.
func (a *Archive) readAt(off, end int64) (name string, body []byte, err error) {
	if off < 0 || end-off < arHeaderSize {
		return "", nil, &ArchiveError{a.file.Name(), off, "truncated member header"}
	}
	buf := make([]byte, min(end-off, arFirstRead))
	if _, err := a.file.ReadAt(buf, off); err != nil {
		return "", nil, &ArchiveError{a.file.Name(), off, "truncated member header"}
	}
	name, size, err := arHeader(a.file.Name(), off, buf[:arHeaderSize])
	if err != nil {
		return "", nil, err
	}
	if size > a.size-off-arHeaderSize {
		return "", nil, &ArchiveError{a.file.Name(), off, "truncated member"}
	}
	if have := int64(len(buf)) - arHeaderSize; have < size {
		more := make([]byte, size)
		copy(more, buf[arHeaderSize:])
		if _, err := a.file.ReadAt(more[have:], off+int64(len(buf))); err != nil {
			return "", nil, &ArchiveError{a.file.Name(), off, "truncated member"}
		}
		return name, more, nil
	}
	return name, buf[arHeaderSize:][:size:size], nil
}

// arFirstRead is how much is read of a member with its header.
const arFirstRead = 16 << 10

// member returns that whose header is at an offset that the index names.
func (a *Archive) member(off int64) (ArchiveMember, error) {
	if a.file == nil {
		return a.data[off], nil
	}
	name, body, err := a.readAt(off, a.ends[off])
	if err != nil {
		return ArchiveMember{}, err
	}
	if name, err = longName(a.file.Name(), off, name, a.long); err != nil {
		return ArchiveMember{}, err
	}
	return ArchiveMember{name, off, body}, nil
}
