package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// byOrder returns an error for each use of a weak definition of the kernel's that leaves it to the
// archives' order what is linked: a member that wants the name, has no weak definition of its own,
// and does not need the member with the strong one anyway. The linker takes whichever definition
// it meets first, so a part that may be absent (OPTIONAL, kernel/include/types.h) would come or go with
// the names of files.
func byOrder(all []member) error {
	weak, strong := map[string][]int{}, map[string][]int{}
	for i, m := range all {
		for _, n := range m.Weak {
			weak[n] = append(weak[n], i)
		}
		for _, n := range m.Strong {
			strong[n] = append(strong[n], i)
		}
	}
	// The only member that defines a name is linked wherever the name is wanted.
	only := func(name string) (int, bool) {
		d := slices.Concat(strong[name], weak[name])
		if len(d) != 1 {
			return 0, false
		}
		return d[0], true
	}
	ours := func(i int) bool { return strings.HasPrefix(all[i].where, "libkernel.a(") }
	var errs []error
	for i, m := range all {
		var needs map[int]bool // by then: what comes with m whatever the order is
		for _, n := range m.Wanted {
			if len(strong[n]) == 0 || !slices.ContainsFunc(weak[n], ours) {
				continue
			}
			if needs == nil {
				needs = closure(all, i, only)
			}
			if !slices.ContainsFunc(strong[n], func(s int) bool { return needs[s] }) {
				errs = append(errs, fmt.Errorf("%s wants %s, which is weak in %s and not in %s: the archive's order decides which is linked: "+
					"define it OPTIONAL in its source too, or make it an INTERFACE (kernel/include/interface.h)",
					m.where, n, all[weak[n][0]].where, all[strong[n][0]].where))
			}
		}
	}
	return errors.Join(errs...)
}

// closure is the set of members that come with member i for names that have one definition only.
func closure(all []member, i int, only func(string) (int, bool)) map[int]bool {
	set, todo := map[int]bool{i: true}, []int{i}
	for ; len(todo) > 0; todo = todo[1:] {
		for _, n := range all[todo[0]].Wanted {
			if next, ok := only(n); ok && !set[next] {
				set[next] = true
				todo = append(todo, next)
			}
		}
	}
	return set
}
