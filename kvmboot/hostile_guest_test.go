package kvmboot

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A guest whose ring feeds itself, by what the disk writes into it, keeps a device busy for ever.
// The machine ends all the same.
func TestRingThatFeedsItself(t *testing.T) {
	mustHaveKVM(t)
	disk := make([]byte, 256*sectorSize)
	for k := range 256 {
		sector := disk[k*sectorSize:]
		binary.LittleEndian.PutUint64(sector[8:], uint64(k+1)%256)
		binary.LittleEndian.PutUint16(sector[510:], uint16(256*(k+2)))
	}
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, disk, 0o600); err != nil {
		t.Fatal(err)
	}
	kernel := guest(t, "hostile.S", "ringloop.c")
	ctx, cancel := context.WithCancel(context.Background())
	out := &untilWriter{want: ".", f: func() { time.AfterFunc(100*time.Millisecond, cancel) }}
	s, err := Run(ctx, Config{Kernel: kernel, Root: root, Memory: 16 << 20, Stderr: out})
	if s.Kind != KindCanceled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", s, err)
	}
}
