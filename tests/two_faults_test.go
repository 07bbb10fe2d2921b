package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestTwoFaults: where two processors fault at the same moment, one reports, and no line of another gets
// between its own.
func TestTwoFaults(t *testing.T) {
	t.Parallel()
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	img, err := uk.Build(ctx, uk.Options{Binary: c("kernel/two_faults.c", "-pthread")(t, dir), Output: filepath.Join(dir, "image.uk")})
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, opt uk.RunOptions) {
		var out, report bytes.Buffer
		opt.CPUs, opt.Stdout, opt.Stderr = 2, &out, &report
		st, err := img.Run(ctx, opt)
		text := report.String()
		lines := strings.Split(text, "\n")
		if err != nil || st.ExitCode() != 139 || out.Len() > 0 || !strings.Contains(lines[0], ": killed by signal 11") || strings.Count(text, "killed by") != 1 ||
			strings.Count(text, "rip ") != 1 || strings.Count(text, "#0 ") != 1 || strings.Count(text, "\nthread ") != 1 {
			t.Errorf("%v, %v: output %q, report:\n%s", st, err, &out, text)
		}
	}
	t.Run("KVM", func(t *testing.T) {
		needKVM(t)
		for range 5 {
			run(t, uk.RunOptions{VMM: uk.VMMBuiltin})
		}
	})
	t.Run("TCG", func(t *testing.T) {
		testenv.MustHave(t, kvmboot.QEMUProgram)
		run(t, uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG})
	})
}
