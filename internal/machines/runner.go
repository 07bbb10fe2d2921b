package machines

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Runner is the side of the process that runs the machine. All files are open before the process is confined.
type Runner struct {
	dir   string
	rec   *Record
	lock  *os.File
	state *os.File
	log   *Log
	ln    *net.UnixListener
	ready *os.File // whoever started this waits here; nil: nobody does

	mu       sync.Mutex
	s        State
	ctl      Controls
	clients  map[net.Conn]bool
	attached map[*attachment]bool
	inFrom   *attachment // has the program's standard input
	serving  sync.WaitGroup
	closed   bool
	killed   bool
	again    bool // a supervisor starts the machine once more, if its policy says so

	in, inEnd  *os.File // the program's standard input, if it is interactive
	rows, cols int
	ended      chan struct{}
}

// Controls are how a runner reaches its machine.
type Controls struct {
	// Signal gives the program a signal.
	Signal func(unix.Signal)
	// End ends the machine at once.
	End func()
	// Metrics are the machine's, as they are now; nil: it has none.
	Metrics func() any
}

// Create makes a machine of this process, under a name that no other has.
func (s *Store) Create(rec Record) (*Runner, error) {
	dir, lock, err := s.create(&rec)
	if err != nil {
		return nil, err
	}
	return newRunner(dir, &rec, lock, nil)
}

// Resume goes on with a machine that this process was started for: lock is its lock, which whoever started this
// took.
func (s *Store) Resume(name string, lock *os.File) (*Runner, error) {
	unix.CloseOnExec(int(lock.Fd()))
	dir := filepath.Join(s.dir, name)
	rec, err := readRecord(dir)
	if err != nil {
		return nil, err
	}
	state, err := readState(dir)
	if err != nil {
		return nil, err
	}
	return newRunner(dir, rec, lock, &state)
}

func newRunner(dir string, rec *Record, lock *os.File, before *State) (r *Runner, err error) {
	r = &Runner{dir: dir, rec: rec, lock: lock, clients: map[net.Conn]bool{}, attached: map[*attachment]bool{}, rows: 24, cols: 80, ended: make(chan struct{})}
	defer func() {
		if err != nil {
			r.Abandon()
		}
	}()
	if before != nil {
		r.s.Seq, r.s.Restarts, r.s.Supervisor = before.Seq, before.Restarts, before.Supervisor
	}
	r.s.Status, r.s.PID = StatusStarting, os.Getpid()
	if r.state, err = openState(dir); err != nil {
		return nil, err
	}
	if err := writeState(r.state, &r.s); err != nil {
		return nil, err
	}
	if r.log, err = newLog(dir, rec.LogLimit); err != nil {
		return nil, err
	}
	if rec.Interactive {
		if r.in, r.inEnd, err = os.Pipe(); err != nil {
			return nil, err
		}
	}
	if r.ln, err = listen(dir); err != nil {
		return nil, err
	}
	go r.serve()
	return r, nil
}

// Name is the machine's.
func (r *Runner) Name() string { return r.rec.Name }

// Record is how the machine was started.
func (r *Runner) Record() *Record { return r.rec }

// SetReady names the pipe on which somebody waits until the program runs.
func (r *Runner) SetReady(f *os.File) {
	r.ready = f
	_, _ = f.WriteString(wordName + r.rec.Name + "\n")
}

// SetControls says how the machine is reached, from now on.
func (r *Runner) SetControls(c Controls) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ctl = c
}

// SetSupervised says that a supervisor started this process.
func (r *Runner) SetSupervised() { r.again = true }

// Stdin is what the program reads, nil if it is not interactive.
func (r *Runner) Stdin() *os.File { return r.in }

// Size is that of the terminal of who attached last, in characters.
func (r *Runner) Size() (rows, cols int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rows, r.cols
}

// Running is called when the program runs.
func (r *Runner) Running() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.s.Status != StatusStarting {
		return
	}
	r.s.Status, r.s.Started, r.s.StartedAt = StatusRunning, time.Now().UTC(), moment()
	r.write()
	if r.ready != nil {
		_, _ = r.ready.WriteString(wordReady + "\n")
		r.ready.Close()
		r.ready = nil
	}
	notify("READY=1\nSTATUS=The program runs.")
}

// WasRunning tells whether the program ran, or runs.
func (r *Runner) WasRunning() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.s.Started.IsZero()
}

// Stopped tells whether somebody asked for the machine's end.
func (r *Runner) Stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.s.Stopped
}

// Killed tells whether somebody had the machine ended at once, or its program did not end when it was asked to.
func (r *Runner) Killed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.killed
}

// write keeps the state; mu is held. There is always room for it, and nobody to tell if there is not.
func (r *Runner) write() { _ = writeState(r.state, &r.s) }

// Output takes what the program writes to a stream.
func (r *Runner) Output(stream int, p []byte) {
	r.log.Add(stream, p)
	r.mu.Lock()
	defer r.mu.Unlock()
	for a := range r.attached {
		a.add(stream, p)
	}
}

// streamWriter writes to one stream of a runner.
type streamWriter struct {
	r      *Runner
	stream int
}

func (w streamWriter) Write(p []byte) (int, error) {
	w.r.Output(w.stream, p)
	return len(p), nil
}

// Stream returns a writer to one of the machine's streams.
func (r *Runner) Stream(stream int) interface{ Write([]byte) (int, error) } {
	return streamWriter{r, stream}
}

// End is the machine's end with this exit status; why is "" if it is the program's own. What those who are attached have not read yet,
// they are given a moment for.
func (r *Runner) End(code int, why string) {
	notify("STOPPING=1")
	r.mu.Lock()
	r.s.Status, r.s.Finished, r.s.FinishedAt, r.s.ExitCode, r.s.Error = StatusExited, time.Now().UTC(), moment(), code, why
	for a := range r.attached {
		a.finish()
	}
	r.mu.Unlock()
	r.close(2 * time.Second)
	r.mu.Lock()
	if r.again && r.rec.Restart.Again(r.s) {
		r.s.Status = StatusRestarting
	}
	r.write()
	r.mu.Unlock()
	r.closeFiles()
}

// Abandon ends a machine whose program never ran, and forgets it.
func (r *Runner) Abandon() {
	r.close(0)
	gone := filepath.Join(filepath.Dir(r.dir), newPrefix+r.rec.ID)
	if os.Rename(r.dir, gone) == nil {
		_ = os.RemoveAll(gone)
	}
	r.closeFiles()
}

// close takes no more clients, and waits a while for those who are served.
func (r *Runner) close(patience time.Duration) {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	close(r.ended)
	if r.ln != nil {
		r.ln.Close()
	}
	done := make(chan struct{})
	go func() { r.serving.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.clients {
		c.Close()
	}
}

// closeFiles closes the lock last: the machine has ended then.
func (r *Runner) closeFiles() {
	for _, f := range []*os.File{r.ready, r.in, r.inEnd, r.state, r.lock} {
		f.Close() // a nil file says so, which is no news
	}
	if r.log != nil {
		r.log.Close()
	}
}

// listen makes the control socket. The path of a socket is short; that of a folder may not be.
func listen(dir string) (*net.UnixListener, error) {
	path := filepath.Join(dir, socketFile)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var ln *net.UnixListener
	err := shortPath(dir, func(path string) (err error) {
		ln, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false) // which a confined process cannot
	return ln, os.Chmod(path, 0o600)
}

// maxSocketPath is the longest path in a struct sockaddr_un.
const maxSocketPath = 107

// shortPath calls f with a path of the socket in dir that is short enough.
func shortPath(dir string, f func(path string) error) error {
	path := filepath.Join(dir, socketFile)
	if len(path) <= maxSocketPath {
		return f(path)
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return f(procFD(d) + "/" + socketFile)
}
