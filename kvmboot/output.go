package kvmboot

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// errStopped ends a wait because the machine ends.
var errStopped = errors.New("machine stopped")

// pipeChunk is what a pipe that poll calls writable takes without blocking.
const pipeChunk = 4096

// output is a Writer that gives up when the machine stops: for files, which
// include terminals and pipes, each write waits until the file or the stop
// event is ready. Any other Writer is simply called.
type output struct {
	mu   *sync.Mutex // shared by outputs with the same Writer
	w    io.Writer
	file *os.File
	fd   int
	bulk bool // a regular file never blocks
	stop int  // event file descriptor
}

func newOutput(w io.Writer, stop int) *output {
	o := &output{mu: new(sync.Mutex), w: w, fd: -1, stop: stop}
	if f, ok := w.(*os.File); ok && f != nil {
		if fd, ok := rawFD(f); ok {
			o.file, o.fd = f, fd
			var st unix.Stat_t
			o.bulk = unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG
		}
	}
	return o
}

// newOutputs makes both outputs; one lock guards both if they are the same.
func newOutputs(stdout, stderr io.Writer, stop int) (out, err *output) {
	out, err = newOutput(stdout, stop), newOutput(stderr, stop)
	if sameWriter(stdout, stderr) {
		err.mu = out.mu
	}
	return out, err
}

func sameWriter(a, b io.Writer) bool {
	defer func() { _ = recover() }() // types that cannot be compared
	return a == b
}

// rawFD is the descriptor of f, without the side effects of f.Fd.
func rawFD(f *os.File) (int, bool) {
	fd := -1
	c, err := f.SyscallConn()
	if err != nil {
		return -1, false
	}
	if c.Control(func(p uintptr) { fd = int(p) }) != nil {
		return -1, false
	}
	return fd, true
}

func (o *output) write(p []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fd < 0 {
		_, err := o.w.Write(p)
		return err
	}
	for len(p) > 0 {
		chunk := p
		if !o.bulk {
			if err := waitFD(o.fd, unix.POLLOUT, o.stop); err != nil {
				return err
			}
			chunk = p[:min(len(p), pipeChunk)]
		}
		n, err := unix.Write(o.fd, chunk)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
		case err != nil:
			return &os.PathError{Op: "write", Path: o.file.Name(), Err: err}
		default:
			p = p[n:]
		}
	}
	return nil
}

// waitFD waits until fd is ready for events (or broken), or the stop event is
// raised: errStopped. A ready fd wins, so that output of a guest that has ended
// still goes out as far as it does not block.
func waitFD(fd int, events int16, stop int) error {
	fds := []unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(stop), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case fds[0].Revents != 0:
			return nil
		case fds[1].Revents != 0:
			return errStopped
		}
	}
}
