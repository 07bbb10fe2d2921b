package tests

// regsRows are programs about the processor's registers: whose they are, and what a signal handler finds in them.
func regsRows() []program {
	const torture, assembly = "regs/torture.c", "programs/regs/registers.S"
	static := []string{assembly, "-DRAW", "-static", "-pthread"}
	return []program{
		{name: "x87switch", build: c("regs/x87switch.c"), tcg: true},
		{name: "x87switch-cpus2", build: c("regs/x87switch.c"), cpus: 2},
		{name: "registers", build: c(torture, assembly), tcg: true},
		{name: "registers-cpus2", build: c(torture, assembly), cpus: 2, tcg: true},
		{name: "registers-static", build: compile("gcc", torture, static), tcg: true},
		{name: "registers-static-cpus2", build: compile("gcc", torture, static), cpus: 2, tcg: true},
		{name: "badframe", build: c("regs/badframe.c"), tcg: true},
		{name: "badframe-static", build: compile("gcc", "regs/badframe.c", []string{"-static"}), tcg: true},
	}
}
