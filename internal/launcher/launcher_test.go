package launcher

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

const source = `
#include <stdio.h>
#include <stdlib.h>
#ifdef BARE
#define atexit(f) on_exit((void (*)(int, void *))f, NULL) /* atexit() is in no shared library */
#endif
static _Thread_local int local = 5;
__attribute__((constructor)) static void first(int argc, char **argv) { printf("constructor %d %s\n", argc, argv[argc - 1]); }
__attribute__((destructor)) static void last(void) { puts("destructor"); }
static void at_exit(void) { puts("atexit"); }
int main(int argc, char **argv, char **envp)
{
	atexit(at_exit);
	printf("main %d %s %d %d\n", argc, argv[1], local, envp[0] && getenv("HERE") != NULL);
	return 7;
}
`

// TestHost lets the host's own loader judge the program.
func TestHost(t *testing.T) {
	testenv.MustHave(t, "gcc")
	dir := t.TempDir()
	c, lib, prog := filepath.Join(dir, "a.c"), filepath.Join(dir, "liba.so"), filepath.Join(dir, "start")
	if err := os.WriteFile(c, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		libc  string
		flags []string
	}{{"", nil}, {"libc.so.6", []string{"-nostdlib", "-D_GNU_SOURCE", "-DBARE"}}} {
		args := append([]string{"-shared", "-fPIC", "-o", lib, c}, tt.flags...)
		if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if err := os.WriteFile(prog, Make(lib, "/lib64/ld-linux-x86-64.so.2", tt.libc), 0o777); err != nil {
			t.Fatal(err)
		}
		f, err := elffile.Open(prog)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CheckProgram(); err != nil || !f.IsPIE() {
			t.Errorf("%v, PIE %v", err, f.IsPIE())
		}
		f.Close()
		cmd := exec.Command(prog, "one", "two")
		cmd.Env = []string{"HERE=1"}
		out, err := cmd.CombinedOutput()
		const want = "constructor 3 two\nmain 3 one 5 1\natexit\ndestructor\n"
		if got := string(out); got != want || cmd.ProcessState.ExitCode() != 7 {
			t.Errorf("libc %q: status %v (%v), output\n%swant\n%s", tt.libc, cmd.ProcessState, err, got, want)
		}
	}
}
