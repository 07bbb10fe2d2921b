package manifest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
	return name
}

// gcc compiles source to the file out.
func gcc(t *testing.T, out, source string, flags ...string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		t.Fatal(err)
	}
	return link(t, testenv.Compile(t, "out", source, flags...), out)
}

func link(t *testing.T, from, to string) string {
	t.Helper()
	os.Remove(to)
	if err := os.Link(from, to); err != nil {
		t.Fatal(err)
	}
	return to
}

func names(libs []Library) (out []string) {
	for _, l := range libs {
		out = append(out, l.Host)
	}
	return out
}

// TestClosureAsLoader takes the loader of this machine as the judge, for
// programs that the machine itself trusts.
func TestClosureAsLoader(t *testing.T) {
	testenv.MustHave(t, "ldd")
	line := regexp.MustCompile(`(?m)^\s+(?:\S+ => )?(/\S+) \(0x`)
	for _, p := range []string{"/usr/bin/python3.11", "/usr/sbin/nginx", "/usr/bin/redis-server", "/usr/bin/sqlite3",
		"/usr/bin/lua5.4", "/usr/bin/memcached", "/usr/bin/git", "/bin/ls", "/usr/bin/gdb"} {
		t.Run(filepath.Base(p), func(t *testing.T) {
			p := testenv.Sample(t, p)
			var want, got []string
			for _, m := range line.FindAllStringSubmatch(testenv.Run(t, "ldd", p), -1) {
				real, err := filepath.EvalSymlinks(m[1])
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, real)
			}
			libs, err := Closure(p, p, ClosureOptions{ImageLibc: true})
			if err != nil {
				t.Fatal(err)
			}
			got = names(libs)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
		})
	}
}

func TestSearchOrder(t *testing.T) {
	d := t.TempDir()
	shared := func(dir string, flags ...string) string {
		return gcc(t, filepath.Join(d, dir, "libx.so"), "int x(void){return 0;}",
			append([]string{"-shared", "-fPIC", "-Wl,-soname,libx.so"}, flags...)...)
	}
	run, env, conf, lib := shared("run"), shared("env"), shared("conf"), shared("prog/lib")
	confFile := write(t, d+"/ld.so.conf", "# folders\ninclude conf.d/*.conf\n")
	write(t, d+"/conf.d/a.conf", d+"/nothing:"+d+"/conf # here\n")
	write(t, d+"/text/libx.so", "GROUP ( libx.so.1 )\n")
	b, err := os.ReadFile(run)
	if err != nil {
		t.Fatal(err)
	}
	b[4] = 1 // a 32-bit file
	write(t, d+"/other/libx.so", string(b))

	const src = "int x(void);int main(void){return x();}"
	tests := []struct {
		name  string
		flags []string
		env   []string
		want  string
	}{
		{"runpath", []string{"-Wl,-rpath," + d + "/run"}, nil, run},
		{"environment before runpath", []string{"-Wl,-rpath," + d + "/run"}, []string{d + "/env"}, env},
		{"rpath before environment", []string{"-Wl,--disable-new-dtags,-rpath," + d + "/run"}, []string{d + "/env"}, run},
		{"configuration last", nil, []string{d + "/none"}, conf},
		{"origin", []string{"-Wl,-rpath,$ORIGIN/lib"}, nil, lib},
		{"origin in braces", []string{"-Wl,-rpath,${ORIGIN}/../prog/./lib"}, nil, lib},
		{"no such token", []string{"-Wl,-rpath,$ORIGINAL/lib"}, nil, conf},
		{"other machine, text", []string{"-Wl,-rpath," + d + "/other:" + d + "/text:" + d + "/run"}, nil, run},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			prog := gcc(t, d+"/prog/p", src, append([]string{run}, tt.flags...)...)
			libs, err := Closure(prog, prog, ClosureOptions{LibraryPath: tt.env, Conf: confFile})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(libs); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("got %q, want %s", got, tt.want)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		prog := gcc(t, d+"/prog/p", src, run, "-Wl,-rpath,"+d+"/other:"+d+"/none")
		_, err := Closure(prog, prog, ClosureOptions{Conf: d + "/no.conf"})
		want := fmt.Sprintf("%s: needs the library libx.so, which is in none of %s/other, %s/none, /lib/x86_64-linux-gnu, /usr/lib/x86_64-linux-gnu, /lib64, /usr/lib64, /lib, /usr/lib (%s/other/libx.so: is for x86-64 with 32-bit pointers (x32): build it with 64-bit ones, -m64); install it, or name its folder with --library-path", prog, d, d, d)
		var le *LibraryError
		if !errors.As(err, &le) || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	})
	t.Run("guest place", func(t *testing.T) {
		// $ORIGIN follows the program to where the guest has it.
		prog := gcc(t, d+"/prog/p", src, run, "-Wl,-rpath,$ORIGIN/lib")
		libs, err := Closure(prog, "/srv/p", ClosureOptions{})
		if err != nil || len(libs) != 1 || libs[0].Guest != "/srv/lib/libx.so" || libs[0].Host != lib {
			t.Errorf("got %+v, %v", libs, err)
		}
		// The guest cannot see a folder below /tmp, nor know one that only
		// the host's configuration names.
		prog = gcc(t, d+"/prog/p", src, run)
		libs, err = Closure(prog, "/srv/p", ClosureOptions{Conf: confFile})
		if err != nil || len(libs) != 1 || Hidden(d) && libs[0].Guest != "/usr/lib/libx.so" || !Hidden(d) && libs[0].Linked != "/usr/lib/libx.so" {
			t.Errorf("got %+v, %v", libs, err)
		}
	})
}

func TestCycleAndAliases(t *testing.T) {
	d := t.TempDir()
	// a needs b, b needs a; the program also asks for a by a second name.
	gcc(t, d+"/liba.so", "int a(void){return 0;}", "-shared", "-fPIC")
	gcc(t, d+"/libb.so", "int a(void);int b(void){return a();}", "-shared", "-fPIC", "-Wl,--no-as-needed", d+"/liba.so", "-Wl,-rpath,$ORIGIN")
	gcc(t, d+"/liba.so", "int b(void);int a(void){return b();}", "-shared", "-fPIC", "-Wl,--no-as-needed", "-L"+d, "-lb", "-Wl,-rpath,$ORIGIN")
	if err := os.Symlink("liba.so", d+"/libalias.so"); err != nil {
		t.Fatal(err)
	}
	prog := gcc(t, d+"/p", "int main(void){return 0;}", "-L"+d, "-Wl,--no-as-needed,-rpath,$ORIGIN", "-la", "-lalias")
	libs, err := Closure(prog, "/p", ClosureOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range libs {
		got = append(got, l.Guest+" "+l.Alias)
	}
	if len(got) < 2 || !slices.Contains(got, "/libb.so ") && !slices.Contains(got, "/"+filepath.Base(d)+"/libb.so ") {
		t.Errorf("got %q", got)
	}
	if alias := slices.ContainsFunc(libs, func(l Library) bool { return l.Alias != "" }); !alias {
		t.Errorf("no alias in %q", got)
	}
}

func TestMuslClosure(t *testing.T) {
	testenv.MustHave(t, "musl-gcc")
	p := testenv.CompileWith(t, "musl-gcc", ".c", "p", "int main(void){return 0;}")
	libs, err := Closure(p, "/p", ClosureOptions{})
	if err != nil || len(libs) != 0 {
		t.Errorf("got %+v, %v", libs, err)
	}
	libs, err = Closure(p, "/p", ClosureOptions{ImageLibc: true})
	if err != nil || len(libs) != 1 || libs[0].Guest != "/lib/ld-musl-x86_64.so.1" {
		t.Errorf("libc=image: got %+v, %v", libs, err)
	}
}

func TestBrokenLibrary(t *testing.T) {
	d := t.TempDir()
	lib := gcc(t, d+"/libx.so", "int x(void){return 0;}", "-shared", "-fPIC")
	prog := gcc(t, d+"/p", "int x(void);int main(void){return x();}", lib, "-Wl,-rpath,"+d)
	b, err := os.ReadFile(lib)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(lib)
	write(t, lib, string(b[:len(b)/4]))
	// An absolute DT_NEEDED entry or a name, the file is the same.
	_, err = Closure(prog, "/p", ClosureOptions{})
	var ee *elffile.Error
	if !errors.As(err, &ee) || !strings.HasPrefix(err.Error(), lib+": offset ") {
		t.Errorf("got %v", err)
	}
}

func guests(m *Manifest) (out []string) {
	for _, e := range m.Entries {
		if e.Data == nil && !e.Dir {
			s := e.Guest
			if e.Link != "" {
				s += " -> " + e.Link
			}
			out = append(out, s)
		}
	}
	return out
}

func TestFromBinary(t *testing.T) {
	d := t.TempDir()
	prog := gcc(t, d+"/p", "int main(void){return 0;}")
	os.Symlink("p", d+"/q")
	write(t, d+"/s", "#! "+prog+"  one two \nbody\n")
	write(t, d+"/s2", "#!"+d+"/s\n")
	write(t, d+"/loop", "#!"+d+"/loop\n")
	write(t, d+"/none", "#!/no/such\n")
	write(t, d+"/empty", "#!\n")
	write(t, d+"/text", "text\n")
	write(t, d+"/long", "#!/bin/"+strings.Repeat("x", 400)+"\n")
	write(t, d+"/env", "#!/usr/bin/env -S ls -l\n")
	os.Symlink("p", d+"/usr")
	write(t, d+"/run", "#! "+prog+"\n")
	at := func(name string) string {
		if Hidden(d) {
			return homeOf(name)
		}
		return d + "/" + name
	}
	tests := []struct {
		name    string
		opt     BinaryOptions
		command []string
		guests  []string
		err     string
	}{
		{"p", BinaryOptions{Args: []string{"a"}}, []string{at("p"), "a"}, []string{at("p")}, ""},
		{"q", BinaryOptions{}, []string{at("q")}, []string{at("p"), at("q") + " -> " + at("p")}, ""},
		{"p", BinaryOptions{Guest: "/app"}, []string{"/app"}, []string{"/app"}, ""},
		{"s", BinaryOptions{Args: []string{"a"}}, []string{at("p"), "one two", at("s"), "a"}, []string{at("s"), at("p")}, ""},
		{"s2", BinaryOptions{}, []string{at("p"), "one two", at("s"), at("s2")}, []string{at("s2"), at("s"), at("p")}, ""},
		{"usr", BinaryOptions{}, []string{at("usr")}, []string{at("p"), at("usr") + " -> " + at("p")}, ""},
		{"run", BinaryOptions{}, []string{at("p"), at("run")}, []string{at("run"), at("p")}, ""},
		{"loop", BinaryOptions{}, nil, nil, "more than 4 scripts interpret each other"},
		{"none", BinaryOptions{}, nil, nil, "none:1: there is no interpreter /no/such"},
		{"empty", BinaryOptions{}, nil, nil, "empty:1: no interpreter after #!"},
		{"text", BinaryOptions{}, nil, nil, "text: is no program"},
		{"long", BinaryOptions{}, nil, nil, "long:1: the line that names the interpreter has more than 255 bytes"},
		{"gone", BinaryOptions{}, nil, nil, "gone: no such file"},
		{".", BinaryOptions{}, nil, nil, "is no regular file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := FromBinary(d+"/"+tt.name, tt.opt)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(m.App.Command, tt.command) || !slices.Equal(guests(m), tt.guests) {
				t.Errorf("got %q %q\nwant %q %q", m.App.Command, guests(m), tt.command, tt.guests)
			}
			if m.Lookup("/etc/passwd") == nil {
				t.Error("no essentials")
			}
		})
	}
	m, err := FromBinary(d+"/env", BinaryOptions{})
	if err != nil || len(m.App.Command) != 3 || filepath.Base(m.App.Command[0]) != "ls" || m.App.Command[1] != "-l" {
		t.Errorf("env: got %+v, %v", m, err)
	}
	if _, err := FromBinary("no-such-program", BinaryOptions{}); err == nil || !strings.Contains(err.Error(), "here or in PATH") {
		t.Errorf("got %v", err)
	}
}

// TestHomeOf: no program takes the place of a folder.
func TestHomeOf(t *testing.T) {
	for program, want := range map[string]string{"/tmp/b/prog": "/prog", "/var/tmp/b/prog": "/prog", "/tmp/run": "/opt/run", "/dev/shm/lib": "/opt/lib", "/tmp/opt": "/opt/opt", "/tmp/runner": "/runner"} {
		if got := homeOf(program); got != want {
			t.Errorf("%s: %s, want %s", program, got, want)
		}
	}
	// What finds its files by the folders above it keeps these.
	env := filepath.Join(t.TempDir(), "env")
	write(t, env+"/pyvenv.cfg", "home = /usr/bin\n")
	for program, want := range map[string]string{
		"/tmp/a/node_modules/.bin/tool": "/node_modules/.bin/tool", env + "/bin/python3": "/env/bin/python3", "/tmp/nothing/bin/python3": "/python3",
	} {
		if got := homeOf(program); got != want {
			t.Errorf("%s: %s, want %s", program, got, want)
		}
	}
}

func TestAddLibraries(t *testing.T) {
	d := t.TempDir()
	x := gcc(t, d+"/libx.so", "int x(void){return 0;}", "-shared", "-fPIC", "-Wl,-soname,libx.so")
	y := gcc(t, d+"/liby.so", "int y(void){return 0;}", "-shared", "-fPIC", "-Wl,-soname,liby.so")
	prog := gcc(t, d+"/p", "int x(void),y(void);int main(void){return x()+y();}", x, y, "-Wl,-rpath,$ORIGIN")
	m := &Manifest{Entries: []Entry{{Guest: "/app/p", Host: prog}, {Guest: "/other/libx.so", Host: x}, {Guest: "/text", Host: write(t, d+"/text", "x")}}}
	if err := m.AddLibraries(ClosureOptions{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"/app/p", "/other/libx.so", "/text", "/app/liby.so"}
	if got := guests(m); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := m.AddLibraries(ClosureOptions{}); err != nil || len(m.Entries) != 4 {
		t.Errorf("a second time: %q, %v", guests(m), err)
	}
	os.Remove(y)
	m = &Manifest{Entries: []Entry{{Guest: "/app/p", Host: prog, Pos: Pos{"usr.manifest", 3}}}}
	if err := m.AddLibraries(ClosureOptions{}); err == nil || !strings.HasPrefix(err.Error(), "usr.manifest:3: /app/p: ") || !strings.Contains(err.Error(), "liby.so") {
		t.Errorf("got %v", err)
	}
}

// A damaged ELF file is data, unless another needs it and finds no whole one.
func TestAddBroken(t *testing.T) {
	d := t.TempDir()
	x := gcc(t, d+"/libx.so", "int x(void){return 0;}", "-shared", "-fPIC", "-Wl,-soname,libx.so")
	prog := gcc(t, d+"/p", "int x(void);int main(void){return x();}", x)
	text, err := os.ReadFile(x)
	if err != nil {
		t.Fatal(err)
	}
	cut := write(t, d+"/cut", string(text[:len(text)/4]))
	entry := func(guest, host string) Entry { return Entry{Guest: guest, Host: host, Pos: Pos{"m", len(guest)}} }
	for _, tt := range []struct {
		name    string
		entries []Entry
		broken  string
		err     string
	}{
		{"data", []Entry{entry("/p", prog), entry("/libx.so", x), entry("/data", cut)}, "/data", ""},
		{"a library", []Entry{entry("/p", prog), entry("/libx.so", cut)}, "", "m:8: /libx.so: "},
		{"a library, listed first", []Entry{entry("/libx.so", cut), entry("/p", prog)}, "", "m:8: /libx.so: "},
		{"as a whole library", []Entry{entry("/p", prog), entry("/data/libx.so", cut), entry("/libx.so", x)}, "/data/libx.so", ""},
	} {
		m := &Manifest{Entries: tt.entries}
		err := m.AddLibraries(ClosureOptions{})
		if tt.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tt.err) || !strings.Contains(err.Error(), "truncated") {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		var broken string
		for _, e := range m.Entries {
			if e.Broken {
				broken += e.Guest
			}
		}
		if err != nil || broken != tt.broken || len(m.Warnings) != 1 || !m.Warnings[0].Lost || !strings.Contains(m.Warnings[0].Msg, tt.broken+" begins") {
			t.Errorf("%s: %v, broken %q, warnings %q", tt.name, err, broken, m.Warnings)
		}
		if err := m.AddLibraries(ClosureOptions{}); err != nil || len(m.Warnings) != 1 {
			t.Errorf("%s: a second time: %v, warnings %q", tt.name, err, m.Warnings)
		}
		if m = (&Manifest{Entries: slices.Clone(tt.entries)}); m.PassOverBroken() != nil || len(m.Warnings) != 1 {
			t.Errorf("%s: without libraries: warnings %q", tt.name, m.Warnings)
		}
	}
}

func TestExpandTokens(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"/a/./b", []string{"/a/b"}},
		{"$ORIGIN", []string{"/o"}},
		{"${ORIGIN}/../l", []string{"/l"}},
		{"$ORIGIN_X", []string{"$ORIGIN_X"}},
		{"/x/$LIB", []string{"/x/lib/x86_64-linux-gnu", "/x/lib64"}},
		{"/x/${PLATFORM}", []string{"/x/x86_64"}},
		{"$", []string{"$"}},
	} {
		if got := expandAll(tt.in, "/o"); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Files of the loader's configuration that include each other are read a bounded number of times, and a pipe is none.
func TestConfLoop(t *testing.T) {
	d := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		write(t, d+"/"+name+".conf", "include "+strings.Repeat(d+"/*.conf ", 10)+"\n")
	}
	write(t, d+"/z.conf", d+"/lib\n")
	if err := syscall.Mkfifo(d+"/fifo.conf", 0o666); err != nil {
		t.Fatal(err)
	}
	if got := readConf(d + "/a.conf"); len(got) > maxConfFiles {
		t.Errorf("%d folders", len(got))
	}
	if got := readConf(d + "/z.conf"); len(got) != 1 || got[0] != d+"/lib" {
		t.Errorf("%q", got)
	}
}
