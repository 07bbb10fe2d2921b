package linker

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
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

// ParseKconfig reads the subset of the Kconfig language in which drivers are
// described: config, tristate, bool, depends on (names joined by &&), select,
// help. File is for messages.
func ParseKconfig(file string, data []byte) ([]Driver, error) {
	var out []Driver
	var cur *Driver
	helpIndent, inHelp := 0, false
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		raw := strings.ReplaceAll(sc.Text(), "\t", "        ")
		text := strings.TrimSpace(raw)
		indent := len(raw) - len(strings.TrimLeft(raw, " "))
		if inHelp {
			if text == "" {
				continue
			}
			if helpIndent == 0 && indent > 0 {
				helpIndent = indent
			}
			if helpIndent > 0 && indent >= helpIndent {
				if cur.Help != "" {
					cur.Help += " "
				}
				cur.Help += text
				continue
			}
			inHelp = false
		}
		if text == "" || text[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(text, " ")
		rest = strings.TrimSpace(rest)
		fail := func(format string, args ...any) ([]Driver, error) {
			return nil, &ConfigError{file, line, fmt.Sprintf(format, args...)}
		}
		if word == "config" {
			if !validConfig(rest) {
				return fail("config needs a name of capital letters, digits and _, not %q", rest)
			}
			out = append(out, Driver{Config: rest, Name: strings.ToLower(rest), Depends: []string{}, Selects: []string{}})
			cur = &out[len(out)-1]
			continue
		}
		if cur == nil {
			return fail("%q before the first config line", word)
		}
		switch word {
		case "tristate", "bool":
			cur.Prompt = strings.Trim(rest, `"`)
		case "depends":
			expr, ok := strings.CutPrefix(rest, "on ")
			if !ok {
				return fail("write `depends on NAME`, not %q", text)
			}
			for _, n := range strings.Split(expr, "&&") {
				if n = strings.TrimSpace(n); !validConfig(n) {
					return fail("depends on: %q is not a config name (only NAME && NAME is understood)", n)
				}
				cur.Depends = append(cur.Depends, n)
			}
		case "select":
			if !validConfig(rest) {
				return fail("select: %q is not a config name", rest)
			}
			cur.Selects = append(cur.Selects, rest)
		case "help":
			inHelp, helpIndent = true, 0
		default:
			return fail("unknown word %q: use config, tristate, bool, depends on, select or help", word)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, &ConfigError{file, 0, err.Error()}
	}
	return out, nil
}

func validConfig(s string) bool {
	for _, c := range s {
		if !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return s != ""
}
