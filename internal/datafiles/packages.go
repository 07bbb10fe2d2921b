package datafiles

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"uk.example/internal/bounded"
)

// Limits of what is read of dpkg's database, in bytes.
const (
	maxList   = 32 << 20
	maxStatus = 64 << 20
)

// packages is what dpkg knows of this machine: which package put which file there, and which ones go
// together. It is read as deb822(5) and dpkg-query(1) describe it; dpkg itself is not started.
type packages struct {
	lists map[string][]byte // by package, with its architecture if dpkg's name of the list has one
	info  map[string]*pkg   // by name alone
}

type pkg struct {
	source  string
	depends []string // every alternative
}

// readPackages reads the database below root; nil if the machine has none.
func readPackages(root string) *packages {
	dir := path.Join(root, "/var/lib/dpkg/info")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	p := &packages{lists: map[string][]byte{}, info: map[string]*pkg{}}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".list"); ok && e.Type().IsRegular() {
			if text, err := bounded.ReadRegular(path.Join(dir, e.Name()), maxList); err == nil {
				p.lists[name] = text
			}
		}
	}
	text, err := bounded.ReadRegular(path.Join(root, "/var/lib/dpkg/status"), maxStatus)
	if err != nil {
		return nil
	}
	p.status(text)
	return p
}

// status reads the paragraphs of installed packages.
func (p *packages) status(text []byte) {
	name, one := "", &pkg{}
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		key, value, _ := strings.Cut(s.Text(), ": ")
		switch key {
		case "Package":
			name, one = value, &pkg{source: value}
			p.info[name] = one
		case "Source": // with a version if that is another
			one.source, _, _ = strings.Cut(value, " ")
		case "Depends", "Pre-Depends", "Recommends":
			for _, d := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == '|' }) {
				if f := strings.FieldsFunc(d, func(r rune) bool { return strings.ContainsRune(" (:", r) }); len(f) > 0 {
					one.depends = append(one.depends, f[0])
				}
			}
		}
	}
}

// ownership has, for each path that was asked for, the packages that put it there, by name.
type ownership map[string][]string

func (o ownership) of(name string) (out []string) {
	for _, p := range both(name) {
		out = append(out, o[p]...)
	}
	return out
}

// some tells whether one of the owners is the program's own or what it needs.
func (o ownership) some(name string, f family) bool {
	return slices.ContainsFunc(o.of(name), func(owner string) bool { return f[owner] >= needed })
}

// all tells whether there are such owners and all others are related. In /etc others may have put files without
// a package, which are nobody's data.
func (o ownership) all(name string, f family) bool {
	return !within(name, "/etc") && o.some(name, f) && !slices.ContainsFunc(o.of(name), func(owner string) bool { return f[owner] == unrelated })
}

// own tells whether a package of the source is among the owners: what depends on it adds to it there.
func (o ownership) own(name string, f family) bool {
	return slices.ContainsFunc(o.of(name), func(owner string) bool { return f[owner] == sameSource })
}

// owners asks for the owners of the paths.
func (p *packages) owners(paths map[string]bool) ownership {
	out := ownership{}
	var length [maxName + 1]bool // a look at it answers for most lines
	for p := range paths {
		if len(p) <= maxName {
			length[len(p)] = true
		}
	}
	for _, list := range slices.Sorted(maps.Keys(p.lists)) {
		name, _, _ := strings.Cut(list, ":")
		for line := range bytes.Lines(p.lists[list]) {
			line = bytes.TrimSuffix(line, []byte{'\n'})
			if len(line) <= maxName && length[len(line)] && paths[string(line)] && !slices.Contains(out[string(line)], name) {
				out[string(line)] = append(out[string(line)], name)
			}
		}
	}
	return out
}

// below calls fn with the paths in folder dir that a package put there.
func (p *packages) below(name, dir string, fn func(file string)) {
	for list, text := range p.lists {
		if n, _, _ := strings.Cut(list, ":"); n != name {
			continue
		}
		for line := range bytes.Lines(text) {
			if bytes.HasPrefix(line, []byte(dir+"/")) {
				fn(string(bytes.TrimSuffix(line, []byte{'\n'})))
			}
		}
	}
}

// A family is the packages whose files the files of a package may ask for, and how they are related to it.
type family map[string]relation

type relation int

const (
	unrelated relation = iota
	dependent          // it needs a package of the source: dictionaries, plug-ins
	needed             // a package of the source depends on it
	sameSource
)

// family adds those of package name: those of the same source, as a program's data is often in a package of its own,
// what any of them needs, and what depends on one.
func (p *packages) family(name string, out family) {
	first := p.info[name]
	if first == nil {
		return
	}
	for n, q := range p.info {
		switch {
		case q.source == first.source:
			out[n] = sameSource
			for _, d := range q.depends {
				if p.info[d] != nil {
					out[d] = max(out[d], needed)
				}
			}
		case slices.ContainsFunc(q.depends, func(d string) bool { return p.info[d] != nil && p.info[d].source == first.source }):
			out[n] = max(out[n], dependent)
		}
	}
}

// both are the names of a file of a system whose /lib and /bin are links into /usr: lists of older packages have
// the short one.
func both(file string) []string {
	if rest, ok := strings.CutPrefix(file, "/usr"); ok {
		return []string{file, rest}
	}
	return []string{file}
}
