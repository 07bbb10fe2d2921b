package kvmboot

import (
	"fmt"

	"golang.org/x/sys/unix"
)

const kvmDevice = "/dev/kvm"

// Detect tells whether this process can use KVM; a nil error means yes, any other
// is one line with the reason and the fix.
func Detect() error {
	fd, err := openKVM()
	if err != nil {
		return err
	}
	unix.Close(fd)
	return nil
}

func openKVM() (int, error) {
	fd, err := unix.Open(kvmDevice, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("%s: %w: %s; --vmm=qemu works without", kvmDevice, err, lookAround(err).fix())
	}
	if v, err := ioctlInt(fd, kvmGetAPIVersion, 0); err != nil || v != 12 {
		unix.Close(fd)
		return -1, fmt.Errorf("%s: interface version %d (%v), want 12: not a KVM this program knows", kvmDevice, v, err)
	}
	return fd, nil
}
