package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A filter looks at the lists one after the other: what is called often stands first.

// always are the calls of devices and of Go's runtime that do no harm with any argument: they
// work on memory, time, threads of this process and descriptors that are open.
var always = []string{
	"futex", "read", "write", "ppoll", "poll", "epoll_pwait", "preadv", "pwritev2", "pread64", "pwrite64", "readv", "writev",
	"nanosleep", "sched_yield", "madvise", "munmap", "mincore", "rt_sigreturn", "rt_sigprocmask", "getpid", "gettid",
	"clock_gettime", "clock_nanosleep", "gettimeofday", "restart_syscall", "epoll_ctl", "epoll_create1", "epoll_wait", "eventfd2", "pipe2",
	"close", "fstat", "lseek", "fsync", "fdatasync", "fallocate", "ftruncate", "getrandom", "mremap",
	"rt_sigaction", "sigaltstack", "sched_getaffinity", "getrlimit", "getpgrp", "getuid", "geteuid", "getgid", "getegid",
	"uname", "sysinfo", "getrusage", "setitimer", "timer_create", "timer_settime", "timer_delete", "brk",
	"set_robust_list", "rseq", // glibc's, for a runner with cgo
	"seccomp", // which only narrows
	"exit", "exit_group",
}

// ofFolders are those of a shared folder's server. Which files they reach, Landlock says.
var ofFolders = []string{
	"openat2", "openat", "open", "newfstatat", "getdents64", "getdents", "readlinkat", "fstatfs", "statx",
	"mkdirat", "mknodat", "symlinkat", "linkat", "renameat", "renameat2", "unlinkat",
	"fchmod", "fchmodat", "chmod", "fchown", "fchownat", "truncate", "utimensat", "flock",
}

// ofSockets are those of a device that carries Unix sockets. Which they can be, socketKinds says.
var ofSockets = []string{
	"accept4", "connect", "sendmsg", "recvmsg", "sendto", "recvfrom", "shutdown",
	"getsockopt", "setsockopt", "getsockname", "getpeername", "unlinkat",
}

// hostile are calls that no runner has a use for: whoever makes one has taken it over, and the
// process ends (SIGSYS). All other calls fail with EPERM.
var hostile = []string{
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp",
	"mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "setns", "unshare",
	"bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "init_module", "finit_module", "delete_module",
	"kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "open_by_handle_at", "name_to_handle_at",
	"keyctl", "add_key", "request_key", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
	"modify_ldt", "ioperm", "iopl", "clock_settime", "settimeofday", "adjtimex", "acct", "quotactl", "syslog",
}

// terminalRequests are the ioctls of a terminal and of a pipe that is read.
var terminalRequests = []uint64{
	unix.TCGETS, unix.TCSETS, unix.TCSETSF, unix.TCSETSW, unix.TIOCGWINSZ, unix.TIOCGPGRP, unix.TIOCINQ,
}

// descriptorCommands are the fcntls that look at a descriptor or copy it. F_SETOWN and F_SETSIG are
// not among them: they make a file that is ready send any signal, SIGKILL too, to any process of the user.
var descriptorCommands = []uint64{
	unix.F_GETFL, unix.F_SETFL, unix.F_GETFD, unix.F_SETFD, unix.F_DUPFD_CLOEXEC,
}

// prSetVMA is PR_SET_VMA, with which Go's runtime names its memory.
const prSetVMA = 0x53564d41

// when is a call that is allowed if all conditions hold.
func when(name string, conditions ...seccomp.Condition) seccomp.NameWithConditions {
	return seccomp.NameWithConditions{Name: name, Conditions: conditions}
}

func argument(n uint32, op seccomp.Operation, value uint64) seccomp.Condition {
	return seccomp.Condition{Argument: n, Operation: op, Value: value}
}

// requests are the ioctls that are allowed.
func requests(r Rules) (list []seccomp.NameWithConditions) {
	for _, request := range slices.Concat(r.Requests, terminalRequests) {
		list = append(list, when("ioctl", argument(1, seccomp.Equal, request)))
	}
	return list
}

// bounded are the other calls that are allowed with some arguments only.
func bounded(r Rules) []seccomp.NameWithConditions {
	notExec := argument(2, seccomp.BitsNotSet, unix.PROT_EXEC)
	list := []seccomp.NameWithConditions{
		when("mmap", notExec), when("mprotect", notExec),
		when("tgkill", argument(0, seccomp.Equal, uint64(os.Getpid()))), // a signal to one of its own threads
		when("clone", argument(0, seccomp.BitsSet, unix.CLONE_THREAD|unix.CLONE_VM|unix.CLONE_SIGHAND)),
		when("prctl", argument(0, seccomp.Equal, prSetVMA)), when("prctl", argument(0, seccomp.Equal, unix.PR_SET_NAME)),
		when("prlimit64", argument(0, seccomp.Equal, 0), argument(2, seccomp.Equal, 0)), // ask only
	}
	for _, command := range descriptorCommands {
		list = append(list, when("fcntl", argument(1, seccomp.Equal, command)))
	}
	if r.Socket != "" {
		list = append(list, when("socket", argument(0, seccomp.Equal, unix.AF_UNIX)))
	}
	return list
}

// processPolicy is the filter of all threads.
func processPolicy(r Rules) seccomp.Policy {
	names := always
	if len(r.Folders) > 0 {
		names = union(names, ofFolders)
	}
	return policy(r, names)
}

// processorPolicy is the filter of a thread that runs a virtual processor: such a thread serves
// devices, too, but no folder.
func processorPolicy(r Rules) seccomp.Policy { return policy(r, always) }

// policy allows what is listed. Linux knows by a bit whether a call is allowed with all
// arguments; the others run through the list, so the one that enters the guest stands first.
func policy(r Rules, names []string) seccomp.Policy {
	if r.Socket != "" {
		names = union(names, ofSockets)
	}
	return seccomp.Policy{
		DefaultAction: seccomp.ActionErrno, // EPERM
		Syscalls: []seccomp.SyscallGroup{
			{NamesWithCondtions: requests(r), Action: seccomp.ActionAllow},
			{Names: names, NamesWithCondtions: bounded(r), Action: seccomp.ActionAllow},
			{Names: hostile, Action: seccomp.ActionKillProcess},
			// glibc takes clone then, whose flags a filter can look at.
			{Names: []string{"clone3"}, Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)},
		},
	}
}

// union is both lists, each name once.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// filter is a policy as a program for the kernel.
type filter []unix.SockFilter

func assemble(p seccomp.Policy) (filter, error) {
	instructions, err := p.Assemble()
	if err != nil {
		return nil, err
	}
	raw, err := bpf.Assemble(instructions)
	if err != nil {
		return nil, err
	}
	f := make(filter, len(raw))
	for i, r := range raw {
		f[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return f, nil
}

// load puts a filter on the calling thread, or with SECCOMP_FILTER_FLAG_TSYNC on all, seccomp(2).
func (f filter) load(flags uintptr) error {
	prog := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(f)
	switch {
	case errno == unix.ENOSYS:
		return errors.New("seccomp: this kernel has no filters")
	case errno != 0:
		return fmt.Errorf("seccomp: %w", errno)
	}
	return nil
}
