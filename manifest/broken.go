package manifest

import (
	"errors"
	"path"
	"slices"

	"uk.example/internal/elffile"
)

// brokenEntry is an entry whose file begins as an ELF file and is damaged.
type brokenEntry struct {
	index int
	why   *elffile.Error
}

// damaged returns what is wrong with the ELF file host itself, if err says so.
func damaged(err error, host string) *elffile.Error {
	var e *elffile.Error
	if errors.As(err, &e) && e.File == host && e.Err == nil {
		return e
	}
	return nil
}

// takeForData marks what is broken as data, as test files of programs that read ELF are, and warns of it. It is an error if
// a file of the image needs it as a library or loader.
func (m *Manifest) takeForData(broken []brokenEntry, c *closure) error {
	whole := func(name string) bool {
		for i, e := range m.Entries {
			if path.Base(e.Guest) == name && !slices.ContainsFunc(broken, func(b brokenEntry) bool { return b.index == i }) {
				return true
			}
		}
		return false
	}
	for _, b := range broken {
		e := &m.Entries[b.index]
		name := path.Base(e.Guest)
		needed := slices.ContainsFunc(c.left, func(n string) bool { return path.Base(n) == name })
		if c.byName[e.Guest] || needed && !whole(name) {
			return &Error{Pos: e.Pos, Path: e.Guest, Msg: "cannot list what it needs", Err: b.why}
		}
	}
	for _, b := range broken {
		e := &m.Entries[b.index]
		e.Broken = true
		m.lost(e.Pos, "%s begins as an ELF file and is damaged; it is packed as data: %v", printable(e.Guest), b.why)
	}
	return nil
}

// PassOverBroken marks damaged ELF files as data where no libraries are looked for.
func (m *Manifest) PassOverBroken() error {
	var broken []brokenEntry
	for i, e := range m.Entries {
		if e.Host == "" || e.Dir || e.Link != "" {
			continue
		}
		f, err := elffile.Open(e.Host)
		if err == nil {
			f.Close()
		} else if damage := damaged(err, e.Host); damage != nil {
			broken = append(broken, brokenEntry{i, damage})
		}
	}
	return m.takeForData(broken, newClosure(ClosureOptions{}))
}
