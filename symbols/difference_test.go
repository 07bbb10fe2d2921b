package symbols

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"uk/internal/testenv"
)

func TestParseDifferences(t *testing.T) {
	names, differences, err := ParseList("list", []byte("a\nc with other ! says: more! \nb  !  differs\nd except lib.so ! words\ne holding ,x= ! texts\nf beside other ! both\ng with other outside lib.so ! far"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "c", "d", "e", "f", "g"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	if want := []Difference{{Name: "b", Words: "differs"}, {Name: "c", With: "other", Words: "says: more!"}, {Name: "d", Except: "lib.so", Words: "words"},
		{Name: "e", Holding: ",x=", Words: "texts"}, {Name: "f", Beside: "other", Words: "both"},
		{Name: "g", With: "other", Outside: "lib.so", Words: "far"}}; !slices.Equal(differences, want) {
		t.Errorf("differences %+v, want %+v", differences, want)
	}
	for _, line := range []string{"a !", "a b ! words", "a with ! words", "a with b", "! words", "a with b c ! words", "a with b outside ! words", "a words", "a except ! words", "a holding ! words", "a beside ! words", "a! words"} {
		if _, _, err := ParseList("list", []byte(line)); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

func TestDifferences(t *testing.T) {
	lib := testenv.Compile(t, "libown.so", `int strptime(void) { return 1; }`, "-shared", "-fPIC")
	user := testenv.Compile(t, "libuser.so", `int glob(void), strptime(void); int user(void) { return glob() + strptime(); }`, "-shared", "-fPIC", "-Wl,-soname,libuser.so")
	prog := testenv.Compile(t, "prog", `int puts(const char *), glob(void), fnmatch(void), strptime(void), wordexp(void), fopen(void), freopen(void);
int main(void) { return puts("abs") + puts("r,ccs=UTF-8") + fopen() + freopen() + glob() + fnmatch() + strptime() + wordexp(); }`, "-fno-builtin", lib)
	exp, err := LoadExported(fstest.MapFS{"libc.so.6.symbols": {Data: []byte(
		"__libc_start_main\n__cxa_finalize\nabs ! never imported\nfnmatch with glob ! patterns\nglob except libuser.so ! braces\nfopen holding ,ccs= ! sets\nfreopen holding ,gone= ! none\nputs beside fopen ! both\nstrptime beside wordexp ! zones\nwordexp with abs ! forks\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		in   []Input
		want []string
	}{
		{"alone", []Input{testFile(prog)}, []string{"fnmatch", "fopen", "glob", "puts", "strptime"}},
		{"with a library that defines one", []Input{testFile(prog), testFile(lib)}, []string{"fnmatch", "fopen", "glob", "puts"}},
		{"a library that does not come to it, nor imports what has to be beside", []Input{testFile(user)}, nil},
	} {
		r, err := Analyze(c.in, Options{Exported: exp})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range r.Differences {
			if d.File != c.in[0].Guest {
				t.Errorf("%s: %s is said to be of %s", c.what, d.Name, d.File)
			}
			got = append(got, d.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
	r, err := Analyze([]Input{testFile(prog), testFile(lib)}, Options{})
	if err != nil || r.Differences != nil {
		t.Errorf("with libc=image: %v, %v", r.Differences, err)
	}
}

// TestAskers are programs that ask for names which no file of the image has.
func TestAskers(t *testing.T) {
	for _, text := range []string{sanitizerLookup, "cdata<%s>: %p", "Missing required foreign symbol '%s'"} {
		t.Run(text, func(t *testing.T) { testAsker(t, text) })
	}
}

// TestOutside has a program that imports a name, and imports of another one in a library, in one that only this
// needs, in one that the program needs too, and in a plug-in.
func TestOutside(t *testing.T) {
	const throws, soname = `int puts(const char *); int %s(void) { return puts(""); }`, "-Wl,-soname,"
	lib := func(name string, args ...string) string {
		return testenv.Compile(t, name, fmt.Sprintf(throws, strings.TrimSuffix(name, ".so")), append([]string{"-shared", "-fPIC", "-Wl,--no-as-needed", soname + name}, args...)...)
	}
	deep := lib("deep.so")
	heap := lib("heap.so", deep)
	prog := testenv.Compile(t, "prog", `int abs(int); int main(int n, char **v) { return abs(n); }`, "-fno-builtin", "-Wl,--no-as-needed", heap)
	direct := testenv.Compile(t, "direct", `int abs(int); int main(int n, char **v) { return abs(n); }`, "-fno-builtin", "-Wl,--no-as-needed", heap, deep)
	exp, err := LoadExported(fstest.MapFS{"libc.so.6.symbols": {Data: []byte("__libc_start_main\n__cxa_finalize\nputs\nabs with puts outside heap.so ! words\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		files []string
		want  bool
	}{
		{"heap.so and what it needs", []string{prog, heap, deep}, false},
		{"deep.so for the program", []string{direct, heap, deep}, true},
		{"a plug-in", []string{prog, heap, deep, lib("plugin.so")}, true},
	} {
		var in []Input
		for _, f := range c.files {
			in = append(in, testFile(f))
		}
		r, err := Analyze(in, Options{Exported: exp})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Differences) > 0; got != c.want {
			t.Errorf("%s: %v", c.what, r.Differences)
		}
	}
}

func testAsker(t *testing.T, text string) {
	prog := testenv.Compile(t, "prog", `void *dlsym(void *, const char *); int main(void) { return dlsym(0, "`+text+`") != 0; }`)
	exp, err := LoadExported(fstest.MapFS{"libc.so.6.symbols": {Data: []byte("__libc_start_main\n__cxa_finalize\ndlsym\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[DLSymMode]int{DLSymAuto: 1, DLSymOff: 0} {
		r, err := Analyze([]Input{testFile(prog)}, Options{Exported: exp, DLSym: mode})
		if err != nil || len(r.Differences) != want || len(r.Files[0].Constants) != 0 {
			t.Errorf("%s: differences %v, %v", mode, r.Differences, err)
		}
	}
}
