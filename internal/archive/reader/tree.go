package reader

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"uk.example/internal/archive"
)

// Limits of a tree. Those of names are Linux's.
const (
	maxEntries = 1 << 20
	maxName    = 255
	maxPath    = 4095
	maxLinks   = 40
)

// node is a path of the tree.
type node struct {
	archive.Entry
	parent   *node // nil of the root
	length   int   // of its path
	children map[string]*node
}

// tree is what the entries up to now come to.
type tree struct {
	root    *node
	entries int
}

func newTree() *tree {
	return &tree{root: &node{Entry: folder()}, entries: 1}
}

// folder is one that no entry is about.
func folder() archive.Entry {
	return archive.Entry{Kind: archive.Dir, Attr: archive.Attr{Mode: 0o755}}
}

// clean checks a name of an archive and takes it as one below the root, which a slash at its start, ./ and slashes at its
// end do not change. It is "" for the root itself.
func clean(name string) (string, error) {
	switch {
	case len(name) > maxPath:
		return "", fmt.Errorf("the name has %d bytes, at most %d are allowed", len(name), maxPath)
	case strings.IndexByte(name, 0) >= 0:
		return "", fmt.Errorf("the name holds a NUL byte")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", fmt.Errorf(".. in the name leads out of the archive")
		}
		if len(part) > maxName {
			return "", fmt.Errorf("a part of the name has %d bytes, at most %d are allowed", len(part), maxName)
		}
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/"), nil
}

// put adds an entry, or replaces an earlier one of that name: the last one holds, as it does for those that
// unpack archives.
func (t *tree) put(name string, e archive.Entry) error {
	if name == "" {
		if e.Kind != archive.Dir {
			return fmt.Errorf("the root can only be a folder")
		}
		t.root.Attr = e.Attr
		return nil
	}
	dir, err := t.folder(path.Dir(name))
	if err != nil {
		return err
	}
	base := path.Base(name)
	old := dir.children[base]
	switch {
	case old == nil:
		old, err := t.add(dir, base)
		if err == nil {
			old.Entry = e
		}
		return err
	case old.Kind == archive.Dir && e.Kind == archive.Dir:
		old.Attr = e.Attr
		return nil
	case old.Kind == archive.Dir && len(old.children) > 0:
		return fmt.Errorf("is a folder with files in it already")
	case old.Kind == archive.Link && e.Kind == archive.Dir:
		if to, err := t.walk(dir, base, maxLinks, false); err == nil && to.Kind == archive.Dir {
			return nil // the link stays, as what is below it goes through it
		}
	}
	old.Entry = e
	return nil
}

// add makes a folder called name in dir.
func (t *tree) add(dir *node, name string) (*node, error) {
	if t.entries++; t.entries > maxEntries {
		return nil, fmt.Errorf("the archive has more than %d files and folders", maxEntries)
	}
	n := &node{Entry: folder(), parent: dir, length: dir.length + 1 + len(name)}
	if n.length > maxPath { // links lead there
		return nil, fmt.Errorf("the path has more than %d bytes", maxPath)
	}
	if dir.children == nil {
		dir.children = make(map[string]*node)
	}
	dir.children[name] = n
	return n, nil
}

// folder is the folder of that name, made if need be.
func (t *tree) folder(name string) (*node, error) {
	n, err := t.walk(t.root, name, maxLinks, true)
	if err == nil && n.Kind != archive.Dir {
		err = fmt.Errorf("%s is a file, nothing can be below it", shown(name))
	}
	return n, err
}

// walk follows a path from a folder on as Linux does where the root is the archive's, and makes the folders that are
// missing if create says so.
func (t *tree) walk(from *node, name string, links int, create bool) (*node, error) {
	if strings.HasPrefix(name, "/") {
		from = t.root
	}
	at := from
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." {
			continue
		}
		if at.Kind != archive.Dir {
			return nil, fmt.Errorf("%s is a file, nothing can be below it", shown(name))
		}
		if part == ".." {
			if at.parent != nil {
				at = at.parent
			}
			continue
		}
		next := at.children[part]
		switch {
		case next == nil && !create:
			return nil, fmt.Errorf("%s is not in the archive", shown(name))
		case next == nil:
			var err error
			if next, err = t.add(at, part); err != nil {
				return nil, err
			}
		case next.Kind == archive.Link:
			if links--; links < 0 {
				return nil, fmt.Errorf("too many links on the way to %s", shown(name))
			}
			var err error
			if next, err = t.walk(at, string(next.Target), links, create); err != nil {
				return nil, err
			}
		}
		at = next
	}
	return at, nil
}

// file is the file of that name, which a hard link names. Links on the way are followed, the last is what it is.
func (t *tree) file(name string) (*node, error) {
	dir, err := t.walk(t.root, path.Dir(name), maxLinks, false)
	if err != nil {
		return nil, err
	}
	n := dir.children[path.Base(name)]
	if n == nil || n.Kind == archive.Dir {
		return nil, fmt.Errorf("%s is no file of the archive before this one", shown(name))
	}
	return n, nil
}

// list is the tree in order of path.
func (t *tree) list() []archive.Entry {
	out := make([]archive.Entry, 0, t.entries)
	var walk func(n *node, at string)
	walk = func(n *node, at string) {
		e := n.Entry
		e.Path = []byte(at)
		out = append(out, e)
		names := make([]string, 0, len(n.children))
		for name := range n.children {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			walk(n.children[name], path.Join(at, name))
		}
	}
	walk(t.root, "/")
	return out
}

// shown is a name for a message: in one line, and not endless.
func shown(name string) string {
	if len(name) > 200 {
		name = name[:200] + "..."
	}
	if q := strconv.Quote(name); q != `"`+name+`"` {
		return q
	}
	return name
}
