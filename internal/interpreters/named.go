package interpreters

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/lazyregexp"
)

// Limits of a folder that a script names in a string; a word may mean nothing of the kind.
const (
	maxNamedFiles = 4000
	maxNamedBytes = 64 << 20
)

var errTooLarge = errors.New("the folder is too large")

// quoted is a string on one line of a script.
var quoted = lazyregexp.New("\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")

// interpolated is a variable in a string, as in "$Bin/data.txt": what stands behind it may be seen from the script's folder.
var interpolated = lazyregexp.New(`\$[A-Za-z_][A-Za-z0-9_:]*`)

// named adds the files and folders below the script's folder that a line of it has in its strings: what it
// opens, and where it lets the language look for modules. Hidden ones are not meant by a word.
func (s *search) named(dir, line string) {
	if s.host == "/" || !within(dir, s.host) || s.inPackages(dir) {
		return
	}
	if s.l.bare {
		s.namedBare(dir, line)
	}
	for _, text := range quoted.FindAllString(line, -1) {
		for _, word := range module.FindAllString(interpolated.ReplaceAllString(text, " "), -1) {
			for _, from := range []string{dir, s.host} {
				p := path.Join(from, word)
				if p != s.host && within(p, s.host) && !hiddenName(p[len(s.host):]) {
					s.namedPath(p)
				}
			}
		}
	}
}

// namedBare adds the files that a line of a language which needs no quotes names. Its words mean folders too rarely.
func (s *search) namedBare(dir, line string) {
	for _, word := range module.FindAllString(interpolated.ReplaceAllString(line, " "), -1) {
		for _, from := range []string{dir, s.host} {
			p := path.Join(from, word)
			if st, err := os.Stat(p); err == nil && st.Mode().IsRegular() && within(p, s.host) && !hiddenName(p[len(s.host):]) {
				s.namedPath(p)
			}
		}
	}
}

func (s *search) namedPath(p string) {
	if s.tried["named "+p] {
		return
	}
	s.tried["named "+p] = true
	st, err := os.Stat(p)
	switch {
	case err != nil || !s.inside(p):
	case st.IsDir():
		s.namedFolder(p)
	case st.Size() > maxNamedBytes:
		s.tooLarge(p)
	case st.Mode().IsRegular():
		s.add(p)
		s.script(p)
	}
}

// inside tells whether what p leads to is below the script's folder too, and not hidden: a link elsewhere is not
// followed for a word in a script.
func (s *search) inside(p string) bool {
	root, err := filepath.EvalSymlinks(s.host)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(p)
	return err == nil && within(real, root) && !hiddenName(real[len(root):])
}

func (s *search) tooLarge(p string) {
	s.im.warnf("%s, which the script names, has more than %d MB or %d files and is not packed: if it is meant, --share %s:%s:ro gives it to the program",
		p, maxNamedBytes>>20, maxNamedFiles, p, s.place(p))
}

// namedFolder adds what is in a folder, unless that is more than a script's own files are likely to be.
func (s *search) namedFolder(dir string) {
	var files []string
	var size int64
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || p != dir && hiddenName(d.Name()) {
			if d != nil && !d.IsDir() {
				return nil
			}
			return filepath.SkipDir
		}
		st, err := os.Stat(p)
		if err != nil || !st.Mode().IsRegular() || d.Type()&os.ModeSymlink != 0 && !s.inside(p) {
			return nil
		}
		if files, size = append(files, p), size+st.Size(); len(files) > maxNamedFiles || size > maxNamedBytes {
			return errTooLarge
		}
		return nil
	})
	if err != nil {
		s.tooLarge(dir)
		return
	}
	for _, f := range files {
		s.add(f)
		s.script(f)
	}
}

// script looks for what a file loads, if its name is that of a script.
func (s *search) script(p string) {
	if slices.Contains(s.l.suffixes, path.Ext(p)) {
		s.file(p)
	}
}

func (s *search) inPackages(dir string) bool {
	return slices.ContainsFunc(s.im.packages, func(p string) bool { return within(dir, p) }) || strings.Contains(dir+"/", "/node_modules/")
}

// within tells whether p is dir or below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// hiddenName tells whether a part of the path starts with a dot, or is a cache of compiled files.
func hiddenName(p string) bool {
	return slices.ContainsFunc(strings.Split(p, "/"), func(part string) bool { return strings.HasPrefix(part, ".") || part == "__pycache__" })
}
