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

// Capabilities that a superuser's runner keeps where it serves folders: the guest's users own files of other people there, as
// root's programs may; where they are only read, or files only made, it takes less.
const (
	forReading = 1 << unix.CAP_DAC_READ_SEARCH
	forMaking  = 1 << unix.CAP_DAC_OVERRIDE
	forFolders = forReading | forMaking | 1<<unix.CAP_CHOWN | 1<<unix.CAP_FOWNER | 1<<unix.CAP_FSETID
)

// capabilities are those that the folders need.
func (r *Rules) capabilities() (set uint32) {
	if r.Asker { // of its own user's files
		return 0
	}
	for _, f := range r.Folders {
		switch {
		case f.ReadOnly:
			set |= forReading
		case f.MakeOnly:
			set |= forMaking
		default:
			set |= forFolders
		}
	}
	return set
}

// dropCapabilities takes from all threads what they have, capset(2), except what is left to them.
// The bounding set is of no use without execve.
func dropCapabilities(left uint32) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var have, keep [2]unix.CapUserData // 64 bits each, in two halves
	if err := unix.Capget(&header, &have[0]); err != nil {
		return err
	}
	keep[0].Effective = have[0].Effective & left
	keep[0].Permitted = have[0].Permitted & left
	if have == keep {
		return nil
	}
	_, _, errno := psx.Syscall3(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&keep[0])), 0)
	if errno != 0 {
		return errno
	}
	return nil
}
