// Package badoption has the error that an option cannot have the value that it was
// given: a fault of who called, not of a file or of the machine.
package badoption

import "fmt"

// Error says that an option was given a wrong value.
type Error struct {
	Option string // name of the field, as "Profile"
	Err    error  // what is wrong with its value
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong with the value.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of the option whose field is called so.
func Errorf(option, format string, args ...any) error {
	return &Error{option, fmt.Errorf(format, args...)}
}
