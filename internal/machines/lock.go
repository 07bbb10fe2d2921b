package machines

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const lockFile = "lock"

// whole is a lock on all of a file. It is the open file's (fcntl_locking(2), OFD locks), so that it can be handed on
// to another process, ends with the last one that has the file, and can be asked for without being taken.
func whole(kind int16) *unix.Flock_t { return &unix.Flock_t{Type: kind, Whence: int16(unix.SEEK_SET)} }

// held tells whether a process holds the lock of the machine in dir.
func held(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	l := whole(unix.F_WRLCK)
	return unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, l) == nil && l.Type != unix.F_UNLCK
}

// takeLock takes the lock of the machine in dir; unix.EAGAIN: another process has it.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, whole(unix.F_WRLCK)); err != nil {
		f.Close()
		if errors.Is(err, unix.EACCES) {
			err = unix.EAGAIN
		}
		return nil, err
	}
	return f, nil
}
