package osv

import (
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/lazyregexp"
)

// A value is what an expression of a module.py comes to, as far as its text tells.
type value struct {
	kind kind
	text string // of a text, and the command line of a command
	line int    // where it was given
	why  string // of one that is not known: what it is instead
}

type kind int

const (
	unknown kind = iota
	text
	texts // in parentheses, with commas: what % takes
	command
)

// moduleCommand returns the command line that the file's `default` names. It
// knows texts, what joins them (one behind the other, +, % with %s), names
// of such, and api.run() of one. Anything else has no value.
func moduleCommand(name string, src []byte) (string, error) {
	m := &module{values: make(map[string]value)}
	m.statements(string(src))
	v, ok := m.values["default"]
	switch {
	case !ok:
		return "", &CommandError{name, 0, "has no default = api.run(...)" + m.others()}
	case v.kind != command:
		return "", &CommandError{name, v.line, "default is " + v.why + ", which is known only when it is run"}
	}
	return v.text, nil
}

// others names the commands of a module that has no default, which --command may repeat.
func (m *module) others() string {
	var list []string
	for n, v := range m.values {
		if v.kind == command {
			list = append(list, fmt.Sprintf("%s (%s)", n, v.text))
		}
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return ", but " + strings.Join(list, ", ")
}

type module struct {
	values map[string]value
	depth  int // of parentheses
}

const maxDepth = 100

var (
	assigned = lazyregexp.New(`^([A-Za-z_]\w*)\s*=([^=].*)?$`)
	// A statement of another kind that may set names, and which.
	mayAssign = lazyregexp.New(`=|^\s*(for|with|import|from|def|class|del|global)\b`)
	names     = lazyregexp.New(`[A-Za-z_]\w*`)
)

// statements reads the logical lines of a file: what brackets hold together is one.
func (m *module) statements(src string) {
	t := &tokens{src: strings.ReplaceAll(src, "\r\n", "\n"), line: 1}
	for !t.done() {
		start, line := t.at, t.line
		t.skipLine()
		stmt := t.src[start:t.at]
		a := assigned.FindStringSubmatch(firstLine(stmt))
		switch {
		case strings.HasPrefix(strings.TrimSpace(stmt), "#"):
		case a == nil && mayAssign.MatchString(stmt): // within an if or a for, or more than one name
			for _, n := range names.FindAllString(stmt, -1) {
				m.values[n] = value{line: line, why: "set in a way that is more than NAME = TEXT"}
			}
		case a != nil:
			e := &tokens{src: stmt[strings.IndexByte(stmt, '=')+1:], line: line}
			v := m.sum(e)
			if e.blank(); v.kind != unknown && !e.done() {
				v = value{why: "more than a text"}
			}
			v.line = line
			m.values[a[1]] = v
		}
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// sum reads texts with + between them.
func (m *module) sum(t *tokens) value {
	v := m.formatted(t)
	for t.next('+') {
		w := m.formatted(t)
		switch {
		case v.kind == text && w.kind == unknown:
			return w
		case v.kind == unknown:
			return v
		case v.kind != text || w.kind != text:
			return value{why: "a sum of more than texts"}
		}
		v.text += w.text
	}
	return v
}

// formatted reads a text with % behind it.
func (m *module) formatted(t *tokens) value {
	v := m.term(t)
	for t.next('%') {
		w := m.term(t)
		if v.kind != text || w.kind != text && w.kind != texts {
			return value{why: "made with % of more than texts"}
		}
		args := []string{w.text}
		if w.kind == texts {
			args = strings.Split(w.text, "\x00")
		}
		parts := strings.Split(strings.ReplaceAll(v.text, "%%", "\x00"), "%s")
		if len(parts) != len(args)+1 || strings.Contains(strings.Join(parts, ""), "%") {
			return value{why: "made with % of other than %s"}
		}
		var b strings.Builder
		for i, p := range parts {
			b.WriteString(strings.ReplaceAll(p, "\x00", "%"))
			if i < len(args) {
				b.WriteString(args[i])
			}
		}
		v = value{kind: text, text: b.String()}
	}
	return v
}

// term reads a text, a name, a call of run(), or what is in parentheses.
func (m *module) term(t *tokens) value {
	if s, ok := t.text(); ok {
		for more, ok := t.text(); ok; more, ok = t.text() {
			s += more
		}
		return value{kind: text, text: s}
	}
	if t.next('(') {
		return m.parenthesis(t)
	}
	name := t.name()
	switch {
	case name == "":
		return value{why: "no plain text"}
	case name == "api.run" || name == "run" || name == "api.run_on_init" || name == "run_on_init":
		return m.run(t)
	case name == "api.run_java" || name == "run_java":
		t.skipRest()
		return value{why: "run_java(), for OSv's own java.so"}
	}
	v, ok := m.values[name]
	if !ok || t.next('(') || t.next('[') || t.next('.') {
		t.skipRest()
		return value{why: fmt.Sprintf("made with %s", name)}
	}
	return v
}

// parenthesis reads what is between parentheses: a text, or several with commas.
func (m *module) parenthesis(t *tokens) value {
	if m.depth++; m.depth > maxDepth {
		t.skipRest()
		return value{why: "nested too deeply"}
	}
	defer func() { m.depth-- }()
	v := m.sum(t)
	list := []string{v.text}
	for v.kind == text && t.next(',') && !t.next(')') {
		v = m.sum(t)
		list = append(list, v.text)
		if t.next(')') {
			return value{kind: texts, text: strings.Join(list, "\x00")}
		}
	}
	if v.kind == text && len(list) > 1 || v.kind != unknown && !t.next(')') {
		return value{why: "more than texts"}
	}
	return v
}

// run reads the argument of api.run().
func (m *module) run(t *tokens) value {
	if !t.next('(') {
		return value{why: "no call"}
	}
	at := *t
	if t.name() != "cmdline" || !t.next('=') {
		*t = at
	}
	v := m.sum(t)
	t.next(',')
	if v.kind != text || !t.next(')') {
		t.skipRest()
		if v.why == "" {
			v.why = "a call with more than a text"
		}
		return value{why: v.why}
	}
	return value{kind: command, text: v.text}
}
