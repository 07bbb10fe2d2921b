package tests

import (
	"os"
	"path/filepath"
	"testing"

	"uk.example"
)

// namesRows call what no other row calls, so that each name that is exported is called (TestNamesAreCalled).
func namesRows() []program {
	named := []string{"-fPIC", "-fno-builtin", "-fno-inline"} // each variable and function by the name that is written
	weak := append([]string{"-Wl,-z,dynamic-undefined-weak"}, named...)
	rows := []program{
		{name: "names-forms", build: c("names/forms.c", named...), status: 5},
		{name: "names-internals", build: c("names/internals.c", named...), tcg: true},
		{name: "names-refused", build: c("names/refused.c", named...)},
		{name: "names-resolver", build: c("names/resolver.c", append([]string{"-lresolv"}, named...)...)},
		{name: "names-terminals", build: c("names/terminals.c", named...), stdin: "one\ntwo\n\n"},
		{name: "names-des", build: c("names/des.c", "-lcrypt")},
		{name: "names-privates", build: c("names/privates.c", weak...), golden: "programs/names/privates.golden"},
		{name: "names-newer", build: c("names/newer.c", weak...), golden: "programs/names/newer.golden"},
		{name: "names-absent", build: c("names/absent.c", named...), golden: "programs/names/absent.golden"},
		{name: "names-pkeys", build: c("names/pkeys.c"), golden: "programs/names/pkeys.golden"},
		{name: "names-root", build: withWritable(c("names/root.c", named...)), golden: "programs/names/root.golden", kernel: uk.Options{Drivers: []string{"mounting=y"}}},
	}
	for _, how := range []string{"err", "errx", "verr", "verrx", "none"} {
		rows = append(rows, program{name: "names-ends-" + how, build: c("names/ends.c"), args: []string{how}, status: 3})
	}
	return rows
}

// withWritable puts a program into an image in which two files of /etc and those of logins can be made.
func withWritable(build builder) builder {
	return func(t *testing.T, dir string) string {
		text := "[manifest]\n/prog: " + filepath.Base(build(t, dir)) + "\n/etc/hostid: ->/tmp/hostid\n/etc/.pwd.lock: ->/tmp/lock\n/var/run/utmp: ->/tmp/utmp\n/var/log/wtmp: ->/tmp/wtmp\n[app]\ncommand = /prog\n"
		name := filepath.Join(dir, "usr.manifest")
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
}
