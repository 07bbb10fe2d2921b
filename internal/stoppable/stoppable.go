// Package stoppable writes to files whose readers may stand still, as a pipe's whose other end is not read: a
// write that waits ends with the context. [os.File] has that for some files only, and not for those that a process
// is started with.
package stoppable

import (
	"context"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// chunk is what a pipe that poll calls writable takes without waiting (PIPE_BUF, pipe(7)).
const chunk = 4096

// Writer is w, except that if w is an *os.File its writes fail with the error of ctx once that is done, unless
// they need not wait.
func Writer(ctx context.Context, w io.Writer) io.Writer {
	f, ok := w.(*os.File)
	if !ok || f == nil {
		return w
	}
	return &writer{ctx, f}
}

// Ready reports whether a short line can be written to w without waiting, as far as one can know.
func Ready(w io.Writer) bool {
	f, ok := w.(*os.File)
	return !ok || f == nil || wait(f, 0, -1)
}

type writer struct {
	ctx context.Context
	f   *os.File
}

func (w *writer) Write(p []byte) (n int, err error) {
	for n < len(p) {
		if !wait(w.f, 0, -1) {
			if err := w.wait(); err != nil {
				return n, err
			}
		}
		k, err := w.f.Write(p[n:min(len(p), n+chunk)])
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// wait waits until the file takes something, or the context ends.
func (w *writer) wait() error {
	done, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return err
	}
	signaled := make(chan struct{})
	stop := context.AfterFunc(w.ctx, func() {
		_, _ = unix.Write(done, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		close(signaled)
	})
	ready := wait(w.f, -1, done)
	if !stop() {
		<-signaled
	}
	unix.Close(done)
	if ready {
		return nil
	}
	return w.ctx.Err()
}

// wait waits so many milliseconds, -1 for ever, until f takes something or is broken, or until another file can be read.
func wait(f *os.File, ms, other int) (ready bool) {
	c, err := f.SyscallConn()
	if err != nil {
		return true // a write tells what is wrong
	}
	if c.Control(func(fd uintptr) {
		list := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}, {Fd: int32(other), Events: unix.POLLIN}}
		for {
			if _, err = unix.Poll(list, ms); err != unix.EINTR {
				ready = err != nil || list[0].Revents != 0
				return
			}
		}
	}) != nil {
		return true
	}
	return ready
}
