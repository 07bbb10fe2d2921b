package rofs

import (
	"encoding/binary"
	"io"
	"slices"
	"sort"
	"strings"
	"time"
)

// image2 is what scan found in the tables of a version 2 image.
type image2 struct {
	sb     Super2
	meta   []byte   // superblock and tables
	parent []uint32 // inode number of the directory that a directory is in; 0: none
}

func scan2(r io.ReaderAt, size int64, s Super2, rep report) (tables, error) {
	im := &image2{sb: s}
	all := uint64(size) / BlockSize2
	switch {
	case s.BlockSize != BlockSize2:
		return nil, fatal(rep, super2BlockSize, s.BlockSize, "block size is not %d", BlockSize2)
	case s.Features&^knownFeatures != 0:
		return nil, fatal(rep, super2Features, hexValue(s.Features), "the image has features that this program does not know")
	case s.Blocks > all || s.Blocks == 0:
		return nil, fatal(rep, super2Blocks, s.Blocks, "the image has only %d whole blocks", all)
	case s.MetaBytes > s.Blocks*BlockSize2 || s.MetaBytes > MaxTables:
		return nil, fatal(rep, super2MetaBytes, s.MetaBytes, "tables do not end within the image's %d bytes, or are larger than %d", size, MaxTables)
	case s.Inodes == 0 || s.MetaBytes < superSize2 || s.Inodes > (s.MetaBytes-superSize2)/inodeSize2:
		return nil, fatal(rep, super2Inodes, s.Inodes, "the inodes do not fit in the tables, or there is none")
	}
	im.meta = make([]byte, s.MetaBytes)
	if err := readFull(r, im.meta, 0); err != nil {
		return nil, err
	}
	im.parent = make([]uint32, s.Inodes+rootInode)
	if err := im.checkInodes(rep); err != nil {
		return nil, err
	}
	return im, nil
}

func (im *image2) rowOff(no uint64) int64 { return superSize2 + int64(no-rootInode)*inodeSize2 }

// row returns the inode with number no, from 1 to sb.Inodes.
func (im *image2) row(no uint64) inode2 { return decodeInode2(im.meta[im.rowOff(no):]) }

// within tells whether size bytes from off on are in the tables.
func (im *image2) within(off, size uint64) bool {
	all := uint64(len(im.meta))
	return off >= superSize2 && off <= all && size <= all-off
}

// checkInodes checks each inode, and that no directory has two parents: then
// what the root reaches is a tree, but for files that have several names.
func (im *image2) checkInodes(rep report) error {
	if im.row(rootInode).kind() != TypeDir {
		return fatal(rep, im.rowOff(rootInode), nil, "the root is not a directory")
	}
	// Entries of all directories together, of which none is another's too.
	left := uint64(len(im.meta)) / direntSize2
	for no := uint64(rootInode); no < im.sb.Inodes+rootInode; no++ {
		n, off := im.row(no), im.rowOff(no)
		var err error
		switch n.kind() {
		case TypeDir:
			if n.size > left || !im.within(n.start, n.size*direntSize2) {
				return fatal(rep, off+inode2Size, n.size, "directory %d has entries outside the tables, or another's", no)
			}
			left -= n.size
			err = im.checkDir(no, n, rep)
		case TypeFile:
			err = im.checkFile(no, n, rep)
		case TypeLink:
			if n.size == 0 || n.size > MaxLink || !im.within(n.start, n.size) {
				return fatal(rep, off+inode2Size, n.size, "the target of link %d is not 1 to %d bytes of the tables", no, MaxLink)
			}
		default:
			err = rep(off+inode2Mode, hexValue(n.mode), "inode %d is no directory, file or link", no)
		}
		if err == nil && n.xattrs != 0 {
			if _, msg := im.readXattrs(n.xattrs); msg != "" {
				return fatal(rep, off+inode2Xattrs, n.xattrs, "extended attributes of inode %d: %s", no, msg)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkDir checks the entries of directory no, and makes it the parent of those
// that are directories.
func (im *image2) checkDir(no uint64, n inode2, rep report) error {
	last := ""
	for i := range n.size {
		off := int64(n.start + i*direntSize2)
		e := decodeDirent2(im.meta[off:])
		if !im.within(uint64(e.name), uint64(e.len)) {
			return fatal(rep, off+4, e.name, "the name of entry %d of directory %d is outside the tables", i, no)
		}
		name := im.name(e)
		var err error
		switch msg := badName(name); {
		case e.ino < rootInode || uint64(e.ino) >= im.sb.Inodes+rootInode:
			return fatal(rep, off, e.ino, "entry %d of directory %d names no inode of the %d", i, no, im.sb.Inodes)
		case e.ino == rootInode:
			return fatal(rep, off, nil, "entry %d of directory %d names the root", i, no)
		case im.row(uint64(e.ino)).kind() == TypeDir && im.parent[e.ino] != 0:
			return fatal(rep, off, e.ino, "entry %d of directory %d is a directory that directory %d has already", i, no, im.parent[e.ino])
		case e.kind != direntKind(im.row(uint64(e.ino)).kind()):
			err = rep(off, e.kind, "entry %d of directory %d tells another type than its inode", i, no)
		case msg != "":
			err = rep(off, nil, "entry %d of directory %d: %s", i, no, msg)
		case i > 0 && name <= last:
			err = rep(off, nil, "entry %d of directory %d, %q, is not behind %q in order", i, no, name, last)
		}
		if err != nil {
			return err
		}
		last = name
		if im.row(uint64(e.ino)).kind() == TypeDir {
			im.parent[e.ino] = uint32(no)
		}
	}
	return nil
}

func (im *image2) name(e dirent2) string { return string(im.meta[e.name:][:e.len]) }

// checkFile checks that the contents of a file lie behind the tables, and its extents in order.
func (im *image2) checkFile(no uint64, n inode2, rep report) error {
	off := im.rowOff(no)
	first, end := blocks2(im.sb.MetaBytes), im.sb.Blocks
	switch {
	case n.size > maxFile2:
		return fatal(rep, off+inode2Size, n.size, "file %d is larger than can be", no)
	case n.extents == 0:
		if n.size > 0 && (n.start < first || n.start > end || blocks2(n.size) > end-n.start) {
			return fatal(rep, off+inode2Start, n.start, "file %d has %d bytes outside the blocks %d to %d", no, n.size, first, end)
		}
		return nil
	case im.sb.Features&FeatureHoles == 0:
		return fatal(rep, off+inode2Extents, n.extents, "file %d has holes, which the superblock does not tell of", no)
	case !im.within(n.start, uint64(n.extents)*extentSize2):
		return fatal(rep, off+inode2Start, n.start, "the extents of file %d are outside the tables", no)
	}
	at := uint64(0)
	for i := range uint64(n.extents) {
		e := im.extent(n, i)
		if n.extents == 1 && e == (extent2{at: blocks2(n.size)}) {
			return nil // nothing but a hole
		}
		if e.count == 0 || e.at < at || e.at > blocks2(n.size) || e.count > blocks2(n.size)-e.at ||
			e.block < first || e.block > end || e.count > end-e.block {
			return fatal(rep, int64(n.start+i*extentSize2), e.block, "extent %d of file %d is out of order, or outside of file or image", i, no)
		}
		at = e.at + e.count
	}
	return nil
}

func (im *image2) extent(n inode2, i uint64) extent2 {
	return decodeExtent2(im.meta[n.start+i*extentSize2:])
}

// readXattrs reads the attributes at off; msg says what is wrong with them.
func (im *image2) readXattrs(off uint32) (list []Xattr, msg string) {
	const outside = "they do not end within the tables"
	at := uint64(off)
	for {
		if !im.within(at, 4) {
			return nil, outside
		}
		n := uint64(binary.LittleEndian.Uint32(im.meta[at:]))
		if n == 0 {
			break
		}
		if !im.within(at, xattrHead2) {
			return nil, outside
		}
		v := uint64(binary.LittleEndian.Uint32(im.meta[at+4:]))
		if at += xattrHead2; !im.within(at, n+v) {
			return nil, outside
		}
		list = append(list, Xattr{string(im.meta[at : at+n]), im.meta[at+n : at+n+v : at+n+v]})
		at += n + v
		if at-uint64(off) > maxXattrs {
			return nil, "they are larger than Linux has them"
		}
	}
	if err := checkXattrs(list); err != nil {
		return nil, err.Error()
	}
	return list, ""
}

// What FS asks.

func (im *image2) super() any { return im.sb }

func (im *image2) inode(no uint64) Inode {
	n := im.row(no)
	return Inode{No: no, Type: n.kind(), Mode: n.mode & permMask, UID: n.uid, GID: n.gid, Nlink: n.nlink,
		MTime: time.Unix(0, n.mtime), Data: n.start, Count: n.size, xattrs: n.xattrs, extents: n.extents}
}

func (im *image2) child(dir Inode, k uint64) (uint64, string) {
	e := decodeDirent2(im.meta[dir.Data+k*direntSize2:])
	return uint64(e.ino), im.name(e)
}

func (im *image2) find(dir Inode, name string) (uint64, bool) {
	k, ok := sort.Find(int(dir.Count), func(k int) int {
		_, have := im.child(dir, uint64(k))
		return strings.Compare(name, have)
	})
	if !ok {
		return 0, false
	}
	no, _ := im.child(dir, uint64(k))
	return no, true
}

func (im *image2) link(n Inode) string { return string(im.meta[n.Data:][:n.Count]) }

func (im *image2) up(no uint64) uint64 { return uint64(im.parent[no]) }

func (im *image2) xattrs(n Inode) []Xattr {
	if n.xattrs == 0 {
		return nil
	}
	list, _ := im.readXattrs(n.xattrs)
	for i := range list {
		list[i].Value = slices.Clone(list[i].Value)
	}
	return list
}

func (im *image2) contents(n Inode, r io.ReaderAt) io.ReaderAt {
	if n.extents == 0 {
		return io.NewSectionReader(r, int64(n.Data)*BlockSize2, int64(n.Count))
	}
	return &sparse{im: im, n: im.row(n.No), r: r}
}

// holes are the parts of a file that no extent covers.
func (im *image2) holes(n Inode) (list [][2]int64) {
	if n.extents == 0 {
		return nil
	}
	at, size := int64(0), int64(n.Count)
	for i := range uint64(n.extents) {
		e := im.extent(im.row(n.No), i)
		if from := min(int64(e.at)*BlockSize2, size); from > at {
			list = append(list, [2]int64{at, from})
		}
		at = int64(e.at+e.count) * BlockSize2
	}
	if at < size {
		list = append(list, [2]int64{at, size})
	}
	return list
}

// sparse reads a file that has holes.
type sparse struct {
	im *image2
	n  inode2
	r  io.ReaderAt
}

func (s *sparse) ReadAt(b []byte, off int64) (done int, err error) {
	for done < len(b) {
		pos := off + int64(done)
		if pos < 0 || uint64(pos) >= s.n.size {
			return done, io.EOF
		}
		part := b[done:min(len(b), done+int(min(s.n.size-uint64(pos), uint64(len(b)))))]
		block := uint64(pos) / BlockSize2
		i := sort.Search(int(s.n.extents), func(i int) bool {
			e := s.im.extent(s.n, uint64(i))
			return e.at+e.count > block
		})
		end, from := s.n.size, int64(-1) // where what is at pos ends, and where it is in the image
		if i < int(s.n.extents) {
			e := s.im.extent(s.n, uint64(i))
			if end = e.at * BlockSize2; e.at <= block {
				end = min((e.at+e.count)*BlockSize2, s.n.size)
				from = int64(e.block*BlockSize2) + pos - int64(e.at*BlockSize2)
			}
		}
		part = part[:min(uint64(len(part)), end-uint64(pos))]
		if from < 0 {
			clear(part)
		} else if err := readFull(s.r, part, from); err != nil {
			return done, err
		}
		done += len(part)
	}
	return done, nil
}
