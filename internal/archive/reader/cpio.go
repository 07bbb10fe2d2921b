package reader

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/u-root/u-root/pkg/cpio"

	"uk.example/internal/archive"
)

// What a header of the format newc has: the magic, and 13 numbers of 8 hexadecimal digits (cpio(5)).
const (
	newcMagic  = "070701"
	newcHeader = 6 + 13*8
	nameSizeAt = 6 + 11*8
)

// inode is what tells the names of one file.
type inode struct{ major, minor, ino uint64 }

// group are the names of one file. Writers of cpio archives put its contents behind the last of them, or behind each.
type group struct {
	names  []string
	number int
	attr   archive.Attr
}

// cpio reads a cpio archive of the format newc, which is what the initramfs of Linux has. u-root's reader makes room for a
// name as large as a header says and takes its parts as they come, so that both are looked at before.
func (r *reading) cpio(in *bufio.Reader) error {
	at := &forward{r: in}
	records := cpio.Newc.Reader(at)
	groups := make(map[inode]*group)
	for {
		if err := at.skipTo((at.pos + 3) &^ 3); err != nil {
			return err
		}
		if err := checkHeader(in); err != nil {
			return err
		}
		rec, err := records.ReadRecord()
		if err == io.EOF { // it is no error where the trailer is, and checkHeader has seen that there is a header
			r.entry = ""
			return onlyZeros(in)
		}
		if err != nil {
			return err
		}
		r.entry = rec.Name
		if err := r.cpioEntry(&rec, groups); err != nil {
			return err
		}
		if err := at.skipTo(rec.FilePos + int64(rec.FileSize)); err != nil {
			return err
		}
	}
}

func checkHeader(in *bufio.Reader) error {
	head, err := in.Peek(newcHeader)
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if magic := string(head[:6]); magic != newcMagic {
		return fmt.Errorf("the header of an entry begins with %q, not %q: only the format newc is read (cpio -o -H newc)", magic, newcMagic)
	}
	size, err := strconv.ParseUint(string(head[nameSizeAt:nameSizeAt+8]), 16, 32)
	if err != nil || size == 0 || size > maxPath+1 {
		return fmt.Errorf("a header with a name of %q bytes", head[nameSizeAt:nameSizeAt+8])
	}
	return nil
}

func (r *reading) cpioEntry(rec *cpio.Record, groups map[inode]*group) error {
	e := archive.Entry{Attr: archive.Attr{Mode: uint32(rec.Mode) & 0o7777, UID: uint32(rec.UID), GID: uint32(rec.GID), Sec: int64(rec.MTime)}}
	size := int64(rec.FileSize)
	contents := io.NewSectionReader(rec.ReaderAt, 0, size)
	switch rec.Mode & cpio.S_IFMT {
	case cpio.S_IFREG:
		e.Kind = archive.File
	case cpio.S_IFDIR:
		e.Kind = archive.Dir
	case cpio.S_IFLNK:
		if size > maxPath {
			return errors.New("a link to what can be no name")
		}
		e.Kind, e.Mode, e.Target = archive.Link, 0o777, make([]byte, size)
		if _, err := io.ReadFull(contents, e.Target); err != nil {
			return io.ErrUnexpectedEOF
		}
	case cpio.S_IFCHR, cpio.S_IFBLK, cpio.S_IFIFO, cpio.S_IFSOCK:
		if !inDev(rec.Name) {
			r.leaveOut(0)
		}
		return nil
	default:
		return fmt.Errorf("an entry of a kind that is not known (mode %o)", rec.Mode)
	}
	if e.Kind == archive.File && rec.NLink > 1 {
		return r.cpioHardLink(rec, e, groups, contents)
	}
	return r.put(rec.Name, e, contents, size)
}

// cpioHardLink puts one of the names of a file that has some.
func (r *reading) cpioHardLink(rec *cpio.Record, e archive.Entry, groups map[inode]*group, contents io.Reader) error {
	key := inode{rec.Major, rec.Minor, rec.Ino}
	g := groups[key]
	if g == nil {
		g = &group{}
		groups[key] = g
	}
	if g.number == 0 || rec.FileSize > 0 { // the first, or the one with the contents
		number, err := r.contents(contents, int64(rec.FileSize))
		if err != nil {
			return err
		}
		g.number, g.attr = number, e.Attr
		for _, name := range g.names { // they had none
			if err := r.again(name, g); err != nil {
				return err
			}
		}
	}
	g.names = append(g.names, rec.Name)
	return r.again(rec.Name, g)
}

// again puts one more name of a group's file.
func (r *reading) again(name string, g *group) error {
	at, err := clean(name)
	if err != nil {
		return err
	}
	e := archive.Entry{Kind: archive.File, Number: g.number, Attr: g.attr}
	if err := r.link(&e); err != nil {
		return err
	}
	return r.tree.put(at, e)
}

// onlyZeros makes sure that nothing comes behind the last entry, as where archives are put together.
func onlyZeros(in *bufio.Reader) error {
	for {
		switch b, err := in.ReadByte(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case b != 0:
			return errors.New("more follows the end of the cpio archive: put together archives are not read, name one of them")
		}
	}
}

// forward reads at places that come one behind the other.
type forward struct {
	r   *bufio.Reader
	pos int64
}

func (f *forward) skipTo(pos int64) error {
	for f.pos < pos {
		n, err := f.r.Discard(int(min(pos-f.pos, 1<<30)))
		f.pos += int64(n)
		if err != nil {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

func (f *forward) ReadAt(b []byte, pos int64) (int, error) {
	if pos < f.pos {
		return 0, errors.New("the archive cannot be read backwards")
	}
	if err := f.skipTo(pos); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(f.r, b)
	f.pos += int64(n)
	return n, err
}
