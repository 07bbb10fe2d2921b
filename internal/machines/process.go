package machines

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// openProcess opens a process of a machine that lives. It must hold the machine's lock: a process id may be another's as soon as
// its process is gone, and the state is the runner's word, which may have been taken over.
func (m *Machine) openProcess(pid int) (fd int, err error) {
	if pid <= 1 || pid == os.Getpid() {
		return -1, unix.ESRCH
	}
	fd, err = unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	if !m.heldBy(pid) {
		unix.Close(fd)
		return -1, unix.ESRCH
	}
	return fd, nil
}

// heldBy tells whether a process holds the machine's lock, by what proc(5) says of its open files.
func (m *Machine) heldBy(pid int) bool {
	lock, err := os.Stat(filepath.Join(m.dir, lockFile))
	if err != nil {
		return false
	}
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	files, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		return false
	}
	for _, f := range files {
		st, err := os.Stat(filepath.Join(proc, "fd", f.Name()))
		if err != nil || !os.SameFile(lock, st) {
			continue
		}
		if info, err := os.ReadFile(filepath.Join(proc, "fdinfo", f.Name())); err == nil && bytes.Contains(info, []byte("\nlock:")) {
			return true
		}
	}
	return false
}

// holders are the processes that hold the machine's lock, whatever its state says.
func (m *Machine) holders() (list []int) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && pid != os.Getpid() && m.heldBy(pid) {
			list = append(list, pid)
		}
	}
	return list
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
		killed := false
		for _, pid := range []int{m.Supervisor, m.PID} {
			err := m.killProcess(pid)
			if err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
			killed = killed || err == nil
		}
		if !killed { // the state does not say which they are
			for _, pid := range m.holders() {
				_ = m.killProcess(pid)
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
