// Package datafiles adds to an image the data that a program was built to read: the files and folders of this
// machine that it, or a library of its, names among its constants, as Vim names /usr/share/vim and
// Ghostscript's library the folders of its initialization files.
//
// A program names much that it never reads, and much that is not its own. What is packed is bounded by who put it
// there: of a folder, what dpkg's lists give to the packages that go with the one that the naming file is of
// ([packages.family]); where a program is of no package, what was installed under the same
// prefix. Only what every user of this machine may read is packed, and of /etc only what packages put there. Folders
// for people (documentation, translations) and those that other parts of the tool look after are left out.
// Programs in such folders are left out as well: nothing in a guest starts another.
//
// The input is as hostile as package elffile takes it; nothing is executed.
package datafiles

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
	"uk.example/internal/lazyregexp"
	"uk.example/manifest"
)

// Options say what the image is for.
type Options struct {
	// Program is the host's path of the program, "" if its own names are not to be followed, as
	// someone else knows what it reads.
	Program string
	// Shared tells whether a guest path comes from a share.
	Shared func(guest string) bool
	// Known tells whether someone else has packed what is needed of a folder.
	Known func(dir string) bool
	// From is the first entry whose names are followed: those before it have been.
	From int
	// Root is a folder to look at instead of the machine's own, for tests.
	Root string
}

// Limits of what is added.
const (
	maxFolder = 256 << 20 // bytes of one folder
	maxFiles  = 10000     // in one
	maxFile   = 64 << 20  // bytes of a file that is named
	maxConfig = 256 << 10 // bytes of a file of /etc whose names are followed
	maxScript = 4 << 20   // the same of a script
)

// image is a manifest that data is added to.
type image struct {
	m      *manifest.Manifest
	opt    Options
	have   map[string]bool   // guest paths; whether each is a directory
	hosts  map[string]string // guest paths, by where the file is here
	public map[string]bool   // folders that all may go through, as far as known
	dpkg   *packages
	loaded bool
	trees  []string // folders that are done
	warn   []string
	// longer are the names that the beginning of one stands for, as far as asked.
	longer map[string][]string
}

// namer is a file that names others.
type namer struct {
	host  string // links followed, below no Root
	names names
	// prefix is where the program is installed, "" for libraries.
	prefix string
}

// Add adds what the program and the libraries in m name. The warnings are single lines.
func Add(m *manifest.Manifest, opt Options) (warnings []string, err error) {
	im := &image{m: m, opt: opt, have: map[string]bool{}, hosts: map[string]string{}, public: map[string]bool{}, longer: map[string][]string{}}
	if im.opt.Shared == nil {
		im.opt.Shared = func(string) bool { return false }
	}
	if im.opt.Known == nil {
		im.opt.Known = func(string) bool { return false }
	}
	before := len(m.Entries)
	for _, e := range m.Entries {
		im.note(e.Guest, e.Dir)
		if e.Host != "" {
			im.hosts[e.Host] = e.Guest
		}
	}
	found, err := im.namers()
	if err != nil || len(found) == 0 {
		return nil, err
	}
	for depth := 0; len(found) > 0 && depth < maxDepth; depth++ {
		found = im.follow(found)
	}
	slices.SortStableFunc(m.Entries[before:], func(a, b manifest.Entry) int { return strings.Compare(a.Guest, b.Guest) })
	return im.warn, nil
}

// maxDepth is how often the names in configuration files, and links out of folders, are followed.
const maxDepth = 3

// namers are the files of the image that name something that this machine has.
func (im *image) namers() ([]namer, error) {
	var out []namer
	program := im.real(im.opt.Program)
	for _, e := range im.m.Entries[im.opt.From:] {
		if e.Host == "" || e.Dir || e.Link != "" || ofLibc(path.Base(e.Guest)) {
			continue
		}
		n := namer{host: strings.TrimPrefix(e.Host, im.opt.Root)}
		if n.host == program {
			n.prefix = path.Dir(path.Dir(program))
		}
		if err := n.read(im, &e); err != nil {
			return nil, err
		}
		if n.keep(im); len(n.names) > 0 {
			out = append(out, n)
		}
	}
	return out, nil
}

// read fills in what the file names.
func (n *namer) read(im *image, e *manifest.Entry) error {
	f, err := elffile.Open(e.Host)
	if errors.Is(err, elffile.ErrNotELF) {
		n.script(e)
		return nil
	}
	if err != nil {
		return nil // told elsewhere
	}
	defer f.Close()
	if n.prefix == "" && f.Interp != "" && (f.Dynamic == nil || f.Dynamic.Soname == "") {
		return nil // another program, or one whose files are known
	}
	if n.names, err = elfNames(f, im.prefixOf(n)); err != nil {
		return err
	}
	if dir := path.Dir(n.host); n.prefix != "" {
		// One that is in a folder of its own, as 7z is in /usr/lib/p7zip, finds there what else it needs.
		if path.Base(dir) == "bin" {
			dir = n.prefix
		}
		if slices.ContainsFunc(roots, func(r string) bool { return within(dir, r) }) {
			n.names.guess(dir)
		}
	}
	// Its own name is that of its folders, which it may have in pieces.
	base := strings.TrimPrefix(path.Base(n.host), "lib")
	short := base[:strings.IndexAny(base+"-", "-.")]
	for _, name := range []string{base, short} {
		if name != "" && (n.prefix != "" || len(name) > 3) {
			n.names.guess(path.Join(im.prefixOf(n), "share", name))
			n.names.guess(path.Join(im.prefixOf(n), "lib", name))
		}
	}
	if m := embeddedPython.FindStringSubmatch(path.Base(e.Guest)); m != nil {
		n.names.guess("/usr/lib/python" + m[1]) // the folder of landmarks, which CPython looks for from /usr on
	}
	return nil
}

// embeddedPython is a library by which programs run Python.
var embeddedPython = lazyregexp.New(`^libpython(3\.\d+)\.so`)

// prefixOf is the folder that a file's relative names are seen from: the program's own for what is there.
func (im *image) prefixOf(n *namer) string {
	if n.prefix != "" {
		return n.prefix
	}
	if prefix := path.Dir(path.Dir(im.real(im.opt.Program))); within(n.host, prefix) {
		return prefix
	}
	return "/usr"
}

// script reads a text that is run, of which packages have many in bin.
func (n *namer) script(e *manifest.Entry) {
	if dir := path.Base(path.Dir(e.Guest)); dir != "bin" && dir != "games" {
		return
	}
	if text, err := bounded.ReadFile(e.Host, maxScript); err == nil && bytes.HasPrefix(text, []byte("#!")) {
		n.names = scriptNames(text)
	}
}

// ofLibc tells whether a library is one of glibc's, which name what they read in another way, see package companions.
func ofLibc(name string) bool {
	return slices.Contains(manifest.DefaultStandIns, name) || strings.HasPrefix(name, "libnss_")
}

// real follows the links of a path below Root, "" for what is not there.
func (im *image) real(name string) string {
	if name == "" {
		return ""
	}
	p, err := filepath.EvalSymlinks(im.opt.Root + name)
	if err != nil {
		return ""
	}
	root, err := filepath.EvalSymlinks(im.opt.Root + "/")
	if err != nil || !within(p, root) {
		return ""
	}
	return path.Join("/", strings.TrimPrefix(p, root))
}

// keep drops the names of what is not there, not data, or in the image already.
func (n *namer) keep(im *image) {
	for _, name := range slices.Collect(maps.Keys(n.names)) {
		im.complete(n, name)
	}
	for name := range n.names {
		st, err := os.Stat(im.opt.Root + name)
		if err != nil || !st.IsDir() && !st.Mode().IsRegular() || generic(name) || leftOut(name) || im.opt.Shared(name+"/x") || im.opt.Known(name) || !im.room(name) {
			delete(n.names, name)
		}
	}
}

// complete adds what a name may mean besides: compilers keep short constants in code, so that only the beginning of a
// longer one may be found ("share/octave/7.3" of 7.3.0); and what a program has in a folder of /etc is read together.
func (im *image) complete(n *namer, name string) {
	if parts := strings.Split(name, "/"); parts[1] == "etc" && len(parts) > 3 {
		n.names.guess(path.Join("/etc", parts[2]))
	}
	dir := path.Dir(name)
	if generic(dir) || leftOut(dir) {
		return
	}
	for _, m := range im.completions(name) {
		n.names.guess(m)
	}
}

// completions are the names of what is there that begin with one of what is not.
func (im *image) completions(name string) []string {
	found, asked := im.longer[name]
	if asked {
		return found
	}
	if _, err := os.Lstat(im.opt.Root + name); err != nil {
		matches, _ := filepath.Glob(im.opt.Root + name + "*") // names have no special characters
		for _, m := range matches[:min(len(matches), maxCompletions)] {
			found = append(found, strings.TrimPrefix(m, im.opt.Root))
		}
	}
	im.longer[name] = found
	return found
}

// maxCompletions is how many names the beginning of one may stand for.
const maxCompletions = 4

// follow adds what the files name, and returns those of what it added that may name more.
func (im *image) follow(found []namer) (more []namer) {
	owners := im.ownersOf(found)
	for _, n := range found {
		family := family{}
		for _, owner := range owners.of(n.host) {
			im.dpkg.family(owner, family)
		}
		// Folders above others come first: what is below comes with them.
		for _, name := range slices.Sorted(maps.Keys(n.names)) {
			more = append(more, im.named(&n, name, owners, family)...)
		}
	}
	return more
}

// ownersOf asks dpkg's lists about the files and what they name, if it matters.
func (im *image) ownersOf(found []namer) ownership {
	paths := map[string]bool{}
	for _, n := range found {
		before := len(paths)
		for name := range n.names {
			st, err := os.Stat(im.opt.Root + name)
			if err != nil || st.Mode().IsRegular() && !within(name, "/etc") && !im.isELF(name) {
				continue // anybody's
			}
			for dir := name; !generic(dir) && dir != "/"; dir = path.Dir(dir) {
				for _, p := range both(dir) {
					paths[p] = true
				}
			}
		}
		if len(paths) > before {
			for _, p := range both(n.host) {
				paths[p] = true
			}
		}
	}
	if len(paths) == 0 {
		return ownership{}
	}
	if !im.loaded {
		im.dpkg, im.loaded = readPackages(im.opt.Root), true
	}
	if im.dpkg == nil {
		return ownership{}
	}
	return im.dpkg.owners(paths)
}

// named adds one file or folder.
func (im *image) named(n *namer, name string, owners ownership, family family) (more []namer) {
	st, err := os.Stat(im.opt.Root + name)
	if err != nil || !im.room(name) || im.inTree(name) {
		return nil
	}
	installed := len(family) == 0 && ownPrefix(n.prefix, name)
	c := &copying{im: im, from: n}
	switch {
	case st.Mode().IsRegular():
		if st.Size() <= maxFile && (installed || owners.some(name, family) || !within(name, "/etc") && !im.isELF(name)) {
			c.at(name, 0)
		}
	case installed, owners.all(name, family):
		return im.tree(n, name, owners, family)
	case owners.some(name, family):
		least := needed
		if owners.own(name, family) {
			least = dependent
		}
		c.listed(name, family, least)
	}
	if c.large {
		im.tooLarge(n, name)
		return nil
	}
	return c.done()
}

// tree adds a folder that is a program's own, and what is beside it as far up as all is: a program that names
// one folder of its data finds the others from there. If that is too much, it is the folder alone.
func (im *image) tree(n *namer, dir string, owners ownership, family family) (more []namer) {
	top := dir
	for up := path.Dir(top); !generic(up) && owners.all(up, family); up = path.Dir(up) {
		top = up
	}
	for _, from := range slices.Compact([]string{top, dir}) {
		c := &copying{im: im, from: n}
		if c.tree(from); c.large {
			continue
		}
		im.trees = append(im.trees, from)
		return c.done()
	}
	im.tooLarge(n, dir)
	return nil
}

func (im *image) inTree(name string) bool {
	return slices.ContainsFunc(im.trees, func(t string) bool { return within(name, t) })
}

// ownPrefix tells whether name is data of a program that was installed by hand below prefix: what is in a folder of
// share, lib or the like there.
func ownPrefix(prefix, name string) bool {
	if prefix == "" || prefix == "/" || prefix == "/usr" || !within(name, prefix) {
		return false
	}
	return strings.Count(strings.TrimPrefix(name, prefix), "/") >= 2
}

// errTooLarge ends a walk.
var errTooLarge = errors.New("the folder is too large")

func (im *image) tooLarge(n *namer, dir string) {
	if !n.names[dir] {
		return // it may not have been meant
	}
	im.warn = append(im.warn, fmt.Sprintf("%s, which the program names, has more than %d MB or %d files and is not packed: if it is needed, --share %s:%s:ro gives it to the program",
		dir, maxFolder>>20, maxFiles, dir, dir))
}
