package osv

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseCommand(t *testing.T) {
	environment := func(name string) string {
		if name == "OSV_CPUS" {
			return "4"
		}
		return ""
	}
	for _, tt := range []struct {
		line, words, env, cwd, ignored, err string
	}{
		{line: "/lua /hello.lua", words: "/lua|/hello.lua"},
		{line: "  /a\tb \n", words: "/a|b"},
		{line: `--env=A=1 --env=B=two\ words --cwd=/x /prog "a b" c\td e\qf "g\"h"`, words: "/prog|a b|c\td|e\\qf|g\"h", env: "A=1|B=two words", cwd: "/x"},
		{line: "--env=A=1 --env=A?=2 --env=B?=3 /p x$A $B $OSV_CPUS $NONE.", words: "/p|x1|3|4|", env: "A=1|B=3"},
		{line: "--noinit --trace=vfs* /p", words: "/p", ignored: "--noinit|--trace"},
		{line: "/elastic x !", words: "/elastic|x"},
		{line: "/daemon &!", words: "/daemon"},
		{line: "/p;", words: "/p"},
		{line: "/p a&b", err: "several programs"},
		{line: "/p; /q", err: "several programs"},
		{line: `/p "open`, err: "not closed"},
		{line: "", err: "names no program"},
		{line: "--env=A=1", err: "names no program"},
		{line: "--env=A /p", err: "--env=NAME=VALUE"},
		{line: "--cwd=x /p", err: "--cwd=/FOLDER"},
		{line: "--frobnicate /p", err: "no option"},
		{line: "--redirect=/x /p", err: "no counterpart"},
	} {
		c, err := ParseCommand(tt.line, environment)
		if err != nil || tt.err != "" {
			if err == nil || tt.err == "" || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: error %v, want %q", tt.line, err, tt.err)
			}
			continue
		}
		for _, f := range []struct{ what, got, want string }{
			{"words", strings.Join(c.Words, "|"), tt.words}, {"environment", strings.Join(c.Env, "|"), tt.env},
			{"folder", c.Cwd, tt.cwd}, {"ignored", strings.Join(c.Ignored, "|"), tt.ignored},
		} {
			if f.got != f.want {
				t.Errorf("%q: %s %q, want %q", tt.line, f.what, f.got, f.want)
			}
		}
	}
}

func TestArguments(t *testing.T) {
	c, err := Arguments([]string{"--env=A=x y", "/p", "--env=B", "a;b"})
	if err != nil || !slices.Equal(c.Words, []string{"/p", "--env=B", "a;b"}) || !slices.Equal(c.Env, []string{"A=x y"}) {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := Arguments([]string{"--env=A=1"}); err == nil {
		t.Error("no program, no error")
	}
}

// TestModule has the kinds of statements that OSv's applications write.
func TestModule(t *testing.T) {
	for _, tt := range []struct{ src, want, err string }{
		{"from osv.modules import api\ndefault = api.run(\"/lua /hello.lua\")\n", "/lua /hello.lua", ""},
		{"default = api.run(cmdline='/p \\'x\\' \\\\n')\n", `/p 'x' \n`, ""},
		{"default = api.run('/p');\n", "/p", ""},
		{"default = api.run(\n    '--cwd=/x '  # why\n    \"/p \"\n    'a'\n)\n", "--cwd=/x /p a", ""},
		{"cmd = '-a -b'\ndefault = api.run('/p ' + cmd)\nnative = api.run('/q ' + cmd)\n", "/p -a -b", ""},
		{"c = (\n'-a '\n'-b')\ndefault = api.run('/p ' + c + \" x\")\n", "/p -a -b x", ""},
		{"pre = '/p'\ndefault = api.run(cmdline='%s -x 100%%' % pre)", "/p -x 100%", ""},
		{"a = 'A'\nb = 'B'\ndefault = run('%s-%s' % (a, b))", "A-B", ""},
		{"default = api.run(r'/p \\d')", `/p \d`, ""},
		{"default = api.run('''/p\n-x''')", "/p\n-x", ""},
		{"_exe = '/d'\ndaemon = api.run_on_init(_exe + ' &!')\ndefault = daemon\n", "/d &!", ""},
		{"x = '# no comment'\n# default = api.run('/no')\ndefault = api.run('/yes')\n", "/yes", ""},
		{"api.require('x')\n", "", "has no default"},
		{"", "", "has no default"},
		{"a = api.run('/p a')\nrepl = api.run(cmdline='/p')\nx = 'text'\n", "", "m.py: has no default = api.run(...), but a (/p a), repl (/p)"},
		{"default = api.run_java(args=['-jar', '/js.jar'])\n", "", "m.py:1: default is run_java()"},
		{"import os\nlog = ' -e' if os.environ.get('x') in Y else ''\ndefault = api.run('/p' + log)\n", "", "m.py:3: default is more than a text"},
		{"if x:\n    default = api.run('/a')\nelse:\n    default = api.run('/b')\n", "", "m.py:4: default is set in a way"},
		{"p = '/a'\nif x:\n    p = '/b'\ndefault = api.run(p)\n", "", "default is set in a way"},
		{"p = '/a'\nif x: p = '/b'\ndefault = api.run(p)\n", "", "default is set in a way"},
		{"a, default = 1, 2\n", "", "default is set in a way"},
		{"t = api.require('tomcat')\ndefault = t.default\n", "", "default is made with t.default"},
		{"default = api.run(f'/p {x}')\n", "", "default is made with f"},
		{"default = api.run('/a') if x else api.run('/b')\n", "", "default is more than a text"},
		{"default = api.run('%d' % 3)\n", "", "default is made with %"},
		{"default = api.run(open('/etc/passwd').read())\n", "", "default is made with open"},
		{"default = api.run('/open", "", "default is no plain text"},
		{"default = " + strings.Repeat("(", 100000), "", "nested too deeply"},
	} {
		got, err := moduleCommand("m.py", []byte(tt.src))
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%.80q: %q, %v; want %q, %q", tt.src, got, err, tt.want, tt.err)
		}
	}
}

func FuzzModule(f *testing.F) {
	f.Add("default = api.run('%s' % ('a',))\n")
	f.Fuzz(func(t *testing.T, src string) {
		moduleCommand("m.py", []byte(src))
		ParseCommand(src, os.Getenv)
	})
}

func TestBeside(t *testing.T) {
	dir := t.TempDir()
	look := func(want, from string) {
		t.Helper()
		line, file, err := Beside(dir)
		if err != nil || line != want || file != from {
			t.Errorf("got %q of %q, %v; want %q of %q", line, file, err, want, from)
		}
	}
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	look("", "")
	look("/a", write("module.py", "default = api.run('/a')\n"))
	look("/b", write("cmdline", "/b")) // what the build made counts
}

func TestVariable(t *testing.T) {
	t.Setenv("OSV_BASE", "")
	t.Setenv("OSV_BUILD_PATH", "")
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	app := filepath.Join(root, "apps", "lua")
	for _, d := range []string{app, filepath.Join(root, "scripts"), filepath.Join(root, "build", "release.x64")} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	want := func(name, value string) {
		t.Helper()
		if got, ok := Variable(name, app); got != value || ok != (value != "") {
			t.Errorf("%s is %q, %v; want %q", name, got, ok, value)
		}
	}
	want("OSV_BASE", root) // by the name apps
	want("OSV_BUILD_PATH", "")
	want("x", "")
	if err := os.Symlink("release.x64", filepath.Join(root, "build", "last")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "scripts", "module.py"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	want("OSV_BUILD_PATH", filepath.Join(root, "build", "release.x64"))
	t.Setenv("OSV_BASE", "/osv")
	want("OSV_BASE", "/osv")
	// Of the compiler's answer no more can be said than that the library is there.
	dir, ok := Variable("libgcc_s_dir", app)
	if !ok || !isFile(filepath.Join(dir, libgcc)) {
		t.Errorf("libgcc_s_dir is %q, %v", dir, ok)
	}
}

func TestRequired(t *testing.T) {
	t.Setenv("OSV_BASE", "")
	root := t.TempDir()
	for name, text := range map[string]string{
		"apps/a/module.py":             "from osv.modules import api\n# api.require('comment')\n_b = api.require('b')\napi.require(\"gone\")\napi.require('java')\napi.require('two')\nif x:\n    api.require('maybe')\n",
		"apps/b/module.py":             "api.require('c')\napi.require('a')\nrequire( 'bare' )\n",
		"apps/b/usr.manifest":          "",
		"apps/maybe/usr.manifest":      "",
		"modules/c/usr.manifest":       "",
		"modules/bare/bootfs.manifest": "",
		"apps/jre/module.py":           "provides = ['java8', \"java\"]\n",
		"apps/jre/usr.manifest":        "",
		"apps/jdk/module.py":           "provides = ['java']\n", // not built
		"apps/one/module.py":           "provides = ['two']\n",
		"apps/one/usr.manifest":        "",
		"apps/other/module.py":         "provides = ['two']\n",
		"apps/other/usr.manifest":      "",
	} {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	list, err := Required(filepath.Join(root, "apps", "a"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, m.Name+" "+strings.TrimPrefix(m.Manifest, root))
		if m.Missing != (m.Name == "gone" || m.Name == "two") {
			t.Errorf("%s: missing %v", m.Name, m.Missing)
		}
	}
	if want := "c /modules/c/usr.manifest|bare |b /apps/b/usr.manifest|gone |java /apps/jre/usr.manifest|two "; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if list, err := Required(root); err != nil || list != nil {
		t.Errorf("without module.py: %v, %v", list, err)
	}
}
