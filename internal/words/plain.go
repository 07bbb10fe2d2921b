// Package words makes text for people of names that others chose: of files, symbols, sections, or what is
// on the command line. They may hold anything, also what a terminal obeys (ECMA-48).
package words

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain returns s with all but text, ends of lines and tabs made visible, as Go's constants have it: \x1b.
func Plain(s string) string {
	if strings.IndexFunc(s, special) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1, special(r) && r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case special(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// special reports whether r is no text: control and format characters, among them those that change the
// direction of others, and what is no UTF-8.
func special(r rune) bool {
	return r != '\n' && r != '\t' && (!unicode.IsGraphic(r) || r == utf8.RuneError)
}

// colour stands before the number of a colour in what is written to a Writer. Names have no such byte.
const colour = "\x00"

// Paint returns s in a colour (SGR, ECMA-48 8.3.117), for a [Writer].
func Paint(code, s string) string { return colour + code + "m" + s + colour + "0m" }

// Writer writes to a terminal: all that it is given becomes [Plain], but for what is painted.
type Writer struct{ W io.Writer }

func (w Writer) Write(p []byte) (int, error) {
	var b strings.Builder
	for i, part := range strings.Split(string(p), colour) {
		code, rest, ok := strings.Cut(part, "m")
		if i > 0 && ok && strings.Trim(code, "0123456789;") == "" {
			b.WriteString("\x1b[" + code + "m")
			part = rest
		}
		b.WriteString(Plain(part))
	}
	if _, err := io.WriteString(w.W, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}
