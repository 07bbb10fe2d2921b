package reader

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/u-root/u-root/pkg/cpio"

	"uk.example/internal/archive"
)

// read reads an archive that is in memory.
func read(t testing.TB, data []byte) (*archive.Tree, string, error) {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "archive")
	if err := os.WriteFile(name, data, 0o640); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	contents := filepath.Join(dir, "contents")
	if err := os.Mkdir(contents, 0o700); err != nil {
		t.Fatal(err)
	}
	tree, err := Read(f, contents)
	return tree, contents, err
}

// show has a line for each entry.
func show(t *testing.T, tree *archive.Tree, dir string) (lines []string) {
	t.Helper()
	for _, e := range tree.Entries {
		line := fmt.Sprintf("%s %s %o %d:%d %d", e.Path, e.Kind, e.Mode, e.UID, e.GID, e.Sec)
		switch e.Kind {
		case archive.Link:
			line += " " + string(e.Target)
		case archive.File:
			b, err := os.ReadFile(archive.HostFile(dir, e.Number))
			if err != nil {
				t.Fatal(err)
			}
			if len(b) > 20 {
				b = fmt.Appendf(nil, "%d bytes", len(b))
			}
			line += " " + string(b)
		}
		for _, x := range e.Xattrs {
			line += fmt.Sprintf(" %s=%q", x.Name, x.Value)
		}
		lines = append(lines, line)
	}
	return lines
}

// makeTar makes a tar archive. A header's contents are its size's worth of its name.
func makeTar(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write(bytes.Repeat([]byte("x"), int(h.Size))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func makeCpio(t testing.TB, records ...cpio.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := cpio.Newc.Writer(&b)
	if err := cpio.WriteRecords(w, records); err != nil {
		t.Fatal(err)
	}
	if err := cpio.WriteTrailer(w); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTar(t *testing.T) {
	at := time.Unix(1e9, 0)
	long := strings.Repeat("long/", 40) + "name"
	data := makeTar(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o700, ModTime: at},
		tar.Header{Name: "usr/lib/", Typeflag: tar.TypeDir, Mode: 0o755, ModTime: at},
		tar.Header{Name: "lib", Typeflag: tar.TypeSymlink, Linkname: "usr/lib", ModTime: at},
		tar.Header{Name: "out", Typeflag: tar.TypeSymlink, Linkname: "../../../etc/passwd", ModTime: at},
		tar.Header{Name: "lib/through", Typeflag: tar.TypeReg, Size: 2, Mode: 0o4755, Uid: 33, Gid: 44, ModTime: at,
			PAXRecords: map[string]string{"SCHILY.xattr.user.b": "2", "SCHILY.xattr.user.a": "1", "SCHILY.xattr.trusted.overlay.opaque": "y", "SCHILY.xattr.security.capability": "c"}},
		tar.Header{Name: "/absolute", Typeflag: tar.TypeReg, Size: 1, Mode: 0o600, Uid: 100000, ModTime: at},
		tar.Header{Name: "again", Typeflag: tar.TypeLink, Linkname: "usr/lib/through", ModTime: at},
		tar.Header{Name: "absolute", Typeflag: tar.TypeReg, Size: 3, Mode: 0o644, ModTime: at},
		tar.Header{Name: "dev/null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3},
		tar.Header{Name: "some/fifo", Typeflag: tar.TypeFifo},
		tar.Header{Name: "some/.wh.gone", Typeflag: tar.TypeReg},
		tar.Header{Name: long, Typeflag: tar.TypeReg, Size: 200_000, Mode: 0o644, ModTime: at},
	)
	tree, dir, err := read(t, data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range show(t, tree, dir) {
		if !strings.HasPrefix(line, "/long/long") {
			got = append(got, line)
		} else if strings.Contains(line, "name") {
			got = append(got, "long"+strings.TrimPrefix(line, "/"+long))
		}
	}
	want := []string{
		"/ dir 700 0:0 1000000000",
		"/absolute file 644 0:0 1000000000 xxx",
		`/again file 4755 33:44 1000000000 xx security.capability="c" user.a="1" user.b="2"`,
		"/lib link 777 0:0 1000000000 usr/lib",
		"/long dir 755 0:0 0",
		"long file 644 0:0 1000000000 200000 bytes",
		"/out link 777 0:0 1000000000 ../../../etc/passwd",
		"/usr dir 755 0:0 0",
		"/usr/lib dir 755 0:0 1000000000",
		`/usr/lib/through file 4755 33:44 1000000000 xx security.capability="c" user.a="1" user.b="2"`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if want := []string{
		"1 devices, pipes and sockets are left out: the guest makes its own (some/fifo ...)",
		"1 marks of deleted files (.wh.) are left out: there is no layer below (some/.wh.gone ...)",
	}; !reflect.DeepEqual(tree.Notes, want) {
		t.Errorf("notes %q", tree.Notes)
	}
	a, b := number(tree, "/again"), number(tree, "/usr/lib/through")
	if !sameFile(t, dir, a, b) {
		t.Error("the hard link is another file")
	}
}

func number(tree *archive.Tree, path string) int {
	for _, e := range tree.Entries {
		if string(e.Path) == path {
			return e.Number
		}
	}
	return 0
}

func sameFile(t *testing.T, dir string, a, b int) bool {
	t.Helper()
	one, err := os.Stat(archive.HostFile(dir, a))
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.Stat(archive.HostFile(dir, b))
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(one, two)
}

// linked is one of the names of a file that has n.
func linked(name, contents string, ino, n uint64) cpio.Record {
	return cpio.StaticRecord([]byte(contents), cpio.Info{Name: name, Mode: cpio.S_IFREG | 0o644, Ino: ino, NLink: n})
}

func TestCpio(t *testing.T) {
	plain := makeCpio(t,
		cpio.Directory("bin", 0o755),
		cpio.StaticFile("bin/sh", "shell", 0o755),
		cpio.Symlink("init", "bin/sh"),
		cpio.CharDev("dev/console", 0o600, 5, 1),
		linked("one", "", 7, 3), linked("two", "", 7, 3), linked("three", "contents", 7, 3),
	)
	want := []string{
		"/ dir 755 0:0 0", "/bin dir 755 0:0 0", "/bin/sh file 755 0:0 0 shell", "/init link 777 0:0 0 bin/sh",
		"/one file 644 0:0 0 contents", "/three file 644 0:0 0 contents", "/two file 644 0:0 0 contents",
	}
	var zip, zst bytes.Buffer
	z := gzip.NewWriter(&zip)
	z.Write(plain)
	z.Close()
	s, err := zstd.NewWriter(&zst)
	if err != nil {
		t.Fatal(err)
	}
	s.Write(plain)
	s.Close()
	for _, data := range [][]byte{plain, append(plain, make([]byte, 512)...), zip.Bytes(), zst.Bytes()} {
		tree, dir, err := read(t, data)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(t, tree, dir); !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%s", strings.Join(got, "\n"))
		}
		if !sameFile(t, dir, number(tree, "/one"), number(tree, "/three")) {
			t.Error("the hard links are different files")
		}
	}
}

// edited is data with other bytes at a place.
func edited(data []byte, at int, bytes string) []byte {
	data = append([]byte(nil), data...)
	copy(data[at:], bytes)
	return data
}

// gzipped is head and so many zeros, compressed.
func gzipped(t *testing.T, head []byte, zeros int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(head)
	io.CopyN(z, zeroes{}, zeros)
	z.Close()
	return b.Bytes()
}

type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestHostile: what is wrong with an archive is told with the entry, and nothing is outside its folder.
func TestHostile(t *testing.T) {
	file := func(name string) tar.Header {
		return tar.Header{Name: name, Typeflag: tar.TypeReg, Size: 1, Mode: 0o644}
	}
	good := makeTar(t, file("good"))
	one := makeCpio(t, cpio.StaticFile("good", "x", 0o644))
	var loop []tar.Header
	loop = append(loop, tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "b"}, tar.Header{Name: "b", Typeflag: tar.TypeSymlink, Linkname: "a"}, file("a/x"))
	sum := func(h []byte) []byte { // of a header of tar
		copy(h[148:], "        ")
		n := 0
		for _, c := range h[:512] {
			n += int(c)
		}
		copy(h[148:], fmt.Sprintf("%06o\x00 ", n))
		return h
	}
	var deep []tar.Header
	for i := range 40 { // each link leads as far down as the one before
		name := fmt.Sprintf("l%d", i)
		deep = append(deep, tar.Header{Name: strings.Repeat("d/", 100), Typeflag: tar.TypeDir}, file(fmt.Sprintf("%s%s", strings.Repeat("d/", 100), name)))
		to := strings.Repeat("d/", 100)
		if i > 0 {
			to = fmt.Sprintf("l%d/%s", i-1, to)
		}
		deep = append(deep, tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}, file(name+"/x"))
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is empty"},
		{"text", []byte(strings.Repeat("no archive\n", 100)), "is neither a tar nor a cpio archive"},
		{"nothing in it", makeTar(t), "there is no file in the archive"},
		{"dots", makeTar(t, file("a/../../../etc/cron.d/x")), "a/../../../etc/cron.d/x: .. in the name leads out of the archive"},
		{"only dots", makeTar(t, file("..")), "..: .. in the name leads out"},
		{"hard link out", makeTar(t, tar.Header{Name: "x", Typeflag: tar.TypeLink, Linkname: "../../etc/shadow"}), "x: a hard link to ../../etc/shadow: .. in the name leads out"},
		{"hard link to nothing", makeTar(t, tar.Header{Name: "x", Typeflag: tar.TypeLink, Linkname: "etc/shadow"}), "x: a hard link: etc is not in the archive"},
		{"hard link to later", makeTar(t, tar.Header{Name: "x", Typeflag: tar.TypeLink, Linkname: "y"}, file("y")), "x: a hard link: y is no file of the archive before"},
		{"loop", makeTar(t, loop...), "a/x: too many links on the way to"},
		{"through a file", makeTar(t, file("f"), file("f/x")), "f/x: f is a file"},
		{"a file over a folder", makeTar(t, file("d/x"), file("d")), "d: is a folder with files"},
		{"root", makeTar(t, tar.Header{Name: ".", Typeflag: tar.TypeSymlink, Linkname: "x"}), ".: the root can only be a folder"},
		{"part", makeTar(t, file(strings.Repeat("n", 300))), "a part of the name has 300 bytes"},
		{"long", makeTar(t, file(strings.Repeat("n/", 2999)+"n")), "the name has 5999 bytes"},
		{"control", makeTar(t, file("a\nuk: b/..")), `"a\nuk: b/..": .. in the name leads out`},
		{"too deep through links", makeTar(t, deep...), "the path has more than 4095 bytes"},
		{"short tar", good[:512], "good: the archive ends in the middle"},
		{"tar that lies about its size", sum(edited(good, 124, "77777777777")), "good: "},
		{"broken tar", edited(makeTar(t, file("good"), file("bad")), 1024+148, "1234567"), "good: what follows is no entry of a tar archive"},
		{"container", makeTar(t, file("oci-layout"), file("blobs/sha256/x")), "holds a container image in layers"},
		{"docker save", makeTar(t, file("manifest.json"), file("layer.tar")), "holds a container image in layers"},
		{"short gzip", gzipped(t, good, 0)[:40], "ends in the middle"},
		{"bad gzip", edited(gzipped(t, good, 0), 20, "\xff\xff\xff\xff\xff"), ""},
		{"twice", gzipped(t, gzipped(t, good, 0), 0), "is compressed twice"},
		{"xz", []byte("\xfd7zXZ\x00\x00\x00"), "is compressed by xz or bzip2"},
		{"bomb", gzipped(t, sum(edited(good[:512], 124, "77777777777")), 2<<30), "times the archive's size"},
		{"zstd that wants memory", []byte("\x28\xb5\x2f\xfd\x00\xb0\x01\x00\x00"), ""},
		{"cpio dots", edited(one, 110, "../x\x00"), ""},
		{"short cpio", one[:len(one)-60], "the archive ends in the middle"},
		{"cpio without a trailer", one[:116], "the archive ends in the middle"},
		{"old cpio", edited(one, 0, "070707"), `begins with "070707"`},
		{"cpio with a name of 4 GB", edited(one, 94, "fffffff0"), "a header with a name of"},
		{"cpio without a name", edited(one, 94, "00000000"), "a header with a name of"},
		{"cpio that lies about its size", edited(one, 54, "fffffff0"), "good: "},
		{"cpio digits", edited(one, 14, "zzzzzzzz"), ""},
		{"cpio kind", edited(one, 14, "00000000"), "good: an entry of a kind"},
		{"two cpios", append(append([]byte(nil), one...), one...), "more follows the end of the cpio archive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, dir, err := read(t, c.data)
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if c.want == "" && err == nil && c.name != "cpio dots" {
				t.Error("it was read")
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
			list, _ := os.ReadDir(filepath.Dir(dir))
			if len(list) != 2 {
				t.Errorf("beside the archive and its contents: %v", list)
			}
			contents, _ := os.ReadDir(dir)
			for _, e := range contents {
				if strings.Trim(e.Name(), "0123456789") != "" || !e.Type().IsRegular() {
					t.Errorf("%s among the contents", e.Name())
				}
			}
		})
	}
}

// Nothing that any archive holds is outside its folder, or ends the reader otherwise than by an error.
func FuzzRead(f *testing.F) {
	f.Add(makeTar(f, tar.Header{Name: "a/b", Typeflag: tar.TypeReg, Size: 5, Mode: 0o644}, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "a"}, tar.Header{Name: "l/h", Typeflag: tar.TypeLink, Linkname: "a/b"}))
	f.Add(makeCpio(f, cpio.StaticFile("a/b", "x", 0o644), cpio.Symlink("l", "a"), linked("one", "", 7, 2), linked("two", "c", 7, 2)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		tree, dir, err := read(t, data)
		if err != nil {
			return
		}
		for _, e := range tree.Entries {
			if p := string(e.Path); p != filepath.Clean(p) || p[0] != '/' || len(p) > maxPath+1 {
				t.Errorf("path %q", p)
			}
			if e.Kind == archive.File {
				if _, err := os.Stat(archive.HostFile(dir, e.Number)); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
