package rofs

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// FS is an open image. It is an [fs.FS], [fs.ReadDirFS], [fs.ReadFileFS],
// [fs.StatFS] and [fs.ReadLinkFS], safe for use by several goroutines. Links are
// followed inside the image, absolute ones from its root.
type FS struct {
	im *image
	r  io.ReaderAt
	c  io.Closer

	mu   sync.Mutex
	dirs map[uint64]map[string]uint64 // names of large directories; together no larger than the tables
}

// Open opens the file path as an image. Close releases it.
func Open(path string) (*FS, error) {
	f, err := os.Open(path)
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
	return &FS{im: im, r: r, dirs: make(map[uint64]map[string]uint64)}, nil
}

// Close closes the file that Open opened.
func (f *FS) Close() error {
	if f.c == nil {
		return nil
	}
	return f.c.Close()
}

// Super returns the superblock.
func (f *FS) Super() Super { return f.im.super }

// Open opens the named file or directory, following links.
func (f *FS) Open(name string) (fs.File, error) {
	i, err := f.stat("open", name, true)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		return &dirFile{info: i}, nil
	}
	return &file{info: i, SectionReader: io.NewSectionReader(f.r, int64(i.n.data)*BlockSize, i.Size())}, nil
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
	if i.n.mode != TypeLink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return f.im.link(i.n.data), nil
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
	list := make([]fs.DirEntry, i.n.count)
	for k := range list {
		list[k] = i.child(uint64(k))
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, nil
}

// ReadFile returns the contents of the named file, following links.
func (f *FS) ReadFile(name string) ([]byte, error) {
	i, err := f.stat("read", name, true)
	if err != nil {
		return nil, err
	}
	if i.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errIsDir}
	}
	b := make([]byte, i.n.count) // within the image: scan saw to it
	if err := readFull(f.r, b, int64(i.n.data)*BlockSize); err != nil {
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
	return &info{fs: f, name: path.Base(name), no: no, n: f.im.inode(no)}, nil
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
		if n.mode != TypeDir {
			return 0, errNotDir
		}
		switch c {
		case "", ".":
			continue
		case "..":
			if no != rootInode {
				no = uint64(f.im.parent[no])
			}
			continue
		}
		child, ok := f.find(no, n, c)
		if !ok {
			return 0, fs.ErrNotExist
		}
		n = f.im.inode(child)
		if n.mode == TypeLink && (follow || rest != "") {
			if links++; links > maxLinkWalk {
				return 0, errLoop
			}
			target := f.im.link(n.data)
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

// find looks name up in directory dir, which is inode n.
func (f *FS) find(dir uint64, n inode, name string) (uint64, bool) {
	if n.count <= mapDirEntries {
		for i := n.data; i < n.data+n.count; i++ {
			if ino, have := f.im.dirent(i); string(have) == name {
				return ino, true
			}
		}
		return 0, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.dirs[dir]
	if m == nil {
		m = make(map[string]uint64, n.count)
		for i := n.data; i < n.data+n.count; i++ {
			ino, have := f.im.dirent(i)
			m[string(have)] = ino
		}
		f.dirs[dir] = m
	}
	ino, ok := m[name]
	return ino, ok
}

// info is one path of an image: its FileInfo and its DirEntry.
type info struct {
	fs   *FS
	name string
	no   uint64
	n    inode
}

// child is entry k of the directory.
func (i *info) child(k uint64) *info {
	no, name := i.fs.im.dirent(i.n.data + k)
	return &info{fs: i.fs, name: string(name), no: no, n: i.fs.im.inode(no)}
}

func (i *info) Name() string               { return i.name }
func (i *info) IsDir() bool                { return i.n.mode == TypeDir }
func (i *info) ModTime() time.Time         { return time.Time{} }
func (i *info) Type() fs.FileMode          { return i.Mode().Type() }
func (i *info) Info() (fs.FileInfo, error) { return i, nil }
func (i *info) String() string             { return fs.FormatFileInfo(i) }

// Size is the number of bytes of a file's contents or a link's target.
func (i *info) Size() int64 {
	switch i.n.mode {
	case TypeFile:
		return int64(i.n.count)
	case TypeLink:
		return int64(len(i.fs.im.link(i.n.data)))
	}
	return 0
}

// Mode is what the guest sees: everything may be read and executed.
func (i *info) Mode() fs.FileMode {
	switch i.n.mode {
	case TypeDir:
		return fs.ModeDir | 0o555
	case TypeLink:
		return fs.ModeSymlink | 0o777
	}
	return 0o555
}

// Sys returns the Inode.
func (i *info) Sys() any {
	return Inode{No: i.no, Type: i.n.mode, Data: i.n.data, Count: i.n.count}
}

// Inode is what [fs.FileInfo.Sys] returns for a path of an image. Data is the
// first block of a file, the first directory entry of a directory, or the number
// of a link; Count is bytes, entries or 1.
type Inode struct {
	No    uint64 `json:"no"`
	Type  Type   `json:"type"`
	Data  uint64 `json:"data"`
	Count uint64 `json:"count"`
}
