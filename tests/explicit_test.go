package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"uk.example"
)

// The host may forbid what this program asks for, so its answers are Linux's for root.
func TestExplicitScheduling(t *testing.T) {
	t.Parallel()
	needKVM(t)
	dir := t.TempDir()
	img, err := uk.Build(context.Background(), uk.Options{Binary: c("libc/explicit.c", "-pthread")(t, dir), Output: filepath.Join(dir, "x.uk")})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out})
	const want = "in the thread: 0, policy 1, priority 10\nmade: 0\n"
	got := out.String()
	if err != nil || st.ExitCode() != 0 || got != want && got != "made: 0\nin the thread: 0, policy 1, priority 10\n" {
		t.Errorf("%v, %v; output:\n%s", st, err, clip(got))
	}
}
