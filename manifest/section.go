package manifest

import (
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

// section is the keys that one section knows.
type section map[string]key

// key is one setting. set takes a value; it returns what is wrong with it and
// how to fix it.
type key struct {
	list bool // may be given again, and may go on over indented lines
	set  func(m *Manifest, v string) (msg, fix string)
}

var appKeys = section{
	"command": {set: func(m *Manifest, v string) (string, string) {
		words, err := SplitWords(v)
		if err != nil {
			return err.Error(), "close the quote"
		}
		if len(words) == 0 || words[0] == "" {
			return "the command is empty", "write the program's guest path and its arguments"
		}
		m.App.Command = words
		return "", ""
	}},
	"argv0": {set: func(m *Manifest, v string) (string, string) {
		words, err := SplitWords(v)
		if err != nil || len(words) > 1 {
			return fmt.Sprintf("%q is no single word", short(v)), `put a name with spaces in quotes, and write "" for an empty one`
		}
		name := strings.Join(words, "")
		m.App.Argv0 = &name
		return "", ""
	}},
	"env": {list: true, set: func(m *Manifest, v string) (string, string) {
		if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
			v = v[1 : len(v)-1]
		}
		name, _, ok := strings.Cut(v, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return fmt.Sprintf("%q sets no variable", short(v)), "write NAME=VALUE, one a line"
		}
		m.App.Env = append(m.App.Env, v)
		return "", ""
	}},
	"mounts": {list: true, set: readMount},
	"cwd": {set: func(m *Manifest, v string) (string, string) {
		if !path.IsAbs(v) {
			return fmt.Sprintf("%q is no absolute path", short(v)), "start it with a slash"
		}
		m.App.Cwd = path.Clean(v)
		return "", ""
	}},
	"user": {set: func(m *Manifest, v string) (string, string) {
		if err := CheckUser(v); err != nil {
			return err.Error(), "write numbers, as 1000 or 1000:100"
		}
		m.App.User = v
		return "", ""
	}},
	"ulimits": {list: true, set: func(m *Manifest, v string) (string, string) {
		if _, err := ParseUlimit(v); err != nil {
			return err.Error(), "as in nofile=1024:4096, one a line"
		}
		m.App.Ulimits = append(m.App.Ulimits, v)
		return "", ""
	}},
	"memory": {set: func(m *Manifest, v string) (string, string) {
		n, err := ParseSize(v)
		if err != nil {
			return err.Error(), "write a number and K, M or G, as 64M"
		}
		m.App.Memory = n
		return "", ""
	}},
	"cpus": {set: func(m *Manifest, v string) (string, string) {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxCPUs {
			return fmt.Sprintf("%q is no number of CPUs", short(v)), fmt.Sprintf("write 1 to %d", maxCPUs)
		}
		m.App.CPUs = n
		return "", ""
	}},
}

var kernelKeys = section{
	"profile": {set: func(m *Manifest, v string) (string, string) {
		m.Kernel.Profile = v
		return "", ""
	}},
	"drivers": {list: true, set: func(m *Manifest, v string) (string, string) {
		for _, w := range listWords(v) {
			name, state, ok := strings.Cut(w, "=")
			switch {
			case !ok && w[0] == '-':
				name, state = w[1:], "n"
			case !ok:
				state = "y"
				fallthrough
			default:
				name = strings.TrimPrefix(name, "+")
			}
			if name == "" || name[0] == '-' || (state != "y" && state != "m" && state != "n") {
				return fmt.Sprintf("%q is no driver setting", short(w)), "write +NAME or NAME=y (built in), NAME=m (a module), -NAME or NAME=n (left out)"
			}
			m.Kernel.Drivers = append(m.Kernel.Drivers, name+"="+state)
			m.DriverAt = append(m.DriverAt, m.Where["kernel.drivers"])
		}
		return "", ""
	}},
	"modules":        words(func(m *Manifest) *[]string { return &m.Kernel.Modules }),
	"module_failure": oneOf(func(m *Manifest) *string { return &m.Kernel.ModuleFailure }, "continue", "stop"),
	"symbols":        words(func(m *Manifest) *[]string { return &m.Kernel.Symbols }),
	"syscalls":       words(func(m *Manifest) *[]string { return &m.Kernel.Syscalls }),
	"libc":           oneOf(func(m *Manifest) *string { return &m.Kernel.Libc }, "kernel", "image"),
	"dlsym":          oneOf(func(m *Manifest) *string { return &m.Kernel.Dlsym }, "auto", "warn", "off"),
	"overlay":        oneOf(func(m *Manifest) *string { return &m.Kernel.Overlay }, "memory", "off"),
	"aslr": {set: func(m *Manifest, v string) (string, string) {
		if n, err := strconv.ParseUint(v, 10, 64); v != "on" && v != "off" && (err != nil || n == 0) {
			return fmt.Sprintf("%q is not known here", short(v)), "write on, off, or a number from 1 up, from which the same addresses come each time"
		}
		m.Kernel.ASLR = v
		return "", ""
	}},
}

func words(at func(*Manifest) *[]string) key {
	return key{list: true, set: func(m *Manifest, v string) (string, string) {
		*at(m) = append(*at(m), listWords(v)...)
		return "", ""
	}}
}

func oneOf(at func(*Manifest) *string, allowed ...string) key {
	return key{set: func(m *Manifest, v string) (string, string) {
		if !slices.Contains(allowed, v) {
			return fmt.Sprintf("%q is not known here", short(v)), "write one of " + strings.Join(allowed, ", ")
		}
		*at(m) = v
		return "", ""
	}}
}

func listWords(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
}

// setting reads "key = value", or a line that goes on with the last key's list.
func (p *parser) setting(line string, indented bool) error {
	sec := "app"
	if _, ok := p.section["profile"]; ok {
		sec = "kernel"
	}
	name, val := p.key, line
	if !indented || p.key == "" {
		n := strings.IndexFunc(line, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-' })
		rest := ""
		if n < 0 {
			n = len(line)
		} else {
			rest = strings.TrimLeft(line[n:], " \t")
		}
		if rest == "" || rest[0] != '=' && rest[0] != ':' {
			return p.errorf("", `write "key = value"`, "%q is no setting of [%s]", short(line), sec)
		}
		name, val = line[:n], strings.TrimSpace(rest[1:])
	}
	k, ok := p.section[name]
	if !ok {
		return p.errorf("", "the keys are "+strings.Join(slices.Sorted(maps.Keys(p.section)), ", "), "[%s] has no key %q", sec, short(name))
	}
	where := sec + "." + name
	first, again := p.m.Where[where]
	if again && !k.list {
		return p.errorf("", "keep one", "%s was set before, in line %d", name, first.Line)
	}
	p.m.Where[where] = p.pos
	if p.key = ""; k.list {
		p.key = name
		if val == "" {
			return nil // its values follow, indented
		}
	}
	val, err := p.expand(val, inSetting)
	if err != nil {
		return err
	}
	if val == "" {
		return p.errorf("", "write a value or remove the line", "%s has no value", name)
	}
	if msg, fix := k.set(p.m, val); msg != "" {
		return p.errorf("", fix, "%s: %s", name, msg)
	}
	return nil
}

// SplitWords splits a command into words at blanks, as a shell does: '...' keeps
// all, "..." keeps all but \" and \\, a backslash keeps the next character.
func SplitWords(s string) ([]string, error) {
	var words []string
	var b strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == '\'' && c != '\'':
			b.WriteByte(c)
		case c == '\\' && i+1 < len(s) && (quote == 0 || s[i+1] == '"' || s[i+1] == '\\'):
			i++
			in = true
			b.WriteByte(s[i])
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b.WriteByte(c)
		case c == '\'' || c == '"':
			in, quote = true, c
		case c == ' ' || c == '\t':
			if in {
				words = append(words, b.String())
				b.Reset()
				in = false
			}
		default:
			in = true
			b.WriteByte(c)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a %c quote is not closed", quote)
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

// ParseSize reads a size in bytes: a whole number and K, M, G or T (powers of
// 1024; an i, B or iB after it changes nothing) or no unit.
func ParseSize(s string) (int64, error) {
	num := strings.TrimRight(s, "KMGTkmgtiBb ")
	unit := strings.ToUpper(strings.TrimSpace(s[len(num):]))
	n, err := strconv.ParseInt(num, 10, 64)
	shift, ok := map[string]int{"": 0, "B": 0, "K": 10, "KB": 10, "KIB": 10, "M": 20, "MB": 20, "MIB": 20,
		"G": 30, "GB": 30, "GIB": 30, "T": 40, "TB": 40, "TIB": 40}[unit]
	if err != nil || !ok || n < 1 || n > math.MaxInt64>>shift {
		return 0, fmt.Errorf("%q is no size", short(s))
	}
	return n << shift, nil
}
