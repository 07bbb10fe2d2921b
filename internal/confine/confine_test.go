package confine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
	"uk.example/internal/testenv"
)

// Words in the environment of the process that is confined: what it tries, and with which rules.
const (
	tryVariable    = "UK_CONFINE_TRY"
	folderVariable = "UK_CONFINE_FOLDER"
	otherVariable  = "UK_CONFINE_OTHER"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(tryVariable); name != "" {
		confinedMain(name)
	}
	os.Exit(m.Run())
}

// attack is what somebody tries who has taken over a runner.
type attack struct {
	name  string
	rules Rules  // besides a folder, for which Folder "rw" or "ro" stands
	share string // "", "ro" or "rw"
	// socket: Rules.Socket is other with .socket behind it, which is there.
	socket bool
	try    func(folder, other string) error
	want   error // nil: it works
	dies   bool  // by SIGSYS
	// landlock: this line alone holds it; where the kernel has none, it works.
	landlock bool
}

func raw(n uintptr, args ...uintptr) error {
	var a [6]uintptr
	copy(a[:], args)
	if _, _, errno := syscall.RawSyscall6(n, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}

func open(path string, flags int) error {
	fd, err := unix.Open(path, flags, 0o600)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

func socket(domain, typ int) error {
	fd, err := unix.Socket(domain, typ, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

// bind binds a TCP socket to a port of the loopback.
func bind(port int) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
}

func attacks() []attack {
	path := func(s string) uintptr {
		b := append([]byte(s), 0)
		return uintptr(unsafe.Pointer(&b[0]))
	}
	const x32 = 0x40000000
	atFDCWD := ^uintptr(99) // -100
	return []attack{
		{name: "write to an open file", try: func(_, _ string) error { _, err := os.Stderr.Write(nil); return err }},
		{name: "more threads", try: func(_, _ string) error { return inThread(func() error { return nil }) }},
		{name: "memory", try: func(_, _ string) error {
			_, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			return err
		}},
		{name: "open", try: func(_, other string) error { return open(other, unix.O_RDONLY) }, want: unix.EPERM},
		{name: "open in another thread", try: func(_, other string) error {
			return inThread(func() error { return open(other, unix.O_RDONLY) })
		}, want: unix.EPERM},
		{name: "open by the x32 interface", try: func(_, other string) error { return raw(x32|unix.SYS_OPEN, path(other)) }, want: unix.ENOSYS},
		{name: "unlink", try: func(_, other string) error { return unix.Unlink(other) }, want: unix.EPERM},
		{name: "chmod", try: func(_, other string) error { return unix.Chmod(other, 0o777) }, want: unix.EPERM},
		{name: "execve", try: func(_, _ string) error { return unix.Exec("/bin/true", []string{"true"}, nil) }, dies: true},
		{name: "execveat", try: func(_, _ string) error { return raw(unix.SYS_EXECVEAT, 0, path("/bin/true")) }, dies: true},
		{name: "fork", try: func(_, _ string) error { return raw(unix.SYS_CLONE, uintptr(unix.SIGCHLD)) }, want: unix.EPERM},
		{name: "a process that shares memory", try: func(_, _ string) error {
			return raw(unix.SYS_CLONE, unix.CLONE_VM|unix.CLONE_SIGHAND|uintptr(unix.SIGCHLD))
		}, want: unix.EPERM},
		{name: "clone3", try: func(_, _ string) error { return raw(unix.SYS_CLONE3) }, want: unix.ENOSYS},
		{name: "ptrace", try: func(_, _ string) error { return unix.PtraceAttach(os.Getppid()) }, dies: true},
		{name: "process_vm_writev", try: func(_, _ string) error { return raw(unix.SYS_PROCESS_VM_WRITEV, uintptr(os.Getppid())) }, dies: true},
		{name: "kill", try: func(_, _ string) error { return unix.Kill(os.Getppid(), 0) }, want: unix.EPERM},
		{name: "tgkill of another process", try: func(_, _ string) error { return unix.Tgkill(os.Getppid(), os.Getppid(), 0) }, want: unix.EPERM},
		{name: "flags of a descriptor", try: func(_, _ string) error { return unix.SetNonblock(2, false) }},
		{name: "a file that sends signals to another process", try: func(_, _ string) error {
			return raw(unix.SYS_FCNTL, 2, unix.F_SETOWN, uintptr(os.Getppid()))
		}, want: unix.EPERM},
		{name: "a file that sends another signal", try: func(_, _ string) error {
			return raw(unix.SYS_FCNTL, 2, unix.F_SETSIG, uintptr(unix.SIGKILL))
		}, want: unix.EPERM},
		{name: "a request with the number of another call", try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 0, unix.SYS_FUTEX) }, want: unix.EPERM},
		{name: "TCP", try: func(_, _ string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "UDP", try: func(_, _ string) error { return socket(unix.AF_INET6, unix.SOCK_DGRAM) }, want: unix.EPERM},
		{name: "netlink", try: func(_, _ string) error { return socket(unix.AF_NETLINK, unix.SOCK_RAW) }, want: unix.EPERM},
		{name: "Unix socket", try: func(_, _ string) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "Unix socket of a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, _ string) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM) }},
		{name: "TCP with a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, _ string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "TCP with a network", rules: Rules{Network: &Network{}}, try: func(_, _ string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) }},
		{name: "a raw socket with a network", rules: Rules{Network: &Network{}}, try: func(_, _ string) error { return socket(unix.AF_INET6, unix.SOCK_RAW) }, want: unix.EPROTONOSUPPORT},
		{name: "a packet socket with a network", rules: Rules{Network: &Network{}}, try: func(_, _ string) error { return socket(unix.AF_PACKET, unix.SOCK_RAW) }, want: unix.EPERM},
		{name: "a Unix socket with a network", rules: Rules{Network: &Network{}}, try: func(_, _ string) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "bind with a network that has no ports", rules: Rules{Network: &Network{}}, try: func(_, _ string) error { return bind(0) }, want: unix.EACCES, landlock: true},
		{name: "bind a port of its own", rules: Rules{Network: &Network{TCP: []uint16{0}}}, try: func(_, _ string) error { return bind(0) }},
		{name: "bind another port", rules: Rules{Network: &Network{TCP: []uint16{0}}}, try: func(_, _ string) error { return bind(4711) }, want: unix.EACCES, landlock: true},
		{name: "bind any port", rules: Rules{Network: &Network{AnyPort: true}}, try: func(_, _ string) error { return bind(0) }},
		{name: "open with a network", rules: Rules{Network: &Network{AnyPort: true}}, try: func(_, other string) error { return open(other, unix.O_RDONLY) }, want: unix.EPERM},
		{name: "executable memory", try: func(_, _ string) error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_ANON|unix.MAP_PRIVATE)
			return err
		}, want: unix.EPERM},
		{name: "memory made executable", try: func(_, _ string) error {
			m, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			return errors.Join(err, unix.Mprotect(m, unix.PROT_READ|unix.PROT_EXEC))
		}, want: unix.EPERM},
		{name: "a new virtual machine", try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 0, 0xae01) }, want: unix.EPERM},
		{name: "type into the terminal", try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 0, unix.TIOCSTI) }, want: unix.EPERM},
		{name: "mount", try: func(_, _ string) error { return unix.Mount("none", "/mnt", "tmpfs", 0, "") }, dies: true},
		{name: "unshare", try: func(_, _ string) error { return unix.Unshare(unix.CLONE_NEWUSER) }, dies: true},
		{name: "setuid", try: func(_, _ string) error { return raw(unix.SYS_SETUID, 0) }, dies: true},
		{name: "io_uring", try: func(_, _ string) error { return raw(unix.SYS_IO_URING_SETUP, 1) }, dies: true},
		{name: "bpf", try: func(_, _ string) error { return raw(unix.SYS_BPF) }, dies: true},
		{name: "capabilities", try: func(_, _ string) error { return capabilities(0) }},
		{name: "capabilities with a folder", share: "rw", try: func(_, _ string) error { return capabilities(forFolders) }},
		{name: "capabilities of an asker", rules: Rules{Asker: true}, share: "rw", try: func(_, _ string) error { return capabilities(0) }},
		{name: "an asker's lock in its folder", rules: Rules{Asker: true}, share: "rw", try: func(folder, _ string) error {
			f, err := os.OpenFile(folder+"/inside", os.O_RDWR, 0)
			if err != nil {
				return err
			}
			return errors.Join(unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}), os.Remove(folder+"/inside"), f.Close())
		}},
		{name: "an asker outside of its folder", rules: Rules{Asker: true}, share: "rw", try: func(_, other string) error { return open(other, unix.O_RDONLY) }, want: unix.EACCES, landlock: true},
		{name: "an asker that removes another file", rules: Rules{Asker: true}, share: "rw", try: func(_, other string) error { return unix.Unlink(other) }, want: unix.EACCES, landlock: true},
		{name: "an asker's Unix socket", rules: Rules{Asker: true}, share: "rw", try: func(_, _ string) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM) }},
		{name: "an asker's TCP", rules: Rules{Asker: true}, share: "rw", try: func(_, _ string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "an asker's program", rules: Rules{Asker: true}, share: "rw", try: func(_, _ string) error { return unix.Exec("/bin/true", []string{"true"}, nil) }, dies: true},
		{name: "capabilities with a folder that is read", share: "ro", try: func(_, _ string) error { return capabilities(forReading) }},
		{name: "capabilities with a folder to make files in", share: "make", try: func(_, _ string) error { return capabilities(forMaking) }},
		{name: "new privileges", try: func(_, _ string) error {
			if n, err := statusField("NoNewPrivs", 10); n != 1 {
				return fmt.Errorf("no_new_privs is %d, %v", n, err)
			}
			return nil
		}},
		{name: "core file", try: func(_, _ string) error {
			var l unix.Rlimit
			err := unix.Prlimit(0, unix.RLIMIT_CORE, nil, &l)
			if l.Cur > 1 || l.Max != l.Cur {
				return fmt.Errorf("limit %v", l)
			}
			return err
		}},
		{name: "read in a folder", share: "ro", try: func(folder, _ string) error { return open(folder+"/inside", unix.O_RDONLY) }},
		{name: "write in a folder", share: "rw", try: func(folder, _ string) error { return open(folder+"/inside", unix.O_RDWR|unix.O_TRUNC) }},
		{name: "create in a folder", share: "rw", try: func(folder, _ string) error { return open(folder+"/new", unix.O_RDWR|unix.O_CREAT) }},
		{name: "move between folders of a share", share: "rw", try: func(folder, _ string) error {
			return unix.Renameat(unix.AT_FDCWD, folder+"/inside", unix.AT_FDCWD, folder+"/sub/inside")
		}},
		{name: "write in a folder that is only read", share: "ro", try: func(folder, _ string) error { return open(folder+"/inside", unix.O_RDWR) }, want: unix.EACCES, landlock: true},
		{name: "leave a folder", share: "rw", try: func(_, other string) error { return open(other, unix.O_RDONLY) }, want: unix.EACCES, landlock: true},
		{name: "leave a folder by a link", share: "rw", try: func(folder, _ string) error { return open(folder+"/link", unix.O_RDONLY) }, want: unix.EACCES, landlock: true},
		{name: "memory by a file", share: "rw", try: func(_, _ string) error { return open("/proc/self/mem", unix.O_RDWR) }, want: unix.EACCES, landlock: true},
		{name: "rights by a path", share: "rw", try: func(folder, _ string) error { return unix.Chmod(folder+"/inside", 0o600) }, want: unix.EPERM},
		{name: "rights of another file by its path", share: "rw", try: func(_, other string) error { return unix.Fchmodat(unix.AT_FDCWD, other, 0o777, 0) }, want: unix.EPERM},
		{name: "rights by a path that should be empty", share: "rw", try: func(_, other string) error {
			return raw(unix.SYS_FCHMODAT2, atFDCWD, path(other), 0o777, unix.AT_EMPTY_PATH)
		}, want: unix.EPERM},
		{name: "owner by a path that should be empty", share: "rw", try: func(_, other string) error {
			return unix.Fchownat(unix.AT_FDCWD, other, os.Getuid(), -1, unix.AT_EMPTY_PATH)
		}, want: unix.EPERM},
		{name: "times by a path", share: "rw", try: func(_, other string) error {
			return unix.UtimesNanoAt(unix.AT_FDCWD, other, make([]unix.Timespec, 2), 0)
		}, want: unix.EPERM},
		{name: "size by a path", share: "rw", try: func(_, other string) error { return unix.Truncate(other, 0) }, want: unix.EPERM},
		{name: "attributes by a descriptor", share: "rw", try: func(folder, _ string) error {
			dir, err := unix.Open(folder, unix.O_RDONLY|unix.O_DIRECTORY, 0)
			if err != nil {
				return err
			}
			fd, err := pinned.OpenBeneath(dir, "inside", false)
			return errors.Join(err, pinned.Chmod(fd, 0o640), pinned.Chown(fd, os.Getuid(), -1), pinned.SetTimes(fd, new([2]unix.Timespec)), pinned.Truncate(fd, 0))
		}},
		{name: "remove the socket of a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, _ string) error { return pinned.RemoveKept() }, want: unix.ENOENT},
		{name: "remove a file beside the socket of a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, other string) error { return unix.Unlink(other) }, want: unix.EPERM},
		{name: "remove a file beside the socket of a vsock, by unlinkat", rules: Rules{Socket: "/tmp/s"}, try: func(_, other string) error {
			return unix.Unlinkat(unix.AT_FDCWD, other, 0)
		}, want: unix.EPERM},
		{name: "another name for the socket of a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, _ string) error {
			return raw(unix.SYS_MPROTECT, pinned.Address, 4096, unix.PROT_READ|unix.PROT_WRITE)
		}, want: unix.EPERM},
		{name: "remove a file beside the socket of a vsock, with a folder", share: "rw", socket: true, try: func(_, other string) error {
			return unix.Unlinkat(unix.AT_FDCWD, other, 0)
		}, want: unix.EACCES, landlock: true},
		{name: "move a file beside the socket of a vsock, with a folder", share: "rw", socket: true, try: func(folder, other string) error {
			return unix.Renameat(unix.AT_FDCWD, other, unix.AT_FDCWD, folder+"/stolen")
		}, want: unix.EACCES, landlock: true},
		{name: "remove the socket of a vsock, with a folder", share: "rw", socket: true, try: func(_, other string) error {
			if err := theSandbox.RemoveSocket(); err != nil {
				return err
			}
			return raw(unix.SYS_FACCESSAT, atFDCWD, path(other+".socket"), 0)
		}, want: unix.EPERM},
		{name: "the size of an open file", try: func(_, _ string) error { return unix.Ftruncate(1, 0) }, want: unix.EPERM},
		{name: "every other call", try: func(_, _ string) error { return everyCall(filters[0], 0) }},
		{name: "every other call with a folder", share: "rw", try: func(_, _ string) error { return everyCall(filters[withFolders], 0) }},
		{name: "every other call with a card", rules: Rules{Card: true}, try: func(_, _ string) error { return everyCall(filters[withCard], 0) }},
		{name: "a card's offloads", rules: Rules{Card: true}, try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 2, unix.TUNSETOFFLOAD, 0) }, want: unix.ENOTTY},
		{name: "an interface for a card", rules: Rules{Card: true}, try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 2, unix.TUNSETIFF, 0) }, want: unix.EPERM},
		{name: "offloads without a card", try: func(_, _ string) error { return raw(unix.SYS_IOCTL, 2, unix.TUNSETOFFLOAD, 0) }, want: unix.EPERM},
		{name: "who connects to a card's socket", rules: Rules{Card: true}, try: func(_, _ string) error { return raw(unix.SYS_ACCEPT4, 2, 0, 0, 0) }, want: unix.ENOTSOCK},
		{name: "a socket for a card", rules: Rules{Card: true}, try: func(_, _ string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) }, want: unix.EPERM},
		{name: "every other call with a vsock", rules: Rules{Socket: "/tmp/s"}, try: func(_, _ string) error { return everyCall(filters[withSockets], 0) }},
		{name: "every other call with both", share: "rw", socket: true, try: func(_, _ string) error {
			return everyCall(filters[withFolders|withSockets], 0)
		}},
		{name: "every other call with a control socket", rules: Rules{Control: true}, try: func(_, _ string) error { return everyCall(filters[withControl], 0) }},
		{name: "a socket with a control socket", rules: Rules{Control: true}, try: func(_, _ string) error {
			_, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
			return err
		}, want: unix.EPERM},
		{name: "a size with a control socket", rules: Rules{Control: true}, try: func(_, _ string) error { return unix.Ftruncate(1, 10) }, want: unix.EPERM},
		{name: "answers with a control socket", rules: Rules{Control: true}, try: func(_, _ string) error { return answer() }},
		{name: "every call by the x32 interface", try: func(_, _ string) error { return everyCall(nil, x32) }, want: unix.ENOSYS},
		{name: "every call by the 32-bit interface", share: "rw", socket: true, try: func(_, _ string) error { return every32() }},
		{name: "every request but those of the machine and the terminal", try: func(_, _ string) error { return everyRequest() }},
		{name: "a file elsewhere for its attributes", share: "rw", try: func(_, other string) error { return open(other, unix.O_PATH) }, want: unix.EPERM},
		{name: "the same by openat2", share: "rw", try: func(_, other string) error {
			_, err := unix.Openat2(unix.AT_FDCWD, other, &unix.OpenHow{Flags: unix.O_PATH})
			return err
		}, want: unix.EPERM},
		{name: "the same below the working folder", share: "rw", try: func(_, _ string) error {
			_, err := pinned.OpenBeneath(unix.AT_FDCWD, ".", true)
			return err
		}, want: unix.EPERM},
		{name: "the same by a link or upwards", share: "rw", try: func(folder, _ string) error {
			dir, err := unix.Open(folder, unix.O_RDONLY|unix.O_DIRECTORY, 0)
			_, up := pinned.OpenBeneath(dir, "../other", false)
			_, link := pinned.OpenBeneath(dir, "link/", true)
			if err != nil || up != unix.EXDEV || link != unix.ELOOP {
				return errors.Join(err, up, link)
			}
			return nil
		}},
		{name: "the empty path written to", share: "rw", try: func(_, _ string) error {
			return raw(unix.SYS_MPROTECT, pinned.Address, 4096, unix.PROT_READ|unix.PROT_WRITE)
		}, want: unix.EPERM},
		{name: "the empty path unmapped", share: "rw", try: func(_, _ string) error { return raw(unix.SYS_MUNMAP, pinned.Address, 4096) }, want: unix.EPERM},
		{name: "the empty path unmapped from below", share: "rw", try: func(_, _ string) error { return raw(unix.SYS_MUNMAP, 0, 1<<20) }, want: unix.EPERM},
		{name: "another page instead of the empty path", share: "rw", try: func(_, _ string) error {
			return raw(unix.SYS_MMAP, pinned.Address, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_FIXED|unix.MAP_ANON|unix.MAP_PRIVATE, ^uintptr(0))
		}, want: unix.EPERM},
		{name: "pages from zero on over the empty path", share: "rw", try: func(_, _ string) error {
			return raw(unix.SYS_MMAP, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_FIXED|unix.MAP_ANON|unix.MAP_PRIVATE, ^uintptr(0))
		}, want: unix.EPERM},
		{name: "a page moved over the empty path", share: "rw", try: func(_, _ string) error {
			m, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			return errors.Join(err, raw(unix.SYS_MREMAP, uintptr(unsafe.Pointer(&m[0])), 4096, 4096, unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED, pinned.Address))
		}, want: unix.EPERM},
		{name: "the empty path moved away", share: "rw", try: func(_, _ string) error {
			return raw(unix.SYS_MREMAP, pinned.Address, 4096, 8192, unix.MREMAP_MAYMOVE)
		}, want: unix.EPERM},
		{name: "a read into the empty path", share: "rw", try: func(folder, _ string) error {
			fd, err := unix.Open(folder+"/inside", unix.O_RDONLY, 0)
			return errors.Join(err, raw(unix.SYS_READ, uintptr(fd), pinned.Address, 1))
		}, want: unix.EFAULT},
		{name: "memory taken and given back", share: "rw", try: func(_, _ string) error {
			m, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			return errors.Join(err, unix.Mprotect(m, unix.PROT_READ), unix.Munmap(m))
		}},
		{name: "handles of files", share: "rw", try: func(_, _ string) error { return raw(unix.SYS_OPEN_BY_HANDLE_AT) }, dies: true},
	}
}

// theSandbox is what confines this process.
var theSandbox *Sandbox

// inThread runs f in a thread that was there before the process was confined, or came later.
func inThread(f func() error) error {
	errs := make(chan error)
	go func() {
		runtime.LockOSThread()
		errs <- f()
	}()
	return <-errs
}

// capabilities reports any that are not in allowed.
func capabilities(allowed uint64) error {
	for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapAmb"} {
		if have, err := statusField(set, 16); err != nil || have&^allowed != 0 {
			return fmt.Errorf("%s is %#x, %v", set, have, err)
		}
	}
	return nil
}

// statusField reads a number of threadStatus.
func statusField(name string, base int) (uint64, error) {
	for line := range strings.Lines(threadStatus) {
		if word, ok := strings.CutPrefix(line, name+":\t"); ok {
			return strconv.ParseUint(strings.TrimSpace(word), base, 64)
		}
	}
	return 0, fmt.Errorf("no %s", name)
}

// threadStatus is /proc/thread-self/status, read through a descriptor that was opened before.
var threadStatus string

// confinedMain confines this process and carries out one attack. It prints how that went.
func confinedMain(name string) {
	folder, other := os.Getenv(folderVariable), os.Getenv(otherVariable)
	status, err := os.Open("/proc/thread-self/status")
	if err != nil {
		panic(err)
	}
	runtime.LockOSThread()
	for _, a := range attacks() {
		if a.name != name {
			continue
		}
		rules := a.rules
		if a.share != "" {
			rules.Folders = []Folder{{Path: folder, ReadOnly: a.share == "ro", MakeOnly: a.share == "make"}}
		}
		kept := "/tmp/uk-confine-none"
		if a.socket {
			kept = other + ".socket"
			rules.Socket = kept
		}
		if err := pinned.Keep(kept); err != nil {
			panic(err)
		}
		make32()
		if rules.Control {
			prepareAnswer(other)
		}
		theSandbox = New(rules)
		if _, err := theSandbox.Process(); err != nil {
			fmt.Printf("not confined: %v", err)
			os.Exit(3)
		}
		text := make([]byte, 1<<14)
		n, _ := status.ReadAt(text, 0)
		threadStatus = string(text[:n])
		if err := a.try(folder, other); err != nil {
			fmt.Print(err)
		}
	}
	os.Exit(0)
}

var withoutCgo string

// program is this one, or one without cgo, as the command is.
func program(t *testing.T, noCgo bool) string {
	if canSpare || !noCgo {
		return os.Args[0]
	}
	if withoutCgo == "" {
		withoutCgo = filepath.Join(t.TempDir(), "confine.test")
		cmd := exec.Command(testenv.MustHave(t, "go"), "test", "-c", "-trimpath", "-o", withoutCgo, ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return withoutCgo
}

func TestAttacks(t *testing.T) {
	version, _ := llsys.LandlockGetABIVersion()
	for _, a := range attacks() {
		exe := program(t, a.socket)
		t.Run(a.name, func(t *testing.T) {
			dir := t.TempDir()
			folder, other := filepath.Join(dir, "folder"), filepath.Join(dir, "other")
			err := errors.Join(os.MkdirAll(folder+"/sub", 0o777), os.WriteFile(folder+"/inside", []byte("x"), 0o666),
				os.WriteFile(other, []byte("x"), 0o666), os.WriteFile(other+".socket", nil, 0o666), os.Symlink(other, folder+"/link"))
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), tryVariable+"="+a.name, folderVariable+"="+folder, otherVariable+"="+other)
			out, err := cmd.CombinedOutput()
			want := ""
			if a.want != nil && (version > 0 || !a.landlock) {
				want = a.want.Error()
			}
			if _, err := os.Stat(other + ".socket"); a.socket && os.IsNotExist(err) != strings.HasPrefix(a.name, "remove the socket") {
				t.Errorf("the socket: %v", err)
			}
			ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if strings.HasSuffix(a.name, "32-bit interface") && strings.Contains(string(out), "SIGSEGV") {
				return // this kernel has none
			}
			switch {
			case a.dies && (!ws.Signaled() || ws.Signal() != unix.SIGSYS):
				t.Errorf("not ended by SIGSYS: %v, %s", err, out)
			case !a.dies && err != nil:
				t.Errorf("%v: %s", err, out)
			case !a.dies && string(out) != want:
				t.Errorf("%q, want %q", out, want)
			}
		})
	}
}
