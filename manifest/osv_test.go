package manifest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// passedOver is what OSv's reader takes for no rule (scripts/manifest_common.py, read_manifest).
var passedOver = regexp.MustCompile(`^[ \t]*(|#.*|\[manifest])$`)

// osvReads states the rules of OSv's reader: pairs of a guest's and a host's path, each line cut at
// colons with a space; a line without one ends it with an error.
func osvReads(text string) (pairs []string, err error) {
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimRight(line, " \t\r\v\f"); passedOver.MatchString(line) {
			continue
		}
		parts := strings.SplitN(line, ": ", 3)
		if len(parts) < 2 {
			return nil, fmt.Errorf("line %d: IndexError", n+1)
		}
		pairs = append(pairs, strings.TrimSpace(parts[0])+" "+strings.TrimSpace(parts[1]))
	}
	return pairs, nil
}

const forBoth = `#uk [app]
#uk command = /app "two words"
#uk ulimits = nofile=1:2
#uk   stack=1
# a comment
[manifest]
/app: ${MODULE_DIR}/app
#ukulele: no marker
#uk
#uk [kernel]
#uk # why
#uk	profile = base
  /lib64: ->/lib
/**: ${MODULE_DIR}/ROOTFS/**
#uk dlsym = off
`

// TestForBoth checks that the sections that OSv has not are no rules to its tools.
func TestForBoth(t *testing.T) {
	m, err := Parse("m", []byte(forBoth), Options{Dir: "/d"})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%q %q %q %q", m.App.Command, m.App.Ulimits, m.Kernel.Profile, m.Kernel.Dlsym); got != `["/app" "two words"] ["nofile=1:2" "stack=1"] "base" "off"` {
		t.Errorf("read %s", got)
	}
	if len(m.Rules) != 3 {
		t.Errorf("rules %+v", m.Rules)
	}
	pairs, err := osvReads(forBoth)
	if want := "/app ${MODULE_DIR}/app|/lib64 ->/lib|/** ${MODULE_DIR}/ROOTFS/**"; err != nil || strings.Join(pairs, "|") != want {
		t.Errorf("OSv reads %q, %v", pairs, err)
	}
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if pairs, err := osvReads(b.String()); err != nil || len(pairs) != len(m.Entries) {
		t.Errorf("of what is written OSv reads %q, %v:\n%s", pairs, err, b.String())
	}
	if _, err := osvReads("[app]\ncommand = /app\n"); err == nil {
		t.Error("OSv's reader takes [app]")
	}
}

func TestMarkedErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"#uk command = /a", `m:1: "command = /a" is in no section: [app] or [kernel] comes first, as "#uk [app]"`},
		{"#uk [ap]", "m:1: unknown section [ap]"},
		{"#uk [app]\n/a: b\n#uk foo = 1", `m:3: [app] has no key "foo"`},
		{"#uk [manifest]\n#uk /a: b", "is in no section"},
		{"#uk [app]\n#uk command = /a\n[app]\ncommand = /b", "m:4: command was set before, in line 2; keep one"},
	} {
		if _, err := Parse("m", []byte(tt.text), Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestVariables checks that what -D sets goes before what the tool knows.
func TestVariables(t *testing.T) {
	known := func(name string) (string, bool) { return "/" + name, name == "known" || name == "set" }
	m, err := Parse("m", []byte("/a: %(known)s/x\n/b: ${set}/x\n"), Options{Defines: map[string]string{"set": "%(known)s/mine"}, Variable: known})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := m.Rules[0].Host, m.Rules[1].Host; a != "/known/x" || b != "/known/mine/x" {
		t.Errorf("got %s and %s", a, b)
	}
	if _, err := Parse("m", []byte("/a: %(other)s\n"), Options{Variable: known}); err == nil || !strings.Contains(err.Error(), "add -D other=DATA") {
		t.Errorf("an unknown variable: %v", err)
	}
}
