// Package interpreters adds to an image what a program that runs scripts needs besides its ELF
// files: the language's standard library and installed packages, and the modules that a script
// loads from the folders beside it.
//
// Where the library is follows from the interpreter's own files: the paths that it
// was built with, and for Python the landmarks that its own search looks for. Nothing is executed. Scripts
// are searched for the names of what they load; a name that is made at run time is not seen.
package interpreters

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"uk.example/internal/facts"
	"uk.example/manifest"
)

// Limits of what is added.
const (
	maxFolder = 512 << 20 // bytes of one folder of the library
	maxFiles  = 50000     // in one
	maxScript = 4 << 20   // bytes of a script that is searched
)

// Options say what the image is for.
type Options struct {
	// Program is the host's path of the interpreter, links not followed.
	Program string
	// Shared tells whether a guest path comes from a share, and where that is on the host: nothing
	// is added there, but scripts there are searched.
	Shared func(guest string) (host string, shared bool)
	// Facts has what was found in large files before; nil: nothing.
	Facts *facts.Store
}

// image is a manifest that things are added to.
type image struct {
	m     *manifest.Manifest
	opt   Options
	have  map[string]bool
	warn  []string
	size  int64 // of the folder that is being added
	count int
	pyc   bool
	// packages are folders of which a script gets what it names.
	packages []string
	// moved is a folder of the host that has another place in the image.
	moved struct{ host, guest string }
}

// Add adds what the interpreter that m's command starts needs, if it is one that is known. It
// reports whether it is; the warnings are single lines.
func Add(m *manifest.Manifest, opt Options) (known bool, warnings []string, err error) {
	if len(m.App.Command) == 0 {
		return false, nil, nil
	}
	if opt.Shared == nil {
		opt.Shared = func(guest string) (string, bool) { return guest, false }
	}
	real, err := filepath.EvalSymlinks(opt.Program)
	if err != nil {
		return false, nil, nil // told elsewhere
	}
	l := find(real)
	if l == nil {
		return false, nil, nil
	}
	im := &image{m: m, opt: opt, have: map[string]bool{}, pyc: l.pyc}
	for _, e := range m.Entries {
		im.have[e.Guest] = true
	}
	for _, f := range l.folders(im, real) {
		skip := l.skip
		if path.Base(f) == sitePackages { // somebody chose what is in it
			skip = nil
		}
		if err := im.library(f, skip); err != nil {
			return true, im.warn, err
		}
	}
	return true, im.warn, im.script(l)
}

// guest is where a file of a library is put: where the host has it, unless guests mount over that.
func (im *image) guest(host string) string {
	if rest, ok := strings.CutPrefix(host, im.moved.host+"/"); ok && im.moved.host != "" {
		return path.Join(im.moved.guest, rest)
	}
	return host
}

func (im *image) shared(guest string) bool {
	_, shared := im.opt.Shared(guest)
	return shared
}

func (im *image) warnf(format string, args ...any) {
	im.warn = append(im.warn, fmt.Sprintf(format, args...))
}

// put adds an entry if there is none at its place.
func (im *image) put(e manifest.Entry) bool {
	if im.have[e.Guest] {
		return false
	}
	im.have[e.Guest] = true
	im.m.Entries = append(im.m.Entries, e)
	return true
}

// library adds a folder of the host under its name, unless it is too large.
func (im *image) library(dir string, skip func(name string) bool) error {
	if guest := im.guest(dir); im.shared(guest) || im.have[guest] {
		return nil
	}
	before := len(im.m.Entries)
	im.size, im.count = 0, 0
	err := im.tree(dir, skip)
	if im.size <= maxFolder && im.count <= maxFiles {
		return err
	}
	for _, e := range im.m.Entries[before:] {
		delete(im.have, e.Guest)
	}
	im.m.Entries = im.m.Entries[:before]
	im.warnf("%s has more than %d MB or %d files and is not packed: --share %s:%s:ro gives it to the program", dir, maxFolder>>20, maxFiles, dir, dir)
	return nil
}

// tree adds what is at name as the host has it: a file, a folder with all that is below, or a link
// with what it leads to.
func (im *image) tree(name string, skip func(string) bool) error {
	if im.size > maxFolder || im.count > maxFiles {
		return nil
	}
	st, err := os.Lstat(name)
	if err != nil {
		return nil // a link into nothing: the program sees none either
	}
	im.count++
	switch {
	case st.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(name)
		if err != nil {
			return nil
		}
		if !im.put(manifest.Entry{Guest: im.guest(name), Link: to}) {
			return nil
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(name), to)
		}
		if strings.HasPrefix(to, "/proc/") || strings.HasPrefix(to, "/dev/") {
			return nil
		}
		return im.tree(path.Clean(to), skip)
	case st.IsDir():
		list, err := os.ReadDir(name)
		if err != nil {
			im.warnf("%s cannot be read, so that the program will not have it", name)
			return nil
		}
		for _, e := range list {
			if skip != nil && skip(e.Name()) {
				continue
			}
			if err := im.tree(path.Join(name, e.Name()), skip); err != nil {
				return err
			}
		}
	case st.Mode().IsRegular():
		im.size += st.Size()
		return im.file(im.guest(name), name, st)
	}
	return nil
}

// file adds a regular file.
func (im *image) file(guest, host string, st fs.FileInfo) error {
	e := manifest.Entry{Guest: guest, Host: host}
	if im.pyc && strings.HasSuffix(host, ".pyc") {
		data, err := compiled(host)
		if err != nil || data == nil {
			return err
		}
		e = manifest.Entry{Guest: guest, Data: data}
	}
	im.put(e)
	return nil
}
