package uk

import (
	"slices"
	"strings"

	"uk/symbols"
)

// constantPathsPart replaces the file systems by what Go's runtime opens
// (kernel/fs/constant_paths.c).
const constantPathsPart = "constant_paths"

// cgoRuntime are the functions that Go's runtime imports from the C library,
// none of which takes a path (runtime/cgo).
var cgoRuntime = strings.Fields(`__cxa_finalize __errno_location __gmon_start__ __libc_start_main abort clearenv fprintf fputc free
	fwrite malloc mmap munmap nanosleep pthread_attr_destroy pthread_attr_getstack pthread_attr_getstacksize pthread_attr_init
	pthread_attr_setdetachstate pthread_attr_setstacksize pthread_cond_broadcast pthread_cond_wait pthread_create pthread_detach
	pthread_getattr_np pthread_key_create pthread_mutex_lock pthread_mutex_unlock pthread_self pthread_setspecific pthread_sigmask
	setegid setenv seteuid setgid setgroups setregid setresgid setresuid setreuid setuid sigaction sigaddset sigemptyset
	sigfillset sigismember stderr strerror strlen unsetenv vfprintf _ITM_deregisterTMCloneTable _ITM_registerTMCloneTable`)

// constantPaths reports whether the program opens only files whose names are
// known: it is Go's, nothing but its runtime makes calls that take paths, and
// nobody asked for more, or for a working folder or mounts, which may lie in
// file systems of their own. Of any other program it cannot be told which names
// it makes or reads, so it gets all of /proc and /sys.
func (p *Plan) constantPaths(needs []*symbols.SyscallNeeds) bool {
	m := p.Manifest
	if len(p.Symbols.Files) != 1 || len(needs) != 1 || needs[0].Go == "" || needs[0].Paths {
		return false
	}
	f := &p.Symbols.Files[0]
	known := !slices.ContainsFunc(f.Symbols, func(s string) bool { return !slices.Contains(cgoRuntime, s) })
	asked := len(m.Kernel.Syscalls) + len(m.Kernel.Symbols) + len(m.Kernel.Modules) + len(m.App.Mounts)
	if !known || f.Lookup != "" || asked > 0 || m.App.Cwd != p.nameFolder || m.Kernel.Libc == "image" {
		return false
	}
	m.App.Cwd = "" // only its own name was to be seen from there
	return true
}
