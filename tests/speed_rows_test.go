package tests

// speedRows are programs that show what the fast forms of functions (libfast.a) answer: the same as the plain ones.
func speedRows() []program {
	return []program{
		{name: "speed-vectors", build: compile("gcc", "speed/vectors.c", []string{"-fno-builtin"}), tcg: true},
	}
}
