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

// Below the stack of the idle thread there is a page that nothing maps, in kernels without threads too.
func TestIdleStackGuard(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"exit7.c", "sync.c"} {
		m := newModuleImage(t, program, "-pthread")
		m.modules = []string{m.module("idle.so", []string{"idle"})}
		if out, status := m.output(); !strings.Contains(out, "idle: 0\npanic: page fault at ") || strings.Contains(out, "below:") || status != 125 {
			t.Errorf("%s: status %d, output:\n%s", program, status, out)
		}
	}
}
