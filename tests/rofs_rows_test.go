package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"uk"
)

// rofsRows pack a folder with all kinds of modes, owners, times, names and holes, and ask for them in the guest.
func rofsRows() []program {
	args := func(rest ...string) func(dir string) []string {
		return func(dir string) []string {
			return append([]string{filepath.Join(dir, "tree"), filepath.Join(dir, "files")}, rest...)
		}
	}
	return []program{
		{name: "rofs-tree", build: rofsTree(), host: args(), kernel: uk.Options{Owner: "keep"}, tcg: true},
		{name: "rofs-tree-static", build: rofsTree("-static"), host: args(), kernel: uk.Options{Owner: "keep"}},
		{name: "rofs-tree-osv", build: rofsTree(), args: []string{"/files", "contents"}, host: args("contents"), kernel: uk.Options{Format: uk.FormatRofs1}, tcg: true},
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
	for i, name := range []string{"plain", "secret", "program", "first", "holes", "none", "private/in", "private", "dir", "empty"} {
		at := time.Unix(int64(i*123_456_789-300_000_000), int64(i*111_111_111))
		try(os.Chtimes(in(name), at, at))
	}
	return errors.Join(errs...)
}
