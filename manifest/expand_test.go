package manifest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the .golden files of testdata")

// hostTree makes host files: "path" with its name as contents, "path/" a
// directory, "path -> target" a link.
func hostTree(t testing.TB, lines ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, l := range lines {
		p, target, link := strings.Cut(l, " -> ")
		p = filepath.Join(dir, p) + strings.Repeat("/", strings.Count(p[len(p)-1:], "/"))
		target = strings.ReplaceAll(target, "$DIR", dir)
		err := os.MkdirAll(filepath.Dir(p), 0o755)
		switch {
		case err != nil || strings.HasSuffix(p, "/"):
		case link:
			err = os.Symlink(target, p)
		default:
			err = os.WriteFile(p, []byte(l), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestGolden expands each testdata/NAME.manifest over one host tree and compares
// what it resolves to, and its warnings, with NAME.golden.
func TestGolden(t *testing.T) {
	dir := hostTree(t,
		"bin/app", "bin/tool -> app", "bin/abs -> $DIR/bin/app", "bin/dangling -> /no/such/target",
		"lib/libz.so.1.2", "lib/libz.so -> libz.so.1.2", "lib/libz.so.1 -> libz.so", "lib/libq.so", "lib/libq-stripped.so", "lib/only-stripped.so",
		"static/etc/hosts", "static/etc/fstab", "empty/",
		"share/z", "share/a", "share/sub/y", "share/sub/b", "share/m/deep/file", "share/hollow/", "share/dirlink -> sub", "share/flink -> sub/b", "share/nowhere -> missing", "share/sub/nowhere -> ../nowhere",
		"root/usr/lib/real", "root/etc/alternatives/x -> ../../usr/lib/real", "root/bin/x -> /etc/alternatives/x",
		"odd/100%", "odd/a: b", "odd/new\nline", "odd/ blank",
	)
	files, err := filepath.Glob("testdata/*.manifest")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".manifest")
		t.Run(filepath.Base(name), func(t *testing.T) {
			m, err := Load(file, Options{Dir: dir, Defines: map[string]string{"lib": "lib", "x": "y"}})
			var b strings.Builder
			if err != nil {
				b.WriteString("error: " + err.Error() + "\n")
			} else {
				if strings.Contains(name, "essentials") {
					AddEssentials(m)
					n := len(m.Entries)
					if AddEssentials(m); len(m.Entries) != n {
						t.Error("AddEssentials added something the second time")
					}
				}
				m.WriteTo(&b)
				for _, w := range m.Warnings {
					b.WriteString("warning: " + w.String() + "\n")
				}
			}
			got := strings.ReplaceAll(b.String(), dir, "$DIR")
			if *update {
				if err := os.WriteFile(name+".golden", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

// TestWriteReadBack checks that what WriteTo writes resolves to the same entries.
func TestWriteReadBack(t *testing.T) {
	dir := hostTree(t, "t/a", "t/b/c", "t/100%", "t/l -> a", "t/d -> b", "t/e/")
	m, err := Parse("m", []byte("/t/**: !t/**\n/x: t\n/u/**: t/**"), Options{Dir: dir})
	if err == nil {
		err = m.Expand()
	}
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	m.WriteRules(&b)
	again, err := Parse("again", []byte(b.String()), Options{})
	if err == nil {
		err = again.Expand()
	}
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if len(again.Entries) != len(m.Entries) {
		t.Fatalf("%d entries, had %d:\n%s", len(again.Entries), len(m.Entries), b.String())
	}
	for i, e := range again.Entries {
		o := m.Entries[i]
		if e.Guest != o.Guest || e.Link != o.Link || e.Dir != o.Dir || filepath.Clean(e.Host) != filepath.Clean(o.Host) {
			t.Errorf("entry %d is %+v, was %+v", i, e, o)
		}
	}
}

func TestExpandErrors(t *testing.T) {
	dir := hostTree(t, "f", "d/f", "loop -> loop2", "loop2 -> loop", "broken -> none", "pipes/a", "long/"+strings.Repeat("n", 255))
	if err := syscall.Mkfifo(filepath.Join(dir, "pipes/p"), 0o644); err != nil {
		t.Fatal(err)
	}
	long := "/" + strings.Repeat("d", 250)
	for _, c := range []struct {
		text, want string
	}{
		{"\n/a: none", "m:2: $DIR/none: no such host file, for /a: file does not exist; build it, or correct the path"},
		{"/a: f/x", "m:1: $DIR/f/x: cannot look at the host path for /a"},
		{"/a: loop", "m:1: $DIR/loop: its links loop"},
		{"/a/**: none/**", "m:1: $DIR/none: no such host file, for /a/**"},
		{"/a/**: f", "m:1: /a/**: only one of the two paths ends in /**"},
		{"/a: d/**", "m:1: /a: only one of the two paths ends in /**"},
		{"/p/**: pipes/**", "m:1: $DIR/pipes/p: is no regular file, directory or link (p---------)"},
		{"/null: /dev/null", "m:1: /dev/null: is no regular file, directory or link"},
		{strings.Repeat(long, 16) + "/**: long/**", "m:1: " + long[:50]},
		{"/a: ->", "m:1: /a: the link has no target"},
		{"/a: ->a", "m:1: /a: the link leads back to itself: /a to /a"},
		{"/a: ->/b/c\n/b: ->/a", "m:1: /a: the link leads back to itself: /a to /b to /a"},
		{"/x/a: ->../y\n/y: ->x/./a/z", "m:1: /x/a: the link leads back to itself: /x/a to /y to /x/a"},
		{"/: f", "m:1: /: the image's root is given a file"},
		{"/a: f\n/a/b: f", "m:2: /a/b: /a is a file (m:1), nothing can be put below it"},
		{"/a/b/c/d: f\n/a/b: f", "m:1: /a/b/c/d: /a/b is a file (m:2), nothing can be put below it"},
		{"/lib64: ->lib\n/lib64/ld.so: f", "m:2: /lib64/ld.so: /lib64 is a link to lib (m:1), nothing can be put below it"},
	} {
		m, err := Parse("m", []byte(c.text), Options{Dir: dir})
		if err == nil {
			err = m.Expand()
		}
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(strings.ReplaceAll(err.Error(), dir, "$DIR"), c.want) || strings.Contains(err.Error(), "\n") || e.Fix == "" {
			t.Errorf("%.60q: error %v\nwant %s", c.text, err, c.want)
		}
	}
	// All that is missing is said at once.
	m, err := Parse("m", []byte("/a: none1\n/b: f\n/c: none2"), Options{Dir: dir})
	if err == nil {
		err = m.Expand()
	}
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "m:3") || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v; want both missing files", err)
	}
}

// TestHostLoops: links of a packed tree that lead back to themselves in the image are packed, with a word.
func TestHostLoops(t *testing.T) {
	dir := hostTree(t, "tree/doc/list -> ../../doc/list", "tree/self -> self", "tree/f")
	m, err := Parse("m", []byte("/**: !tree/**"), Options{Dir: dir})
	if err == nil {
		err = m.Expand()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, w := range m.Warnings {
		said = append(said, w.String())
	}
	text := strings.Join(said, "\n")
	for _, name := range []string{"/doc/list", "/self"} {
		if !strings.Contains(text, name+" is a link that leads back to itself in the image; it is packed as it is") || m.Lookup(name) == nil {
			t.Errorf("%s: warnings %q", name, text)
		}
	}
}

func TestLinksThatEnd(t *testing.T) {
	dir := hostTree(t, "f")
	m, err := Parse("m", []byte("/usr/bin/X11: ->.\n/bin: ->usr/bin\n/a: ->/b\n/b: ->../../c/d\n/c/d: f\n/up: ->..\n/out: ->/proc/self/exe\n/bin2: ->/usr/bin/X11/X11/X11"), Options{Dir: dir})
	if err == nil {
		err = m.Expand()
	}
	if err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.manifest")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("[app]\ncommand = a \"b\\\"\" '' \nenv=\n A=1\nmemory=1G\n[kernel]\ndrivers=a=m,b\n"))
	f.Add([]byte("/a: ->%(self)s\n/b: ${x}\n/&/c: d/&\n/l: ->m\n/m: ->l"))
	opts := Options{Defines: map[string]string{"x": "%(y)s", "y": "z", "self": "%(self)s"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse("m", data, opts)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("error %q", err)
			}
			return
		}
		// No host files: the rules that make links are enough to walk the tree.
		x := &expander{m: m, at: make(map[string]int)}
		for _, r := range m.Rules {
			if target, ok := strings.CutPrefix(r.Host, "->"); ok {
				x.link(r, strings.TrimSpace(target), "")
			}
		}
		m.checkTree()
		AddEssentials(m)
		var b strings.Builder
		m.WriteTo(&b)
		if _, err := Parse("again", []byte(b.String()), Options{}); err != nil {
			t.Fatalf("what was written does not read back: %v\n%s", err, b.String())
		}
	})
}

// TestLeftOut has what the rule for a tree leaves out, as OSv's does, and links
// that lead nowhere, which stay as they are.
func TestLeftOut(t *testing.T) {
	names := []string{"t/file", "t/link -> ../nowhere", "nowhere -> missing/x", "t/empty/", "t/d/empty/", "t/to -> d"}
	dir := hostTree(t, names...)
	expand := func(text string) (links, warnings []string) {
		m, err := Parse("m", []byte(text), Options{Dir: dir})
		if err == nil {
			err = m.Expand()
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Entries {
			if e.Link != "" {
				links = append(links, e.Guest+" -> "+e.Link)
			}
		}
		for _, w := range m.Warnings {
			what, _, _ := strings.Cut(strings.TrimPrefix(w.Msg, dir+"/"), ",")
			warnings = append(warnings, what)
		}
		return links, warnings
	}
	links, warnings := expand("/t/**: t/**\n/n: nowhere\n")
	if got := fmt.Sprint(links); got != "[/t/link -> ../nowhere /n -> missing/x]" {
		t.Error(got)
	}
	want := "[nowhere is a link that leads nowhere on the host; it is packed as it is t/to is a link to a directory t/d/empty is an empty directory t/empty is an empty directory]"
	if got := fmt.Sprint(warnings); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, warnings := expand("/t/**: !t/**\n"); len(warnings) > 0 {
		t.Error(warnings)
	}
	for i := range 30 {
		if err := os.Mkdir(filepath.Join(dir, fmt.Sprint("t/e", i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, warnings := expand("/t/**: t/**\n/t/empty: t/empty"); len(warnings) != maxDropped+1 || warnings[maxDropped] != "22 more links to directories and empty directories are left out" {
		t.Error(warnings)
	}
}
