package tests

import "uk.example"

// ptyRows are programs with pseudoterminals. The line discipline is the console's too.
func ptyRows() []program {
	return []program{
		{name: "pty-discipline", build: c("pty/discipline.c"), args: []string{"20000", "1"}, tcg: true},
		{name: "pty-discipline-static", build: c("pty/discipline.c", "-static"), args: []string{"20000", "2"}, cpus: 2},
		{name: "pty-pairs", build: c("pty/pairs.c", "-pthread"), tcg: true},
		{name: "pty-pairs-static", build: c("pty/pairs.c", "-static", "-pthread"), cpus: 2},
		{name: "pty-pairs-imagelibc", build: c("pty/pairs.c", "-pthread"), kernel: uk.Options{Libc: "image"}},
		{name: "pty-session", build: c("pty/session.c"), tcg: true},
		{name: "pty-session-static", build: c("pty/session.c", "-static")},
		{name: "pty-session-imagelibc", build: c("pty/session.c"), kernel: uk.Options{Libc: "image"}},
		{name: "pty-go", build: golang("go/pty", false)},
		{name: "pty-discipline-imagelibc", build: c("pty/discipline.c"), args: []string{"20000", "3"}, kernel: uk.Options{Libc: "image"}},
	}
}
