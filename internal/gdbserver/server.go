package gdbserver

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// Thread is one of the target's.
type Thread struct {
	ID   int
	Name string
}

// Library is a file that the program has loaded.
type Library struct {
	Path               string // that File opens
	Map, Bias, Dynamic uint64 // link_map, l_addr, l_ld
}

// Signals, by Linux's numbers, which those below 32 share with gdb's where the target uses them.
const (
	sigInt  = 2
	sigTrap = 5
)

// StopKind is why the target stands still.
type StopKind int

// Kinds of stops.
const (
	StopSignal     StopKind = iota // Stop.Signal
	StopBreakpoint                 // of Target.SetBreak
	StopStep
	StopWatch   // Stop.Address
	StopLibrary // the list of libraries changed
	StopExited  // Stop.Code
	StopKilled  // Stop.Signal ended the program
)

// Stop says why the target stands still.
type Stop struct {
	Kind    StopKind
	Thread  int
	Signal  int
	Code    int
	Address uint64
	Read    bool // a watch for reads
}

// BreakKind is a kind of breakpoint.
type BreakKind int

// Kinds of breakpoints, by their numbers in packets.
const (
	BreakSoftware BreakKind = iota
	BreakHardware
	WatchWrite
	WatchRead
	WatchAccess
)

// ErrUnsupported is the error of a kind of breakpoint that the target has not.
var ErrUnsupported = errors.New("not supported")

// Target is what is debugged. All is called from one goroutine, while the target stands still, but for Wait.
type Target interface {
	Threads() []Thread
	Registers(thread int) (*Registers, error)
	SetRegisters(thread int, r *Registers) error
	AVX() bool
	ReadMemory(addr uint64, b []byte) int
	WriteMemory(addr uint64, b []byte) error
	SetBreak(kind BreakKind, addr uint64, size int) error
	ClearBreak(kind BreakKind, addr uint64, size int) error
	Resume(step int) error // step: a thread that makes a step; 0: none
	// Wait waits until the target stands still; interrupt asks for that.
	Wait(interrupt <-chan struct{}) (Stop, error)
	Last() Stop // the last stop
	Auxv() []byte
	Libraries() (main uint64, list []Library)
	Program() string // the program's file
	File(path string) (io.ReaderAt, int64, error)
	Detach() error
	Kill()
}

// session is one connection.
type session struct {
	conn
	t       Target
	thread  int // that g, G and p are about
	packets chan packet
	files   map[int]file
	next    int // number of the next file
	listed  []Thread
}

type packet struct {
	data string
	err  error
}

type file struct {
	r    io.ReaderAt
	size int64
}

// maxFiles bounds the files that gdb has open.
const maxFiles = 64

// Serve answers gdb on a connection until it is closed, detaches or the target ends. detached: the target runs on.
func Serve(nc net.Conn, t Target) (detached bool, err error) {
	s := &session{conn: conn{r: bufio.NewReaderSize(nc, 4096), w: nc}, t: t, packets: make(chan packet, 16), files: map[int]file{}}
	s.thread = t.Last().Thread
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			data, err := s.read()
			select {
			case s.packets <- packet{data, err}:
			case <-done:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		p := <-s.packets
		if p.err != nil {
			return false, p.err
		}
		if p.data == "\x03" {
			continue // it stands still
		}
		answer, end, err := s.handle(p.data)
		if err != nil {
			return false, err
		}
		if answer != nil {
			if err := s.write(*answer); err != nil {
				return false, err
			}
		}
		if end {
			return p.data[0] == 'D', nil
		}
	}
}

func text(s string) *string { return &s }

var ok, failed, none = text("OK"), text("E01"), text("")

// errMemory is what gdb takes for memory that is not there.
var errMemory = text("E14")

// handle answers a packet; end: the connection is over.
func (s *session) handle(p string) (answer *string, end bool, err error) {
	if p == "" {
		return none, false, nil
	}
	rest := p[1:]
	switch p[0] {
	case '?':
		return text(s.stopped(s.t.Last())), false, nil
	case 'g':
		r, err := s.t.Registers(s.thread)
		if err != nil {
			return failed, false, nil
		}
		return text(r.encode(s.t.AVX())), false, nil
	case 'G':
		r, err := s.t.Registers(s.thread)
		if err != nil || !r.decode(rest, s.t.AVX()) || s.t.SetRegisters(s.thread, r) != nil {
			return failed, false, nil
		}
		return ok, false, nil
	case 'm':
		return s.readMemory(rest), false, nil
	case 'M', 'X':
		return s.writeMemory(p[0] == 'X', rest), false, nil
	case 'H':
		if id, good := threadID(rest[min(1, len(rest)):]); good {
			if id > 0 {
				s.thread = id
			}
			return ok, false, nil
		}
		return failed, false, nil
	case 'T':
		id, _ := threadID(rest)
		for _, t := range s.t.Threads() {
			if t.ID == id {
				return ok, false, nil
			}
		}
		return failed, false, nil
	case 'Z', 'z':
		return s.breakpoint(p[0] == 'Z', rest), false, nil
	case 'c', 's', 'C', 'S':
		return s.resume(p[0] == 's' || p[0] == 'S', s.thread)
	case 'D':
		if err := s.t.Detach(); err != nil {
			return failed, false, nil
		}
		return ok, true, nil
	case 'k':
		s.t.Kill()
		return nil, true, nil
	case 'v':
		return s.verbose(p)
	case 'q', 'Q':
		return s.query(p), false, nil
	}
	return none, false, nil
}

// threadID reads a thread's number: hexadecimal, or -1 for all, which is 0 here.
func threadID(text string) (int, bool) {
	if text == "-1" || text == "0" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 16, 32)
	return int(n), err == nil && n > 0
}

// span reads ADDR,LENGTH.
func span(text string) (addr, n uint64, good bool) {
	a, l, found := strings.Cut(text, ",")
	addr, err1 := strconv.ParseUint(a, 16, 64)
	n, err2 := strconv.ParseUint(l, 16, 64)
	return addr, n, found && err1 == nil && err2 == nil
}

func (s *session) readMemory(rest string) *string {
	addr, n, good := span(rest)
	if !good {
		return failed
	}
	b := make([]byte, min(n, maxPacket/2-16))
	got := s.t.ReadMemory(addr, b)
	if got == 0 && n > 0 {
		return errMemory
	}
	return text(hex.EncodeToString(b[:got]))
}

func (s *session) writeMemory(binary bool, rest string) *string {
	head, data, found := strings.Cut(rest, ":")
	addr, n, good := span(head)
	if !found || !good {
		return failed
	}
	b := []byte(data)
	if !binary {
		var err error
		if b, err = hex.DecodeString(data); err != nil {
			return failed
		}
	}
	if uint64(len(b)) != n {
		return failed
	}
	if n > 0 && s.t.WriteMemory(addr, b) != nil {
		return errMemory
	}
	return ok
}

func (s *session) breakpoint(set bool, rest string) *string {
	kind, rest, found := strings.Cut(rest, ",")
	rest, _, _ = strings.Cut(rest, ";")
	addr, size, good := span(rest)
	k, err := strconv.Atoi(kind)
	if !found || !good || err != nil || size > 1<<16 {
		return failed
	}
	if k < int(BreakSoftware) || k > int(WatchAccess) {
		return none
	}
	if set {
		err = s.t.SetBreak(BreakKind(k), addr, int(size))
	} else {
		err = s.t.ClearBreak(BreakKind(k), addr, int(size))
	}
	switch {
	case errors.Is(err, ErrUnsupported):
		return none
	case err != nil:
		return errMemory
	}
	return ok
}

// resume lets the target run until it stands still again.
func (s *session) resume(step bool, thread int) (answer *string, end bool, err error) {
	if !step {
		thread = 0
	}
	if err := s.t.Resume(thread); err != nil {
		return failed, false, nil
	}
	interrupt := make(chan struct{}, 1)
	finished := make(chan struct{})
	lost := make(chan error, 1)
	go func() { // while it runs, gdb says nothing but that it is to stop
		for {
			select {
			case p := <-s.packets:
				if p.err != nil || p.data == "\x03" {
					select {
					case interrupt <- struct{}{}:
					default:
					}
				}
				if p.err != nil {
					lost <- p.err
					return
				}
			case <-finished:
				lost <- nil
				return
			}
		}
	}()
	stop, err := s.t.Wait(interrupt)
	close(finished)
	if e := <-lost; e != nil {
		return nil, false, e
	}
	if err != nil {
		return nil, false, err
	}
	if stop.Thread != 0 {
		s.thread = stop.Thread
	}
	return text(s.stopped(stop)), stop.Kind == StopExited || stop.Kind == StopKilled, nil
}

// stopped is the packet that says why the target stands still.
func (s *session) stopped(stop Stop) string {
	switch stop.Kind {
	case StopExited:
		return fmt.Sprintf("W%02x", stop.Code&0xff)
	case StopKilled:
		return fmt.Sprintf("X%02x", gdbSignal(stop.Signal))
	}
	signal := sigTrap
	if stop.Kind == StopSignal {
		signal = stop.Signal
	}
	text := fmt.Sprintf("T%02x", gdbSignal(signal))
	switch stop.Kind {
	case StopBreakpoint:
		text += "swbreak:;"
	case StopLibrary:
		text += "library:;"
	case StopWatch:
		word := "watch"
		if stop.Read {
			word = "awatch"
		}
		text += fmt.Sprintf("%s:%x;", word, stop.Address)
	}
	if stop.Thread != 0 {
		text += fmt.Sprintf("thread:%x;", stop.Thread)
	}
	return text
}

// gdbSignal gives gdb's number of Linux's signal (gdb's include/gdb/signals.def).
func gdbSignal(n int) int {
	numbers := map[int]int{7: 10, 10: 30, 12: 31, 17: 20, 18: 19, 19: 17, 20: 18, 23: 16, 29: 23, 30: 32, 31: 12}
	if g, other := numbers[n]; other {
		return g
	}
	return n
}

// verbose answers packets that begin with v.
func (s *session) verbose(p string) (answer *string, end bool, err error) {
	switch {
	case p == "vCont?":
		return text("vCont;c;C;s;S"), false, nil
	case strings.HasPrefix(p, "vCont;"):
		for action := range strings.SplitSeq(p[len("vCont;"):], ";") {
			what, who, _ := strings.Cut(action, ":")
			if what == "" {
				return failed, false, nil
			}
			if what[0] == 's' || what[0] == 'S' {
				id := s.thread
				if n, good := threadID(who); good && n > 0 {
					id = n
				}
				return s.resume(true, id)
			}
			if what[0] != 'c' && what[0] != 'C' {
				return failed, false, nil
			}
		}
		return s.resume(false, 0)
	case strings.HasPrefix(p, "vKill"):
		s.t.Kill()
		return ok, true, nil
	case strings.HasPrefix(p, "vFile:"):
		return s.file(p[len("vFile:"):]), false, nil
	}
	return none, false, nil
}
