package confine

import (
	"unsafe"

	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/psx"
)

// noNewPrivileges is for kernels without Landlock, which sets it otherwise.
func noNewPrivileges() error {
	return llsys.AllThreadsPrctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

// forFolders are the capabilities that a superuser's runner keeps where it serves folders:
// the guest's users own files of other people there, as root's programs may.
const forFolders = 1<<unix.CAP_CHOWN | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH |
	1<<unix.CAP_FOWNER | 1<<unix.CAP_FSETID

// dropCapabilities takes from all threads what they have, capset(2), except what folders need.
// The bounding set is of no use without execve.
func dropCapabilities(folders bool) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var have, keep [2]unix.CapUserData // 64 bits each, in two halves
	if err := unix.Capget(&header, &have[0]); err != nil {
		return err
	}
	if folders {
		keep[0].Effective = have[0].Effective & forFolders
		keep[0].Permitted = have[0].Permitted & forFolders
	}
	if have == keep {
		return nil
	}
	_, _, errno := psx.Syscall3(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&keep[0])), 0)
	if errno != 0 {
		return errno
	}
	return nil
}
