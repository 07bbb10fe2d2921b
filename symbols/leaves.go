package symbols

import "slices"

// leaveToImage asks the kernel for nothing that a library of the image is there
// for which the kernel otherwise stands in for, such as libm.so.6: a loader may
// come to the kernel first. What libc.so.6 has too (frexp and its like) is the same
// in both, and a program may want it without libm.so.6.
func (r *Result) leaveToImage(exp *Exported, img *image) {
	if exp == nil {
		return
	}
	for i := range r.Files {
		soname := r.Files[i].Soname
		if soname == "" || !slices.ContainsFunc(exp.Sets, func(s Set) bool { return s.Soname == soname }) {
			continue
		}
		its := exp.only(soname)
		left := func(n string) bool { return its[n] && img.defines(n, "") }
		for j := range r.Files {
			f := &r.Files[j]
			f.Symbols = slices.DeleteFunc(f.Symbols, left)
			f.Constants = slices.DeleteFunc(f.Constants, left)
		}
	}
}

// only returns the names that glibc has in no library but the one called soname.
func (e *Exported) only(soname string) map[string]bool {
	names := map[string]bool{}
	for _, s := range e.Sets {
		if s.Soname == soname {
			for _, n := range s.Names {
				names[n] = true
			}
		}
	}
	for _, s := range e.Sets {
		if s.Soname != soname && s.Soname != muslSoname {
			for _, n := range s.Names {
				delete(names, n)
			}
		}
	}
	return names
}

// Answer returns which of the libraries, in their order, settle all differences
// and missing names of the result if the image brings the host's; nil if there
// are others, or none.
func (r *Result) Answer(exp *Exported, libraries []string) []string {
	used := map[string]bool{}
	for _, d := range r.Differences {
		i := slices.IndexFunc(libraries, func(l string) bool { return exp.only(l)[d.Name] })
		if i < 0 {
			return nil
		}
		used[libraries[i]] = true
	}
	for _, m := range r.Missing {
		if m.Weak {
			continue
		}
		if !slices.Contains(libraries, m.Library) {
			return nil
		}
		used[m.Library] = true
	}
	if len(r.Libraries) > 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(libraries), func(l string) bool { return !used[l] })
}
