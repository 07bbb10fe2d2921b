package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Signals that end a command. (SIGABRT is that of watchdogs, at which the runtime would print its stacks.) The first asks it to end, a second ends it at once.
var endSignals = []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGQUIT, unix.SIGHUP, unix.SIGABRT}

// Signals besides those that a guest's program gets.
var passedSignals = []os.Signal{unix.SIGUSR1, unix.SIGUSR2, unix.SIGCONT}

// defaultStop is how long a program may take to end after the signal that asks it to.
const defaultStop = 10 * time.Second

// sameRequest is how soon after a signal the same one is no second request: timeout(1) sends its own to the command and
// then to the whole process group.
const sameRequest = 100 * time.Millisecond

// signals are those that this process is sent.
type signals struct {
	cancel context.CancelFunc
	in     chan os.Signal

	mu    sync.Mutex
	pass  chan<- unix.Signal // to the guest's program, nil while none runs
	stop  time.Duration      // how long it may take
	first unix.Signal        // of those that end, 0: none came
	since time.Time          // when that came
	came  map[unix.Signal]bool
}

// newSignals takes the signals that end this process. The context ends with the first, unless a
// guest runs.
func newSignals(ctx context.Context) (context.Context, *signals) {
	ctx, cancel := context.WithCancel(ctx)
	s := &signals{cancel: cancel, in: make(chan os.Signal, 16), came: map[unix.Signal]bool{}}
	s.notify(endSignals)
	go func() {
		for sig := range s.in {
			s.take(sig.(unix.Signal))
		}
	}()
	return ctx, s
}

// notify asks for signals, but for those that this process was started to ignore, as by nohup.
func (s *signals) notify(list []os.Signal) {
	for _, sig := range list {
		if !signal.Ignored(sig) {
			signal.Notify(s.in, sig)
		}
	}
}

// toGuest passes signals on from now on: what it returns is the guest's. After one that ends
// programs the guest has the time stop.
func (s *signals) toGuest(stop time.Duration) chan unix.Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	guest := make(chan unix.Signal, cap(s.in))
	s.pass, s.stop = guest, stop
	s.notify(passedSignals)
	return guest
}

func (s *signals) take(sig unix.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came[sig] = true
	asksEnd := sig == unix.SIGINT || sig == unix.SIGTERM || sig == unix.SIGQUIT || sig == unix.SIGABRT || sig == unix.SIGHUP && s.pass == nil
	if asksEnd && s.first != 0 {
		if sig != s.first || time.Since(s.since) > sameRequest {
			s.again()
		}
		return
	}
	if asksEnd {
		s.first, s.since = sig, time.Now()
	}
	switch {
	case s.pass == nil:
		s.cancel()
	case asksEnd:
		time.AfterFunc(s.stop, s.cancel)
		fallthrough
	default:
		select {
		case s.pass <- sig:
		default: // nobody takes them any more
		}
	}
}

// again is a second signal that asks for the end.
func (s *signals) again() {
	if s.pass == nil {
		os.Exit(128 + int(s.first))
	}
	s.pass = nil // a third ends this process
	s.cancel()
}

// sent tells whether signal n came here: whoever sent it knows what ended the program.
func (s *signals) sent(n int) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came[unix.Signal(n)]
}

// status is the exit status of what a signal ended.
func (s *signals) status() int {
	if s == nil {
		return exitInterrupted
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first == 0 {
		return exitInterrupted // Ctrl-] twice
	}
	return 128 + int(s.first)
}
