package stdio

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const (
	// inputChunk is how much input is read ahead of the guest at most, in bytes.
	inputChunk = 64 << 10
	// backgroundPoll is how often, in milliseconds, a job in the background looks
	// whether it may read its terminal.
	backgroundPoll = 200
)

// Input is Stdin for one reader: peek waits for bytes or the stop event. Nothing is
// read before the first peek.
type Input struct {
	r    io.Reader
	file *os.File
	fd   int
	tty  bool
	Stop *Stop
	buf  []byte // read and not consumed
	room []byte
	err  error
	next chan []byte // from the pump of a Reader that is not a file
}

func NewInput(r io.Reader, stop *Stop) *Input {
	in := &Input{r: r, fd: -1, Stop: stop}
	if f, ok := r.(*os.File); ok && f != nil {
		if fd, ok := RawFD(f); ok {
			in.file, in.fd, in.tty = f, fd, isTerminal(fd)
		}
	}
	if r == nil {
		in.err = io.EOF
	}
	return in
}

// NoInput reports whether r is known to hold nothing: no reader, /dev/null or an empty file.
// QEMU's console cannot tell the guest of the end of its input.
func NoInput(r io.Reader) bool {
	if r == nil {
		return true
	}
	f, ok := r.(*os.File)
	if !ok || f == nil {
		return false
	}
	fd, ok := RawFD(f)
	var st unix.Stat_t
	if !ok || unix.Fstat(fd, &st) != nil {
		return false
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFCHR:
		return st.Rdev == unix.Mkdev(1, 3)
	case unix.S_IFREG:
		return st.Size == 0
	}
	return false
}

// Peek gives bytes of input. io.EOF and other errors are final; errStopped
// means that the machine ends.
func (in *Input) Peek() ([]byte, error) {
	for len(in.buf) == 0 && in.err == nil {
		var err error
		if in.fd >= 0 {
			err = in.readFile()
		} else {
			err = in.readPump()
		}
		if err == ErrStopped {
			return nil, err
		}
		in.err = err
	}
	if len(in.buf) == 0 {
		return nil, in.err
	}
	return in.buf, nil
}

func (in *Input) Consume(n int) { in.buf = in.buf[n:] }

func (in *Input) readFile() error {
	if in.room == nil {
		in.room = make([]byte, inputChunk)
	}
	if in.tty && !foreground(in.fd) {
		// Reading would stop this whole process (SIGTTIN), though the guest's program
		// may not want input at all.
		return in.Stop.sleep(backgroundPoll)
	}
	if err := in.Stop.waitFD(in.fd, unix.POLLIN); err != nil {
		return err
	}
	n, err := unix.Read(in.fd, in.room)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return nil
	case err != nil:
		return &os.PathError{Op: "read", Path: in.file.Name(), Err: err}
	case n <= 0:
		return io.EOF
	}
	in.buf = in.room[:n]
	return nil
}

func isTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil
}

// foreground tells whether this process may read the terminal now.
func foreground(fd int) bool {
	pgrp, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err != nil || pgrp == unix.Getpgrp()
}

// readPump takes the next piece from a goroutine that reads. The goroutine gives up
// after the Read during which the machine stopped.
func (in *Input) readPump() error {
	if in.next == nil {
		in.next = make(chan []byte)
		go pump(in.r, in.next, in.Stop.C)
	}
	select {
	case b, ok := <-in.next:
		if !ok {
			return io.EOF
		}
		in.buf = b
		return nil
	case <-in.Stop.C:
		return ErrStopped
	}
}

func pump(r io.Reader, next chan<- []byte, stop <-chan struct{}) {
	defer close(next)
	for {
		b := make([]byte, 4096) // the last one may still be in use
		n, err := r.Read(b)
		if n > 0 {
			select {
			case next <- b[:n]:
			case <-stop:
				return
			}
		}
		if err != nil {
			return
		}
	}
}
