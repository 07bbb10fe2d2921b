package rofs

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// hostTree is a folder with all that version 2 keeps: modes, times, several
// names, holes, and contents that are there twice.
func hostTree(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []string{"a", "a/deep", "sticky"} {
		check(os.Mkdir(filepath.Join(dir, d), 0o755))
	}
	for name, data := range map[string]string{"a/plain": "plain", "a/setuid": "x", "a/none": "secret", "first": strings.Repeat("same", 3000), "a/second": strings.Repeat("same", 3000), "other": strings.Repeat("sane", 3000)} {
		check(os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644))
	}
	check(os.Link(filepath.Join(dir, "first"), filepath.Join(dir, "name")))
	check(os.Symlink("a/plain", filepath.Join(dir, "link")))
	f, err := os.Create(filepath.Join(dir, "holes"))
	check(err)
	for _, at := range []int64{64 << 10, 256<<10 + 100} {
		_, err := f.WriteAt(bytes.Repeat([]byte("data"), 2000), at)
		check(err)
	}
	check(f.Truncate(400<<10 + 1))
	check(f.Close())
	for name, size := range map[string]int64{"void": 200<<10 + 5, "a/void": 8 << 10} { // nothing but a hole
		check(os.WriteFile(filepath.Join(dir, name), nil, 0o644))
		check(os.Truncate(filepath.Join(dir, name), size))
	}
	for name, mode := range map[string]uint32{"a/setuid": 0o4751, "a/none": 0o600, "sticky": 0o1777, "a/deep": 0o750} {
		check(syscall.Chmod(filepath.Join(dir, name), mode))
	}
	for i, name := range []string{"holes", "other", "first", "a/second", "a/none", "a/setuid", "a/plain", "a/deep", "sticky", "a"} {
		at := time.Unix(int64(1_000_000_000*(i%3)-500), int64(123_456_789+i))
		check(os.Chtimes(filepath.Join(dir, name), at, at))
	}
	return dir
}

// hostEntries lists a folder with whose attributes each path gets.
func hostEntries(t testing.TB, dir string) []Entry {
	t.Helper()
	list, err := Tree(dir, "/")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// everything is a small image of version 2 with all features.
func everything(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := Write(context.Background(), &b, hostEntries(t, hostTree(t)), Options{Holes: true, Adjust: func(path string, a *Attr) {
		a.MTime = a.MTime.Truncate(time.Second)
		if a.UID, a.GID = 7, 8; path == "/a/plain" {
			a.Xattrs = []Xattr{{"security.capability", []byte{1, 2, 3}}, {"user.empty", nil}, {"user.text", []byte("some text")}}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAttributes(t *testing.T) {
	dir := hostTree(t)
	list := hostEntries(t, dir)
	var b bytes.Buffer
	st, err := Write(context.Background(), &b, append(list, Entry{Path: "/made/here", Data: []byte("made")}), Options{Holes: true})
	if err != nil {
		t.Fatal(err)
	}
	fsys, err := NewFS(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if probs, err := Check(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil || len(probs) > 0 {
		t.Errorf("Check: %v %v", probs, err)
	}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		seen++
		want, err := os.Lstat(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		got, err := fsys.Lstat(name)
		if err != nil {
			return err
		}
		w, g := want.Sys().(*syscall.Stat_t), got.Sys().(Inode)
		if got.Mode() != want.Mode() || !got.ModTime().Equal(want.ModTime()) || g.UID != w.Uid || g.GID != w.Gid ||
			!got.IsDir() && (got.Size() != want.Size() || uint64(g.Nlink) != w.Nlink) {
			t.Errorf("%s: %v %v %d %d of %d:%d; want %v %v %d %d of %d:%d", name, got.Mode(), got.ModTime(), got.Size(), g.Nlink, g.UID, g.GID,
				want.Mode(), want.ModTime(), want.Size(), w.Nlink, w.Uid, w.Gid)
		}
		if want.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if have, herr := fsys.ReadFile(name); err != nil || herr != nil || !bytes.Equal(have, data) {
				t.Errorf("%s: contents differ; %v, %v", name, err, herr)
			}
		}
		return nil
	})
	if err != nil || seen != 15 {
		t.Errorf("%d paths: %v", seen, err)
	}
	for name, want := range map[string]string{"made": "drwxr-xr-x", "made/here": "-rw-r--r--"} {
		if fi, err := fsys.Stat(name); err != nil || fi.Mode().String() != want || fi.ModTime().Unix() != 0 {
			t.Errorf("%s: %v, %v", name, fi, err)
		}
	}
	// Three of the names have the same 12,000 bytes.
	if st.Shared != 2*12000 {
		t.Errorf("%d bytes are shared, want %d", st.Shared, 2*12000)
	}
	if sparse, err := os.Lstat(filepath.Join(dir, "holes")); err == nil && sparse.Sys().(*syscall.Stat_t).Blocks < 100 && (st.Holes < 300<<10 || b.Len() > 200<<10) {
		t.Errorf("holes of %d bytes, an image of %d", st.Holes, b.Len())
	}
}

// TestOrder packs the same tree from entries in another order.
func TestOrder(t *testing.T) {
	list := hostEntries(t, hostTree(t))
	want := packVersion(t, Version2, list)
	slices.Reverse(list)
	if got := packVersion(t, Version2, list); !bytes.Equal(got, want) {
		t.Errorf("first difference at %d", firstDiff(got, want))
	}
}

func TestXattrs(t *testing.T) {
	img := everything(t)
	fsys, err := NewFS(bytes.NewReader(img), int64(len(img)))
	if err != nil {
		t.Fatal(err)
	}
	list, err := fsys.Xattrs("a/plain")
	if got := fmt.Sprint(list); err != nil || got != "[{security.capability [1 2 3]} {user.empty []} {user.text [115 111 109 101 32 116 101 120 116]}]" {
		t.Errorf("%s, %v", got, err)
	}
	if list, err := fsys.Xattrs("first"); len(list) != 0 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
	for want, list := range map[string][]Xattr{
		"given twice":     {{"user.a", nil}, {"user.a", nil}},
		"with the name":   {{"", nil}},
		"more than 65536": {{"user.a", make([]byte, maxXattrValue)}},
	} {
		_, err := Write(context.Background(), new(bytes.Buffer), []Entry{{Path: "/f", Data: []byte("x")}}, Options{Adjust: func(path string, a *Attr) {
			if path == "/f" {
				a.Xattrs = list
			}
		}})
		if err == nil || !strings.Contains(err.Error(), "/f: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want one about %q", err, want)
		}
	}
}

// TestDamage2 damages an image in one place at a time, as TestDamage.
func TestDamage2(t *testing.T) {
	good := everything(t)
	found, err := scan(bytes.NewReader(good), int64(len(good)), func(off int64, v any, f string, a ...any) error { return formatError(off, v, f, a...) })
	if err != nil {
		t.Fatal(err)
	}
	im := found.(*image2)
	fsys, err := NewFS(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) (int64, inode2) {
		i, err := fsys.stat("stat", name, false)
		if err != nil {
			t.Fatal(err)
		}
		return im.rowOff(i.n.No), im.row(i.n.No)
	}
	put := func(off int64, v uint64) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint64(b[off:], v); return b }
	}
	put32 := func(off int64, v uint32) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint32(b[off:], v); return b }
	}
	root, rootRow := at(".")
	dir, _ := at("a")
	file, fileRow := at("first")
	link, _ := at("link")
	holes, holesRow := at("holes")
	void, voidRow := at("void")
	firstHole, _ := at("a/void")
	plain, plainRow := at("a/plain")
	entry := int64(rootRow.start)
	checkDamage(t, good, []damage{
		{"block size", put(super2BlockSize, 512), super2BlockSize, "block size", false},
		{"features", put(super2Features, 3), super2Features, "features", false},
		{"blocks", put(super2Blocks, 1<<60), super2Blocks, "whole blocks", false},
		{"no blocks", put(super2Blocks, 0), super2Blocks, "whole blocks", false},
		{"tables", put(super2MetaBytes, 1<<62), super2MetaBytes, "tables do not end", false},
		{"no tables", put(super2MetaBytes, 0), super2Inodes, "do not fit", false},
		{"inodes", put(super2Inodes, 1<<60), super2Inodes, "do not fit", false},
		{"no inodes", put(super2Inodes, 0), super2Inodes, "do not fit", false},
		{"superblock rest", put(super2Zero, 1), super2Zero, "rest of the superblock", true},
		{"root", put32(root, 0x81a4), root, "root is not", false},
		{"root is a file", func(b []byte) []byte { copy(b[root:root+inodeSize2], b[file:file+inodeSize2]); return b }, root, "root is not", false},
		{"type", put32(file, 0x1000), file, "no directory, file or link", false},
		{"names", put32(file+inode2Nlink, 3), file + inode2Nlink, "has 2 names", true},
		{"names of a directory", put32(dir+inode2Nlink, 2), dir + inode2Nlink, "has 3 names", true},
		{"file start", put(file+inode2Start, 0), file + inode2Start, "outside the blocks", false},
		{"file end", put(file+inode2Start, im.sb.Blocks), file + inode2Start, "outside the blocks", false},
		{"file size", put(file+inode2Size, 1<<63), file + inode2Size, "larger than can be", false},
		{"file size and start", put(file+inode2Size, 1<<62), file + inode2Start, "outside the blocks", false},
		{"overlap", put(plain+inode2Start, fileRow.start), 0, "part of the blocks", true},
		{"extents", put32(holes+inode2Extents, 1<<30), holes + inode2Start, "extents of file", false},
		{"extent start", put(int64(holesRow.start)+8, 0), int64(holesRow.start), "out of order", false},
		{"extent order", put(int64(holesRow.start)+extentSize2, 0), int64(holesRow.start) + extentSize2, "out of order", false},
		{"extent end", put(int64(holesRow.start)+16, 1<<60), int64(holesRow.start), "out of order", false},
		{"extents nobody tells of", put(super2Features, 0), firstHole + inode2Extents, "does not tell", false},
		{"a hole's end", put(int64(voidRow.start), 1), int64(voidRow.start), "out of order", false},
		{"a hole without extent", put32(void+inode2Extents, 0), void + inode2Start, "outside the blocks", false},
		{"dir range", put(dir+inode2Start, 1<<40), dir + inode2Size, "outside the tables", false},
		{"dir count", put(dir+inode2Size, 1<<60), dir + inode2Size, "outside the tables", false},
		{"dir over the superblock", put(dir+inode2Start, 0), dir + inode2Size, "outside the tables", false},
		{"entry", put32(entry, 0), entry, "names no inode", false},
		{"entry is the root", put32(entry, 1), entry, "names the root", false},
		{"entry name", put32(entry+4, 1<<31), entry + 4, "outside the tables", false},
		{"entry type", func(b []byte) []byte { b[entry+9] = 8; return b }, entry, "another type", false},
		{"empty name", func(b []byte) []byte { b[entry+8] = 0; return b }, entry, "empty", false},
		{"order", put32(entry+4, decodeDirent2(good[entry+5*direntSize2:]).name), entry + direntSize2, "in order", false},
		{"two parents", put(dir+inode2Start, rootRow.start), 0, "", false},
		{"link size", put(link+inode2Size, 0), link + inode2Size, "not 1 to", false},
		{"link target", put(link+inode2Start, 1<<63), link + inode2Size, "not 1 to", false},
		{"attributes", put32(plain+inode2Xattrs, 1<<31), plain + inode2Xattrs, "do not end", false},
		{"attribute's value", put32(int64(plainRow.xattrs)+4, 1<<31), plain + inode2Xattrs, "do not end", false},
		{"padding", func(b []byte) []byte { b[im.sb.MetaBytes] = 1; return b }, int64(im.sb.MetaBytes), "padding after the tables", true},
		{"padding of a file", func(b []byte) []byte { b[plainRow.start*BlockSize2+5] = 1; return b }, int64(plainRow.start*BlockSize2) + 5, "padding after file", true},
		{"truncated", func(b []byte) []byte { return b[:len(b)-1] }, super2Blocks, "whole blocks", false},
		{"longer", func(b []byte) []byte { return append(b, 0) }, super2Blocks, "should have", true},
	})
}

// TestUnreadable packs what this user may not read.
func TestUnreadable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	_, err := Write(context.Background(), new(bytes.Buffer), []Entry{{Path: "/f", Host: file}}, Options{})
	if os.Geteuid() == 0 {
		if err != nil {
			t.Error(err)
		}
	} else if want := "/f (from " + file + "): cannot read the host file; run as somebody who may, or leave it out: permission denied"; fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestNoSuchVersion(t *testing.T) {
	if _, err := Write(context.Background(), new(bytes.Buffer), sample(), Options{Version: 3}); err == nil || !strings.Contains(err.Error(), "no version 3") {
		t.Error(err)
	}
}

// TestUserXattrs packs a file whose extended attributes are asked for, and one whose are not: all that the
// file system at hand keeps.
func TestUserXattrs(t *testing.T) {
	dir := t.TempDir()
	kept, left := filepath.Join(dir, "kept"), filepath.Join(dir, "left")
	var want []Xattr
	for _, name := range []string{kept, left} {
		if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, x := range []Xattr{{"user.z", nil}, {"user.a", []byte("text")}} {
			switch err := unix.Setxattr(name, x.Name, x.Value, 0); {
			case err != nil && !errors.Is(err, unix.ENOTSUP):
				t.Fatal(err)
			case err == nil && name == kept:
				want = append([]Xattr{x}, want...)
			}
		}
	}
	image := filepath.Join(dir, "image")
	_, err := WriteFile(context.Background(), image, []Entry{{Path: "/kept", Host: kept}, {Path: "/left", Host: left}},
		Options{UserXattrs: func(path string) bool { return path == "/kept" }})
	if err != nil {
		t.Fatal(err)
	}
	root, err := Open(image)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, want := range map[string][]Xattr{"kept": want, "left": nil} {
		if got, err := root.Xattrs(name); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}
