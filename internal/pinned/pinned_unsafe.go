// Package pinned makes system calls whose arguments in memory lie at fixed addresses, in a page that is
// written once and then only read.
//
// A seccomp filter sees addresses, not what is there: a path, or flags in a structure. So a process
// that confines itself allows some calls with these addresses alone, and no call that could put something else
// there (package confine/policy): files are opened for their attributes (O_PATH) below a folder that is open, and
// no path leads elsewhere; attributes change by such a descriptor (AT_EMPTY_PATH, for which the path must be empty);
// and one file can be removed. Nothing that begins below the page can reach into it, as the filter allows no
// mapping at a fixed address so low.
package pinned

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Addresses: of the page, which is the lowest that processes may map (vm.mmap_min_addr of distributions),
// where it has the empty path; of the path of Keep; and of struct open_how for OpenBeneath, of files and of folders.
const (
	Address   = 0x10000
	KeptName  = Address + 1
	HowFile   = Address + 0xe00
	HowFolder = HowFile + HowSize

	// HowSize is the size of struct open_how, openat2(2).
	HowSize = 24
	// Limit has all bits that an address up to the page's end can have: what has another is above.
	Limit = Address<<1 - 1

	page    = 0x1000
	longest = HowFile - KeptName - 1 // path
)

// Map makes the page, once for the process.
var Map = sync.OnceValue(func() error {
	at, _, errno := unix.Syscall6(unix.SYS_MMAP, Address, page, unix.PROT_READ,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_FIXED_NOREPLACE, ^uintptr(0), 0)
	if errno != 0 {
		return fmt.Errorf("a page at %#x: %w (is vm.mmap_min_addr higher?)", Address, errno)
	}
	if at != Address {
		return fmt.Errorf("a page at %#x: something else is there", Address)
	}
	how := make([]byte, 2*HowSize)
	for i, flags := range []uint64{unix.O_PATH, unix.O_PATH | unix.O_DIRECTORY} {
		binary.NativeEndian.PutUint64(how[i*HowSize:], flags|unix.O_NOFOLLOW|unix.O_CLOEXEC)
		binary.NativeEndian.PutUint64(how[i*HowSize+16:], unix.RESOLVE_BENEATH|unix.RESOLVE_NO_SYMLINKS|unix.RESOLVE_NO_MAGICLINKS)
	}
	return put(HowFile, how)
})

// put writes into the page. That is none of Go's memory: a pipe carries the bytes there.
func put(at uintptr, b []byte) error {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	defer unix.Close(ends[0])
	defer unix.Close(ends[1])
	if _, err := unix.Write(ends[1], b); err != nil {
		return err
	}
	return errors.Join(
		call(unix.SYS_MPROTECT, Address, page, unix.PROT_READ|unix.PROT_WRITE, 0, 0),
		call(unix.SYS_READ, uintptr(ends[0]), at, uintptr(len(b)), 0, 0),
		call(unix.SYS_MPROTECT, Address, page, unix.PROT_READ, 0, 0))
}

// OpenBeneath opens a file for its attributes, or a folder to work in, below the open folder dir: no link leads
// out of it.
func OpenBeneath(dir int, name string, folder bool) (fd int, err error) {
	path, err := unix.BytePtrFromString(name)
	if err != nil {
		return -1, err
	}
	how := uintptr(HowFile)
	if folder {
		how = HowFolder
	}
	n, _, errno := unix.Syscall6(unix.SYS_OPENAT2, uintptr(dir), uintptr(unsafe.Pointer(path)), how, HowSize, 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

// Keep puts the path of a file into the page, for RemoveKept: it is the only one that a process may
// remove whose filter allows no other address. A process has one.
func Keep(name string) error {
	if len(name) > longest || name == "" {
		return unix.ENAMETOOLONG
	}
	if err := Map(); err != nil {
		return err
	}
	return put(KeptName, []byte(name+"\x00"))
}

const atFDCWD = ^uintptr(-unix.AT_FDCWD - 1)

// RemoveKept removes the file that Keep was given.
func RemoveKept() error {
	return call(unix.SYS_UNLINKAT, atFDCWD, KeptName, 0, 0, 0)
}

// Chown changes the owner and the group of an open file, -1 leaves one.
func Chown(fd, uid, gid int) error {
	return call(unix.SYS_FCHOWNAT, uintptr(fd), Address, uintptr(uid), uintptr(gid), unix.AT_EMPTY_PATH)
}

// SetTimes changes the times of an open file, as utimensat(2) does.
func SetTimes(fd int, times *[2]unix.Timespec) error {
	return call(unix.SYS_UTIMENSAT, uintptr(fd), Address, uintptr(unsafe.Pointer(times)), unix.AT_EMPTY_PATH, 0)
}

// Chmod changes the rights of an open file. Before Linux 6.6 that takes one that this process may open.
func Chmod(fd int, mode uint32) error {
	err := call(unix.SYS_FCHMODAT2, uintptr(fd), Address, uintptr(mode), unix.AT_EMPTY_PATH, 0)
	if err != unix.ENOSYS {
		return err
	}
	return opened(fd, unix.O_RDONLY, func(fd int) error { return unix.Fchmod(fd, mode) })
}

// Truncate changes the size of an open file, with the errors of truncate(2): a pipe is not opened.
func Truncate(fd int, size int64) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		return unix.EISDIR
	default:
		return unix.EINVAL
	}
	return opened(fd, unix.O_WRONLY, func(fd int) error { return unix.Ftruncate(fd, size) })
}

// Open opens the very file that fd stands for, which may be good for its attributes only.
func Open(fd, flags int) (int, error) {
	return unix.Open("/proc/self/fd/"+strconv.Itoa(fd), flags|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
}

// opened calls f with a descriptor for reading or writing of the very file that fd stands for.
func opened(fd, flags int, f func(fd int) error) error {
	full, err := Open(fd, flags)
	if err != nil {
		return err
	}
	defer unix.Close(full)
	return f(full)
}

func call(n, a, b, c, d, e uintptr) error {
	if _, _, errno := unix.Syscall6(n, a, b, c, d, e, 0); errno != 0 {
		return errno
	}
	return nil
}
