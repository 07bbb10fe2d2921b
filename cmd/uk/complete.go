package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// completeVerb is what the scripts of `uk completion` call: not for people, so in no list.
const completeVerb = "complete"

// completeCommand prints what the word under the cursor may become. Its first line says whether files
// count as well; each further one is a word and, behind a tab, what it is.
func completeCommand() *command {
	return &command{
		name:   completeVerb,
		args:   "INDEX WORD...",
		short:  "tell a shell what a word may become; see uk completion",
		greedy: true,
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return usagef(completeVerb, "name the number of the word, from 0, and the words behind uk")
				}
				at, err := strconv.Atoi(args[0])
				words := args[1:]
				if err != nil || at < 0 {
					return usagef(completeVerb, "%q is no number of a word", args[0])
				}
				for len(words) <= at {
					words = append(words, "")
				}
				c := complete(words[:at], words[at], words[at+1:])
				fmt.Fprintln(e.stdout, c.files)
				for _, w := range c.words {
					fmt.Fprintln(e.stdout, strings.TrimRight(w.word+"\t"+w.what, "\t"))
				}
				return nil
			}
		},
	}
}

// Kinds of files that a word may be besides.
const (
	noFiles  = "none"
	anyFiles = "files"
	folders  = "folders"
)

// completions are what a word may become.
type completions struct {
	files string
	words []candidate
}

type candidate struct{ word, what string }

// add takes the words that begin as typed.
func (c *completions) add(typed, what string, words ...string) {
	for _, w := range words {
		if strings.HasPrefix(w, typed) {
			c.words = append(c.words, candidate{w, what})
		}
	}
}

// position is where on a command line the cursor is.
type position struct {
	verb  *command
	fs    *pflag.FlagSet
	flag  *pflag.Flag // whose value is typed, or nil
	typed string
	args  []string // arguments before
	after []string // words behind the cursor
	// programs: flags are over, what follows is a program's.
	programs bool
}

// complete looks at the words before the one under the cursor.
func complete(before []string, typed string, after []string) *completions {
	c := &completions{files: noFiles}
	if len(before) == 0 {
		for _, v := range commands() {
			c.add(typed, v.short, v.name)
		}
		if strings.HasPrefix(typed, "-") {
			c.add(typed, "", "--help", "--version")
		}
		return c
	}
	p := &position{verb: find(before[0]), typed: typed, after: after}
	if p.verb == nil {
		return c
	}
	p.fs = pflag.NewFlagSet(p.verb.name, pflag.ContinueOnError)
	p.fs.BoolP("help", "h", false, "show this help")
	p.verb.setup(p.fs)
	p.fs.SetNormalizeFunc(normalizeFlag)
	p.walk(before[1:])
	if name, value, ok := strings.Cut(typed, "="); ok && !p.programs && p.flag == nil && strings.HasPrefix(name, "--") {
		if p.flag = p.fs.Lookup(name[2:]); p.flag != nil {
			p.typed = value
			p.values(c)
			for i := range c.words {
				c.words[i].word = name + "=" + c.words[i].word
			}
		}
		return c
	}
	switch {
	case p.flag != nil:
		p.values(c)
	case p.programs:
		c.files = anyFiles
	case strings.HasPrefix(typed, "-"):
		p.fs.VisitAll(func(f *pflag.Flag) { c.add(typed, f.Usage, "--"+f.Name) })
	default:
		p.arguments(c)
	}
	return c
}

// walk reads the words between the verb and the cursor. Shells that take = for the end of a word give
// it as a word of its own.
func (p *position) walk(words []string) {
	ended := false
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case p.flag != nil && w == "=":
		case p.flag != nil:
			p.flag = nil
		case ended || !strings.HasPrefix(w, "-") || w == "-":
			p.args = append(p.args, w)
			if p.verb.greedy {
				ended, p.programs = true, true
			}
		case w == "--":
			ended = true
		default:
			p.flag = p.takesNext(w, i+1 < len(words) && words[i+1] == "=" || i+1 == len(words) && p.typed == "=")
		}
	}
	if p.flag != nil && p.typed == "=" {
		p.typed = ""
	}
}

// takesNext returns the flag whose value is the word behind w, or nil. One whose value may be left out
// takes it only behind an equals sign.
func (p *position) takesNext(w string, equals bool) *pflag.Flag {
	if strings.Contains(w, "=") {
		return nil
	}
	f := p.fs.Lookup(strings.TrimPrefix(w, "--"))
	if !strings.HasPrefix(w, "--") {
		f = p.fs.ShorthandLookup(w[len(w)-1:])
	}
	if f == nil || f.NoOptDefVal != "" && !equals {
		return nil
	}
	return f
}
