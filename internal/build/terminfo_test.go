package build

import (
	"testing"

	"uk.example/manifest"
)

func TestTerminal(t *testing.T) {
	for _, tt := range []struct {
		terminal string
		env, run []string
		want     string
	}{
		{"", nil, nil, "dumb"},
		{"xterm", nil, []string{"X=TERM=no"}, "xterm"},
		{"xterm", []string{"TERM=vt100"}, nil, "vt100"},
		{"xterm", []string{"TERM=vt100"}, []string{"TERM=screen"}, "screen"},
		{"", []string{"TERM=vt100", "TERM=linux", "X=TERM=no"}, nil, "linux"},
		{"", []string{"TERM=vt100"}, []string{"TERM=screen"}, "screen"},
	} {
		p := &Plan{Manifest: &manifest.Manifest{}, opt: Options{Terminal: tt.terminal, RunEnv: tt.run}}
		p.Manifest.App.Env = tt.env
		if got := p.terminal(); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}
