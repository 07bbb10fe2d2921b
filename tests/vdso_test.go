package tests

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"uk"
	"uk/internal/testenv"
	"uk/kvmboot"
)

// Go's runtime finds the vDSO: of all the times that it asks, none is a system call.
func TestGoAsksVDSO(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range []*program{
		{name: "go-clock", build: golang("go/clock", false)},
		{name: "go-clock-pie", build: golang("go/clock", true, "-buildmode=pie", "-ldflags=-linkmode=external")},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b := prepare(t, p)
			argv, err := b.img.QEMUCommand(uk.RunOptions{}, uk.AccelTCG)
			if err != nil {
				t.Fatal(err)
			}
			argv[slices.Index(argv, "-append")+1] += " uk.trace=1"
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out, trace bytes.Buffer
			cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
			cmd.Stdout, cmd.Stderr = &out, &trace
			_ = cmd.Run()
			if out.String() != b.host.out {
				t.Errorf("output %q\n%s", out.String(), clip(trace.String()))
			}
			if !regexp.MustCompile(`(?m)^\[\d+\] 1\(1, `).Match(trace.Bytes()) { // write
				t.Errorf("there is no trace:\n%s", clip(trace.String()))
			}
			if n := len(regexp.MustCompile(`(?m)^\[\d+\] (228|96)\(`).FindAll(trace.Bytes(), -1)); n > 2 {
				t.Errorf("%d system calls ask for the time", n)
			}
		})
	}
}

// Only programs that make system calls themselves have the vDSO in their kernels.
func TestVDSOSelected(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	for _, tt := range []struct {
		p    program
		want bool
	}{
		{program{name: "exit7", build: c("exit7.c"), status: 7}, false},
		{program{name: "clock", build: c("clock.c")}, false},
		{program{name: "cpu-vdso-static", build: c("cpu/vdso.c", "-O1", "-static", "-pthread")}, true},
	} {
		b := prepare(t, &tt.p)
		names, err := os.ReadFile(filepath.Join(filepath.Dir(b.img.Kernel()), "kernel.sym"))
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(names, []byte(" vdso_image\n")); got != tt.want {
			t.Errorf("%s: the vDSO is in the kernel: %v", tt.p.name, got)
		}
	}
}
