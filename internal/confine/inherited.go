package confine

import (
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// lastInherited is the largest descriptor that is looked at where nothing lists those that are open.
const lastInherited = 1023

// CloseInherited closes the files that this process was started with, but for standard input, output and error and
// those in keep: locks, sockets and folders of whoever started it are none of a runner's business. They are the
// descriptors that would stay open for another program, which none has that Go or package kvmboot opened.
func CloseInherited(keep ...int) {
	for _, fd := range openFiles() {
		if fd <= 2 || slices.Contains(keep, fd) {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			unix.Close(fd)
		}
	}
}

func openFiles() (list []int) {
	if dir, err := os.Open("/proc/self/fd"); err == nil {
		defer dir.Close()
		if names, err := dir.Readdirnames(-1); err == nil {
			for _, name := range names {
				if fd, err := strconv.Atoi(name); err == nil {
					list = append(list, fd)
				}
			}
			return list
		}
	}
	for fd := range lastInherited + 1 {
		list = append(list, fd)
	}
	return list
}
