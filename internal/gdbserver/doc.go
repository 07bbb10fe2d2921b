// Package gdbserver speaks GDB's remote serial protocol (the GDB manual,
// appendix E) for a target that somebody else has: threads, registers, memory,
// breakpoints, and the files that gdb wants to see.
//
// Who connects is trusted with the target, as it may change all of it, and with
// nothing else: no file but the target's can be opened. Packets are bounded,
// and what they ask for that makes no sense is answered with an error.
package gdbserver
