package symbols

import (
	"fmt"
	"strings"
)

// Limits on a version script.
const (
	maxScript = 16 << 20 // bytes
	maxName   = 4096     // bytes of one symbol's name
)

// ParseScript parses a version script, written by Script.WriteTo, by OSv's
// generator or by hand. file names it in errors, which are *SyntaxError.
//
// Accepted is one version without a name, with a "global:" and a "local: *;"
// part in any order, names with or without quotes and with the wildcards
// *, ? and [...]. A /* comment */ starts a new Block; #, as ld has it, starts
// a comment that ends with the line and is dropped. Named versions and extern
// "C++" are refused: the kernel's symbols have no versions.
func ParseScript(file string, text []byte) (*Script, error) {
	p := &scriptParser{file: file, text: string(text), line: 1}
	if len(text) > maxScript {
		return nil, p.errorf("the script has %d bytes, more than the limit of %d", len(text), maxScript)
	}
	return p.parse()
}

type scriptParser struct {
	file string
	text string // what is left
	line int
	tok  string // current token: punctuation, word, or "" at the end
	str  bool   // tok was in quotes
	at   int    // line of tok
	out  Script
	note bool   // a comment was read that no block has yet
	com  string // its text
}

func (p *scriptParser) errorf(format string, args ...any) error {
	return &SyntaxError{p.file, max(p.line, 1), fmt.Sprintf(format, args...)}
}

func (p *scriptParser) tokErrorf(format string, args ...any) error {
	return &SyntaxError{p.file, max(p.at, 1), fmt.Sprintf(format, args...)}
}

// next reads the next token.
func (p *scriptParser) next() error {
	p.tok, p.str = "", false
	for p.text != "" {
		switch c := p.text[0]; {
		case c == '\n':
			p.line++
			fallthrough
		case c == ' ' || c == '\t' || c == '\r':
			p.text = p.text[1:]
		case c == '#':
			if i := strings.IndexByte(p.text, '\n'); i >= 0 {
				p.text = p.text[i:]
			} else {
				p.text = ""
			}
		case strings.HasPrefix(p.text, "/*"):
			i := strings.Index(p.text[2:], "*/")
			if i < 0 {
				return p.errorf("the comment that starts here has no end: close it with */")
			}
			c := p.text[2 : 2+i]
			p.line += strings.Count(c, "\n")
			p.text = p.text[2+i+2:]
			p.note, p.com = true, strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(c), "-"))
		case strings.IndexByte("{};:", c) >= 0:
			p.tok, p.at = p.text[:1], p.line
			p.text = p.text[1:]
			return nil
		case c == '"':
			i := strings.IndexAny(p.text[1:], "\"\n")
			if i < 0 || p.text[1+i] == '\n' {
				return p.errorf("the quoted name has no end on this line: close it with \"")
			}
			p.tok, p.str, p.at = p.text[1:1+i], true, p.line
			p.text = p.text[1+i+1:]
			if p.tok == "" {
				return p.errorf("an empty name")
			}
			return nil
		default:
			i := strings.IndexAny(p.text, " \t\r\n#{};:\"")
			if j := strings.Index(p.text, "/*"); j >= 0 && (i < 0 || j < i) {
				i = j
			}
			if i < 0 {
				i = len(p.text)
			}
			p.tok, p.at = p.text[:i], p.line
			p.text = p.text[i:]
			return nil
		}
	}
	p.at = p.line
	return nil
}

// want reads the next token, which must be s.
func (p *scriptParser) want(s, where string) error {
	if err := p.next(); err != nil {
		return err
	}
	if p.tok != s || p.str {
		return p.tokErrorf("expected %q %s, found %s", s, where, p.found())
	}
	return nil
}

func (p *scriptParser) found() string {
	if p.tok == "" {
		return "the end of the file"
	}
	return fmt.Sprintf("%q", p.tok)
}

func (p *scriptParser) parse() (*Script, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok != "{" || p.str {
		if p.tok != "" && (p.str || !strings.Contains("};:", p.tok)) {
			return nil, p.tokErrorf("version %q: the kernel's symbols have no versions; start the script with \"{\"", p.tok)
		}
		return nil, p.tokErrorf("expected \"{\" at the start of the script, found %s", p.found())
	}
	p.note = false // a title comment stands before no symbols
	local, hidden := false, false
	for {
		if err := p.next(); err != nil {
			return nil, err
		}
		switch {
		case p.tok == "" && !p.str:
			return nil, p.tokErrorf("the file ends inside the version: close it with \"};\"")
		case p.tok == "}" && !p.str:
			if err := p.want(";", "after \"}\""); err != nil {
				return nil, err
			}
			if err := p.next(); err != nil {
				return nil, err
			}
			if p.tok != "" {
				return nil, p.tokErrorf("%q after the end of the version: put every symbol into one { ... };", p.tok)
			}
			if !hidden {
				return nil, p.tokErrorf("no \"local: *;\": without it nothing is hidden and the kernel is not tailored; add it before \"}\"")
			}
			return &p.out, nil
		case (p.tok == "global" || p.tok == "local") && !p.str:
			name := p.tok
			if err := p.next(); err != nil {
				return nil, err
			}
			if p.tok == ":" && !p.str {
				local = name == "local"
				continue
			}
			// A symbol may have this name.
			if p.tok != ";" || p.str {
				return nil, p.tokErrorf("expected \":\" or \";\" after %q, found %s", name, p.found())
			}
			p.add(name, local, &hidden)
		case strings.Contains("{;:", p.tok) && !p.str:
			return nil, p.tokErrorf("expected a symbol name, found %s", p.found())
		default:
			name, str, at := p.tok, p.str, p.at
			if len(name) > maxName {
				return nil, p.tokErrorf("a name of %d bytes, more than the limit of %d", len(name), maxName)
			}
			if err := p.want(";", fmt.Sprintf("after %q", name)); err != nil {
				if name == "extern" {
					return nil, &SyntaxError{p.file, at, "extern \"C++\" is not supported: write the symbols as nm prints them, without demangling"}
				}
				return nil, err
			}
			if !isName(name) && !isPattern(name) {
				return nil, &SyntaxError{p.file, at, fmt.Sprintf("%q is not a symbol name", name)}
			}
			if str && isPattern(name) {
				return nil, &SyntaxError{p.file, at, fmt.Sprintf("%q: wildcards do not work in quotes; remove them", name)}
			}
			if local && name != "*" {
				return nil, &SyntaxError{p.file, at, fmt.Sprintf("%q is listed as local: write \"local: *;\" only, what is not listed as global is local", name)}
			}
			p.add(name, local, &hidden)
		}
	}
}

func (p *scriptParser) add(name string, local bool, hidden *bool) {
	if local {
		*hidden = *hidden || name == "*"
		return
	}
	b := p.out.Blocks
	if p.note || len(b) == 0 {
		bl := Block{}
		if p.note {
			bl.Comment = p.com
		}
		p.note = false
		b = append(b, bl)
		p.out.Blocks = b
	}
	last := &b[len(b)-1]
	last.Names = append(last.Names, name)
}
