package tests

// signalRows are programs about signals and the calls that send them.
func signalRows() []program {
	rows := []program{}
	for _, name := range []string{"async", "sending", "futexes"} {
		rows = append(rows, program{name: "signal-" + name, build: c("signal/" + name + ".c"), tcg: true},
			program{name: "signal-" + name + "-static", build: compile("gcc", "signal/"+name+".c", []string{"-static", "-pthread"})})
	}
	return rows
}
