package manifest

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// DefaultStandIns are the sonames of the libraries that the kernel stands in
// for: those of glibc, and the names of musl's C library.
var DefaultStandIns = []string{
	"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
	"libresolv.so.2", "libcrypt.so.1", "ld-linux-x86-64.so.2",
	"libc.so", "ld-musl-x86_64.so.1", "libc.musl-x86_64.so.1",
}

// Leaves are those of DefaultStandIns that nothing else of glibc is made of: an image
// may bring the host's while the kernel is the C library.
var Leaves = []string{"libm.so.6", "libcrypt.so.1"}

// ClosureOptions say where libraries are looked for and which are left out.
type ClosureOptions struct {
	// LibraryPath are folders to search as those of LD_LIBRARY_PATH are.
	LibraryPath []string
	// StandIns are the sonames that the kernel stands in for; nil means
	// DefaultStandIns.
	StandIns []string
	// ImageLibc puts the C library and the dynamic loader of the host into
	// the image: nothing is stood in for.
	ImageLibc bool
	// ImageLibraries puts the host's own of the libraries that Leaves names into the
	// image, where a file needs them.
	ImageLibraries bool
	// Conf is the loader's configuration; "" means /etc/ld.so.conf.
	Conf string
}

// Library is a file that a program needs at run time.
type Library struct {
	Name   string // DT_NEEDED entry, or the path of the interpreter
	Host   string // file on the host, links followed
	Guest  string // where the guest's loader looks for it
	By     string // host path of the file that wants it first
	Alias  string // if not empty: guest path of the same file under another name
	Linked string // if not empty: guest path of a link that leads to Guest
}

// LibraryError reports a library that a file needs and the host does not have.
type LibraryError struct {
	Name     string   // DT_NEEDED entry
	By       string   // file that wants it
	Searched []string // folders, in order
	Refused  []string // files that were found and are of no use, with the reason
}

func (e *LibraryError) Error() string {
	s := fmt.Sprintf("%s: needs the library %s, which is in none of %s", printable(e.By), printable(e.Name), printable(strings.Join(e.Searched, ", ")))
	if len(e.Searched) == 0 {
		s = fmt.Sprintf("%s: needs the library %s, and there is no such file", printable(e.By), printable(e.Name))
	}
	if len(e.Refused) > 0 {
		s += " (" + printable(strings.Join(e.Refused, "; ")) + ")"
	}
	return s + "; install it, or name its folder with --library-path"
}

// Limits of a closure.
const maxLibraries = 10000

// object is a file of the closure.
type object struct {
	host   string   // as found: its folder is $ORIGIN
	guest  string   // where the guest has it
	parent *object  // that wants it first, nil for a program
	needed []string // and what it filters
	auxil  []string // DT_AUXILIARY: needed if there
	rpath  []string // DT_RPATH, empty if there is a DT_RUNPATH
	run    []string // DT_RUNPATH
}

// closure finds libraries. It reads ELF structures and executes nothing.
type closure struct {
	opt      ClosureOptions
	standIns []string
	musl     bool
	conf     []string            // folders of the loader's configuration
	confRead bool                // whether conf is filled
	byName   map[string]bool     // DT_NEEDED entries and sonames that are settled
	byFile   map[string]*Library // by real host path
	queue    []*object
	libs     []Library
	inImage  func(name string) bool // whether the image has a library already
	left     []string               // those for which it has
}

// Closure lists the libraries that the ELF file at host, which the guest has
// at guest, needs directly or through others, in the order in which a loader
// takes them, less those that the kernel stands in for.
func Closure(host, guest string, opt ClosureOptions) ([]Library, error) {
	c := newClosure(opt)
	if err := c.program(host, guest); err != nil {
		return nil, err
	}
	return c.libs, nil
}

func newClosure(opt ClosureOptions) *closure {
	c := &closure{opt: opt, byName: make(map[string]bool), byFile: make(map[string]*Library)}
	if !opt.ImageLibc {
		if c.standIns = opt.StandIns; c.standIns == nil {
			c.standIns = DefaultStandIns
		}
		if opt.ImageLibraries {
			c.standIns = slices.DeleteFunc(slices.Clone(c.standIns), func(n string) bool { return slices.Contains(Leaves, n) })
		}
	}
	return c
}

// program adds the closure of one file of the image.
func (c *closure) program(host, guest string) error {
	f, err := elffile.Open(host)
	if err != nil {
		return err
	}
	defer f.Close()
	interp, libc := f.Interp, ""
	if main, err := f.HasMain(); err != nil {
		return err
	} else if main { // it may be started as a program
		interp, libc = f.LoaderOfMain()
	}
	if musl := strings.HasPrefix(path.Base(interp), "ld-musl-"); musl != c.musl {
		c.musl, c.confRead = musl, false
	}
	real := host
	if p, err := filepath.EvalSymlinks(host); err == nil {
		real = p
	}
	root := newObject(f, real, guest, nil)
	if libc != "" {
		root.needed = append(root.needed, libc)
	}
	if f.Dynamic != nil && f.Dynamic.Soname != "" {
		c.byName[f.Dynamic.Soname] = true
	}
	if c.opt.ImageLibc && interp != "" {
		if err := c.interp(interp, host); err != nil {
			return err
		}
	}
	c.queue = append(c.queue, root)
	return c.settle()
}

// settle finds what the queued objects need.
func (c *closure) settle() error {
	for len(c.queue) > 0 {
		o := c.queue[0]
		c.queue = c.queue[1:]
		for _, name := range o.needed {
			if err := c.need(o, name); err != nil {
				return err
			}
		}
		for _, name := range o.auxil {
			var missing *LibraryError
			err := c.need(o, name)
			if errors.As(err, &missing) {
				delete(c.byName, name) // another may need it
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

func newObject(f *elffile.File, host, guest string, parent *object) *object {
	o := &object{host: host, guest: guest, parent: parent}
	if d := f.Dynamic; d != nil {
		o.needed, o.auxil = slices.Concat(d.Needed, d.Filter), d.Auxil
		if d.Runpath != "" {
			o.run = strings.Split(d.Runpath, ":")
		} else if d.Rpath != "" {
			o.rpath = strings.Split(d.Rpath, ":")
		}
	}
	return o
}

// interp adds the dynamic loader that a program names.
func (c *closure) interp(name, by string) error {
	if !path.IsAbs(name) {
		return fmt.Errorf("%s: names the interpreter %s, which is no absolute path: link the program again", printable(by), printable(name))
	}
	if c.byName[name] {
		return nil
	}
	c.byName[name], c.byName[path.Base(name)] = true, true
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return &LibraryError{Name: name, By: by}
	}
	f, err := elffile.Open(real)
	if err != nil {
		return err
	}
	defer f.Close()
	if f.Dynamic != nil && f.Dynamic.Soname != "" {
		c.byName[f.Dynamic.Soname] = true
	}
	l := Library{Name: name, Host: real, Guest: path.Clean(name), By: by}
	c.libs = append(c.libs, l)
	c.byFile[real] = &l
	return nil
}

// need settles one DT_NEEDED entry of o.
func (c *closure) need(o *object, name string) error {
	if name == "" || c.byName[name] || slices.Contains(c.standIns, name) || slices.Contains(c.standIns, path.Base(name)) {
		return nil
	}
	c.byName[name] = true
	if c.musl && muslOwn(name) {
		return nil
	}
	if c.inImage != nil && c.inImage(name) {
		c.left = append(c.left, name)
		return nil
	}
	if len(c.libs) >= maxLibraries {
		return fmt.Errorf("%s: needs more than %d libraries", printable(o.host), maxLibraries)
	}
	f, where, err := c.find(o, name)
	if err != nil {
		return err
	}
	defer f.Close()
	real, err := filepath.EvalSymlinks(f.Name)
	if err != nil {
		return err
	}
	l := Library{Name: name, Host: real, Guest: path.Join(where.guest, path.Base(name)), By: o.host}
	if Hidden(l.Guest) {
		l.Guest = path.Join(fallbackDir, path.Base(name))
	} else if where.linked || c.opt.ImageLibc && where.guest == "/" { // glibc's loader asks for "" whether "/" is there
		l.Linked = path.Join(fallbackDir, path.Base(name))
		if l.Linked == l.Guest {
			l.Linked = ""
		}
	}
	if first := c.byFile[real]; first != nil {
		// The same file under a second name: a loader knows it by its
		// inode and loads it once, so it becomes a link.
		if l.Guest != first.Guest {
			l.Alias = first.Guest
			c.libs = append(c.libs, l)
		}
		return nil
	}
	if f.Dynamic != nil && f.Dynamic.Soname != "" {
		c.byName[f.Dynamic.Soname] = true
	}
	c.libs = append(c.libs, l)
	c.byFile[real] = &l
	c.queue = append(c.queue, newObject(f, f.Name, l.Guest, o))
	return nil
}

// muslOwn reports whether musl's loader takes name for itself: it is the C
// library, and libc, libm and the like are all one.
func muslOwn(name string) bool {
	base, rest, _ := strings.Cut(name, ".")
	switch base {
	case "libc", "libpthread", "librt", "libm", "libdl", "libutil", "libxnet":
		return rest == "so" || strings.HasPrefix(rest, "so.") || strings.HasPrefix(rest, "musl-")
	}
	return false
}

// find opens the file that a loader would take for name. A file that is not
// ELF or not of this machine is passed over, as a loader passes over those of
// another machine.
func (c *closure) find(o *object, name string) (*elffile.File, searchDir, error) {
	e := &LibraryError{Name: name, By: o.host}
	if strings.Contains(name, "/") {
		host := expandOne(name, filepath.Dir(o.host))
		f, err := openLibrary(host, e)
		if f == nil && err == nil {
			err = e
		}
		return f, searchDir{guest: path.Dir(expandOne(name, path.Dir(o.guest)))}, err
	}
	seen := make(map[string]bool)
	for _, d := range c.dirs(o) {
		if seen[d.host] || !filepath.IsAbs(d.host) {
			continue
		}
		seen[d.host] = true
		e.Searched = append(e.Searched, d.host)
		f, err := openLibrary(filepath.Join(d.host, name), e)
		if f != nil || err != nil {
			return f, d, err
		}
	}
	return nil, searchDir{}, e
}

func openLibrary(host string, e *LibraryError) (*elffile.File, error) {
	f, err := elffile.Open(host)
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission), isNotDir(err):
		return nil, nil
	case errors.Is(err, elffile.ErrMachine), errors.Is(err, elffile.ErrNotELF):
		e.Refused = append(e.Refused, err.Error())
		return nil, nil
	}
	return nil, err
}
