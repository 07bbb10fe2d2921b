package tests

// ipcRows are programs that use System V's and POSIX's interprocess communication, compared call by call with the host.
func ipcRows() []program {
	return []program{
		{name: "ipc-sysv", build: c("ipc/sysv.c"), tcg: true},
		{name: "ipc-sysv-static", build: c("ipc/sysv.c", "-static"), cpus: 2},
	}
}
