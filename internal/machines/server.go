package machines

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	maxClients   = 64
	maxRequest   = 16 << 10
	requestWait  = time.Minute      // for the next request of a client
	answerWait   = 10 * time.Second // for a client to take an answer
	attachedRoom = 4 << 20          // bytes that an attached client may be behind
)

func procFD(f *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(f.Fd())) }

// serve takes clients in until the machine ends.
func (r *Runner) serve() {
	for {
		c, err := r.ln.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // descriptors are out, say
			select {
			case <-r.ended:
				return
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		r.mu.Lock()
		refused := r.closed || len(r.clients) >= maxClients || !sameUser(c)
		if !refused {
			r.clients[c] = true
			r.serving.Add(1)
		}
		r.mu.Unlock()
		if refused {
			c.Close()
			continue
		}
		go func() {
			defer r.serving.Done()
			r.client(c)
			r.mu.Lock()
			delete(r.clients, c)
			r.mu.Unlock()
			c.Close()
		}()
	}
}

// sameUser tells whether a client is this user's, or root's. The folder's rights say so already.
func sameUser(c *net.UnixConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	var peer *unix.Ucred
	if raw.Control(func(fd uintptr) { peer, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }) != nil || err != nil {
		return false
	}
	return peer.Uid == uint32(os.Geteuid()) || peer.Uid == 0
}

// client answers one client.
func (r *Runner) client(c *net.UnixConn) {
	in := bufio.NewReaderSize(c, maxRequest)
	for {
		wait := requestWait
		if r.isClosed() {
			return
		}
		_ = c.SetReadDeadline(time.Now().Add(wait))
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			_ = r.answer(c, Answer{Error: fmt.Sprintf("a request of more than %d bytes", maxRequest)})
			return
		}
		if err != nil {
			return
		}
		var q Request
		if err := json.Unmarshal(line, &q); err != nil {
			_ = r.answer(c, Answer{Error: "no request: " + err.Error()})
			return
		}
		if q.V != APIVersion {
			_ = r.answer(c, Answer{Error: fmt.Sprintf("version %d: this machine's runner knows version %d", q.V, APIVersion)})
			return
		}
		if q.Do == DoAttach {
			r.attach(c, in, &q)
			return
		}
		if r.answer(c, r.do(&q)) != nil {
			return
		}
	}
}

func (r *Runner) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

func (r *Runner) answer(c net.Conn, a Answer) error {
	a.V = APIVersion
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_ = c.SetWriteDeadline(time.Now().Add(answerWait))
	_, err = c.Write(append(b, '\n'))
	return err
}

// do carries out a request.
func (r *Runner) do(q *Request) Answer {
	r.mu.Lock()
	ctl, m := r.ctl, Machine{Record: *r.rec, State: r.s, dir: r.dir}
	r.mu.Unlock()
	switch q.Do {
	case DoInspect:
		return Answer{Machine: m.View()}
	case DoMetrics:
		if ctl.Metrics == nil {
			return Answer{Error: "there are no figures of this machine"}
		}
		return Answer{Metrics: ctl.Metrics()}
	case DoKill, DoStop, DoSignal:
		if ctl.End == nil {
			return Answer{Error: "the machine is being made: try again, or end its process"}
		}
	default:
		return Answer{Error: fmt.Sprintf("no request %q", q.Do)}
	}
	switch q.Do {
	case DoSignal:
		if q.Signal < 1 || q.Signal > 64 || q.Signal == int(unix.SIGSTOP) {
			return Answer{Error: fmt.Sprintf("signal %d: no signal for a machine", q.Signal)}
		}
		if q.Signal != int(unix.SIGKILL) {
			ctl.Signal(unix.Signal(q.Signal))
			return Answer{}
		}
		r.kill(ctl)
	case DoKill:
		r.kill(ctl)
	case DoStop:
		patience := r.rec.StopTimeout
		if q.Timeout != nil {
			patience = *q.Timeout
		}
		r.stop(ctl, patience)
	}
	return Answer{}
}

// kill ends the machine at once.
func (r *Runner) kill(ctl Controls) {
	r.setStopped()
	r.end(ctl)
}

func (r *Runner) end(ctl Controls) {
	r.mu.Lock()
	r.killed = r.s.Status != StatusExited
	r.mu.Unlock()
	ctl.End()
}

// stop asks the program to end, and ends the machine if it does not. A negative time: it may take as long as it likes.
func (r *Runner) stop(ctl Controls, patience time.Duration) {
	r.setStopped()
	ctl.Signal(unix.SIGTERM)
	if patience >= 0 {
		time.AfterFunc(patience, func() { r.end(ctl) })
	}
}

func (r *Runner) setStopped() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.Stopped = true
	r.write()
}

// attachment is a client that sees what the program writes.
type attachment struct {
	mu   sync.Mutex
	cond *sync.Cond
	buf  []byte // what it has not got yet
	end  bool
}

func newAttachment() *attachment {
	a := &attachment{}
	a.cond = sync.NewCond(&a.mu)
	return a
}

// add has a frame sent. A client that is far behind gets no more: the program does not wait for it.
func (a *attachment) add(stream int, p []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.buf)+len(p) > attachedRoom {
		a.end = true
	}
	for ; len(p) > 0 && !a.end; p = p[min(len(p), maxFrame):] {
		a.buf = appendFrame(a.buf, byte(stream), p[:min(len(p), maxFrame)])
	}
	a.cond.Signal()
}

func (a *attachment) finish() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end = true
	a.cond.Signal()
}

// next waits for what is to be sent; false: nothing is any more.
func (a *attachment) next() ([]byte, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.buf) == 0 && !a.end {
		a.cond.Wait()
	}
	b := a.buf
	a.buf = nil
	return b, len(b) > 0
}

// attach shows a client what the program writes, and has the program read what it sends, until one of them ends.
func (r *Runner) attach(c *net.UnixConn, in io.Reader, q *Request) {
	a := newAttachment()
	r.mu.Lock()
	var refused string
	switch {
	case r.closed || r.s.Status == StatusExited:
		refused = "the machine has ended"
	case q.Input && r.inEnd == nil:
		refused = "its program reads no input: start it with uk run -d -i"
	case q.Input && r.inFrom != nil:
		refused = "another client has its input"
	}
	if refused != "" {
		r.mu.Unlock()
		_ = r.answer(c, Answer{Error: refused})
		return
	}
	if q.Input {
		r.inFrom = a
	}
	r.attached[a] = true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.attached, a)
		if r.inFrom == a {
			r.inFrom = nil
		}
	}()
	if r.answer(c, Answer{}) != nil {
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	go func() {
		r.input(in, q.Input)
		a.finish()
	}()
	for {
		b, ok := a.next()
		if !ok {
			return
		}
		_ = c.SetWriteDeadline(time.Now().Add(answerWait))
		if _, err := c.Write(b); err != nil {
			return
		}
	}
}

// input takes the frames of a client.
func (r *Runner) input(in io.Reader, program bool) {
	b := make([]byte, maxFrame)
	for {
		kind, p, err := readFrame(in, b)
		if err != nil {
			return
		}
		switch {
		case kind == FrameInput && program:
			if _, err := r.inEnd.Write(p); err != nil {
				return
			}
		case kind == FrameResize && len(p) == 4:
			r.mu.Lock()
			r.rows, r.cols = int(binary.BigEndian.Uint16(p)), int(binary.BigEndian.Uint16(p[2:]))
			r.mu.Unlock()
		}
	}
}
