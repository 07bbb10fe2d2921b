package rofs

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

// FS is an open image. It is an [fs.FS], [fs.ReadDirFS], [fs.ReadFileFS],
// [fs.StatFS] and [fs.ReadLinkFS], safe for use by several goroutines. Links are
// followed inside the image, absolute ones from its root.
type FS struct {
	im tables
	r  io.ReaderAt
	c  io.Closer
}

// tables are an image's, of either version. They were checked: numbers that come
// from them may be used without a look.
type tables interface {
	super() any
	inode(no uint64) Inode
	child(dir Inode, k uint64) (no uint64, name string) // entry k of a directory
	find(dir Inode, name string) (no uint64, ok bool)
	link(n Inode) string
	up(no uint64) uint64 // the directory that a directory is in
	contents(n Inode, r io.ReaderAt) io.ReaderAt
	xattrs(n Inode) []Xattr
	check(r io.ReaderAt, size int64, rep report) error // what reading does not rely on
}

// Open opens the file path as an image. Close releases it.
func Open(path string) (*FS, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe may have come in a file's place
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: fs.ErrInvalid}
	}
	var fsys *FS
	if err == nil {
		fsys, err = NewFS(f, fi.Size())
	}
	if err != nil {
		f.Close()
		if fe, ok := err.(*FormatError); ok {
			fe.Name = path
		}
		return nil, err
	}
	fsys.c = f
	return fsys, nil
}

// NewFS reads the tables of the image in the first size bytes of r and checks
// all that reading relies on. A damaged image gives a *[FormatError].
func NewFS(r io.ReaderAt, size int64) (*FS, error) {
	im, err := scan(r, size, func(off int64, value any, format string, args ...any) error {
		return formatError(off, value, format, args...)
	})
	if err != nil {
		return nil, err
	}
	return &FS{im: im, r: r}, nil
}

// Close closes the file that Open opened.
func (f *FS) Close() error {
	if f.c == nil {
		return nil
	}
	return f.c.Close()
}

// Super returns the superblock: a [Super] or a [Super2].
func (f *FS) Super() any { return f.im.super() }

// Open opens the named file or directory, following links.
func (f *FS) Open(name string) (fs.File, error) {
	i, err := f.stat("open", name, true)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		return &dirFile{info: i}, nil
	}
	return &file{info: i, SectionReader: io.NewSectionReader(f.im.contents(i.n, f.r), 0, i.Size())}, nil
}

// Stat describes the named file, following links.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	i, err := f.stat("stat", name, true)
	if err != nil {
		return nil, err
	}
	return i, nil
}

// Lstat describes the named file; a link at its end is not followed.
func (f *FS) Lstat(name string) (fs.FileInfo, error) {
	i, err := f.stat("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return i, nil
}

// ReadLink returns the target of the named link.
func (f *FS) ReadLink(name string) (string, error) {
	i, err := f.stat("readlink", name, false)
	if err != nil {
		return "", err
	}
	if i.n.Type != TypeLink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return f.im.link(i.n), nil
}

// Xattrs returns the extended attributes of the named file, in order of name; a
// link at its end is not followed.
func (f *FS) Xattrs(name string) ([]Xattr, error) {
	i, err := f.stat("xattrs", name, false)
	if err != nil {
		return nil, err
	}
	return f.im.xattrs(i.n), nil
}

// Place is where a file's contents lie. Those of files that share them are equal.
type Place struct {
	at     uint64
	sparse bool
}

// Stored returns where the contents of the named file lie, and how many bytes of them the image has: the rest is holes.
func (f *FS) Stored(name string) (Place, int64, error) {
	i, err := f.stat("stored", name, true)
	if err != nil {
		return Place{}, 0, err
	}
	bytes := int64(i.n.Count)
	if v2, ok := f.im.(*image2); ok {
		for _, h := range v2.holes(i.n) {
			bytes -= h[1] - h[0]
		}
	}
	return Place{i.n.Data, i.n.extents > 0}, bytes, nil
}

// ReadDir lists the named directory, sorted by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	i, err := f.stat("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !i.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNotDir}
	}
	list := make([]fs.DirEntry, i.n.Count)
	for k := range list {
		list[k] = i.child(uint64(k))
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, nil
}

// ReadFile returns the contents of the named file, following links. Of a file
// with holes these may be much larger than the image: more than 1 GB is an error.
func (f *FS) ReadFile(name string) ([]byte, error) {
	i, err := f.stat("read", name, true)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errIsDir}
	}
	if i.n.extents > 0 && i.n.Count > maxSparseRead { // other files are no larger than the image
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EFBIG}
	}
	b := make([]byte, i.n.Count)
	if err := readFull(f.im.contents(i.n, f.r), b, 0); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return b, nil
}

func (f *FS) stat(op, name string, follow bool) (*info, error) {
	if !validPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	no, err := f.lookup(name, follow)
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return &info{fs: f, name: path.Base(name), n: f.im.inode(no)}, nil
}

// validPath is fs.ValidPath for names that need not be UTF-8.
func validPath(name string) bool {
	if name == "." {
		return true
	}
	for c := range strings.SplitSeq(name, "/") {
		if c == "" || c == "." || c == ".." {
			return false
		}
	}
	return true
}

// lookup resolves name from the root as Linux would, links included.
func (f *FS) lookup(name string, follow bool) (uint64, error) {
	no, links, rest := uint64(rootInode), 0, name
	for rest != "" {
		var c string
		c, rest, _ = strings.Cut(rest, "/")
		n := f.im.inode(no)
		if n.Type != TypeDir {
			return 0, errNotDir
		}
		switch c {
		case "", ".":
			continue
		case "..":
			if no != rootInode {
				no = f.im.up(no)
			}
			continue
		}
		child, ok := f.im.find(n, c)
		if !ok {
			return 0, fs.ErrNotExist
		}
		n = f.im.inode(child)
		if n.Type == TypeLink && (follow || rest != "") {
			if links++; links > maxLinkWalk {
				return 0, errLoop
			}
			target := f.im.link(n)
			if len(target)+len(rest) > 2*MaxPath {
				return 0, errLoop
			}
			if target == "" {
				return 0, fs.ErrNotExist
			}
			if target[0] == '/' {
				no = rootInode
			}
			rest = target + "/" + rest
			continue
		}
		no = child
	}
	return no, nil
}

// info is one path of an image: its FileInfo and its DirEntry.
type info struct {
	fs   *FS
	name string
	n    Inode
}

// child is entry k of the directory.
func (i *info) child(k uint64) *info {
	no, name := i.fs.im.child(i.n, k)
	return &info{fs: i.fs, name: name, n: i.fs.im.inode(no)}
}

func (i *info) Name() string               { return i.name }
func (i *info) IsDir() bool                { return i.n.Type == TypeDir }
func (i *info) ModTime() time.Time         { return i.n.MTime }
func (i *info) Type() fs.FileMode          { return i.Mode().Type() }
func (i *info) Info() (fs.FileInfo, error) { return i, nil }
func (i *info) String() string             { return fs.FormatFileInfo(i) }

// Size is the number of bytes of a file's contents or a link's target.
func (i *info) Size() int64 {
	switch i.n.Type {
	case TypeFile:
		return int64(i.n.Count)
	case TypeLink:
		return int64(len(i.fs.im.link(i.n)))
	}
	return 0
}

// Mode is what the guest sees.
func (i *info) Mode() fs.FileMode { return fileMode(i.n.Type, i.n.Mode) }

// Sys returns the Inode.
func (i *info) Sys() any { return i.n }

// Inode is what [fs.FileInfo.Sys] returns for a path of an image. Data says where
// contents, entries or target lie, in units that the version decides; Count is
// the number of a file's bytes or a directory's entries. Of a version 1 image,
// which knows neither modes nor owners nor times, it has what the guest sees:
// everything may be read and executed, and belongs to root.
type Inode struct {
	No    uint64    `json:"no"`
	Type  Type      `json:"type"`
	Mode  uint32    `json:"mode"` // permissions, without the type
	UID   uint32    `json:"uid"`
	GID   uint32    `json:"gid"`
	Nlink uint32    `json:"nlink"`
	MTime time.Time `json:"mtime"`
	Data  uint64    `json:"data"`
	Count uint64    `json:"count"`

	xattrs, extents uint32
}
