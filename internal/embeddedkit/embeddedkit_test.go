package embeddedkit

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// pack makes a .tar.gz of headers; a regular file holds its own name.
func pack(t testing.TB, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(h.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func regular(name string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644}
}

// TestFolder: the kit is unpacked once, however many ask for it at the same time.
func TestFolder(t *testing.T) {
	archive := pack(t, regular("kit.json"), tar.Header{Name: "modules/", Typeflag: tar.TypeDir, Mode: 0o755}, regular("modules/a.so"))
	kit := release{archive, "abc\n", "8 kit.json\n12 modules/a.so\n"}
	parent := t.TempDir()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			dir, _, err := kit.folder(parent)
			if err != nil || dir != filepath.Join(parent, "abc") {
				t.Errorf("%q, %v", dir, err)
			}
			for _, name := range []string{"kit.json", "modules/a.so"} {
				if b, err := os.ReadFile(filepath.Join(dir, name)); string(b) != name {
					t.Errorf("%s: %q, %v", name, b, err)
				}
			}
		})
	}
	group.Wait()
	if _, fresh, err := (release{"not looked at", kit.digest, kit.files}).folder(parent); fresh || err != nil {
		t.Errorf("unpacked again: %v", err)
	}
	for _, damage := range []func(name string) error{os.Remove, func(name string) error { return os.Truncate(name, 3) }} {
		if err := damage(filepath.Join(parent, "abc/modules/a.so")); err != nil {
			t.Fatal(err)
		}
		dir, fresh, err := kit.folder(parent)
		if b, _ := os.ReadFile(filepath.Join(dir, "modules/a.so")); !fresh || err != nil || string(b) != "modules/a.so" {
			t.Errorf("a damaged kit: unpacked again %v, %q, %v", fresh, b, err)
		}
	}
	if list, _ := os.ReadDir(parent); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

// TestBroken: of an archive that is not whole, or names what is outside, nothing is left.
func TestBroken(t *testing.T) {
	whole := pack(t, regular("kit.json"), regular("libc.a"))
	for _, c := range []struct{ name, archive, want string }{
		{"empty", "", "EOF"},
		{"no archive", "hello", "EOF"},
		{"cut", whole[:len(whole)-9], "EOF"},
		{"changed", strings.Replace(whole, whole[len(whole)-8:len(whole)-4], "1234", 1), "checksum"},
		{"outside", pack(t, regular("../evil")), `"../evil" is no path inside the kit`},
		{"from the root", pack(t, regular("/tmp/evil")), `"/tmp/evil" is no path inside the kit`},
		{"link", pack(t, tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "/etc"}), `"a" is no folder or regular file`},
		{"twice", pack(t, regular("a"), regular("a")), "exists"},
	} {
		parent := t.TempDir()
		_, _, err := release{c.archive, "abc", "8 kit.json\n"}.folder(parent)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if list, _ := os.ReadDir(parent); len(list) != 0 {
			t.Errorf("%s: left behind: %v", c.name, list)
		}
	}
}
