package rofs

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
)

// newPlan2 lays out an image of version 2, which depends on the tree alone and
// not on the order of the entries: names are sorted, inodes are numbered parents
// first, and contents follow in the order of inodes.
func newPlan2(ctx context.Context, root *node, opts Options) (*plan, error) {
	l := &layout2{plan: &plan{readers: fs.ModePerm}, opts: opts, linked: make(map[hostFile]*node), names: make(map[string]uint32)}
	if err := l.number(root, "/"); err != nil {
		return nil, err
	}
	if err := l.findTwins(ctx); err != nil {
		return nil, err
	}
	if err := l.placeTables(); err != nil {
		return nil, err
	}
	l.placeContents()
	return l.finish(), nil
}

type layout2 struct {
	plan   *plan
	opts   Options
	nodes  []*node // by inode number, from 1
	linked map[hostFile]*node
	names  map[string]uint32 // where each name, and each target, lies
	meta   []byte            // superblock and tables; inodes are filled in last
	super  Super2
}

// hostFile is a file with several names on the host.
type hostFile struct{ dev, ino uint64 }

// number gives inodes to n and all below it. Names of one host file share one.
func (l *layout2) number(n *node, path string) error {
	var err error
	if n.mode == TypeFile {
		err = l.file(n, path)
	} else {
		err = n.attributes(path, nil, &l.opts)
	}
	if err != nil || n.no != 0 {
		return err
	}
	l.nodes = append(l.nodes, n)
	n.no, n.nlink = uint32(len(l.nodes)), 1
	st := &l.plan.stats
	switch n.mode {
	case TypeFile:
		st.Files++
		st.FileBytes += n.size
	case TypeLink:
		st.Links++
	case TypeDir:
		st.Dirs++
		n.nlink = 2
		slices.SortFunc(n.children, func(a, b *node) int { return strings.Compare(a.name, b.name) })
		for _, c := range n.children {
			if err := l.number(c, strings.TrimSuffix(path, "/")+"/"+c.name); err != nil {
				return err
			}
			if c.mode == TypeDir {
				n.nlink++
			}
		}
	}
	return nil
}

// file looks at a file. If it is another name of one that was seen, on the host
// and with the same attributes, it gets that one's inode.
func (l *layout2) file(n *node, path string) error {
	fi, err := n.look()
	if err != nil {
		return err
	}
	if fi != nil {
		l.plan.readers &= n.stamp.readers
	}
	if n.size > maxFile2 {
		return &EntryError{Path: path, Host: n.entry.Host, Msg: fmt.Sprintf("has %d bytes, more than an image holds", n.size)}
	}
	if err := n.attributes(path, fi, &l.opts); err != nil {
		return err
	}
	var key hostFile
	switch {
	case n.entry.inode != 0:
		key.ino = n.entry.inode // of another image, which has no device
	case fi != nil && severalNames(fi):
		key = hostFile{n.stamp.dev, n.stamp.ino}
	default:
		return nil
	}
	first := l.linked[key]
	if first == nil {
		l.linked[key] = n
		return nil
	}
	if !first.attr.equal(&n.attr) || first.stamp != n.stamp || first.size != n.size {
		return nil
	}
	n.no = first.no
	first.nlink++
	l.plan.stats.Files++
	l.plan.stats.FileBytes += n.size
	l.plan.stats.Shared += n.size
	return nil
}

func (a *Attr) equal(b *Attr) bool {
	return a.Mode == b.Mode && a.UID == b.UID && a.GID == b.GID && a.MTime.Equal(b.MTime) &&
		slices.EqualFunc(a.Xattrs, b.Xattrs, func(a, b Xattr) bool { return a.Name == b.Name && bytes.Equal(a.Value, b.Value) })
}

// placeTables puts down all tables but the inodes', whose places follow from it.
func (l *layout2) placeTables() error {
	entries := 0
	for _, n := range l.nodes {
		entries += len(n.children)
	}
	at := superSize2 + len(l.nodes)*inodeSize2
	texts := make([]byte, 0, 16*entries)
	base := at + entries*direntSize2
	l.meta = make([]byte, at, base+cap(texts))
	text := func(s string) uint32 {
		off, ok := l.names[s]
		if !ok {
			off = uint32(base + len(texts))
			texts = append(texts, s...)
			l.names[s] = off
		}
		return off
	}
	for _, n := range l.nodes {
		switch n.mode {
		case TypeDir:
			n.at = uint64(len(l.meta))
			for _, c := range n.children {
				l.meta = dirent2{c.no, text(c.name), uint8(len(c.name)), direntKind(c.mode)}.append(l.meta)
			}
		case TypeLink:
			n.at = uint64(text(n.entry.Link))
		}
		if len(texts) > MaxTables {
			break
		}
	}
	l.meta = append(l.meta, texts...)
	if err := l.placeXattrs(); err != nil {
		return err
	}
	for _, n := range l.nodes {
		if n.mode != TypeFile || n.twin != nil || len(n.holes) == 0 {
			continue
		}
		l.meta = append(l.meta, make([]byte, -len(l.meta)&7)...)
		n.at = uint64(len(l.meta))
		l.meta = append(l.meta, make([]byte, len(n.extents())*extentSize2)...)
	}
	if len(l.meta) > MaxTables {
		return fmt.Errorf("image would need %d bytes of tables, at most %d are read; pack fewer or shorter names", len(l.meta), MaxTables)
	}
	return nil
}

// placeXattrs puts down extended attributes, equal ones once.
func (l *layout2) placeXattrs() error {
	seen := make(map[string]uint32)
	for _, n := range l.nodes {
		if len(n.attr.Xattrs) == 0 {
			continue
		}
		if err := checkXattrs(n.attr.Xattrs); err != nil {
			e := &EntryError{Msg: err.Error()}
			if n.entry != nil {
				e.Path, e.Host = n.entry.Path, n.entry.Host
			}
			return e
		}
		text := string(appendXattrs(nil, n.attr.Xattrs))
		off, ok := seen[text]
		if !ok {
			off = uint32(len(l.meta))
			l.meta = append(l.meta, text...)
			seen[text] = off
		}
		n.xattrs = off
	}
	return nil
}

func checkXattrs(list []Xattr) error {
	all := 0
	for i, x := range list {
		all += xattrHead2 + len(x.Name) + len(x.Value)
		switch {
		case x.Name == "" || len(x.Name) > maxXattrName || strings.IndexByte(x.Name, 0) >= 0:
			return fmt.Errorf("has an extended attribute with the name %q; remove it", oneLine(x.Name))
		case i > 0 && x.Name <= list[i-1].Name:
			return fmt.Errorf("its extended attribute %s is given twice, or out of order", oneLine(x.Name))
		case len(x.Value) > maxXattrValue || all > maxXattrs:
			return fmt.Errorf("its extended attributes have more than %d bytes; remove some", maxXattrs)
		}
	}
	return nil
}

// placeContents gives each file its blocks, behind the tables.
func (l *layout2) placeContents() {
	p := l.plan
	block := blocks2(uint64(len(l.meta)))
	for _, n := range l.nodes {
		if n.mode != TypeFile {
			continue
		}
		switch {
		case n.size == 0:
			if n.entry.Host != "" {
				p.empty = append(p.empty, n)
			}
		case n.twin != nil:
			n.at, n.holes = n.twin.at, n.twin.holes
			p.stats.Shared += n.size
		case len(n.holes) == 0:
			n.at = block
			block = l.piece(n, 0, n.size, block)
		default:
			l.super.Features |= FeatureHoles
			at := n.at
			for _, e := range n.extents() {
				if e.count == 0 {
					copy(l.meta[at:], e.append(nil))
					continue
				}
				pos := int64(e.at) * BlockSize2
				size := min(int64(e.count)*BlockSize2, n.size-pos)
				e.block = block
				copy(l.meta[at:], e.append(nil))
				at += extentSize2
				block = l.piece(n, pos, size, block)
			}
			for _, h := range n.holes {
				p.stats.Holes += h[1] - h[0]
			}
		}
	}
	l.super.Blocks = block
	p.dataEnd = int64(block) * BlockSize2
}

// piece puts down size bytes of n from pos on, and returns the block behind them.
func (l *layout2) piece(n *node, pos, size int64, block uint64) uint64 {
	end := block + blocks2(uint64(size))
	l.plan.pieces = append(l.plan.pieces, piece{n: n, pos: pos, size: size, off: int64(block) * BlockSize2, end: int64(end) * BlockSize2})
	return end
}

// extents are the parts of a file with holes that are none. Where there are no such parts, an empty one at the end says that
// the file has holes.
func (n *node) extents() []extent2 {
	var list []extent2
	add := func(from, to int64) {
		if to > from {
			list = append(list, extent2{at: uint64(from / BlockSize2), count: blocks2(uint64(to - from))})
		}
	}
	at := int64(0)
	for _, h := range n.holes {
		add(at, h[0])
		at = h[1]
	}
	add(at, n.size)
	if list == nil {
		list = []extent2{{at: blocks2(uint64(n.size))}}
	}
	return list
}

// finish fills in the superblock and the inodes.
func (l *layout2) finish() *plan {
	s := &l.super
	s.Magic, s.Version, s.BlockSize = Magic, Version2, BlockSize2
	s.MetaBytes, s.Inodes = uint64(len(l.meta)), uint64(len(l.nodes))
	s.append(l.meta[:0])
	for i, n := range l.nodes {
		ino := inode2{mode: uint32(n.mode) | n.attr.Mode, nlink: n.nlink, uid: n.attr.UID, gid: n.attr.GID,
			start: n.at, mtime: nanoseconds(n.attr), xattrs: n.xattrs}
		switch n.mode {
		case TypeFile:
			ino.size = uint64(n.size)
			if len(n.holes) > 0 {
				ino.extents = uint32(len(n.extents()))
			}
		case TypeDir:
			ino.size = uint64(len(n.children))
		case TypeLink:
			ino.size = uint64(len(n.entry.Link))
		}
		ino.append(l.meta[superSize2+i*inodeSize2 : superSize2+i*inodeSize2])
	}
	p := l.plan
	p.head = append(l.meta, make([]byte, -len(l.meta)&(BlockSize2-1))...)
	p.stats.ImageBytes = p.size()
	return p
}

// nanoseconds is a time as the format has it. What does not fit, 292 years from
// 1970, becomes the nearest that does.
func nanoseconds(a Attr) int64 {
	switch s := a.MTime.Unix(); {
	case s >= math.MaxInt64/1_000_000_000:
		return math.MaxInt64
	case s <= math.MinInt64/1_000_000_000:
		return math.MinInt64
	}
	return a.MTime.UnixNano()
}
