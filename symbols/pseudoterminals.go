package symbols

import (
	"slices"

	"uk.example/internal/elffile"
)

// ptyNames are the files by which a program comes to a pseudoterminal.
var ptyNames = []string{"/dev/ptmx", "/dev/pts"}

// ptyCalls are the functions of a C library that make one.
var ptyCalls = []string{"posix_openpt", "getpt", "openpty", "forkpty"}

// asksForPTY reports whether the file may open a pseudoterminal: it calls a
// function that makes one, or its data names the files. The C library itself
// names them for others.
func asksForPTY(f *elffile.File, soname string, undefined []string) (bool, error) {
	for _, name := range ptyCalls {
		if slices.Contains(undefined, name) {
			return true, nil
		}
	}
	switch soname {
	case "libc.so.6", "libutil.so.1", "libc.musl-x86_64.so.1":
		return false, nil
	}
	has, err := f.HasTexts(ptyNames...)
	return slices.Contains(has, true), err
}
