package tests

import "uk"

// ptyRows are programs with pseudoterminals. The line discipline is the console's too.
func ptyRows() []program {
	return []program{
		{name: "pty-discipline", build: c("pty/discipline.c"), args: []string{"20000", "1"}, tcg: true},
		{name: "pty-discipline-static", build: c("pty/discipline.c", "-static"), args: []string{"20000", "2"}, cpus: 2},
		{name: "pty-discipline-imagelibc", build: c("pty/discipline.c"), args: []string{"20000", "3"}, kernel: uk.Options{Libc: "image"}},
	}
}
