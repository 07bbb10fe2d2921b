package rofs

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync"
)

// image is what scan found in the tables of a version 1 image. Its slices are as
// long as the tables, which the image's size bounds.
type image struct {
	sb      Super
	tables  []byte   // directory entries, links and inodes as they lie in the image
	dirents []uint32 // offset in tables of each directory entry
	links   []uint32 // offset in tables of each link
	inodes  uint32   // offset in tables of the inodes
	used    int      // bytes of tables that mean something
	parent  []uint32 // inode number of the directory an inode is in; 0: none

	mu   sync.Mutex
	dirs map[uint64]map[string]uint64 // names of large directories; together no larger than the tables
}

// dirent returns directory entry i.
func (im *image) dirent(i uint64) (ino uint64, name []byte) {
	b := im.tables[im.dirents[i]:]
	n := binary.LittleEndian.Uint16(b[8:])
	return binary.LittleEndian.Uint64(b), b[direntHead : direntHead+int(n)]
}

// target returns the target of link i.
func (im *image) target(i uint64) string {
	b := im.tables[im.links[i]:]
	return string(b[linkHead : linkHead+int(binary.LittleEndian.Uint16(b))])
}

// row returns the inode with number no, from 1 to super.Inodes.
func (im *image) row(no uint64) inode {
	return decodeInode(im.tables[uint64(im.inodes)+(no-rootInode)*inodeSize:])
}

// Offsets in the image, for messages.
func (im *image) tableOff(o uint32) int64 { return int64(im.sb.TableBlock)*BlockSize + int64(o) }
func (im *image) inodeOff(no uint64) int64 {
	return im.tableOff(im.inodes) + int64(no-rootInode)*inodeSize
}

// report takes one thing that is wrong; it returns an error to stop the scan.
type report func(off int64, value any, format string, args ...any) error

// fatal reports what nothing can be read behind. It never returns nil.
func fatal(rep report, off int64, value any, format string, args ...any) error {
	if err := rep(off, value, format, args...); err != nil {
		return err
	}
	return errStop
}

var errStop = fmt.Errorf("rofs: the rest of the image cannot be read")

// scan reads the superblock and the tables and checks every rule that reading
// relies on, so that what it accepts can be walked without further checks:
// offsets and counts lie inside their tables, file data lies where data may be,
// names are names, and the directories form a tree. It returns errStop after a
// fault behind which nothing can be read, or what r or rep returned.
func scan(r io.ReaderAt, size int64, rep report) (tables, error) {
	var b [superSize]byte
	if size < BlockSize {
		return nil, fatal(rep, 0, size, "shorter than the %d bytes of a superblock", BlockSize)
	}
	if err := readFull(r, b[:], 0); err != nil {
		return nil, err
	}
	s := decodeSuper(b[:])
	switch {
	case s.Magic != Magic:
		return nil, fatal(rep, superMagic, hexValue(s.Magic), "no rofs magic %#x", uint64(Magic))
	case s.Version == Version:
		return scan1(r, size, s, rep)
	case s.Version == Version2:
		return scan2(r, size, decodeSuper2(b[:]), rep)
	}
	return nil, fatal(rep, superVersion, s.Version, "only versions %d and %d can be read", Version, Version2)
}

func scan1(r io.ReaderAt, size int64, s Super, rep report) (tables, error) {
	im := &image{sb: s, dirs: make(map[uint64]map[string]uint64)}
	if err := im.readTables(r, size, rep); err != nil {
		return nil, err
	}
	if err := im.index(rep); err != nil {
		return nil, err
	}
	if err := im.checkInodes(rep); err != nil {
		return nil, err
	}
	return im, nil
}

func (im *image) readTables(r io.ReaderAt, size int64, rep report) error {
	s := im.sb
	if s.BlockSize != BlockSize {
		return fatal(rep, superBlockSize, s.BlockSize, "block size is not %d", BlockSize)
	}
	all := uint64(size) / BlockSize
	switch {
	case s.TableBlock < firstData || s.TableBlock > all:
		return fatal(rep, superTableBlock, s.TableBlock, "tables do not start within the image's %d blocks", all)
	case s.TableBlocks == 0 || s.TableBlocks > all-s.TableBlock:
		return fatal(rep, superTableBlocks, s.TableBlocks, "tables do not end within the image's %d blocks", all)
	case s.TableBlocks > MaxTables/BlockSize:
		return fatal(rep, superTableBlocks, s.TableBlocks, "tables are larger than %d bytes", MaxTables)
	}
	room := s.TableBlocks * BlockSize
	switch {
	case s.Dirents > room/direntHead:
		return fatal(rep, superDirents, s.Dirents, "more directory entries than fit in the tables")
	case s.Links > room/linkHead:
		return fatal(rep, superLinks, s.Links, "more links than fit in the tables")
	case s.Inodes > room/inodeSize:
		return fatal(rep, superInodes, s.Inodes, "more inodes than fit in the tables")
	case s.Inodes == 0:
		return fatal(rep, superInodes, s.Inodes, "no root inode")
	}
	im.tables = make([]byte, room)
	return readFull(r, im.tables, int64(s.TableBlock)*BlockSize)
}

// index finds where each directory entry and link starts.
func (im *image) index(rep report) error {
	s, at := im.sb, uint64(0)
	room := uint64(len(im.tables))
	im.dirents = make([]uint32, s.Dirents)
	for i := range im.dirents {
		if room-at < direntHead {
			return fatal(rep, im.tableOff(uint32(at)), nil, "directory entry %d does not fit in the tables", i)
		}
		n := uint64(binary.LittleEndian.Uint16(im.tables[at+8:]))
		if room-at-direntHead < n {
			return fatal(rep, im.tableOff(uint32(at))+8, n, "name of directory entry %d does not fit in the tables", i)
		}
		im.dirents[i] = uint32(at)
		if msg := badName(string(im.tables[at+direntHead : at+direntHead+n])); msg != "" {
			if err := rep(im.tableOff(uint32(at))+direntHead, nil, "directory entry %d: %s", i, msg); err != nil {
				return err
			}
		}
		at += direntHead + n
	}
	im.links = make([]uint32, s.Links)
	for i := range im.links {
		if room-at < linkHead {
			return fatal(rep, im.tableOff(uint32(at)), nil, "link %d does not fit in the tables", i)
		}
		n := uint64(binary.LittleEndian.Uint16(im.tables[at:]))
		if room-at-linkHead < n {
			return fatal(rep, im.tableOff(uint32(at)), n, "target of link %d does not fit in the tables", i)
		}
		if n == 0 || n > MaxLink {
			if err := rep(im.tableOff(uint32(at)), n, "target of link %d has not 1 to %d bytes", i, MaxLink); err != nil {
				return err
			}
		}
		im.links[i] = uint32(at)
		at += linkHead + n
	}
	if room-at < s.Inodes*inodeSize {
		return fatal(rep, im.tableOff(uint32(at)), s.Inodes, "the inodes do not fit in the tables")
	}
	im.inodes = uint32(at)
	im.used = int(at + s.Inodes*inodeSize)
	return nil
}

// checkInodes checks each inode, and that directories share no entries and
// entries share no inodes: then what the root reaches is a tree.
func (im *image) checkInodes(rep report) error {
	s := im.sb
	im.parent = make([]uint32, s.Inodes+rootInode)
	owner := make([]uint32, s.Dirents) // the directory that each entry belongs to
	for no := uint64(rootInode); no < s.Inodes+rootInode; no++ {
		n, off := im.row(no), im.inodeOff(no)
		var err error
		switch {
		case n.no != no:
			err = rep(off+8, n.no, "inode %d has another number", no)
		case no == rootInode && n.mode != TypeDir:
			err = rep(off, n.mode, "the root is not a directory")
		}
		if err != nil {
			return err
		}
		switch n.mode {
		case TypeDir:
			if n.data > s.Dirents || n.count > s.Dirents-n.data {
				err = rep(off+16, n.data, "directory %d has %d entries outside the table of %d", no, n.count, s.Dirents)
				break
			}
			for i := n.data; i < n.data+n.count && err == nil; i++ {
				err = im.claim(no, i, owner, rep)
			}
		case TypeFile:
			if n.count > math.MaxInt64-BlockSize || n.data < firstData || n.data > s.TableBlock || blocks(n.count) > s.TableBlock-n.data {
				err = rep(off+16, n.data, "file %d has %d bytes outside the data blocks 1 to %d", no, n.count, s.TableBlock)
			}
		case TypeLink:
			if n.data >= s.Links {
				err = rep(off+16, n.data, "link %d is outside the table of %d", no, s.Links)
			} else if n.count != 1 {
				err = rep(off+24, n.count, "link %d has not one target", no)
			}
		default:
			err = rep(off, hexValue(n.mode), "inode %d is no directory, file or link", no)
		}
		if err != nil {
			return err
		}
	}
	return im.checkNames(rep)
}

// claim makes directory entry i one of directory dir, and its inode dir's child.
func (im *image) claim(dir, i uint64, owner []uint32, rep report) error {
	off := im.tableOff(im.dirents[i])
	if owner[i] != 0 {
		return rep(off, nil, "directory entry %d is in directory %d and in directory %d", i, owner[i], dir)
	}
	owner[i] = uint32(dir)
	child, _ := im.dirent(i)
	switch {
	case child < rootInode || child >= im.sb.Inodes+rootInode:
		return rep(off, child, "directory entry %d names no inode of the %d", i, im.sb.Inodes)
	case child == rootInode:
		return rep(off, nil, "directory entry %d names the root", i)
	case im.parent[child] != 0:
		return rep(off, child, "directory entry %d names an inode that directory %d has already", i, im.parent[child])
	}
	im.parent[child] = uint32(dir)
	return nil
}

// checkNames checks that no directory has a name twice.
func (im *image) checkNames(rep report) error {
	for no := uint64(rootInode); no < im.sb.Inodes+rootInode; no++ {
		n := im.row(no)
		if n.mode != TypeDir || n.count < 2 || n.data > im.sb.Dirents || n.count > im.sb.Dirents-n.data {
			continue
		}
		seen := make(map[string]bool, min(n.count, 1<<16))
		for i := n.data; i < n.data+n.count; i++ {
			child, name := im.dirent(i)
			if child >= uint64(len(im.parent)) || im.parent[child] != uint32(no) {
				continue // reported, and not this directory's
			}
			if seen[string(name)] {
				if err := rep(im.tableOff(im.dirents[i])+direntHead, nil, "directory %d has the name %q twice", no, name); err != nil {
					return err
				}
			}
			seen[string(name)] = true
		}
	}
	return nil
}

type hexValue uint64

func (v hexValue) String() string { return fmt.Sprintf("%#x", uint64(v)) }

// readFull reads all of b, which the size given for r says is there.
func readFull(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == io.EOF || err == nil {
		return &FormatError{Off: off + int64(n), Msg: "the image ends here, before its size says so"}
	}
	return err
}
