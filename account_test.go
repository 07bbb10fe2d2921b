package uk

import (
	"slices"
	"testing"
)

func TestFindAccount(t *testing.T) {
	const text = "root:x:0:0:root:/root:/bin/sh\nbroken\nshort:x:5\nnobody:x:65534:65534::/nonexistent:/bin/false\nlast:x:7:7::/seven:"
	for _, tt := range []struct {
		user string
		want Account
	}{
		{"", Account{"root", "/root"}},
		{"0", Account{"root", "/root"}},
		{"00:5", Account{"root", "/root"}},
		{"65534:1", Account{"nobody", "/nonexistent"}},
		{"7", Account{"last", "/seven"}},
		{"5", Account{"5", "/"}},
		{"1000", Account{"1000", "/"}},
	} {
		if got := findAccount([]byte(text), tt.user); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.user, got, tt.want)
		}
	}
}

func TestLastOfEach(t *testing.T) {
	got := lastOfEach([]string{"A=1", "B=x", "A=2", "C", "B=", "A=3", "AA=1"})
	if want := []string{"A=3", "B=", "C", "AA=1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWithDefaults(t *testing.T) {
	a := Account{"me", "/h"}
	for _, tt := range []struct {
		env      []string
		terminal string
		want     []string
	}{
		{nil, "", []string{"PATH=" + defaultPath, "HOME=/h", "USER=me"}},
		{[]string{"A=1", "PATH=/x", "HOME="}, "", []string{"USER=me", "A=1", "PATH=/x", "HOME="}},
		{[]string{"PATHS=1", "HOME=/y", "USER=you"}, "xterm", []string{"PATH=" + defaultPath, "TERM=xterm", "PATHS=1", "HOME=/y", "USER=you"}},
		{[]string{"TERM=dumb", "PATH=/x", "HOME=/", "USER=you"}, "xterm", []string{"TERM=dumb", "PATH=/x", "HOME=/", "USER=you"}},
	} {
		if got := withDefaults(slices.Clone(tt.env), a, tt.terminal); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.env, got, tt.want)
		}
	}
}
