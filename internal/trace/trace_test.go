package trace

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

func names(nr int) string {
	if c := table()[nr]; c != nil {
		return c.name
	}
	if nr == 333 {
		return "io_pgetevents"
	}
	return ""
}

func number(name string) (int, bool) {
	for nr := range SpecCount {
		if names(nr) == name {
			return nr, true
		}
	}
	return 0, false
}

// record makes what the kernel writes.
func made(kind byte, tid, nr int, nanos int64, rest string) string {
	return fmt.Sprintf("\x02%c %x %x %x%s.\x03", kind, tid, nr, nanos, rest)
}

func TestLines(t *testing.T) {
	enter := func(tid, nr int, rest string) string { return made('E', tid, nr, 1e9, rest) }
	leave := func(tid, nr int, rest string) string { return made('L', tid, nr, 2e9+1500, rest) }
	for _, tt := range []struct {
		name, in, lines, rest string
		opt                   Options
	}{
		{"read", enter(1, 0, " 3 1000 10 0 0 0") + leave(1, 0, ` 4 1=a\5c\0a\01`), `read(3, "a\\\n\1", 16)                  = 4` + "\n", "", Options{}},
		{"error", enter(1, 257, ` ffffff9c 1000 0 0 0 0 1=/x`) + leave(1, 257, " fffffffffffffffe"), "openat(AT_FDCWD, \"/x\", O_RDONLY)        = -1 ENOENT (No such file or directory)\n", "", Options{}},
		{"message between", "a\n" + enter(1, 3, " 3 0 0 0 0 0") + "b\n" + leave(1, 3, " 0"), "close(3 <unfinished ...>\n<... close resumed>)                    = 0\n", "a\nb\n", Options{}},
		{"threads", enter(1, 0, " 3 0 1 0 0 0") + enter(2, 39, " 0 0 0 0 0 0") + leave(2, 39, " 1") + leave(1, 0, " 0"),
			"read(3,  <unfinished ...>\n[pid     2] getpid()                                = 1\n[pid     1] <... read resumed>NULL, 1)              = 0\n", "", Options{}},
		{"no row", enter(1, 333, " 1 2 3 4 5 6") + leave(1, 333, " 0"), "io_pgetevents(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = 0\n", "", Options{}},
		{"times", enter(1, 39, " 0 0 0 0 0 0") + leave(1, 39, " 1"), "     0.000000 getpid()                                = 1 <1.000001>\n", "", Options{Since: true, Spent: true}},
		{"set", enter(1, 39, " 0 0 0 0 0 0") + leave(1, 39, " 1"), "", "", Options{Set: Set{1: true}}},
		{"signal", "\x02S 1 a 0 0=" + strings.Repeat("\\00", 127) + "\\00.\x03", "--- SIGUSR1 {si_signo=0, si_code=SI_USER, si_pid=0, si_uid=0} ---\n", "", Options{}},
		{"no record", "\x02hello\nx\x03", "", "\x02hello\nx\x03", Options{}},
		{"two beginnings", "\x02E 1\x02" + enter(1, 39, " 0 0 0 0 0 0")[1:] + leave(1, 39, " 1"), "getpid()                                = 1\n", "\x02E 1", Options{}},
		{"numbers that are none", "\x02E 1 0 0 1 2 3 4 5 z.\x03", "", "\x02E 1 0 0 1 2 3 4 5 z.\x03", Options{}},
		{"argument that is none", "\x02L 1 0 0 1 9=a.\x03", "", "\x02L 1 0 0 1 9=a.\x03", Options{}},
	} {
		for _, step := range []int{1, 5, 1 << 20} {
			var lines, rest bytes.Buffer
			opt := tt.opt
			opt.Out, opt.Names = &lines, names
			w := NewWriter(&rest, opt)
			for in := []byte(tt.in); len(in) > 0; {
				n := min(step, len(in))
				if m, err := w.Write(in[:n]); m != n || err != nil {
					t.Fatal(m, err)
				}
				in = in[n:]
			}
			if err := w.giveUp(); err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(rest.String(), "\x03", "")
			if lines.String() != tt.lines || got != strings.ReplaceAll(tt.rest, "\x03", "") {
				t.Errorf("%s in steps of %d:\n%q\n%q\nwant\n%q\n%q", tt.name, step, lines.String(), rest.String(), tt.lines, tt.rest)
			}
		}
	}
}

func TestSet(t *testing.T) {
	for _, tt := range []struct {
		text    string
		has     string
		hasNot  string
		failure string
	}{
		{"all", "read openat", "", ""},
		{"none", "", "read openat", ""},
		{"file", "openat stat", "read close", ""},
		{"%file,read", "openat stat read", "close", ""},
		{"!file", "read", "openat", ""},
		{"trace=/^get", "getpid getuid", "read", ""},
		{"?nothing,read", "read", "close", ""},
		{"nothing", "", "", "no system call"},
		{"/(", "", "", "missing closing"},
	} {
		s, err := ParseSet(tt.text, number, names)
		if (err != nil) != (tt.failure != "") || err != nil && !strings.Contains(err.Error(), tt.failure) {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		for _, list := range []struct {
			names string
			want  bool
		}{{tt.has, true}, {tt.hasNot, false}} {
			for name := range strings.FieldsSeq(list.names) {
				nr, ok := number(name)
				mask := s.Mask()
				inMask := mask == ""
				if !inMask && nr/4 < len(mask) {
					inMask = strings.IndexByte("0123456789abcdef", mask[nr/4])>>(nr%4)&1 != 0
				}
				if !ok || s.Has(nr) != list.want || inMask != list.want {
					t.Errorf("%s: %s %v, in the mask %s: %v", tt.text, name, s.Has(nr), mask, inMask)
				}
			}
		}
	}
}

// The names of classes' calls and of rows are Linux's, and each type of a row is there.
func TestTable(t *testing.T) {
	if len(table()) < 200 {
		t.Errorf("%d rows", len(table()))
	}
	for nr, c := range table() {
		if nr >= SpecCount || len(c.args) > 6 {
			t.Errorf("%s: number %d, %d arguments", c.name, nr, len(c.args))
		}
	}
}

func FuzzWriter(f *testing.F) {
	for nr := range table() {
		f.Add([]byte(made('E', 1, nr, 5, " 3 1000 10 2 3 4 0=\\01\\00\\00\\00 1=abcdefgh 2=x") + made('L', 1, nr, 9, " 4 0=abcd 1="+strings.Repeat("\\01", 160))))
	}
	f.Add([]byte("\x02S 1 b 0 0=abc!\x03"))
	f.Fuzz(func(t *testing.T, in []byte) {
		w := NewWriter(io.Discard, Options{Out: io.Discard, Names: names, Since: true, Clock: true, Spent: true})
		if _, err := w.Write(in); err != nil {
			t.Error(err)
		}
		if err := w.End("exited with 0"); err != nil {
			t.Error(err)
		}
	})
}
