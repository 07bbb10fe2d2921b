package kvmboot

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A device takes what a driver lets it read of the mapped root file system, and never writes there.
func TestMappedRoot(t *testing.T) {
	mustHaveKVM(t)
	data := bytes.Repeat([]byte("root"), 3000)
	path := filepath.Join(t.TempDir(), "root.rofs")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Kernel: "none", Root: path, MapRoot: true, Memory: 5<<20 + pageSize}
	if err := cfg.normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	r := m.mem.root
	if r == nil {
		t.Skip("this KVM has no read-only memory")
	}
	span := uint64(3 * pageSize)
	if r.addr != 6<<20 || r.span != span || len(m.devices) == 0 || m.devices[0].dev.id() == virtioIDBlock {
		t.Errorf("at %#x, %#x bytes; first device %+v", r.addr, r.span, m.devices)
	}
	if b, err := m.mem.readable(r.addr+4, 8); err != nil || string(b) != "rootroot" {
		t.Errorf("read %q, %v", b, err)
	}
	for _, c := range []struct{ addr, n uint64 }{{r.addr, span + 1}, {r.addr + span, 1}, {r.addr - 1, 2}, {r.addr + 8, ^uint64(0)}} {
		if b, err := m.mem.readable(c.addr, c.n); err == nil {
			t.Errorf("%d bytes at %#x can be read: %d", c.n, c.addr, len(b))
		}
	}
	if _, err := m.mem.slice(r.addr, 1); !errors.Is(err, errOutsideRAM) {
		t.Errorf("a device may write to the image: %v", err)
	}
	if size, err := r.give(m, []byte("uk.arg=x\x00")); err != nil || size != span+9 || !bytes.HasPrefix(r.mem[span:], []byte("uk.arg=x\x00\x00")) {
		t.Errorf("size %#x, %v", size, err)
	}
	if r.cut() {
		t.Error("is cut short")
	}
	r.mem[0] = 'R' // a debugger's breakpoint
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the file has changed: %v", err)
	}
	if err := os.Truncate(path, 100); err != nil || !r.cut() {
		t.Errorf("is whole: %v", err)
	}
	cut := &machine{done: make(chan struct{}), mem: m.mem}
	go cut.guarded(func() {
		b, _ := m.mem.readable(r.addr+2*pageSize, 1)
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
	if err := errors.Join(os.WriteFile(path, []byte("root"), 0o600), os.Truncate(path, maxMapped+pageSize)); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Kernel: "none", Root: path, MapRoot: true, Memory: 5 << 20}
	if err := cfg.normalize(); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	if m.mem.root != nil || len(m.devices) == 0 || m.devices[0].dev.id() != virtioIDBlock {
		t.Errorf("mapped: %v, devices %+v", m.mem.root != nil, m.devices)
	}
}
