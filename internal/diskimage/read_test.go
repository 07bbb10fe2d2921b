package diskimage

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpen: what was put onto a disk comes back, from each format and place.
func TestOpen(t *testing.T) {
	opt, kernel, root := input(t)
	opt.Info = []byte(`{"format":1}`)
	for _, f := range Formats {
		for _, embed := range []bool{false, true} {
			opt.Embed = embed
			name, _, _ := make_(t, opt, f)
			d, err := Open(name)
			if err != nil {
				t.Errorf("%s, embedded %v: %v", f, embed, err)
				continue
			}
			for _, p := range []struct {
				what string
				r    *io.SectionReader
				want []byte
			}{{"kernel", d.Kernel, kernel}, {"root", d.Root, root}, {"info", d.Info, opt.Info}} {
				got, err := io.ReadAll(p.r)
				if err != nil || !bytes.Equal(got, p.want) {
					t.Errorf("%s, embedded %v: %s: %d of %d bytes, %v", f, embed, p.what, len(got), len(p.want), err)
				}
			}
			if err := d.Close(); err != nil || d.Format != f {
				t.Errorf("%s: %v, format %s", f, err, d.Format)
			}
		}
	}
	opt.Info = nil
	name, _, _ := make_(t, opt, Raw)
	if _, err := Open(name); !errors.Is(err, errNoInfo) {
		t.Errorf("a disk of an older uk: %v", err)
	}
}

// TestOpenDamaged: a disk that is cut off or changed is an error of one line that names it, or its
// parts lie inside it; nothing panics, loops or takes a lot of memory.
func TestOpenDamaged(t *testing.T) {
	opt, _, _ := input(t)
	opt.Info = []byte(`{}`)
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, f := range Formats {
		opt.Embed = f != QCOW2
		_, _, whole := make_(t, opt, f)
		try := func(b []byte, what string) {
			d, err := openParts(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				if !strings.HasPrefix(err.Error(), "is ") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s, %s: %v", f, what, err)
				}
				return
			}
			for _, r := range []*io.SectionReader{d.Kernel, d.Root, d.Info} {
				if r.Size() > 64<<20 {
					t.Errorf("%s, %s: a part of %d bytes", f, what, r.Size())
				}
			}
		}
		for _, n := range []int{0, 1, 64, 511, 600, 1024, 4096, 40000, 70000, len(whole) / 2} {
			try(whole[:min(n, len(whole))], "cut off")
		}
		// Structures are in the first part of the file and where FAT and boot image begin.
		for range 60 {
			b := bytes.Clone(whole[:min(len(whole), 8<<20)])
			for range 1 + rnd.IntN(8) {
				at := rnd.IntN(min(len(b), 2048))
				if rnd.IntN(2) == 0 {
					at = rnd.IntN(min(len(b), 1<<20+1<<16))
				}
				b[at] = byte(rnd.Uint32())
			}
			try(b, "changed")
		}
	}
}

// TestFATLoop: a chain of clusters that leads back to itself ends with the disk's clusters.
func TestFATLoop(t *testing.T) {
	b := make([]byte, 8192)
	b[2*2], b[2*2+1] = 2, 0 // of cluster 2: cluster 2
	f := &fatReader{r: io.NewSectionReader(bytes.NewReader(b), 0, 8192), clusters: 2, data: 4096, cluster: 512, pageAt: -1}
	r, err := f.open(2, maxFolder)
	if err != nil || r.Size() != 2*512 {
		t.Errorf("%v, %v", r.Size(), err)
	}
}

// TestForeign: disks of others are told from damaged ones of uk's.
func TestForeign(t *testing.T) {
	for what, head := range map[string]string{
		"no table": strings.Repeat("x", 4096),
		"table":    strings.Repeat("\x00", 512) + "EFI PART" + strings.Repeat("\x00", 4096),
		"CD":       strings.Repeat("\x00", 32769) + "CD001" + strings.Repeat("\x00", 4096),
	} {
		name := filepath.Join(t.TempDir(), "disk")
		if err := os.WriteFile(name, []byte(head), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(name); err == nil || what != "table" && !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
