package machines

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// APIVersion is the version of the requests below. Fields and requests may be added to it; what is there stays.
const APIVersion = 1

// socketFile is where a runner answers.
const socketFile = "control.sock"

// Request is one line that a client sends on a machine's control socket, as JSON. The answer is one line, too. One
// connection may ask any number of things, but Attach is the last.
type Request struct {
	V  int    `json:"v"` // APIVersion
	Do string `json:"do"`
	// Signal is a number, for DoSignal.
	Signal int `json:"signal,omitempty"`
	// Timeout is how long the program may take to end, in nanoseconds, for DoStop; nil: what its record says.
	Timeout *time.Duration `json:"timeout_ns,omitempty"`
	// Input asks for the program's standard input, for DoAttach: one client at a time has it.
	Input bool `json:"input,omitempty"`
}

// What Request.Do can be.
const (
	DoInspect = "inspect" // Answer.Machine
	DoMetrics = "metrics" // Answer.Metrics
	DoSignal  = "signal"  // the program gets a signal
	DoStop    = "stop"    // SIGTERM, and the end after a time
	DoKill    = "kill"    // the end at once
	DoAttach  = "attach"  // frames follow, in both directions
)

// Answer is the line that answers a request.
type Answer struct {
	V       int    `json:"v"`
	Error   string `json:"error,omitempty"` // "": it was done
	Machine *View  `json:"machine,omitempty"`
	Metrics any    `json:"metrics,omitempty"`
}

// View is a machine as others are shown it, on the socket and by --json.
type View struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Status      string     `json:"status"`
	Image       string     `json:"image"`
	Command     []string   `json:"command"`
	Created     time.Time  `json:"created"`
	Started     *time.Time `json:"started"`
	Finished    *time.Time `json:"finished"`
	ExitCode    *int       `json:"exit_code"` // null: it has not ended
	Error       string     `json:"error"`
	PID         int        `json:"pid"` // 0: it has ended
	Ports       []string   `json:"ports"`
	Restart     string     `json:"restart"`
	Restarts    int        `json:"restarts"`
	Foreground  bool       `json:"foreground"`
	Interactive bool       `json:"interactive"`
	Terminal    bool       `json:"terminal"`
	AutoRemove  bool       `json:"auto_remove"`
	LogLimit    int64      `json:"log_limit"`
	Folder      string     `json:"folder"`
	Socket      string     `json:"socket"`
}

// View is what others are shown of the machine.
func (m *Machine) View() *View {
	v := &View{
		ID: m.ID, Name: m.Name, Status: m.Status, Image: m.Image, Command: m.Command, Created: m.Created.UTC(), Error: m.Error,
		Ports: append([]string{}, m.Ports...), Restart: m.Record.Restart.String(), Restarts: m.Restarts, Foreground: m.Foreground,
		Interactive: m.Interactive, Terminal: m.Terminal, AutoRemove: m.AutoRemove, LogLimit: m.LogLimit,
		Folder: m.dir, Socket: m.Socket(),
	}
	if m.Status == StatusRunning || m.Status == StatusStarting {
		v.PID = m.PID
	}
	if t := m.Started.UTC(); !m.Started.IsZero() {
		v.Started = &t
	}
	if !m.Alive() || m.Status == StatusRestarting {
		v.ExitCode = &m.ExitCode
		if t := m.Finished.UTC(); !m.Finished.IsZero() {
			v.Finished = &t
		}
	}
	return v
}

// Frames of an attached connection begin with 8 bytes: kind, three zeros, the length of what follows (big-endian), as
// Docker's do.
const (
	FrameInput  = 0 // to the program's standard input
	FrameStdout = Stdout
	FrameStderr = Stderr
	FrameResize = 4 // rows and columns of the client's terminal, 16 bits each, big-endian

	frameHeader = 8
	maxFrame    = 64 << 10
)

func appendFrame(b []byte, kind byte, p []byte) []byte {
	b = append(b, kind, 0, 0, 0)
	return append(binary.BigEndian.AppendUint32(b, uint32(len(p))), p...)
}

// readFrame reads a frame into b, which has room for the largest.
func readFrame(r io.Reader, b []byte) (kind byte, p []byte, err error) {
	var h [frameHeader]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(h[4:])
	if n > maxFrame || int(n) > len(b) {
		return 0, nil, fmt.Errorf("frame of %d bytes: at most %d", n, maxFrame)
	}
	_, err = io.ReadFull(r, b[:n])
	return h[0], b[:n], err
}
