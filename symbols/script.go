package symbols

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// A Script is a version script with one version without a name: the global
// symbols stay dynamic, all others become local to the kernel.
type Script struct {
	Blocks []Block
}

// A Block is a run of global symbols with a comment before it.
type Block struct {
	Comment string   // such as the path of the ELF file that asked for Names; may be ""
	Names   []string // in file order; a hand-written script may have wildcards
}

// WriteTo writes the script in the form of OSv's generator.
func (s *Script) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	b.WriteString("{\n  global:\n")
	for _, bl := range s.Blocks {
		if bl.Comment != "" {
			fmt.Fprintf(&b, "/*------- %s */\n", cleanComment(bl.Comment))
		}
		for _, n := range bl.Names {
			if isName(n) || isPattern(n) {
				fmt.Fprintf(&b, "    %s;\n", n)
			} else {
				fmt.Fprintf(&b, "    %q;\n", n)
			}
		}
	}
	b.WriteString("  local:\n    *;\n};\n")
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// String returns the script's text.
func (s *Script) String() string {
	var b strings.Builder
	s.WriteTo(&b)
	return b.String()
}

// cleanComment makes a file name safe inside a comment: it cannot end the
// comment or start a line.
func cleanComment(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
	return strings.ReplaceAll(s, "*/", "* /")
}

// Globals returns the global names and wildcards, sorted, each once.
func (s *Script) Globals() []string {
	var out []string
	for i := range s.Blocks {
		out = append(out, s.Blocks[i].Names...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Expand returns the global names with every wildcard replaced by the names
// it matches among known, sorted, each once. A name without a wildcard stays
// whether known or not; a wildcard that matches nothing is an error.
func (s *Script) Expand(known []string) ([]string, error) {
	var out []string
	for _, g := range s.Globals() {
		if !isPattern(g) {
			out = append(out, g)
			continue
		}
		n := len(out)
		for _, k := range known {
			ok, err := path.Match(strings.ReplaceAll(g, "[!", "[^"), k)
			if err != nil {
				return nil, fmt.Errorf("version script: %q is a malformed wildcard: close the bracket or name the symbols", g)
			}
			if ok {
				out = append(out, k)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("version script: %q matches no symbol that the kernel can export: remove it or name the symbol", g)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// isPattern reports whether s has a wildcard and is otherwise a plain name.
func isPattern(s string) bool {
	if !strings.ContainsAny(s, "*?[") {
		return false
	}
	return isName("_" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("*?[]-!^", r) {
			return '_'
		}
		return r
	}, s))
}
