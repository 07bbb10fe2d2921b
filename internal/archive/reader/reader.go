// Package reader reads archives, whose maker is not trusted.
//
// cpio archives are taken apart by u-root's package, tar archives by Go's, zstd by klauspost/compress. Of what an archive
// says nothing is believed: names lead nowhere out of the tree, sizes are those that are there, and what comes out of
// a compressed file is limited, as is the number of entries. The contents go to files that are called by numbers.
package reader

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"

	"uk.example/internal/archive"
)

// Limits of contents: an archive that is compressed may become that many times as large, or that large.
const (
	maxRatio  = 100
	leastRoom = 1 << 30
	maxWindow = 128 << 20 // of zstd, which is memory: as --long=27 makes
)

// reading is one archive on its way to a tree.
type reading struct {
	tree    *tree
	dir     string // for the contents
	rights  os.FileMode
	numbers int
	left    int64 // bytes that contents may still have
	entry   string
	out     [2]int // of what is left out: devices and the like, whiteouts
	first   [2]string
}

// Read reads the archive f, of which the contents go to the folder dir.
func Read(f *os.File, dir string) (*archive.Tree, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r := &reading{tree: newTree(), dir: dir, rights: st.Mode().Perm() | 0o400, left: max(leastRoom, maxRatio*st.Size())}
	in, err := decompress(f, r.left)
	if err == nil {
		err = r.read(in)
	}
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = errors.New("the archive ends in the middle: it is damaged or not complete")
		}
		if r.entry != "" {
			return nil, fmt.Errorf("%s: %w", shown(r.entry), err)
		}
		return nil, err
	}
	if r.tree.entries == 1 {
		return nil, errors.New("there is no file in the archive")
	}
	if r.isContainer() {
		return nil, errors.New("holds a container image in layers, not its files: docker export or podman export writes those")
	}
	return &archive.Tree{Entries: r.tree.list(), Notes: r.notes()}, nil
}

// decompress is what is in f, which may have limit bytes, and may be an archive itself.
func decompress(f io.Reader, limit int64) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(f, 64<<10)
	head, _ := in.Peek(6)
	var from io.Reader
	switch {
	case bytes.HasPrefix(head, []byte(archive.Gzip)):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		from = z
	case bytes.HasPrefix(head, []byte(archive.Zstd)):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		from = z
	default:
		return in, nil
	}
	return bufio.NewReaderSize(&limited{from, limit}, 64<<10), nil
}

var errTooLarge = fmt.Errorf("unpacked it would have more than %d times the archive's size: it is made to fill disks, or has to be unpacked first", maxRatio)

// limited is a reader of which more than so many bytes are an error.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// read reads the archive that in holds.
func (r *reading) read(in *bufio.Reader) error {
	head, err := in.Peek(6)
	switch {
	case bytes.HasPrefix(head, []byte("07070")):
		return r.cpio(in)
	case len(head) == 0 && err == io.EOF:
		return errors.New("is empty")
	case archive.Compressed(head):
		return errors.New("is compressed twice")
	case bytes.HasPrefix(head, []byte("\xfd7zXZ")), bytes.HasPrefix(head, []byte("BZh")):
		return errors.New("is compressed by xz or bzip2, which are not read: use gzip or zstd")
	}
	return r.tar(in)
}

// put puts an entry at its place. contents are those of a file: size bytes.
func (r *reading) put(name string, e archive.Entry, contents io.Reader, size int64) error {
	at, err := clean(name)
	if err != nil {
		return err
	}
	if base := path.Base(at); strings.HasPrefix(base, ".wh.") {
		r.leaveOut(1)
		return nil
	}
	if e.Kind == archive.Link && (len(e.Target) == 0 || len(e.Target) > maxPath || bytes.IndexByte(e.Target, 0) >= 0) {
		return fmt.Errorf("a link to what can be no name")
	}
	if e.Kind == archive.File {
		if e.Number, err = r.contents(contents, size); err != nil {
			return err
		}
	}
	return r.tree.put(at, e)
}

// hardLink puts another name of the file that is called target.
func (r *reading) hardLink(name, target string) error {
	at, err := clean(name)
	if err != nil {
		return err
	}
	to, err := clean(target)
	if err != nil {
		return fmt.Errorf("a hard link to %s: %w", shown(target), err)
	}
	n, err := r.tree.file(to)
	if err != nil {
		return fmt.Errorf("a hard link: %w", err)
	}
	if at == to {
		return nil
	}
	e := n.Entry
	if e.Kind == archive.File {
		if err := r.link(&e); err != nil {
			return err
		}
	}
	return r.tree.put(at, e)
}

// link gives e a number of its own for the same file.
func (r *reading) link(e *archive.Entry) error {
	r.numbers++
	err := os.Link(archive.HostFile(r.dir, e.Number), archive.HostFile(r.dir, r.numbers))
	e.Number = r.numbers
	return err
}

// contents writes the contents of a file to a new one and returns its number.
func (r *reading) contents(from io.Reader, size int64) (int, error) {
	if size < 0 {
		return 0, errors.New("a size below zero")
	}
	if r.left -= size; r.left < 0 {
		return 0, errTooLarge
	}
	r.numbers++
	f, err := os.OpenFile(archive.HostFile(r.dir, r.numbers), os.O_WRONLY|os.O_CREATE|os.O_EXCL, r.rights)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := copySparse(f, io.LimitReader(from, size))
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		err = f.Close()
	}
	return r.numbers, err
}

// copySparse copies, and leaves holes where whole blocks are zero.
func copySparse(f *os.File, from io.Reader) (int64, error) {
	const block = 64 << 10
	buf, zero := make([]byte, block), make([]byte, block)
	at, hole := int64(0), false
	for {
		n, err := io.ReadFull(from, buf)
		if hole = n == block && bytes.Equal(buf, zero); !hole && n > 0 {
			if _, err := f.WriteAt(buf[:n], at); err != nil {
				return at, err
			}
		}
		at += int64(n)
		switch err {
		case nil:
			continue
		case io.EOF, io.ErrUnexpectedEOF: // of from, which is limited
			return at, f.Truncate(at)
		}
		return at, err
	}
}

// leaveOut counts an entry that the tree does not get.
func (r *reading) leaveOut(kind int) {
	if r.out[kind]++; r.out[kind] == 1 {
		r.first[kind] = r.entry
	}
}

func (r *reading) notes() (list []string) {
	for kind, what := range []string{
		"devices, pipes and sockets are left out: the guest makes its own",
		"marks of deleted files (.wh.) are left out: there is no layer below",
	} {
		if n := r.out[kind]; n > 0 {
			list = append(list, fmt.Sprintf("%d %s (%s ...)", n, what, shown(r.first[kind])))
		}
	}
	return list
}

// isContainer reports whether the files are those of a container image (docker save, OCI layout), which has its files in
// archives of their own.
func (r *reading) isContainer() bool {
	has := r.tree.root.children
	return has["oci-layout"] != nil || has["manifest.json"] != nil && has["bin"] == nil && has["usr"] == nil
}

// inDev reports whether a name is below /dev, where the guest has its own devices in any case.
func inDev(name string) bool {
	at, err := clean(name)
	return err == nil && strings.HasPrefix(at, "dev/")
}
