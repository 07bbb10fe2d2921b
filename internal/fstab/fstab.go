// Package fstab has the fields of a line of fstab(5), as manifests and the kernel
// command line name mounts.
package fstab

import "strings"

// EscapedSpace is a space in a field.
const EscapedSpace = `\040`

// Line joins the fields of a mount; options may be "".
func Line(source, target, kind, options string) string {
	fields := []string{source, target, kind}
	if options != "" {
		fields = append(fields, options)
	}
	for i, f := range fields {
		fields[i] = strings.ReplaceAll(f, " ", EscapedSpace)
	}
	return strings.Join(fields, " ")
}

// Fields splits a line.
func Fields(line string) []string {
	fields := strings.Fields(line)
	for i, f := range fields {
		fields[i] = strings.ReplaceAll(f, EscapedSpace, " ")
	}
	return fields
}
