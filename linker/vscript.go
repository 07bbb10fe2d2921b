package linker

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"uk.example/linker/elflink"
)

// versionScript is the part of a version script that a link needs.
type versionScript struct {
	globals []scriptName
}

type scriptName struct {
	name string
	line int
	glob bool
}

// parseVersionScript reads "{ global: a; b; local: *; };", with an optional
// version name, /* */ and # comments and quoted names. File is for messages.
func parseVersionScript(file string, data []byte) (*versionScript, error) {
	var vs versionScript
	s, line := string(data), 1
	fail := func(format string, args ...any) (*versionScript, error) {
		return nil, &ConfigError{file, line, fmt.Sprintf(format, args...)}
	}
	const (
		outside = iota
		global
		local
		after
	)
	state, blocks := outside, 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				return fail("comment is not closed: add */")
			}
			line += strings.Count(s[i:i+2+end], "\n")
			i += end + 4
		case c == '{':
			if state != outside {
				return fail("unexpected {: close the block before it with };")
			}
			if blocks++; blocks > 1 {
				return fail("more than one block: the kernel's symbols have no versions, put all names into one")
			}
			state = global
			i++
		case c == '}':
			if state != global && state != local {
				return fail("} without {")
			}
			state = after
			i++
		case c == ';':
			if state == after {
				state = outside
			}
			i++
		default:
			start, quoted := i, c == '"'
			if quoted {
				end := strings.IndexAny(s[i+1:], "\"\n")
				if end < 0 || s[i+1+end] != '"' {
					return fail("name is not closed: add \"")
				}
				start, i = i+1, i+1+end
			} else {
				for i < len(s) && !strings.ContainsRune(" \t\r\n;:{}\"#", rune(s[i])) {
					i++
				}
			}
			name := s[start:i]
			if quoted {
				i++
			}
			if name == "" || strings.ContainsAny(name, "\x00\\'") {
				return fail("unexpected %q", s[start:min(start+8, len(s))])
			}
			if !quoted && strings.HasPrefix(strings.TrimLeft(s[i:], " \t"), ":") {
				switch {
				case state != global && state != local || name != "global" && name != "local":
					return fail("unexpected %q: write { global: NAME; local: *; };", name+":")
				case name == "global":
					state = global
				default:
					state = local
				}
				i += strings.IndexByte(s[i:], ':') + 1
				continue
			}
			switch state {
			case global:
				vs.globals = append(vs.globals, scriptName{name, line, !quoted && strings.ContainsAny(name, "*?[")})
				if rest := strings.TrimLeft(s[i:], " \t\r\n"); !strings.HasPrefix(rest, ";") && !strings.HasPrefix(rest, "}") && !strings.HasPrefix(rest, "/*") {
					return fail("no ; after %s", name)
				}
			case after:
				return fail("unexpected %q after the block: end it with };", name)
			}
		}
	}
	if state == global || state == local {
		return fail("block is not closed: add };")
	}
	if blocks == 0 {
		return nil, &ConfigError{file, 0, "no { global: ...; local: *; }; block in it"}
	}
	return &vs, nil
}

// without takes names out.
func (vs *versionScript) without(names []string) {
	vs.globals = slices.DeleteFunc(vs.globals, func(g scriptName) bool { return !g.glob && slices.Contains(names, g.name) })
}

// expand returns the names, sorted, each once. Those of matched come from
// patterns, which may also match names that are hidden. A name without a
// pattern that is not in have is an error.
func (vs *versionScript) expand(file string, have *elflink.Names) (names []string, matched map[string]bool, err error) {
	set := map[string]bool{}
	matched = map[string]bool{}
	for _, g := range vs.globals {
		if !g.glob {
			if !have.Has(g.name) {
				return nil, nil, &ConfigError{file, g.line, fmt.Sprintf("the kit defines no symbol %s: remove it from the script, or rebuild the kit", g.name)}
			}
			set[g.name] = true
			continue
		}
		if _, err := path.Match(g.name, ""); err != nil {
			return nil, nil, &ConfigError{file, g.line, fmt.Sprintf("bad pattern %q", g.name)}
		}
		for n := range have.All {
			// Stubs take the place of what a pattern wants, see kernel/include/interface.h.
			if ok, _ := path.Match(g.name, n); ok && !set[n] && !strings.HasPrefix(n, interfacePrefix) {
				matched[n] = true
			}
		}
	}
	for n := range matched {
		if set[n] { // also named
			delete(matched, n)
		}
		set[n] = true
	}
	for n := range set {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, matched, nil
}
