package kvmboot

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Under QEMU the device is the host kernel's.
func TestVsockQEMU(t *testing.T) {
	cfg := Config{Kernel: "kernel", Vsock: &Vsock{Path: "s", CID: 9}}
	argv, err := QEMUCommand(cfg, "tcg", "")
	if err != nil || !strings.Contains(strings.Join(argv, " "), "vhost-vsock-device,guest-cid=9,bus=virtio-mmio-bus.") {
		t.Errorf("%v, %q", err, argv)
	}
	if unix.Access(vhostVsock, unix.R_OK|unix.W_OK) != nil {
		if _, err := RunQEMU(context.Background(), cfg, "tcg"); err == nil || !strings.Contains(err.Error(), vhostVsock) {
			t.Errorf("error %v", err)
		}
	}
	cfg.NoVirtio = true
	if _, err := QEMUCommand(cfg, "tcg", ""); err == nil {
		t.Error("a socket device on a machine without virtio")
	}
}
