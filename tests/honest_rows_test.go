package tests

// honestRows are programs that ask system calls for everything that Linux documents: results, errors, and what
// follows from them.
func honestRows() []program {
	rows := []program{}
	for _, p := range []program{
		{name: "badpointers", tcg: true},
		{name: "readiness", tcg: true},
		{name: "signalqueue", tcg: true},
		{name: "interrupted"},
	} {
		static := p
		p.name, p.build = "honest-"+p.name, c("honest/"+p.name+".c")
		static.name, static.build, static.tcg = p.name+"-static", compile("gcc", "honest/"+static.name+".c", []string{"-static", "-pthread"}), false
		rows = append(rows, p, static)
	}
	return rows
}
