package rofs

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"uk/internal/outfile"
)

// plan is the complete layout of an image, known before its first byte is
// written: the superblock, which files lie where, and the tables.
type plan struct {
	super  Super
	files  []*node // that have data, by ascending block
	empty  []*node // host files without any
	tables []byte  // directory entries, links, inodes, and the padding at the end
	stats  Stats
	// readers are who may read all of the host's files: nobody else may read the image.
	readers fs.FileMode
}

// dataEnd is the offset of the byte after the file data, where the tables start.
func (p *plan) dataEnd() int64 { return int64(p.super.TableBlock) * BlockSize }

func (p *plan) size() int64 { return p.dataEnd() + int64(len(p.tables)) }

// layout walks the tree in the order that fixes the image's bytes. An inode's
// number is given when its path is first seen (parents first, siblings in order
// of mention), file data follows the same order, and a directory's entries are
// put down when all below it is done, so that a child's come before its parent's.
type layout struct {
	plan    *plan
	block   uint64
	dirents []byte
	links   []byte
	inodes  []inode
	nDirent uint64
	nLink   uint64
}

func newPlan(entries []Entry) (*plan, error) {
	root, err := tree(entries)
	if err != nil {
		return nil, err
	}
	l := layout{plan: &plan{readers: fs.ModePerm}, block: firstData}
	if err := l.place(root); err != nil {
		return nil, err
	}
	p := l.plan
	n := uint64(len(l.dirents) + len(l.links) + len(l.inodes)*inodeSize)
	if n > MaxTables {
		return nil, fmt.Errorf("image would need %d bytes of tables, at most %d are read; pack fewer or shorter names", n, MaxTables)
	}
	p.tables = make([]byte, 0, n+BlockSize)
	p.tables = append(append(p.tables, l.dirents...), l.links...)
	for _, ino := range l.inodes {
		p.tables = ino.append(p.tables)
	}
	p.tables = append(p.tables, make([]byte, tailPad(n))...)
	p.super = Super{
		Magic: Magic, Version: Version, BlockSize: BlockSize,
		TableBlock: l.block, TableBlocks: blocks(n),
		Dirents: l.nDirent, Links: l.nLink, Inodes: uint64(len(l.inodes)),
	}
	p.stats.ImageBytes = p.size()
	return p, nil
}

// place gives n its inode and, below it, everything else. Depth is bounded by MaxPath.
func (l *layout) place(n *node) error {
	at := len(l.inodes)
	ino := inode{mode: n.mode, no: uint64(at) + rootInode}
	l.inodes = append(l.inodes, ino)
	st := &l.plan.stats
	switch n.mode {
	case TypeDir:
		first := uint64(at) + rootInode + 1
		nos := make([]uint64, len(n.children))
		for i, c := range n.children {
			nos[i] = first
			if err := l.place(c); err != nil {
				return err
			}
			first = uint64(len(l.inodes)) + rootInode
		}
		ino.data, ino.count = l.nDirent, uint64(len(nos))
		for i, c := range n.children {
			l.dirents = appendDirent(l.dirents, nos[i], c.name)
		}
		l.nDirent += ino.count
		st.Dirs++
	case TypeLink:
		ino.data, ino.count = l.nLink, 1
		l.links = appendLink(l.links, n.entry.Link)
		l.nLink++
		st.Links++
	case TypeFile:
		if err := n.look(); err != nil {
			return err
		}
		if n.entry.Host != "" {
			l.plan.readers &= n.stamp.readers
		}
		ino.data, ino.count = l.block, uint64(n.size)
		n.block = l.block
		if n.size > 0 {
			l.plan.files = append(l.plan.files, n)
		} else if n.entry.Host != "" {
			l.plan.empty = append(l.plan.empty, n)
		}
		l.block += blocks(uint64(n.size))
		st.Files++
		st.FileBytes += n.size
	}
	l.inodes[at] = ino
	return nil
}

// look finds how large the file's contents are.
func (n *node) look() error {
	if n.entry.From != nil {
		n.size = n.entry.From.Size()
		return nil
	}
	if n.entry.Host == "" {
		n.size = int64(len(n.entry.Data))
		return nil
	}
	fi, err := os.Stat(n.entry.Host)
	if err != nil {
		return &EntryError{Path: n.entry.Path, Host: n.entry.Host,
			Msg: "cannot look at the host file; check its path", Err: reason(err)}
	}
	if !fi.Mode().IsRegular() {
		return &EntryError{Path: n.entry.Path, Host: n.entry.Host,
			Msg: "is a " + typeName(fi.Mode()) + " on the host; only regular files have contents to pack"}
	}
	n.size, n.stamp = fi.Size(), stampOf(fi)
	return nil
}

func stampOf(fi fs.FileInfo) stamp {
	s := stamp{mtime: fi.ModTime(), readers: outfile.Readers(fi)}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.dev, s.ino = uint64(st.Dev), st.Ino
	}
	return s
}

// reason strips the operation and path that a message already names.
func reason(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}
