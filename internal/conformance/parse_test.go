package conformance

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, row := range []struct {
		name  string
		parse func(string, int) Results
		out   string
		want  Results
	}{
		{"go", lines(goLine, goWords),
			"=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    --- FAIL: TestB/sub (0.00s)\n--- FAIL: TestB (0.00s)\r\n--- SKIP: TestC (0.00s)\nFAIL\n",
			Results{"TestA": Pass, "TestB": Fail, "TestC": Skip}},
		{"python", pythonResults,
			"test_a (test.test_x.T.test_a) ... ok\ntest_b (test.test_x.T.test_b)\nIts documentation. ... FAIL\n" +
				"test_c (test.test_x.T.test_c) ... noise\nok\ntest_d (test.test_x.T.test_d) ... skipped 'no such thing'\n\nRan 4 tests\n\nFAILED (failures=1)\n",
			Results{"test_a (test.test_x.T.test_a)": Pass, "test_b (test.test_x.T.test_b)": Fail,
				"test_c (test.test_x.T.test_c)": Pass, "test_d (test.test_x.T.test_d)": Skip}},
		{"nothing", pythonResults, "Segmentation fault\n", Results{}},
	} {
		if got := row.parse(row.out, 0); !maps.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

// A program that ends early is run again for the tests that it lost; the one that ends it stays lost.
func TestLostTestsAreRunAgain(t *testing.T) {
	u := &Unit{Parse: lines(goLine, goWords), Only: func(names []string) []string { return names }}
	runs := 0
	run := func(c Command) (string, int, error) {
		runs++
		if len(c.Args) == 0 {
			return "--- PASS: TestA (0.00s)\n", 139, nil
		}
		if c.Args[0] == "TestB" {
			return "", 139, nil
		}
		return "--- PASS: TestC (0.00s)\n", 0, nil
	}
	r, _, err := results(u, Command{}, []string{"TestA", "TestB", "TestC"}, run)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Results{"TestA": Pass, "TestB": Lost, "TestC": Pass}); !maps.Equal(r, want) || runs != 3 {
		t.Errorf("after %d runs: %v, want %v", runs, r, want)
	}
}

func TestReasons(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.md")
	if err := os.WriteFile(file, []byte("# Title\n\n| unit | test | why |\n| --- | --- | --- |\n| `go-*/os` | `TestChdir*` | no reason \\| at all |\n| `cpython/x` | `*` | another |\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := ReadReasons(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ unit, test, want string }{
		{"go-pie/os", "TestChdirAndGetwd", `no reason \| at all`},
		{"go-pie/os/user", "TestChdir", ""},
		{"go-static/os", "TestOther", ""},
		{"cpython/x", "test_a (test.test_x.T/a)", "another"},
	} {
		if got := r.Of(row.unit, row.test); got != row.want {
			t.Errorf("%s %s: %q, want %q", row.unit, row.test, got, row.want)
		}
	}
	reports := []*Report{{Suite: "go-static", Unit: "os", Host: 2, Guest: 2}, {Suite: "cpython", Unit: "x", Host: 1, Differences: []Difference{{Unit: "cpython/x", Test: "t"}}}}
	if got := r.Unused(reports); len(got) != 1 || got[0] != `go-*/os TestChdir*: no reason \| at all` {
		t.Errorf("rows without use: %q", got)
	}
}

// What a program prints without end does not fill the memory.
func TestOutputIsLimited(t *testing.T) {
	s := &sides{timeout: time.Minute}
	out, _, err := s.host(context.Background(), Command{Path: "/bin/sh", Args: []string{"-c", "head -c 20000000 /dev/zero"}, Dir: "/"})
	if err != nil || len(out) != outputLimit {
		t.Errorf("%d bytes are kept, want %d; %v", len(out), outputLimit, err)
	}
}
