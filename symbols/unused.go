package symbols

import (
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// cgoImports are functions of the C library that Go's runtime/cgo imports on
// behalf of Go functions, which most programs do not have: package syscall's for
// changing identities and the environment. The C code that calls them is linked
// in any case. Curated from the sources of Go 1.20 to 1.26 (runtime/cgo:
// linux_syscall.c, gcc_setenv.c, clearenv.go).
var cgoImports = []struct {
	names   []string
	callers string   // how the names of their callers in runtime/cgo begin
	unless  []string // Go's ways to these, in assembly or too large to be inlined
}{
	{strings.Fields("setegid seteuid setgid setgroups setregid setresgid setresuid setreuid setuid"), "_cgo_libc_",
		[]string{"syscall.cgocaller", "runtime.syscall_cgocaller"}},
	{strings.Fields("clearenv setenv unsetenv"), "x_cgo_",
		[]string{"syscall.setenv_c", "syscall.unsetenv_c", "syscall.runtimeSetenv", "syscall.runtimeUnsetenv", "syscall.runtimeClearenv",
			"runtime.setenv_c", "runtime.unsetenv_c", "runtime.clearenv_c"}},
}

// unusedImports returns those of the functions that the file imports which it
// never calls: only runtime/cgo's functions refer to them, and nothing leads
// there. It knows a program of Go that is not stripped, and position-independent.
func unusedImports(f *elffile.File, imports []string) ([]string, error) {
	wanted := func(n string) bool { return slices.Contains(imports, n) }
	if !f.IsPIE() || !slices.ContainsFunc(cgoImports[0].names, wanted) && !slices.ContainsFunc(cgoImports[1].names, wanted) {
		return nil, nil
	}
	if _, ok, err := f.GoInfo(); err != nil || !ok {
		return nil, nil // err: no loader reads this
	}
	c, err := newCode(f)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range cgoImports {
		x := &cgoImports[i]
		if c.hasFunction(x.unless...) {
			continue
		}
		for _, name := range x.names {
			if !wanted(name) {
				continue
			}
			only, err := c.onlyCalledBy(name, x.callers)
			if err != nil {
				return nil, err
			}
			if only {
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// onlyCalledBy reports whether all uses of the imported function are calls by
// functions of which the names begin with prefix.
func (c *code) onlyCalledBy(name, prefix string) (bool, error) {
	slots, err := findSlots(c.f, name)
	if err != nil || len(slots.data) > 0 {
		return false, err
	}
	only, calls := true, 0
	by := func(fn *function, i int) bool {
		calls++
		return strings.HasPrefix(c.name(fn.ins[i].addr), prefix)
	}
	c.slotUses(slots.code, func(fn *function, i int) {
		if by(fn, i) {
			return
		}
		// The linkage table's code: what counts is who comes there, before its ENDBR64 or BND too.
		at := fn.ins[i].addr
		if fn.ins[i].isCall() || c.name(at) != "" {
			only = false
		}
		for _, start := range []uint64{at, at - 1, at - 4, at - 5} {
			only = only && !c.taken(start)
			c.sources(start, fn, func(g *function, j int) { only = by(g, j) && only })
		}
	}, func(*function, int) { only = false })
	return only && calls > 0, nil
}
