package driverstest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestDisk runs the block driver and the disks' nodes against a device in the
// same program, which holds every request against what it said of itself.
func TestDisk(t *testing.T) {
	cc := testenv.MustHave(t, "gcc")
	prog := filepath.Join(t.TempDir(), "disk")
	sources := []string{
		"host/disk.c", "host/disk_main.c", "../../virtio/queue.c", "../../virtio/device.c",
		"../virtio_blk/virtio_blk.c", "../virtio_blk/rw.c", "../block_dev/node.c", "../block_dev/transfer.c", "../block_dev/ioctl.c",
	}
	for _, s := range append(sources, "../../include/vfs.h", "../../include/virtio.h", "../virtio_blk/virtio_blk.h", "../block_dev/block_dev.h") {
		if _, err := os.Stat(s); err != nil { // a look that go test's cache knows of
			t.Fatal(err)
		}
	}
	testenv.Run(t, cc, append([]string{"-g", "-O1", "-fsanitize=undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined",
		"-fPIE", "-std=gnu11", "-fno-strict-aliasing", "-fno-builtin", "-Wall", "-Wno-missing-field-initializers",
		"-I../../include", "-I../../interfaces", "-I../block_dev", "-o", prog}, sources...)...)
	for _, part := range []string{"limits", "random"} {
		t.Run(part, func(t *testing.T) {
			if out := testenv.Run(t, prog, part); !strings.HasSuffix(string(out), "SUCCESS\n") {
				t.Errorf("%s", out)
			}
		})
	}
}
