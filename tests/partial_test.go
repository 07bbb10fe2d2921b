package tests

import (
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestPartialCalls asks each call that is here in part for what works, and for what is missing, which must be refused.
// Attributes are missing in shares.
func TestPartialCalls(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	for name, build := range map[string]builder{
		"dynamic": c("honest/partial.c", "-w"),
		"static":  compile("gcc", "honest/partial.c", []string{"-static", "-pthread", "-w"}),
	} {
		m := machineKind{name: "kvm", opt: uk.RunOptions{VMM: uk.VMMBuiltin}}
		m.withShare(t)
		out, status := m.run(t, build(t, t.TempDir()), "/mnt/file")
		if status != 0 {
			t.Errorf("%s: status %d", name, status)
		}
		golden(t, "programs/honest/partial.golden", out)
	}
}
