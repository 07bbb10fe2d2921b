package tests

import (
	"os"
	"testing"

	"uk.example"
)

// honestRows are programs that ask system calls for everything that Linux documents: results, errors, and what
// follows from them.
func honestRows() []program {
	rows := []program{}
	for _, p := range []program{
		{name: "badpointers", tcg: true},
		{name: "readiness", tcg: true},
		{name: "signalqueue", tcg: true},
		{name: "interrupted"},
		{name: "fileerrors", tcg: true},
		{name: "socketerrors"},
		{name: "systemerrors", tcg: true},
		{name: "recordlocks"},
	} {
		static := p
		p.name, p.build = "honest-"+p.name, c("honest/"+p.name+".c")
		static.name, static.build, static.tcg = p.name+"-static", compile("gcc", "honest/"+static.name+".c", []string{"-static", "-pthread"}), false
		rows = append(rows, p, static)
	}
	// These begin as root, which tests need not be: a run by root on Linux 6.18 made what they are compared with.
	for _, name := range []string{"identity", "thread_identity", "file_caps", "priority", "chroot", "clock_set", "clock_waits"} {
		file := "programs/honest/" + name + ".golden"
		rows = append(rows, program{name: "honest-" + name, build: c("honest/" + name + ".c"), golden: file, tcg: true},
			program{name: "honest-" + name + "-static", build: compile("gcc", "honest/"+name+".c", []string{"-static"}), golden: file})
	}
	rows = append(rows, program{name: "honest-twofaults", build: c("honest/twofaults.c", "-w"), golden: "programs/honest/twofaults.golden"})
	check := func(t *testing.T, out string) {
		if want := "1000 1000 100 100\n1000 1000 100 100 0\n0 -1\n1000 100 -1\n0 0 -1 1\n"; out != want {
			t.Errorf("got %q, want %q", out, want)
		}
	}
	return append(rows, program{name: "honest-user", build: c("honest/user.c"), kernel: uk.Options{User: "1000:100"}, tcg: true, check: check},
		program{name: "honest-user-modules", build: c("honest/user.c"), kernel: uk.Options{User: "1000:100", Drivers: []string{"af_unix=m"}}, check: check})
}

// golden compares a guest's output with a file.
func golden(t *testing.T, file, out string) {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if out != string(want) {
		t.Errorf("output differs from %s:\n%s", file, difference(string(want), out))
	}
}
