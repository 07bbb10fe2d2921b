package kvmboot

import (
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// pipeChunk is what a pipe that poll calls writable takes without blocking.
// A large write to anything else is cut too, so that it can be stopped.
const (
	pipeChunk = 4096
	bulkChunk = 1 << 20
)

// output is a Writer that gives up when the machine stops: for files, which
// include terminals and pipes, each write waits until the file or the stop
// event is ready. Any other Writer is simply called.
type output struct {
	mu   *sync.Mutex // shared by outputs with the same Writer
	w    io.Writer
	file *os.File
	fd   int
	bulk bool // a regular file never blocks
	stop *stopEvent
	tee  func([]byte) // gets what was written; nil: nobody does
}

func newOutput(w io.Writer, stop *stopEvent) *output {
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
func newOutputs(stdout, stderr io.Writer, stop *stopEvent) (out, err *output) {
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
	for len(p) > 0 {
		if o.stop.raised.Load() {
			return errStopped
		}
		n, err := o.writeSome(p)
		if err != nil {
			return err
		}
		if o.tee != nil {
			o.tee(p[:n])
		}
		p = p[n:]
	}
	return nil
}

func (o *output) writeSome(p []byte) (int, error) {
	p = p[:min(len(p), bulkChunk)]
	if o.fd < 0 {
		n, err := o.w.Write(p)
		if err == nil && n < len(p) {
			err = io.ErrShortWrite
		}
		return n, err
	}
	if !o.bulk {
		if err := o.stop.waitFD(o.fd, unix.POLLOUT); err != nil {
			return 0, err
		}
		p = p[:min(len(p), pipeChunk)]
	}
	n, err := unix.Write(o.fd, p)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, &os.PathError{Op: "write", Path: o.file.Name(), Err: err}
	}
	return n, nil
}

// ready tells whether a write of up to pipeChunk bytes would not wait, as far as
// one can know.
func (o *output) ready() bool {
	if o.fd < 0 || o.bulk {
		return o.bulk
	}
	fds := []unix.PollFd{{Fd: int32(o.fd), Events: unix.POLLOUT}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}
