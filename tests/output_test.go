package tests

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// A reader that goes away ends the program as it would on the host: SIGPIPE.
func TestReaderGone(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	onEachVMM(t, func(t *testing.T, b *built, opt uk.RunOptions, limit time.Duration) {
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

// A reader that is slow loses nothing: the pipe, which blocks as a command's standard output does, is not made non-blocking.
func TestReaderSlow(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	onEachVMM(t, func(t *testing.T, b *built, opt uk.RunOptions, limit time.Duration) {
		var fds [2]int
		if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		r, w := os.NewFile(uintptr(fds[0]), "r"), os.NewFile(uintptr(fds[1]), "w")
		defer r.Close()
		opt.Stdout = w
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			defer w.Close()
			if st, err := b.img.Run(ctx, opt); err != nil || st.ExitCode() != 0 {
				t.Errorf("%v, %v", st, err)
			}
		}()
		waitFull(ended, fds[1])
		n, err := io.Copy(io.Discard, r)
		if <-ended; err != nil || n != 2<<20 {
			t.Errorf("%d bytes, %v; want %d", n, err, 2<<20)
		}
	})
}

// waitFull waits until a pipe takes no more, or ended is closed.
func waitFull(ended <-chan struct{}, fd int) {
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if n, err := unix.Poll(fds, 0); n == 0 && err == nil {
			return
		}
		select {
		case <-ended:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// onEachVMM calls test, with a program that writes more than a pipe holds, for the built-in runner and for QEMU.
func onEachVMM(t *testing.T, test func(t *testing.T, b *built, opt uk.RunOptions, limit time.Duration)) {
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
			test(t, prepare(t, p), opt, limit)
		})
	}
}
