package boot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/abi"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/guesttest"
)

func TestParseKernel(t *testing.T) {
	le := binary.LittleEndian
	for _, c := range []struct {
		name string
		edit func([]byte) []byte
		want string // part of the error, empty for none
	}{
		{"good", func(b []byte) []byte { return b }, ""},
		{"empty", func(b []byte) []byte { return nil }, "too short"},
		{"text", func(b []byte) []byte { return bytes.Repeat([]byte("#!"), 64) }, "not an ELF file"},
		{"32 bit", func(b []byte) []byte { b[4] = 1; return b }, "not a 64-bit"},
		{"this version", func(b []byte) []byte { b[8] = abi.Version; return b }, ""},
		{"another version", func(b []byte) []byte { b[8] = abi.Version + 1; return b }, "build the image again"},
		{"another system's version", func(b []byte) []byte { b[7], b[8] = 9, abi.Version+1; return b }, ""},
		{"no headers", func(b []byte) []byte { le.PutUint16(b[56:], 0); return b }, "program headers"},
		{"many headers", func(b []byte) []byte { le.PutUint16(b[56:], 65535); return b }, "program headers"},
		{"headers past end", func(b []byte) []byte { le.PutUint64(b[32:], 1<<63); return b }, "past the end"},
		{"truncated", func(b []byte) []byte { return b[:180] }, "past the end"},
		{"segment past end", func(b []byte) []byte { le.PutUint64(b[64+32:], 1<<40); return b }, "past the end"},
		{"offset wraps", func(b []byte) []byte { le.PutUint64(b[64+8:], ^uint64(0)); return b }, "past the end"},
		{"memory smaller", func(b []byte) []byte { le.PutUint64(b[64+40:], 1); return b }, "in memory but"},
		{"address wraps", func(b []byte) []byte { le.PutUint64(b[64+24:], ^uint64(0)-100); return b }, "wraps"},
		{"no note", func(b []byte) []byte { b[176+12] = 'Y'; return b }, "no PVH note"},
		{"note name too long", func(b []byte) []byte { le.PutUint32(b[176:], ^uint32(0)); return b }, "no PVH note"},
		{"note value too long", func(b []byte) []byte { le.PutUint32(b[180:], ^uint32(0)); return b }, "no PVH note"},
		{"huge note", func(b []byte) []byte {
			b = append(b, make([]byte, maxNoteSize)...)
			le.PutUint64(b[120+32:], maxNoteSize+1)
			return b
		}, "notes of"},
		{"entry outside", func(b []byte) []byte { le.PutUint32(b[176+16:], 5); return b }, "in no loaded segment"},
		{"nothing to load", func(b []byte) []byte { le.PutUint64(b[64+32:], 0); le.PutUint64(b[64+40:], 0); return b }, "nothing to load"},
		{"overlap", func(b []byte) []byte {
			copy(b[120:176], b[64:120])
			return b
		}, "overlap"},
	} {
		b := c.edit(guesttest.SmallKernel())
		_, err := ParseKernel("k", bytes.NewReader(b), int64(len(b)))
		var ke *KernelError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &ke) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestLoadKernel(t *testing.T) {
	m, err := guestmem.New(2<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, c := range []struct {
		name  string
		paddr uint64
		want  string
	}{
		{"fits", 0x100000, ""},
		{"past the end", 2<<20 - 256, "do not hold the kernel"},
		{"far away", 1 << 50, "do not hold the kernel"},
		{"high memory that is not there", 1 << 32, "do not hold the kernel"},
		{"on the boot data", DataAddr - 100, "boot data"},
	} {
		b := guesttest.SmallKernel()
		binary.LittleEndian.PutUint64(b[64+24:], c.paddr)
		binary.LittleEndian.PutUint32(b[192:], uint32(c.paddr+200))
		path := filepath.Join(t.TempDir(), "kernel.elf")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := OpenKernel(path)
		if err != nil {
			if c.want == "" || c.paddr < 1<<32 {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		err = k.Load(m, DataAddr, DataEnd)
		k.File.Close()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if got := m.Low[0x100000:0x100100]; !bytes.Equal(got[:4], []byte("\x7fELF")) {
		t.Errorf("segment not in memory: %q", got[:4])
	}
}

func FuzzParseKernel(f *testing.F) {
	f.Add(guesttest.SmallKernel())
	f.Add(guesttest.SmallKernel()[:200])
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ParseKernel("k", bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, s := range k.segments {
			if s.off < 0 || s.filesz > uint64(len(b)) || uint64(s.off) > uint64(len(b))-s.filesz || s.memsz < s.filesz || s.paddr+s.memsz < s.paddr {
				t.Errorf("segment %+v of a file of %d bytes", s, len(b))
			}
		}
	})
}

func TestGuestMemory(t *testing.T) {
	m := &guestmem.Memory{Low: make([]byte, 4096), High: make([]byte, 8192)}
	for _, c := range []struct {
		addr, n uint64
		ok      bool
	}{
		{0, 0, true}, {0, 4096, true}, {4095, 1, true}, {4096, 0, true},
		{0, 4097, false}, {4095, 2, false}, {4096, 1, false}, {4097, 0, false},
		{1, ^uint64(0), false}, {^uint64(0), 2, false}, {^uint64(0), ^uint64(0), false},
		{guestmem.HighBase, 8192, true}, {guestmem.HighBase + 8191, 1, true}, {guestmem.HighBase, 8193, false}, {guestmem.HighBase - 1, 2, false},
		{guestmem.HighBase + 8192, 1, false},
	} {
		b, err := m.Slice(c.addr, c.n)
		if (err == nil) != c.ok || err == nil && (uint64(len(b)) != c.n || cap(b) != len(b)) {
			t.Errorf("slice(%#x, %#x): %d bytes, %v", c.addr, c.n, len(b), err)
		}
	}
	for _, size := range []uint64{0, 4096, guestmem.MinMemory + 1, guestmem.MaxMemory + 4096, ^uint64(0)} {
		if m, err := guestmem.New(size, false); err == nil {
			m.Close()
			t.Errorf("%d bytes: no error", size)
		}
	}
}
