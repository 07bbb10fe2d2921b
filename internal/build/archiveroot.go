package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"uk.example/internal/archive"
	"uk.example/internal/attributes"
	"uk.example/internal/cache"
	"uk.example/internal/elffile"
	"uk.example/internal/target"
	"uk.example/manifest"
	"uk.example/rofs"
)

// archiveRoot is an archive that is the image's root file system: its contents are in a folder of their own, under numbers,
// until the image is made.
type archiveRoot struct {
	name  string
	dir   string
	attrs map[string]*rofs.Attr // by guest path
	tree  *archive.Tree
	used  map[string]bool // guest paths of the program, its loader and libraries; nil: not known
}

// programFolders are those where a program of an archive is found that is named without a folder.
var programFolders = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// unpack reads the archive that opt.Manifest names, if it names one; program says that it is of no use without the name of
// a program. The function removes what it leaves.
func (opt *Options) unpack(ctx context.Context, program bool) (func(), error) {
	nothing := func() {}
	if opt.Manifest == "" || opt.archive != nil {
		return nothing, nil
	}
	if kind, _, err := target.Identify(opt.Manifest); err != nil || kind != target.Archive {
		return nothing, nil // reading it says what is wrong
	}
	if program && len(opt.Args) == 0 {
		return nothing, fmt.Errorf("%s: is an archive: name the program in it, as with uk run %s /bin/sh", opt.Manifest, opt.Manifest)
	}
	if err := opt.step(ctx, "unpacking "+filepath.Base(opt.Manifest)); err != nil {
		return nothing, err
	}
	dir, remove, err := cache.TempDir()
	if err != nil {
		return nothing, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		remove()
		return nothing, err
	}
	tree, err := archive.Unpack(ctx, opt.Manifest, dir)
	if err != nil {
		remove()
		return nothing, err
	}
	a := &archiveRoot{name: opt.Manifest, dir: dir, tree: tree, attrs: make(map[string]*rofs.Attr, len(tree.Entries))}
	for i := range tree.Entries {
		e := &tree.Entries[i]
		attr := &rofs.Attr{Mode: e.Mode, UID: e.UID, GID: e.GID, MTime: time.Unix(e.Sec, e.Nsec)}
		for _, x := range e.Xattrs {
			attr.Xattrs = append(attr.Xattrs, rofs.Xattr{Name: x.Name, Value: x.Value})
		}
		a.attrs[string(e.Path)] = attr
	}
	for _, note := range tree.Notes {
		opt.warn(a.name + ": " + note)
	}
	opt.archive = a
	return remove, nil
}

// manifest lists what is in the archive.
func (a *archiveRoot) manifest() *manifest.Manifest {
	m := &manifest.Manifest{Name: a.name, Entries: make([]manifest.Entry, len(a.tree.Entries))}
	for i := range a.tree.Entries {
		t, e := &a.tree.Entries[i], &m.Entries[i]
		e.Guest = string(t.Path)
		switch t.Kind {
		case archive.Dir:
			e.Dir = true
		case archive.Link:
			e.Link = string(t.Target)
		default:
			e.Host, e.Sparse = archive.HostFile(a.dir, t.Number), true
		}
	}
	return m
}

// attr is what the file at a guest path gets, or nil of one that the archive has not.
func (a *archiveRoot) attr(guest string, policy *attributes.Policy) *rofs.Attr {
	from := a.attrs[guest]
	if from == nil {
		return nil
	}
	attr := *from
	attr.Xattrs = slices.Clone(from.Xattrs)
	policy.Adjust(guest, &attr)
	return &attr
}

// fromArchive makes an image's manifest of the archive. Its command is a program of the archive.
func (p *Plan) fromArchive() (*manifest.Manifest, error) {
	a := p.opt.archive
	m := a.manifest()
	manifest.AddEssentials(m)
	m.App.Command = slices.Clone(p.opt.Args)
	program := &m.App.Command[0]
	if !strings.Contains(*program, "/") {
		for _, dir := range programFolders {
			if end, ok := m.Find(path.Join(dir, *program)); ok && m.Lookup(end) != nil {
				*program = path.Join(dir, *program)
				break
			}
		}
	}
	*program = path.Join("/", *program)
	end, _ := m.Find(*program)
	e := m.Lookup(end)
	if e == nil || e.Host == "" {
		return nil, fmt.Errorf("%s: there is no program %s in the archive", a.name, *program)
	}
	dynamic, err := a.findUsed(m, e)
	if err != nil {
		return nil, err
	}
	if dynamic && p.opt.Libc == "" {
		m.Kernel.Libc = "image" // it has one of its own, and a loader that knows where the libraries are
	}
	return m, nil
}

// findUsed finds the files that the program is loaded with, by the names of the libraries: its loader chooses from among
// them. Others are data to a build: the kernel is tailored to the program, not to all that the archive has.
func (a *archiveRoot) findUsed(m *manifest.Manifest, program *manifest.Entry) (dynamic bool, err error) {
	named := make(map[string][]string)
	for i := range m.Entries {
		if e := &m.Entries[i]; !e.Dir {
			named[path.Base(e.Guest)] = append(named[path.Base(e.Guest)], e.Guest)
		}
	}
	at := make(map[string]*manifest.Entry, len(m.Entries))
	for i := range m.Entries {
		at[m.Entries[i].Guest] = &m.Entries[i]
	}
	a.used = map[string]bool{program.Guest: true}
	queue := []*manifest.Entry{program}
	add := func(guest string) (found bool) {
		end, _ := m.Find(guest)
		e := at[end]
		if e == nil || e.Host == "" {
			return false
		}
		if !a.used[end] {
			a.used[end] = true
			queue = append(queue, e)
		}
		return true
	}
	for ; len(queue) > 0; queue = queue[1:] {
		e := queue[0]
		f, err := elffile.Open(e.Host)
		if errors.Is(err, elffile.ErrMachine) && e != program {
			continue // for another machine, as loaders pass them over
		}
		if errors.Is(err, elffile.ErrNotELF) {
			return false, fmt.Errorf("%s: %s: is no program that uk runs: name an ELF file of the archive (a script is run by its interpreter)", a.name, e.Guest)
		}
		if err != nil {
			return false, err
		}
		needed, interp := []string(nil), f.Interp
		if f.Dynamic != nil {
			needed = f.Dynamic.Needed
		}
		f.Close()
		if interp != "" && e == program {
			if dynamic = true; !add(path.Join("/", interp)) {
				return false, fmt.Errorf("%s: %s needs the loader %s, which is not in the archive", a.name, e.Guest, interp)
			}
		}
		for _, name := range needed {
			found := false
			for _, guest := range named[path.Base(name)] {
				found = add(guest) || found
			}
			if !found && !strings.HasPrefix(name, "libc.musl-") {
				return false, fmt.Errorf("%s: %s needs the library %s, which is not in the archive", a.name, e.Guest, name)
			}
		}
	}
	return dynamic, nil
}

// reads reports whether a build looks into a file of the image.
func (p *Plan) reads(e *manifest.Entry) bool {
	if p.opt.archive != nil && p.opt.archive.used != nil && !p.opt.archive.used[e.Guest] {
		return false
	}
	return e.Host != "" && !e.Dir && e.Link == "" && e.Data == nil && !e.Broken
}

// archiveError has an error that is about a file of an archive's contents name it as the archive does.
func (opt *Options) archiveError(err error) error {
	a := opt.archive
	if err == nil || a == nil || !strings.Contains(err.Error(), a.dir+"/") {
		return err
	}
	before, after, _ := strings.Cut(err.Error(), a.dir+"/")
	digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
	number, _ := strconv.Atoi(after[:digits])
	for i := range a.tree.Entries {
		if e := &a.tree.Entries[i]; e.Number == number && number > 0 {
			return &namedError{before + a.name + ": " + string(e.Path) + after[digits:], err}
		}
	}
	return err
}

// namedError is an error with another text.
type namedError struct {
	text string
	err  error
}

func (e *namedError) Error() string { return e.text }
func (e *namedError) Unwrap() error { return e.err }
