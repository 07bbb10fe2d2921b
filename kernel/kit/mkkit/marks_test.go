package main

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"testing"

	"uk.example/internal/testenv"
)

const markedSource = `
int called(int n) { return n > 1 ? n * called(n - 1) : 1; }
static int itself_too(int n);
int itself(int n) { return n > 1 ? itself_too(n - 1) + itself_too(n - 2) : 1; }
static int itself_too(int n) __attribute__((alias("itself")));
int taken(int n) { return n + 1; }
int exported(int n) { return n + 2; }
int other(int n) { return n + 3; }
static int inner(int n) { return n ^ 5; }
int (*const table[])(int) = { taken };
int jumps(int n)
{
	switch (n) {
	case 0: return called(3);
	case 1: return 8;
	case 2: return called(4);
	case 3: return 99;
	case 4: return called(5);
	case 5: return 7;
	}
	return 0;
}
__attribute__((noipa)) int part(int n)
{
	if (__builtin_expect(n == 4, 0)) {
		__builtin_printf("part of %d\n", n);
		return jumps(n);
	}
	return called(n);
}
void *label(int n)
{
	static void *const at[] = { &&a, &&b };
	goto *at[n & 1];
a:	return at[0];
b:	return at[1];
}
int (*pointer(void))(int) { return inner; }
int main(void)
{
	int sum = called(3) + itself(7) + table[0](1) + exported(1) + other(1) + pointer()(2) + part(4) + part(3);
	for (int i = 0; i < 6; i++)
		sum += jumps(i);
	__builtin_printf("%d %d\n", sum, label(0) == label(1));
	return 0;
}
`

// A program is the same without the marks that nothing needs, at all levels of optimisation.
func TestUnmark(t *testing.T) {
	cc := testenv.MustHave(t, "gcc")
	for _, level := range []string{"-O0", "-O1", "-Oz"} {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		for name, text := range map[string]string{
			"a.c": markedSource, "m.c": "int other(int); int uses(int n) { return other(n); }", "l.symbols": "exported\n",
		} {
			if err := os.WriteFile(in(name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(in("out"), 0o777); err != nil {
			t.Fatal(err)
		}
		flags := []string{level, "-w", "-fPIE", "-ffunction-sections", "-fno-inline", "-fno-ipa-icf", "-fcf-protection=branch", "-fno-asynchronous-unwind-tables", "-falign-functions=1", "-freorder-blocks-and-partition", "-c", "-o"}
		testenv.Run(t, cc, append(flags, in("a.o"), in("a.c"))...)
		testenv.Run(t, cc, append(flags, in("m.o"), in("m.c"))...)
		testenv.Run(t, "ar", "rcsD", in("lib.a"), in("a.o"))
		if err := unmark([]string{in("lib.a")}, dir, in("out"), []string{in("m.o")}); err != nil {
			t.Fatal(err)
		}
		testenv.Run(t, cc, "-pie", "-o", in("before"), in("a.o"))
		testenv.Run(t, cc, "-pie", "-o", in("after"), "-Wl,--whole-archive", in("out/lib.a"), "-Wl,--no-whole-archive")
		if want, got := testenv.Run(t, in("before")), testenv.Run(t, in("after")); want != got {
			t.Errorf("%s: prints %q, want %q", level, got, want)
		}
		marked := functions(t, in("after"))
		for name, want := range map[string]bool{"called": false, "itself": true, "part": false, "taken": true, "exported": true, "other": true, "inner": true} {
			if has, ok := marked[name]; !ok || has != want {
				t.Errorf("%s: mark of %s: %v, want %v", level, name, has, want)
			}
		}
	}
}

// functions tells which functions of a program begin with ENDBR64.
func functions(t *testing.T, name string) map[string]bool {
	f, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	marked := map[string]bool{}
	for _, s := range syms {
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && int(s.Section) < len(f.Sections) && s.Size >= 4 {
			var b [4]byte
			if _, err := f.Sections[s.Section].ReadAt(b[:], int64(s.Value-f.Sections[s.Section].Addr)); err != nil {
				t.Fatal(err)
			}
			marked[s.Name] = bytes.Equal(b[:], endbr64)
		}
	}
	return marked
}
