package tests

// libcExactRows compare a family of the C library's functions with glibc's, many checks in one program.
func libcExactRows() []program {
	return []program{
		{name: "libc-regex", build: c("libc/regex.c"), tcg: true},
	}
}
