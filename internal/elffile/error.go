package elffile

import (
	"errors"
	"fmt"
)

// ErrNotELF is wrapped by the error of Open and NewFile when the file does
// not start with the ELF magic number: it is some other kind of file, not a
// broken ELF file.
var ErrNotELF = errors.New("not an ELF file")

// ErrMachine is wrapped by the error of Open and NewFile for a file that is
// ELF but not 64-bit little-endian x86-64. A dynamic loader skips such a file
// when it searches for a library.
var ErrMachine = errors.New("not a 64-bit x86-64 ELF file")

// An Error reports a malformed ELF file: what is wrong and where.
type Error struct {
	File string // name of the file, as given to Open or NewFile
	Off  int64  // file offset in bytes of the bad structure
	Msg  string // what is wrong there
	Err  error  // ErrNotELF, ErrMachine, an I/O error, or nil
}

func (e *Error) Error() string {
	if e.Err == ErrMachine { // the file is whole, and there is no place to look at
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s: offset %#x: %s", e.File, e.Off, e.Msg)
}

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

func (f *File) errorf(off uint64, format string, args ...any) error {
	return &Error{File: f.Name, Off: int64(off), Msg: fmt.Sprintf(format, args...)}
}
