package tests

import (
	"context"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"uk"
	"uk/internal/testenv"
	"uk/kvmboot"
)

// A reader that goes away ends the program as it would on the host: SIGPIPE.
func TestReaderGone(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	p := &program{name: "stdoutbig", build: c("stdoutbig.c")}
	for _, vmm := range []string{uk.VMMBuiltin, uk.VMMQEMU} {
		t.Run(vmm, func(t *testing.T) {
			opt := uk.RunOptions{VMM: vmm, Stderr: io.Discard}
			limit := kvmDeadline
			if vmm == uk.VMMQEMU {
				testenv.MustHave(t, kvmboot.QEMUProgram)
				opt.Accel, limit = uk.AccelTCG, tcgDeadline
			} else {
				needKVM(t)
			}
			b := prepare(t, p)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			opt.Stdout = w
			r.Close()
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			st, err := b.img.Run(ctx, opt)
			if err != nil || st.ExitCode() != 128+int(unix.SIGPIPE) {
				t.Errorf("%v, %v; want the end by SIGPIPE", st, err)
			}
		})
	}
}
