package interpreters

import (
	"bytes"
	"encoding/binary"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"uk.example/manifest"
)

// write makes files below dir.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

// added runs Add for a program of dir with these words, and lists what came into the image from
// there. In the image a script in a folder that guests mount on, as /tmp, has another place.
func added(t *testing.T, dir, program string, words ...string) ([]string, *manifest.Manifest) {
	t.Helper()
	exe := path.Join(dir, program)
	m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: exe, Host: exe}}}
	m.App.Command = append([]string{exe}, words...)
	known, warnings, err := Add(m, Options{Program: exe})
	if err != nil || !known || len(warnings) > 0 {
		t.Fatalf("known %t, %q, %v", known, warnings, err)
	}
	var out []string
	for _, e := range m.Entries {
		from := e.Host
		if from == "" {
			from = e.Guest
		}
		if name, ok := strings.CutPrefix(from, dir+"/"); ok && name != program {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, m
}

func TestLanguages(t *testing.T) {
	for _, tt := range []struct {
		name, program string
		words         []string
		files         map[string]string
		want          []string
	}{
		{"python", "bin/python3.9", []string{"s/main.py", "x"}, map[string]string{
			"lib/python3.9/os.py": "", "lib/python3.9/test/test_os.py": "", "lib/python3.9/config-3.9-x/libpython.a": "",
			"lib/python3.9/site-packages/asked/__init__.py": "import second", "lib/python3.9/site-packages/second.py": "",
			"lib/python3.9/site-packages/other.py": "",
			"s/main.py":                            "import a, asked\nfrom b.c import d\nfrom . import e\n# a comment\nx = 'unrelated'\n",
			"s/a.py":                               "import deep", "s/deep.py": "", "s/b/__init__.py": "", "s/b/c.py": "", "s/unrelated.py": "",
		}, []string{"lib/python3.9/os.py", "lib/python3.9/site-packages/asked/__init__.py", "lib/python3.9/site-packages/second.py",
			"s/a.py", "s/b/__init__.py", "s/b/c.py", "s/deep.py", "s/main.py"}},
		{"python with distributions", "bin/python3.9", []string{"s/main.py"}, map[string]string{
			"lib/python3.9/os.py": "", "s/main.py": "import wheel, egg\n",
			"lib/python3.9/site-packages/wheel/__init__.py": "", "lib/python3.9/site-packages/12ab__mypyc.cpython-39.so": "",
			"lib/python3.9/site-packages/wheel-1.dist-info/RECORD":   "12ab__mypyc.cpython-39.so,sha256=x,1\nwheel/__init__.py,,\nwheel-1.dist-info/RECORD,,\n../../bin/wheel,,\n",
			"lib/python3.9/site-packages/wheel-1.dist-info/METADATA": "Version: 1\n",
			"lib/python3.9/site-packages/egg.py":                     "", "lib/python3.9/site-packages/egg-2.egg-info/top_level.txt": "egg\n",
			"lib/python3.9/site-packages/other.py": "", "lib/python3.9/site-packages/other-1.dist-info/RECORD": "other.py,,\n",
		}, []string{"lib/python3.9/os.py", "lib/python3.9/site-packages/12ab__mypyc.cpython-39.so", "lib/python3.9/site-packages/egg-2.egg-info/top_level.txt",
			"lib/python3.9/site-packages/egg.py", "lib/python3.9/site-packages/wheel-1.dist-info/METADATA", "lib/python3.9/site-packages/wheel-1.dist-info/RECORD",
			"lib/python3.9/site-packages/wheel/__init__.py", "s/main.py"}},
		{"python -m", "bin/python3.9", []string{"-m", "tool", "x"}, map[string]string{
			"lib/python3.9/os.py": "", "lib/python3.9/site-packages/tool/__init__.py": "", "lib/python3.9/site-packages/tool/__main__.py": "",
		}, []string{"lib/python3.9/os.py", "lib/python3.9/site-packages/tool/__init__.py", "lib/python3.9/site-packages/tool/__main__.py"}},
		{"perl", "bin/perl", []string{"s/main.pl"}, map[string]string{
			"s/main.pl": "use lib 'lib';\nuse My::Module;\nrequire './part.pl';\nopen F, \"$FindBin::Bin/in.txt\";\n", "s/in.txt": "", "s/lib/My/Module.pm": "use My::Deep;", "s/lib/My/Deep.pm": "", "s/part.pl": "", "s/not.pl": "",
		}, []string{"s/in.txt", "s/lib/My/Deep.pm", "s/lib/My/Module.pm", "s/main.pl", "s/part.pl"}},
		{"ruby", "bin/ruby3.1", []string{"s/main.rb"}, map[string]string{
			"s/main.rb": "require 'json'\nrequire_relative 'part'\nrequire_relative \"deep/er\"", "s/part.rb": "", "s/deep/er.rb": "", "s/json.txt": "",
		}, []string{"s/deep/er.rb", "s/main.rb", "s/part.rb"}},
		{"php", "bin/php8.2", []string{"s/main.php"}, map[string]string{
			"s/main.php": "<?php require __DIR__.'/part.php'; include_once('deep/er.inc');", "s/part.php": "", "s/deep/er.inc": "", "s/x.php": "",
		}, []string{"s/deep/er.inc", "s/main.php", "s/part.php"}},
		{"node", "bin/node", []string{"s/main.js"}, map[string]string{
			"s/main.js": "const a = require('./part'), fs = require('fs');\nimport b from './deep/b.mjs'\n", "s/part.js": "", "s/deep/b.mjs": "",
			"s/node_modules/pack/index.js": "", "s/node_modules/pack/package.json": "{}", "s/package.json": "{}", "s/fs.txt": "",
		}, []string{"s/deep/b.mjs", "s/main.js", "s/node_modules/pack/index.js", "s/node_modules/pack/package.json", "s/package.json", "s/part.js"}},
		{"lua", "bin/lua5.4", []string{"s/main.lua"}, map[string]string{
			"s/main.lua": "local m = require('mod')\nlocal d = require \"deep.er\"", "s/mod.lua": "", "s/deep/er.lua": "", "s/y.lua": "",
		}, []string{"s/deep/er.lua", "s/main.lua", "s/mod.lua"}},
		{"guile", "bin/guile-3.0", []string{"s/main.scm"}, map[string]string{
			"s/main.scm": "(use-modules (ice-9 match))\n(load \"part.scm\")\n", "s/part.scm": "", "s/z.scm": "",
		}, []string{"s/main.scm", "s/part.scm"}},
		{"tclsh", "bin/tclsh8.6", []string{"s/main.tcl"}, map[string]string{
			"s/main.tcl": "package require msgcat\nsource [file join [file dirname [info script]] part.tcl]\nopen data/in.json\n", "s/part.tcl": "", "s/z.tcl": "", "s/data/in.json": "",
		}, []string{"s/data/in.json", "s/main.tcl", "s/part.tcl"}},
		{"bash", "bin/bash", []string{"s/main.sh"}, map[string]string{
			"s/main.sh": "#!/bin/bash\n. ./lib.sh\nread x < in.txt; ls folder\n", "s/lib.sh": "cat <<E >\"$here/more.txt\"\n", "s/in.txt": "", "s/more.txt": "", "s/folder/a": "", "s/b.sh": "",
		}, []string{"s/in.txt", "s/lib.sh", "s/main.sh", "s/more.txt"}},
		{"gforth", "bin/gforth", []string{"s/main.fs"}, map[string]string{
			"s/main.fs": "require part.fs\ns\" deep/er.fth\" included\n", "s/part.fs": "", "s/deep/er.fth": "", "s/z.fs": "",
		}, []string{"s/deep/er.fth", "s/main.fs", "s/part.fs"}},
		// What a script has in its strings: files, folders of modules and of data; nothing hidden, nothing elsewhere.
		{"named", "bin/php8.2", []string{"s/main.php"}, map[string]string{
			"s/main.php":  "<?php require __DIR__ . \"/php/$name.php\";\n$t = file_get_contents('data.csv'); $u = `cat`; // views\nopen('.env'); open('../out.csv'); glob(\"words/*\");\n",
			"s/php/A.php": "<?php readfile('beside.txt');", "s/php/beside.txt": "", "s/php/.git/x": "", "s/data.csv": "", "s/.env": "", "out.csv": "",
			"s/views/a.html": "", "s/words/deep/w.txt": "", "s/other.csv": "",
		}, []string{"s/data.csv", "s/main.php", "s/php/A.php", "s/php/beside.txt", "s/words/deep/w.txt"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, tt.files)
			write(t, dir, map[string]string{tt.program: "program"})
			words := slices.Clone(tt.words)
			if words[0] != "-m" {
				words[0] = path.Join(dir, words[0])
			}
			if got, _ := added(t, dir, tt.program, words...); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestBuiltInPaths: the folders that the program's own strings name are packed, with links as they are.
func TestBuiltInPaths(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"lib/perl/5.36.0/strict.pm": "", "lib/perl/include/x.h": "", "share/perl5/X.pm": "", "share/doc/perl/README": ""})
	if err := os.Symlink("5.36.0", path.Join(dir, "lib/perl/5.36")); err != nil {
		t.Fatal(err)
	}
	program := "\x7fELF\x00" + dir + "/lib/perl/5.36\x00" + dir + "/share/perl5:" + dir + "/none/perl5\x00" + dir + "/share/doc/perl\x00"
	write(t, dir, map[string]string{"bin/perl": program})
	got, m := added(t, dir, "bin/perl")
	want := []string{"lib/perl/5.36", "lib/perl/5.36.0/strict.pm", "share/perl5/X.pm"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if e := m.Lookup(path.Join(dir, "lib/perl/5.36")); e == nil || e.Link != "5.36.0" {
		t.Errorf("%+v", e)
	}
}

// TestShared: a script in a share is not packed, nor is what lies there; installed packages that it names are.
func TestShared(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"bin/python3.9": "program", "lib/python3.9/os.py": "",
		"lib/python3.9/site-packages/asked.py": "", "lib/python3.9/site-packages/deep.py": "", "lib/python3.9/site-packages/other.py": "",
		"s/main.py": "import asked, part\n", "s/part.py": "import deep\n",
	})
	exe := path.Join(dir, "bin/python3.9")
	for _, tt := range []struct{ cwd, word string }{{"", "/src/main.py"}, {"/src", "main.py"}, {"/", "src/main.py"}} {
		m := &manifest.Manifest{}
		m.App.Cwd, m.App.Command = tt.cwd, []string{exe, tt.word}
		_, warnings, err := Add(m, Options{Program: exe, Shared: func(guest string) (string, bool) {
			rest, shared := strings.CutPrefix(guest, "/src/")
			return path.Join(dir, "s", rest), shared
		}})
		if err != nil || len(warnings) > 0 {
			t.Fatal(warnings, err)
		}
		var got []string
		for _, e := range m.Entries {
			got = append(got, strings.TrimPrefix(e.Guest, dir+"/lib/python3.9/"))
		}
		slices.Sort(got)
		if want := []string{"os.py", "site-packages/asked.py", "site-packages/deep.py"}; !slices.Equal(got, want) || m.App.Command[1] != tt.word {
			t.Errorf("%+v: %q, %q", tt, got, m.App.Command)
		}
	}
}

// TestZones: a script that names Python's zoneinfo gets the zones that this machine has.
func TestZones(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"bin/python3.9": "", "lib/python3.9/os.py": "", "zones.py": "from zoneinfo import ZoneInfo\n", "other.py": "import json\n"})
	_, err := os.Stat(zones + "/Europe/Berlin")
	for script, want := range map[string]bool{"zones.py": err == nil, "other.py": false} {
		_, m := added(t, dir, "bin/python3.9", path.Join(dir, script))
		if got := m.Lookup(zones+"/Europe/Berlin") != nil; got != want {
			t.Errorf("%s: zones %t, want %t", script, got, want)
		}
	}
}

// TestVirtualEnvironment: all that is installed in one is packed, also when guests mount over its place.
func TestVirtualEnvironment(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"bin/python3.11": "", "lib/python3.11/os.py": "", "env/pyvenv.cfg": "home = " + dir + "/bin\n", "env/bin/activate": "",
		"env/lib/python3.11/site-packages/pack/__init__.py": "", "env/lib/python3.11/site-packages/pack/test/__init__.py": "", "env/lib/python3.11/site-packages/pack-1.dist-info/METADATA": "",
	})
	if err := os.Symlink(path.Join(dir, "bin/python3.11"), path.Join(dir, "env/bin/python3")); err != nil {
		t.Fatal(err)
	}
	for _, guest := range []string{dir + "/env", "/env"} {
		m := &manifest.Manifest{}
		m.App.Command = []string{guest + "/bin/python3", "-c", "import pack"}
		if known, warnings, err := Add(m, Options{Program: dir + "/env/bin/python3"}); err != nil || !known || len(warnings) > 0 {
			t.Fatalf("known %t, %q, %v", known, warnings, err)
		}
		for _, name := range []string{"/pyvenv.cfg", "/lib/python3.11/site-packages/pack/test/__init__.py", "/lib/python3.11/site-packages/pack-1.dist-info/METADATA"} {
			if e := m.Lookup(guest + name); e == nil || e.Host != dir+"/env"+name {
				t.Errorf("%s: %+v", guest+name, e)
			}
		}
		if m.Lookup(dir+"/lib/python3.11/os.py") == nil {
			t.Error("no standard library")
		}
	}
}

// TestLinkedScript: modules are looked for from where a script's link leads, as in node_modules/.bin.
func TestLinkedScript(t *testing.T) {
	dir := t.TempDir()
	tool := dir + "/node_modules/tool/bin/tool.js"
	write(t, dir, map[string]string{"bin/node": "", "node_modules/tool/bin/tool.js": "require('../lib/x')\n", "node_modules/tool/lib/x.js": ""})
	m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/node_modules/tool/bin/tool.js", Host: tool}, {Guest: "/node_modules/.bin/tool", Link: "/node_modules/tool/bin/tool.js"}}}
	m.App.Command = []string{"/bin/node", "/node_modules/.bin/tool"}
	if _, _, err := Add(m, Options{Program: dir + "/bin/node"}); err != nil {
		t.Fatal(err)
	}
	if e := m.Lookup("/node_modules/tool/lib/x.js"); e == nil || e.Host != dir+"/node_modules/tool/lib/x.js" {
		t.Errorf("%+v", m.Entries)
	}
}

// TestNamedLinks: a word in a script brings nothing from elsewhere, nor what is hidden.
func TestNamedLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"bin/lua5.4": "", "secret": "", "s/main.lua": "open('data'); open('folder'); open('inner'); open('env')\n",
		"s/folder/own": "", "s/real": "", "s/.env": "",
	})
	for link, to := range map[string]string{"s/data": "../secret", "s/folder/out": "../../secret", "s/inner": "real", "s/env": ".env"} {
		if err := os.Symlink(to, path.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := added(t, dir, "bin/lua5.4", path.Join(dir, "s/main.lua"))
	if want := []string{"s/folder/own", "s/main.lua", "s/real"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamedFolderTooLarge(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"bin/lua5.4": "", "s/main.lua": "open('data')\n", "s/data/large": ""})
	if err := os.Truncate(path.Join(dir, "s/data/large"), maxNamedBytes+1); err != nil {
		t.Fatal(err)
	}
	exe := path.Join(dir, "bin/lua5.4")
	m := &manifest.Manifest{Entries: []manifest.Entry{{Guest: exe, Host: exe}}}
	m.App.Command = []string{exe, path.Join(dir, "s/main.lua")}
	_, warnings, err := Add(m, Options{Program: exe})
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "s/data, which the script names, has more than 64 MB or 4000 files and is not packed") {
		t.Errorf("%q, %v", warnings, err)
	}
	if slices.ContainsFunc(m.Entries, func(e manifest.Entry) bool { return strings.HasSuffix(e.Host, "large") }) {
		t.Error("it is packed")
	}
}

func TestGemFolders(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"usr/share/rubygems-integration/all/x": "", "usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0/x": ""})
	want := []string{path.Join(dir, "usr/share/rubygems-integration"), path.Join(dir, "usr/lib/x86_64-linux-gnu/rubygems-integration")}
	if got := gemFolders(dir); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCompiled: what is its source's counts without a look at it; anything else is left out.
func TestCompiled(t *testing.T) {
	dir := t.TempDir()
	when := time.Unix(1700000000, 0)
	header := func(flags, mtime, size uint32) []byte {
		b := make([]byte, pycHeader)
		binary.LittleEndian.PutUint32(b, 0xa7)
		binary.LittleEndian.PutUint32(b[4:], flags)
		binary.LittleEndian.PutUint32(b[8:], mtime)
		binary.LittleEndian.PutUint32(b[12:], size)
		return append(b, "code"...)
	}
	write(t, dir, map[string]string{"m.py": "12345", "__pycache__/x": ""})
	if err := os.Chtimes(path.Join(dir, "m.py"), when, when); err != nil {
		t.Fatal(err)
	}
	name := path.Join(dir, "__pycache__/m.cpython-39.pyc")
	for _, tt := range []struct {
		name string
		file []byte
		want []byte
	}{
		{"fresh", header(0, 1700000000, 5), header(1, 1700000000, 5)},
		{"old", header(0, 1600000000, 5), nil},
		{"other size", header(0, 1700000000, 6), nil},
		{"by hash", header(3, 1, 2), header(3, 1, 2)},
		{"short", []byte("short"), nil},
	} {
		if err := os.WriteFile(name, tt.file, 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := compiled(name); err != nil || !bytes.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	m := &manifest.Manifest{}
	m.App.Command = []string{"/bin/true"}
	if known, w, err := Add(m, Options{Program: "/bin/true"}); known || w != nil || err != nil {
		t.Error(known, w, err)
	}
}

// A module that a script names is no way to what lies elsewhere: not by a link, not upwards.
func TestModulesElsewhere(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"bin/ruby3.1": "", "secret.txt": "", "keys/id": "", ".hidden/code.rb": "", "above.rb": "", "lib/shared.rb": "",
		"s/main.rb": "require '../secret.txt'\nrequire '../above'\nrequire '../.hidden/code'\nrequire 'shared'\nrequire './linked'\nrequire './own'\nrequire '../keyed'\n",
		"s/own.rb":  "",
	})
	for link, to := range map[string]string{"s/linked.rb": "../secret.txt", "keyed.rb": "keys/id"} {
		if err := os.Symlink(to, path.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := added(t, dir, "bin/ruby3.1", path.Join(dir, "s/main.rb"))
	if want := []string{"above.rb", "lib/shared.rb", "s/main.rb", "s/own.rb"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	dir = t.TempDir()
	write(t, dir, map[string]string{
		"bin/node": "", "secret": "", "p/main.js": "require('pkg')\n", "p/node_modules/pkg/index.js": "", "p/node_modules/.store/x/x.js": "",
	})
	for link, to := range map[string]string{"p/node_modules/pkg/key": "../../../secret", "p/node_modules/x.js": ".store/x/x.js", "p/node_modules/up": "../.."} {
		if err := os.Symlink(to, path.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ = added(t, dir, "bin/node", path.Join(dir, "p/main.js"))
	slices.Sort(got)
	if want := []string{"p/main.js", "p/node_modules/.store/x/x.js", "p/node_modules/pkg/index.js"}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzNamed: whatever a script says, what comes along is below its own folder.
func FuzzNamed(f *testing.F) {
	dir := f.TempDir()
	for _, d := range []string{"s/a/b", "s/.h", "other"} {
		if err := os.MkdirAll(path.Join(dir, d), 0o777); err != nil {
			f.Fatal(err)
		}
	}
	for _, name := range []string{"s/x.lua", "s/a/y.lua", "s/a/b/z.txt", "s/.h/k", "other/secret.txt", "secret"} {
		if err := os.WriteFile(path.Join(dir, name), nil, 0o666); err != nil {
			f.Fatal(err)
		}
	}
	for link, to := range map[string]string{"s/l": "../other", "s/a/up": "../../secret", "s/a/in": "../x.lua"} {
		if err := os.Symlink(to, path.Join(dir, link)); err != nil {
			f.Fatal(err)
		}
	}
	for _, s := range []string{`open("a/b")`, `io.open('../secret'); "l/secret.txt" "a/up" "a/in" './././a'`, "dofile('a/../../other') '/' '.' '..' \"\\\"", "`s` '" + strings.Repeat("../", 50) + "etc/passwd'"} {
		f.Add(s)
	}
	l := find("/usr/bin/lua5.4")
	root := path.Join(dir, "s")
	f.Fuzz(func(t *testing.T, text string) {
		im := &image{m: &manifest.Manifest{}, have: map[string]bool{}, opt: Options{Shared: func(g string) (string, bool) { return g, false }}}
		s := newSearch(im, l, root, "/s")
		for line := range strings.Lines(text) {
			s.named(root, line)
		}
		for _, e := range im.m.Entries {
			if !within(e.Host, root) || !within(e.Guest, "/s") || strings.Contains(e.Host, "/.h") {
				t.Errorf("%q packs %+v", text, e)
			}
		}
	})
}

// Every line that the words of a language are found in has one of those that are looked for first.
func TestLoadWords(t *testing.T) {
	for _, l := range languages {
		for _, line := range []string{
			"import os", "from a import b", "  __requires__ = 'x'", "load_entry_point('a')", "use strict;", "do 'f.pl'", "require('m')", "autoload :A, 'a'",
			"load 'b.rb'", "require_relative 'c'", "include_once 'd.php'", "dofile('e')", "loadfile('f')", "(load \"g\")", "(include \"h\")", "source i.tcl",
			"then . ./j.sh", "NEEDS k.fs", "x = 1", "important", "", "reuse",
		} {
			want := -1
			if at := l.loads.FindStringIndex(line); at != nil {
				want = at[0]
			}
			if got := l.loadsAt(line); got != want {
				t.Errorf("%s, %q: at %d, want %d", l.word, line, got, want)
			}
		}
	}
}

// What a folder has is known, unless it cannot be read.
func TestListing(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a.py", "pkg/__init__.py", "pkg/sub/b.py"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := newSearch(nil, find("python3"), root, "/s")
	for dir, want := range map[string]string{"": "a a.py pkg", "pkg": "__init__ __init__.py sub", "pkg/sub": "b b.py", "pkg/none/x": "", "a.py": ""} {
		names, ok := s.listing(filepath.Join(root, dir))
		var got []string
		for n := range names {
			got = append(got, n)
		}
		slices.Sort(got)
		if !ok || strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v", dir, got, ok)
		}
	}
	if os.Geteuid() == 0 { // who reads everything: a name that is too long cannot be opened either
		if _, ok := s.listing(filepath.Join(root, strings.Repeat("x", 300))); !ok {
			t.Error("a folder that is not there by its parent's listing was opened")
		}
		if _, ok := s.listing("/" + strings.Repeat("x", 300)); ok {
			t.Error("what cannot be opened counts as known")
		}
		return
	}
	if err := os.Chmod(filepath.Join(root, "pkg"), 0o111); err != nil {
		t.Fatal(err)
	}
	if _, ok := newSearch(nil, find("python3"), root, "/s").listing(filepath.Join(root, "pkg")); ok {
		t.Error("a folder that cannot be read counts as known")
	}
}
