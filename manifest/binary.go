package manifest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
	"uk.example/internal/shims"
)

// BinaryOptions say how FromBinary makes a manifest.
type BinaryOptions struct {
	ClosureOptions
	// Args are the program's arguments, without its name.
	Args []string
	// Guest is where the program is put; "" means its own absolute path,
	// or /NAME if the guest mounts something over that.
	Guest string
}

// maxShebang is what Linux reads of a script's first line, and maxScripts how
// many scripts may interpret each other.
const (
	maxShebang = 256
	maxScripts = 4
)

// FromBinary makes the manifest of one program: an ELF file, or a script whose
// first line names its interpreter. The image gets the program, the closure of
// its libraries, and the essentials. Nothing is executed.
//
// A program named without a slash is looked for in PATH, as a shell does.
func FromBinary(name string, opt BinaryOptions) (*Manifest, error) {
	host := name
	if !strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			p, err := exec.LookPath(name)
			if err != nil {
				return nil, fmt.Errorf("%s: no such file, here or in PATH: give the program's path", printable(name))
			}
			host = p
		}
	}
	m := &Manifest{Name: filepath.Base(name)}
	b := &binary{m: m, opt: opt, have: make(map[string]bool)}
	command, err := b.program(host, opt.Guest, opt.Args, 0)
	if err != nil {
		return nil, err
	}
	m.App.Command = command
	if opt.ImageLibc {
		m.Kernel.Libc = "image"
	}
	if len(opt.LibraryPath) > 0 {
		var dirs []string
		for _, d := range opt.LibraryPath {
			if abs, err := filepath.Abs(d); err == nil && !Hidden(abs) {
				dirs = append(dirs, abs)
			}
		}
		if len(dirs) > 0 {
			m.App.Env = append(m.App.Env, "LD_LIBRARY_PATH="+strings.Join(dirs, ":"))
		}
	}
	AddEssentials(m)
	return m, m.checkTree()
}

type binary struct {
	m    *Manifest
	opt  BinaryOptions
	have map[string]bool // guest paths
}

func (b *binary) put(e Entry) {
	if !b.have[e.Guest] {
		b.have[e.Guest] = true
		b.m.Entries = append(b.m.Entries, e)
	}
}

// program puts a program into the image and returns the command that runs it.
func (b *binary) program(host, guest string, args []string, depth int) ([]string, error) {
	abs, err := filepath.Abs(host)
	if err != nil {
		return nil, err
	}
	if abs, err = shims.Follow(abs); err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file: give the program's path", printable(host))
		}
		return nil, fmt.Errorf("%s: %w: correct the links on the host", printable(host), err)
	}
	head, err := readHead(real)
	if err != nil {
		return nil, err
	}
	given := guest // the name that the program sees as its own
	switch {
	case guest != "":
	case Hidden(real):
		guest, given = homeOf(real), homeOf(abs)
	default:
		guest, given = real, GuestPath(abs)
	}
	guest, given = path.Clean("/"+guest), path.Clean("/"+given)
	b.put(Entry{Guest: guest, Host: real})
	if given != guest {
		b.put(Entry{Guest: given, Link: guest})
	}
	if elffile.IsELF(head) {
		libs, err := Closure(real, guest, b.opt.ClosureOptions)
		if err != nil {
			return nil, err
		}
		b.libraries(libs)
		b.m.App.Program = abs
		return append([]string{given}, args...), nil
	}
	if strings.HasPrefix(string(head), "#!") {
		if depth >= maxScripts {
			return nil, fmt.Errorf("%s: more than %d scripts interpret each other: name an ELF file as interpreter", printable(host), maxScripts)
		}
		if words, ok := shims.Wrapped(real); ok {
			return b.wrapped(host, words, args, depth)
		}
		interp, arg, err := shebang(host, head)
		if err != nil {
			return nil, err
		}
		return b.program(interp, "", append(append(arg, given), args...), depth+1)
	}
	return nil, fmt.Errorf("%s: %s", printable(host), elffile.NotELF(head))
}

// wrapped puts in the program that a script only starts, which nothing in a guest could do.
func (b *binary) wrapped(script string, words, args []string, depth int) ([]string, error) {
	host := words[0]
	if !strings.Contains(host, "/") {
		p, err := exec.LookPath(host)
		if err != nil {
			return nil, fmt.Errorf("%s: the program %s, which the script starts, is not in PATH: install it", printable(script), printable(host))
		}
		host = p
	}
	command, err := b.program(host, "", slices.Concat(words[1:], args), depth+1)
	if err == nil && path.Base(command[0]) == words[0] {
		b.m.App.Argv0 = &words[0]
	}
	return command, err
}

func (b *binary) libraries(libs []Library) {
	for _, l := range libs {
		l.Guest, l.Linked = b.m.behindLinks(l.Guest), b.m.behindLinks(l.Linked)
		if l.Alias != "" {
			b.put(Entry{Guest: l.Guest, Link: l.Alias})
		} else {
			b.put(Entry{Guest: l.Guest, Host: l.Host})
		}
		if l.Linked != "" {
			b.put(Entry{Guest: l.Linked, Link: l.Guest})
		}
	}
}

// readHead reads the first bytes of a regular file.
func readHead(name string) ([]byte, error) {
	f, _, err := bounded.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, maxShebang)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, err
	}
	return head[:n], nil
}

// shebang takes a script's first line apart as Linux does: an interpreter and
// at most one argument. /usr/bin/env, which would have to start another
// program, is done here: its program is looked for in PATH.
func shebang(name string, head []byte) (interp string, arg []string, err error) {
	line, _, ended := strings.Cut(string(head), "\n")
	if !ended && len(head) == maxShebang {
		return "", nil, fmt.Errorf("%s:1: the line that names the interpreter has more than %d bytes: shorten it", printable(name), maxShebang-1)
	}
	interp, rest, _ := strings.Cut(strings.Trim(line[2:], " \t\r"), " ")
	if i := strings.IndexByte(interp, '\t'); i >= 0 {
		interp, rest = interp[:i], interp[i+1:]+" "+rest
	}
	rest = strings.Trim(rest, " \t\r")
	if interp == "" || strings.IndexByte(line, 0) >= 0 {
		return "", nil, fmt.Errorf("%s:1: no interpreter after #!: name one", printable(name))
	}
	if rest != "" {
		arg = []string{rest}
	}
	if path.Base(interp) == "env" && rest != "" {
		words := []string{rest}
		if s, ok := strings.CutPrefix(rest, "-S"); ok {
			if words, err = SplitWords(s); err != nil {
				return "", nil, fmt.Errorf("%s:1: %w", printable(name), err)
			}
		}
		if len(words) == 0 || words[0] == "" || words[0][0] == '-' || strings.Contains(words[0], "=") {
			return "", nil, fmt.Errorf("%s:1: env with options or variables is not supported: name the interpreter itself", printable(name))
		}
		p, err := exec.LookPath(words[0])
		if err != nil {
			return "", nil, fmt.Errorf("%s:1: the interpreter %s is not in PATH: install it", printable(name), printable(words[0]))
		}
		return p, words[1:], nil
	}
	if _, err := os.Stat(interp); err != nil {
		return "", nil, fmt.Errorf("%s:1: there is no interpreter %s: install it, or correct the line", printable(name), printable(interp))
	}
	return interp, arg, nil
}

// closureBeside starts a closure that leaves to the image what it has.
func (m *Manifest) closureBeside(opt ClosureOptions) (*binary, *closure) {
	b := &binary{m: m, have: make(map[string]bool, len(m.Entries))}
	names := make(map[string]bool, len(m.Entries))
	for _, e := range m.Entries {
		b.have[e.Guest] = true
		if !e.Dir {
			names[path.Base(e.Guest)] = true
		}
	}
	c := newClosure(opt)
	c.inImage = func(name string) bool { return names[path.Base(name)] }
	return b, c
}

// AddLibrary adds the library that a loader finds under name, which is a path
// if it has a slash, and what that needs, unless the image has one of the name. It
// reports whether it is there now; a library that the host lacks is no error.
func (m *Manifest) AddLibrary(name string, opt ClosureOptions) (found bool, err error) {
	b, c := m.closureBeside(opt)
	root := &object{host: "/", guest: "/", needed: []string{name}}
	c.queue = append(c.queue, root)
	err = c.settle()
	var missing *LibraryError
	if errors.As(err, &missing) && missing.Name == name {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	b.libraries(c.libs)
	return true, m.checkTree()
}

// AddLibraries adds the closures of the ELF files of m, for what the manifest
// does not have itself: a library whose name (that of the file, or its soname)
// is in the image already is left to the image. It is called after Expand. A damaged ELF file that none of the others
// needs is data.
func (m *Manifest) AddLibraries(opt ClosureOptions) error {
	b, c := m.closureBeside(opt)
	var broken []brokenEntry
	for i, e := range m.Entries {
		if e.Host == "" || e.Dir || e.Link != "" || e.Broken {
			continue
		}
		head, err := readHead(e.Host)
		if err != nil {
			return &Error{Pos: e.Pos, Path: e.Guest, Msg: "cannot read the host's file", Fix: "check its path and permissions", Err: err}
		}
		if !elffile.IsELF(head) {
			continue
		}
		err = c.program(e.Host, e.Guest)
		if errors.Is(err, elffile.ErrMachine) {
			continue
		}
		if damage := damaged(err, e.Host); damage != nil {
			broken = append(broken, brokenEntry{i, damage})
			continue
		}
		if err != nil {
			return &Error{Pos: e.Pos, Path: e.Guest, Msg: "cannot list what it needs", Err: err}
		}
	}
	if err := m.takeForData(broken, c); err != nil {
		return err
	}
	b.libraries(c.libs)
	m.linkFromRoot(b, c)
	return m.checkTree()
}

// behindLinks is where a path of the image lies whose folders the manifest makes links of: /lib64 is
// /lib in some.
func (m *Manifest) behindLinks(guest string) string {
	if guest == "" || guest == "/" {
		return guest
	}
	dir, _ := m.Find(path.Dir(guest))
	return path.Join(dir, path.Base(guest))
}

// linkFromRoot makes what is needed and lies in the root folder, where OSv's loader looks first, known to
// those that do not look there.
func (m *Manifest) linkFromRoot(b *binary, c *closure) {
	for _, name := range c.left {
		name = path.Base(name)
		if e := m.Lookup("/" + name); e == nil || e.Dir {
			continue
		}
		if slices.ContainsFunc(m.Entries, func(e Entry) bool {
			return path.Base(e.Guest) == name && slices.Contains(searched, path.Dir(e.Guest))
		}) {
			continue
		}
		b.put(Entry{Guest: m.behindLinks(path.Join(fallbackDir, name)), Link: "/" + name})
	}
}

// GuestPath is where a file of the host is put that has no place of its own in the image: under
// its own name, unless something is mounted there.
func GuestPath(host string) string {
	if Hidden(host) {
		host = homeOf(host)
	}
	return path.Clean("/" + host)
}
