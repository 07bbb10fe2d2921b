package conformance

import (
	"fmt"
	"os"
	"path"
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
	for _, x := range r {
		u, _ := path.Match(x.unit, unit)
		t, _ := path.Match(x.test, strings.ReplaceAll(test, "/", "\\"))
		if u && (t || x.test == "*") {
			return x.why
		}
	}
	return ""
}
