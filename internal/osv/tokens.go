package osv

import "strings"

// tokens walks through the text of a Python program.
type tokens struct {
	src  string
	at   int
	line int
}

func (t *tokens) done() bool { return t.at >= len(t.src) }

// skipLine goes behind a logical line: brackets, texts and a backslash at an end carry it on.
func (t *tokens) skipLine() {
	depth := 0
	for !t.done() {
		switch c := t.src[t.at]; {
		case c == '\n':
			t.at++
			t.line++
			if depth <= 0 {
				return
			}
			continue
		case c == '\\' && t.at+1 < len(t.src) && t.src[t.at+1] == '\n':
			t.at++
			t.line++
		case c == '#':
			for !t.done() && t.src[t.at] != '\n' {
				t.at++
			}
			continue
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == '"' || c == '\'':
			if _, ok := t.quoted(false); ok {
				continue
			}
		}
		t.at++
	}
}

func (t *tokens) skipRest() { t.at = len(t.src) }

// blank goes over blanks, line ends and comments.
func (t *tokens) blank() {
	for !t.done() {
		switch c := t.src[t.at]; {
		case c == '#':
			for !t.done() && t.src[t.at] != '\n' {
				t.at++
			}
		case c == '\\' && t.at+1 < len(t.src) && t.src[t.at+1] == '\n':
			t.at += 2
		case c == ' ' || c == '\t' || c == '\n' || c == ';':
			t.at++
		default:
			return
		}
	}
}

// next goes over the character c if it is there.
func (t *tokens) next(c byte) bool {
	if t.blank(); t.done() || t.src[t.at] != c {
		return false
	}
	t.at++
	return true
}

// name reads a name, with its dots.
func (t *tokens) name() string {
	t.blank()
	start := t.at
	for !t.done() {
		c := t.src[t.at]
		if c != '_' && c != '.' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (t.at == start || c < '0' || c > '9') {
			break
		}
		t.at++
	}
	return t.src[start:t.at]
}

// text reads a text in quotes, perhaps with an r or a u before it.
func (t *tokens) text() (string, bool) {
	t.blank()
	raw := false
	if t.at+1 < len(t.src) && strings.IndexByte("rRuU", t.src[t.at]) >= 0 && strings.IndexByte(`"'`, t.src[t.at+1]) >= 0 {
		raw = t.src[t.at]|0x20 == 'r'
		t.at++
	}
	if t.done() || t.src[t.at] != '"' && t.src[t.at] != '\'' {
		return "", false
	}
	return t.quoted(raw)
}

// quoted reads a text from its first quote on; an f or b before one makes it no plain text, and
// is taken for a name. At a text without an end nothing is read.
func (t *tokens) quoted(raw bool) (string, bool) {
	q := t.src[t.at : t.at+1]
	if strings.HasPrefix(t.src[t.at:], q+q+q) {
		q = q + q + q
	}
	var b strings.Builder
	for i, line := t.at+len(q), t.line; i < len(t.src); i++ {
		c := t.src[i]
		switch {
		case strings.HasPrefix(t.src[i:], q):
			t.at, t.line = i+len(q), line
			return b.String(), true
		case c == '\n' && len(q) == 1:
			return "", false
		case c == '\\' && i+1 < len(t.src):
			i++
			if c = t.src[i]; raw {
				b.WriteByte('\\')
			} else if c == '\n' {
				line++
				continue
			} else if e, ok := escapes[c]; ok {
				c = e
			} else {
				b.WriteByte('\\')
			}
		}
		if c == '\n' {
			line++
		}
		b.WriteByte(c)
	}
	return "", false
}
