package words

import (
	"path/filepath"
	"slices"
	"strings"
)

// Typed gives files the names back by which somebody called them: errors come from where names are absolute,
// or of files that only uk knows.
type Typed struct{ pairs []pair }

type pair struct{ found, typed string }

// What is looked at of a command line.
const (
	maxWords = 1000
	maxName  = 4096
)

// Add takes the words of a command line that was typed in the folder dir. A word may have names in it, as
// HOST:GUEST and --flag=NAME,NAME do.
func (t *Typed) Add(dir string, line []string) {
	for _, word := range line[:min(len(line), maxWords)] {
		if word == "" || len(word) > maxName {
			continue
		}
		if shown(word) != word {
			t.As(word, shown(word))
		}
		for _, name := range append(strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune("=:,", r) }), word) {
			if filepath.IsAbs(name) || dir == "" {
				continue
			}
			t.As(filepath.Join(dir, name), shown(name))
		}
	}
	slices.SortStableFunc(t.pairs, func(a, b pair) int { return len(b.found) - len(a.found) }) // the longest first
}

// shown is a name on one line.
func shown(name string) string {
	if Plain(name) != name || strings.ContainsAny(name, "\n\t") {
		return Quote(name)
	}
	return name
}

// As has what is called found named as typed. With a slash at its end, it is all that lies in that folder.
func (t *Typed) As(found, typed string) {
	if found != typed && found != "/" {
		t.pairs = append([]pair{{found, typed}}, t.pairs...)
	}
}

// Text returns s with these names in place of those that were found.
func (t *Typed) Text(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		p := t.at(s, i)
		if p == nil {
			b.WriteByte(s[i])
			i++
			continue
		}
		b.WriteString(p.typed)
		i += len(p.found)
	}
	return b.String()
}

// at returns the name that begins at s[i], if it is a whole one, or of a folder with a name below.
func (t *Typed) at(s string, i int) *pair {
	if i > 0 && isName(s[i-1]) {
		return nil
	}
	for k := range t.pairs {
		p := &t.pairs[k]
		rest, ok := strings.CutPrefix(s[i:], p.found)
		if ok && (rest == "" || strings.HasSuffix(p.found, "/") || !isName(rest[0]) || rest[0] == '/' && strings.Trim(p.typed, "./") != "") { // nothing is told by ../other/name
			return p
		}
	}
	return nil
}

// isName reports whether c goes on with a name: ends of sentences and punctuation do not.
func isName(c byte) bool {
	return c >= 0x80 || c == '/' || c == '_' || c == '-' || c == '.' || c == '+' || c == '~' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
