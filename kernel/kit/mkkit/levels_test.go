package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/symbols"
)

func TestParseLevels(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"read\tfull\x00prctl\tpartial\tno seccomp\x00", ""},
		{"write\t\x00", "use FULL or PARTIAL"},
		{"read\tfull\x00read\tfull\x00", "two rows"},
		{"reed\tfull\x00", "no such system call"},
		{"read\tmostly\x00", "use FULL or PARTIAL"},
		{"read\tpartial\x00", "use FULL or PARTIAL"},
		{"read\tfull\tbut not quite\x00", "use FULL or PARTIAL"},
	} {
		err := parseLevels(tt.text, map[string]level{})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestFullCallsAreTested wants a program of tests/programs for each call that is here in full: one that says
// SYS_NAME, NAME as the first argument of a macro that makes the call, or calls the C library's function of that name.
func TestFullCallsAreTested(t *testing.T) {
	all, err := levels(testenv.MustHaveFile(t, "../../../build/kit/x64/libkernel.a"))
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{"rt_sigreturn": true} // the end of each handler
	call := regexp.MustCompile(`\b(?:SYS_|__NR_|(?:S|F|IN|OUT)\()([a-z0-9_]+)|\b([a-z0-9_]+)\(`)
	err = filepath.WalkDir(filepath.Join("..", "..", "..", "tests", "programs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".c" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range call.FindAllSubmatch(text, -1) {
			called[string(m[1])+string(m[2])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].word == "full" && !called[name] {
			t.Errorf("%s is FULL, and no program in tests/programs calls it", name)
		}
	}
}

// TestFullCallsHaveEffects wants a row in tests/programs/honest/effects for each call that is here in full, which asks
// whether what the call changes is so, or says why it changes nothing. TestEffects runs them.
func TestFullCallsHaveEffects(t *testing.T) {
	all, err := levels(testenv.MustHaveFile(t, "../../../build/kit/x64/libkernel.a"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../../tests/programs/honest/effects/*.c")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources of rows: %v", err)
	}
	rows := map[string]bool{}
	row := regexp.MustCompile(`(?m)^(?:(?:ROOT_|GUEST_)?EFFECT|IN_THREAD)\(([a-z0-9_]+)[,)]|^NONE\(([a-z0-9_]+), "[^"]+"\);`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range row.FindAllSubmatch(text, -1) {
			rows[string(m[1])+string(m[2])] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if (all[name].word == "full") != rows[name] {
			t.Errorf("%s is %q, and has a row of its effect: %v", name, all[name].word, rows[name])
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("a row for %s, which is no call of this kernel", name)
	}
}

// TestPartialCallsAreTested wants a line of tests/programs/honest/partial.c, which TestPartialCalls runs, for each call that
// is here in part.
func TestPartialCallsAreTested(t *testing.T) {
	all, err := levels(testenv.MustHaveFile(t, "../../../build/kit/x64/libkernel.a"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "tests", "programs", "honest", "partial.c"))
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:PART|ATTR)\(([a-z0-9_]+),`).FindAllSubmatch(text, -1) {
		tested[string(m[1])] = true
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if (all[name].word == "partial") != tested[name] {
			t.Errorf("%s is %q, and in partial.c: %v", name, all[name].word, tested[name])
		}
	}
}

// TestLevels compares docs/syscalls.md with the kit's rows, and those with its table entries.
func TestLevels(t *testing.T) {
	libkernel := testenv.MustHaveFile(t, "../../../build/kit/x64/libkernel.a")
	all, err := levels(libkernel)
	if err != nil {
		t.Fatal(err)
	}
	syms := map[string]int64{}
	if err := archiveSymbols(libkernel, syms); err != nil {
		t.Fatal(err)
	}
	table, err := systab(libkernel, syms)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(table)); !slices.Equal(a, b) {
		t.Errorf("levels of %v, table entries of %v", a, b)
	}
	for name, n := range table {
		if want, _ := symbols.SyscallNumber(name); n != want {
			t.Errorf("%s has number %d in its row, Linux's is %d", name, n, want)
		}
	}
	var b strings.Builder
	if err := writeLevels(&b, all); err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "syscalls.md"))
	if err != nil || string(doc) != b.String() {
		t.Errorf("docs/syscalls.md is not what the kit's rows say: run make docs (%v)", err)
	}
}
