package stdio

import (
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// ErrStopped ends a wait because the machine ends.
var ErrStopped = errors.New("machine stopped")

// Stop ends waits, in channels and in poll, once it is raised.
type Stop struct {
	C      chan struct{}
	Fd     int
	once   sync.Once
	raised atomic.Bool
}

func NewStop() (*Stop, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	return &Stop{C: make(chan struct{}), Fd: fd}, nil
}

func (s *Stop) Raise() {
	s.once.Do(func() {
		s.raised.Store(true)
		close(s.C)
		Signal(s.Fd)
	})
}

func (s *Stop) Close() {
	if s != nil {
		unix.Close(s.Fd)
	}
}

// waitFD waits until fd is ready for events, or broken; errStopped when s is raised.
func (s *Stop) waitFD(fd int, events int16) error {
	fds := []unix.PollFd{{Fd: int32(s.Fd), Events: unix.POLLIN}, {Fd: int32(fd), Events: events}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case fds[0].Revents != 0:
			return ErrStopped
		case fds[1].Revents != 0:
			return nil
		}
	}
}

// sleep waits some milliseconds; errStopped when s is raised.
func (s *Stop) sleep(ms int) error {
	fds := []unix.PollFd{{Fd: int32(s.Fd), Events: unix.POLLIN}}
	_, _ = unix.Poll(fds, ms)
	if s.raised.Load() {
		return ErrStopped
	}
	return nil
}

// Signal adds one to an event.
func Signal(fd int) { _, _ = unix.Write(fd, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }
