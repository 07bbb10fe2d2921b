package symbols

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func TestMemo(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	write := func(text string, at int64) {
		t.Helper()
		if err := errors.Join(os.WriteFile(name, []byte(text), 0o644), os.Chtimes(name, time.Unix(at, 0), time.Unix(at, 0))); err != nil {
			t.Fatal(err)
		}
	}
	write("a", 1)
	calls := 0
	find := func() (int, error) { calls++; return calls, nil }
	var none *Memo
	m := new(Memo)
	for _, tt := range []struct {
		m          *Memo
		host, what string
		before     func()
		want       int
	}{
		{none, name, "x", nil, 1}, {none, name, "x", nil, 2},
		{m, name, "x", nil, 3}, {m, name, "x", nil, 3}, {m, name, "y", nil, 4}, {m, name, "x", nil, 3},
		{m, name, "x", func() { write("b", 2) }, 5}, {m, name, "x", func() { write("bc", 2) }, 6}, {m, name, "x", nil, 6},
		{m, "", "x", nil, 7}, {m, "", "x", nil, 8}, // no file of the host
		{m, name + "/none", "x", nil, 9}, {m, name + "/none", "x", nil, 10},
	} {
		if tt.before != nil {
			tt.before()
		}
		if got, err := kept(tt.m, tt.host, tt.what, find); err != nil || got != tt.want {
			t.Errorf("%q of %q: %d, %v, want %d", tt.what, tt.host, got, err, tt.want)
		}
	}
	failed := errors.New("failed")
	if _, err := kept(m, name, "z", func() (int, error) { return 0, failed }); err != failed {
		t.Error(err)
	}
	if got, err := kept(m, name, "z", find); err != nil || got != 11 {
		t.Errorf("behind an error: %d, %v", got, err)
	}
}

// TestMemoSame: an analysis that knows the files finds the same.
func TestMemoSame(t *testing.T) {
	m := new(Memo)
	var results []*Result
	for range 2 {
		r, err := Analyze([]Input{{Guest: "/prog", Host: "/proc/self/exe"}, {Guest: "/sh", Host: "/bin/sh"}}, Options{Memo: m})
		if err != nil {
			t.Fatal(err)
		}
		needs, err := m.ScanSyscallsOf("/bin/sh", "/sh")
		if err != nil || needs != nil && needs.Guest != "/sh" {
			t.Errorf("%+v, %v", needs, err)
		}
		results = append(results, r)
	}
	if !reflect.DeepEqual(results[0], results[1]) {
		t.Errorf("got %+v, then %+v", results[0], results[1])
	}
}
