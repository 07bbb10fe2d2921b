package kvmboot

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"uk.example/kvmboot/guestmem"
)

// A device takes what a driver lets it read of the mapped root file system, and never writes there.
func TestMappedRoot(t *testing.T) {
	mustHaveKVM(t)
	data := bytes.Repeat([]byte("root"), 3000)
	path := filepath.Join(t.TempDir(), "root.rofs")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Kernel: "none", Root: path, MapRoot: true, Memory: 5<<20 + guestmem.PageSize}
	if err := cfg.Normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	r := m.mem.Root
	if r == nil {
		t.Skip("this KVM has no read-only memory")
	}
	span := uint64(3 * guestmem.PageSize)
	if r.Addr != 6<<20 || r.Span != span || len(m.devices) == 0 || m.devices[0].Kind() == "disk" {
		t.Errorf("at %#x, %#x bytes; first device %+v", r.Addr, r.Span, m.devices)
	}
	if b, err := m.mem.Readable(r.Addr+4, 8); err != nil || string(b) != "rootroot" {
		t.Errorf("read %q, %v", b, err)
	}
	for _, c := range []struct{ addr, n uint64 }{{r.Addr, span + 1}, {r.Addr + span, 1}, {r.Addr - 1, 2}, {r.Addr + 8, ^uint64(0)}} {
		if b, err := m.mem.Readable(c.addr, c.n); err == nil {
			t.Errorf("%d bytes at %#x can be read: %d", c.n, c.addr, len(b))
		}
	}
	if _, err := m.mem.Slice(r.Addr, 1); !errors.Is(err, guestmem.ErrOutside) {
		t.Errorf("a device may write to the image: %v", err)
	}
	if size, err := give(r, m, []byte("uk.arg=x\x00")); err != nil || size != span+9 || !bytes.HasPrefix(r.Mem[span:], []byte("uk.arg=x\x00\x00")) {
		t.Errorf("size %#x, %v", size, err)
	}
	if r.Cut() {
		t.Error("is cut short")
	}
	r.Mem[0] = 'R' // a debugger's breakpoint
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the file has changed: %v", err)
	}
	if err := os.Truncate(path, 100); err != nil || !r.Cut() {
		t.Errorf("is whole: %v", err)
	}
	cut := &machine{done: make(chan struct{}), mem: m.mem}
	go cut.guarded(func() {
		b, _ := m.mem.Readable(r.Addr+2*guestmem.PageSize, 1)
		t.Error("no fault, but ", b[0])
	})()
	<-cut.done
	if !errors.Is(cut.err, errMemoryGone) {
		t.Errorf("%v", cut.err)
	}
}

// An image that would take much of the host's memory for its slot is a disk, though its file holds nothing.
func TestLargeRootIsRead(t *testing.T) {
	mustHaveKVM(t)
	path := filepath.Join(t.TempDir(), "root.rofs")
	if err := errors.Join(os.WriteFile(path, []byte("root"), 0o600), os.Truncate(path, maxMapped+guestmem.PageSize)); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Kernel: "none", Root: path, MapRoot: true, Memory: 5 << 20}
	if err := cfg.Normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	if m.mem.Root != nil || len(m.devices) == 0 || m.devices[0].Kind() != "disk" {
		t.Errorf("mapped: %v, devices %+v", m.mem.Root != nil, m.devices)
	}
}
