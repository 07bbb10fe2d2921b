package linker

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// chooseMembers finds the members of the kit's archives that GNU ld takes for
// the given symbols (manual, "--start-group"): the archives in turn, each until
// it has nothing more to give, and over again until none has. A member is taken
// for a symbol that is referred to and not yet defined, not even weakly; that
// is what lets a kernel's optional parts stay out. Other linkers prefer a strong
// definition wherever it is.
func chooseMembers(kit *kitFiles, symbols []string) ([][]ArchiveMember, error) {
	defined, wanted := map[string]bool{}, map[string]bool{}
	for _, s := range symbols {
		wanted[s] = true
	}
	type definition struct {
		name   string
		member int64
	}
	type archive struct {
		index   []definition
		members map[int64]ArchiveMember
		taken   map[int64]bool
	}
	names := kit.archiveNames()
	archives := make([]archive, len(names))
	out := make([][]ArchiveMember, len(names))
	for i, name := range names {
		a := &archives[i]
		if err := kit.index(name, func(name string, member int64) {
			a.index = append(a.index, definition{name, member})
		}); err != nil {
			return nil, err
		}
		members, err := kit.members(name)
		if err != nil {
			return nil, err
		}
		a.members, a.taken = map[int64]ArchiveMember{}, map[int64]bool{}
		for _, m := range members {
			a.members[m.Offset] = m
		}
	}
	take := func(i int, m ArchiveMember) error {
		o, err := kit.object(names[i], m)
		if err != nil {
			return err
		}
		for _, s := range o.symbols {
			switch {
			case !s.global:
			case s.section != 0:
				defined[s.name] = true
			case !s.weak:
				wanted[s.name] = true
			}
		}
		out[i] = append(out[i], m)
		return nil
	}
	for _, x := range archives[0].index { // all of it, as kitArchives says
		if !archives[0].taken[x.member] {
			archives[0].taken[x.member] = true
			if err := take(0, archives[0].members[x.member]); err != nil {
				return nil, err
			}
		}
	}
	for again := true; again; {
		again = false
		for i := range archives {
			a := &archives[i]
			for more := true; more; {
				more = false
				for _, x := range a.index {
					if !wanted[x.name] || defined[x.name] || a.taken[x.member] {
						continue
					}
					a.taken[x.member] = true
					if err := take(i, a.members[x.member]); err != nil {
						return nil, err
					}
					more, again = true, true
				}
			}
		}
	}
	return out, nil
}

// writeArchive makes an archive without a symbol table, in the format of GNU
// ar: names of more than 15 bytes are in the member "//".
func writeArchive(members []ArchiveMember) []byte {
	var long bytes.Buffer
	var body bytes.Buffer
	header := func(to *bytes.Buffer, name string, size int) {
		fmt.Fprintf(to, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o644, size)
	}
	pad := func(b *bytes.Buffer) {
		if b.Len()%2 == 1 {
			b.WriteByte('\n')
		}
	}
	for _, m := range members {
		name := m.Name + "/"
		if len(name) > arNameField {
			name = fmt.Sprintf("/%d", long.Len())
			long.WriteString(m.Name + "/\n")
		}
		header(&body, name, len(m.Data))
		body.Write(m.Data)
		pad(&body)
	}
	var out bytes.Buffer
	out.WriteString(arMagic)
	if long.Len() > 0 {
		header(&out, "//", long.Len())
		out.Write(long.Bytes())
		pad(&out)
	}
	out.Write(body.Bytes())
	return out.Bytes()
}

// chosenArchives writes archives of the members that [chooseMembers] finds for the
// roots and further symbols, and returns the arguments that link them whole.
func (l *link) chosenArchives(symbols []string) ([]string, error) {
	wanted := slices.Clone(symbols)
	for _, r := range l.roots {
		wanted = append(wanted, r.symbol)
	}
	chosen, err := chooseMembers(l.files, wanted)
	if err != nil {
		return nil, err
	}
	args := []string{"--whole-archive"}
	for i, members := range chosen {
		file := filepath.Join(l.tmp, l.files.archiveNames()[i])
		if err := os.WriteFile(file, writeArchive(members), 0o666); err != nil {
			return nil, err
		}
		args = append(args, file)
	}
	return append(args, "--no-whole-archive"), nil
}
