package kvmboot

import (
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// errStopped ends a wait because the machine ends.
var errStopped = errors.New("machine stopped")

// stopEvent ends waits, in channels and in poll, once it is raised.
type stopEvent struct {
	ch     chan struct{}
	fd     int
	once   sync.Once
	raised atomic.Bool
}

func newStopEvent() (*stopEvent, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	return &stopEvent{ch: make(chan struct{}), fd: fd}, nil
}

func (s *stopEvent) raise() {
	s.once.Do(func() {
		s.raised.Store(true)
		close(s.ch)
		signal(s.fd)
	})
}

func (s *stopEvent) close() {
	if s != nil {
		unix.Close(s.fd)
	}
}

// waitFD waits until fd is ready for events, or broken; errStopped when s is raised.
func (s *stopEvent) waitFD(fd int, events int16) error {
	fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}, {Fd: int32(fd), Events: events}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case fds[0].Revents != 0:
			return errStopped
		case fds[1].Revents != 0:
			return nil
		}
	}
}

// sleep waits some milliseconds; errStopped when s is raised.
func (s *stopEvent) sleep(ms int) error {
	fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}}
	_, _ = unix.Poll(fds, ms)
	if s.raised.Load() {
		return errStopped
	}
	return nil
}

// signal adds one to an event.
func signal(fd int) { _, _ = unix.Write(fd, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }
