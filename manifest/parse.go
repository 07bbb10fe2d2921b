package manifest

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"uk.example/internal/bounded"
)

// Load reads the manifest file path and expands it: Parse, then Expand.
func Load(path string, opts Options) (*Manifest, error) {
	f, _, err := bounded.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if opts.Dir == "" {
		opts.Dir = filepath.Dir(path)
	}
	m, err := Parse(path, data, opts)
	if err != nil {
		return nil, err
	}
	if err := m.Expand(); err != nil {
		return nil, err
	}
	return m, nil
}

// Parse reads a manifest's text. name is what errors call it. It touches no
// file: Entries are made by [Manifest.Expand].
func Parse(name string, data []byte, opts Options) (*Manifest, error) {
	p := &parser{
		m:    &Manifest{Name: name, Dir: opts.Dir, Where: make(map[string]Pos)},
		pos:  Pos{File: name},
		vars: newVars(opts),
	}
	if len(data) > maxManifest {
		return nil, p.errorf("", "split it", "the manifest has more than %d bytes", maxManifest)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		p.pos.Line++
		if err := p.line(line); err != nil {
			return nil, err
		}
	}
	return p.m, nil
}

type parser struct {
	m    *Manifest
	pos  Pos
	vars *vars
	state
	hidden state // of the lines that start with [marker]
}

// state is where a line's settings go.
type state struct {
	section section // nil in [manifest] and [files]
	files   bool    // in [files]
	key     string  // whose list indented lines go on, or ""
	defines bool    // in [DEFAULT], as Python's ConfigParser has it
}

// marker begins a line of the sections that OSv has not, in a place where its tools see a comment.
const marker = "#uk"

// marked returns what follows the marker, and whether the line has it.
func marked(line string) (string, bool) {
	rest, ok := strings.CutPrefix(line, marker)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	if rest != "" {
		rest = rest[1:]
	}
	return rest, true
}

func (p *parser) errorf(path, fix, format string, args ...any) *Error {
	return &Error{Pos: p.pos, Path: path, Msg: fmt.Sprintf(format, args...), Fix: fix}
}

func (p *parser) line(raw string) error {
	line := strings.TrimSpace(raw)
	switch {
	case strings.IndexByte(line, 0) >= 0:
		return p.errorf("", "write it as plain text", "the line holds a NUL byte")
	case len(line) > maxValue:
		return p.errorf("", "split it", "the line has more than %d bytes", maxValue)
	case strings.HasPrefix(line, marker):
		if rest, ok := marked(line); ok {
			return p.markedLine(rest)
		}
		return nil
	}
	return p.content(raw, line, p.rule)
}

// content reads a line by the section that it stands in, outside of all as rule does.
func (p *parser) content(raw, line string, rule func(line string) error) error {
	switch {
	case line == "" || line[0] == '#':
		return nil
	case line[0] == '[' && line[len(line)-1] == ']':
		return p.header(line[1 : len(line)-1])
	case p.files:
		return p.fileLine(line)
	case p.defines:
		return p.define(line)
	case p.section == nil:
		return rule(line)
	}
	return p.setting(line, raw[0] == ' ' || raw[0] == '\t')
}

// markedLine reads a line of a section that OSv's tools pass over. Such lines have a section of their own,
// so that rules may stand before, between and behind them.
func (p *parser) markedLine(raw string) error {
	p.state, p.hidden = p.hidden, p.state
	defer func() { p.state, p.hidden = p.hidden, p.state }()
	return p.content(raw, strings.TrimSpace(raw), func(line string) error {
		return p.errorf("", "write rules without "+marker, "%q is in no section: [app] or [kernel] comes first, as \"%s [app]\"", short(line), marker)
	})
}

func (p *parser) header(name string) error {
	p.state = state{}
	switch name {
	case "manifest":
	case "DEFAULT":
		p.defines = true
	case "files":
		p.files = true
	case "app":
		p.section = appKeys
	case "kernel":
		p.section = kernelKeys
	default:
		return p.errorf("", "the sections are [manifest], [app], [kernel] and [files]", "unknown section [%s]", printable(name))
	}
	return nil
}

// define reads "name = value" or "name: value", a variable unless -D sets it.
func (p *parser) define(line string) error {
	i := strings.IndexAny(line, "=:")
	name := strings.TrimSpace(line[:max(i, 0)])
	if i < 0 || name == "" {
		return p.errorf("", `write "name = value"`, "%q sets no variable of [DEFAULT]", short(line))
	}
	p.vars.fallback(name, strings.TrimSpace(line[i+1:]))
	return nil
}

// rule reads "/guest: host".
func (p *parser) rule(line string) error {
	guest, host, ok := strings.Cut(line, ": ")
	guest, host = strings.TrimSpace(guest), strings.TrimSpace(host)
	switch {
	case !ok && strings.HasSuffix(line, ":"):
		return p.errorf(line[:len(line)-1], "write the host's path after it, or ->TARGET for a link", "no host path follows")
	case !ok:
		return p.errorf("", `write "/guest/path: host/path", with a colon and a space`, "%q is no rule", short(line))
	case guest == "":
		return p.errorf("", `write "/guest/path: host/path"`, "no guest path before the colon")
	case strings.Contains(host, ": "):
		return p.errorf(guest, "put each rule on its own line and rename files that have a colon and a space", "the host path holds another colon and space, which OSv cuts off")
	}
	var err error
	if guest, err = p.expand(guest, inGuest); err != nil {
		return err
	}
	if host, err = p.expand(host, inHost); err != nil {
		return err
	}
	if guest, err = p.guestPath(guest); err != nil {
		return err
	}
	if host == "" {
		return p.errorf(guest, "define the variable to be a path", "the host path is empty once its variables are replaced")
	}
	p.m.Rules = append(p.m.Rules, Rule{Guest: guest, Host: host, Pos: p.pos})
	return nil
}

// guestPath makes a guest path absolute and clean.
func (p *parser) guestPath(s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", p.errorf(s, "remove it", "the guest path holds a NUL byte")
	}
	var b strings.Builder
	for c := range strings.SplitSeq(s, "/") {
		switch {
		case c == "" || c == ".":
			continue
		case c == "..":
			return "", p.errorf(s, "write the path without it", "the guest path holds ..")
		}
		b.WriteByte('/')
		b.WriteString(c)
	}
	if b.Len() == 0 {
		return "/", nil
	}
	if err := checkGuest(b.String(), p.pos); err != nil {
		return "", err
	}
	return b.String(), nil
}

// checkGuest checks the lengths of a guest path's parts.
func checkGuest(path string, pos Pos) error {
	if len(path) > maxPath {
		return &Error{Pos: pos, Path: path, Msg: fmt.Sprintf("the guest path has %d bytes, at most %d fit", len(path), maxPath), Fix: "use a shorter one"}
	}
	for c := range strings.SplitSeq(path, "/") {
		if len(c) > maxName {
			return &Error{Pos: pos, Path: path, Msg: fmt.Sprintf("a name in the guest path has %d bytes, at most %d fit", len(c), maxName), Fix: "use a shorter one"}
		}
	}
	return nil
}

func (p *parser) expand(s string, mode varMode) (string, error) {
	out, msg, fix := p.vars.expand(s, mode)
	if msg != "" {
		return "", p.errorf("", fix, "%s", msg)
	}
	return out, nil
}

// short cuts s to what fits a message.
func short(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
