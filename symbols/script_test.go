package symbols

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"uk.example/internal/testenv"
)

func TestParseScript(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Block
		err        string
	}{
		{"osv", "{\n  global:\n\n/* Kernel and VDSO */\n    clock_gettime;\n    time;\n\n/*------- /prog */\n    puts;\n  local:\n    *;\n};\n",
			[]Block{{"Kernel and VDSO", []string{"clock_gettime", "time"}}, {"/prog", []string{"puts"}}}, ""},
		{"one line", `{global:a;"b";local:*;};`, []Block{{"", []string{"a", "b"}}}, ""},
		{"local first", "{ local: *; global: a; };", []Block{{"", []string{"a"}}}, ""},
		{"no keyword", "{ a; local: *; };", []Block{{"", []string{"a"}}}, ""},
		{"wildcards", "{ global: pthread_*; mem[cs]??; local: *; };", []Block{{"", []string{"pthread_*", "mem[cs]??"}}}, ""},
		{"hash comment", "# by hand\n{ global: a; # why: b;\n local: *; };", []Block{{"", []string{"a"}}}, ""},
		{"symbol global", "{ global: global; local; local: *; };", []Block{{"", []string{"global", "local"}}}, ""},
		{"title", "/* made by hand */ { global: a; local: *; };", []Block{{"", []string{"a"}}}, ""},
		{"nothing", "{ local: *; };", nil, ""},

		{"empty", "", nil, `s:1: expected "{" at the start of the script, found the end of the file`},
		{"named", "V1 {", nil, `s:1: version "V1": the kernel's symbols have no versions; start the script with "{"`},
		{"no end", "{\nglobal:\na;\n", nil, `s:4: the file ends inside the version: close it with "};"`},
		{"no semicolon", "{\nglobal:\na\nb;", nil, `s:4: expected ";" after "a", found "b"`},
		{"comment", "{\n/* a", nil, `s:2: the comment that starts here has no end: close it with */`},
		{"quote", "{ global:\n\"a;\n};", nil, `s:2: the quoted name has no end on this line: close it with "`},
		{"two", "{ local: *; }; {", nil, `s:1: "{" after the end of the version: put every symbol into one { ... };`},
		{"no local", "{ global: a; };", nil, `s:1: no "local: *;": without it nothing is hidden and the kernel is not tailored; add it before "}"`},
		{"local name", "{ local: a; };", nil, `s:1: "a" is listed as local: write "local: *;" only, what is not listed as global is local`},
		{"extern", "{ global:\n extern \"C++\" { a; }; };", nil, `s:2: extern "C++" is not supported: write the symbols as nm prints them, without demangling`},
		{"bad name", "{ global: a%b; };", nil, `s:1: "a%b" is not a symbol name`},
		{"dependency", "{ local: *; } V1;", nil, `s:1: expected ";" after "}", found "V1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ParseScript("s", []byte(tt.text))
			if tt.err != "" {
				var se *SyntaxError
				if !errors.As(err, &se) || err.Error() != tt.err {
					t.Fatalf("got error %v\nwant %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(s.Blocks, tt.want) {
				t.Errorf("got %q, want %q", s.Blocks, tt.want)
			}
			again, err := ParseScript("again", []byte(s.String()))
			if err != nil || !slices.Equal(again.Globals(), s.Globals()) {
				t.Errorf("written and read again: %v, %v", again, err)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	known := []string{"memchr", "memcpy", "memset", "puts"}
	for _, tt := range []struct {
		in, want []string
		fails    bool
	}{
		{[]string{"mem*", "own"}, []string{"memchr", "memcpy", "memset", "own"}, false},
		{[]string{"mem[!s]*"}, []string{"memchr", "memcpy"}, false},
		{[]string{"str*"}, nil, true},
		{[]string{"mem[c"}, nil, true},
	} {
		got, err := (&Script{Blocks: []Block{{Names: tt.in}}}).Expand(known)
		if !slices.Equal(got, tt.want) || (err != nil) != tt.fails {
			t.Errorf("%q: got %q, %v", tt.in, got, err)
		}
	}
}

// TestLinkerTakesScript lets ld judge what WriteTo writes, with a file name
// that would end the comment.
func TestLinkerTakesScript(t *testing.T) {
	gcc := testenv.MustHave(t, "gcc")
	dir := t.TempDir()
	vs, src := filepath.Join(dir, "vs"), filepath.Join(dir, "a.c")
	s := &Script{Blocks: []Block{{"/a*/b\n;", []string{"f"}}, {"/c", []string{"f", "g*"}}, {"/d", nil}}}
	os.WriteFile(vs, []byte(s.String()), 0o666)
	os.WriteFile(src, []byte("void f(void){} void g1(void){} void h(void){}"), 0o666)
	out := filepath.Join(dir, "a.so")
	if b, err := exec.Command(gcc, "-shared", "-fPIC", "-o", out, src, "-Wl,--version-script="+vs).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, b, s)
	}
	f, err := OpenELF(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range syms {
		if s.Exported() {
			got = append(got, s.Name)
		}
	}
	slices.Sort(got)
	if want := []string{"f", "g1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte("{\n  global:\n/*------- /prog */\n    puts;\n  local:\n    *;\n};\n"))
	f.Add([]byte(`{global:a;"b";mem[c-d]*;local:*;};#`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseScript("fuzz", b)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Line < 1 {
				t.Fatalf("error %v has no place", err)
			}
			return
		}
		again, err := ParseScript("again", []byte(s.String()))
		if err != nil || !slices.Equal(again.Globals(), s.Globals()) {
			t.Fatalf("written and read again: %v", err)
		}
	})
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte("# x\na\nb\n"))
	f.Fuzz(func(t *testing.T, b []byte) { ParseList("fuzz", b) })
}
