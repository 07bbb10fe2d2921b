package tests

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// Go's runtime finds the vDSO: of all the times that it asks, none is a system call.
func TestGoAsksVDSO(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range []*program{
		{name: "go-clock", build: golang("go/clock", false), kernel: uk.Options{Trace: true}},
		{name: "go-clock-pie", build: golang("go/clock", true, "-buildmode=pie", "-ldflags=-linkmode=external"), kernel: uk.Options{Trace: true}},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b := prepare(t, p)
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out, trace bytes.Buffer
			opt := uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG, Stdout: &out, Stderr: &trace, Trace: &uk.TraceOptions{}}
			if s, err := b.img.Run(ctx, opt); err != nil || out.String() != b.host.out {
				t.Errorf("%v %v: output %q\n%s", s, err, out.String(), clip(trace.String()))
			}
			if !regexp.MustCompile(`(?m)\bwrite\(1, `).Match(trace.Bytes()) {
				t.Errorf("there is no trace:\n%s", clip(trace.String()))
			}
			if n := len(regexp.MustCompile(`\b(clock_gettime|gettimeofday)\(`).FindAll(trace.Bytes(), -1)); n > 2 {
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
