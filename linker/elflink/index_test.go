package elflink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// indexed makes the index of archives beside them, and returns its file.
func indexed(t testing.TB, x *Index) string {
	t.Helper()
	var files []string
	for i := range x.archives {
		files = append(files, x.archives[i].path)
	}
	data, err := MakeIndex(files...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := MakeIndex(files...)
	if err != nil || !bytes.Equal(data, again) {
		t.Fatalf("made again it differs, %v", err)
	}
	file := filepath.Join(filepath.Dir(files[0]), "kit.index")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// linkIndexed links with the index in file.
func linkIndexed(file string) (*Image, error) {
	x, err := OpenIndex(file)
	if err != nil {
		return nil, err
	}
	in := &Input{Index: x, Layout: &smallLayout, Exports: []string{"x", "f", "p", "c", "z"}}
	for _, e := range in.Exports {
		in.Roots = append(in.Roots, Root{Symbol: e})
	}
	return Link(context.Background(), in)
}

// A link by an index makes what one by the archives makes.
func TestIndex(t *testing.T) {
	whole := assemble(t, everyKind, ".globl other\n.section .text.g,\"axG\",@progbits,g,comdat; .weak f; f: .byte 7\n.text; other: call f")
	file := indexed(t, whole)
	x, err := OpenIndex(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, roots := range [][]Root{{{Symbol: "x"}}, {{Symbol: "other"}, {Symbol: "z"}}} {
		var images []*Image
		for _, x := range []*Index{whole, x} {
			in := &Input{Index: x, Layout: &smallLayout, Roots: roots, Exports: []string{"x", "f"},
				Rename: func(_, _, name string) string { return name }}
			m, err := Link(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			m.Passes, m.defined = nil, nil
			images = append(images, m)
		}
		if !reflect.DeepEqual(images[0], images[1]) {
			t.Errorf("roots %v: the two links differ", roots)
		}
	}
	names := slices.Sorted(x.Without().All)
	if want := []string{"_start", "c", "f", "other", "p", "v", "x", "z"}; !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
	if n := x.Without("lib.a"); n.Has("x") || n.Has("none") || !x.Without("libalways.a").Has("x") {
		t.Error("names of archives")
	}
	if _, err := Link(context.Background(), &Input{Index: x, Layout: &smallLayout, Debug: true}); err == nil {
		t.Error("an index without debugging information made some")
	}
}

// What does not fit to the archives, or is no index, is one error that says so.
func TestIndexFaults(t *testing.T) {
	file := indexed(t, assemble(t, everyKind))
	dir := filepath.Dir(file)
	archive := filepath.Join(dir, "lib.a")
	read := func(name string) []byte {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	index, content := read(file), read(archive)
	for _, tt := range []struct {
		name           string
		index, archive func(b []byte) []byte
		want           string
	}{
		{"empty", func(b []byte) []byte { return nil }, nil, "too short for an index"},
		{"not one", func(b []byte) []byte { b[0]++; return b }, nil, "not an index of archives"},
		{"of another version", func(b []byte) []byte { b[8] = 99; return b }, nil, fmt.Sprintf("version 99, this program reads %d", indexVersion)},
		{"cut", func(b []byte) []byte { return b[:len(b)-1] }, nil, "not as many as it says"},
		{"longer", func(b []byte) []byte { return append(b, 0) }, nil, "not as many as it says"},
		{"a damaged head", func(b []byte) []byte { b[headerSize+3] ^= 1; return b }, nil, "damaged: its checksum is another"},
		{"a damaged member", func(b []byte) []byte { b[le.Uint32(b[16:])+9] ^= 1; return b }, nil, "damaged: what it says of lib.a(m0.o)"},
		{"another archive", nil, func(b []byte) []byte { b[bytes.Index(b, []byte("hello"))] = 'j'; return b }, "section .rodata.str of lib.a(m0.o) is not the one that it was made for"},
		{"a cut archive", nil, func(b []byte) []byte { return b[:len(b)-2] }, "made for a lib.a of"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			write := func(name string, data []byte, change func([]byte) []byte) {
				if data = slices.Clone(data); change != nil {
					data = change(data)
				}
				if err := os.WriteFile(name, data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			write(file, index, tt.index)
			write(archive, content, tt.archive)
			_, err := linkIndexed(file)
			var bad *IndexError
			if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), tt.want) || !strings.HasSuffix(err.Error(), ": rebuild the kit with `make kit`") {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	if err := os.WriteFile(file, index, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(archive); err != nil {
		t.Fatal(err)
	}
	if _, err := linkIndexed(file); err == nil || err.Error() != archive+": missing from the kit: rebuild it with `make kit`" {
		t.Errorf("%v", err)
	}
	// A member that is no object file is an error when the index is made.
	members := []byte(arMagic + member("/", 16, "\x00\x00\x00\x01\x00\x00\x00\x54one\x00pad\x00") + member("a.o/", 4, "data"))
	if err := os.WriteFile(archive, members, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := MakeIndex(archive); err == nil || err.Error() != "lib.a(a.o): not an ELF64 object file: rebuild the kit with `make kit`" {
		t.Errorf("%v", err)
	}
}

// A file that is cut while it is mapped is an error.
func TestCutWhileMapped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, make([]byte, 1<<16), 0o666); err != nil {
		t.Fatal(err)
	}
	data, unmap, err := mapFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer unmap()
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	if err := guarded(func() error { _ = bytes.Clone(data); return nil }); err == nil || !strings.Contains(err.Error(), "cut while they were read") {
		t.Errorf("%v", err)
	}
}

// Damage is an error, or is of what the link does not read.
func TestDamagedIndex(t *testing.T) {
	file := indexed(t, assemble(t, everyKind, ".globl unused\nunused: ret"))
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := linkIndexed(file)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, seal := range []bool{false, true} {
		wrong := 0
		for range 1000 {
			data := slices.Clone(good)
			for range 1 + rnd.IntN(3) {
				data[rnd.IntN(len(data))] = []byte{0, 1, 0x7f, 0xff, byte(rnd.Uint32())}[rnd.IntN(5)]
			}
			if seal {
				sealIndex(data)
			}
			if err := os.WriteFile(file, data, 0o666); err != nil {
				t.Fatal(err)
			}
			m, err := linkIndexed(file)
			if err != nil {
				wrong++
			}
			if !seal && err == nil && !bytes.Equal(m.Kernel, want.Kernel) {
				t.Fatal("a damaged index made another kernel")
			}
		}
		t.Logf("checksums right %v: %d of 1000 are errors", seal, wrong)
	}
}

// sealIndex makes the checksums of an index right, as who means harm would.
func sealIndex(data []byte) {
	if len(data) < headerSize {
		return
	}
	number := func(i int) uint64 { return uint64(le.Uint32(data[24+4*i:])) }
	r := &reader{data: data[headerSize:]}
	r.take(number(0), archiveSize)
	r.take(number(1), classSize)
	for m := r.take(number(2), memberSize); len(m) > 0; m = m[memberSize:] {
		if at, n := uint64(le.Uint32(m[12:])), uint64(le.Uint32(m[16:])); at+n <= uint64(len(data)) {
			le.PutUint32(m[20:], crc32.ChecksumIEEE(data[at:at+n]))
		}
	}
	if head := uint64(le.Uint32(data[16:])); head >= headerSize && head <= uint64(len(data)) {
		le.PutUint32(data[20:], uint32(len(data)))
		le.PutUint32(data[headChecksum:], crc32.ChecksumIEEE(data[headChecked:head]))
	}
}

// FuzzIndex links by an index from anywhere: there is a kernel or one error, whatever it says.
func FuzzIndex(f *testing.F) {
	file := indexed(f, assemble(f, everyKind, ".globl unused\nunused: ret"))
	good, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for _, at := range []uint32{headerSize + 16, 32, le.Uint32(good[16:]), le.Uint32(good[16:]) + recRelas, le.Uint32(good[16:]) + sectionSize + recSize} {
		bad := slices.Clone(good)
		le.PutUint32(bad[at:], ^uint32(0))
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = slices.Clone(data)
		sealIndex(data)
		own := filepath.Join(t.TempDir(), "kit.index")
		for _, a := range []string{"lib.a", "libalways.a"} {
			if err := os.Link(filepath.Join(filepath.Dir(file), a), filepath.Join(filepath.Dir(own), a)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(own, data, 0o666); err != nil {
			t.Fatal(err)
		}
		_, _ = linkIndexed(own)
	})
}
