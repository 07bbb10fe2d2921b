package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
)

// What only code that is never called imports is not in the kernel. If it is
// called all the same, the program ends with a line that says so.
func TestUnusedImports(t *testing.T) {
	t.Parallel()
	needKVM(t)
	dir := t.TempDir()
	prog := golang("go/unused", true, "-buildmode=pie", "-ldflags=-linkmode=external")(t, dir)
	for _, c := range []struct {
		symbols []string
		args    []string
		want    string
		status  int
	}{
		{nil, nil, "began\n", 0},
		{nil, []string{"x"}, "began\n/prog: calls a function of libc that it was taken to never call; add it with --symbols\n", 127},
		{[]string{"setenv"}, []string{"x"}, "began\ncalled\n", 0},
	} {
		img, err := uk.Build(context.Background(), uk.Options{Binary: prog, Symbols: c.symbols, Output: filepath.Join(dir, "x.uk")})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Args: c.args, Stdout: &out, Stderr: &out})
		cancel()
		if got := strings.ReplaceAll(out.String(), "\r", ""); err != nil || st.ExitCode() != c.status || got != c.want {
			t.Errorf("%v, symbols %v: %v, %v; output:\n%s", c.args, c.symbols, st, err, clip(got))
		}
	}
}
