package datafiles

import (
	"slices"
	"strings"
)

// forOthers are folders that a program has no use for in a guest, or that other packages of the tool look after: zones,
// locales, terminals, character sets.
var forOthers = []string{
	"/usr/share/applications", "/usr/share/apport", "/usr/share/bash-completion", "/usr/share/bug", "/usr/share/doc", "/usr/share/doc-base",
	"/usr/share/i18n", "/usr/share/icons", "/usr/share/info", "/usr/share/lintian", "/usr/share/locale", "/usr/share/man",
	"/usr/share/menu", "/usr/share/metainfo", "/usr/share/pixmaps", "/usr/share/pkgconfig", "/usr/share/polkit-1", "/usr/share/systemd",
	"/usr/share/terminfo", "/usr/share/zoneinfo",
	"/usr/lib/debug", "/usr/lib/firmware", "/usr/lib/locale", "/usr/lib/modules", "/usr/lib/pkgconfig", "/usr/lib/systemd", "/usr/lib/terminfo",
	"/usr/lib/udev", "/usr/lib/x86_64-linux-gnu/gconv", "/usr/lib/x86_64-linux-gnu/pkgconfig", "/usr/local/share/man", "/usr/local/share/locale",
	"/etc/alternatives", "/etc/init.d", "/etc/inputrc", "/etc/ld.so.conf.d", "/etc/pam.d", "/etc/selinux", "/etc/skel", "/etc/ssl/private", "/etc/systemd", "/etc/terminfo", "/etc/udev",
}

// leftOut tells whether a path is in one of those.
func leftOut(name string) bool {
	return slices.ContainsFunc(forOthers, func(dir string) bool { return within(name, dir) })
}

// generics are folders in which everybody has something, besides the first of each tree.
var generics = []string{
	"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/bin", "/usr/local/etc", "/usr/local/lib", "/usr/local/libexec", "/usr/local/share",
	"/usr/local/sbin", "/usr/share/perl5", "/usr/share/dbus-1", "/usr/lib/python3", "/usr/lib/ruby",
}

// generic tells whether a folder is too general for its name to mean all that is in it.
func generic(dir string) bool {
	return slices.Contains(roots, dir) || slices.Contains(generics, dir)
}

// forPeople are names of folders in a program's data that a program run by a machine does not read.
var forPeople = []string{"doc", "docs", "examples", "locale", "man", "include", "tests", "test", "idlelib", "turtledemo", "lib2to3", "__pycache__", "jmods"}

// skipped tells whether a folder below the one that is packed is left out. What is a language's own may be called
// anything, but those are another package's work.
func skipped(name string) bool {
	return slices.Contains(forPeople, name) || strings.HasPrefix(name, ".git")
}
