package linker

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Needs are what a kernel must have besides the symbols of a version script. They stand as comments behind
// it, so that a script says all that decides a kernel and other readers pass over what is not theirs.
type Needs struct {
	Profile  string    // "" for none
	Settings []Setting // changes of it
	Roots    []string  // see [Options]
	Syscalls []string  // likewise
	Optional []string  // likewise; they are in the script as well
	Local    []string  // likewise
	Modules  []string  // files of modules besides the kit's
}

// A line of needs is a comment of its own, which a KEY follows and words.
const (
	needsStart = "/*------- uk "
	needsEnd   = "*/"
	needsWidth = 110
)

// Comments returns the lines that [ParseNeeds] reads.
func (n *Needs) Comments() string {
	var settings []string
	for _, s := range n.Settings {
		settings = append(settings, fmt.Sprintf("%s=%c", strings.ToLower(s.Config), s.Value))
	}
	var b strings.Builder
	for _, l := range []struct {
		key   string
		words []string
	}{
		{"profile", slices.DeleteFunc([]string{n.Profile}, func(s string) bool { return s == "" })},
		{"drivers", settings}, {"parts", n.Roots}, {"syscalls", n.Syscalls}, {"optional", n.Optional}, {"local", n.Local}, {"modules", n.Modules},
	} {
		line := ""
		for i, w := range l.words {
			if line != "" && len(line)+len(w) > needsWidth {
				b.WriteString(line + " " + needsEnd + "\n")
				line = ""
			}
			if line == "" {
				line = needsStart + l.key
			}
			line += " " + quoteNeed(w)
			if i == len(l.words)-1 {
				b.WriteString(line + " " + needsEnd + "\n")
			}
		}
	}
	return b.String()
}

// quoteNeed keeps a word one word, and the comment open; the names of files may hold anything.
func quoteNeed(w string) string {
	var b strings.Builder
	for i := range len(w) {
		if c := w[i]; c <= ' ' || c >= 0x7f || c == '%' || c == '*' {
			fmt.Fprintf(&b, "%%%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unquoteNeed(w string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c == '%' {
			if i+2 >= len(w) {
				return "", false
			}
			if _, err := fmt.Sscanf(w[i+1:i+3], "%02x", &c); err != nil {
				return "", false
			}
			i += 2
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

// ParseNeeds reads the needs that stand in the version script of this name. A script by other hands has none.
func ParseNeeds(name string, script []byte) (*Needs, error) {
	n := &Needs{}
	sc := bufio.NewScanner(bytes.NewReader(script))
	sc.Buffer(nil, MaxVersionScript)
	for line := 1; sc.Scan(); line++ {
		rest, ok := strings.CutPrefix(sc.Text(), needsStart)
		rest, closed := strings.CutSuffix(strings.TrimRight(rest, " \t\r"), needsEnd)
		if !ok || !closed {
			continue
		}
		fail := func(format string, args ...any) (*Needs, error) {
			return nil, &ConfigError{name, line, fmt.Sprintf(format, args...)}
		}
		words := strings.Fields(rest)
		if len(words) == 0 {
			return fail("a comment for uk without words: remove it")
		}
		key := words[0]
		words = words[1:]
		for i, w := range words {
			if words[i], ok = unquoteNeed(w); !ok {
				return fail("%s is not written as a word of such a comment: make the script anew with `uk symbols`", quote(w))
			}
		}
		list, known := map[string]*[]string{"parts": &n.Roots, "syscalls": &n.Syscalls, "optional": &n.Optional, "local": &n.Local, "modules": &n.Modules}[key]
		switch {
		case known:
			*list = append(*list, words...)
		case key == "profile" && len(words) == 1 && n.Profile == "":
			n.Profile = words[0]
		case key == "drivers":
			s, err := ParseDrivers(strings.Join(words, " "), fmt.Sprintf("%s:%d", name, line))
			if err != nil {
				return nil, err
			}
			n.Settings = append(n.Settings, s...)
		default:
			return fail("what a comment for uk says of %s is not known here: make the script anew with `uk symbols`", quote(key))
		}
	}
	return n, sc.Err()
}
