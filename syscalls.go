package uk

import (
	"slices"

	"uk/internal/elffile"
)

// throughFunction are the calls that libraries make through syscall(), the
// function: Rust's standard library and libstdc++ do so for these.
var throughFunction = []string{"futex", "getrandom", "gettid", "statx", "copy_file_range"}

// syscalls decides which system calls are answered on the syscall instruction:
// those the manifest or the command names, or else all of them if a file makes
// calls itself (a static program, one that Go linked, an image with its own C
// library), or else those that the syscall function is known to be used for.
func (p *Plan) syscalls() ([]string, error) {
	if s := p.Manifest.Kernel.Syscalls; len(s) > 0 {
		return s, nil
	}
	if p.Manifest.Kernel.Libc == "image" {
		return []string{"all"}, nil
	}
	function := false
	for i := range p.Symbols.Files {
		f := &p.Symbols.Files[i]
		direct := f.Static
		if !direct {
			var err error
			if direct, err = isGo(f.Host); err != nil {
				return nil, err
			}
		}
		if direct {
			return []string{"all"}, nil
		}
		_, has := slices.BinarySearch(f.Symbols, "syscall")
		function = function || has
	}
	if function {
		return throughFunction, nil
	}
	return []string{}, nil
}

// isGo reports whether Go's runtime is in the file: it makes its system calls
// itself, even when the file is linked against the C library.
func isGo(host string) (bool, error) {
	f, err := elffile.Open(host)
	if err != nil {
		return false, err
	}
	defer f.Close()
	_, ok, err := f.GoInfo()
	return ok, err
}
