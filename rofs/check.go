package rofs

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Problem is one inconsistency of an image.
type Problem struct {
	Off int64  `json:"offset"` // in bytes from the image's start
	Msg string `json:"message"`
}

func (p Problem) String() string { return fmt.Sprintf("byte %d: %s", p.Off, p.Msg) }

// Check reports all that is wrong with the image in the first size bytes of r,
// by ascending offset. Beyond what reading needs it looks for data that
// overlaps, belongs to nothing, or is not zero where it should be, for paths
// that the root does not reach, and for a wrong size. The error is one of
// reading r; a damaged image is no error but a list of problems.
func Check(r io.ReaderAt, size int64) ([]Problem, error) {
	var list []Problem
	rep := func(off int64, value any, format string, args ...any) error {
		msg := fmt.Sprintf(format, args...)
		if value != nil {
			msg += fmt.Sprintf(" (found %v)", value)
		}
		list = append(list, Problem{off, msg})
		return nil
	}
	im, err := scan(r, size, rep)
	if err == nil {
		err = im.check(r, size, rep)
	}
	slices.SortStableFunc(list, func(a, b Problem) int {
		return int(min(1, max(-1, a.Off-b.Off)))
	})
	var fe *FormatError
	if errors.As(err, &fe) { // r is shorter than size
		list, err = append(list, Problem{fe.Off, fe.Msg}), nil
	}
	if err == errStop {
		err = nil
	}
	return list, err
}

func (im *image) check(r io.ReaderAt, size int64, rep report) error {
	for _, pass := range []func(*image, io.ReaderAt, int64, report) error{
		checkData, checkReach, checkTail,
	} {
		if err := pass(im, r, size, rep); err != nil {
			return err
		}
	}
	return nil
}

// checkData looks at the blocks between the superblock and the tables.
func checkData(im *image, r io.ReaderAt, _ int64, rep report) error {
	type extent struct{ start, bytes, no uint64 }
	var files []extent
	for no := uint64(rootInode); no < im.sb.Inodes+rootInode; no++ {
		n := im.row(no)
		if n.mode == TypeFile && n.count > 0 && n.data >= firstData && n.data <= im.sb.TableBlock &&
			n.count <= im.sb.TableBlock*BlockSize && blocks(n.count) <= im.sb.TableBlock-n.data {
			files = append(files, extent{n.data, n.count, no})
		}
	}
	slices.SortFunc(files, func(a, b extent) int {
		if a.start != b.start {
			return int(min(1, max(-1, int64(a.start)-int64(b.start))))
		}
		return int(int64(a.no) - int64(b.no))
	})
	if err := checkZero(r, superSize, BlockSize, rep, "rest of the superblock"); err != nil {
		return err
	}
	at := uint64(firstData)
	for _, f := range files {
		switch {
		case f.start < at:
			rep(im.inodeOff(f.no)+16, f.start, "file %d shares blocks with another file", f.no)
		case f.start > at:
			rep(int64(at)*BlockSize, nil, "%d blocks belong to no file", f.start-at)
		}
		end := f.start + blocks(f.bytes)
		if at < end {
			at = end
			if err := checkZero(r, int64(f.start*BlockSize+f.bytes), int64(end)*BlockSize, rep, fmt.Sprintf("padding after file %d", f.no)); err != nil {
				return err
			}
		}
	}
	if at < im.sb.TableBlock {
		rep(int64(at)*BlockSize, nil, "%d blocks belong to no file", im.sb.TableBlock-at)
	}
	return nil
}

// checkReach looks for directory entries, links and inodes that nothing uses.
func checkReach(im *image, _ io.ReaderAt, _ int64, rep report) error {
	owned := make([]bool, im.sb.Dirents)
	linked := make([]bool, im.sb.Links)
	reached := make([]bool, im.sb.Inodes+rootInode)
	todo := []uint64{rootInode}
	reached[rootInode] = true
	for len(todo) > 0 {
		no := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := im.row(no)
		switch n.mode {
		case TypeLink:
			if n.data < im.sb.Links {
				if linked[n.data] {
					rep(im.inodeOff(no)+16, n.data, "link %d shares its target with another link", no)
				}
				linked[n.data] = true
			}
		case TypeDir:
			if n.data > im.sb.Dirents || n.count > im.sb.Dirents-n.data {
				continue
			}
			for i := n.data; i < n.data+n.count; i++ {
				owned[i] = true
				child, _ := im.dirent(i)
				if child > rootInode && child < uint64(len(reached)) && !reached[child] {
					reached[child] = true
					todo = append(todo, child)
				}
			}
		}
	}
	for i, ok := range owned {
		if !ok {
			rep(im.tableOff(im.dirents[i]), nil, "directory entry %d is in no directory that the root reaches", i)
		}
	}
	for i, ok := range linked {
		if !ok {
			rep(im.tableOff(im.links[i]), nil, "target %d belongs to no link that the root reaches", i)
		}
	}
	for no, ok := range reached {
		if no >= rootInode && !ok {
			rep(im.inodeOff(uint64(no)), nil, "inode %d is not reached from the root", no)
		}
	}
	return nil
}

// checkTail looks at what follows the tables.
func checkTail(im *image, r io.ReaderAt, size int64, rep report) error {
	start := im.tableOff(uint32(im.used))
	if n := blocks(uint64(im.used)); n != im.sb.TableBlocks {
		rep(superTableBlocks, im.sb.TableBlocks, "the tables fill %d blocks", n)
	}
	want := start + int64(tailPad(uint64(im.used)))
	if size != want {
		rep(min(size, want), size, "the image should have %d bytes", want)
	}
	return checkZero(r, start, min(size, want), rep, "padding after the tables")
}

// checkZero reports the first byte from start up to end that is not zero.
// The two are at most one block of either version apart.
func checkZero(r io.ReaderAt, start, end int64, rep report, what string) error {
	if end <= start {
		return nil
	}
	var b [BlockSize2]byte
	if err := readFull(r, b[:end-start], start); err != nil {
		return err
	}
	for i, c := range b[:end-start] {
		if c != 0 {
			return rep(start+int64(i), hexValue(c), "%s is not zero", what)
		}
	}
	return nil
}
