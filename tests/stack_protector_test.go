package tests

import (
	"regexp"
	"strings"
	"testing"
)

// A function of the kernel that writes past its buffer ends in a panic that names
// it, before it returns.
func TestKernelStackProtector(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "exit7.c")
	m.modules = []string{m.module("smash.so", []string{"smash"})}
	out, status := m.output()
	if !regexp.MustCompile(`smash: 120\npanic: stack smashed: .*\n(module .*\n)*  #0  0x\S+  overrun\+.*smash\.so`).MatchString(out) || status != 125 || strings.Count(out, "smash: ") != 1 {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}
