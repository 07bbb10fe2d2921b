package tests

import (
	"bytes"
	"context"
	"os/exec"
	"regexp"
	"slices"
	"testing"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestProcessors boots on QEMU's models of processors of both makers, from the first with 64 bits on, and on one
// that lacks something, with one CPU and with more. Each runs the program or says what is missing, and fails.
// (Memory: TestMemorySizes. 64 CPUs: TestManyCPUs.)
func TestProcessors(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	p := &program{name: "cpu-mix", build: c("cpu/mix.c", "-O1", "-pthread", "-lm")}
	b := prepare(t, p)
	lacks := regexp.MustCompile(`\Auk: this CPU lacks [a-z0-9]+\n(uk: kernel panic\n)?\z`)
	models := []string{"max", "qemu64", "kvm64", "core2duo", "Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "Haswell",
		"Skylake-Client", "Icelake-Server", "Denverton", "Opteron_G1", "Opteron_G4", "Opteron_G5", "phenom", "EPYC", "EPYC-Rome"}
	for _, f := range []string{"xsave", "avx", "avx2", "fsgsbase", "sse3", "ssse3", "sse4.1", "popcnt", "rdrand", "pdpe1gb", "x2apic", "cx16"} {
		models = append(models, "max,-"+f)
	}
	missing := []string{"qemu32", "max,-nx", "max,-fxsr", "max,-sse", "max,-sse2", "max,-lm", "max,-tsc", "max,-apic"}
	for i, cpu := range append(models, missing...) {
		t.Run(cpu, func(t *testing.T) {
			cpus := []int{1, 2, 1, 4}[i%4]
			argv, err := launch.QEMUCommand(b.img.Bundle, uk.RunOptions{CPUs: cpus}, uk.AccelTCG)
			if err != nil {
				t.Fatal(err)
			}
			argv[slices.Index(argv, "-cpu")+1] = cpu
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out, messages bytes.Buffer
			cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
			cmd.Stdout, cmd.Stderr = &out, &messages
			_ = cmd.Run()
			code := cmd.ProcessState.ExitCode()
			if slices.Contains(models, cpu) {
				if code != 1 || out.String() != b.host.out { // isa-debug-exit's form of 0
					t.Errorf("%d CPUs: QEMU ends with %d, output:\n%s%s", cpus, code, out.String(), clip(messages.String()))
				}
				return
			}
			said := regexp.MustCompile(`(?m)^qemu-system-x86_64: warning:.*\n`).ReplaceAllString(messages.String(), "")
			if code == 1 || code&1 == 0 || out.Len() > 0 || !lacks.MatchString(said) {
				t.Errorf("%d CPUs: QEMU ends with %d, output:\n%s%s", cpus, code, out.String(), said)
			}
		})
	}
}
