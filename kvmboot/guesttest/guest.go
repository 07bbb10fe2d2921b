// Package guesttest makes kernels for tests of what boots them.
package guesttest

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"uk.example/internal/testenv"
)

// Kernel assembles and compiles sources in the folder dir to a kernel.
func Kernel(t testing.TB, dir string, sources ...string) string {
	t.Helper()
	gcc := testenv.MustHave(t, "gcc")
	out := filepath.Join(t.TempDir(), "kernel.elf")
	args := []string{"-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-mno-red-zone", "-mgeneral-regs-only",
		"-fno-stack-protector", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-nostdlib", "-static",
		"-Wa,-I" + dir, "-Wl,-T," + dir + "/guest.ld,--build-id=none,--no-warn-rwx-segments,-z,noexecstack,-e,_start", "-o", out}
	for _, s := range sources {
		args = append(args, filepath.Join(dir, s))
	}
	if msg, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("build %v: %v\n%s", sources, err, msg)
	}
	return out
}

// Limit is a context for a run that must end.
func Limit(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
