package build

import (
	"slices"
	"strings"

	"uk.example/linker"
	"uk.example/symbols"
)

// constantPathsParts replace the file systems by what Go's runtime opens
// (kernel/fs/constant_paths.c).
var constantPathsParts = []string{"constant_paths", fewNodesPart}

// cgoRuntime are the functions that Go's runtime imports from the C library,
// none of which takes a path (runtime/cgo).
var cgoRuntime = strings.Fields(`__cxa_finalize __errno_location __gmon_start__ __libc_start_main abort clearenv fprintf fputc free
	fwrite malloc mmap munmap nanosleep pthread_attr_destroy pthread_attr_getstack pthread_attr_getstacksize pthread_attr_init
	pthread_attr_setdetachstate pthread_attr_setstacksize pthread_cond_broadcast pthread_cond_wait pthread_create pthread_detach
	pthread_getattr_np pthread_key_create pthread_mutex_lock pthread_mutex_unlock pthread_self pthread_setspecific pthread_sigmask
	setegid setenv seteuid setgid setgroups setregid setresgid setresuid setreuid setuid sigaction sigaddset sigemptyset
	sigfillset sigismember stderr strerror strlen unsetenv vfprintf _ITM_deregisterTMCloneTable _ITM_registerTMCloneTable`)

// The files of /proc and /sys (kernel/fs/proc/proc.kconfig), and what kernels without them have.
const (
	procConfig   = "PROC"
	fewNodesPart = "few_nodes" // kernel/fs/few_nodes.c
)

// isGoAlone reports whether all code of the image is of one program of Go.
func (p *Plan) isGoAlone(needs []*symbols.SyscallNeeds) bool {
	return len(p.Symbols.Files) == 1 && len(needs) == 1 && needs[0].Go != ""
}

// procSettings decide where the files of /proc and /sys are. Those that Go's runtime reads are in every kernel that opens
// files; the others are a module of images in which all code is Go's, as few such programs ask for any. C libraries and
// what is written for them ask for some. A kernel that is made without an image has them built in.
func (p *Plan) procSettings() []linker.Setting {
	if !p.goAlone || p.onlyKnownPaths || !p.opt.packsModules {
		return nil
	}
	return []linker.Setting{{Config: procConfig, Value: 'm', Where: "a program of Go"}}
}

// procParts are the parts of a kernel whose settings say something of the files of /proc and /sys.
func procParts(settings []linker.Setting) (out []string) {
	for _, s := range settings {
		if s.Config == procConfig {
			out = nil
			if s.Value == 'n' {
				out = append(out, fewNodesPart)
			}
		}
	}
	return out
}

// constantPaths reports whether the program opens only files whose names are
// known: it is Go's, nothing but its runtime makes calls that take paths, and
// nobody asked for more, or for a working folder or mounts, which may lie in
// file systems of their own. Of any other program it cannot be told which names
// it makes or reads, so it gets all of /proc and /sys.
func (p *Plan) constantPaths(needs []*symbols.SyscallNeeds) bool {
	m := p.Manifest
	if !p.isGoAlone(needs) || needs[0].Paths {
		return false
	}
	f := &p.Symbols.Files[0]
	known := !slices.ContainsFunc(f.Symbols, func(s string) bool { return !slices.Contains(cgoRuntime, s) })
	said := func(s linker.Setting) bool { return s.Config == procConfig }
	asked := len(m.Kernel.Syscalls) + len(m.Kernel.Symbols) + len(m.Kernel.Modules) + len(m.App.Mounts)
	if !known || f.Lookup != "" || asked > 0 || slices.ContainsFunc(p.drivers, said) || m.App.Cwd != p.nameFolder || m.Kernel.Libc == "image" {
		return false
	}
	m.App.Cwd = "" // only its own name was to be seen from there
	return true
}
