package kvmboot

import (
	"sync"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
)

// Signals for the guest's program (kernel/core/signal/host.c): the guest writes to the port when it
// takes them, an interrupt tells it of one, and each read takes one, 0 when there is none.
const (
	// signalWord is what the guest is told on its command line.
	signalWord = abi.CmdSignals + "=1"
	// maxSignals is how many may wait.
	maxSignals = 64
)

// hostSignals is that port.
type hostSignals struct {
	mu      sync.Mutex
	taken   bool // the guest takes them
	waiting []byte
}

// write: the guest takes signals from now on.
func (s *hostSignals) write() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = true
}

// read takes the next.
func (s *hostSignals) read() (sig byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) > 0 {
		sig, s.waiting = s.waiting[0], s.waiting[1:]
	}
	return sig
}

// add queues a signal; false: the guest does not take them.
func (s *hostSignals) add(sig byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken && len(s.waiting) < maxSignals {
		s.waiting = append(s.waiting, sig)
	}
	return s.taken
}

// tellsSignals tells whether the guest may be sent a signal: the caller's, or that of writeBack.
func (m *machine) tellsSignals() bool { return m.cfg.Signals != nil || m.writesHost() }

// passSignals gives the guest what comes from Config.Signals until the machine ends. A guest that
// cannot catch any ends as a program does that does not.
func (m *machine) passSignals() {
	for {
		select {
		case sig := <-m.cfg.Signals:
			switch {
			case m.signals.add(byte(sig)):
				m.raise(abi.IRQSignal)
			case EndsByDefault(sig):
				m.finish(Status{Kind: KindSignal, Code: int(sig)}, nil)
				return
			}
		case <-m.done:
			return
		}
	}
}

// EndsByDefault tells whether a signal ends a program that does nothing about it, signal(7).
func EndsByDefault(sig unix.Signal) bool {
	switch sig {
	case unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH, unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		return false
	}
	return true
}
