package conformance

import (
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// apart calls f on a thread with network, /tmp and System V IPC of its own, and
// with the folders that guests may only read to be read only there too, if this
// user may have that; what f starts from that thread is there too. The thread ends
// with f.
func apart(readOnly []string, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread is of no further use
		if os.Geteuid() == 0 && unix.Unshare(unix.CLONE_NEWNET|unix.CLONE_NEWNS|unix.CLONE_NEWIPC) == nil {
			loopbackUp()
			if unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") == nil {
				unix.Mount("tmpfs", "/tmp", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "") // as in a guest
				for _, dir := range readOnly {
					if unix.Mount(dir, dir, "", unix.MS_BIND, "") == nil {
						unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
					}
				}
			}
		}
		f()
	}()
	<-done
}

// loopbackUp switches on a new namespace's only device (netdevice(7)).
func loopbackUp() {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	req := struct {
		name  [unix.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{flags: unix.IFF_UP}
	copy(req.name[:], "lo")
	unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&req)))
}
