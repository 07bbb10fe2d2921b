package symbols

import (
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// A Difference says how an exported name's behaviour differs from glibc's. A
// list of exported symbols has it behind the name:
//
//	NAME ! words
//	NAME except SONAME ! words
//	NAME holding TEXT ! words
//
// The second form does not count for a library with that soname, which does not
// come to the difference, and the third only for files whose data has TEXT in it.
type Difference struct {
	Name   string `json:"name"`
	Except string `json:"except,omitempty"`
	Words  string `json:"words"`

	// Holding is what the data of the file that imports Name has to hold.
	Holding string `json:"holding,omitempty"`
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
	case len(f) == 3 && f[1] == "except" && marked:
		d.Name, d.Except = f[0], f[2]
	case len(f) == 3 && f[1] == "holding" && marked:
		d.Name, d.Holding = f[0], f[2]
	default:
		return d, false
	}
	d.Words = strings.TrimSpace(words)
	return d, isName(d.Name) && marked == (d.Words != "")
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
			if !ok || seen[n] || img.defines(n, "") || f.Soname != "" && f.Soname == d.Except {
				continue
			}
			if d.Holding != "" && !slices.Contains(f.holds, d.Holding) {
				continue
			}
			seen[n] = true
			r.Differences = append(r.Differences, FileDifference{f.Guest, d})
		}
	}
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
