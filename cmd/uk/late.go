package main

import (
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/words"
)

// lateFlag refuses a flag of the verb's own behind what is built, where it would become an argument of the
// image's program, silently: `uk build ./prog -o out`. A -- in front of the arguments says that they are meant.
func lateFlag(fs *pflag.FlagSet, verb string, args []string) error {
	if len(args) < 2 || args[1] == "--" {
		return nil
	}
	for _, w := range args[1:] {
		if w == "--" {
			break
		}
		if name := ownFlag(fs, w); name != "" {
			target := words.Quote(args[0])
			return usagef(verb, "%s behind %s would be an argument of the program: flags of uk %s go before it, as in uk %s %s ... %s; arguments behind --, as in uk %s %s -- %s",
				name, target, verb, verb, name, target, verb, target, words.Quote(w))
		}
	}
	return nil
}

// ownFlag returns the flag that a word sets, as it is written there, or "".
func ownFlag(fs *pflag.FlagSet, word string) string {
	if long, ok := strings.CutPrefix(word, "--"); ok {
		name, _, _ := strings.Cut(long, "=")
		if name != "" && fs.Lookup(name) != nil {
			return "--" + name
		}
		return ""
	}
	if len(word) < 2 || word[0] != '-' || fs.ShorthandLookup(word[1:2]) == nil || len(word) > 2 && word[2] != '=' {
		return ""
	}
	return word[:2]
}
