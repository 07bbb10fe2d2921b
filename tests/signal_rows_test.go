package tests

import "uk.example"

// signalRows are programs about signals and the calls that send them.
func signalRows() []program {
	rows := []program{}
	for _, name := range []string{"async", "sending", "futexes"} {
		rows = append(rows, program{name: "signal-" + name, build: c("signal/" + name + ".c"), tcg: true},
			program{name: "signal-" + name + "-static", build: compile("gcc", "signal/"+name+".c", []string{"-static", "-pthread"})})
	}
	rows = append(rows, program{name: "signal-first", build: c("signal/first.c"), tcg: true},
		program{name: "signal-first-static", build: compile("gcc", "signal/first.c", []string{"-static"}), tcg: true},
		program{name: "signal-first-imagelibc", build: c("signal/first.c"), kernel: uk.Options{Libc: "image"}})
	// Not under TCG, where such a stack pointer is a general protection fault.
	return append(rows, program{name: "signal-noaddress", build: c("signal/noaddress.c")},
		program{name: "signal-noaddress-static", build: compile("gcc", "signal/noaddress.c", []string{"-static"})})
}
