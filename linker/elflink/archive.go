package elflink

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"uk.example/internal/bounded"
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
	members, _, err := readArchive(file, data)
	return members, err
}

// readArchive returns the members of an archive and its symbol table, which is empty if it has none.
func readArchive(file string, data []byte) (members []ArchiveMember, symbols []byte, err error) {
	if !bytes.HasPrefix(data, []byte(arMagic)) {
		return nil, nil, &ArchiveError{file, 0, "not an archive"}
	}
	symbols = make([]byte, 4)
	var long []byte
	for off := int64(len(arMagic)); off < int64(len(data)); {
		if off+arHeaderSize > int64(len(data)) {
			return nil, nil, &ArchiveError{file, off, "truncated member header"}
		}
		name, size, err := arHeader(file, off, data[off:off+arHeaderSize])
		if err != nil {
			return nil, nil, err
		}
		start := off + arHeaderSize
		if size > int64(len(data))-start {
			return nil, nil, &ArchiveError{file, off, "truncated member"}
		}
		body := data[start : start+size]
		switch {
		case name == "/":
			symbols = body
		case name == "/SYM64/":
		case name == "//":
			long = body
		default:
			if name, err = longName(file, off, name, long); err != nil {
				return nil, nil, err
			}
			members = append(members, ArchiveMember{name, off, body})
		}
		off = start + size + size&1
	}
	return members, symbols, nil
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
