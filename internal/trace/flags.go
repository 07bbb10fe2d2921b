package trace

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// flag is a value and its name.
type flag struct {
	value uint64
	name  string
}

// oneOf names a value.
func oneOf(names []flag, v uint64) string {
	for _, f := range names {
		if f.value == v || f.value == uint64(uint32(v)) {
			return f.name
		}
	}
	return hex(v)
}

// allOf names the bits of a value. The name of zero, if there is one, stands alone.
func allOf(names []flag, v uint64) string {
	var parts []string
	for _, f := range names {
		if f.value != 0 && v&f.value == f.value {
			parts = append(parts, f.name)
			v &^= f.value
		}
	}
	if len(parts) == 0 && v == 0 {
		for _, f := range names {
			if f.value == 0 {
				return f.name
			}
		}
	}
	if v != 0 || len(parts) == 0 {
		parts = append(parts, hex(v))
	}
	return strings.Join(parts, "|")
}

// join puts the name of what a value is before those of its flags.
func join(first string, names []flag, rest uint64) string {
	if rest == 0 {
		return first
	}
	return first + "|" + allOf(names, rest)
}

var openBits = []flag{
	{unix.O_CREAT, "O_CREAT"}, {unix.O_EXCL, "O_EXCL"}, {unix.O_NOCTTY, "O_NOCTTY"}, {unix.O_TRUNC, "O_TRUNC"}, {unix.O_APPEND, "O_APPEND"},
	{unix.O_NONBLOCK, "O_NONBLOCK"}, {unix.O_SYNC, "O_SYNC"}, {unix.O_DSYNC, "O_DSYNC"}, {unix.O_ASYNC, "O_ASYNC"}, {unix.O_DIRECT, "O_DIRECT"},
	{0x8000, "O_LARGEFILE"}, {unix.O_NOFOLLOW, "O_NOFOLLOW"}, {unix.O_NOATIME, "O_NOATIME"}, {unix.O_CLOEXEC, "O_CLOEXEC"},
	{unix.O_PATH, "O_PATH"}, {unix.O_TMPFILE, "O_TMPFILE"}, {unix.O_DIRECTORY, "O_DIRECTORY"},
}

func openFlags(v uint64) string {
	v = uint64(uint32(v))
	return join([]string{"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"}[v&3], openBits, v&^3)
}

// openFlagsOnly are those of F_SETFL and F_GETFL's result.
func openFlagsOnly(v uint64) string { return openFlags(v) }

// openMode is shown where open(2) looks at it.
func openMode(s *shown, i int) string {
	if s.args[i-1]&(unix.O_CREAT|unix.O_TMPFILE&^unix.O_DIRECTORY) == 0 {
		return ""
	}
	return octal(s.args[i])
}

func mapFlags(v uint64) string {
	first := map[uint64]string{1: "MAP_SHARED", 2: "MAP_PRIVATE", 3: "MAP_SHARED_VALIDATE"}[v&3]
	if first == "" {
		first = hex(v & 3)
	}
	return join(first, mapBits, v&^3)
}

func accessMode(v uint64) string {
	return allOf([]flag{{0, "F_OK"}, {4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"}}, v)
}

func socketType(v uint64) string { return join(oneOf(socketTypes, v&15), sockFlags, v&^15) }

func protocol(s *shown, i int) string {
	switch s.args[0] {
	case unix.AF_INET, unix.AF_INET6:
		return oneOf([]flag{{0, "IPPROTO_IP"}, {1, "IPPROTO_ICMP"}, {6, "IPPROTO_TCP"}, {17, "IPPROTO_UDP"}, {58, "IPPROTO_ICMPV6"}}, s.args[i])
	case unix.AF_NETLINK:
		return oneOf([]flag{{0, "NETLINK_ROUTE"}}, s.args[i])
	}
	return unsigned(s.args[i])
}

func socketOption(s *shown, i int) string {
	switch s.args[i-1] {
	case unix.SOL_SOCKET:
		return oneOf(socketOptions, s.args[i])
	case unix.IPPROTO_TCP:
		return oneOf(tcpOptions, s.args[i])
	case unix.IPPROTO_IPV6:
		return oneOf([]flag{{26, "IPV6_V6ONLY"}}, s.args[i])
	}
	return hex(s.args[i])
}

func cloneFlags(v uint64) string {
	text := ""
	if v&^0xff != 0 {
		text = allOf(cloneBits, v&^0xff)
	}
	if sig := v & 0xff; sig != 0 {
		text = strings.TrimPrefix(text+"|"+signalName(sig), "|")
	}
	if text == "" {
		return "0"
	}
	return text
}

const futexPrivate, futexRealtime = 128, 256

func futexOp(v uint64) string {
	name := oneOf(futexOps, v&^(futexPrivate|futexRealtime))
	if v&futexPrivate != 0 {
		name += "_PRIVATE"
	}
	if v&futexRealtime != 0 {
		name += "|FUTEX_CLOCK_REALTIME"
	}
	return name
}

// futexTimeout is a time where the operation waits, a number where it takes one, and nothing else.
func futexTimeout(s *shown, i int) string {
	switch s.args[1] &^ (futexPrivate | futexRealtime) {
	case 0, 6, 9, 11, 13:
		return structure(s.args[i], s.in[i], 16, timespec)
	case 1, 7, 8, 10:
		return ""
	}
	return unsigned(s.args[i])
}

// futexOther is the second futex of operations that have one.
func futexOther(s *shown, i int) string {
	switch s.args[1] &^ (futexPrivate | futexRealtime) {
	case 3, 4, 5, 9, 11, 12:
		return pointer(s.args[i])
	}
	return ""
}

func futexBits(s *shown, i int) string {
	switch v := uint64(uint32(s.args[i])); s.args[1] &^ (futexPrivate | futexRealtime) {
	case 9, 10:
		if v == 0xffffffff {
			return "FUTEX_BITSET_MATCH_ANY"
		}
		return hex(v)
	case 4, 5, 12:
		return hex(v)
	}
	return ""
}

func statxFlags(v uint64) string {
	return join(map[uint64]string{0: "AT_STATX_SYNC_AS_STAT", 0x2000: "AT_STATX_FORCE_SYNC", 0x4000: "AT_STATX_DONT_SYNC"}[v&0x6000], atFlags, v&^0x6000)
}

func statxMask(v uint64) string {
	return allOf([]flag{{0xfff, "STATX_ALL"}, {0x7ff, "STATX_BASIC_STATS"}, {1, "STATX_TYPE"}, {2, "STATX_MODE"}, {4, "STATX_NLINK"}, {8, "STATX_UID"}, {16, "STATX_GID"},
		{32, "STATX_ATIME"}, {64, "STATX_MTIME"}, {128, "STATX_CTIME"}, {256, "STATX_INO"}, {512, "STATX_SIZE"}, {1024, "STATX_BLOCKS"}, {0x800, "STATX_BTIME"}, {0x1000, "STATX_MNT_ID"}}, v)
}

var (
	whences     = []flag{{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"}}
	protections = []flag{{0, "PROT_NONE"}, {1, "PROT_READ"}, {2, "PROT_WRITE"}, {4, "PROT_EXEC"}}
	mapBits     = []flag{{0x10, "MAP_FIXED"}, {0x20, "MAP_ANONYMOUS"}, {0x40, "MAP_32BIT"}, {0x100, "MAP_GROWSDOWN"}, {0x800, "MAP_DENYWRITE"}, {0x1000, "MAP_EXECUTABLE"},
		{0x2000, "MAP_LOCKED"}, {0x4000, "MAP_NORESERVE"}, {0x8000, "MAP_POPULATE"}, {0x10000, "MAP_NONBLOCK"}, {0x20000, "MAP_STACK"}, {0x40000, "MAP_HUGETLB"}, {0x100000, "MAP_FIXED_NOREPLACE"}}
	mremapFlags = []flag{{1, "MREMAP_MAYMOVE"}, {2, "MREMAP_FIXED"}, {4, "MREMAP_DONTUNMAP"}}
	msyncFlags  = []flag{{1, "MS_ASYNC"}, {2, "MS_INVALIDATE"}, {4, "MS_SYNC"}}
	advices     = []flag{{0, "MADV_NORMAL"}, {1, "MADV_RANDOM"}, {2, "MADV_SEQUENTIAL"}, {3, "MADV_WILLNEED"}, {4, "MADV_DONTNEED"}, {8, "MADV_FREE"}, {14, "MADV_HUGEPAGE"},
		{15, "MADV_NOHUGEPAGE"}, {16, "MADV_DONTDUMP"}, {17, "MADV_DODUMP"}, {10, "MADV_DONTFORK"}, {25, "MADV_COLLAPSE"}}
	fadvices = []flag{{0, "POSIX_FADV_NORMAL"}, {1, "POSIX_FADV_RANDOM"}, {2, "POSIX_FADV_SEQUENTIAL"}, {3, "POSIX_FADV_WILLNEED"}, {4, "POSIX_FADV_DONTNEED"}, {5, "POSIX_FADV_NOREUSE"}}
	sigHows  = []flag{{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}}
	ioctls   = []flag{{unix.TCGETS, "TCGETS"}, {unix.TCSETS, "TCSETS"}, {unix.TCSETSW, "TCSETSW"}, {unix.TCSETSF, "TCSETSF"}, {unix.TIOCGPGRP, "TIOCGPGRP"}, {unix.TIOCSPGRP, "TIOCSPGRP"},
		{unix.TIOCGWINSZ, "TIOCGWINSZ"}, {unix.TIOCSWINSZ, "TIOCSWINSZ"}, {0x541b, "FIONREAD"}, {0x5421, "FIONBIO"}, {0x5450, "FIONCLEX"}, {0x5451, "FIOCLEX"}, {0x8912, "SIOCGIFCONF"}}
	itimers     = []flag{{0, "ITIMER_REAL"}, {1, "ITIMER_VIRTUAL"}, {2, "ITIMER_PROF"}}
	domains     = []flag{{0, "AF_UNSPEC"}, {1, "AF_UNIX"}, {2, "AF_INET"}, {10, "AF_INET6"}, {16, "AF_NETLINK"}, {17, "AF_PACKET"}, {40, "AF_VSOCK"}}
	socketTypes = []flag{{1, "SOCK_STREAM"}, {2, "SOCK_DGRAM"}, {3, "SOCK_RAW"}, {5, "SOCK_SEQPACKET"}}
	sockFlags   = []flag{{unix.SOCK_CLOEXEC, "SOCK_CLOEXEC"}, {unix.SOCK_NONBLOCK, "SOCK_NONBLOCK"}}
	msgFlags    = []flag{{1, "MSG_OOB"}, {2, "MSG_PEEK"}, {4, "MSG_DONTROUTE"}, {8, "MSG_CTRUNC"}, {0x20, "MSG_TRUNC"}, {0x40, "MSG_DONTWAIT"}, {0x80, "MSG_EOR"}, {0x100, "MSG_WAITALL"},
		{0x2000, "MSG_ERRQUEUE"}, {0x4000, "MSG_NOSIGNAL"}, {0x8000, "MSG_MORE"}, {0x10000, "MSG_WAITFORONE"}, {0x40000000, "MSG_CMSG_CLOEXEC"}}
	shutHows      = []flag{{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}}
	socketLevels  = []flag{{1, "SOL_SOCKET"}, {0, "SOL_IP"}, {6, "SOL_TCP"}, {17, "SOL_UDP"}, {41, "SOL_IPV6"}}
	socketOptions = []flag{{1, "SO_DEBUG"}, {2, "SO_REUSEADDR"}, {3, "SO_TYPE"}, {4, "SO_ERROR"}, {5, "SO_DONTROUTE"}, {6, "SO_BROADCAST"}, {7, "SO_SNDBUF"}, {8, "SO_RCVBUF"}, {9, "SO_KEEPALIVE"},
		{13, "SO_LINGER"}, {15, "SO_REUSEPORT"}, {16, "SO_PASSCRED"}, {17, "SO_PEERCRED"}, {20, "SO_RCVTIMEO_OLD"}, {21, "SO_SNDTIMEO_OLD"}, {30, "SO_ACCEPTCONN"}, {38, "SO_PROTOCOL"}, {39, "SO_DOMAIN"}}
	tcpOptions = []flag{{1, "TCP_NODELAY"}, {2, "TCP_MAXSEG"}, {3, "TCP_CORK"}, {4, "TCP_KEEPIDLE"}, {5, "TCP_KEEPINTVL"}, {6, "TCP_KEEPCNT"}, {9, "TCP_DEFER_ACCEPT"}, {11, "TCP_INFO"},
		{12, "TCP_QUICKACK"}, {13, "TCP_CONGESTION"}, {18, "TCP_USER_TIMEOUT"}, {23, "TCP_FASTOPEN"}}
	cloneBits = []flag{{0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"}, {0x1000, "CLONE_PIDFD"}, {0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"}, {0x10000, "CLONE_THREAD"},
		{0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"}, {0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"}, {0x400000, "CLONE_DETACHED"}, {0x1000000, "CLONE_CHILD_SETTID"}}
	waitFlags = []flag{{1, "WNOHANG"}, {2, "WSTOPPED"}, {4, "WEXITED"}, {8, "WCONTINUED"}, {0x1000000, "WNOWAIT"}}
	fcntls    = []flag{{0, "F_DUPFD"}, {1, "F_GETFD"}, {2, "F_SETFD"}, {3, "F_GETFL"}, {4, "F_SETFL"}, {5, "F_GETLK"}, {6, "F_SETLK"}, {7, "F_SETLKW"}, {8, "F_SETOWN"}, {9, "F_GETOWN"}, {36, "F_OFD_GETLK"},
		{37, "F_OFD_SETLK"}, {38, "F_OFD_SETLKW"}, {1024, "F_SETLEASE"}, {1025, "F_GETLEASE"}, {1030, "F_DUPFD_CLOEXEC"}, {1031, "F_SETPIPE_SZ"}, {1032, "F_GETPIPE_SZ"}, {1033, "F_ADD_SEALS"}, {1034, "F_GET_SEALS"}}
	lockTypes = []flag{{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}}
	flockOps  = []flag{{1, "LOCK_SH"}, {2, "LOCK_EX"}, {4, "LOCK_NB"}, {8, "LOCK_UN"}}
	rlimits   = []flag{{0, "RLIMIT_CPU"}, {1, "RLIMIT_FSIZE"}, {2, "RLIMIT_DATA"}, {3, "RLIMIT_STACK"}, {4, "RLIMIT_CORE"}, {5, "RLIMIT_RSS"}, {6, "RLIMIT_NPROC"}, {7, "RLIMIT_NOFILE"}, {8, "RLIMIT_MEMLOCK"},
		{9, "RLIMIT_AS"}, {10, "RLIMIT_LOCKS"}, {11, "RLIMIT_SIGPENDING"}, {12, "RLIMIT_MSGQUEUE"}, {13, "RLIMIT_NICE"}, {14, "RLIMIT_RTPRIO"}, {15, "RLIMIT_RTTIME"}}
	usageWhos   = []flag{{0, "RUSAGE_SELF"}, {0xffffffff, "RUSAGE_CHILDREN"}, {1, "RUSAGE_THREAD"}}
	prctls      = []flag{{1, "PR_SET_PDEATHSIG"}, {3, "PR_GET_DUMPABLE"}, {4, "PR_SET_DUMPABLE"}, {15, "PR_SET_NAME"}, {16, "PR_GET_NAME"}, {22, "PR_SET_SECCOMP"}, {23, "PR_CAPBSET_READ"}, {38, "PR_SET_NO_NEW_PRIVS"}, {0x53564d41, "PR_SET_VMA"}}
	archOps     = []flag{{0x1001, "ARCH_SET_GS"}, {0x1002, "ARCH_SET_FS"}, {0x1003, "ARCH_GET_FS"}, {0x1004, "ARCH_GET_GS"}, {0x3001, "0x3001 /* ARCH_??? */"}}
	mountFlags  = []flag{{1, "MS_RDONLY"}, {2, "MS_NOSUID"}, {4, "MS_NODEV"}, {8, "MS_NOEXEC"}, {32, "MS_REMOUNT"}, {4096, "MS_BIND"}}
	futexOps    = []flag{{0, "FUTEX_WAIT"}, {1, "FUTEX_WAKE"}, {3, "FUTEX_REQUEUE"}, {4, "FUTEX_CMP_REQUEUE"}, {5, "FUTEX_WAKE_OP"}, {6, "FUTEX_LOCK_PI"}, {7, "FUTEX_UNLOCK_PI"}, {8, "FUTEX_TRYLOCK_PI"}, {9, "FUTEX_WAIT_BITSET"}, {10, "FUTEX_WAKE_BITSET"}, {11, "FUTEX_WAIT_REQUEUE_PI"}, {12, "FUTEX_CMP_REQUEUE_PI"}, {13, "FUTEX_LOCK_PI2"}}
	clocks      = []flag{{0, "CLOCK_REALTIME"}, {1, "CLOCK_MONOTONIC"}, {2, "CLOCK_PROCESS_CPUTIME_ID"}, {3, "CLOCK_THREAD_CPUTIME_ID"}, {4, "CLOCK_MONOTONIC_RAW"}, {5, "CLOCK_REALTIME_COARSE"}, {6, "CLOCK_MONOTONIC_COARSE"}, {7, "CLOCK_BOOTTIME"}, {11, "CLOCK_TAI"}}
	epollOps    = []flag{{1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}}
	atFlags     = []flag{{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_REMOVEDIR"}, {0x400, "AT_SYMLINK_FOLLOW"}, {0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"}}
	fdFlags     = []flag{{unix.O_CLOEXEC, "O_CLOEXEC"}, {unix.O_NONBLOCK, "O_NONBLOCK"}, {unix.O_DIRECT, "O_DIRECT"}}
	efdFlags    = []flag{{unix.O_CLOEXEC, "EFD_CLOEXEC"}, {unix.O_NONBLOCK, "EFD_NONBLOCK"}, {1, "EFD_SEMAPHORE"}}
	epollFlags  = []flag{{unix.O_CLOEXEC, "EPOLL_CLOEXEC"}}
	randomFlags = []flag{{1, "GRND_NONBLOCK"}, {2, "GRND_RANDOM"}, {4, "GRND_INSECURE"}}
	fileTypes   = []flag{{unix.S_IFREG, "S_IFREG"}, {unix.S_IFDIR, "S_IFDIR"}, {unix.S_IFLNK, "S_IFLNK"}, {unix.S_IFCHR, "S_IFCHR"}, {unix.S_IFBLK, "S_IFBLK"}, {unix.S_IFIFO, "S_IFIFO"}, {unix.S_IFSOCK, "S_IFSOCK"}}
	fileSystems = []flag{{0x01021994, "TMPFS_MAGIC"}, {0x9fa0, "PROC_SUPER_MAGIC"}, {0x62656572, "SYSFS_MAGIC"}, {0xef53, "EXT2_SUPER_MAGIC"}, {0x794c7630, "OVERLAYFS_SUPER_MAGIC"}, {0x858458f6, "RAMFS_MAGIC"}}
	pollEvents  = []flag{{1, "POLLIN"}, {2, "POLLPRI"}, {4, "POLLOUT"}, {8, "POLLERR"}, {16, "POLLHUP"}, {32, "POLLNVAL"}, {64, "POLLRDNORM"}, {128, "POLLRDBAND"}, {256, "POLLWRNORM"}, {512, "POLLWRBAND"}, {0x2000, "POLLRDHUP"}}

	epollEventBits = []flag{{1, "EPOLLIN"}, {2, "EPOLLPRI"}, {4, "EPOLLOUT"}, {8, "EPOLLERR"}, {16, "EPOLLHUP"}, {64, "EPOLLRDNORM"}, {128, "EPOLLRDBAND"}, {256, "EPOLLWRNORM"}, {512, "EPOLLWRBAND"}, {0x2000, "EPOLLRDHUP"},
		{1 << 28, "EPOLLEXCLUSIVE"}, {1 << 29, "EPOLLWAKEUP"}, {1 << 30, "EPOLLONESHOT"}, {1 << 31, "EPOLLET"}}
	actionFlags = []flag{{0x04000000, "SA_RESTORER"}, {0x08000000, "SA_ONSTACK"}, {0x10000000, "SA_RESTART"}, {0x40000000, "SA_NODEFER"}, {0x80000000, "SA_RESETHAND"}, {4, "SA_SIGINFO"}, {1, "SA_NOCLDSTOP"}, {2, "SA_NOCLDWAIT"}}

	altstackFlags = []flag{{0, "0"}, {1, "SS_ONSTACK"}, {2, "SS_DISABLE"}, {1 << 31, "SS_AUTODISARM"}}
)

func errnoText(e int64) string {
	name := unix.ErrnoName(unix.Errno(e))
	if name == "" {
		return fmt.Sprintf("(errno %d)", e)
	}
	text := unix.Errno(e).Error()
	return fmt.Sprintf("%s (%s)", name, strings.ToUpper(text[:1])+text[1:])
}
