package uk

import (
	"slices"

	"uk/symbols"
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
	if policy.Auto {
		for i := range p.Symbols.Files {
			if p.Symbols.Files[i].Host == "" {
				continue // startmain.go's, without calls
			}
			n, err := p.opt.memo.ScanSyscallsOf(p.Symbols.Files[i].Host, p.Symbols.Files[i].Guest)
			if err != nil {
				return symbols.SyscallSet{}, err
			}
			if n != nil {
				needs = append(needs, n)
			}
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
// uses of them never ask for, by functions that only these files define.
var callParts = []struct{ call, part string }{
	{"fcntl", "sys_fcntl"},         // kernel/sys/file/fcntl_more.c
	{"futex", "futex_pi_anchor"},   // kernel/sys/thread/futex_pi.c
	{"prctl", "sys_prctl"},         // kernel/sys/system/prctl.c
	{"prlimit64", "sys_prlimit64"}, // kernel/sys/system/limits_more.c
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
