package uk

import (
	"uk.example/kvmboot"

	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"uk.example/internal/testenv"
)

// needKit skips the test without a kit, and keeps kernels apart from the user's.
func needKit(t *testing.T) {
	t.Helper()
	testenv.MustHaveKit(t, FindKit)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

const hello = `#include <stdio.h>
int main(int argc, char **argv) { printf("hello %d\n", argc); return argc; }
`

func TestBuildOpenRun(t *testing.T) {
	needKit(t)
	prog := testenv.Compile(t, "prog", hello)
	out := filepath.Join(t.TempDir(), "prog.uk")
	opt := Options{Binary: prog, Args: []string{"a"}, Output: out}
	var steps []string
	opt.Progress = func(s string) { steps = append(steps, s) }
	first, err := Build(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Relinked || len(steps) < 4 {
		t.Errorf("relinked %v, steps %q", first.Relinked, steps)
	}
	second, err := Build(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if second.Relinked {
		t.Error("linked again though nothing changed")
	}
	if second.KernelSHA256 != first.KernelSHA256 || second.ID != first.ID {
		t.Error("the same input gave another image")
	}
	list, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(list) != 1 {
		t.Errorf("beside the image: %v, %v", list, err)
	}
	im, err := Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := im.Check(nil); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"read", "virtio"} { // what is not asked for is not there
		if slices.Contains(im.Syscalls, s) {
			t.Errorf("system call %s was selected", s)
		}
	}
	needKVM(t)
	for _, tt := range []struct {
		args []string
		want string
		code int
	}{{nil, "hello 2\n", 2}, {[]string{}, "hello 1\n", 1}, {[]string{"x", "y"}, "hello 3\n", 3}} {
		var stdout bytes.Buffer
		st, err := im.Run(context.Background(), RunOptions{Args: tt.args, Stdout: &stdout})
		if err != nil || st.ExitCode() != tt.code || stdout.String() != tt.want {
			t.Errorf("args %q: %q, %v, %v", tt.args, stdout.String(), st, err)
		}
	}
}

// needKVM skips a test where there is no KVM, unless that is required.
func needKVM(t *testing.T) {
	t.Helper()
	if err := kvmboot.Detect(); err != nil {
		if os.Getenv("UK_REQUIRE_KVM") == "1" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED: %v", err)
	}
}
