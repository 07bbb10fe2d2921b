package machines

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// Supervisor starts a machine again and again, as its policy says, each life in a process of its own: one that is
// confined cannot begin anew. It holds the machine's lock all the time.
type Supervisor struct {
	s     *Store
	dir   string
	rec   *Record
	lock  *os.File
	ready *os.File
}

// Supervise makes a machine that this process supervises.
func (s *Store) Supervise(rec Record) (*Supervisor, error) {
	dir, lock, err := s.create(&rec)
	if err != nil {
		return nil, err
	}
	return &Supervisor{s: s, dir: dir, rec: &rec, lock: lock}, nil
}

// SuperviseAgain goes on with a machine that there is already, whose lock whoever started this took.
func (s *Store) SuperviseAgain(name string, lock *os.File) (*Supervisor, error) {
	m, err := s.read(s.dir + "/" + name)
	if err != nil {
		return nil, err
	}
	return &Supervisor{s: s, dir: m.dir, rec: &m.Record, lock: lock}, nil
}

// SetReady names the pipe on which somebody waits until the program runs for the first time.
func (v *Supervisor) SetReady(f *os.File) {
	v.ready = f
	_, _ = f.WriteString(wordName + v.rec.Name + "\n")
}

// Run runs the machine by the program tool, as start says, until it is not to be started again or ctx ends, and returns
// the last life's exit status.
func (v *Supervisor) Run(ctx context.Context, tool string, start Start) (code int, err error) {
	defer v.lock.Close()
	state, err := openState(v.dir)
	if err != nil {
		return 0, err
	}
	defer state.Close()
	var delay time.Duration
	for first := true; ; first = false {
		s, err := parseState(state)
		if err != nil {
			return 0, err
		}
		s.Status, s.Supervisor, s.PID = StatusStarting, os.Getpid(), os.Getpid()
		if !first {
			s.Restarts++
		}
		if err := writeState(state, &s); err != nil {
			return 0, err
		}
		born := time.Now()
		code, err := v.life(ctx, tool, start)
		if err != nil {
			return 0, err
		}
		if s, err = parseState(state); err != nil {
			return 0, err
		}
		if s.Status != StatusExited && s.Status != StatusRestarting { // it was killed, or never ran
			s.Status, s.ExitCode, s.Finished, s.FinishedAt, s.Error = StatusExited, code, time.Now().UTC(), moment(), "its runner was killed"
		}
		if ctx.Err() != nil {
			s.Stopped = true
		}
		if first && s.Started.IsZero() || !v.rec.Restart.Again(s) {
			return code, v.end(state, s)
		}
		s.Status, s.PID = StatusRestarting, os.Getpid()
		if err := writeState(state, &s); err != nil {
			return 0, err
		}
		delay = nextDelay(delay, time.Since(born))
		select {
		case <-ctx.Done():
			s.Stopped = true
			return code, v.end(state, s)
		case <-time.After(delay):
		}
	}
}

func (v *Supervisor) end(state *os.File, s State) error {
	s.Status, s.Supervisor = StatusExited, 0
	return writeState(state, &s)
}

// life is one process that runs the machine.
func (v *Supervisor) life(ctx context.Context, tool string, start Start) (code int, err error) {
	order := Order{Name: v.rec.Name, Lock: 3, Ready: 4, Supervised: true}
	ready := v.ready
	if ready == nil {
		if ready, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return 0, err
		}
	}
	v.ready = nil
	defer ready.Close()
	cmd, err := command(tool, start, order)
	if err != nil {
		return 0, err
	}
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{v.lock, ready}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ready.Close() // the end of the process is its end
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(unix.SIGTERM) })
	defer stop()
	err = cmd.Wait()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		return 0, err
	}
	if ws, ok := cmd.ProcessState.Sys().(interface {
		Signaled() bool
		Signal() unix.Signal
	}); ok && ws.Signaled() {
		return 128 + int(ws.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}
