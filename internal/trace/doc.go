// Package trace makes lines like strace's of the system calls of a traced guest.
//
// A kernel that is linked to be traced (linker.Options.Trace) writes a record
// before and behind each call to its serial port, among its messages:
// kernel/trace has the format, and [Writer] takes it out of the stream again.
// The same table says which memory the kernel captures for which argument
// ([Specs]) and how it is shown.
//
// The guest is not trusted: a record that makes no sense is passed on as the
// text that it is, what is kept of calls that have not returned is bounded, and
// whatever a string holds is shown in quotes, control characters escaped.
package trace
