package symbols

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Set is the exported names of one library that the kernel stands in for.
type Set struct {
	Soname string   // libc.so.6
	Arch   string   // "x64" for what only that architecture has, else ""
	Names  []string // sorted
	// Differences of those whose behaviour is not glibc's, sorted by name.
	Differences []Difference
}

// Exported is everything that a kernel can offer.
type Exported struct {
	Sets   []Set
	names  nameSet
	differ map[string]Difference
	quick  [1 << 13]uint64 // a set of hashes: most strings are not names
}

// hash is of a string's ends and length.
func hash(first, last byte, n int) uint32 {
	return (uint32(first)*61 + uint32(last)*6007 + uint32(n)*2903) & (1<<19 - 1)
}

// hasBytes is Has for one of very many candidates, few of which are names.
func (e *Exported) hasBytes(b []byte) bool {
	h := hash(b[0], b[len(b)-1], len(b))
	return e.quick[h>>6]&(1<<(h&63)) != 0 && e.names.has(string(b))
}

// A SyntaxError reports a malformed line of a symbol list or version script.
type SyntaxError struct {
	File string
	Line int // from 1
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// NewExported makes an Exported of sets.
func NewExported(sets []Set) *Exported {
	e := &Exported{Sets: sets}
	n := 0
	for i := range sets {
		n += len(sets[i].Names)
	}
	e.names = newNameSet(n)
	e.differ = make(map[string]Difference)
	for i := range sets {
		for _, d := range sets[i].Differences {
			e.differ[d.Name] = d
		}
		for _, s := range sets[i].Names {
			if e.names.add(s) && s != "" {
				h := hash(s[0], s[len(s)-1], len(s))
				e.quick[h>>6] |= 1 << (h & 63)
			}
		}
	}
	return e
}

// LoadExported reads the lists SONAME.symbols and x64/SONAME.symbols of fsys,
// as [ParseList] does.
func LoadExported(fsys fs.FS) (*Exported, error) {
	var sets []Set
	for _, arch := range []string{"", "x64"} {
		files, err := fs.Glob(fsys, path.Join(arch, "*.symbols"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			b, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			names, differences, err := ParseList(name, b)
			if err != nil {
				return nil, err
			}
			sets = append(sets, Set{strings.TrimSuffix(path.Base(name), ".symbols"), arch, names, differences})
		}
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no list of exported symbols (*.symbols) was found")
	}
	return NewExported(sets), nil
}

// ParseList parses a list of symbols: one name a line, perhaps with a
// [Difference]; # comments and empty lines are left out. It returns the names
// and the differences sorted, each name once.
func ParseList(file string, b []byte) ([]string, []Difference, error) {
	text := string(b)
	names := make([]string, 0, strings.Count(text, "\n")+1)
	var differences []Difference
	n := 0
	for line := range strings.Lines(text) {
		n++
		s := strings.TrimSpace(line)
		if s == "" || s[0] == '#' {
			continue
		}
		if isName(s) { // as most lines
			names = append(names, s)
			continue
		}
		d, ok := parseName(s)
		if !ok {
			return nil, nil, &SyntaxError{file, n, fmt.Sprintf("%q is not a symbol name; write one name a line, with \"! words\" behind it if its behaviour differs", s)}
		}
		names = append(names, d.Name)
		if d.Words != "" {
			differences = append(differences, d)
		}
	}
	if !slices.IsSorted(names) {
		slices.Sort(names)
	}
	slices.SortFunc(differences, func(a, b Difference) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(names), differences, nil
}

// isName reports whether s can be the name of a symbol in a version script
// without quotes or wildcards.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || c == '$' || c == '.' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// Has reports whether a kernel can offer name.
func (e *Exported) Has(name string) bool { return e != nil && e.names.has(name) }

// muslSoname names the list of what musl exports.
const muslSoname = "libc.musl-x86_64.so.1"

// muslPrefix is before the names of functions that musl programs get where
// musl's and glibc's contracts for the plain name differ.
const muslPrefix = "__musl_"

// lookup returns the name under which a kernel offers name to a file.
func (e *Exported) lookup(name string, musl bool) (string, bool) {
	if musl && e.Has(muslPrefix+name) {
		return muslPrefix + name, true
	}
	return name, e.Has(name)
}

// usesMusl reports whether a file with these DT_NEEDED entries was linked with
// musl, by the rule of the guest's loader.
func usesMusl(needed []string) bool {
	return slices.ContainsFunc(needed, func(n string) bool { return n == "libc.so" || strings.HasPrefix(n, "libc.musl") })
}

// Len returns the number of different names.
func (e *Exported) Len() int { return len(e.names.list) }

// Names returns every name, sorted, each once.
func (e *Exported) Names() []string {
	out := slices.Clone(e.names.list)
	slices.Sort(out)
	return out
}

// HasSoname reports whether there is a set for soname: whether the kernel
// stands in for that library.
func (e *Exported) HasSoname(soname string) bool {
	if soname == "libc.so" || soname == "ld-musl-x86_64.so.1" {
		soname = muslSoname // musl's own names for it; distributions add the third
	}
	return e != nil && slices.ContainsFunc(e.Sets, func(s Set) bool { return s.Soname == soname })
}
