package virtio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
)

// maxSocketPath is the longest path of a Unix socket, unix(7).
const maxSocketPath = 107

const (
	// streamLength is the size of what QEMU's "-netdev stream" has before each frame: its length, big endian.
	streamLength = 4
	// streamBuffer holds what was read and not taken, several frames.
	streamBuffer = 256 << 10
)

func checkSocketPath(path string) error {
	if len(path) > maxSocketPath {
		return badoption.Errorf("Card", "the path of a socket has %d bytes, more than %d: %s", len(path), maxSocketPath, path)
	}
	if strings.IndexByte(path, 0) >= 0 || path[0] == '@' {
		return badoption.Errorf("Card", "%q is not a path for a Unix socket", path)
	}
	return nil
}

// streamLink carries frames over a Unix socket, as QEMU does. It does nothing for the guest: a frame is whole, and has
// its checksums. One end listens, and takes another peer when the first is gone.
type streamLink struct {
	path   string
	say    func(string)
	listen int  // -1: this end connected
	hung   bool // the other end is gone, and what it sent is still to be read

	in       []byte
	from, to int // of in: what was read and not taken

	mu     sync.Mutex // of what is below; the goroutine that reads alone changes fd
	fd     int        // -1: nobody is there
	out    []byte     // the rest of a frame that did not fit
	pieces [][]byte
}

func openStreamLink(path string, say func(string)) (*streamLink, error) {
	for range 100 { // two may begin at once: one listens, and the other finds it
		l, err := tryStreamLink(path, say)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, unix.EADDRINUSE) && !errors.Is(err, fs.ErrNotExist) {
			return nil, socketError(path, err)
		}
		time.Sleep(time.Millisecond)
	}
	l, err := tryStreamLink(path, say)
	if err != nil {
		return nil, socketError(path, err)
	}
	return l, nil
}

func tryStreamLink(path string, say func(string)) (*streamLink, error) {
	l := &streamLink{path: path, say: say, listen: -1, fd: -1, in: make([]byte, streamBuffer)}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	at := &unix.SockaddrUnix{Name: path}
	if fi, err := os.Lstat(path); err == nil && fi.Mode().Type() != fs.ModeSocket {
		unix.Close(fd)
		return nil, errNoSocket
	}
	err = unix.Connect(fd, at)
	switch {
	case err == nil:
		l.fd = fd
		return l, unix.SetNonblock(fd, true)
	case errors.Is(err, unix.ECONNREFUSED): // whose program is gone
		err = os.Remove(path)
	case errors.Is(err, unix.ENOENT):
		err = nil
	}
	if err == nil {
		err = unix.Bind(fd, at)
	}
	if err == nil {
		err = errors.Join(unix.Listen(fd, 1), unix.SetNonblock(fd, true))
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	l.listen = fd
	say(fmt.Sprintf("nobody is at the socket %s yet: the guest's cable is plugged in when somebody connects", path))
	return l, nil
}

func (l *streamLink) features() uint64 { return 0 }
func (l *streamLink) made() string {
	if l.listen < 0 {
		return ""
	}
	return l.path
}
func (l *streamLink) use(uint64, int) {}
func (l *streamLink) up() bool        { return l.fd >= 0 }

func (l *streamLink) events(list []unix.PollFd, read, write bool) []unix.PollFd {
	switch {
	case l.hung:
	case l.fd >= 0:
		l.mu.Lock()
		defer l.mu.Unlock()
		return append(list, wait(l.fd, read, write || len(l.out) > 0))
	case l.listen >= 0:
		return append(list, wait(l.listen, true, false))
	}
	return list
}

func (l *streamLink) happened(list []unix.PollFd) {
	switch {
	case len(list) == 0 || list[0].Revents == 0:
	case l.fd < 0:
		l.accept()
	case list[0].Revents&unix.POLLOUT != 0:
		l.mu.Lock()
		defer l.mu.Unlock()
		_ = l.flush()
	case list[0].Revents&unix.POLLIN == 0 && list[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0:
		l.hung = true // read finds the end
	}
}

func (l *streamLink) accept() {
	fd, _, err := unix.Accept4(l.listen, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fd, l.from, l.to, l.out, l.hung = fd, 0, 0, l.out[:0], false
	l.say(fmt.Sprintf("somebody connected to %s: the guest's cable is plugged in", l.path))
}

// lost ends the connection.
func (l *streamLink) lost(why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	unix.Close(l.fd)
	l.fd, l.hung = -1, false
	l.say(fmt.Sprintf("socket %s: %s, and the guest's cable with it", l.path, why))
}

// write sends a frame. Of one that the socket took in part the rest is kept, and goes before the next.
func (l *streamLink) write(_ *netHeader, frame [][]byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd < 0 {
		return nil // lost, as without a cable
	}
	if err := l.flush(); err != nil {
		return err
	}
	total := 0
	for _, b := range frame {
		total += len(b)
	}
	var length [streamLength]byte
	binary.BigEndian.PutUint32(length[:], uint32(total))
	l.pieces = append(append(l.pieces[:0], length[:]), frame...)
	n, err := unix.Writev(l.fd, l.pieces)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return errLater
	case err != nil:
		return err
	}
	for _, b := range advance(l.pieces, n) {
		l.out = append(l.out, b...)
	}
	if len(l.out) > 0 {
		return errKept
	}
	return nil
}

// flush sends what is kept; mu is held.
func (l *streamLink) flush() error {
	for len(l.out) > 0 {
		n, err := unix.Write(l.fd, l.out)
		switch {
		case err == unix.EAGAIN || err == unix.EINTR:
			return errLater
		case err != nil:
			return err
		}
		l.out = l.out[:copy(l.out, l.out[n:])]
	}
	return nil
}

func (l *streamLink) read(room [][]byte) (int, error) {
	for {
		frame, err := l.next()
		if err != nil {
			return 0, err
		}
		if frame != nil {
			var header [netHeaderSize]byte
			scatter(room, header[:])
			scatter(advance(room, netHeaderSize), frame)
			return netHeaderSize + len(frame), nil
		}
		if l.fd < 0 {
			return 0, errLater
		}
		if l.from > 0 {
			l.from, l.to = 0, copy(l.in, l.in[l.from:l.to])
		}
		n, err := unix.Read(l.fd, l.in[l.to:])
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return 0, errLater
		case err != nil || n == 0:
			l.lost("the other end is gone")
			return 0, errLater
		default:
			l.to += n
		}
	}
}

// next takes a frame out of what was read; nil: there is no whole one.
func (l *streamLink) next() ([]byte, error) {
	have := l.in[l.from:l.to]
	if len(have) < streamLength {
		return nil, nil
	}
	n := binary.BigEndian.Uint32(have)
	if n > netMaxSegmented {
		l.from = l.to
		if l.fd >= 0 {
			l.lost(fmt.Sprintf("the other end sent a frame of %d bytes, and there are none so long", n))
		}
		return nil, errLater
	}
	if uint32(len(have)-streamLength) < n {
		return nil, nil
	}
	l.from += streamLength + int(n)
	return have[streamLength : streamLength+n], nil
}

func (l *streamLink) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, fd := range []*int{&l.fd, &l.listen} {
		if *fd >= 0 {
			unix.Close(*fd)
			*fd = -1
		}
	}
}
