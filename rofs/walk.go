package rofs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Tree lists the host directory dir and all below it as entries whose paths
// start at base: a directory before what is in it, siblings in order of name,
// links as links, each with the host's attributes. Devices, pipes and sockets are an error.
func Tree(dir, base string) ([]Entry, error) {
	var list []Entry
	err := filepath.WalkDir(dir, func(host string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, host)
		if err != nil {
			return err
		}
		e := Entry{Path: filepath.Join("/", base, rel), Like: host}
		switch {
		case d.IsDir() || host == dir: // dir itself may be a link to a directory
			e.Dir = true
		case d.Type()&fs.ModeSymlink != 0:
			if e.Link, err = os.Readlink(host); err != nil {
				return err
			}
		case d.Type().IsRegular():
			e.Host, e.Like = host, ""
		default:
			return &EntryError{Path: e.Path, Host: host,
				Msg: "is a " + typeName(d.Type()) + " on the host; leave it out, the guest makes its own"}
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// Entries lists what is in the image, in its order, as it is to be packed again,
// without what omit says; omit may be nil. Contents stay in the image, which must
// stay open.
func (f *FS) Entries(omit func(path string) bool) ([]Entry, error) {
	var list []Entry
	var walk func(dir string) error
	v2, _ := f.im.(*image2)
	attr := func(e *Entry, n Inode) {
		if v2 == nil {
			return
		}
		e.Attr = &Attr{n.Mode, n.UID, n.GID, n.MTime, v2.xattrs(n)}
		if n.Type == TypeFile {
			e.inode, e.holes = n.No, v2.holes(n)
		}
	}
	walk = func(dir string) error {
		opened, err := f.Open(dir)
		if err != nil {
			return err
		}
		children, err := opened.(*dirFile).ReadDir(-1)
		for i := 0; i < len(children) && err == nil; i++ {
			d := children[i]
			name := path.Join(dir, d.Name())
			e := Entry{Path: "/" + name}
			switch {
			case omit != nil && omit(e.Path):
				continue
			case d.IsDir():
				e.Dir = true
			case d.Type()&fs.ModeSymlink != 0:
				e.Link, err = f.ReadLink(name)
			default:
				var opened fs.File
				if opened, err = f.Open(name); err == nil {
					e.From = opened.(*file).SectionReader
				}
			}
			attr(&e, d.(*info).n)
			list = append(list, e)
			if e.Dir && err == nil {
				err = walk(name)
			}
		}
		return err
	}
	if v2 != nil {
		root := Entry{Path: "/", Dir: true}
		attr(&root, v2.inode(rootInode))
		list = append(list, root)
	}
	err := walk(".")
	return list, err
}

// Options are those that pack [FS.Entries] as the image was.
func (f *FS) Options() Options {
	if s, ok := f.Super().(Super2); ok {
		return Options{Version: Version2, Holes: s.Features&FeatureHoles != 0}
	}
	return Options{Version: Version}
}
