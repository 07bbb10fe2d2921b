package kvmboot

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"
)

const kvmDevice = "/dev/kvm"

// Detect tells whether this process can use KVM; a nil error means yes, any other
// is one line with the reason and the mend.
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
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		return -1, fmt.Errorf("%s: %w: no virtualization here, or the kvm module is not loaded; --vmm=qemu works without", kvmDevice, err)
	case errors.Is(err, fs.ErrPermission):
		return -1, fmt.Errorf("%s: %w: add this user to the group kvm; --vmm=qemu works without", kvmDevice, err)
	case err != nil:
		return -1, fmt.Errorf("%s: %w", kvmDevice, err)
	}
	if v, err := ioctlInt(fd, kvmGetAPIVersion, 0); err != nil || v != 12 {
		unix.Close(fd)
		return -1, fmt.Errorf("%s: interface version %d (%v), want 12: not a KVM this program knows", kvmDevice, v, err)
	}
	return fd, nil
}
