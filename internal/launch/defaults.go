package launch

import (
	"slices"
	"strings"

	"uk.example/internal/image"
)

// withDefaults puts variables in front of env that programs expect and it does not have, among them the
// type of the terminal, "" for none. PATH and HOME are what container runtimes set.
func withDefaults(env []string, a image.Account, terminal string) []string {
	var defaults []string
	for _, d := range []struct{ name, value string }{{"PATH", image.DefaultPath}, {"HOME", a.Home}, {"USER", a.Name}, {"TERM", terminal}} {
		has := slices.ContainsFunc(env, func(e string) bool { return strings.HasPrefix(e, d.name+"=") })
		if !has && d.value != "" {
			defaults = append(defaults, d.name+"="+d.value)
		}
	}
	return append(defaults, env...)
}
