package interpreters

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"uk.example/internal/bounded"
	"uk.example/internal/lazyregexp"
	"uk.example/manifest"
)

// module is what a script may name: a path or a name with dots or colons.
var module = lazyregexp.New(`[A-Za-z0-9_./@:-]+`)

// script finds the script among the command's words, which may not be in the image yet, and adds
// what it loads from the folders beside it.
func (im *image) script(l *language) error {
	words := im.m.App.Command
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	here := newSearch(im, l, wd, manifest.GuestPath(wd))
	for i, w := range words[1:] {
		switch {
		case i+2 < len(words) && (w == "-c" || w == "-e"): // a program in place of a file
			here.text(wd, words[i+2])
			return nil
		case i+2 < len(words) && w == "-m":
			here.module(wd, words[i+2])
			return nil
		case !strings.HasPrefix(w, "-"):
			return im.scriptFile(l, &words[i+1])
		}
	}
	return nil
}

// scriptFile adds a script, if the word is one, and what it loads.
func (im *image) scriptFile(l *language, word *string) error {
	e := im.m.Lookup(*word) // it may have been named as the program
	for e != nil && e.Link != "" {
		e = im.m.Lookup(e.Link)
	}
	host := *word
	if e != nil {
		host = e.Host
	}
	abs, err := filepath.Abs(host)
	if err != nil {
		return err
	}
	var guest string
	shared := false
	if e != nil { // languages look for modules from where a link leads
		guest = e.Guest
	} else {
		if guest = manifest.GuestPath(abs); !path.IsAbs(*word) && im.m.App.Cwd != "" {
			guest = path.Join(im.m.App.Cwd, *word)
		}
		if host, shared = im.opt.Shared(guest); shared {
			abs = host
		}
	}
	if st, err := os.Stat(abs); host == "" || err != nil || !st.Mode().IsRegular() {
		return nil // the program tells
	}
	if e == nil && !shared {
		guest = manifest.GuestPath(abs)
		im.put(manifest.Entry{Guest: guest, Host: abs})
		*word = guest
	}
	s := newSearch(im, l, path.Dir(abs), path.Dir(guest))
	s.nodeModules()
	s.file(abs)
	return nil
}

// search is one for the modules of a script.
type search struct {
	im          *image
	l           *language
	host, guest string // the script's folder, here and there
	seen        map[string]bool
	// Large packages name the same over and over: what was asked for, by the folder that it is seen from, "" for those that are
	// the same for all; and by candidate.
	asked map[string]map[string]bool
	tried map[string]bool
	there map[string]map[string]bool // see listing
	// distributions are those of each folder of packages that was asked for, see distribution.
	distributions map[string]map[string][]string
}

func newSearch(im *image, l *language, host, guest string) *search {
	return &search{im: im, l: l, host: host, guest: guest, seen: map[string]bool{}, asked: map[string]map[string]bool{},
		tried: map[string]bool{}, there: map[string]map[string]bool{}}
}

// place is where a file of the host is in the guest: as far from the script.
func (s *search) place(host string) string {
	for _, p := range s.im.packages {
		if within(host, p) {
			return host
		}
	}
	rel, err := filepath.Rel(s.host, host)
	if err != nil {
		return host
	}
	return path.Join(s.guest, rel)
}

// nodeModules adds node_modules, which Node looks for in the script's folder and those above it.
func (s *search) nodeModules() {
	if s.l.word != "nodejs" {
		return
	}
	for dir := s.host; dir != "/"; dir = path.Dir(dir) {
		for _, name := range []string{"package.json", "node_modules"} {
			if _, err := os.Stat(path.Join(dir, name)); err == nil {
				s.tree(path.Join(dir, name))
			}
		}
	}
}

// file looks for what a script loads.
func (s *search) file(name string) {
	if s.seen[name] {
		return
	}
	s.seen[name] = true
	if text, err := bounded.ReadRegular(name, maxScript); err == nil {
		s.text(path.Dir(name), string(text))
	}
}

// text looks for what a program in a folder loads and names.
func (s *search) text(dir, program string) {
	for line := range strings.Lines(program) {
		s.named(dir, line)
		at := s.l.loadsAt(line)
		if at < 0 {
			continue
		}
		for _, m := range module.FindAllString(line[at:], -1) {
			s.module(dir, m)
		}
	}
}

// module adds the file or folder that a name may mean, seen from a folder. Names of what is
// elsewhere find nothing here.
func (s *search) module(dir, name string) {
	if s.l.pyc && name == "zoneinfo" && !s.seen[zones] {
		s.seen[zones] = true
		s.zones()
	}
	if s.wasAsked(dir, name) {
		return
	}
	asPath := strings.Trim(strings.NewReplacer("::", "/", ":", "/").Replace(name), "/")
	names := []string{asPath}
	if !strings.Contains(name, "/") {
		names = append(names, strings.ReplaceAll(strings.TrimLeft(asPath, "."), ".", "/"))
	}
	from := []string{dir}
	if !s.wasAsked("", name) {
		from = slices.Concat([]string{dir, s.host, path.Join(s.host, "lib"), path.Join(path.Dir(s.host), "lib")}, s.im.packages)
	}
	for _, from := range from {
		for _, n := range names {
			if n == "" || n == "." || n == ".." {
				continue
			}
			for i, c := range n { // the packages that it is in come with it
				if c == '/' && strings.Trim(n[:i], "./") != "" {
					s.candidate(path.Join(from, n[:i]))
				}
			}
			s.candidate(path.Join(from, n))
		}
	}
	for _, from := range []string{dir, ""} { // now, as all candidates were tried
		if s.asked[from] == nil {
			s.asked[from] = map[string]bool{}
		}
		s.asked[from][name] = true
	}
}

func (s *search) wasAsked(from, name string) bool { return s.asked[from][name] }

// nothing is what a folder has that is not there.
var nothing = map[string]bool{}

// listing is what a folder has: the names, and those of files without the language's endings. ok tells whether it is known:
// there may be folders that can be looked into for a name, but not read.
func (s *search) listing(dir string) (names map[string]bool, ok bool) {
	if names, ok = s.there[dir]; ok {
		return names, names != nil
	}
	if above := s.there[path.Dir(dir)]; above != nil && !above[path.Base(dir)] && dir != "/" {
		s.there[dir] = nothing
		return nothing, true
	}
	f, err := os.Open(dir)
	if err == nil {
		var list []string
		if list, err = f.Readdirnames(-1); err == nil {
			names = make(map[string]bool, 2*len(list))
			for _, n := range list {
				names[n] = true
				for _, suffix := range s.l.suffixes {
					names[strings.TrimSuffix(n, suffix)] = true
				}
			}
		}
		f.Close()
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		names = nothing
	}
	s.there[dir] = names
	return names, names != nil
}

// zones is where Python's zoneinfo finds the zones that a script names.
const zones = "/usr/share/zoneinfo"

// zones adds them all, but for the copies of those in posix and right.
func (s *search) zones() {
	if s.im.shared(zones) {
		return
	}
	_ = s.im.tree(zones, func(name string) bool { return name == "posix" || name == "right" }) // reads no file
}

// candidate adds what is at name, with an ending or as a folder that is a package.
func (s *search) candidate(name string) {
	if s.tried[name] {
		return
	}
	s.tried[name] = true
	if names, ok := s.listing(path.Dir(name)); ok && name != "/" && !names[path.Base(name)] {
		return
	}
	for _, suffix := range append([]string{""}, s.l.suffixes...) {
		f := name + suffix
		if st, err := os.Stat(f); err == nil && st.Mode().IsRegular() && (suffix != "" || path.Ext(f) != "") && s.mayLoad(f) {
			s.distribution(name)
			s.add(f)
			s.file(f)
		}
	}
	for _, index := range s.l.index {
		if st, err := os.Stat(path.Join(name, index)); err == nil && st.Mode().IsRegular() && s.mayLoad(path.Join(name, index)) {
			s.distribution(name)
			s.tree(name)
			return
		}
	}
}

// add adds one file.
func (s *search) add(host string) {
	guest := s.place(host)
	if s.im.shared(guest) {
		return
	}
	if real, err := filepath.EvalSymlinks(host); err == nil {
		s.im.put(manifest.Entry{Guest: guest, Host: real})
	}
}

// home is the folder that somebody chose to have p in: the script's, or one of packages. "" if it is in neither.
func (s *search) home(p string) string {
	for _, dir := range append([]string{s.host}, s.im.packages...) {
		if within(p, dir) {
			return dir
		}
	}
	return ""
}

// leaves tells whether links lead from p out of a folder.
func leaves(p, dir string) bool {
	real, err := filepath.EvalSymlinks(p)
	if err != nil {
		return true
	}
	top, err := filepath.EvalSymlinks(dir)
	return err != nil || !within(real, top)
}

// mayLoad tells whether a file that a script names as a module may be taken. A script is somebody else's, and what
// is in the image it can send anywhere: of what is elsewhere it gets code that is not hidden.
func (s *search) mayLoad(f string) bool {
	if dir := s.home(f); dir != "" {
		return !leaves(f, dir)
	}
	real, err := filepath.EvalSymlinks(f)
	return err == nil && slices.Contains(s.l.suffixes, path.Ext(real)) && !hiddenName(real)
}

// tree adds all files below a folder that is a package, and looks into its scripts. Links out of the folder that it
// belongs to are left out.
func (s *search) tree(dir string) {
	if s.seen[dir] {
		return
	}
	s.seen[dir] = true
	home := s.home(dir)
	if home == "" {
		home = path.Dir(dir)
	}
	if leaves(dir, home) {
		s.im.warnf("%s leads out of %s and is not packed: --share %s:%s:ro gives it to the program", dir, home, dir, dir)
		return
	}
	var size int64
	count := 0
	_ = filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.Name() == ".git" {
			return filepath.SkipDir
		}
		st, err := os.Stat(p)
		if err != nil || !st.Mode().IsRegular() || d.Type()&os.ModeSymlink != 0 && leaves(p, home) {
			return nil
		}
		if size, count = size+st.Size(), count+1; size > maxFolder || count > maxFiles {
			s.im.warnf("%s has more than %d MB or %d files and is not packed whole: --share %s:%s:ro gives it to the program", dir, maxFolder>>20, maxFiles, dir, dir)
			return filepath.SkipAll
		}
		s.add(p)
		if len(s.im.packages) > 0 {
			s.script(p) // it may load others
		}
		return nil
	})
}
