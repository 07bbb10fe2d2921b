package tests

// ipcRows are programs that use System V's and POSIX's interprocess communication, compared call by call with the host.
func ipcRows() []program {
	return []program{
		{name: "ipc-sysv", build: c("ipc/sysv.c"), tcg: true},
		{name: "ipc-sysv-static", build: c("ipc/sysv.c", "-static"), cpus: 2},
		{name: "ipc-process", build: c("ipc/process.c"), tcg: true},
		{name: "ipc-process-static", build: c("ipc/process.c", "-static")},
		{name: "ipc-mqueue", build: c("ipc/mqueue.c"), tcg: true},
		// The host's C library would ask for a netlink socket.
		{name: "ipc-mqueue-static", build: c("ipc/mqueue.c", "-static"), args: []string{"without SIGEV_THREAD"}},
	}
}
