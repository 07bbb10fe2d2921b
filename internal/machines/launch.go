package machines

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Variable is the environment variable by which a process knows that it was started to be a machine: an [Order].
const Variable = "UK_MACHINE"

// Order is what it says.
type Order struct {
	// Name is the machine that there is already, "" if this process is to make it.
	Name string `json:"name,omitempty"`
	// Lock and Ready are descriptors: the machine's lock, with a name, and the pipe on which whoever started this waits.
	Lock  int `json:"lock,omitempty"`
	Ready int `json:"ready"`
	// Supervised: another process starts this one again when it has ended.
	Supervised bool `json:"supervised,omitempty"`
}

// TakeOrder returns the order of this process, which its children do not see; nil: it has none.
func TakeOrder() (*Order, error) {
	s := os.Getenv(Variable)
	if s == "" {
		return nil, nil
	}
	os.Unsetenv(Variable)
	var o Order
	if err := json.Unmarshal([]byte(s), &o); err != nil {
		return nil, fmt.Errorf("$%s: %w: it is for uk itself", Variable, err)
	}
	for _, fd := range []int{o.Lock, o.Ready} {
		if fd > 2 {
			unix.CloseOnExec(fd)
		} else if fd != 0 {
			return nil, fmt.Errorf("$%s: descriptor %d: it is for uk itself", Variable, fd)
		}
	}
	return &o, nil
}

// Self is the program of this process, as the tool that starts one.
const Self = "/proc/self/exe"

// command makes a process of the tool, with an order.
func command(tool string, start Start, o Order) (*exec.Cmd, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	if err := unix.Access(start.Dir, unix.X_OK); start.Dir != "" && err != nil {
		return nil, fmt.Errorf("working folder %s: %w", start.Dir, err) // exec names the program
	}
	cmd := exec.Command(tool, start.Args...)
	if tool == Self {
		cmd.Args[0] = os.Args[0]
	}
	cmd.Dir, cmd.Env = start.Dir, append(without(start.Env, Variable), Variable+"="+string(b))
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true} // no terminal ends it
	return cmd, nil
}

// Words that a machine's process writes to its pipe, each with a line of its own.
const (
	wordName  = "name "  // its name is taken
	wordReady = "ready " // its program runs
)

// FailedError is the end of a machine whose program never ran. What it had to say was passed on.
type FailedError struct{ Code int }

func (e *FailedError) Error() string {
	return fmt.Sprintf("the machine was not started: status %d", e.Code)
}

// Launch starts a process of the program tool that is to be a machine, in the background, and waits until the machine's
// program runs: it returns the machine's name. What the process says until then goes to messages. Start is its
// command line; name is that of a machine that there is already, and lock its lock, or both are nothing.
func (s *Store) Launch(ctx context.Context, tool string, start Start, name string, lock *os.File, messages io.Writer) (string, error) {
	ready, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer ready.Close()
	order := Order{Name: name, Ready: 3}
	files := []*os.File{w}
	if lock != nil {
		order.Lock = 4
		files = append(files, lock)
	}
	cmd, err := command(tool, start, order)
	if err != nil {
		w.Close()
		return "", err
	}
	cmd.ExtraFiles = files
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	w.Close()
	if tool == Self && errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: a process that stays is another run of this command, which is found there: mount /proc", err)
	}
	if err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(unix.SIGTERM) })
	defer stop()
	copied := make(chan struct{})
	go func() { _, _ = io.Copy(messages, said); close(copied) }()
	var runs bool
	for lines := bufio.NewScanner(ready); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), wordName); ok {
			name = n
		}
		runs = runs || strings.HasPrefix(lines.Text(), wordReady)
	}
	if runs {
		// What it said before it said that it runs is in the pipe.
		select {
		case <-copied:
		case <-time.After(10 * time.Millisecond):
		}
		return name, cmd.Process.Release()
	}
	<-copied
	err = cmd.Wait()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if lock == nil && name != "" { // a machine that never was; its process may not remove it itself any more
		if m, err := s.read(filepath.Join(s.dir, name)); err == nil {
			_ = m.remove()
		}
	}
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		code := ee.ExitCode()
		if ws, ok := ee.Sys().(interface{ Signal() unix.Signal }); ok && code < 0 {
			code = 128 + int(ws.Signal())
		}
		return "", &FailedError{code}
	}
	if err == nil { // its program ended before it could be seen to run
		return "", &FailedError{0}
	}
	return "", err
}

// without is env without a variable.
func without(env []string, name string) (list []string) {
	for _, e := range env {
		if !strings.HasPrefix(e, name+"=") {
			list = append(list, e)
		}
	}
	return list
}

// StartAgain starts a machine that has ended once more, in the same way.
func (s *Store) StartAgain(ctx context.Context, m *Machine, tool string, messages io.Writer) error {
	if m.Foreground {
		return fmt.Errorf("machine %s was started in the foreground, by a command that waited for it: start it by that again", m.Name)
	}
	lock, err := takeLock(m.dir)
	if errors.Is(err, unix.EAGAIN) {
		return fmt.Errorf("machine %s runs already", m.Name)
	} else if err != nil {
		return err
	}
	defer lock.Close()
	if err := m.begin(); err != nil {
		return err
	}
	_, err = s.Launch(ctx, tool, m.Again, m.Name, lock, messages)
	return err
}

// begin makes a new life's state of the last one's; the lock is held.
func (m *Machine) begin() error {
	f, err := openState(m.dir)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := parseState(f)
	if err != nil {
		return err
	}
	return writeState(f, &State{Seq: s.Seq, Status: StatusStarting, PID: os.Getpid()})
}

// earlyMessages passes on what a process says to whoever started it until its program runs, and to the log.
type earlyMessages struct {
	r *Runner
	w io.Writer
}

func (e earlyMessages) Write(p []byte) (int, error) {
	if e.r == nil || !e.r.WasRunning() {
		_, _ = e.w.Write(p)
	}
	if e.r != nil {
		e.r.Output(Stderr, bytes.Clone(p))
	}
	return len(p), nil
}

// Messages is where the process of a detached machine says what it has to say: w leads to whoever started it, who listens
// until the program runs; and to the log.
func (r *Runner) Messages(w io.Writer) io.Writer { return earlyMessages{r, w} }

// Detached is the command line of a machine in the background: args stand behind `uk run -d`.
func Detached(tool string, args []string, dir string, env []string) (Start, string, error) {
	path, err := exec.LookPath(cmp.Or(tool, "uk"))
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if dir == "" && err == nil {
		dir, err = os.Getwd()
	}
	if env == nil {
		env = os.Environ()
	}
	return Start{Dir: dir, Args: append([]string{"run", "--detach"}, args...), Env: env}, path, err
}
