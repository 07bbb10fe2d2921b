package symbols

import (
	"slices"

	"uk.example/internal/elffile"
)

// idleCalls are calls that code of Go's standard library holds in programs
// which never make them, with the functions that they are made in: the
// library's initialisation refers to those functions, so the Go linker keeps
// them. They are idle when holds says so. Curated from the sources of Go 1.20
// to 1.26; all of these functions are too large to be inlined elsewhere, but
// for those of internal/syscall/unix, of which callers are listed too.
var idleCalls = []struct {
	calls, makers []string
	holds         func(c *code) bool
}{
	{ // os.checkPidfd runs when the first process is started or looked for (Go's os/pidfd_linux.go)
		[]string{"pidfd_open", "pidfd_send_signal"},
		[]string{"os.checkPidfd", "os.(*Process).pidfdSendSignal", "internal/syscall/unix.PidFDOpen", "internal/syscall/unix.PidFDSendSignal"},
		func(c *code) bool { return !c.hasProcesses() },
	},
	{ // rates of profiles are 0 until runtime.setcpuprofilerate sets one (Go's runtime/proc.go, runtime/os_linux.go)
		[]string{"timer_create", "timer_settime", "timer_delete", "setitimer"},
		[]string{"runtime.timer_create", "runtime.timer_settime", "runtime.timer_delete", "runtime.setitimer"},
		func(c *code) bool { return !c.hasFunction("runtime.setcpuprofilerate") },
	},
	{ // with cgo the C library starts threads, which end by returning to it (Go's runtime/proc.go, newm1 and mexit)
		[]string{"clone", "exit"},
		[]string{"runtime.clone", "runtime.exitThread", "syscall.doCheckClonePidfd"},
		func(c *code) bool { return !c.hasProcesses() && c.imports("pthread_create") },
	},
	{ // where a program begins without an auxiliary vector, which is never (Go's runtime/os_linux.go, sysargs)
		[]string{"mincore"},
		[]string{"runtime.mincore"},
		func(c *code) bool { return c.f.Interp != "" },
	},
}

// idle reports whether call n, which these functions make, is one that the
// program never makes.
func (c *code) idle(n int64, makers []string) bool {
	name := SyscallName(int(n))
	if c.isGo == nil || name == "" || len(makers) == 0 {
		return false
	}
	for i := range idleCalls {
		x := &idleCalls[i]
		if slices.Contains(x.calls, name) {
			return !slices.ContainsFunc(makers, func(m string) bool { return !slices.Contains(x.makers, m) }) && x.holds(c)
		}
	}
	return false
}

// hasProcesses reports whether the program can start or look for processes.
func (c *code) hasProcesses() bool {
	return c.hasFunction("os.startProcess", "os.StartProcess", "os.findProcess", "os.FindProcess", "os.pidfdFind", "os.ensurePidfd", "os.getPidfd")
}

func (c *code) hasFunction(names ...string) bool {
	return slices.ContainsFunc(c.funcs, func(f elffile.Func) bool { return slices.Contains(names, f.Name) })
}

// imports reports whether the file wants the function name of a library.
func (c *code) imports(name string) bool {
	symbols, err := c.f.Symbols()
	return err == nil && slices.ContainsFunc(symbols, func(s elffile.Symbol) bool { return s.Name == name && s.Undefined() })
}
