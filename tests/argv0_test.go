package tests

import (
	"bytes"
	"context"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestArgv0 gives programs another name than their file's, as a shell's `exec -a` does, and an empty one.
func TestArgv0(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	anything := func(*testing.T, string) {}
	for _, p := range []program{
		{name: "argv0", build: c("loader/argv0.c"), kernel: uk.Options{Libc: "kernel"}, check: anything},
		{name: "argv0-static", build: c("loader/argv0.c", "-static"), check: anything},
		{name: "argv0-image", build: c("loader/argv0.c"), kernel: uk.Options{Libc: "image"}, check: anything},
	} {
		b := prepare(t, &p)
		for _, name := range []string{"", "-sh", "a name/with parts"} {
			host := hostCommand(context.Background(), b.path, "x")
			host.Args[0] = name
			want, err := host.CombinedOutput()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
			var out bytes.Buffer
			status, err := b.img.Run(ctx, uk.RunOptions{Args: []string{"x"}, Argv0: &name, Stdout: &out, Stderr: &out})
			cancel()
			if err != nil || status.ExitCode() != 0 || out.String() != string(want) {
				t.Errorf("%s as %q: %v, %v:\n%s", p.name, name, status, err, difference(string(want), out.String()))
			}
		}
	}
}
