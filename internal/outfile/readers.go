package outfile

import (
	"io/fs"
	"os"
	"syscall"
)

// Readers tells who may read a file, as rights that a copy of it may have: those of its owner, and of its
// group and of others if they may read. A group counts if a new file of this process has the same.
func Readers(fi fs.FileInfo) fs.FileMode {
	const owner, group, others = 0o700, 0o070, 0o007
	if fi.Mode()&0o004 != 0 {
		return owner | group | others
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	if ok && fi.Mode()&0o040 != 0 && int(st.Gid) == os.Getegid() {
		return owner | group
	}
	return owner
}

// Restrict takes the rights from the open file f that are not among readers.
func Restrict(f *os.File, readers fs.FileMode) error {
	st, err := f.Stat()
	if err != nil || st.Mode().Perm()&^readers == 0 {
		return err
	}
	return f.Chmod(st.Mode().Perm() & readers)
}
