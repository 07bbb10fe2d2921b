package qemu

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot"
)

// Under QEMU the device is the host kernel's.
func TestVsockQEMU(t *testing.T) {
	cfg := kvmboot.Config{Kernel: "kernel", Vsock: &kvmboot.Vsock{Path: "s", CID: 9}}
	argv, err := Command(cfg, "tcg", "")
	if err != nil || !strings.Contains(strings.Join(argv, " "), "vhost-vsock-device,guest-cid=9,bus=virtio-mmio-bus.") {
		t.Errorf("%v, %q", err, argv)
	}
	if unix.Access(vhostVsock, unix.R_OK|unix.W_OK) != nil {
		if _, err := Run(context.Background(), cfg, "tcg"); err == nil || !strings.Contains(err.Error(), vhostVsock) {
			t.Errorf("error %v", err)
		}
	}
	cfg.NoVirtio = true
	if _, err := Command(cfg, "tcg", ""); err == nil {
		t.Error("a socket device on a machine without virtio")
	}
}
