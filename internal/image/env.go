package image

import (
	"strings"
)

// DefaultPath is the PATH that container runtimes set.
const DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// LastOfEach keeps the last value of each variable, where its first one stood: programs take the
// first that they find (getenv(3)), and what comes later is meant to win.
func LastOfEach(env []string) []string {
	var out []string
	place := map[string]int{}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if i, ok := place[name]; ok {
			out[i] = e
			continue
		}
		place[name] = len(out)
		out = append(out, e)
	}
	return out
}
