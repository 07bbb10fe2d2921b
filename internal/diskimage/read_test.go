package diskimage

import (
	"bytes"
	"context"
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

// TestExtents: a file in many pieces is read like one in few, and a read looks at its own pieces only.
func TestExtents(t *testing.T) {
	const pieces, n = 1 << 20, 4
	disk := random(3, 2*pieces*n)
	x := &extents{r: bytes.NewReader(disk)}
	var want []byte
	for i := range int64(pieces) {
		x.add(2*i*n, n)
		want = append(want, disk[2*i*n:][:n]...)
	}
	// Looking at all pieces for each of these would take a minute.
	got := make([]byte, len(want))
	const part = 1000
	for at := 0; at < len(got); at += part {
		if _, err := x.ReadAt(got[at:min(at+part, len(got))], int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, want) {
		t.Error("other bytes")
	}
	for _, off := range []int64{-1, pieces * n, pieces*n + 5} {
		if k, err := x.ReadAt(got[:1], off); k != 0 || err != io.EOF {
			t.Errorf("at %d: %d, %v", off, k, err)
		}
	}
	if k, err := x.ReadAt(got[:10], pieces*n-3); k != 3 || err != io.EOF {
		t.Errorf("over the end: %d, %v", k, err)
	}
}

// patched is a disk with other bytes in places.
type patched struct {
	base    []byte
	patches []byte // offset[3] value[4], little-endian
}

func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := bytes.NewReader(p.base).ReadAt(b, off)
	for q := p.patches; len(q) >= 7; q = q[7:] {
		at := int64(q[0]) | int64(q[1])<<8 | int64(q[2])<<16
		for i, v := range q[3:7] {
			if k := at + int64(i) - off; k >= 0 && k < int64(n) {
				b[k] = v
			}
		}
	}
	return n, err
}

// FuzzOpenParts: a disk that is changed in places is an error of one line, or its parts can be read and are no more
// than there is.
func FuzzOpenParts(f *testing.F) {
	opt, _, _ := input(f)
	opt.Info = []byte(`{}`)
	var disks [][]byte
	for _, format := range Formats {
		for _, embed := range []bool{false, true} {
			opt.Format, opt.Embed = format, embed
			name := filepath.Join(f.TempDir(), "disk")
			if _, err := Write(context.Background(), name, opt); err != nil {
				f.Fatal(err)
			}
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			disks = append(disks, b)
		}
	}
	for i := range disks {
		f.Add(uint8(i), []byte{})
		f.Add(uint8(i), []byte{0, 2, 0, 0xff, 0xff, 0xff, 0xff, 72, 0, 0, 0, 0, 0, 1})
		f.Add(uint8(i), []byte{11, 0, 16, 0, 2, 1, 0, 13, 0, 16, 0xff, 0, 0, 1, 20, 0, 0, 21, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, which uint8, patches []byte) {
		p := &patched{disks[int(which)%len(disks)], patches[:min(len(patches), 70)]}
		d, err := openParts(p, int64(len(p.base)))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "is ") || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
			return
		}
		b := make([]byte, 1<<16)
		for _, r := range []*io.SectionReader{d.Kernel, d.Root, d.Info} {
			if r.Size() > maxQCOW2Disk {
				t.Errorf("a part of %d bytes", r.Size())
			}
			for _, at := range []int64{0, r.Size() / 2, r.Size() - 1} {
				_, _ = r.ReadAt(b, max(at, 0))
			}
		}
	})
}
