package tests

// inetRows talk to themselves over the loopback addresses, compared call by call with the host.
func inetRows() []program {
	return []program{
		{name: "inet-tcp", build: c("net/tcp.c"), tcg: true},
		{name: "inet-tcp-static", build: c("net/tcp.c", "-static"), cpus: 2},
		{name: "inet-udp", build: c("net/udp.c"), tcg: true},
		{name: "inet-ping", build: c("net/ping.c", "-w"), golden: "programs/net/ping.golden", cpus: 2, tcg: true},
		{name: "inet-ping-static", build: c("net/ping.c", "-w", "-static"), golden: "programs/net/ping.golden"},
		{name: "inet-diag", build: c("net/diag.c", "-w"), golden: "programs/net/diag.golden", tcg: true},
		{name: "inet-netlink-protocols", build: c("net/netlinks.c")},
		{name: "inet-options", build: c("net/options.c")},
		{name: "inet-edges", build: c("net/edges.c", "-w"), golden: "programs/net/edges.golden", tcg: true},
		{name: "inet-control", build: c("net/control.c")},
		{name: "inet-groups", build: c("net/groups.c", "-w"), tcg: true},
		{name: "inet-groups-static", build: c("net/groups.c", "-w", "-static")},
		{name: "inet-errqueue", build: c("net/errqueue.c", "-w"), tcg: true},
		{name: "inet-errqueue-static", build: c("net/errqueue.c", "-w", "-static")},
		{name: "inet-proc", build: c("net/proc.c")},
		{name: "inet-proc-static", build: c("net/proc.c", "-static")},
		{name: "inet-settings", build: c("net/settings.c")},
		{name: "inet-peek-off", build: c("net/peek_off.c")},
		{name: "inet-class-net", build: c("net/class_net.c", "-w"), tcg: true},
		{name: "inet-interfaces", build: c("net/interfaces.c")},
		{name: "inet-interfaces-static", build: c("net/interfaces.c", "-static")},
	}
}
