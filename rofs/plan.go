package rofs

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"uk.example/internal/outfile"
)

// plan is the complete layout of an image, known before its first byte is
// written: what comes before the files' contents, which of them lie where, and
// what comes after.
type plan struct {
	head    []byte
	pieces  []piece // by ascending place, without gaps between them
	empty   []*node // host files that should have no contents
	dataEnd int64   // offset of the byte after the contents
	tail    []byte
	stats   Stats
	// readers are who may read all of the host's files: nobody else may read the image.
	readers fs.FileMode
}

// piece is a run of a file's bytes, and the zeros that fill its last block.
type piece struct {
	n    *node
	pos  int64 // in the file
	size int64
	off  int64 // in the image
	end  int64 // in the image, of the zeros
}

func (p *plan) size() int64 { return p.dataEnd + int64(len(p.tail)) }

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

func newPlan(ctx context.Context, entries []Entry, opts Options) (*plan, error) {
	root, err := tree(entries)
	if err != nil {
		return nil, err
	}
	switch opts.Version {
	case Version:
		return newPlan1(root)
	case 0, Version2:
		return newPlan2(ctx, root, opts)
	}
	return nil, fmt.Errorf("rofs: there is no version %d; choose %d or %d", opts.Version, Version, Version2)
}

func newPlan1(root *node) (*plan, error) {
	l := layout{plan: &plan{readers: fs.ModePerm}, block: firstData}
	if err := l.place(root); err != nil {
		return nil, err
	}
	p := l.plan
	n := uint64(len(l.dirents) + len(l.links) + len(l.inodes)*inodeSize)
	if n > MaxTables {
		return nil, fmt.Errorf("image would need %d bytes of tables, at most %d are read; pack fewer or shorter names", n, MaxTables)
	}
	p.tail = make([]byte, 0, n+BlockSize)
	p.tail = append(append(p.tail, l.dirents...), l.links...)
	for _, ino := range l.inodes {
		p.tail = ino.append(p.tail)
	}
	p.tail = append(p.tail, make([]byte, tailPad(n))...)
	super := Super{
		Magic: Magic, Version: Version, BlockSize: BlockSize,
		TableBlock: l.block, TableBlocks: blocks(n),
		Dirents: l.nDirent, Links: l.nLink, Inodes: uint64(len(l.inodes)),
	}
	p.head = append(super.append(make([]byte, 0, BlockSize)), make([]byte, BlockSize-superSize)...)
	p.dataEnd = int64(l.block) * BlockSize
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
		if _, err := n.look(); err != nil {
			return err
		}
		if n.entry.Host != "" {
			l.plan.readers &= n.stamp.readers
		}
		ino.data, ino.count = l.block, uint64(n.size)
		first := l.block
		l.block += blocks(uint64(n.size))
		if n.size > 0 {
			l.plan.pieces = append(l.plan.pieces, piece{n: n, size: n.size, off: int64(first) * BlockSize, end: int64(l.block) * BlockSize})
		} else if n.entry.Host != "" {
			l.plan.empty = append(l.plan.empty, n)
		}
		st.Files++
		st.FileBytes += n.size
	}
	l.inodes[at] = ino
	return nil
}

// look finds how large the file's contents are, and what the host says of it:
// nil of contents in memory.
func (n *node) look() (fs.FileInfo, error) {
	if n.entry.From != nil {
		n.size = n.entry.From.Size()
		return nil, nil
	}
	if n.entry.Host == "" {
		n.size = int64(len(n.entry.Data))
		return nil, nil
	}
	fi, err := os.Stat(n.entry.Host)
	if err != nil {
		return nil, &EntryError{Path: n.entry.Path, Host: n.entry.Host,
			Msg: "cannot look at the host file; check its path", Err: reason(err)}
	}
	if !fi.Mode().IsRegular() {
		return nil, &EntryError{Path: n.entry.Path, Host: n.entry.Host,
			Msg: "is a " + typeName(fi.Mode()) + " on the host; only regular files have contents to pack"}
	}
	n.size, n.stamp, n.room = fi.Size(), stampOf(fi), fi.Size()
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		n.room = st.Blocks * 512
	}
	return fi, nil
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
