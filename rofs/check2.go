package rofs

import (
	"fmt"
	"io"
	"slices"
)

// check looks at what reading does not rely on: what belongs to nothing, names
// that are not counted, blocks that overlap, and padding.
func (im *image2) check(r io.ReaderAt, size int64, rep report) error {
	if s := im.sb; size != int64(s.Blocks)*BlockSize2 {
		rep(super2Blocks, size, "the image should have %d bytes", s.Blocks*BlockSize2)
	}
	if err := im.checkReach(rep); err != nil {
		return err
	}
	end := int64(blocks2(im.sb.MetaBytes)) * BlockSize2
	if err := checkZero(r, super2Zero, superSize2, rep, "rest of the superblock"); err != nil {
		return err
	}
	if err := checkZero(r, int64(im.sb.MetaBytes), end, rep, "padding after the tables"); err != nil {
		return err
	}
	return im.checkBlocks(r, rep)
}

// checkReach looks for inodes that the root does not reach, and counts names.
func (im *image2) checkReach(rep report) error {
	names := make([]uint32, im.sb.Inodes+rootInode) // of a directory as st_nlink counts
	names[rootInode] = 2
	for todo := []uint64{rootInode}; len(todo) > 0; {
		no := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		dir := im.inode(no)
		for k := range dir.Count {
			child, _ := im.child(dir, k)
			if im.row(child).kind() != TypeDir {
				names[child]++
			} else if names[child] == 0 {
				names[child] = 2
				names[no]++
				todo = append(todo, child)
			}
		}
	}
	for no := uint64(rootInode); no < uint64(len(names)); no++ {
		n := im.row(no)
		switch {
		case names[no] == 0:
			rep(im.rowOff(no), nil, "inode %d is not reached from the root", no)
		case n.nlink != names[no]:
			rep(im.rowOff(no)+inode2Nlink, n.nlink, "inode %d has %d names", no, names[no])
		}
	}
	return nil
}

// checkBlocks looks at the blocks behind the tables.
func (im *image2) checkBlocks(r io.ReaderAt, rep report) error {
	type run struct{ block, bytes, no uint64 }
	var runs []run
	for no := uint64(rootInode); no < im.sb.Inodes+rootInode; no++ {
		n := im.row(no)
		if n.kind() != TypeFile {
			continue
		}
		if n.extents == 0 && n.size > 0 {
			runs = append(runs, run{n.start, n.size, no})
		}
		for i := range uint64(n.extents) {
			e := im.extent(n, i)
			if e.count == 0 {
				continue
			}
			runs = append(runs, run{e.block, min(e.count*BlockSize2, n.size-e.at*BlockSize2), no})
		}
	}
	slices.SortStableFunc(runs, func(a, b run) int { return int(min(1, max(-1, int64(a.block)-int64(b.block)))) })
	at := blocks2(im.sb.MetaBytes)
	var last run
	for _, f := range runs {
		if f.block == last.block && f.bytes == last.bytes {
			continue // the same contents
		}
		switch {
		case f.block < at:
			rep(im.rowOff(f.no)+inode2Start, f.block, "file %d has a part of the blocks of another file", f.no)
		case f.block > at:
			rep(int64(at)*BlockSize2, nil, "%d blocks belong to no file", f.block-at)
		}
		last = f
		end := f.block + blocks2(f.bytes)
		if at < end {
			at = end
			if err := checkZero(r, int64(f.block*BlockSize2+f.bytes), int64(end)*BlockSize2, rep, fmt.Sprintf("padding after file %d", f.no)); err != nil {
				return err
			}
		}
	}
	if at < im.sb.Blocks {
		rep(int64(at)*BlockSize2, nil, "%d blocks belong to no file", im.sb.Blocks-at)
	}
	return nil
}
