package conformance

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

// Reasons explain differences: rows of a table in docs/conformance.md,
//
//	| `go-*/os` | `TestChdir*` | why |
//
// whose first two columns are patterns of path.Match for the unit (a * does not
// cross the slash) and the test.
type Reasons []reason

type reason struct{ unit, test, why string }

// ReadReasons reads the table rows of a Markdown file.
func ReadReasons(file string) (Reasons, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r Reasons
	for i, line := range strings.Split(string(b), "\n") {
		f := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(f) != 3 || !strings.HasPrefix(strings.TrimSpace(f[0]), "`") {
			continue
		}
		x := reason{strings.Trim(strings.TrimSpace(f[0]), "`"), strings.Trim(strings.TrimSpace(f[1]), "`"), strings.TrimSpace(f[2])}
		for _, p := range []string{x.unit, x.test} {
			if _, err := path.Match(p, ""); err != nil {
				return nil, fmt.Errorf("%s:%d: %q: %w", file, i+1, p, err)
			}
		}
		r = append(r, x)
	}
	return r, nil
}

// Of gives what explains a difference, or "".
func (r Reasons) Of(unit, test string) string {
	if i := r.find(unit, test); i >= 0 {
		return r[i].why
	}
	return ""
}

// find gives the first row for a difference, or -1.
func (r Reasons) find(unit, test string) int {
	return slices.IndexFunc(r, func(x reason) bool {
		u, _ := path.Match(x.unit, unit)
		t, _ := path.Match(x.test, strings.ReplaceAll(test, "/", "\\"))
		return u && (t || x.test == "*")
	})
}

// Unused gives the rows that are for a unit among the reports and explain none of
// their differences: what they were about is fixed, or the host fails as well.
func (r Reasons) Unused(reports []*Report) []string {
	used, ran := make([]bool, len(r)), make([]bool, len(r))
	for _, rep := range reports {
		for i, x := range r {
			u, _ := path.Match(x.unit, rep.Suite+"/"+rep.Unit)
			ran[i] = ran[i] || u
		}
		for _, d := range rep.Differences {
			if i := r.find(d.Unit, d.Test); i >= 0 {
				used[i] = true
			}
		}
	}
	var rows []string
	for i, x := range r {
		if ran[i] && !used[i] {
			rows = append(rows, fmt.Sprintf("%s %s: %s", x.unit, x.test, x.why))
		}
	}
	return rows
}
