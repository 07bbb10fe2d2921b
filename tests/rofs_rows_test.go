package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/build"
)

// rofsRows pack a folder with all kinds of modes, owners, times, names and holes, and ask for them in the guest.
func rofsRows() []program {
	args := func(rest ...string) func(dir string) []string {
		return func(dir string) []string {
			return append([]string{filepath.Join(dir, "tree"), filepath.Join(dir, "files")}, rest...)
		}
	}
	return append(rightsRows(), []program{
		{name: "rofs-tree", build: rofsTree(), host: args(), kernel: uk.Options{Owner: "keep"}, tcg: true},
		{name: "rofs-tree-static", build: rofsTree("-static"), host: args(), kernel: uk.Options{Owner: "keep"}},
		{name: "rofs-tree-osv", build: rofsTree(), args: []string{"/files", "contents"}, host: args("contents"), kernel: uk.Options{Format: build.FormatRofs1}, tcg: true},
	}...)
}

// rightsRows begin as whom execve(2) makes of who starts the program and of what its file gives. What they are
// compared with are runs on Linux 6.18 of files with these modes, owners and capabilities, by setpriv(1).
func rightsRows() (rows []program) {
	const caps = " capabilities=net_raw,syslog"
	for _, r := range []struct {
		name, file, user, want string
		flags                  []string
		tcg                    bool
	}{
		{"owner", "mode=4755 owner=33:44" + caps, "", "users 0 33 33 33, groups 0 0 0 0\nvector 0 33 0 0, secure 1, variable hidden\ncapabilities ffffffff ffffffff 0, ff ff 0, dumpable 0\n", nil, true},
		{"owner-user", "mode=4755 owner=33:44" + caps, "1000:100", "users 1000 33 33 33, groups 100 100 100 100\nvector 1000 33 100 100, secure 1, variable hidden\ncapabilities 2000 2000 0, 4 4 0, dumpable 0\n", nil, false},
		{"caps-user", "mode=0755" + caps, "1000:100", "users 1000 1000 1000 1000, groups 100 100 100 100\nvector 1000 1000 100 100, secure 1, variable hidden\ncapabilities 2000 2000 0, 4 4 0, dumpable 1\n", nil, true},
		{"root-user", "mode=6755 owner=0:44", "1000:100", "users 1000 0 0 0, groups 100 44 44 44\nvector 1000 0 100 44, secure 1, variable hidden\ncapabilities ffffffff ffffffff 0, ff ff 0, dumpable 0\n", nil, false},
		{"root-caps-static", "mode=6755 owner=0:44" + caps, "1000:100", "users 1000 0 0 0, groups 100 44 44 44\nvector 1000 0 100 44, secure 1, variable hidden\ncapabilities 2000 2000 0, 4 4 0, dumpable 0\n", []string{"-static"}, false},
		{"no-group-user", "mode=6745 owner=0:44", "1000:100", "users 1000 0 0 0, groups 100 100 100 100\nvector 1000 0 100 100, secure 1, variable hidden\ncapabilities ffffffff ffffffff 0, ff ff 0, dumpable 0\n", nil, false},
		{"none", "mode=0755" + caps, "", "users 0 0 0 0, groups 0 0 0 0\nvector 0 0 0 0, secure 0, variable told\ncapabilities ffffffff ffffffff 0, ff ff 0, dumpable 1\n", []string{"-static"}, false},
	} {
		text := "/rights: rights\n/dir/plain: plain\n/dir/more: plain\n[app]\ncommand = /rights /rights /dir/plain /dir/more /dir\nenv = NAME=value\n" +
			"[files]\n/rights = user.note=text " + r.file + "\n/dir/more = user.empty= user.text=some\n"
		rows = append(rows, program{name: "rofs-rights-" + r.name, build: rightsImage(text, r.flags), kernel: uk.Options{User: r.user}, tcg: r.tcg,
			check: func(t *testing.T, out string) {
				want := r.want + rightsOf("rights", strings.Contains(r.file, caps), "user.note = 4 [text]") + rightsOf("plain", false, "") +
					rightsOf("more", false, "user.empty = 0 [], user.text = 4 [some]") + rightsOf("dir", false, "")
				if out != want {
					t.Errorf("differs:\n%s", difference(want, out))
				}
			}})
	}
	return rows
}

// rightsOf is what the program prints of a file with these attributes.
func rightsOf(name string, caps bool, user string) string {
	var list []string
	bytes := 0
	if caps {
		list = append(list, "security.capability = 20 [0100000200200000000000000400000000000000]")
	}
	if user != "" {
		list = append(list, strings.Split(user, ", ")...)
	}
	text := ""
	for _, l := range list {
		bytes += strings.Index(l, " ") + 1
		text += ", " + l
	}
	pointer := "-"
	if len(list) > 0 && !strings.Contains(list[0], " = 0 ") {
		pointer = "Bad address"
	}
	return fmt.Sprintf("%s: %d bytes of names%s\n  other: No data available, Operation not supported, by a bad pointer: %s, by its number %d, set: Read-only file system\n",
		name, bytes, text, pointer, bytes)
}

func rightsImage(manifest string, flags []string) func(t *testing.T, dir string) string {
	return func(t *testing.T, dir string) string {
		program := compile("gcc", "rofs/rights.c", flags)
		err := errors.Join(os.Rename(program(t, dir), filepath.Join(dir, "rights")), os.WriteFile(filepath.Join(dir, "plain"), []byte("plain"), 0o644),
			os.WriteFile(filepath.Join(dir, "usr.manifest"), []byte(manifest), 0o644))
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, "usr.manifest")
	}
}

func rofsTree(flags ...string) func(t *testing.T, dir string) string {
	return func(t *testing.T, dir string) string {
		if err := os.Rename(c("rofs/tree.c", flags...)(t, dir), filepath.Join(dir, "tree")); err != nil {
			t.Fatal(err)
		}
		if err := rofsFiles(filepath.Join(dir, "files")); err != nil {
			t.Fatal(err)
		}
		manifest := filepath.Join(dir, "usr.manifest")
		text := "/tree: tree\n/files/**: !files/**\n[app]\ncommand = /tree /files\n"
		if err := os.WriteFile(manifest, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return manifest
	}
}

func rofsFiles(dir string) error {
	in := func(name string) string { return filepath.Join(dir, name) }
	var errs []error
	try := func(err error) { errs = append(errs, err) }
	for _, d := range []string{"", "dir", "private", "empty", "sticky", "many"} {
		try(os.MkdirAll(in(d), 0o755))
	}
	same := bytes.Repeat([]byte("same"), 3000)
	for name, data := range map[string][]byte{
		"plain": []byte("plain\n"), "secret": []byte("x"), "group": []byte("g"), "program": []byte("#!"), "private/in": []byte("in"),
		"first": same, "dir/second": same, "none": {}, "page": make([]byte, 4096), "odd": bytes.Repeat([]byte("1234567"), 10001),
	} {
		try(os.WriteFile(in(name), data, 0o644))
	}
	for i := range 300 {
		try(os.WriteFile(in(fmt.Sprintf("many/%x", i*i*7919%4093)), []byte{byte(i)}, 0o644))
	}
	try(os.Link(in("first"), in("dir/name")))
	try(os.Symlink("../plain", in("dir/link")))
	try(os.Symlink("nowhere", in("dangling")))
	f, err := os.Create(in("holes"))
	try(err)
	for _, at := range []int64{64 << 10, 256<<10 + 100} {
		_, err := f.WriteAt(same, at)
		try(err)
	}
	try(f.Truncate(400<<10 + 1))
	try(os.WriteFile(in("void"), nil, 0o644))
	try(os.Truncate(in("void"), 100<<10+1))
	try(f.Close())
	if os.Geteuid() == 0 {
		try(os.Lchown(in("group"), 7, 44))
		try(os.Lchown(in("program"), 33, 0))
		try(os.Lchown(in("dir/link"), 1234, 70000))
		try(os.Lchown(in("sticky"), 1000, 1000))
	}
	for name, mode := range map[string]uint32{"secret": 0o600, "group": 0o2640, "program": 0o4710, "private": 0o700, "sticky": 0o1777, "none": 0} {
		try(syscall.Chmod(in(name), mode))
	}
	for i, name := range []string{"plain", "secret", "program", "first", "holes", "void", "none", "private/in", "private", "dir", "empty"} {
		at := time.Unix(int64(i*123_456_789-300_000_000), int64(i*111_111_111))
		try(os.Chtimes(in(name), at, at))
	}
	return errors.Join(errs...)
}
