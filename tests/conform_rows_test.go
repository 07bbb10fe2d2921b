package tests

// conformRows are programs for differences that other people's suites found (docs/conformance.md).
func conformRows() []program {
	return []program{
		{name: "conform-futex-pi", build: c("sys/futex_pi.c"), tcg: true},
		{name: "conform-futex-pi-cpus2", build: c("sys/futex_pi.c"), cpus: 2},
		{name: "conform-futex-pi-static", build: c("sys/futex_pi.c", "-static"), cpus: 2},
	}
}
