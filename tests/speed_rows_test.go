package tests

import "uk.example"

// speedRows are programs that show what the fast forms of functions (libfast.a) answer: the same as the plain ones.
func speedRows() []program {
	heap := compile("gcc", "speed/heap.c", []string{"-fno-builtin", "-pthread", "-w"})
	return []program{
		{name: "speed-same", build: compile("gcc", "speed/same.c", []string{"-fno-builtin", "-pthread", "-w", "-lm"}), kernel: uk.Options{Libc: "kernel"}, tcg: true},
		{name: "speed-same-cpus2", build: compile("gcc", "speed/same.c", []string{"-fno-builtin", "-pthread", "-w", "-lm"}), kernel: uk.Options{Libc: "kernel"}, cpus: 2},
		{name: "speed-heap", build: heap, memory: 512 << 20, tcg: true},
		{name: "speed-heap-cpus2", build: heap, memory: 512 << 20, cpus: 2},
		{name: "speed-heap-double", build: heap, args: []string{"double"}, status: 128 + 6},
		{name: "speed-heap-invalid", build: heap, args: []string{"invalid"}, status: 128 + 6},
		{name: "speed-vectors", build: compile("gcc", "speed/vectors.c", []string{"-fno-builtin"}), tcg: true},
	}
}
