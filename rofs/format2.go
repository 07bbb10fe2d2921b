package rofs

import (
	"encoding/binary"
	"math"
)

// Constants and limits of version 2, which docs/rofs2.md specifies.
const (
	Version2   = 2
	BlockSize2 = 4096

	superSize2  = 64
	inodeSize2  = 48
	direntSize2 = 12
	extentSize2 = 24
	xattrHead2  = 8

	maxXattrName  = 255     // bytes (XATTR_NAME_MAX)
	maxXattrValue = 1 << 16 // bytes (XATTR_SIZE_MAX)
	maxXattrs     = 1 << 16 // bytes of one file's, as Linux's list holds (XATTR_LIST_MAX)

	maxSparseRead = 1 << 30 // bytes of a file with holes that are read into memory at once

	// FeatureHoles says that files have holes: a reader that does not know a
	// feature refuses the image.
	FeatureHoles  = 1
	knownFeatures = FeatureHoles
)

// Super2 is the superblock of version 2. The tables follow it at once.
type Super2 struct {
	Magic     uint64 `json:"magic"`
	Version   uint64 `json:"version"`
	BlockSize uint64 `json:"block_size"`
	Blocks    uint64 `json:"blocks"`      // size of the image
	MetaBytes uint64 `json:"table_bytes"` // from the image's start on: superblock and tables
	Inodes    uint64 `json:"inodes"`
	Features  uint64 `json:"features"`
}

// Offsets of the superblock's fields. The last 8 bytes are zero.
const (
	super2Magic = 8 * iota
	super2Version
	super2BlockSize
	super2Blocks
	super2MetaBytes
	super2Inodes
	super2Features
	super2Zero
)

func decodeSuper2(b []byte) Super2 {
	u := binary.LittleEndian.Uint64
	return Super2{
		Magic:     u(b[super2Magic:]),
		Version:   u(b[super2Version:]),
		BlockSize: u(b[super2BlockSize:]),
		Blocks:    u(b[super2Blocks:]),
		MetaBytes: u(b[super2MetaBytes:]),
		Inodes:    u(b[super2Inodes:]),
		Features:  u(b[super2Features:]),
	}
}

func (s Super2) append(b []byte) []byte {
	for _, v := range [...]uint64{s.Magic, s.Version, s.BlockSize, s.Blocks, s.MetaBytes, s.Inodes, s.Features, 0} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// inode2 is one row of version 2's inode table. What size and start mean depends
// on the type: bytes and first block (file without holes), bytes and offset of
// the extents (file with holes), entries and offset of the first (directory),
// bytes and offset of the target (link). Offsets are from the image's start.
type inode2 struct {
	mode    uint32 // type and permissions, as st_mode has them
	nlink   uint32
	uid     uint32
	gid     uint32
	size    uint64
	start   uint64
	mtime   int64  // nanoseconds since 1970
	xattrs  uint32 // offset; 0: none
	extents uint32 // how many; 0: no holes
}

// Offsets of an inode's fields.
const (
	inode2Mode    = 0
	inode2Nlink   = 4
	inode2UID     = 8
	inode2GID     = 12
	inode2Size    = 16
	inode2Start   = 24
	inode2MTime   = 32
	inode2Xattrs  = 40
	inode2Extents = 44
)

func decodeInode2(b []byte) inode2 {
	u, w := binary.LittleEndian.Uint64, binary.LittleEndian.Uint32
	return inode2{
		mode:    w(b[inode2Mode:]),
		nlink:   w(b[inode2Nlink:]),
		uid:     w(b[inode2UID:]),
		gid:     w(b[inode2GID:]),
		size:    u(b[inode2Size:]),
		start:   u(b[inode2Start:]),
		mtime:   int64(u(b[inode2MTime:])),
		xattrs:  w(b[inode2Xattrs:]),
		extents: w(b[inode2Extents:]),
	}
}

func (n inode2) append(b []byte) []byte {
	u, w := binary.LittleEndian.AppendUint64, binary.LittleEndian.AppendUint32
	b = w(w(w(w(b, n.mode), n.nlink), n.uid), n.gid)
	b = u(u(u(b, n.size), n.start), uint64(n.mtime))
	return w(w(b, n.xattrs), n.extents)
}

func (n inode2) kind() Type { return Type(n.mode &^ permMask) }

// dirent2 is an entry of a directory. Those of one directory are sorted by name.
type dirent2 struct {
	ino  uint32
	name uint32 // offset of the name
	len  uint8
	kind uint8 // type bits of the inode's mode, shifted to the low end: DT_DIR and the like
}

func decodeDirent2(b []byte) dirent2 {
	w := binary.LittleEndian.Uint32
	return dirent2{ino: w(b), name: w(b[4:]), len: b[8], kind: b[9]}
}

func (d dirent2) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, d.ino)
	b = binary.LittleEndian.AppendUint32(b, d.name)
	return append(b, d.len, d.kind, 0, 0)
}

// direntKind is the type that a directory entry tells.
func direntKind(t Type) uint8 { return uint8(t >> 12) }

// extent2 is a part of a file that has holes: blocks of it, by ascending place
// in the file. What no extent covers is zero.
type extent2 struct {
	at    uint64 // block of the file
	block uint64 // block of the image
	count uint64 // blocks
}

func decodeExtent2(b []byte) extent2 {
	u := binary.LittleEndian.Uint64
	return extent2{u(b), u(b[8:]), u(b[16:])}
}

func (e extent2) append(b []byte) []byte {
	u := binary.LittleEndian.AppendUint64
	return u(u(u(b, e.at), e.block), e.count)
}

// appendXattrs puts down a file's attributes: for each the lengths of name and
// value, then the two; at the end an empty name.
func appendXattrs(b []byte, list []Xattr) []byte {
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(x.Name)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(x.Value)))
		b = append(append(b, x.Name...), x.Value...)
	}
	return append(b, 0, 0, 0, 0)
}

// blocks2 is the number of blocks that n bytes fill.
func blocks2(n uint64) uint64 { return n/BlockSize2 + (n%BlockSize2+BlockSize2-1)/BlockSize2 }

// maxFile2 keeps every offset in an image a positive int64.
const maxFile2 = math.MaxInt64 - BlockSize2
