package symbols

import (
	"slices"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

// TestUnusedImports asks which of the functions that cgo imports a program never calls.
func TestUnusedImports(t *testing.T) {
	names := []string{"setenv", "unsetenv", "setuid", "setgroups", "malloc"}
	for _, c := range []struct {
		name, c, code string
		unused        []string
	}{
		{"none", "", "", []string{"setenv", "setgroups", "setuid", "unsetenv"}},
		{"environment", "", `os.Setenv("A", "b")`, []string{"setgroups", "setuid"}},
		{"identity", "", `syscall.Setuid(0)`, []string{"setenv", "unsetenv"}},
		{"from C", "#include <stdlib.h>\nstatic void call(void) { setenv(\"A\", \"b\", 1); }", `C.call()`, []string{"setgroups", "setuid", "unsetenv"}},
		{"by a pointer", "#include <unistd.h>\nstatic int (*volatile f)(uid_t) = setuid;\nstatic int call(void) { return f(0); }", `C.call()`,
			[]string{"setenv", "setgroups", "unsetenv"}},
	} {
		file := testenv.GoBuild(t, "package main\n/*\n"+c.c+"\nstatic int one(void) { return 1; }\n*/\nimport \"C\"\nimport (\"fmt\"; \"os\"; \"syscall\")\nfunc main() {\n"+c.code+
			"\nfmt.Println(C.one(), len(os.Args), syscall.Getpid())\n}\n", []string{"CGO_ENABLED=1"}, "-buildmode=pie", "-ldflags=-linkmode=external")
		f, err := elffile.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unusedImports(f, names)
		f.Close()
		if slices.Sort(got); err != nil || !slices.Equal(got, c.unused) {
			t.Errorf("%s: never called: %v, %v; want %v", c.name, got, err, c.unused)
		}
	}
}
