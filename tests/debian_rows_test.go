package tests

import "strings"

// debianRows are kinds of programs that distributions have and that need more than their own files.
func debianRows() []program {
	return []program{
		// Files that the program and its library name: settings, and a plug-in with what it imports.
		{name: "debian-data", build: onHost("/usr/bin/openssl"), args: strings.Fields("req -new -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -noout -subject")},
		{name: "debian-plugin", build: onHost("/usr/bin/openssl"), args: strings.Fields("list -providers -provider legacy -provider default")},
		{name: "debian-asan", build: c("debian/sanitizer.c", "-fsanitize=address", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-asan-static", build: c("debian/sanitizer.c", "-fsanitize=address", "-static-libasan", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-lsan", build: c("debian/sanitizer.c", "-fsanitize=leak", "-pthread"), status: 3},
	}
}
