package datafiles

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
	"uk.example/manifest"
)

// copying collects what one name brings, until it is known to be not too much.
type copying struct {
	im      *image
	from    *namer
	entries []manifest.Entry
	links   []string // what links lead to
	size    int64
	large   bool
}

// at adds what is at name: a file, or a link and in the end what it leads to.
func (c *copying) at(name string, links int) {
	im := c.im
	st, err := os.Lstat(im.opt.Root + name)
	if err != nil || links > maxLinks || !im.reachable(path.Dir(name)) {
		return
	}
	switch {
	case st.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(im.opt.Root + name)
		if err != nil {
			return
		}
		end := to
		if !path.IsAbs(to) {
			end = path.Join(path.Dir(name), to)
		}
		end = path.Clean(end)
		choice, _ := os.Readlink(im.opt.Root + end) // of the administrator's, as in /etc/alternatives
		if choice == "" && leftOut(end) || !slices.ContainsFunc(linkEnds, func(r string) bool { return within(end, r) }) {
			return
		}
		c.put(manifest.Entry{Guest: name, Link: to}, 0)
		if st, err := os.Stat(im.opt.Root + end); err == nil && st.IsDir() || within(end, "/etc") && choice == "" {
			c.links = append(c.links, end)
			return
		}
		c.at(end, links+1)
	case !st.Mode().IsRegular() || st.Mode()&0o004 == 0:
	case im.hosts[im.opt.Root+name] != "": // a library under another name is still one library
		c.put(manifest.Entry{Guest: name, Link: im.hosts[im.opt.Root+name]}, 0)
	default:
		c.file(name, st)
	}
}

// linkEnds are the folders that links out of packed ones may lead to: units has its currencies in /var/lib.
var linkEnds = append(slices.Clone(roots), "/var/lib")

// maxLinks is how many links Linux follows.
const maxLinks = 40

func (c *copying) put(e manifest.Entry, size int64) {
	c.entries = append(c.entries, e)
	if c.size += size; c.size > maxFolder || len(c.entries) > maxFiles {
		c.large = true
	}
}

// tree adds a folder as the host has it.
func (c *copying) tree(dir string) {
	root := c.im.opt.Root
	top := c.im.real(dir) // links on the way stay the host's
	if top == "" {
		return
	}
	if top != dir {
		c.at(dir, 0)
		return
	}
	_ = filepath.WalkDir(root+dir, func(p string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(p, root)
		switch {
		case err != nil:
			return fs.SkipDir // what cannot be read is not there for the program either
		case d.IsDir() && name != dir && (skipped(d.Name()) || leftOut(name)):
			return fs.SkipDir
		case !d.IsDir():
			c.at(name, 0)
		}
		if c.large {
			return errTooLarge
		}
		return nil
	})
}

// listed adds what some packages put into a folder that others use as well.
func (c *copying) listed(dir string, family family, least relation) {
	for _, name := range slices.Sorted(maps.Keys(family)) {
		if family[name] < least {
			continue
		}
		c.im.dpkg.below(name, dir, func(file string) {
			st, err := os.Lstat(c.im.opt.Root + file)
			inside := strings.Split(strings.TrimPrefix(path.Dir(file), dir), "/")
			if err == nil && !st.IsDir() && !c.large && !slices.ContainsFunc(inside, skipped) && !leftOut(file) {
				c.at(file, 0)
			}
		})
	}
}

// done puts what was collected into the image, and returns what names further files: configuration, and links
// to other folders.
func (c *copying) done() (more []namer) {
	if len(c.links) > 0 {
		n := namer{host: c.from.host, names: names{}, prefix: c.from.prefix}
		for _, l := range c.links {
			n.names[l] = true
		}
		n.keep(c.im)
		more = append(more, n)
	}
	for _, e := range c.entries {
		if c.im.put(e) && e.Host != "" && within(e.Guest, "/etc") {
			if n := c.im.config(c.from, e.Guest); len(n.names) > 0 {
				more = append(more, n)
			}
		}
	}
	return more
}

// config gives the files that a file of settings names.
func (im *image) config(from *namer, name string) namer {
	n := namer{host: from.host, names: names{}}
	text, err := bounded.ReadRegular(im.opt.Root+name, maxConfig)
	if err != nil || slices.Contains(text, 0) {
		return n
	}
	scanNames(text, func(run []byte) { n.names.add(run, "") })
	n.keep(im)
	return n
}

// reachable tells whether every user may go through a folder and those above it.
func (im *image) reachable(dir string) bool {
	if ok, known := im.public[dir]; known {
		return ok
	}
	st, err := os.Stat(im.opt.Root + dir)
	ok := err == nil && st.Mode()&0o001 != 0 && (dir == "/" || im.reachable(path.Dir(dir)))
	im.public[dir] = ok
	return ok
}

// file adds a regular file, unless it is a program. An object file is data, of which the kernel needs to know nothing.
func (c *copying) file(name string, st fs.FileInfo) {
	e := manifest.Entry{Guest: name, Host: c.im.opt.Root + name}
	if c.im.isELF(name) {
		f, err := elffile.Open(e.Host)
		if err != nil {
			return // damaged, or of another machine
		}
		defer f.Close()
		if f.IsStatic() || f.Interp != "" && (f.Dynamic == nil || f.Dynamic.Soname == "") {
			return
		}
		if f.Dynamic == nil {
			if e.Data, err = bounded.ReadFile(e.Host, maxFile); err != nil {
				return
			}
			e.Host = ""
		}
	}
	c.put(e, st.Size())
}

func (im *image) isELF(name string) bool {
	f, err := os.Open(im.opt.Root + name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	_, err = io.ReadFull(f, head)
	return err == nil && elffile.IsELF(head)
}

func (im *image) note(guest string, dir bool) {
	im.have[guest] = dir
	for d := path.Dir(guest); d != "/" && d != "."; d = path.Dir(d) {
		if _, there := im.have[d]; !there {
			im.have[d] = true
		}
	}
}

// free reports whether the image has nothing at guest, and no file or link on the way there.
func (im *image) free(guest string) bool {
	_, there := im.have[guest]
	return !there && im.room(guest)
}

// room reports the same of a place where a folder may be.
func (im *image) room(guest string) bool {
	if dir, there := im.have[guest]; there && !dir {
		return false
	}
	for d := path.Dir(guest); d != "/" && d != "."; d = path.Dir(d) {
		if dir, there := im.have[d]; there && !dir {
			return false
		}
	}
	return true
}

// put adds an entry if its place is free.
func (im *image) put(e manifest.Entry) bool {
	if !im.free(e.Guest) {
		return false
	}
	im.note(e.Guest, false)
	im.m.Entries = append(im.m.Entries, e)
	return true
}
