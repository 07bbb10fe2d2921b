package rofs

import (
	"io"
	"time"
)

// What FS asks of a version 1 image.

func (im *image) super() any { return im.sb }

func (im *image) inode(no uint64) Inode {
	n := im.row(no)
	mode := uint32(0o555)
	if n.mode == TypeLink {
		mode = linkMode
	}
	return Inode{No: no, Type: n.mode, Mode: mode, Nlink: 1, MTime: time.Unix(0, 0), Data: n.data, Count: n.count}
}

func (im *image) child(dir Inode, k uint64) (uint64, string) {
	no, name := im.dirent(dir.Data + k)
	return no, string(name)
}

func (im *image) link(n Inode) string { return im.target(n.Data) }

func (im *image) up(no uint64) uint64 { return uint64(im.parent[no]) }

func (im *image) contents(n Inode, r io.ReaderAt) io.ReaderAt {
	return io.NewSectionReader(r, int64(n.Data)*BlockSize, int64(n.Count))
}

func (im *image) xattrs(Inode) []Xattr { return nil }

// find looks name up in directory dir.
func (im *image) find(dir Inode, name string) (uint64, bool) {
	if dir.Count <= mapDirEntries {
		for i := dir.Data; i < dir.Data+dir.Count; i++ {
			if no, have := im.dirent(i); string(have) == name {
				return no, true
			}
		}
		return 0, false
	}
	im.mu.Lock()
	defer im.mu.Unlock()
	m := im.dirs[dir.No]
	if m == nil {
		m = make(map[string]uint64, dir.Count)
		for i := dir.Data; i < dir.Data+dir.Count; i++ {
			no, have := im.dirent(i)
			m[string(have)] = no
		}
		im.dirs[dir.No] = m
	}
	no, ok := m[name]
	return no, ok
}
