// Package abi has what guest and runner agree on, as kernel/include/uk_abi.h
// defines it: ports, statuses, words of the kernel's command line, files of
// modules, and where debuggers find what in the kernel's memory. See
// docs/guest-abi.md.
package abi
