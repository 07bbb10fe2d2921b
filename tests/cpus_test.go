package tests

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// As many processors as there can be start, on the built-in runner and under TCG.
func TestManyCPUs(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "nproc", build: c("nproc.c", "-pthread"), check: func(*testing.T, string) {}})
	for _, opt := range []uk.RunOptions{{VMM: uk.VMMBuiltin}, {VMM: uk.VMMQEMU, Accel: uk.AccelTCG}} {
		t.Run(opt.VMM, func(t *testing.T) {
			if opt.VMM == uk.VMMBuiltin {
				needKVM(t)
			} else {
				testenv.MustHave(t, kvmboot.QEMUProgram)
			}
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out, messages bytes.Buffer
			opt.CPUs, opt.Stdout, opt.Stderr = kvmboot.MaxCPUs, &out, &messages
			st, err := b.img.Run(ctx, opt)
			if err != nil || st.ExitCode() != 0 || out.String() != "64 processors\n" || messages.Len() > 0 {
				t.Errorf("%v, %v, output %q\n%s", st, err, out.String(), messages.String())
			}
		})
	}
}

// Of threads that fail together one tells why, in whole lines.
func TestOneFaultReport(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "cpu-faults", build: c("cpu/faults.c", "-pthread"), status: 139})
	for range 4 {
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		var messages bytes.Buffer
		st, err := b.img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, CPUs: 2, Stderr: &messages})
		cancel()
		said := messages.String()
		if err != nil || st.ExitCode() != 139 || strings.Count(said, "page fault at ") != 1 || !strings.HasPrefix(said, "page fault at ") ||
			strings.Count(said, "\nrip ") != 1 || strings.Count(said, "\nthread ") != 1 {
			t.Errorf("%v, %v\n%s", st, err, clip(said))
		}
	}
}
