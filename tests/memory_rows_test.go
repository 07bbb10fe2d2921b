package tests

// memoryRows are programs about memory and mapped files (kernel/mm).
func memoryRows() []program {
	static := []string{"-static", "-pthread"}
	return []program{
		{name: "memory-filecut", build: c("memory/filecut.c"), tcg: true},
		{name: "memory-filecut-static-cpus2", build: compile("gcc", "memory/filecut.c", static), cpus: 2, tcg: true},
	}
}
