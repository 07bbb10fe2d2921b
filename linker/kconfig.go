package linker

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// ConfigError is a fault in a profile, a Kconfig file or a version script.
type ConfigError struct {
	File string
	Line int // 0: the whole file
	Msg  string
}

func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// Types of a [Driver].
const (
	TypeBool     = "bool"     // n or y
	TypeTristate = "tristate" // n, m or y
)

// Default is the value that a driver has when no line sets it, provided that
// everything in If is selected.
type Default struct {
	Value string   `json:"value"` // "y", "m" or "n"
	If    []string `json:"if,omitempty"`
}

// Alternatives takes apart a term of [Driver.Depends]: "A", or "A || B".
func Alternatives(term string) []string {
	names := strings.Split(term, "||")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// Names returns the config names that d mentions.
func (d *Driver) Names() []string {
	var out []string
	for _, term := range d.Depends {
		out = append(out, Alternatives(term)...)
	}
	out = append(out, d.Selects...)
	for _, def := range d.Defaults {
		out = append(out, def.If...)
	}
	return out
}

// kconfigParser reads one .kconfig file, a line at a time.
type kconfigParser struct {
	file    string
	line    int
	drivers []Driver
	cur     *Driver // the last of drivers

	inHelp     bool
	helpIndent int // of help's first line; 0 before it
}

// ParseKconfig reads the subset of the Kconfig language in which drivers are
// described:
//
//	config NAME
//		bool|tristate "prompt"
//		builtin "reason"             (of bool: why it cannot be a module)
//		depends on A && B            (or A || B; several such lines all count)
//		select NAME
//		default y|m|n [if A && B]    (the first whose condition holds)
//		serves KIND [name|"name"]    (several such lines all count: see [Service])
//		help
//		  text
//
// File is for messages.
func ParseKconfig(file string, data []byte) ([]Driver, error) {
	p := &kconfigParser{file: file}
	for line := range bytes.Lines(data) {
		p.line++
		if err := p.read(string(line)); err != nil {
			return nil, err
		}
	}
	if err := p.endDriver(); err != nil {
		return nil, err
	}
	return p.drivers, nil
}

func (p *kconfigParser) fail(format string, args ...any) error {
	return &ConfigError{p.file, p.line, fmt.Sprintf(format, args...)}
}

func (p *kconfigParser) read(line string) error {
	line = strings.ReplaceAll(line, "\t", "        ")
	text := strings.TrimSpace(line)
	if p.help(text, len(line)-len(strings.TrimLeft(line, " "))) {
		return nil
	}
	if text == "" || text[0] == '#' {
		return nil
	}
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	if word == "config" {
		return p.startDriver(rest)
	}
	if p.cur == nil {
		return p.fail("%s before the first config line", quote(word))
	}
	switch word {
	case TypeBool, TypeTristate:
		if p.cur.Type != "" {
			return p.fail("CONFIG_%s is a %s already: remove one", p.cur.Config, p.cur.Type)
		}
		p.cur.Type, p.cur.Prompt = word, strings.Trim(rest, `"`)
	case "builtin":
		p.cur.BuiltIn = strings.Trim(rest, `"`)
	case "depends":
		return p.depends(rest)
	case "select":
		if !validConfig(rest) {
			return p.fail("select: %s is not a config name", quote(rest))
		}
		p.cur.Selects = append(p.cur.Selects, rest)
	case "default":
		return p.defaults(rest)
	case "serves":
		return p.serves(rest)
	case "help":
		p.inHelp, p.helpIndent = true, 0
	default:
		return p.fail("unknown word %s: use config, tristate, bool, builtin, depends on, select, default, serves or help", quote(word))
	}
	return nil
}

// help takes a line that belongs to a help text: one that is indented as far as
// the text's first.
func (p *kconfigParser) help(text string, indent int) bool {
	switch {
	case !p.inHelp:
		return false
	case text == "":
		return true
	case p.helpIndent == 0 && indent > 0:
		p.helpIndent = indent
	}
	if p.inHelp = p.helpIndent > 0 && indent >= p.helpIndent; !p.inHelp {
		return false
	}
	if p.cur.Help != "" {
		p.cur.Help += " "
	}
	p.cur.Help += text
	return true
}

func (p *kconfigParser) startDriver(name string) error {
	if !validConfig(name) {
		return p.fail("config needs a name of capital letters, digits and _, not %s", quote(name))
	}
	if err := p.endDriver(); err != nil {
		return err
	}
	for _, d := range p.drivers {
		if d.Config == name {
			return p.fail("config %s is already at %s: remove one", name, d.Where)
		}
	}
	p.drivers = append(p.drivers, Driver{Config: name, Name: strings.ToLower(name), Depends: []string{}, Selects: []string{},
		Where: fmt.Sprintf("%s:%d", p.file, p.line)})
	p.cur = &p.drivers[len(p.drivers)-1]
	return nil
}

func (p *kconfigParser) endDriver() error {
	if p.cur != nil && p.cur.Type == "" {
		return fmt.Errorf("%s: CONFIG_%s has no type: add a line with bool or tristate", p.cur.Where, p.cur.Config)
	}
	if p.cur != nil && p.cur.BuiltIn != "" && p.cur.Type != TypeBool {
		return fmt.Errorf("%s: CONFIG_%s is a tristate with a reason not to be a module: remove one", p.cur.Where, p.cur.Config)
	}
	return nil
}

func (p *kconfigParser) depends(rest string) error {
	expr, ok := strings.CutPrefix(rest, "on ")
	if !ok {
		return p.fail("write `depends on NAME`, not %s", quote("depends "+rest))
	}
	and, or := strings.Contains(expr, "&&"), strings.Contains(expr, "||")
	if and && or {
		return p.fail("depends on: && and || in one line: write a line for each part that is joined by &&")
	}
	sep, join := "&&", ""
	if or {
		sep, join = "||", " || "
	}
	names, err := p.names("depends on", expr, sep)
	if err != nil {
		return err
	}
	if or {
		names = []string{strings.Join(names, join)}
	}
	p.cur.Depends = append(p.cur.Depends, names...)
	return nil
}

func (p *kconfigParser) defaults(rest string) error {
	value, cond, conditional := strings.Cut(rest, " if ")
	d := Default{Value: strings.TrimSpace(value)}
	if d.Value != "y" && d.Value != "m" && d.Value != "n" {
		return p.fail("default: %s is not y, m or n", quote(d.Value))
	}
	if conditional {
		var err error
		if d.If, err = p.names("default if", cond, "&&"); err != nil {
			return err
		}
	}
	p.cur.Defaults = append(p.cur.Defaults, d)
	return nil
}

func (p *kconfigParser) serves(rest string) error {
	kind, name, _ := strings.Cut(rest, " ")
	s := Service{Kind: kind, Name: strings.Trim(strings.TrimSpace(name), `"`)}
	if !s.valid() {
		return p.fail("serves: %s is no kind of lower-case letters, digits and -, with a name behind it or none", quote(rest))
	}
	p.cur.Serves = append(p.cur.Serves, s)
	return nil
}

// valid refuses what would be something else where it is printed.
func (s Service) valid() bool {
	kind := s.Kind != "" && strings.Trim(s.Kind, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	return kind && len(s.Name) <= maxServiceName && !strings.ContainsFunc(s.Name, func(c rune) bool { return !unicode.IsPrint(c) })
}

// maxServiceName bounds a service's name, in bytes.
const maxServiceName = 100

// names splits an expression at sep into config names.
func (p *kconfigParser) names(what, expr, sep string) ([]string, error) {
	names := strings.Split(expr, sep)
	for i, n := range names {
		if names[i] = strings.TrimSpace(n); !validConfig(names[i]) {
			return nil, p.fail("%s: %s is not a config name (names joined by && or by || are understood)", what, quote(names[i]))
		}
	}
	return names, nil
}

func validConfig(s string) bool {
	for _, c := range s {
		if !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return s != ""
}

// quote shows input in a message: on one line, and not endlessly.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "..."
	}
	return fmt.Sprintf("%q", s)
}
