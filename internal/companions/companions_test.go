package companions

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/manifest"
)

// added returns the guest paths that Add puts beside a program made of src.
func added(t *testing.T, src string, opt Options, flags ...string) []string {
	t.Helper()
	m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/prog", Host: testenv.Compile(t, "prog", src, flags...)}}}
	manifest.AddEssentials(m)
	n := len(m.Entries)
	if _, err := Add(m, opt); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range m.Entries[n:] {
		out = append(out, e.Guest)
	}
	return out
}

const (
	localTime = "#include <time.h>\nint main(void) { time_t t = 0; return localtime(&t) == 0; }"
	locale    = "#include <locale.h>\nint main(void) { return setlocale(LC_ALL, \"\") == 0; }"
	charsets  = "#include <iconv.h>\nint main(void) { return iconv_open(\"IBM037\", \"UTF-8\") == 0; }"
	replaces  = "#include <iconv.h>\n#include <locale.h>\nint main(void) { setlocale(LC_ALL, \"\"); return iconv_open(\"ASCII//translit\", \"UTF-8\") == 0; }"
	cancels   = "#include <pthread.h>\nint main(void) { return pthread_cancel(pthread_self()); }"
	release   = "#include <stdio.h>\nint main(void) { return fopen(\"/etc/os-release\", \"r\") == 0; }"
	everyZone = "#include <stdio.h>\nint main(void) { return fopen(\"/usr/share/zoneinfo/zone.tab\", \"r\") == 0; }"
	nothing   = "int main(void) { return 0; }"
)

func TestAdd(t *testing.T) {
	york := zoneDir + "/America/New_York"
	testenv.MustHaveFile(t, york)
	kernel := Options{Env: []string{"TZ=:America/New_York", "LANG=C.UTF-8"}}
	glibc := kernel
	glibc.ImageLibc = true
	ctype := localeDir + "/C.utf8/LC_CTYPE"
	gconv := gconvDirs[slices.IndexFunc(gconvDirs, func(d string) bool { _, err := os.Stat(d); return err == nil })]
	for _, c := range []struct {
		what, src string
		opt       Options
		flags     []string
		want      []string // among others
		not       string   // a part of a path that is not to be there
	}{
		{"nothing", nothing, glibc, nil, nil, "/"},
		{"zone", localTime, kernel, nil, []string{york}, localtime},
		{"static zone", localTime, kernel, []string{"-static"}, []string{york}, localtime},
		{"no zone", localTime, Options{Env: []string{"TZ=../../../etc/passwd"}}, nil, nil, "/"},
		{"locale of the kernel", locale, kernel, nil, nil, "/"},
		{"locale of glibc", locale, glibc, nil, []string{ctype}, "zoneinfo"},
		{"locale of a static program", locale, kernel, []string{"-static"}, []string{ctype}, "gconv"},
		{"character sets of the kernel", charsets, kernel, nil, []string{gconv + "/gconv-modules.cache", gconv + "/ISO8859-15.so", gconv + "/IBM037.so"}, "extra.conf"},
		{"what replaces characters in the kernel", replaces, kernel, nil, []string{gconv + "/gconv-modules.cache", ctype}, "LC_TIME"},
		{"character sets of glibc", charsets, glibc, nil, []string{gconv + "/gconv-modules.cache", gconv + "/ISO8859-15.so", gconv + "/IBM037.so"}, "IBM1390.so"},
		{"a file of the host's, not asked for", nothing, Options{Host: true}, nil, nil, "/etc/os"},
		{"a file of the host's", release, Options{Host: true}, nil, []string{"/etc/os-release"}, "magic"},
		{"a file of the host's, in a static program", release, Options{Host: true}, []string{"-static"}, []string{"/etc/os-release"}, "magic"},
		{"a manifest lists its own", release, kernel, nil, nil, "/"},
		{"all zones", everyZone, Options{}, nil, []string{york, zoneDir + "/zone.tab"}, "magic"},
		{"canceling in the kernel", cancels, kernel, nil, nil, "/"},
		{"canceling in glibc", cancels, glibc, nil, []string{"/lib/x86_64-linux-gnu/libgcc_s.so.1"}, "locale"},
	} {
		got := added(t, c.src, c.opt, c.flags...)
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %s is not added: %q", c.what, w, got)
			}
		}
		if i := slices.IndexFunc(got, func(s string) bool { return strings.Contains(s, c.not) }); i >= 0 {
			t.Errorf("%s: %s is added", c.what, got[i])
		}
	}
}

// TestAddOrder: the same image comes of the same program each time.
func TestAddOrder(t *testing.T) {
	var opt Options
	opt.ImageLibc = true
	first := added(t, charsets, opt)
	for range 3 {
		if got := added(t, charsets, opt); !slices.Equal(got, first) {
			t.Fatalf("got %q, then %q", first, got)
		}
	}
}

// TestGoZones: a Go program that looks zones up by name gets all of them, unless it brings its own or looks up none.
func TestGoZones(t *testing.T) {
	const src = `package main
import ("fmt"; "os"; "time"%s)
func main() { %s }`
	look := `l, err := time.LoadLocation(os.Args[1]); fmt.Println(time.Unix(0, 0).In(l), err)`
	for _, c := range []struct {
		name, imports, body string
		flags               []string
		all                 bool
	}{
		{"looks", "", look, nil, true},
		{"stripped", "", look, []string{"-ldflags=-s -w"}, true},
		{"brings", `; _ "time/tzdata"`, look, nil, false},
		{"local", "", `fmt.Println(time.Now().Local(), os.Args)`, nil, false},
	} {
		dir := t.TempDir()
		file, prog := filepath.Join(dir, "main.go"), filepath.Join(dir, c.name)
		if err := os.WriteFile(file, fmt.Appendf(nil, src, c.imports, c.body), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(testenv.MustHave(t, "go"), append(append([]string{"build", "-o", prog}, c.flags...), file)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/prog", Host: prog}}}
		if _, err := Add(m, Options{}); err != nil {
			t.Fatal(err)
		}
		if got := m.Lookup(zoneDir+"/Asia/Tokyo") != nil; got != c.all {
			t.Errorf("%s: all zones: %v, want %v", c.name, got, c.all)
		}
	}
}

// What the manifest has stays, and nothing is put below a link.
func TestAddKeeps(t *testing.T) {
	m := &manifest.Manifest{Entries: []manifest.Entry{
		{Guest: "/prog", Host: testenv.Compile(t, "prog", localTime)},
		{Guest: "/usr/share", Link: "/elsewhere"},
		{Guest: localtime, Data: []byte("mine")},
	}}
	if _, err := Add(m, Options{Env: []string{"TZ=America/New_York"}, Host: true}); err != nil || len(m.Entries) != 3 {
		t.Errorf("entries %v, %v", m.Entries, err)
	}
}

func TestCodeset(t *testing.T) {
	for in, want := range map[string]string{
		"C.UTF-8": "C.utf8", "de_DE.ISO-8859-15@euro": "de_DE.iso885915@euro", "en_US": "en_US", "POSIX": "POSIX",
	} {
		if got := codeset(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestGconv(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gconv-modules")
	text := "# x\nalias LATIN9// ISO-8859-15//\nmodule ISO-8859-15// INTERNAL ISO8859-15 1\nmodule INTERNAL ISO-8859-15// ISO8859-15 1\nmodule X// INTERNAL ../x 1\nmodule\n" +
		"alias CP850// IBM850//\nmodule IBM850// INTERNAL IBM850 1\nmodule CP1252// INTERNAL CP1252 1\nmodule CPX// INTERNAL CPX 1\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	g := newGconv()
	g.read(file)
	for name, want := range map[string]int{"latin9": 1, "ISO-8859-15//TRANSLIT": 1, "x": 0, "INTERNAL": 0, "": 0,
		"cp%d//TRANSLIT": 2, "ISO-8859-%02lu": 1, "%d": 0, "CP%s": 0, "CP%": 0, "CP%d.txt": 0, "PART%d": 0} {
		if got := g.find([]byte(name)); len(got) != want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestLeaks(t *testing.T) {
	prog := testenv.Compile(t, "prog", `int puts(const char *), __lsan_is_turned_off(void) __attribute__((weak));
int main(void) { return puts("x") + (__lsan_is_turned_off ? __lsan_is_turned_off() : 0); }`, "-fPIC", "-Wl,-z,dynamic-undefined-weak")
	for _, c := range []struct{ env, set, warn string }{
		{"", "LSAN_OPTIONS=detect_leaks=0", "is set"},
		{"ASAN_OPTIONS=verbosity=1", "LSAN_OPTIONS=detect_leaks=0", "is set"},
		{"ASAN_OPTIONS=detect_leaks=1", "", ""},
		{"LSAN_OPTIONS=verbosity=1", "", "add detect_leaks=0 to LSAN_OPTIONS"},
	} {
		m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/prog", Host: prog}}}
		warn, err := Add(m, Options{Env: []string{c.env}})
		if err != nil || strings.Join(m.App.Env, " ") != c.set || !strings.Contains(strings.Join(warn, "\n"), c.warn) || (c.warn == "") != (warn == nil) {
			t.Errorf("%q: environment %q, warnings %q, %v", c.env, m.App.Env, warn, err)
		}
	}
}
