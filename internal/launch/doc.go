// Package launch runs images. [Run] chooses the machine, gives it what the image
// and the options say ([Config]), and waits for its end, with what looks into the
// guest meanwhile: gdb, a tracer, a profiler, core files. [Disk] and [Print] are
// for machines that somebody else runs: a disk with a UEFI loader, and commands
// and configuration files for other hypervisors.
package launch
