// Package policy has the seccomp filters of package confine as lists of calls, and makes
// programs of them. That takes longer than all the rest of the sandbox, for a result that is the
// same each time, so it is done beforehand: a test of confine keeps its table and this package
// the same, and the command does not hold this one.
package policy

import (
	"slices"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// Kind is what a filter depends on besides the id of the process.
type Kind struct {
	Folders bool // the process serves shared folders
	Sockets bool // and a device that carries Unix sockets
	Network bool // and one that makes sockets of this host's network
	Card    bool // and one that carries frames, of a TAP interface or for who connects to its socket
	Control bool // it answers on a Unix socket that it listens on already, and keeps a log of two files
	Remover bool // the thread that removes the socket in a process with both of the first, and nothing else
	Asker   bool // no runner: it looks after machines in one folder, asks their runners on the sockets there, and tells who connects
}

// Kinds are all there are, in the order of confine's table.
var Kinds = []Kind{
	{}, {Folders: true}, {Sockets: true}, {Folders: true, Sockets: true},
	{Network: true}, {Folders: true, Network: true}, {Sockets: true, Network: true}, {Folders: true, Sockets: true, Network: true},
	{Card: true}, {Folders: true, Card: true}, {Sockets: true, Card: true}, {Folders: true, Sockets: true, Card: true},
	{Control: true}, {Folders: true, Control: true}, {Sockets: true, Control: true}, {Folders: true, Sockets: true, Control: true},
	{Network: true, Control: true}, {Folders: true, Network: true, Control: true}, {Sockets: true, Network: true, Control: true},
	{Folders: true, Sockets: true, Network: true, Control: true},
	{Card: true, Control: true}, {Folders: true, Card: true, Control: true}, {Sockets: true, Card: true, Control: true},
	{Folders: true, Sockets: true, Card: true, Control: true},
	{Remover: true},
	{Asker: true},
}

// pinned tells whether paths are in a page that must stay as it is, so that the calls that change mappings are bounded.
func (k Kind) pinned() bool { return k.Folders || k.Sockets || k.Remover }

// A filter looks at the lists one after the other: what is called often stands first.

// always are the calls of devices and of Go's runtime that do no harm with any argument: they
// work on memory, time, threads of this process and descriptors that are open.
var always = []string{
	"futex", "read", "write", "ppoll", "poll", "epoll_pwait", "epoll_pwait2", "preadv", "pwritev2", "pread64", "pwrite64", "readv", "writev",
	"nanosleep", "sched_yield", "madvise", "mincore", "rt_sigreturn", "rt_sigprocmask", "getpid", "gettid",
	"clock_gettime", "clock_nanosleep", "gettimeofday", "restart_syscall", "epoll_ctl", "epoll_create1", "epoll_wait", "eventfd2", "pipe2",
	"close", "fstat", "lseek", "fsync", "fdatasync", "fallocate", "getrandom",
	"rt_sigaction", "sigaltstack", "sched_getaffinity", "getrlimit", "getpgrp", "getuid", "geteuid", "getgid", "getegid",
	"uname", "sysinfo", "getrusage", "setitimer", "timer_create", "timer_settime", "timer_delete", "brk",
	"set_robust_list", "rseq", // glibc's, for a runner with cgo
	"seccomp", // which only narrows
	"exit", "exit_group",
}

// unmapping is what they do with memory that they have no more use for: see mappings, too.
var unmapping = []string{"munmap", "mremap"}

// ofFolders are those of a shared folder's server. Which files they reach, Landlock says.
var ofFolders = []string{
	"newfstatat", "getdents64", "getdents", "readlinkat", "fstatfs", "statx",
	"mkdirat", "mknodat", "symlinkat", "linkat", "renameat", "renameat2", "unlinkat",
	"fchmod", "fchown", "flock", "ftruncate",
}

// byDescriptor are those that change a file's attributes, for which Landlock has no rule: the argument
// with the path, and that with the flags, which name an open file alone (package pinned).
var byDescriptor = []struct {
	name        string
	path, flags uint32
}{{"fchmodat2", 1, 3}, {"fchownat", 1, 4}, {"utimensat", 1, 3}}

// ofSockets are those of a device that carries Unix sockets. Which they can be, socketKinds says.
var ofSockets = []string{
	"accept4", "connect", "sendmsg", "recvmsg", "sendto", "recvfrom", "shutdown",
	"getsockopt", "setsockopt", "getsockname", "getpeername",
}

// ofNetwork are those of a device that makes sockets of this host's network besides.
var ofNetwork = []string{"bind", "listen"}

// ofCard is that of a network card whose socket others connect to.
var ofCard = []string{"accept4"}

// ofControl are those of a process that answers on a Unix socket: none makes a socket or connects one.
var ofControl = []string{"accept4", "getsockopt", "getsockname", "shutdown"}

// ofAsker are those of a process that asks runners.
var ofAsker = []string{
	"newfstatat", "statx", "getdents64", "readlinkat", "faccessat", "faccessat2", "mkdirat", "unlinkat", "renameat",
	"accept4", "connect", "shutdown", "getsockopt", "setsockopt", "getsockname", "getpeername",
}

// lockCommands are the fcntls by which it sees whether a runner lives.
var lockCommands = []uint64{unix.F_OFD_GETLK, unix.F_OFD_SETLK}

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

// MachineRequests are the ioctls of a virtual machine that runs, or is reported on when it failed
// (Documentation/virt/kvm/api.rst); kvmboot has their names.
var MachineRequests = []uint64{
	0xae80, 0x4020aea5, 0x4008ae61, 0x4040ae79, 0x4020ae46,
	0x8090ae81, 0x4090ae82, 0x8138ae83, 0x4048ae9b, 0xc008ae88, 0xaea3,
	0x4138ae84, 0x9000aea4, 0x5000aea5, // a debugger's: they change nothing but the guest
}

// requests are the ioctls that are allowed.
func requests(k Kind) (list []seccomp.NameWithConditions) {
	all := slices.Concat(MachineRequests, terminalRequests)
	if k.Card {
		all = append(all, unix.TUNSETOFFLOAD) // what the guest's driver does by itself; to take an interface is another one
	}
	for _, request := range all {
		list = append(list, when("ioctl", argument(1, seccomp.Equal, request)))
	}
	return list
}

// bounded are the other calls that are allowed with some arguments only.
func bounded(k Kind, pid int) []seccomp.NameWithConditions {
	notExec := argument(2, seccomp.BitsNotSet, unix.PROT_EXEC)
	list := []seccomp.NameWithConditions{
		when("tgkill", argument(0, seccomp.Equal, uint64(pid))), // a signal to one of its own threads
		// BitsSet is true of any bit, as the kernel's instruction is.
		when("clone", argument(0, seccomp.BitsSet, unix.CLONE_THREAD), argument(0, seccomp.BitsSet, unix.CLONE_VM), argument(0, seccomp.BitsSet, unix.CLONE_SIGHAND)),
		when("prctl", argument(0, seccomp.Equal, prSetVMA)), when("prctl", argument(0, seccomp.Equal, unix.PR_SET_NAME)),
		when("prlimit64", argument(0, seccomp.Equal, 0), argument(2, seccomp.Equal, 0)), // ask only
	}
	for _, command := range descriptorCommands {
		list = append(list, when("fcntl", argument(1, seccomp.Equal, command)))
	}
	list = append(list, mappings(k, notExec)...)
	if k.Folders {
		// Landlock has no rule for O_PATH: such descriptors are of what is below a folder that is open, and the
		// working folder, a negative number, is not one.
		for _, how := range []uint64{pinned.HowFile, pinned.HowFolder} {
			list = append(list, when("openat2", argument(0, seccomp.BitsNotSet, 1<<31), argument(2, seccomp.Equal, how), argument(3, seccomp.Equal, pinned.HowSize)))
		}
		list = append(list, when("open", argument(1, seccomp.BitsNotSet, unix.O_PATH)), when("openat", argument(2, seccomp.BitsNotSet, unix.O_PATH)))
		for _, c := range byDescriptor {
			list = append(list, when(c.name, argument(c.path, seccomp.Equal, pinned.Address), argument(c.flags, seccomp.Equal, unix.AT_EMPTY_PATH)))
		}
	}
	if k.Asker {
		for _, command := range lockCommands {
			list = append(list, when("fcntl", argument(1, seccomp.Equal, command)))
		}
		list = append(list, when("open", argument(1, seccomp.BitsNotSet, unix.O_PATH)), when("openat", argument(2, seccomp.BitsNotSet, unix.O_PATH)))
	}
	if k.Sockets || k.Asker {
		list = append(list, when("socket", argument(0, seccomp.Equal, unix.AF_UNIX)))
	}
	if k.Network {
		for _, family := range []uint64{unix.AF_INET, unix.AF_INET6} {
			// Raw sockets need a capability, which is gone.
			list = append(list, when("socket", argument(0, seccomp.Equal, family)))
		}
	}
	if k.Control && !k.Folders {
		list = append(list, when("ftruncate", argument(1, seccomp.Equal, 0))) // the older file of a log begins anew
	}
	// Of the socket, at the end. With folders, whose files may go, Landlock says which, and the socket's is not one.
	if k.Sockets && !k.Folders || k.Remover {
		list = append(list, when("unlinkat", argument(1, seccomp.Equal, pinned.KeptName), argument(2, seccomp.Equal, 0)))
	}
	if k.Remover { // what confines the other threads is done in this one, too
		list = append(list, when("prctl", argument(0, seccomp.Equal, unix.PR_SET_NO_NEW_PRIVS)))
	}
	return list
}

// mappings are the calls that change the address space. Where files are changed by descriptor, or one is
// removed, the page with the paths stays as it is.
func mappings(k Kind, notExec seccomp.Condition) []seccomp.NameWithConditions {
	if !k.pinned() {
		return []seccomp.NameWithConditions{when("mmap", notExec), when("mprotect", notExec)}
	}
	above := argument(0, seccomp.BitsSet, ^uint64(pinned.Limit)) // some bit of a higher address
	return []seccomp.NameWithConditions{
		when("mmap", notExec, above), when("mmap", notExec, argument(0, seccomp.Equal, 0), argument(3, seccomp.BitsNotSet, unix.MAP_FIXED)),
		when("mprotect", notExec, above), when("munmap", above),
		when("mremap", above, argument(3, seccomp.BitsNotSet, unix.MREMAP_FIXED)),
	}
}

// Program is the filter of the threads of process pid. Those that run virtual processors serve
// devices, too, but no folders.
//
// Linux knows by a bit whether a call is allowed with all arguments; the others run through the
// list, so the one that enters the guest stands first.
func Program(k Kind, pid int) ([]unix.SockFilter, error) {
	names := always
	if k.Folders {
		names = union(names, ofFolders)
	}
	if !k.pinned() {
		names = union(names, unmapping)
	}
	if k.Sockets || k.Network {
		names = union(names, ofSockets)
	}
	if k.Network {
		names = union(names, ofNetwork)
	}
	if k.Card {
		names = union(names, ofCard)
	}
	if k.Control {
		names = union(names, ofControl)
	}
	if k.Asker {
		names = union(names, ofAsker)
	}
	if k.Remover {
		names = union(names, []string{"capset"}) // told to all threads
	}
	f, err := assemble(seccomp.Policy{
		DefaultAction: seccomp.ActionErrno, // EPERM
		Syscalls: []seccomp.SyscallGroup{
			{NamesWithCondtions: requests(k), Action: seccomp.ActionAllow},
			{Names: names, NamesWithCondtions: bounded(k, pid), Action: seccomp.ActionAllow},
			{Names: hostile, Action: seccomp.ActionKillProcess},
			// glibc takes clone then, whose flags a filter can look at.
			{Names: []string{"clone3"}, Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)},
		},
	})
	if err == nil && k.Remover {
		f = append(slices.Clone(spared), f...)
	}
	return f, err
}

// spared begins a filter under which the calls that confine all threads at once do nothing, and say 0: the remover
// keeps the filter that it has, and the right to remove a file that Landlock takes from all others.
var spared = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offsetNumber},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_LANDLOCK_RESTRICT_SELF, Jt: 2},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_SECCOMP, Jt: 1},
	{Code: unix.BPF_JMP | unix.BPF_JA, K: 1},
	{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO},
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

func assemble(p seccomp.Policy) ([]unix.SockFilter, error) {
	instructions, err := p.Assemble()
	if err != nil {
		return nil, err
	}
	if instructions, err = reload(instructions); err != nil {
		return nil, err
	}
	raw, err := bpf.Assemble(instructions)
	if err != nil {
		return nil, err
	}
	f := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		f[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return f, nil
}
