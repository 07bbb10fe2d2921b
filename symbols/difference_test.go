package symbols

import (
	"slices"
	"testing"
	"testing/fstest"

	"uk.example/internal/testenv"
)

func TestParseDifferences(t *testing.T) {
	names, differences, err := ParseList("list", []byte("a\nc ! says: more! \nb  !  differs\nd except lib.so ! words\ne holding ,x= ! texts"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "c", "d", "e"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	if want := []Difference{{Name: "b", Words: "differs"}, {Name: "c", Words: "says: more!"}, {Name: "d", Except: "lib.so", Words: "words"},
		{Name: "e", Holding: ",x=", Words: "texts"}}; !slices.Equal(differences, want) {
		t.Errorf("differences %+v, want %+v", differences, want)
	}
	for _, line := range []string{"a !", "a b ! words", "! words", "a with b ! words", "a words", "a except ! words", "a except b", "a except b c ! words", "a holding ! words", "a! words"} {
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
		"__libc_start_main\n__cxa_finalize\nabs ! never imported\nfnmatch ! patterns\nglob except libuser.so ! braces\nfopen holding ,ccs= ! sets\nfreopen holding ,gone= ! none\nputs ! both\nstrptime ! zones\n")}})
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
		{"a library that does not come to it", []Input{testFile(user)}, []string{"strptime"}},
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
