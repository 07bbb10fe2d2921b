// Package osv knows what a build of OSv puts around a usr.manifest: the
// variables of its scripts, and where an application's command line is kept.
//
// OSv's module folders hold a usr.manifest and a module.py, in which
//
//	default = api.run("/lua /hello.lua")
//
// is the command line; scripts/build writes the one of an image to a file
// cmdline beside the usr.manifest that it puts together. [Beside] finds either.
// A module.py is a program: this package reads the plain texts in it and
// never runs it.
//
// Trust: the files may be hostile. They are read up to a size, and what cannot
// be understood is an error.
package osv

import "fmt"

// A CommandError says why a folder gives no command line, and what to do.
type CommandError struct {
	File string
	Line int // 0: none
	Msg  string
}

func (e *CommandError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	}
	return e.File + ": " + e.Msg
}
