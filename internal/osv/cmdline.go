package osv

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Command is what a command line of OSv comes to.
type Command struct {
	Words []string // the program and its arguments
	Env   []string // NAME=VALUE
	Cwd   string
	// Ignored are options of OSv's kernel that mean nothing here.
	Ignored []string
}

// unused are options of OSv's kernel about its own devices, tracing and start, each
// without or with a value. A program that they are missing for runs the same.
var unused = []string{
	"help", "leak", "disable_rofs_cache", "preload-zfs-library", "extra-zfs-pools", "noshutdown", "power-off-on-abort", "maxnic",
	"trace-backtrace", "trace-list", "verbose", "sampler", "bootchart", "trace", "strace", "nomount", "nopivot", "norandom", "noinit",
	"console", "rootfs", "ip", "defaultgw", "nameserver", "delay", "nopci",
}

// ParseCommand reads a command line as OSv's loader does: first options that
// start with --, in which a backslash keeps a blank, then words, in which
// quotes ("...") keep blanks and \n and the like stand for bytes. getenv is asked
// for what $NAME at a word's end stands for, after the line's own --env.
func ParseCommand(line string, getenv func(name string) string) (*Command, error) {
	c := &Command{}
	rest := strings.TrimLeft(line, " \t\n\r")
	for strings.HasPrefix(rest, "-") {
		var word string
		word, rest = optionWord(rest)
		if err := c.option(word); err != nil {
			return nil, err
		}
		rest = strings.TrimLeft(rest, " \t\n\r")
	}
	words, err := commandWords(rest)
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		if before, name, ok := strings.Cut(w, "$"); ok {
			w = before + c.lookup(name, getenv)
		}
		c.Words = append(c.Words, w)
	}
	if len(c.Words) == 0 || c.Words[0] == "" {
		return nil, errors.New("the command line names no program")
	}
	return c, nil
}

// Arguments reads options off the front of words that a shell has split already.
func Arguments(words []string) (*Command, error) {
	c := &Command{}
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		if err := c.option(words[0]); err != nil {
			return nil, err
		}
		words = words[1:]
	}
	if c.Words = words; len(words) == 0 || words[0] == "" {
		return nil, errors.New("the command line names no program")
	}
	return c, nil
}

func (c *Command) option(word string) error {
	name, value, valued := strings.Cut(strings.TrimPrefix(word, "--"), "=")
	switch {
	case name == "env" && strings.Contains(value, "="):
		if n, v, ok := strings.Cut(value, "?="); ok && !strings.Contains(n, "=") { // unless it is set
			if c.lookup(n, func(string) string { return "" }) != "" {
				return nil
			}
			value = n + "=" + v
		}
		c.Env = append(c.Env, value)
	case name == "cwd" && strings.HasPrefix(value, "/"):
		c.Cwd = value
	case name == "env" || name == "cwd":
		return fmt.Errorf("option %q: write --env=NAME=VALUE, --cwd=/FOLDER", word)
	case name == "mount-fs" || name == "redirect":
		return fmt.Errorf("OSv's option --%s has no counterpart in a command line here: use --mount of uk run, or a shell", name)
	case slices.Contains(unused, name):
		c.Ignored = append(c.Ignored, "--"+name)
	case !valued:
		return fmt.Errorf("%q is no option of OSv's loader: begin with the program", word)
	default:
		return fmt.Errorf("--%s is no option of OSv's loader: --env=NAME=VALUE and --cwd=/FOLDER are", name)
	}
	return nil
}

// lookup is the value of a variable: the last --env counts.
func (c *Command) lookup(name string, getenv func(string) string) string {
	for _, e := range slices.Backward(c.Env) {
		if n, v, _ := strings.Cut(e, "="); n == name {
			return v
		}
	}
	return getenv(name)
}

// optionWord takes one option off s.
func optionWord(s string) (word, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case strings.IndexByte(" \t\n\r", c) >= 0:
			return b.String(), s[i:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// escapes are what OSv's grammar knows behind a backslash; any other backslash is one.
var escapes = map[byte]byte{'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\', '\'': '\'', '"': '"'}

// commandWords splits a command at blanks. Words end where OSv begins a further
// program: behind ; & &! and !, with nothing after them.
func commandWords(s string) ([]string, error) {
	var words []string
	for {
		s = strings.TrimLeft(s, " \t\n\r\v\f")
		if s == "" {
			return words, nil
		}
		if strings.IndexByte(";&!", s[0]) >= 0 {
			if strings.Trim(s, " \t\n\r\v\f;&!") != "" {
				return nil, errors.New("the command line runs several programs, and an image has one: choose it with --command")
			}
			return words, nil
		}
		var b strings.Builder
		quoted := s[0] == '"'
		if quoted {
			s = s[1:]
		}
		i := 0
		for ; i < len(s); i++ {
			c := s[i]
			if quoted && c == '"' || !quoted && strings.IndexByte(" \t\n\r\v\f;&!", c) >= 0 {
				break
			}
			if c == '\\' && i+1 < len(s) {
				if e, known := escapes[s[i+1]]; known {
					c, i = e, i+1
				}
			}
			b.WriteByte(c)
		}
		if quoted {
			if i == len(s) {
				return nil, errors.New("a quote is not closed in the command line")
			}
			i++
		}
		words = append(words, b.String())
		s = s[i:]
	}
}
