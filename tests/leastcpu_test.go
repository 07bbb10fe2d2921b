package tests

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestLeastCPU boots on processors that lack something (docs/hypervisors.md, "The least processor"). What the kernel
// cannot do without, it names with the status of a panic before anything else; without the rest all registers are
// kept as well as with it.
func TestLeastCPU(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	hello := prepare(t, &program{name: "leastcpu-hello", build: c("exit7.c"), status: 7})
	dynamic := prepare(t, &program{name: "leastcpu-registers", build: c("regs/torture.c", "programs/regs/registers.S")})
	static := prepare(t, &program{name: "leastcpu-registers-static",
		build: compile("gcc", "regs/torture.c", []string{"programs/regs/registers.S", "-DRAW", "-static", "-pthread"})})
	frames := prepare(t, &program{name: "leastcpu-badframe", build: c("regs/badframe.c"),
		check: func(*testing.T, string) {}}) // fewer lines without XSAVE
	vectors := prepare(t, &program{name: "leastcpu-vectors", build: compile("gcc", "speed/vectors.c", []string{"-fno-builtin"})})
	jumps := prepare(t, &jumpRows()[0])
	for _, row := range []struct {
		cpu    string
		image  *built
		cpus   int
		want   string
		status int // the guest's
	}{
		{"max,-nx", hello, 1, "uk: this CPU lacks nx\nuk: kernel panic\n", 1},
		{"max,-apic", hello, 1, "uk: this CPU lacks apic\nuk: kernel panic\n", 1},
		{"max,-cmov", hello, 1, "uk: this CPU lacks cmov\nuk: kernel panic\n", 1},
		{"max,-fxsr", hello, 1, "uk: this CPU lacks fxsr\nuk: kernel panic\n", 1},
		{"max,-sse", hello, 1, "uk: this CPU lacks sse\nuk: kernel panic\n", 1},
		{"coreduo", hello, 1, "uk: this CPU lacks lm\nuk: kernel panic\n", 1},
		{"max,-syscall", static, 1, "panic: this CPU lacks syscall", 1},
		{"qemu64", hello, 1, hello.host.out, 7},
		{"qemu64", vectors, 1, vectors.host.out, 0}, // no AVX
		{"max,-avx2", vectors, 1, vectors.host.out, 0},
		{"core2duo", dynamic, 2, dynamic.host.out, 0}, // neither FSGSBASE nor XSAVE
		{"core2duo", static, 2, static.host.out, 0},
		{"core2duo", jumps, 2, jumps.host.out, 0},
		{"EPYC", jumps, 1, jumps.host.out, 0},
		{"SandyBridge", dynamic, 1, dynamic.host.out, 0}, // no FSGSBASE
		{"max,-xsave", static, 1, static.host.out, 0},
		{"max,-xsave", frames, 1, "unmapped: signal 11\n", 0},
	} {
		t.Run(row.cpu+"/"+filepath.Base(row.image.dir), func(t *testing.T) {
			argv, err := launch.QEMUCommand(row.image.img.Bundle, uk.RunOptions{CPUs: row.cpus}, "tcg")
			if err != nil {
				t.Fatal(err)
			}
			argv[slices.Index(argv, "-cpu")+1] = row.cpu
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out bytes.Buffer
			cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
			cmd.Stdout = &out
			cmd.Stderr = &out
			var ee *exec.ExitError
			if err := cmd.Run(); err != nil && !errors.As(err, &ee) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != 2*row.status+1 { // isa-debug-exit
				t.Errorf("QEMU's exit status is %d, want %d", got, 2*row.status+1)
			}
			if !strings.Contains(out.String(), row.want) {
				t.Errorf("the output lacks %q:\n%s", row.want, clip(out.String()))
			}
		})
	}
}
