package shims

import (
	"path/filepath"
	"slices"
	"strings"
)

// maxWrapperLines is how many lines a wrapper has, comments aside.
const maxWrapperLines = 8

// shells are the interpreters of wrappers.
var shells = []string{"sh", "bash", "dash"}

// Wrapped gives the command that a shell script at path stands for, if all that it does is to start another program with
// the script's arguments behind some of its own, as Debian's egrep and 7z do. No shell runs: the words may hold
// constants, variables that the script itself sets to such, its own name, and variables that nobody sets.
func Wrapped(path string) (words []string, ok bool) {
	text := small(path)
	first, rest, _ := strings.Cut(text, "\n")
	if interp, found := strings.CutPrefix(first, "#!"); !found || !slices.Contains(shells, filepath.Base(strings.TrimSpace(interp))) {
		return nil, false
	}
	sh := &wrapper{path: path, set: map[string]string{}}
	var lines []string
	for line := range strings.Lines(rest) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 || len(lines) > maxWrapperLines {
		return nil, false
	}
	for _, line := range lines[:len(lines)-1] {
		if !sh.assignment(line) {
			return nil, false
		}
	}
	return sh.command(lines[len(lines)-1])
}

// wrapper is a script that is read.
type wrapper struct {
	path string
	set  map[string]string
}

// assignment reads NAME=WORD.
func (sh *wrapper) assignment(line string) bool {
	name, value, ok := strings.Cut(line, "=")
	if !ok || !isName(name) || slices.Contains(setByOthers, name) {
		return false
	}
	words, all := sh.words(value)
	if all || len(words) > 1 || words == nil && value != "" && value != `""` {
		return false
	}
	sh.set[name] = strings.Join(words, "")
	return true
}

// command reads exec PROGRAM WORD... "$@".
func (sh *wrapper) command(line string) ([]string, bool) {
	line, ok := strings.CutPrefix(line, "exec ")
	if !ok {
		return nil, false
	}
	words, all := sh.words(line)
	if !all || len(words) == 0 || words[0] == "" || words[0][0] == '-' {
		return nil, false
	}
	return words, true
}

// setByOthers are variables that a script need not set to have.
var setByOthers = []string{"PATH", "HOME", "USER", "PWD", "SHELL", "LOGNAME", "TERM", "IFS", "PS1", "PS2", "PS4", "OLDPWD", "OPTIND", "PPID"}

// theArguments are the ways to write all arguments.
var theArguments = []string{`"$@"`, `${1+"$@"}`, `${1:+"$@"}`}

// words takes a line apart, nil if it has more in it than this knows. all says that the arguments end it.
func (sh *wrapper) words(line string) (words []string, all bool) {
	for line = strings.TrimLeft(line, " \t"); line != ""; line = strings.TrimLeft(line, " \t") {
		for _, a := range theArguments {
			if strings.TrimSpace(line) == a {
				return words, true
			}
		}
		word, quoted, rest, ok := sh.word(line)
		if !ok {
			return nil, false
		}
		if word != "" || quoted {
			words = append(words, word)
		}
		line = rest
	}
	return words, false
}

// word reads one word.
func (sh *wrapper) word(line string) (word string, quoted bool, rest string, ok bool) {
	for line != "" && line[0] != ' ' && line[0] != '\t' {
		switch c := line[0]; {
		case c == '\'':
			text, after, ok := strings.Cut(line[1:], "'")
			if !ok {
				return "", false, "", false
			}
			word, quoted, line = word+text, true, after
		case c == '"':
			text, after, ok := strings.Cut(line[1:], `"`)
			if !ok {
				return "", false, "", false
			}
			for text != "" {
				if text[0] == '$' {
					value, n, ok := sh.variable(text)
					if !ok {
						return "", false, "", false
					}
					word, text = word+value, text[n:]
					continue
				}
				if strings.ContainsRune("\\`", rune(text[0])) {
					return "", false, "", false
				}
				word, text = word+text[:1], text[1:]
			}
			quoted, line = true, after
		case c == '$':
			value, n, ok := sh.variable(line)
			if !ok || strings.ContainsAny(value, " \t\n*?[") {
				return "", false, "", false
			}
			word, line = word+value, line[n:]
		case strings.ContainsRune("\\`|&;<>(){}*?[]~#!", rune(c)):
			return "", false, "", false
		default:
			word, line = word+line[:1], line[1:]
		}
	}
	return word, quoted, line, true
}

// variable gives the value of $NAME, ${NAME}, $0 and ${0##*/}, and how long that is.
func (sh *wrapper) variable(s string) (value string, n int, ok bool) {
	for form, value := range map[string]string{"${0##*/}": filepath.Base(sh.path), "${0}": sh.path} {
		if strings.HasPrefix(s, form) {
			return value, len(form), true
		}
	}
	if strings.HasPrefix(s, "$0") {
		return sh.path, 2, true
	}
	name, end := "", 1
	if strings.HasPrefix(s, "${") {
		inner, _, closed := strings.Cut(s[2:], "}")
		if !closed {
			return "", 0, false
		}
		name, end = inner, 3+len(inner)
	} else {
		for end < len(s) && isName(s[1:end+1]) {
			end++
		}
		name = s[1:end]
	}
	if !isName(name) || slices.Contains(setByOthers, name) {
		return "", 0, false
	}
	return sh.set[name], end, true
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9' || i == 0) {
			return false
		}
	}
	return s != ""
}
