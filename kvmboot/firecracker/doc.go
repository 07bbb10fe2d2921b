// Package firecracker reads configuration files of Firecracker's (--config-file), and
// has the numbers and words by which its machine is known to a guest. The machine itself
// is package kvmboot's.
//
// A file may be hostile: what is wrong in it is an error of one line that names the
// field; what has no effect here is noted.
package firecracker
