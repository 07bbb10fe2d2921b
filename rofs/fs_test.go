package rofs

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// pack0 packs entries in memory, as OSv does.
func pack0(t testing.TB, list []Entry) []byte {
	t.Helper()
	return packVersion(t, Version, list)
}

func packVersion(t testing.TB, version int, list []Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(context.Background(), &b, list, Options{Version: version}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample() []Entry {
	list := []Entry{
		{Path: "/bin", Link: "usr/bin"},
		{Path: "/usr/bin/app", Data: []byte("program")},
		{Path: "/usr/bin/sh", Link: "app"},
		{Path: "/usr/lib/up", Link: "../../../../etc/conf"},
		{Path: "/etc/conf", Data: bytes.Repeat([]byte("x"), 1500)},
		{Path: "/etc/abs", Link: "/bin/sh"},
		{Path: "/empty", Data: []byte{}},
		{Path: "/tmp", Dir: true},
		{Path: "/loop/a", Link: "b"},
		{Path: "/loop/b", Link: "a"},
		{Path: "/loop/self", Link: "self/x"},
		{Path: "/dangling", Link: "/nowhere"},
	}
	for i := range 40 {
		list = append(list, Entry{Path: fmt.Sprintf("/many/%d", 100-i), Data: []byte{byte(i)}})
	}
	return list
}

func openSample(t *testing.T, version int) *FS {
	t.Helper()
	img := packVersion(t, version, sample())
	fsys, err := NewFS(bytes.NewReader(img), int64(len(img)))
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func TestFS(t *testing.T) {
	var list []Entry
	for _, e := range sample() {
		if !strings.HasPrefix(e.Path, "/loop") && e.Path != "/dangling" {
			list = append(list, e)
		}
	}
	for _, version := range []int{Version, Version2} {
		img := packVersion(t, version, list)
		fsys, err := NewFS(bytes.NewReader(img), int64(len(img)))
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(fsys, "usr/bin/app", "etc/abs", "tmp", "many/61", "empty"); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, version := range []int{Version, Version2} {
		t.Run(fmt.Sprint(version), func(t *testing.T) { testLookup(t, openSample(t, version)) })
	}
}

func testLookup(t *testing.T, fsys *FS) {
	for _, c := range []struct {
		name string
		want string // contents
		err  error
	}{
		{name: "usr/bin/app", want: "program"},
		{name: "bin/app", want: "program"},
		{name: "bin/sh", want: "program"},
		{name: "etc/abs", want: "program"},
		{name: "many/80", want: "\x14"},
		{name: "empty", want: ""},
		{name: "usr/lib/up", want: strings.Repeat("x", 1500)},
		{name: "loop/a", err: errLoop},
		{name: "loop/self", err: errLoop},
		{name: "dangling", err: fs.ErrNotExist},
		{name: "many/1", err: fs.ErrNotExist},
		{name: "etc/conf/x", err: errNotDir},
		{name: "etc", err: errIsDir},
		{name: "/etc", err: fs.ErrInvalid},
		{name: "etc/../etc/conf", err: fs.ErrInvalid},
		{name: "", err: fs.ErrInvalid},
	} {
		b, err := fsys.ReadFile(c.name)
		if !errors.Is(err, c.err) || string(b) != c.want {
			t.Errorf("ReadFile(%q) = %.20q, %v; want %.20q, %v", c.name, b, err, c.want, c.err)
		}
	}
	if got, err := fsys.ReadLink("etc/abs"); got != "/bin/sh" || err != nil {
		t.Errorf("ReadLink = %q, %v", got, err)
	}
	if fi, err := fsys.Lstat("bin"); err != nil || fi.Mode() != fs.ModeSymlink|0o777 || fi.Size() != 7 {
		t.Errorf("Lstat(bin) = %v, %v", fi, err)
	}
	if fi, err := fsys.Stat("bin"); err != nil || !fi.IsDir() || fi.Name() != "bin" {
		t.Errorf("Stat(bin) = %v, %v", fi, err)
	}
}

// TestDamage damages an image in one place at a time; Check must say where, and
// NewFS must refuse what could mislead a reader.
func TestDamage(t *testing.T) {
	good := pack0(t, sample())
	found, err := scan(bytes.NewReader(good), int64(len(good)), func(off int64, v any, f string, a ...any) error { return formatError(off, v, f, a...) })
	if err != nil {
		t.Fatal(err)
	}
	im := found.(*image)
	find := func(name string) uint64 { // inode of the path
		fsys := openSample(t, Version)
		i, err := fsys.stat("stat", name, false)
		if err != nil {
			t.Fatal(err)
		}
		return i.n.No
	}
	put := func(off int64, v uint64) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint64(b[off:], v); return b }
	}
	file, dir, link := im.inodeOff(find("etc/conf")), im.inodeOff(find("usr")), im.inodeOff(find("bin"))
	tables := int64(im.sb.TableBlock) * BlockSize
	checkDamage(t, good, []damage{
		{"magic", put(0, 7), 0, "magic", false},
		{"version", put(superVersion, 3), superVersion, "only versions 1 and 2", false},
		{"block size", put(superBlockSize, 4096), superBlockSize, "block size", false},
		{"tables before data", put(superTableBlock, 0), superTableBlock, "do not start", false},
		{"tables after end", put(superTableBlock, 1<<60), superTableBlock, "do not start", false},
		{"tables too long", put(superTableBlocks, 1<<55), superTableBlocks, "do not end", false},
		{"no tables", put(superTableBlocks, 0), superTableBlocks, "do not end", false},
		{"dirents", put(superDirents, 1<<62), superDirents, "more directory entries", false},
		{"one dirent more", put(superDirents, im.sb.Dirents+1), 0, "", false},
		{"links", put(superLinks, 1<<63), superLinks, "more links", false},
		{"inodes", put(superInodes, 1<<59), superInodes, "more inodes", false},
		{"no inodes", put(superInodes, 0), superInodes, "no root", false},
		{"superblock rest", put(100, 1), 100, "rest of the superblock", true},
		{"inode number", put(file+8, 1), file + 8, "another number", false},
		{"mode", put(file, 0x1000), file, "no directory, file or link", false},
		{"file start", put(file+16, 0), file + 16, "outside the data", false},
		{"file past tables", put(file+16, im.sb.TableBlock), file + 16, "outside the data", false},
		{"file size", put(file+24, 1<<63), file + 16, "outside the data", false},
		{"overlap", put(file+16, 1), file + 16, "shares blocks", true},
		{"dir range", put(dir+16, im.sb.Dirents+1), dir + 16, "outside the table", false},
		{"dir count", put(dir+24, 1<<63), dir + 16, "outside the table", false},
		{"two owners", put(dir+16, 0), 0, "is in directory", false},
		{"link index", put(link+16, 99), link + 16, "outside the table", false},
		{"link count", put(link+24, 2), link + 24, "not one target", false},
		{"shared link", put(link+16, 1), 0, "shares its target", true},
		{"cycle", put(tables, 1), tables, "names the root", false},
		{"entry inode", put(tables, 1<<40), tables, "names no inode", false},
		{"same inode twice", put(tables, find("empty")), 0, "has already", false},
		{"slash in name", func(b []byte) []byte { b[tables+direntHead] = '/'; return b }, tables + direntHead, "slash", false},
		{"empty name", func(b []byte) []byte { b[tables+8] = 0; return b }, 0, "", false},
		{"padding", func(b []byte) []byte { b[len(b)-1] = 1; return b }, int64(len(good)) - 1, "padding after the tables", true},
		{"truncated", func(b []byte) []byte { return b[:len(b)-BlockSize] }, superTableBlocks, "do not end", false},
		{"short", func(b []byte) []byte { return b[:100] }, 0, "shorter", false},
		{"nothing", func(b []byte) []byte { return nil }, 0, "shorter", false},
		{"longer", func(b []byte) []byte { return append(b, 0) }, int64(len(good)), "should have", true},
	})
}

// damage is one of a good image, and what is said of it.
type damage struct {
	name   string
	damage func([]byte) []byte
	off    int64
	msg    string
	reads  bool // NewFS takes it
}

// checkDamage does each damage to a copy of good and looks for its problem.
func checkDamage(t *testing.T, good []byte, damages []damage) {
	t.Helper()
	for _, c := range damages {
		t.Run(c.name, func(t *testing.T) {
			img := c.damage(bytes.Clone(good))
			probs, err := Check(bytes.NewReader(img), int64(len(img)))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(probs, func(p Problem) bool {
				return strings.Contains(p.Msg, c.msg) && (c.off == 0 || p.Off == c.off)
			}) {
				t.Errorf("no problem %q at %d in %v", c.msg, c.off, probs)
			}
			_, err = NewFS(bytes.NewReader(img), int64(len(img)))
			var fe *FormatError
			if c.reads != (err == nil) || err != nil && !errors.As(err, &fe) {
				t.Errorf("NewFS: %v", err)
			}
		})
	}
}

// TestShortReader has an image that ends before the size given for it.
func TestShortReader(t *testing.T) {
	img := pack0(t, sample())
	probs, err := Check(bytes.NewReader(img[:2000]), int64(len(img)))
	if err != nil || len(probs) == 0 || probs[0].Off < 2000 {
		t.Errorf("Check = %v, %v", probs, err)
	}
	if _, err := NewFS(bytes.NewReader(img[:2000]), int64(len(img))); err == nil {
		t.Error("NewFS took it")
	}
}

func FuzzReader(f *testing.F) {
	trees := goldenTrees()
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		items := trees[name]
		if len(items) < 100 && len(items) != 16 {
			f.Add(pack0(f, makeTree(f, items)))
			f.Add(packVersion(f, Version2, makeTree(f, items)))
		}
	}
	f.Add(pack0(f, sample()))
	f.Add(packVersion(f, Version2, sample()))
	f.Add(everything(f))
	f.Fuzz(readAll)
}

// TestRandomDamage is a little of what FuzzReader does, the same each time.
func TestRandomDamage(t *testing.T) {
	good := everything(t)
	meta := int(binary.LittleEndian.Uint64(good[super2MetaBytes:]))
	values := []uint64{0, 1, 2, 0xff, 4095, 4096, 1 << 31, 1 << 32, 1 << 51, 1 << 52, 1<<63 - 1, 1 << 63, ^uint64(0)}
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 2))
		img := bytes.Clone(good)
		for range 1 + r.IntN(4) {
			at := r.IntN(meta - 8)
			switch r.IntN(4) {
			case 0:
				img[at] ^= 1 << r.IntN(8)
			case 1:
				binary.LittleEndian.PutUint64(img[at:], values[r.IntN(len(values))])
			case 2:
				binary.LittleEndian.PutUint32(img[at&^3:], uint32(values[r.IntN(len(values))]))
			case 3:
				binary.LittleEndian.PutUint32(img[at&^3:], uint32(r.IntN(meta)))
			}
		}
		if r.IntN(10) == 0 {
			img = img[:r.IntN(len(img))]
		}
		if readAll(t, img); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// readAll checks an image, and walks all of it if it can be read.
func readAll(t *testing.T, img []byte) {
	probs, err := Check(bytes.NewReader(img), int64(len(img)))
	if err != nil {
		t.Fatalf("Check: %v", err)
	}
	fsys, err := NewFS(bytes.NewReader(img), int64(len(img)))
	if err != nil {
		var fe *FormatError
		if !errors.As(err, &fe) || len(probs) == 0 {
			t.Fatalf("NewFS: %v, but Check: %v", err, probs)
		}
		return
	}
	paths := 0
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// Files of version 2 may have several names, each with an entry of its own.
		if paths++; paths > len(img) {
			t.Fatal("more paths than bytes")
		}
		switch {
		case d.Type().IsRegular():
			fi, _ := d.Info()
			if fi.Size() > 1<<20 { // for the most part holes
				break
			}
			if b, err := fsys.ReadFile(name); err != nil || int64(len(b)) != fi.Size() {
				t.Fatalf("%s: %d bytes, %v", name, len(b), err)
			}
		case d.Type()&fs.ModeSymlink != 0:
			if _, err := fsys.ReadLink(name); err != nil {
				t.Fatal(err)
			}
			fsys.Stat(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An image that is packed again from its own entries is the same, byte for byte.
func TestEntries(t *testing.T) {
	for name, data := range map[string][]byte{"version 1": pack0(t, sample()), "version 2": packVersion(t, Version2, sample()), "everything": everything(t)} {
		f, err := NewFS(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		list, err := f.Entries(nil)
		if err != nil {
			t.Fatal(err)
		}
		opts := f.Options()
		opts.Adjust = func(string, *Attr) { t.Errorf("%s: asked for attributes", name) }
		var again bytes.Buffer
		if _, err := Write(context.Background(), &again, list, opts); err != nil || !bytes.Equal(again.Bytes(), data) {
			t.Errorf("%s: %d bytes became %d, first difference at %d; %v", name, len(data), again.Len(), firstDiff(data, again.Bytes()), err)
		}
		gone := list[len(list)-1].Path
		some, err := f.Entries(func(p string) bool { return p == gone })
		if err != nil || len(some) >= len(list) || slices.ContainsFunc(some, func(e Entry) bool { return e.Path == gone }) {
			t.Errorf("%s: %v: %d of %d entries", name, err, len(some), len(list))
		}
	}
}
