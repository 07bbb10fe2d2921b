package machines

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Socket is the path of the machine's control socket.
func (m *Machine) Socket() string { return filepath.Join(m.dir, socketFile) }

// Folder is the machine's.
func (m *Machine) Folder() string { return m.dir }

// NotRunningError says that what was asked for needs a machine that runs.
type NotRunningError struct{ Name, Status string }

func (e *NotRunningError) Error() string {
	return fmt.Sprintf("machine %s does not run: it is %s", e.Name, e.Status)
}

// dial connects to the machine's runner.
func (m *Machine) dial(ctx context.Context) (c *net.UnixConn, err error) {
	err = shortPath(m.dir, func(path string) error {
		var d net.Dialer
		nc, err := d.DialContext(ctx, "unix", path)
		if err == nil {
			c = nc.(*net.UnixConn)
		}
		return err
	})
	if err != nil {
		if e := m.refresh(); e == nil && (!m.Alive() || m.Status == StatusRestarting) {
			return nil, &NotRunningError{m.Name, m.Status}
		}
		return nil, fmt.Errorf("machine %s: %w", m.Name, err)
	}
	return c, nil
}

// callTime is how long a runner may take to answer.
const callTime = 10 * time.Second

// maxAnswer is the longest answer that is read: the runner may be its guest's by now.
const maxAnswer = 16 << 20

// call asks the machine's runner for something. What Answer.Metrics holds is read into metrics.
func (m *Machine) call(ctx context.Context, q Request, metrics any) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	c, err := m.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	a, err := ask(c, bufio.NewReader(io.LimitReader(c, maxAnswer)), q, metrics)
	if errors.Is(err, io.EOF) || errors.Is(err, unix.ECONNRESET) || errors.Is(err, unix.EPIPE) {
		if e := m.refresh(); e == nil && !m.Alive() {
			err = &NotRunningError{m.Name, m.Status}
		}
	}
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("its runner does not answer: %w", ctx.Err())
	}
	var nr *NotRunningError
	if err != nil && !errors.As(err, &nr) {
		err = fmt.Errorf("machine %s: %w", m.Name, err)
	}
	return a, err
}

func ask(w io.Writer, r *bufio.Reader, q Request, metrics any) (*Answer, error) {
	q.V = APIVersion
	b, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return nil, err
	}
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		var rest []byte
		first := append([]byte{}, line...)
		rest, err = r.ReadBytes('\n')
		line = append(first, rest...)
	}
	if err != nil {
		return nil, err
	}
	a := Answer{Metrics: metrics}
	if err := json.Unmarshal(line, &a); err != nil {
		return nil, err
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	return &a, nil
}

// Signal gives the program a signal; SIGKILL ends the machine at once.
func (m *Machine) Signal(ctx context.Context, sig unix.Signal) error {
	_, err := m.call(ctx, Request{Do: DoSignal, Signal: int(sig)}, nil)
	return err
}

// stopGrace is how much longer a runner may take to end than its program may.
const stopGrace = 5 * time.Second

// Stop asks the program to end (SIGTERM), ends the machine if it has not within patience, and waits for that. A negative
// patience: it may take as long as it likes; nil: as long as its record says. A machine that has ended is no error.
func (m *Machine) Stop(ctx context.Context, patience *time.Duration) error {
	wait := m.StopTimeout
	if patience != nil {
		wait = *patience
	}
	return m.end(ctx, Request{Do: DoStop, Timeout: patience}, wait)
}

// Kill ends the machine at once and waits for that. A machine that has ended is no error.
func (m *Machine) Kill(ctx context.Context) error { return m.end(ctx, Request{Do: DoKill}, 0) }

// end has the runner end the machine, and ends the runner where it does not.
func (m *Machine) end(ctx context.Context, q Request, patience time.Duration) error {
	if err := m.refresh(); err != nil || !m.Alive() {
		return err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if patience >= 0 {
		limited, cancel = context.WithTimeout(ctx, patience+stopGrace)
	}
	defer cancel()
	_, err := m.call(limited, q, nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // it is being made, is between two lives, or hangs
		if err := m.refresh(); err != nil || !m.Alive() {
			return err
		}
		if err := m.terminate(); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	if _, err := m.Wait(limited); err == nil || ctx.Err() != nil {
		return err
	}
	return m.killRunner()
}

// Metrics reads the machine's figures into v.
func (m *Machine) Metrics(ctx context.Context, v any) error {
	_, err := m.call(ctx, Request{Do: DoMetrics}, v)
	return err
}

// Attachment is a connection to what a machine's program reads and writes.
type Attachment struct {
	c  *net.UnixConn
	r  *bufio.Reader
	mu sync.Mutex
}

// Attach connects to the program's output, and with input to its standard input.
func (m *Machine) Attach(ctx context.Context, input bool) (*Attachment, error) {
	c, err := m.dial(ctx)
	if err != nil {
		return nil, err
	}
	a := &Attachment{c: c, r: bufio.NewReaderSize(c, 2*maxFrame)}
	if _, err := ask(c, a.r, Request{Do: DoAttach, Input: input}, nil); err != nil {
		c.Close()
		return nil, fmt.Errorf("machine %s: %w", m.Name, err)
	}
	return a, nil
}

// Close ends the connection. The machine goes on.
func (a *Attachment) Close() error { return a.c.Close() }

// Read gives the next piece of output, and the stream that it is of.
func (a *Attachment) Read(b []byte) (stream int, p []byte, err error) {
	kind, p, err := readFrame(a.r, b)
	return int(kind), p, err
}

// Write sends input to the program.
func (a *Attachment) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		k := min(len(p)-done, maxFrame/2)
		if err := a.send(FrameInput, p[done:done+k]); err != nil {
			return done, err
		}
		done += k
	}
	return done, nil
}

// Resize tells the size of the terminal.
func (a *Attachment) Resize(rows, cols int) error {
	b := binary.BigEndian.AppendUint16(nil, uint16(rows))
	return a.send(FrameResize, binary.BigEndian.AppendUint16(b, uint16(cols)))
}

func (a *Attachment) send(kind byte, p []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.c.Write(appendFrame(nil, kind, p))
	return err
}
