package rofs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata; needs ROFS_OSV_GENERATOR")

// item is one line of a test tree: a file with size bytes of a pattern, a link,
// or a directory.
type item struct {
	path string
	size int
	link string
	dir  bool
}

// goldenTrees are made anew in each test; testdata/README.md says how their
// golden images came to be.
func goldenTrees() map[string][]item {
	long := strings.Repeat("n", MaxName)
	var deep, many, sizes, edge []item
	p := ""
	for i := range 200 {
		p += fmt.Sprintf("/d%d", i)
		if i%40 == 0 {
			deep = append(deep, item{path: p + "/leaf", size: i})
		}
	}
	deep = append(deep, item{path: p + "/end", size: 1}, item{path: p + "/up", link: "../end"})
	for i := range 3000 {
		many = append(many, item{path: fmt.Sprintf("/lib/%d/f%d", i%7, i*7919%3000), size: i % 97})
	}
	for i, n := range []int{0, 1, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097,
		1<<20 - 512, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 77} {
		sizes = append(sizes, item{path: fmt.Sprintf("/s/%02d", i), size: n})
	}
	// Tables of exactly one block: 12 inodes (384 bytes) and 11 entries (128).
	for i := range 11 {
		name := string(rune('a' + i))
		if i == 10 {
			name = "nine-bytes"[:8]
		}
		edge = append(edge, item{path: "/" + name, size: i})
	}
	return map[string][]item{
		"root":  {{path: "/", dir: true}},
		"one":   {{path: "/hello", size: 12}},
		"empty": {{path: "/a", size: 0}, {path: "/b", size: 0}, {path: "/c", dir: true}},
		"links": {{path: "/etc/mnttab", link: "/proc/mounts"}, {path: "/bin", link: "usr/bin"},
			{path: "/usr/bin/x", size: 100}, {path: "/x", link: "bin/x"},
			{path: "/long", link: strings.Repeat("/component", 400)}},
		// Later paths go into directories that came earlier; order is of first mention.
		"order": {{path: "/z/1", size: 5}, {path: "/a/1", size: 700}, {path: "/z/2", size: 9}, {path: "/m", dir: true},
			{path: "/a/b/c", size: 600}, {path: "/z/0", link: "1"}, {path: "/m/late", size: 3}, {path: "/a", dir: true}},
		"names": {{path: "/" + long, size: 3}, {path: "/" + long[:254] + "/" + long, size: 4},
			{path: "/sp ace", size: 1}, {path: "/.hidden", size: 2}, {path: "/...", size: 2}, {path: "/#x", size: 1}},
		"deep":  deep,
		"many":  many,
		"sizes": sizes,
		"edge":  edge,
	}
}

// makeTree makes the tree's host files and returns its entries.
func makeTree(t testing.TB, items []item) []Entry {
	t.Helper()
	dir := t.TempDir()
	var list []Entry
	for i, it := range items {
		e := Entry{Path: it.path, Link: it.link, Dir: it.dir}
		if !it.dir && it.link == "" {
			b := make([]byte, it.size)
			for k := range b {
				b[k] = byte(k*31 + k>>8 + i)
			}
			e.Host = filepath.Join(dir, fmt.Sprint(i))
			if err := os.WriteFile(e.Host, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, e)
	}
	return list
}

// osvImage has OSv's own generator make the image.
func osvImage(t *testing.T, generator string, list []Entry) []byte {
	t.Helper()
	dir := t.TempDir()
	var m strings.Builder
	m.WriteString("[manifest]\n")
	for _, e := range list {
		switch {
		case e.Dir:
			fmt.Fprintf(&m, "%s: %s\n", e.Path, dir)
		case e.Link != "":
			fmt.Fprintf(&m, "%s: ->%s\n", e.Path, e.Link)
		default:
			fmt.Fprintf(&m, "%s: %s\n", e.Path, e.Host)
		}
	}
	mf, out := filepath.Join(dir, "usr.manifest"), filepath.Join(dir, "rofs.img")
	if err := os.WriteFile(mf, []byte(m.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", generator, "-m", mf, "-o", out)
	cmd.Dir = dir
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGolden compares images with what OSv's generator writes: with its digests
// always, and byte for byte where ROFS_OSV_GENERATOR names its gen-rofs-img.py.
func TestGolden(t *testing.T) {
	generator := os.Getenv("ROFS_OSV_GENERATOR")
	if *update && generator == "" {
		t.Fatal("-update writes what OSv's generator says; set ROFS_OSV_GENERATOR to the path of its gen-rofs-img.py")
	}
	for name, items := range goldenTrees() {
		t.Run(name, func(t *testing.T) {
			list := makeTree(t, items)
			var got bytes.Buffer
			stats, err := Write(context.Background(), &got, list, Options{Version: Version, Digest: true})
			if err != nil {
				t.Fatal(err)
			}
			if sum := fmt.Sprintf("%x", sha256.Sum256(got.Bytes())); sum != stats.SHA256 || stats.ImageBytes != int64(got.Len()) {
				t.Errorf("stats say %s and %d bytes, the image has %s and %d", stats.SHA256, stats.ImageBytes, sum, got.Len())
			}
			if generator != "" {
				want := osvImage(t, generator, list)
				if !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%d bytes, OSv's generator writes %d; first difference at %d", got.Len(), len(want), firstDiff(got.Bytes(), want))
				}
				if *update {
					writeGolden(t, name, want)
				}
			}
			want, err := os.ReadFile(filepath.Join("testdata", "golden", name+".sha256"))
			if err != nil {
				t.Fatal(err)
			}
			if stats.SHA256 != strings.TrimSpace(string(want)) {
				t.Errorf("image has digest %s, OSv's has %s", stats.SHA256, want)
			}
			if whole, err := os.ReadFile(filepath.Join("testdata", "golden", name+".rofs")); err == nil && !bytes.Equal(whole, got.Bytes()) {
				t.Errorf("first difference to %s.rofs at byte %d", name, firstDiff(got.Bytes(), whole))
			}
			if probs, err := Check(bytes.NewReader(got.Bytes()), int64(got.Len())); err != nil || len(probs) > 0 {
				t.Errorf("Check: %v %v", probs, err)
			}
		})
	}
}

func writeGolden(t *testing.T, name string, img []byte) {
	t.Helper()
	dir := filepath.Join("testdata", "golden")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".sha256"), fmt.Appendf(nil, "%x\n", sha256.Sum256(img)), 0o644); err != nil {
		t.Fatal(err)
	}
	if len(img) <= 8<<10 {
		if err := os.WriteFile(filepath.Join(dir, name+".rofs"), img, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func firstDiff(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
