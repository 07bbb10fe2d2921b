package linker

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"uk/internal/lazyregexp"
)

// ldScript is the part of GNU ld's script language (manual, "Linker Scripts")
// that kernel.ld is written in. It is read here only for linkers that lay out
// no section themselves, see mold.go.
type ldScript struct {
	file    string
	entry   string         // symbol of ENTRY
	externs []string       // of EXTERN
	assigns []assignment   // outside of SECTIONS
	phdrs   []scriptPhdr   // in order
	stmts   []scriptStmt   // of SECTIONS
	discard []string       // patterns of /DISCARD/
	phdrAt  map[string]int // name → index in phdrs
}

type assignment struct {
	symbol string // "." for the location counter
	value  expr
}

type scriptPhdr struct {
	name, typ string
	flags     uint32
}

// scriptStmt is one of: an assignment, an output section, an input pattern.
type scriptStmt struct {
	assign *assignment
	out    *scriptOutput
	input  *scriptInput
}

type scriptOutput struct {
	name   string
	noload bool
	at     expr
	body   []scriptStmt
	phdrs  []string // none: those of the section before
}

type scriptInput struct {
	patterns []string
	sorted   bool // SORT_BY_NAME
}

// expr computes a value; dot is the location counter.
type expr func(s *scriptState) (uint64, error)

// scriptState is what expressions may ask for.
type scriptState struct {
	dot     uint64
	symbols map[string]uint64
	addr    map[string]uint64                       // of output sections
	linked  func(symbol string) (v uint64, ok bool) // symbols of the linked objects; may be nil
}

func (s *scriptState) symbol(name string) (uint64, bool) {
	if v, ok := s.symbols[name]; ok {
		return v, true
	}
	if s.linked != nil {
		return s.linked(name)
	}
	return 0, false
}

var scriptToken = lazyregexp.New(`"[^"]*"|[A-Za-z0-9_.*$/][-A-Za-z0-9_.*$/]*|\S`)

// scriptParser walks the tokens; the first failure sticks.
type scriptParser struct {
	file  string
	toks  []string
	lines []int // of toks
	err   error
}

func parseLdScript(file, text string) (*ldScript, error) {
	p := &scriptParser{file: file}
	for n, line := range strings.Split(stripComments(text), "\n") {
		for _, t := range scriptToken.FindAllString(line, -1) {
			p.toks, p.lines = append(p.toks, t), append(p.lines, n+1)
		}
	}
	s := &ldScript{file: file, phdrAt: map[string]int{}}
	for len(p.toks) > 0 && p.err == nil {
		switch word := p.next(); word {
		case "OUTPUT_FORMAT", "OUTPUT_ARCH":
			p.want("(")
			for p.err == nil && p.next() != ")" {
			}
		case "ENTRY":
			s.entry = p.inParens()
		case "EXTERN":
			s.externs = append(s.externs, p.inParens())
		case "PHDRS":
			p.phdrs(s)
		case "SECTIONS":
			p.want("{")
			s.stmts = p.sections(s)
		case ";":
		default:
			s.assigns = append(s.assigns, p.assignment(word))
		}
	}
	return s, p.err
}

// stripComments keeps the line breaks.
func stripComments(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		comment, after, _ := strings.Cut(rest, "*/")
		b.WriteString(strings.Repeat("\n", strings.Count(comment, "\n")))
		text = after
	}
}

func (p *scriptParser) fail(format string, args ...any) {
	if p.err == nil {
		line := 0
		if len(p.lines) > 0 {
			line = p.lines[0]
		}
		p.err = &ConfigError{p.file, line, fmt.Sprintf(format, args...)}
	}
}

func (p *scriptParser) peek() string {
	if p.err != nil || len(p.toks) == 0 {
		return ""
	}
	return p.toks[0]
}

func (p *scriptParser) next() string {
	t := p.peek()
	if t == "" {
		p.fail("the script ends too early")
		return ""
	}
	p.toks, p.lines = p.toks[1:], p.lines[1:]
	return t
}

func (p *scriptParser) accept(tok string) bool {
	if p.peek() != tok {
		return false
	}
	p.next()
	return true
}

func (p *scriptParser) want(tok string) {
	if !p.accept(tok) {
		p.fail("%q where %q is expected", p.peek(), tok)
	}
}

func (p *scriptParser) inParens() string {
	p.want("(")
	t := p.next()
	p.want(")")
	return t
}

func (p *scriptParser) phdrs(s *ldScript) {
	p.want("{")
	for p.err == nil && !p.accept("}") {
		h := scriptPhdr{name: p.next(), typ: p.next()}
		if p.accept("FLAGS") {
			n, err := strconv.ParseUint(p.inParens(), 0, 32)
			if err != nil {
				p.fail("FLAGS: %v", err)
			}
			h.flags = uint32(n)
		}
		p.want(";")
		s.phdrAt[h.name] = len(s.phdrs)
		s.phdrs = append(s.phdrs, h)
	}
}

func (p *scriptParser) sections(s *ldScript) (out []scriptStmt) {
	for p.err == nil && !p.accept("}") {
		word := p.next()
		if t := p.peek(); word == "PROVIDE_HIDDEN" || t == "=" {
			a := p.assignment(word)
			out = append(out, scriptStmt{assign: &a})
			continue
		}
		o := &scriptOutput{name: word}
		if p.accept("(") {
			p.want("NOLOAD")
			p.want(")")
			o.noload = true
		}
		p.want(":")
		if p.accept("AT") {
			p.want("(")
			o.at = p.expression()
			p.want(")")
		}
		p.want("{")
		for p.err == nil && !p.accept("}") {
			o.body = append(o.body, p.bodyStmt())
		}
		for p.accept(":") {
			name := p.next()
			if _, ok := s.phdrAt[name]; !ok {
				p.fail("no program header %s", name)
			}
			o.phdrs = append(o.phdrs, name)
		}
		if word == "/DISCARD/" {
			for _, b := range o.body {
				if b.input != nil {
					s.discard = append(s.discard, b.input.patterns...)
				}
			}
			continue
		}
		out = append(out, scriptStmt{out: o})
	}
	return out
}

// bodyStmt reads an assignment, or *(PATTERN...) with or without KEEP. What is chosen by its file
// (ARCHIVE:MEMBER(PATTERN...), EXCLUDE_FILE) is not told apart: a linker that lays out no section has
// merged those of all files. The statements that follow take it.
func (p *scriptParser) bodyStmt() scriptStmt {
	word := p.next()
	keep := word == "KEEP"
	if keep {
		p.want("(")
		word = p.next()
	}
	ofFile := p.accept(":")
	if ofFile {
		p.next()
	} else if word != "*" {
		a := p.assignment(word)
		return scriptStmt{assign: &a}
	}
	in := &scriptInput{}
	p.want("(")
	for p.err == nil && !p.accept(")") {
		switch t := p.next(); t {
		case "SORT_BY_NAME", "SORT_BY_ALIGNMENT": // a merged section has the alignment of all
			in.sorted = in.sorted || t == "SORT_BY_NAME"
			in.patterns = append(in.patterns, p.inParens())
		case "EXCLUDE_FILE":
			for p.err == nil && p.next() != ")" {
			}
		default:
			in.patterns = append(in.patterns, t)
		}
	}
	if ofFile {
		in.patterns = nil
	}
	if keep {
		p.want(")")
	}
	return scriptStmt{input: in}
}

// assignment reads "symbol = expression;" or PROVIDE_HIDDEN(the same), of which
// the first word was read.
func (p *scriptParser) assignment(word string) assignment {
	provide := word == "PROVIDE_HIDDEN"
	if provide {
		p.want("(")
		word = p.next()
	}
	p.want("=")
	a := assignment{word, p.expression()}
	if provide {
		p.want(")")
	}
	p.want(";")
	return a
}

// expression reads sums, and COND ? THEN : ELSE.
func (p *scriptParser) expression() expr {
	e := p.operand()
	for p.peek() == "+" || p.peek() == "-" {
		op, left, right := p.next(), e, p.operand()
		e = func(s *scriptState) (uint64, error) {
			a, err := left(s)
			if err != nil {
				return 0, err
			}
			b, err := right(s)
			if op == "-" {
				b = -b
			}
			return a + b, err
		}
	}
	if !p.accept("?") {
		return e
	}
	yes := p.expression()
	p.want(":")
	no := p.expression()
	return func(s *scriptState) (uint64, error) {
		if v, err := e(s); err != nil {
			return 0, err
		} else if v != 0 {
			return yes(s)
		}
		return no(s)
	}
}

func (p *scriptParser) operand() expr {
	switch word := p.next(); {
	case word == ".":
		return func(s *scriptState) (uint64, error) { return s.dot, nil }
	case word == "ADDR":
		name := p.inParens()
		return func(s *scriptState) (uint64, error) { return s.addr[name], nil }
	case word == "DEFINED":
		name := p.inParens()
		return func(s *scriptState) (uint64, error) {
			if _, ok := s.symbol(name); ok {
				return 1, nil
			}
			return 0, nil
		}
	case word == "ALIGN":
		n, err := strconv.ParseUint(p.inParens(), 0, 64)
		if err != nil || n == 0 || n&(n-1) != 0 {
			p.fail("ALIGN needs a power of two")
		}
		return func(s *scriptState) (uint64, error) { return alignUp(s.dot, n), nil }
	case word != "" && word[0] >= '0' && word[0] <= '9':
		n, err := strconv.ParseUint(word, 0, 64)
		if err != nil {
			p.fail("%v", err)
		}
		return func(*scriptState) (uint64, error) { return n, nil }
	case word != "" && (word[0] == '_' || word[0] == '.' || word[0]|0x20 >= 'a' && word[0]|0x20 <= 'z'):
		return func(s *scriptState) (uint64, error) {
			v, ok := s.symbol(word)
			if !ok {
				return 0, fmt.Errorf("%s: symbol %s has no value", p.file, word)
			}
			return v, nil
		}
	default:
		p.fail("%q where a value is expected", word)
		return nil
	}
}

func alignUp(v, n uint64) uint64 { return (v + n - 1) &^ (n - 1) }

func (in *scriptInput) matches(section string) bool { return matchesAny(in.patterns, section) }

func matchesAny(patterns []string, section string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, section)
		return ok
	})
}
