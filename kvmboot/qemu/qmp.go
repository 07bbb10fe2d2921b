package qemu

import (
	"encoding/json"
	"math"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot"
	"uk.example/kvmboot/guestmem"
)

// qmp is a connection to QEMU's monitor (its docs/interop/qmp-spec), by which a
// balloon is blown up: QEMU has no argument for that. Answers and events are JSON
// objects one after the other.
type qmp struct {
	ours, theirs *os.File
	memory       int64
	b            *kvmboot.Balloon

	mu   sync.Mutex // held while a command is written
	done chan struct{}
}

// newQMP makes the connection; theirs goes to QEMU.
func newQMP(cfg *kvmboot.Config) (*qmp, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &qmp{
		ours: os.NewFile(uintptr(fds[0]), "qmp"), theirs: os.NewFile(uintptr(fds[1]), "qmp"),
		memory: cfg.Memory, b: cfg.Balloon, done: make(chan struct{}),
	}, nil
}

// command is one of QMP's; what QEMU has against it comes as an answer that nobody reads.
type command struct {
	Execute   string         `json:"execute"`
	Arguments map[string]any `json:"arguments,omitempty"`
}

func (q *qmp) send(list ...command) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range list {
		if text, err := json.Marshal(c); err == nil {
			_, _ = q.ours.Write(append(text, '\n')) // fails when QEMU has ended
		}
	}
}

// setTarget tells QEMU how much memory the guest shall keep.
func (q *qmp) setTarget() {
	q.send(command{"balloon", map[string]any{"value": q.memory - q.b.Target()}})
}

const (
	qmpBalloon = "/machine/peripheral/balloon"
	qmpAgain   = 100 * time.Millisecond // until the guest may have told something
)

// askStats reads the statistics that QEMU has, as old as a second.
func (q *qmp) askStats() {
	q.send(command{"qom-get", map[string]any{"path": qmpBalloon, "property": "guest-stats"}})
}

// start begins when QEMU runs; QEMU greets first, and keeps what is written before.
func (q *qmp) start() {
	q.theirs.Close()
	q.send(command{"qmp_capabilities", nil})
	q.send(command{"qom-set", map[string]any{"path": qmpBalloon, "property": "guest-stats-polling-interval", "value": 1}})
	q.setTarget()
	go q.listen()
}

// qmpMessage is what of an answer or event is looked at.
type qmpMessage struct {
	Event string `json:"event"`
	Data  struct {
		Actual int64 `json:"actual"`
	} `json:"data"`
	Return json.RawMessage `json:"return"`
}

type qmpStats struct {
	LastUpdate int64 `json:"last-update"`
	Stats      struct {
		Free      uint64 `json:"stat-free-memory"`
		Total     uint64 `json:"stat-total-memory"` // all ones: the guest told nothing yet
		Available uint64 `json:"stat-available-memory"`
	} `json:"stats"`
}

// listen takes what QEMU says until it ends.
func (q *qmp) listen() {
	defer close(q.done)
	d := json.NewDecoder(q.ours)
	for {
		var m qmpMessage
		if err := d.Decode(&m); err != nil {
			return
		}
		if m.Event == "BALLOON_CHANGE" {
			q.b.SetHeld(uint32(max(0, q.memory-m.Data.Actual) / guestmem.PageSize))
		}
		var s qmpStats
		if len(m.Return) > 0 && json.Unmarshal(m.Return, &s) == nil && s.Stats.Total > 0 {
			if s.LastUpdate == 0 || s.Stats.Total == math.MaxUint64 {
				time.AfterFunc(qmpAgain, q.askStats)
				continue
			}
			q.b.SetStats(kvmboot.BalloonStats{Free: s.Stats.Free, Total: s.Stats.Total, Available: s.Stats.Available})
		}
	}
}

// close ends the connection, once QEMU has ended or could not be started.
func (q *qmp) close(started bool) {
	if started {
		<-q.done
	} else {
		q.theirs.Close()
	}
	q.ours.Close()
}
