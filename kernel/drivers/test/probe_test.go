package driverstest

import (
	"path/filepath"
	"testing"

	"uk.example/internal/testenv"
)

// TestProbe runs the probes of the virtio drivers with broken devices and
// with memory that runs out, and expects that nothing they took stays taken.
func TestProbe(t *testing.T) {
	cc := testenv.MustHave(t, "gcc")
	testenv.Sources(t, "host/probe.c", "../virtio*.c", "../../virtio/*.c", "../virtio_blk/*", "../virtio_vsock/device.c", "../../fs/virtio_9p/channel.c",
		"../../include/*.h", "../../interfaces/*.h")
	prog := filepath.Join(t.TempDir(), "probe")
	// What the drivers call later than in their probes is not there.
	testenv.Run(t, cc, "-g", "-O1", "-std=gnu11", "-fno-strict-aliasing", "-fno-builtin", "-no-pie", "-ffunction-sections",
		"-Wl,--gc-sections,--unresolved-symbols=ignore-all", "-w",
		"-I../../include", "-I../../interfaces", "-I../../fs/virtio_9p", "-o", prog, "host/probe.c",
		"../../virtio/bus.c", "../../virtio/queue.c", "../../virtio/device.c", "../virtio_rng.c", "../virtio_console.c", "../virtio_balloon.c",
		"../virtio_blk/virtio_blk.c", "../virtio_blk/rw.c", "../virtio_vsock/device.c", "../../fs/virtio_9p/channel.c")
	if out := testenv.Run(t, prog); string(out) != "SUCCESS\n" {
		t.Errorf("%s", out)
	}
}
