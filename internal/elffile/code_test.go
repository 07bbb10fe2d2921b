package elffile

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestFuncs compares what stripped files tell of their functions with what
// their symbol tables told before.
func TestFuncs(t *testing.T) {
	strip := testenv.MustHave(t, "strip")
	const src = `#include <stdio.h>
__attribute__((noinline)) int first(int x) { return puts("a") + x; }
__attribute__((noinline)) int second(int x) { return puts("b") * x; }
int main(int c, char **v) { return first(c) + second(c); }`
	for _, flags := range [][]string{{"-O2"}, {"-O2", "-static"}, {"-O2", "-no-pie"}} {
		p := testenv.Compile(t, "p", src, flags...)
		named := make(map[string]Func)
		for _, x := range funcs(t, p) {
			named[x.Name] = x
		}
		if b, err := exec.Command(strip, p).CombinedOutput(); err != nil {
			t.Fatalf("strip: %v\n%s", err, b)
		}
		have := make(map[uint64]uint64)
		for _, x := range funcs(t, p) {
			have[x.Start] = x.End
		}
		for _, name := range []string{"first", "second", "main"} {
			x, ok := named[name]
			if !ok || have[x.Start] != x.End {
				t.Errorf("%q: %s is %+v with symbols and ends at %#x without", flags, name, x, have[x.Start])
			}
		}
	}
}

func funcs(t *testing.T, path string) []Func {
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fs := f.Funcs()
	for i := range fs {
		if fs[i].End <= fs[i].Start || i > 0 && fs[i-1].End > fs[i].Start {
			t.Fatalf("%s: functions %+v overlap", path, fs[max(0, i-1):i+1])
		}
	}
	return fs
}

func TestGoFuncs(t *testing.T) {
	const src = "package main\nfunc main() { println(1) }"
	for _, tt := range []struct{ env, flags []string }{
		{[]string{"CGO_ENABLED=0"}, nil},
		{[]string{"CGO_ENABLED=0"}, []string{"-ldflags=-s -w"}},
		{[]string{"CGO_ENABLED=0"}, []string{"-buildmode=pie", "-ldflags=-s -w"}},
		{nil, []string{"-buildmode=pie", "-ldflags=-linkmode=external"}},
	} {
		p := testenv.GoBuild(t, src, tt.env, tt.flags...)
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		sections := stripSections(t, p)
		for _, b := range [][]byte{b, sections} {
			f, err := NewFile(bytes.NewReader(b), int64(len(b)), p)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, x := range f.goFuncs() {
				if x.Name == "main.main" {
					found = true
					code, err := f.ReadAddr(x.Start, 4, "code")
					// main.main compares SP with the stack's bound: 49 3b 66 10.
					if err != nil || string(code) != "\x49\x3b\x66\x10" {
						t.Errorf("%q: main.main at %#x has the code % x, %v", tt.flags, x.Start, code, err)
					}
				}
			}
			if !found {
				t.Errorf("%q: no main.main", tt.flags)
			}
		}
	}
}

func TestFindExec(t *testing.T) {
	p := testenv.Compile(t, "p", `int main(void) { __asm__ volatile ("syscall"); return 0; }`)
	want := strings.Count(testenv.Run(t, testenv.MustHave(t, "objdump"), "-d", p), "\tsyscall")
	f, err := Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	hits, err := f.FindExec([]byte{0x0f, 0x05})
	if err != nil || len(hits) != want || want != 1 {
		t.Errorf("got %d, %v, objdump has %d", len(hits), err, want)
	}
}
