package machines

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// openProcess opens a process of a machine that lives. It is asked once more whether the machine lives: a process
// id may be another's as soon as its process is gone.
func (m *Machine) openProcess(pid int) (fd int, err error) {
	if pid <= 1 || pid == os.Getpid() {
		return -1, unix.ESRCH
	}
	fd, err = unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	if err := m.refresh(); err != nil || !m.Alive() || m.PID != pid && m.Supervisor != pid {
		unix.Close(fd)
		return -1, unix.ESRCH
	}
	return fd, nil
}

// waitProcess waits for the end of a process.
func waitProcess(ctx context.Context, fd int) error {
	ev, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return err
	}
	defer unix.Close(ev)
	stop := context.AfterFunc(ctx, func() { _, _ = unix.Write(ev, []byte{1, 0, 0, 0, 0, 0, 0, 0}) })
	defer stop()
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(ev), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return err
		case fds[0].Revents != 0:
			return nil
		case fds[1].Revents != 0:
			return ctx.Err()
		}
	}
}

// Wait waits for the machine's end, behind which it is not started again, and returns its last state.
func (m *Machine) Wait(ctx context.Context) (State, error) {
	f, err := os.Open(filepath.Join(m.dir, stateFile)) // which can be read when the machine is removed
	if err != nil {
		return State{}, err
	}
	defer f.Close()
	watch, err := watchFolder(m.dir)
	if err != nil {
		return State{}, err
	}
	defer watch.close()
	for {
		alive := held(m.dir)
		s, err := parseState(f)
		if err != nil {
			return State{}, err
		}
		if m.State = whatIs(s, alive); !alive {
			return m.State, nil
		}
		if err := watch.wait(ctx); err != nil {
			return State{}, err
		}
	}
}

// killRunner ends the processes of a machine at once: first the one that would start it again.
func (m *Machine) killRunner() error {
	for range 100 {
		if err := m.refresh(); err != nil || !m.Alive() {
			return err
		}
		for _, pid := range []int{m.Supervisor, m.PID} {
			if pid != 0 {
				if err := m.killProcess(pid); err != nil && !errors.Is(err, unix.ESRCH) {
					return err
				}
			}
		}
		time.Sleep(10 * time.Millisecond) // until what it held is gone, or the next one has said that it is there
	}
	return errors.New("its process does not end")
}

// terminate asks the machine's process to end: the one that would start it again, if one does.
func (m *Machine) terminate() error {
	pid := m.PID
	if m.Supervisor != 0 {
		pid = m.Supervisor
	}
	fd, err := m.openProcess(pid)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.PidfdSendSignal(fd, unix.SIGTERM, nil, 0)
}

func (m *Machine) killProcess(pid int) error {
	fd, err := m.openProcess(pid)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return waitProcess(ctx, fd)
}
