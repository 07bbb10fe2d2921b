package build

import (
	"slices"

	"uk.example/internal/attributes"
	"uk.example/rofs"
	"uk.example/symbols"
)

// syscalls decides which system calls are answered on the syscall instruction
// and by the C library's syscall function: those that the manifest or the
// command names, or else those that the code of the image's files makes.
func (p *Plan) syscalls() (symbols.SyscallSet, error) {
	words := p.Manifest.Kernel.Syscalls
	policy, err := symbols.ParseSyscallPolicy(words)
	if err != nil {
		return symbols.SyscallSet{}, err
	}
	var needs []*symbols.SyscallNeeds
	for i := range p.Symbols.Files {
		if p.Symbols.Files[i].Host == "" {
			continue // startmain.go's, without calls
		}
		n, err := p.opt.memo.ScanSyscallsOf(p.Symbols.Files[i].Host, p.Symbols.Files[i].Guest)
		if err != nil && policy.Auto {
			return symbols.SyscallSet{}, err
		}
		if n == nil {
			continue
		}
		p.addJumps(n)
		if policy.Auto {
			needs = append(needs, n)
		}
	}
	set := symbols.SelectSyscalls(policy, needs)
	p.onlyKnownPaths, p.goAlone = p.constantPaths(needs), p.isGoAlone(needs)
	p.richCalls = richCalls(words, set, needs)
	// A handler returns through a piece of code that is no function to find.
	if slices.Contains(set.Names, "rt_sigaction") && !slices.Contains(set.Names, "rt_sigreturn") {
		set.Names = append(set.Names, "rt_sigreturn")
		slices.Sort(set.Names)
	}
	return set, nil
}

// callParts are the parts of the kernel that system calls have for what plain
// uses of them never ask for, by functions that only these files define. One
// with a driver is for kernels that have that built in.
var callParts = []struct{ call, part, driver string }{
	{"fcntl", "sys_fcntl", ""},         // kernel/sys/file/fcntl_more.c
	{"futex", "futex_pi_anchor", ""},   // kernel/sys/thread/futex_pi.c
	{"prctl", "sys_prctl", ""},         // kernel/sys/system/prctl.c
	{"prlimit64", "sys_prlimit64", ""}, // kernel/sys/system/limits_more.c
	{"setsockopt", groupsPart, "INET"}, // see chooseGroups
}

// richCalls are those of callParts of which the image may want all: somebody
// named system calls, or code makes them in ways that are not known.
func richCalls(words []string, set symbols.SyscallSet, needs []*symbols.SyscallNeeds) []string {
	var out []string
	for _, c := range callParts {
		plain := func(n *symbols.SyscallNeeds) bool {
			return slices.Contains(n.Plain, c.call) || len(n.Dynamic) == 0 && !slices.Contains(n.Names, c.call)
		}
		asked := len(words) > 0 || slices.ContainsFunc(needs, func(n *symbols.SyscallNeeds) bool { return !plain(n) })
		if (set.All || slices.Contains(set.Names, c.call)) && asked {
			out = append(out, c.call)
		}
	}
	return out
}

// jumpsPart is the part of the kernel that makes jumps of SYSCALL instructions (kernel/sys/raw/jumps.c).
const jumpsPart = "raw_jumps"

// stepsPart has a program that steps through itself find nothing of them, which one of Go's code alone has no means to do
// (kernel/sys/raw/step.c).
const stepsPart = "raw_steps"

// addJumps keeps what the root file system tells the kernel of a file's system calls. Version 1 cannot.
func (p *Plan) addJumps(n *symbols.SyscallNeeds) {
	if len(n.Jumps) == 0 || p.opt.Format == FormatRofs1 {
		return
	}
	if p.jumps == nil {
		p.jumps = make(map[string][]byte)
	}
	p.jumps[n.Guest] = symbols.EncodeJumps(n.Jumps)
}

// hasJumps tells whether the kernel has a use for them.
func (p *Plan) hasJumps() bool {
	return len(p.jumps) > 0 && (p.Syscalls.All || len(p.Syscalls.Names) > 0)
}

// adjust changes what the file at path gets as policy says, and adds what the kernel looks for.
func (p *Plan) adjust(policy *attributes.Policy) func(path string, a *rofs.Attr) {
	return func(path string, a *rofs.Attr) {
		policy.Adjust(path, a)
		if v := p.jumps[path]; v != nil && p.hasJumps() {
			a.SetXattr(symbols.JumpsXattr, v)
		}
	}
}

// syscallNames is the selection as the linker takes it: what the image's code
// was found to call and the kit does not implement is left out, for programs
// have ways around; what the user named is the linker's to judge.
func (p *Plan) syscallNames(known map[string]int) []string {
	if p.Syscalls.All {
		return []string{"all"}
	}
	asked := make(map[string]bool)
	for _, s := range p.Manifest.Kernel.Syscalls {
		asked[s] = true
	}
	names := []string{}
	for _, s := range p.Syscalls.Names {
		if _, ok := known[s]; ok || asked[s] {
			names = append(names, s)
		}
	}
	return names
}
