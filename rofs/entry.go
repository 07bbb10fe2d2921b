package rofs

import (
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Entry is one path of an image. Exactly one of Dir, Link, Data (not nil),
// From and Host says what it holds. Directories on the way are made as needed, in the
// order in which entries first name them; a Dir entry makes an empty one, or
// says that one made on the way is meant.
type Entry struct {
	Path string // in the image; a leading slash is optional
	Host string // file on the host whose contents it gets; links are followed
	Link string // target of a symbolic link, kept as it is
	Data []byte // contents held in memory
	Dir  bool
	Like string // host path whose mode, owner, times and attributes it gets; "": those of Host

	From *io.SectionReader // contents to read from there, of another image
	Attr *Attr             // what it gets, whatever a host path says
	// Of a file of another image of version 2.
	inode uint64     // names with the same one are one file
	holes [][2]int64 // as node has them
}

// EntryError is an entry that cannot be packed.
type EntryError struct {
	Path string // in the image
	Host string // on the host, or ""
	Msg  string // what is wrong and how to fix it
	Err  error  // cause, or nil
}

func (e *EntryError) Error() string {
	s := oneLine(e.Path)
	if e.Host != "" {
		s += " (from " + oneLine(e.Host) + ")"
	}
	s += ": " + e.Msg
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// oneLine quotes a path that would break a message's line, and cuts a long one.
func oneLine(s string) string {
	if len(s) > 300 {
		s = s[:300] + "..."
	}
	if q := strconv.Quote(s); strings.ContainsFunc(s, unicode.IsControl) {
		return q
	}
	return s
}

func (e *EntryError) Unwrap() error { return e.Err }

// node is a path of the image being written.
type node struct {
	name     string
	mode     Type
	entry    *Entry           // nil for a directory made on the way
	children []*node          // in order of first mention
	index    map[string]*node // of children, once there are some

	// Of files, from the look at them when the layout was planned.
	size  int64
	stamp stamp

	// Version 2's.
	attr   Attr
	no     uint32     // of its inode
	nlink  uint32     // names in the image; of a directory as Linux counts: 2, and its subdirectories
	xattrs uint32     // their offset in the tables
	room   int64      // bytes that the host's file takes there
	data   []byte     // contents that were read to be compared
	twin   *node      // the file whose contents it has too
	holes  [][2]int64 // parts of the file that are none, in whole blocks
	at     uint64     // first block, or offset of what a directory, link or file with holes has in the tables
}

// stamp is what must not change about a host file while it is packed.
type stamp struct {
	dev, ino uint64
	mtime    time.Time
	readers  fs.FileMode // see outfile.Readers
}

// tree arranges entries as the image will hold them.
func tree(entries []Entry) (*node, error) {
	root := &node{mode: TypeDir}
	for i := range entries {
		if err := root.add(&entries[i]); err != nil {
			return nil, err
		}
	}
	return root, nil
}

func (root *node) add(e *Entry) error {
	bad := func(format string, args ...any) error {
		return &EntryError{Path: e.Path, Host: e.Host, Msg: fmt.Sprintf(format, args...)}
	}
	mode, kinds := TypeFile, 0
	for _, is := range []struct {
		yes  bool
		mode Type
	}{{e.Dir, TypeDir}, {e.Link != "", TypeLink}, {e.Data != nil, TypeFile}, {e.Host != "", TypeFile}, {e.From != nil, TypeFile}} {
		if is.yes {
			mode, kinds = is.mode, kinds+1
		}
	}
	switch {
	case kinds == 0:
		return bad("has no contents; give it a host file, data or a link target, or say that it is a directory")
	case kinds > 1:
		return bad("is more than one of directory, link, data and host file; choose one")
	case len(e.Path) > MaxPath:
		return bad("path has %d bytes, at most %d fit; use a shorter one", len(e.Path), MaxPath)
	case len(e.Link) > MaxLink:
		return bad("link target has %d bytes, at most %d fit; use a shorter one", len(e.Link), MaxLink)
	case strings.IndexByte(e.Link, 0) >= 0:
		return bad("link target holds a NUL byte; remove it")
	}

	dir, rest := root, strings.Trim(e.Path, "/")
	if rest == "" || rest == "." {
		if mode != TypeDir {
			return bad("the root can only be a directory; give the entry a name")
		}
		root.entry = e
		return nil
	}
	for {
		name, more, deeper := strings.Cut(rest, "/")
		if msg := badName(name); msg != "" {
			return bad("%s", msg)
		}
		have := dir.index[name]
		if !deeper {
			if have != nil && have.mode == TypeDir && mode == TypeDir {
				have.entry = e
				return nil
			}
			if have != nil {
				return bad("is already in the image as a %s; keep only one of the two", have.mode)
			}
			dir.insert(&node{name: name, mode: mode, entry: e})
			return nil
		}
		if have == nil {
			have = dir.insert(&node{name: name, mode: TypeDir})
		}
		if have.mode != TypeDir {
			return bad("%s is already in the image as a %s, nothing can be put below it; remove one of the two",
				strings.TrimSuffix(strings.TrimSuffix(e.Path, more), "/"), have.mode)
		}
		dir, rest = have, more
	}
}

func (dir *node) insert(n *node) *node {
	if dir.index == nil {
		dir.index = make(map[string]*node)
	}
	dir.index[n.name] = n
	dir.children = append(dir.children, n)
	return n
}

// badName says what is wrong with one component of a path, or "".
func badName(name string) string {
	switch {
	case name == "":
		return "path has an empty component; write one slash, not two"
	case name == "." || name == "..":
		return "path has a component " + name + "; write the path without it"
	case len(name) > MaxName:
		return fmt.Sprintf("name has %d bytes, at most %d fit; use a shorter one", len(name), MaxName)
	case strings.IndexByte(name, 0) >= 0:
		return "name holds a NUL byte; remove it"
	case strings.IndexByte(name, '/') >= 0:
		return "name holds a slash"
	}
	return ""
}

// typeName names what a host path is, for messages.
func typeName(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "regular file"
	case m.IsDir():
		return "directory"
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}
