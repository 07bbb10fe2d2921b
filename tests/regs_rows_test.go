package tests

// regsRows are programs about the processor's registers: whose they are, and what a signal handler finds in them.
func regsRows() []program {
	return []program{
		{name: "x87switch", build: c("regs/x87switch.c", "-pthread"), tcg: true},
		{name: "x87switch-cpus2", build: c("regs/x87switch.c", "-pthread"), cpus: 2},
	}
}
