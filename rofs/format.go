package rofs

import (
	"encoding/binary"
	"fmt"
)

// Limits and constants of the format. Those of the tables are this package's:
// the format itself has 64-bit counts.
const (
	Magic     = 0xDEADBEAD // first 8 bytes of an image
	Version   = 1          // OSv's format
	BlockSize = 512        // bytes; the unit of every block number

	MaxName   = 255  // bytes in one path component (NAME_MAX)
	MaxLink   = 4095 // bytes in a symbolic link (PATH_MAX less its NUL)
	MaxPath   = 4095 // bytes in a guest path
	MaxTables = 256 << 20

	superSize     = 8 * 8
	inodeSize     = 4 * 8
	direntHead    = 8 + 2 // inode number, length of the name that follows
	linkHead      = 2     // length of the target that follows
	rootInode     = 1     // inode numbers start at 1
	firstData     = 1     // block after the superblock
	maxLinkWalk   = 40    // links followed in one lookup, as Linux does
	mapDirEntries = 16    // directories larger than this are looked up through a map
)

// Type is the kind of an inode: the type bits of a Unix mode, alone.
type Type uint64

// The types that the format knows.
const (
	TypeDir  Type = 0x4000
	TypeFile Type = 0x8000
	TypeLink Type = 0xA000
)

func (t Type) String() string {
	switch t {
	case TypeDir:
		return "directory"
	case TypeFile:
		return "file"
	case TypeLink:
		return "link"
	}
	return fmt.Sprintf("type %#x", uint64(t))
}

// Super is the superblock. Block numbers and counts are in BlockSize units.
type Super struct {
	Magic       uint64 `json:"magic"`
	Version     uint64 `json:"version"`
	BlockSize   uint64 `json:"block_size"`
	TableBlock  uint64 `json:"table_block"`  // where the tables start
	TableBlocks uint64 `json:"table_blocks"` // how many blocks they fill
	Dirents     uint64 `json:"directory_entries"`
	Links       uint64 `json:"links"`
	Inodes      uint64 `json:"inodes"`
}

// Offsets of the superblock's fields, for error messages.
const (
	superMagic = 8 * iota
	superVersion
	superBlockSize
	superTableBlock
	superTableBlocks
	superDirents
	superLinks
	superInodes
)

func decodeSuper(b []byte) Super {
	u := binary.LittleEndian.Uint64
	return Super{
		Magic:       u(b[superMagic:]),
		Version:     u(b[superVersion:]),
		BlockSize:   u(b[superBlockSize:]),
		TableBlock:  u(b[superTableBlock:]),
		TableBlocks: u(b[superTableBlocks:]),
		Dirents:     u(b[superDirents:]),
		Links:       u(b[superLinks:]),
		Inodes:      u(b[superInodes:]),
	}
}

func (s Super) append(b []byte) []byte {
	for _, v := range [...]uint64{s.Magic, s.Version, s.BlockSize, s.TableBlock,
		s.TableBlocks, s.Dirents, s.Links, s.Inodes} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// inode is one row of the inode table. What data and count mean depends on mode:
// first block and bytes (file), first directory entry and how many (directory),
// index in the table of links and 1 (link).
type inode struct {
	mode  Type
	no    uint64
	data  uint64
	count uint64
}

func decodeInode(b []byte) inode {
	u := binary.LittleEndian.Uint64
	return inode{mode: Type(u(b)), no: u(b[8:]), data: u(b[16:]), count: u(b[24:])}
}

func (n inode) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(n.mode))
	b = binary.LittleEndian.AppendUint64(b, n.no)
	b = binary.LittleEndian.AppendUint64(b, n.data)
	return binary.LittleEndian.AppendUint64(b, n.count)
}

func appendDirent(b []byte, ino uint64, name string) []byte {
	b = binary.LittleEndian.AppendUint64(b, ino)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
	return append(b, name...)
}

func appendLink(b []byte, target string) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(len(target)))
	return append(b, target...)
}

// blocks is the number of blocks that n bytes of a file fill.
func blocks(n uint64) uint64 { return n/BlockSize + (n%BlockSize+BlockSize-1)/BlockSize }

// tailPad is how many zero bytes follow n bytes of tables. OSv's generator adds
// a whole block when the tables end on a block's edge; so does this.
func tailPad(n uint64) uint64 { return BlockSize - n%BlockSize }

// FormatError is an image that breaks the format.
type FormatError struct {
	Name  string // the image's file name, when known
	Off   int64  // byte offset in the image
	Msg   string
	Value any // the offending value, or nil
}

func (e *FormatError) Error() string {
	s := fmt.Sprintf("rofs image damaged at byte %d: %s", e.Off, e.Msg)
	if e.Value != nil {
		s += fmt.Sprintf(" (found %v)", e.Value)
	}
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s + "; make the image again"
}
