package conformance

import (
	"regexp"
	"strings"
)

// An Outcome is what one test gave on one side.
type Outcome string

// The outcomes. Lost is a test that the suite never reported on, since the
// program ended before.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
	Skip Outcome = "skip"
	Lost Outcome = "lost"
)

// Results are the outcomes of a unit's tests by name.
type Results map[string]Outcome

// A Command is one run of a program; paths are absolute and the same on both sides.
type Command struct {
	Path   string   // a program of the host
	Args   []string // without the program's name
	Dir    string   // working folder
	Env    []string // NAME=VALUE
	Shares []string // folders that the guest sees at the host's path, read-only
	Files  []string // files beside the program that the image holds as well
	Libc   string   // --libc of uk run; "": its own choice
}

// A Unit is what is run in one go: a package, a module, a program.
type Unit struct {
	Suite, Name string
	// Prepare makes the command, with what it writes below dir.
	Prepare func(dir string) (Command, error)
	// Parse reads what the program printed.
	Parse func(out string, status int) Results
	// Only gives the arguments that select tests by name, where a program that
	// ended early can be run again for those it lost; or it is nil.
	Only func(names []string) []string
}

// ID is how reports and docs/conformance.md name the unit.
func (u *Unit) ID() string { return u.Suite + "/" + u.Name }

// one is a Parse for programs that are one test: the status decides.
func one(name string) func(string, int) Results {
	return func(_ string, status int) Results {
		if status == 0 {
			return Results{name: Pass}
		}
		return Results{name: Fail}
	}
}

// lines makes a Parse of a pattern with two groups: a word that means an outcome, and a test's name.
func lines(re *regexp.Regexp, words map[string]Outcome) func(string, int) Results {
	return func(out string, _ int) Results {
		r := Results{}
		for _, line := range strings.Split(out, "\n") {
			m := re.FindStringSubmatch(strings.TrimRight(line, "\r"))
			if m == nil {
				continue
			}
			if o, ok := words[m[1]]; ok {
				r[m[2]] = o
			}
		}
		return r
	}
}
