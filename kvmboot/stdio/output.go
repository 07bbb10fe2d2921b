package stdio

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

// Output is a Writer that gives up when the machine stops: for files, which
// include terminals and pipes, each write waits until the file or the stop
// event is ready. Any other Writer is simply called.
type Output struct {
	Mu   *sync.Mutex // shared by outputs with the same Writer
	w    io.Writer
	file *os.File
	FD   int
	bulk bool // a regular file never blocks
	Stop *Stop
	Tee  func([]byte) // gets what was written; nil: nobody does
}

func NewOutput(w io.Writer, stop *Stop) *Output {
	o := &Output{Mu: new(sync.Mutex), w: w, FD: -1, Stop: stop}
	if f, ok := w.(*os.File); ok && f != nil {
		if fd, ok := RawFD(f); ok {
			o.file, o.FD = f, fd
			var st unix.Stat_t
			o.bulk = unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG
		}
	}
	return o
}

// NewOutputs makes both outputs; one lock guards both if they are the same.
func NewOutputs(stdout, stderr io.Writer, stop *Stop) (out, err *Output) {
	out, err = NewOutput(stdout, stop), NewOutput(stderr, stop)
	if SameWriter(stdout, stderr) {
		err.Mu = out.Mu
	}
	return out, err
}

func SameWriter(a, b io.Writer) bool {
	defer func() { _ = recover() }() // types that cannot be compared
	return a == b
}

// RawFD is the descriptor of f, without the side effects of f.Fd.
func RawFD(f *os.File) (int, bool) {
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

func (o *Output) Write(p []byte) error {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	for len(p) > 0 {
		if o.Stop.raised.Load() {
			return ErrStopped
		}
		n, err := o.writeSome(p)
		if err != nil {
			return err
		}
		if o.Tee != nil {
			o.Tee(p[:n])
		}
		p = p[n:]
	}
	return nil
}

func (o *Output) writeSome(p []byte) (int, error) {
	p = p[:min(len(p), bulkChunk)]
	if o.FD < 0 {
		n, err := o.w.Write(p)
		if err == nil && n < len(p) {
			err = io.ErrShortWrite
		}
		return n, err
	}
	if !o.bulk {
		if err := o.Stop.waitFD(o.FD, unix.POLLOUT); err != nil {
			return 0, err
		}
		p = p[:min(len(p), pipeChunk)]
	}
	n, err := unix.Write(o.FD, p)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, &os.PathError{Op: "write", Path: o.file.Name(), Err: err}
	}
	return n, nil
}

// Ready tells whether a write of up to pipeChunk bytes would not wait, as far as
// one can know.
func (o *Output) Ready() bool {
	if o.FD < 0 || o.bulk {
		return o.bulk
	}
	fds := []unix.PollFd{{Fd: int32(o.FD), Events: unix.POLLOUT}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}
