package shims

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWrapped(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct{ script, want string }{
		{"#! /bin/sh\nexec /usr/lib/p7zip/7z \"$@\"\n", "/usr/lib/p7zip/7z"},
		{"#!/bin/sh\n# as GNU grep's\ncmd=${0##*/}\nexec grep -E \"$@\"\n", "grep|-E"},
		{"#!/bin/sh\nbindir=\"/usr/bin\"\n\nexec \"${bindir}/racket\" -N \"$0\" '-I' 'a b'  ${1+\"$@\"}\n", "/usr/bin/racket|-N|" + dir + "/s|-I|a b"},
		{"#!/bin/bash\nexec mono $MONO_OPTIONS x.exe \"$@\"", "mono|x.exe"},
		{"#!/bin/sh\na=\nb='x y'\nexec p \"$a\" \"$b$b\" \"$@\"", "p||x yx y"},
		// What more than this does is a script.
		{"#!/bin/sh\nexec prog -x\n", ""},
		{"#!/bin/sh\necho hi\nexec prog \"$@\"\n", ""},
		{"#!/bin/sh\nPATH=/x\nexec prog \"$@\"\n", ""},
		{"#!/bin/sh\nexec \"$HOME/prog\" \"$@\"\n", ""},
		{"#!/bin/sh\nexec \"${REALGCC:-gcc}\" \"$@\"\n", ""},
		{"#!/bin/sh\nd=`dirname $0`\nexec $d/prog \"$@\"\n", ""},
		{"#!/bin/sh\nexec prog \"$@\" >/dev/null\n", ""},
		{"#!/bin/sh\nexec prog \"$@\" -last\n", ""},
		{"#!/bin/sh\nexec -a x prog \"$@\"\n", ""},
		{"#!/bin/sh\nb='x y'\nexec prog $b \"$@\"\n", ""},
		{"#!/bin/sh\nexec prog \\\n \"$@\"\n", ""},
		{"#!/usr/bin/python3\nexec prog \"$@\"\n", ""},
		{"#!/bin/sh\n", ""},
		{"exec prog \"$@\"\n", ""},
	} {
		file := filepath.Join(dir, "s")
		if err := os.WriteFile(file, []byte(tt.script), 0o755); err != nil {
			t.Fatal(err)
		}
		words, ok := Wrapped(file)
		if ok != (tt.want != "") || ok && !slices.Equal(words, strings.Split(tt.want, "|")) {
			t.Errorf("%q: got %q, %t", tt.script, words, ok)
		}
	}
}
