package manifest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"uk.example/internal/testenv"
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

// TestUnderlay checks which of two manifests has its way.
func TestUnderlay(t *testing.T) {
	dir := hostTree(t, "d/", "f", "g")
	load := func(text string) *Manifest {
		m, err := Parse("m", []byte(text), Options{Dir: dir})
		if err == nil {
			err = m.Expand()
		}
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := load("/a: f\n/b: ->/a\n")
	if err := m.Underlay(load("/c: g\n/a: g\n#uk [app]\n#uk command = /c\n")); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	m.WriteRules(&b)
	if got, want := strings.ReplaceAll(b.String(), dir, ""), "[manifest]\n/c: /g\n/a: /f\n/b: ->/a\n"; got != want || m.App.Command != nil {
		t.Errorf("got %s%q, want %s", got, m.App.Command, want)
	}
	if err := m.Underlay(load("/a/below: f\n")); err == nil || len(m.Entries) != 3 {
		t.Errorf("below a file: %v, %d entries", err, len(m.Entries))
	}
}

// TestLibraryPlaces checks that libraries are found where OSv's manifests have them: in the root folder, and
// behind links that stand for folders.
func TestLibraryPlaces(t *testing.T) {
	testenv.MustHave(t, "gcc")
	dir := hostTree(t, "x.c", "y.c", "p.c")
	for name, text := range map[string]string{"x.c": "int y(void); int x(void) { return y(); }", "y.c": "int y(void) { return 1; }", "p.c": "int x(void); int main(void) { return x(); }"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"-shared", "-fPIC", "-o", "liby.so", "y.c"}, {"-shared", "-fPIC", "-o", "libx.so", "x.c", "-L.", "-ly"}, {"-o", "p", "p.c", "-L.", "-lx", "-Wl,-rpath-link,."}} {
		cmd := exec.Command("gcc", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	m, err := Parse("m", []byte("/p: p\n/libx.so: libx.so\n/usr/lib: ->/lib\n/lib64: ->/lib\n"), Options{Dir: dir})
	if err == nil {
		err = m.Expand()
	}
	if err == nil {
		err = m.AddLibraries(ClosureOptions{LibraryPath: []string{dir}, ImageLibc: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	if e := m.Lookup("/lib/libx.so"); e == nil || e.Link != "/libx.so" {
		t.Errorf("the library in the root is not linked to: %+v", e)
	}
	if m.Lookup("/lib/ld-linux-x86-64.so.2") == nil {
		t.Error("the loader is not behind the link /lib64")
	}
	if end, ok := m.Find("/usr/lib/liby.so"); !ok {
		t.Errorf("a library that the host has ends at %s", end)
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
	m, err = Parse("m", []byte("#uk [DEFAULT]\n#uk more = 1\n[DEFAULT]\nbase = /x\nset: %(base)s/y\n[manifest]\n/a: %(set)s/z\n/b: ${base}\n"), Options{Defines: map[string]string{"base": "/given"}})
	if err != nil || m.Rules[0].Host != "/given/y/z" || m.Rules[1].Host != "/given" {
		t.Errorf("of [DEFAULT]: %+v, %v", m, err)
	}
	if _, err := Parse("m", []byte("[DEFAULT]\nnothing\n"), Options{}); err == nil || !strings.Contains(err.Error(), `m:2: "nothing" sets no variable`) {
		t.Errorf("no variable: %v", err)
	}
	if _, err := Parse("m", []byte("/a: %(other)s\n"), Options{Variable: known}); err == nil || !strings.Contains(err.Error(), "add -D other=DATA") {
		t.Errorf("an unknown variable: %v", err)
	}
}
