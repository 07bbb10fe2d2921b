package tests

// debianRows are kinds of programs that distributions have and that need more than their own files.
func debianRows() []program {
	return []program{
		{name: "debian-asan", build: c("debian/sanitizer.c", "-fsanitize=address", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-asan-static", build: c("debian/sanitizer.c", "-fsanitize=address", "-static-libasan", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-lsan", build: c("debian/sanitizer.c", "-fsanitize=leak", "-pthread"), status: 3},
	}
}
