package rofs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestEntryErrors(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("n", MaxName+1)
	x := []byte("x")
	for _, c := range []struct {
		name string
		list []Entry
		msg  string
	}{
		{"nothing", []Entry{{Path: "/a"}}, "has no contents"},
		{"two kinds", []Entry{{Path: "/a", Link: "b", Data: x}}, "more than one of"},
		{"long name", []Entry{{Path: "/a/" + long, Data: x}}, "name has 256 bytes, at most 255"},
		{"long directory", []Entry{{Path: "/" + long + "/a", Data: x}}, "name has 256 bytes, at most 255"},
		{"long path", []Entry{{Path: strings.Repeat("/a", 2048), Data: x}}, "path has 4096 bytes"},
		{"long link", []Entry{{Path: "/a", Link: strings.Repeat("a", 4096)}}, "link target has 4096 bytes"},
		{"NUL", []Entry{{Path: "/a\x00b", Data: x}}, "NUL"},
		{"NUL in link", []Entry{{Path: "/a", Link: "a\x00b"}}, "NUL"},
		{"dotdot", []Entry{{Path: "/a/../b", Data: x}}, "component .."},
		{"empty component", []Entry{{Path: "/a//b", Data: x}}, "empty component"},
		{"root file", []Entry{{Path: "/", Data: x}}, "root can only be a directory"},
		{"twice", []Entry{{Path: "/a", Data: x}, {Path: "/a", Data: x}}, "already in the image as a file"},
		{"file then dir", []Entry{{Path: "/a", Data: x}, {Path: "/a", Dir: true}}, "already in the image as a file"},
		{"dir then file", []Entry{{Path: "/a/b", Data: x}, {Path: "/a", Data: x}}, "already in the image as a directory"},
		{"below a file", []Entry{{Path: "/a/b", Data: x}, {Path: "/a/b/c/d", Data: x}}, "/a/b is already in the image as a file"},
		{"below a link", []Entry{{Path: "/a", Link: "b"}, {Path: "/a/c", Data: x}}, "/a is already in the image as a link"},
		{"newline", []Entry{{Path: "/a\nb"}}, `"/a\nb": has no`},
		{"missing", []Entry{{Path: "/a", Host: dir + "/none"}}, "no such file"},
		{"directory", []Entry{{Path: "/a", Host: dir}}, "is a directory on the host"},
		{"device", []Entry{{Path: "/a", Host: "/dev/null"}}, "is a device on the host"},
		{"not really empty", []Entry{{Path: "/a", Host: "/proc/self/stat"}}, "not; pack an ordinary copy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(dir, "out.rofs")
			_, err := WriteFile(context.Background(), out, c.list, Options{})
			var ee *EntryError
			if !errors.As(err, &ee) || !strings.Contains(err.Error(), c.msg) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v; want one about %q", err, c.msg)
			}
			nothingLeft(t, dir)
		})
	}
}

func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestSameBytes packs one tree in several ways.
func TestSameBytes(t *testing.T) {
	list := makeTree(t, goldenTrees()["sizes"])
	for _, version := range []int{Version, Version2} {
		testSameBytes(t, version, list)
	}
}

func testSameBytes(t *testing.T, version int, list []Entry) {
	want := packVersion(t, version, list)
	for _, workers := range []int{0, 1, 3, 16} {
		for _, digest := range []bool{false, true} {
			out := filepath.Join(t.TempDir(), "out.rofs")
			st, err := WriteFile(context.Background(), out, list, Options{Version: version, Workers: workers, Digest: digest})
			if err != nil {
				t.Fatal(err)
			}
			got, _ := os.ReadFile(out)
			if !bytes.Equal(got, want) || st.ImageBytes != int64(len(want)) || digest != (len(st.SHA256) == 64) {
				t.Errorf("workers %d: first difference at %d; %+v", workers, firstDiff(got, want), st)
			}
		}
	}
}

// changer changes a file when the image's first bytes are written: after the
// layout was planned, before or while the file is read.
type changer struct {
	change func()
}

func (c *changer) Write(b []byte) (int, error) {
	if c.change != nil {
		c.change()
		c.change = nil
	}
	return len(b), nil
}

func TestChangingFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	old := time.Now().Add(-time.Hour)
	for name, c := range map[string]struct {
		size   int
		change func() error
		msg    string
	}{
		"grows":       {1000, func() error { return os.WriteFile(file, make([]byte, 1001), 0o644) }, "changed while"},
		"grows empty": {0, func() error { return os.WriteFile(file, make([]byte, 1), 0o644) }, "pack"},
		"shrinks":     {5 << 20, func() error { return os.Truncate(file, 2<<20) }, "changed while"},
		"is emptied":  {1000, func() error { return os.Truncate(file, 0) }, "changed while"},
		"is written":  {1000, func() error { return os.WriteFile(file, bytes.Repeat([]byte("y"), 1000), 0o644) }, "changed while"},
		"disappears":  {1000, func() error { return os.Remove(file) }, "changed while"},
		"is replaced": {1000, func() error {
			other := file + "2"
			return errors.Join(os.WriteFile(other, make([]byte, 1000), 0o644), os.Chtimes(other, old, old), os.Rename(other, file))
		}, "changed while"},
		"becomes a pipe": {1000, func() error {
			return errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o644))
		}, "changed while"},
	} {
		t.Run(name, func(t *testing.T) {
			os.Remove(file)
			if err := errors.Join(os.WriteFile(file, make([]byte, c.size), 0o644), os.Chtimes(file, old, old)); err != nil {
				t.Fatal(err)
			}
			w := &changer{change: func() {
				if err := c.change(); err != nil {
					t.Error(err)
				}
			}}
			_, err := Write(context.Background(), w, []Entry{{Path: "/f", Host: file}}, Options{})
			var ee *EntryError
			if !errors.As(err, &ee) || ee.Host != file || !strings.Contains(err.Error(), c.msg) {
				t.Errorf("error %v; want one about %q", err, c.msg)
			}
		})
	}
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full on this machine: ", err)
	}
	defer full.Close()
	if _, err := Write(context.Background(), full, sample(), Options{}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v; want ENOSPC", err)
	}
	// An image larger than any file may be.
	dir := t.TempDir()
	huge := filepath.Join(t.TempDir(), "huge")
	if err := os.WriteFile(huge, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 10<<40); err != nil {
		t.Skip("no sparse files of 10 TB here: ", err)
	}
	if probe, err := os.OpenFile(huge, os.O_RDWR, 0); err != nil || reserve(probe, 20<<40) == nil {
		t.Skip("this file system does not say beforehand that it has no room")
	}
	out := filepath.Join(dir, "out.rofs")
	_, err = WriteFile(context.Background(), out, []Entry{{Path: "/h", Host: huge}, {Path: "/i", Host: huge}}, Options{Version: Version})
	if err == nil || !strings.Contains(err.Error(), out) {
		t.Errorf("error %v; want one that names %s", err, out)
	}
	nothingLeft(t, dir)
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	if _, err := WriteFile(ctx, filepath.Join(dir, "o"), makeTree(t, goldenTrees()["sizes"]), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v; want context.Canceled", err)
	}
	nothingLeft(t, dir)
}

// TestReplace has an older image in the way; on a failure it stays.
func TestReplace(t *testing.T) {
	out := filepath.Join(t.TempDir(), "root.rofs")
	if err := os.WriteFile(out, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	bad := append(sample(), Entry{Path: "/x", Host: "/proc/self/stat"})
	if _, err := WriteFile(context.Background(), out, bad, Options{}); err == nil {
		t.Error("no error")
	}
	if b, _ := os.ReadFile(out); string(b) != "old" {
		t.Errorf("the older image became %.20q", b)
	}
	if _, err := WriteFile(context.Background(), out, sample(), Options{}); err != nil {
		t.Error(err)
	}
	if b, _ := os.ReadFile(out); !bytes.Equal(b, packVersion(t, Version2, sample())) {
		t.Error("not replaced")
	}
}

// TestMemory packs files that are larger than what may be allocated for them.
func TestMemory(t *testing.T) {
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, 300<<20); err != nil {
		t.Fatal(err)
	}
	for _, version := range []int{Version, Version2} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Write(context.Background(), io.Discard, []Entry{{Path: "/a", Host: big}}, Options{Version: version, Workers: 2}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
			t.Errorf("version %d: %d MB were allocated", version, n>>20)
		}
	}
}

func TestTree(t *testing.T) {
	dir := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, "b/empty"), 0o755),
		os.WriteFile(filepath.Join(dir, "b/f"), []byte("f"), 0o644),
		os.Symlink("b", filepath.Join(dir, "a")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := Tree(dir, "/usr")
	in := func(name string) string { return filepath.Join(dir, name) }
	want := fmt.Sprint([]Entry{{Path: "/usr", Dir: true, Like: dir}, {Path: "/usr/a", Link: "b", Like: in("a")}, {Path: "/usr/b", Dir: true, Like: in("b")},
		{Path: "/usr/b/empty", Dir: true, Like: in("b/empty")}, {Path: "/usr/b/f", Host: filepath.Join(dir, "b/f")}})
	if err != nil || fmt.Sprint(list) != want {
		t.Errorf("Tree = %v, %v; want %v", list, err, want)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Tree(dir, "/"); err == nil || !strings.Contains(err.Error(), "named pipe") {
		t.Errorf("Tree with a pipe: %v", err)
	}
}
