package hostsockets

import "golang.org/x/sys/unix"

// RaiseDescriptors lets this process have as many descriptors as it may: each socket or connection of a guest is one.
func RaiseDescriptors() {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) == nil && r.Cur < r.Max {
		r.Cur = r.Max
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &r)
	}
}
