package tests

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestLittleMemory runs programs with hardly the memory that they need: each does its work, or is told to be out of memory
// and ends as SIGKILL would have it; none goes on for ever.
func TestLittleMemory(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	anything := func(*testing.T, string) {}
	for _, p := range []*program{
		{name: "little-go", build: golang("go/readall", false, "-buildmode=pie"), check: anything},
		{name: "little-go-static", build: golang("go/readall", false), check: anything},
		{name: "little-c-image", build: c("readall.c"), kernel: uk.Options{Libc: "image"}, check: anything},
		{name: "little-c", build: c("readall.c"), check: anything},
	} {
		b := prepare(t, p)
		for _, kb := range []int64{2300, 2600, 2900, 3200, 3500, 4096, 8192} {
			var out, messages bytes.Buffer
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			st, err := b.img.Run(ctx, uk.RunOptions{Memory: kb << 10, Stdout: &out, Stderr: &messages})
			cancel()
			worked := st.ExitCode() == 0 && out.String() == "all read\n"
			short := st.ExitCode() == 137 && strings.Contains(messages.String(), "out of memory")
			if err != nil || !worked && (!short || kb == 8192) {
				t.Errorf("%s with %d KB: %v, %v, output %q\n%s", p.name, kb, st, err, out.String(), messages.String())
			}
		}
	}
}
