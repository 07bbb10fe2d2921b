package symbols

import (
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// markGo notes the Go version of the file and which functions are Go's: they
// keep no registers across calls.
func (c *code) markGo(out *SyscallNeeds) {
	info, ok, err := c.f.GoInfo()
	if err != nil || !ok {
		return
	}
	out.Go = info.Version
	c.isGo = make(map[uint64]bool)
	c.skip = make(map[uint64]bool)
	for i := range c.funcs {
		if c.funcs[i].Name == goPerThread {
			c.skip[c.funcs[i].Start] = true
		}
		if goPackage(c.funcs[i].Name) != "" {
			c.isGo[c.funcs[i].Start] = true
		}
	}
}

// goPerThread repeats the call of syscall.AllThreadsSyscall in a thread; it
// is linked whether that is or not. The number is what the function
// goAllThreadsFunc was called with.
const (
	goPerThread      = "runtime.runPerThreadSyscall"
	goAllThreadsFunc = "syscall.runtime_doAllThreadsSyscall"
)

// goAllThreads settles the number that goAllThreadsFunc, if it is linked, is
// called with: its first parameter.
func (c *code) goAllThreads(settle func(*function, int, place)) {
	for i := range c.funcs {
		if f := &c.funcs[i]; f.Name == goAllThreadsFunc {
			if fn := c.function(f.Start); fn != nil && len(fn.ins) > 0 {
				settle(fn, 0, place{kind: 'r', reg: rax})
			}
		}
	}
}

// plainMakers are Go's functions that make a call only in the ways that
// SyscallNeeds.Plain tells of. Callers of syscall.fcntl and runtime.fcntl are in
// the standard library; syscall.FcntlFlock makes the call for locks.
var plainMakers = map[string][]string{
	"futex": {"runtime.futex"},
	"prctl": {"runtime.setVMAName"},
	"fcntl": {"runtime.fcntl", "syscall.fcntl"},

	"prlimit64": {"syscall.prlimit1"},

	"setsockopt": {"syscall.setsockopt"},
}

// plainWithout are functions without which a maker's calls are plain: of options about groups of datagrams.
var plainWithout = map[string][]string{
	"syscall.setsockopt": {"syscall.SetsockoptIPMreq", "syscall.SetsockoptIPMreqn", "syscall.SetsockoptIPv6Mreq", "syscall.SetsockoptString"},
}

// plainCallers is how the names of the only callers begin of which a maker's calls are plain: at its start package
// syscall raises the limit of descriptors (Go's syscall/rlimit.go).
var plainCallers = map[string]string{"syscall.prlimit1": "syscall.init."}

// plain reports whether all functions that make call n are plainMakers of it.
func (c *code) plain(n int64, makers []string) bool {
	plain := plainMakers[SyscallName(int(n))]
	if plain == nil || len(makers) == 0 || c.isGo == nil {
		return false
	}
	return !slices.ContainsFunc(makers, func(m string) bool {
		callers := plainCallers[m]
		return !slices.Contains(plain, m) || callers != "" && !c.calledOnlyBy(m, callers) || c.has(plainWithout[m])
	})
}

// has reports whether one of these functions is linked.
func (c *code) has(names []string) bool {
	return len(names) > 0 && slices.ContainsFunc(c.funcs, func(f elffile.Func) bool { return slices.Contains(names, f.Name) })
}

// calledOnlyBy reports whether all uses of the function called name are calls by functions whose names begin with prefix.
func (c *code) calledOnlyBy(name, prefix string) bool {
	i := slices.IndexFunc(c.funcs, func(f elffile.Func) bool { return f.Name == name })
	if i < 0 || c.taken(c.funcs[i].Start) {
		return false
	}
	only := true
	c.sources(c.funcs[i].Start, c.function(c.funcs[i].Start), func(g *function, j int) {
		by := c.name(g.ins[j].addr)
		only = only && (by == name || strings.HasPrefix(by, prefix)) // itself once its stack has grown
	})
	return only
}

// goPackage returns the package path of a Go function's name, "" for a name
// that is not Go's: "internal/poll.(*FD).Read" is of internal/poll.
func goPackage(name string) string {
	slash := strings.LastIndexByte(name, '/')
	// A slash in a type argument is not the path's.
	if b := strings.IndexByte(name, '['); b >= 0 && slash > b {
		slash = strings.LastIndexByte(name[:b], '/')
	}
	if i := strings.IndexByte(name[slash+1:], '.'); i > 0 {
		return name[:slash+1+i]
	}
	return ""
}

// goCalls are the system calls that Go's standard packages make on
// linux/amd64, by package, curated from the sources of Go 1.20 to 1.26
// (runtime: sys_linux_amd64.s, os_linux.go, vgetrandom; syscall:
// zsyscall_linux_amd64.go without what needs privileges; internal/poll,
// internal/syscall/unix, os, net). It is the fallback for a binary in which
// some number is not a constant; of the packages only those that are linked
// count.
var goCalls = map[string]string{
	"runtime": `read write open openat close mmap munmap madvise mincore brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
		clone exit exit_group getpid gettid tgkill tkill kill futex nanosleep clock_gettime sched_yield sched_getaffinity arch_prctl
		epoll_create1 epoll_ctl epoll_pwait eventfd2 pipe2 fcntl timer_create timer_settime timer_delete setitimer getrandom prctl
		access connect socket uname getrlimit prlimit64`,
	"syscall": `open openat close read write pread64 pwrite64 readv writev lseek fstat stat lstat newfstatat ftruncate truncate fsync
		dup dup3 fcntl ioctl getdents64 getcwd chdir fchdir mkdirat unlinkat renameat renameat2 linkat symlinkat readlinkat
		faccessat faccessat2 fchmod fchmodat fchown fchownat lchown utimensat pipe2 getpid getppid getuid geteuid getgid getegid gettid
		getpgid getpgrp getpriority getrusage getrlimit setrlimit prlimit64 gettimeofday time times umask uname sysinfo
		kill tgkill wait4 waitid exit_group exit mmap munmap mprotect madvise mlock munlock sendfile flock
		socket socketpair bind connect listen accept accept4 getsockname getpeername getsockopt setsockopt sendto recvfrom sendmsg recvmsg shutdown
		clone clone3 vfork fork execve setsid setpgid setuid setgid setgroups getgroups dup2 prctl chroot pselect6 select epoll_create1 epoll_ctl epoll_wait`,
	"os": `openat close read write pread64 pwrite64 lseek fstat newfstatat getdents64 mkdirat unlinkat renameat linkat symlinkat readlinkat
		fchmodat fchmod fchownat fchown utimensat ftruncate truncate fsync getcwd chdir fchdir pipe2 copy_file_range splice sendfile
		getpid getppid getuid geteuid getgid getegid getgroups kill wait4 waitid pidfd_open pidfd_send_signal clone3 exit_group uname fcntl`,
	"net": `socket bind connect listen accept4 getsockname getpeername getsockopt setsockopt sendto recvfrom sendmsg recvmsg shutdown
		sendfile splice pipe2 fcntl close read write readv writev openat newfstatat uname`,
	"internal/poll": `read write pread64 pwrite64 readv writev accept4 fcntl fsync ftruncate fchmod fchown fstat getdents64 sendfile
		splice copy_file_range pipe2 recvfrom sendto recvmsg sendmsg shutdown setsockopt close dup fchdir lseek epoll_pwait`,
	"internal/syscall/unix": `openat unlinkat mkdirat readlinkat fchmodat fchownat linkat renameat renameat2 symlinkat faccessat faccessat2 newfstatat
		copy_file_range getrandom pidfd_open pidfd_send_signal waitid fcntl utimensat`,
	"os/user": `getuid getgid geteuid getegid`,
	"time":    `clock_gettime openat read close lseek`,
	"os/exec": `clone clone3 vfork execve wait4 waitid pipe2 dup3 fcntl pidfd_send_signal kill`,
}

// goPackages lists the packages of goCalls that the file has functions of.
func (c *code) goPackages() []string {
	have := make(map[string]bool)
	for i := range c.funcs {
		p := goPackage(c.funcs[i].Name)
		if _, ok := goCalls[p]; ok {
			have[p] = true
		}
	}
	out := make([]string, 0, len(have))
	for p := range have {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// goClass returns the system calls of Go packages. A file whose function
// names are gone counts as having all of them.
func goClass(packages []string) []string {
	if len(packages) == 0 {
		for p := range goCalls {
			packages = append(packages, p)
		}
	}
	var out []string
	for _, p := range packages {
		out = append(out, strings.Fields(goCalls[p])...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
