package launch

import (
	"slices"
	"testing"

	"uk.example/internal/image"
)

func TestWithDefaults(t *testing.T) {
	a := image.Account{Name: "me", Home: "/h"}
	for _, tt := range []struct {
		env      []string
		terminal string
		want     []string
	}{
		{nil, "", []string{"PATH=" + image.DefaultPath, "HOME=/h", "USER=me"}},
		{[]string{"A=1", "PATH=/x", "HOME="}, "", []string{"USER=me", "A=1", "PATH=/x", "HOME="}},
		{[]string{"PATHS=1", "HOME=/y", "USER=you"}, "xterm", []string{"PATH=" + image.DefaultPath, "TERM=xterm", "PATHS=1", "HOME=/y", "USER=you"}},
		{[]string{"TERM=dumb", "PATH=/x", "HOME=/", "USER=you"}, "xterm", []string{"TERM=dumb", "PATH=/x", "HOME=/", "USER=you"}},
	} {
		if got := withDefaults(slices.Clone(tt.env), a, tt.terminal); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.env, got, tt.want)
		}
	}
}
