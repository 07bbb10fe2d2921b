package kvmboot

import (
	"fmt"
	"time"

	"uk.example/internal/abi"
)

// Kind tells how a guest ended.
type Kind int

const (
	// KindNone: the guest did not start.
	KindNone Kind = iota
	// KindExit: the program ended; Code is its exit status.
	KindExit
	// KindSignal: the program was killed; Code is the signal's number.
	KindSignal
	// KindPanic: the kernel gave up (Code is its word for why), or the virtual
	// machine could not go on.
	KindPanic
	// KindTimeout: the context's deadline passed.
	KindTimeout
	// KindCanceled: the context was canceled.
	KindCanceled
)

func (k Kind) String() string {
	switch k {
	case KindExit:
		return "exit"
	case KindSignal:
		return "signal"
	case KindPanic:
		return "panic"
	case KindTimeout:
		return "timeout"
	case KindCanceled:
		return "canceled"
	}
	return "none"
}

// Status is what became of one run.
type Status struct {
	Kind Kind
	Code int // 0..255, see Kind

	// Setup is the time from the call of Run to the first instruction of the
	// guest; Total to the return from Run. Under QEMU Setup is zero.
	Setup, Total time.Duration
	// Exits counts returns from the guest to the runner, over all processors.
	Exits int64
	// Resident is the guest memory, in bytes, that the host had to provide by the
	// end of the run; only filled with Config.Stats.
	Resident int64
	// Sandbox says in words what confined the process, "" without Config.Confine.
	Sandbox string
	// Timeline is what Config.Marks asked for, nil without.
	Timeline *Timeline
}

// ExitCode is the exit status for a command that ran the guest: the program's
// own, 128+signal, 125 for a panic or failure of the machine, 124 for a
// timeout, 130 for a canceled run, 1 when it did not start.
func (s Status) ExitCode() int {
	switch s.Kind {
	case KindExit:
		return s.Code & 0xff
	case KindSignal:
		return 128 + s.Code&0x7f
	case KindPanic:
		return 125
	case KindTimeout:
		return 124
	case KindCanceled:
		return 130
	}
	return 1
}

func (s Status) String() string {
	switch s.Kind {
	case KindExit, KindSignal, KindPanic:
		return fmt.Sprintf("%v %d", s.Kind, s.Code)
	}
	return s.Kind.String()
}

// RunsWord asks the guest to say abi.StatusRuns when its program begins.
const RunsWord = abi.CmdReady + "=1"

// StatusPorts gathers what the guest says at abi.PortStatus: two bytes, kind and
// value. The last pair written counts.
type StatusPorts struct{ Last []byte }

// Take takes a byte, and tells whether the pair that it completes says that the program runs.
func (p *StatusPorts) Take(b byte) (runs bool) {
	if len(p.Last) == 2 {
		p.Last = p.Last[:0]
	}
	p.Last = append(p.Last, b)
	return len(p.Last) == 2 && p.Last[0] == abi.StatusRuns
}

// Status maps the pair to a Status; ok is false when the guest ended without a
// word or with one that this package does not know.
func (p *StatusPorts) Status() (s Status, ok bool) {
	if len(p.Last) != 2 {
		return Status{Kind: KindPanic}, false
	}
	s.Code = int(p.Last[1])
	switch p.Last[0] {
	case abi.StatusExit:
		s.Kind = KindExit
	case abi.StatusSignal:
		s.Kind = KindSignal
	case abi.StatusPanic:
		s.Kind = KindPanic
	default:
		return Status{Kind: KindPanic}, false
	}
	return s, true
}
