package trace

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Set is the system calls that are wanted, by number; nil: all.
type Set map[int]bool

// ParseSet reads a set as strace's -e trace= takes it (strace(1)): names, classes as file or %file, /regular
// expressions, all and none, with commas between; '!' in front: all but these; '?' before a name: none of that name is no
// error. Number gives that of a call.
func ParseSet(text string, number func(name string) (int, bool), names func(nr int) string) (Set, error) {
	list, negative := strings.CutPrefix(strings.TrimPrefix(text, "trace="), "!")
	if list == "" || list == "all" && !negative {
		return nil, nil
	}
	s := Set{}
	for word := range strings.SplitSeq(list, ",") {
		word, maybe := strings.CutPrefix(word, "?")
		class := strings.TrimPrefix(word, "%")
		switch pattern, isPattern := strings.CutPrefix(word, "/"); {
		case word == "all" || word == "none":
			for nr := range SpecCount {
				if word == "all" {
					s[nr] = true
				}
			}
		case isPattern:
			re, err := regexp.Compile(pattern)
			if err != nil {
				return nil, err
			}
			for nr := range SpecCount {
				if n := names(nr); n != "" && re.MatchString(n) {
					s[nr] = true
				}
			}
		case sets[class] != "":
			for n := range strings.FieldsSeq(sets[class]) {
				if nr, ok := number(n); ok {
					s[nr] = true
				}
			}
		default:
			nr, ok := number(word)
			if !ok && !maybe {
				return nil, fmt.Errorf("no system call or class of calls %q: use names, %s, with commas between, or ! and what to leave out",
					word, strings.Join(Classes(), ", "))
			}
			if ok {
				s[nr] = true
			}
		}
	}
	if negative {
		out := Set{}
		for nr := range SpecCount {
			if !s[nr] {
				out[nr] = true
			}
		}
		return out, nil
	}
	return s, nil
}

// Classes are the names of classes of calls, sorted.
func Classes() []string {
	var list []string
	for name := range sets {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Has reports whether the call is wanted.
func (s Set) Has(nr int) bool { return s == nil || s[nr] }

// Mask is the set for the kernel's command line (kernel/trace/trace.c), "" for all calls.
func (s Set) Mask() string {
	if s == nil {
		return ""
	}
	var digits [SpecCount / 4]byte
	for nr, ok := range s {
		if ok && nr >= 0 && nr < SpecCount {
			digits[nr/4] |= 1 << (nr % 4)
		}
	}
	last := 0
	for i := range digits {
		if digits[i] != 0 {
			last = i
		}
		digits[i] = "0123456789abcdef"[digits[i]]
	}
	return string(digits[:last+1])
}
