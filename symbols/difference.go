package symbols

import (
	"fmt"
	"slices"
	"strings"

	"uk/internal/elffile"
)

// A Difference says how an exported name's behaviour differs from glibc's. A
// list of exported symbols has it behind the name:
//
//	NAME ! words
//	NAME with OTHER ! words
//	NAME with OTHER outside SONAME ! words
//	NAME except SONAME ! words
//	NAME holding TEXT ! words
//	NAME beside OTHER ! words
//
// The second form counts only in an image of which a file imports OTHER too. In
// the third, a library with that soname and those that only it needs are no such
// files: what they do with OTHER has nothing to do with NAME. The
// fourth does not count for a library with that soname, which does not come to
// the difference. The fifth counts only for files whose data has TEXT in it,
// the sixth for files that import OTHER themselves.
type Difference struct {
	Name   string `json:"name"`
	With   string `json:"with,omitempty"`
	Except string `json:"except,omitempty"`
	Words  string `json:"words"`

	// Outside is the soname of the library whose import of With does not count.
	Outside string `json:"outside,omitempty"`

	// Holding is what the data of the file that imports Name has to hold.
	Holding string `json:"holding,omitempty"`
	// Beside is what that file has to import too.
	Beside string `json:"beside,omitempty"`
}

// String returns the words of a message: what differs in whose behaviour.
func (d Difference) String() string { return fmt.Sprintf("%s: %s", d.Name, d.Words) }

// parseName parses a line of a list: a name, perhaps with a difference.
func parseName(line string) (d Difference, ok bool) {
	head, words, marked := strings.Cut(line, " !")
	f := strings.Fields(head)
	switch {
	case len(f) == 1:
		d.Name = f[0]
	case len(f) == 3 && f[1] == "with" && marked:
		d.Name, d.With = f[0], f[2]
	case len(f) == 5 && f[1] == "with" && f[3] == "outside" && marked:
		d.Name, d.With, d.Outside = f[0], f[2], f[4]
	case len(f) == 3 && f[1] == "except" && marked:
		d.Name, d.Except = f[0], f[2]
	case len(f) == 3 && f[1] == "holding" && marked:
		d.Name, d.Holding = f[0], f[2]
	case len(f) == 3 && f[1] == "beside" && marked:
		d.Name, d.Beside = f[0], f[2]
	default:
		return d, false
	}
	d.Words = strings.TrimSpace(words)
	return d, isName(d.Name) && (d.With == "" || isName(d.With)) && marked == (d.Words != "")
}

// FileDifference is a Difference that a file of the image meets.
type FileDifference struct {
	File string `json:"file"` // guest path of the first that imports the name
	Difference
}

// difference returns how the function that a file's import of name reaches
// differs from glibc's. Programs built against musl expect what there is.
func (e *Exported) difference(name string, musl bool) (Difference, bool) {
	if e == nil || musl {
		return Difference{}, false
	}
	d, ok := e.differ[name]
	return d, ok
}

// findDifferences lists the differences that the image's files meet: imports
// that the image itself does not define.
func (r *Result) findDifferences(exp *Exported, img *image) {
	seen := map[string]bool{}
	for i := range r.Files {
		f := &r.Files[i]
		if f.Sanitizer && exp != nil {
			seen["dlvsym"] = true
			r.Differences = append(r.Differences, FileDifference{f.Guest, Difference{Name: "dlvsym", Words: sanitizerWords}})
		}
		for _, n := range f.Symbols {
			d, ok := exp.difference(n, usesMusl(f.Needed))
			if !ok || seen[n] || img.defines(n, "") || f.Soname != "" && f.Soname == d.Except || d.With != "" && !r.imports(d.With, d.Outside, img) {
				continue
			}
			if d.Holding != "" && !slices.Contains(f.holds, d.Holding) || d.Beside != "" && !f.imports(d.Beside, img) {
				continue
			}
			seen[n] = true
			r.Differences = append(r.Differences, FileDifference{f.Guest, d})
		}
	}
}

// imports reports whether a file of the image refers to name, whoever defines it; but for the library called
// outside and those that only it needs.
func (r *Result) imports(name, outside string, img *image) bool {
	return slices.ContainsFunc(r.Files, func(f File) bool {
		return f.imports(name, img) && (outside == "" || f.Soname == "" || r.wanted(f.Soname, map[string]bool{outside: true}))
	})
}

// wanted reports whether the library is there for a program or a plug-in: one of these needs it, perhaps through
// others that are not in seen.
func (r *Result) wanted(soname string, seen map[string]bool) bool {
	if seen[soname] {
		return false
	}
	seen[soname] = true
	needed := false
	for i := range r.Files {
		f := &r.Files[i]
		if !slices.Contains(f.Needed, soname) {
			continue
		}
		if f.Soname == "" || r.wanted(f.Soname, seen) {
			return true
		}
		needed = true
	}
	return !needed // it is a plug-in itself
}

// imports reports whether the file itself refers to name.
func (f *File) imports(name string, img *image) bool {
	_, ok := slices.BinarySearch(f.Symbols, name)
	return ok || slices.ContainsFunc(img.refs, func(m Missing) bool { return m.File == f.Guest && m.Name == name })
}

// holds lists the texts that a difference in one of names asks for, and the
// file's data has.
func (e *Exported) holds(f *elffile.File, names []string, musl bool) ([]string, error) {
	var texts []string
	for _, n := range names {
		if d, ok := e.difference(n, musl); ok && d.Holding != "" && !slices.Contains(texts, d.Holding) {
			texts = append(texts, d.Holding)
		}
	}
	if texts == nil {
		return nil, nil
	}
	has, err := f.HasTexts(texts...)
	var held []string
	for i, t := range texts {
		if has[i] {
			held = append(held, t)
		}
	}
	return held, err
}
