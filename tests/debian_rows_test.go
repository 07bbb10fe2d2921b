package tests

import (
	"strings"
	"testing"
)

// debianRows are kinds of programs that distributions have and that need more than their own files.
func debianRows() []program {
	return []program{
		// Files that the program and its library name: settings, and a plug-in with what it imports.
		{name: "debian-data", build: onHost("/usr/bin/openssl"), args: strings.Fields("req -new -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -noout -subject")},
		{name: "debian-plugin", build: onHost("/usr/bin/openssl"), args: strings.Fields("list -providers -provider legacy -provider default")},
		{name: "debian-asan", build: c("debian/sanitizer.c", "-fsanitize=address", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-asan-static", build: c("debian/sanitizer.c", "-fsanitize=address", "-static-libasan", "-pthread"), status: 3, memory: 1024 * mb},
		{name: "debian-lsan", build: c("debian/sanitizer.c", "-fsanitize=leak", "-pthread"), status: 3},
		{name: "debian-ping", build: onHost("/usr/bin/ping"), args: strings.Fields("-n -c 3 -i 0.01 127.0.0.1"), check: isAnswered},
		{name: "debian-ping6", build: onHost("/usr/bin/ping"), args: strings.Fields("-n -c 3 -i 0.01 ::1"), check: isAnswered},
		{name: "debian-ss", build: onHost("/usr/bin/ss"), args: strings.Fields("-tlnu"), check: isEmptyTable},
	}
}

// isAnswered is for ping, whose times nobody knows before, and which many hosts let nobody use.
func isAnswered(t *testing.T, out string) {
	t.Helper()
	if strings.Count(out, "64 bytes from ") != 3 || !strings.Contains(out, "3 packets transmitted, 3 received, 0% packet loss") {
		t.Errorf("%s", out)
	}
}

// isEmptyTable is for ss, which is alone in its guest.
func isEmptyTable(t *testing.T, out string) {
	t.Helper()
	if !strings.HasPrefix(out, "Netid") || strings.Count(out, "\n") != 1 {
		t.Errorf("%s", out)
	}
}
