package machines

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	recordFile = "machine.json"
	stateFile  = "state"

	// StateSize is what the file of a state takes, whatever it says.
	StateSize = 4096
	// maxRecord is the largest machine.json that is read; environments are part of it.
	maxRecord = 8 << 20
	// maxError is how much of an error a state keeps.
	maxError = 1024
)

// Record is how a machine was started. It is never changed.
type Record struct {
	Version int       `json:"version"` // 1
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	// CreatedAt is the same on a clock that is not set.
	CreatedAt Moment   `json:"created_at,omitempty"`
	Image     string   `json:"image"`   // the program, manifest or image, as it was typed
	Command   []string `json:"command"` // it and its arguments
	Ports     []string `json:"ports"`   // those that are published, as --publish takes them
	// Foreground machines have a terminal or a program that waits for them, and are not started again.
	Foreground  bool    `json:"foreground"`
	Interactive bool    `json:"interactive"` // its standard input is for those who attach
	Terminal    bool    `json:"terminal"`
	AutoRemove  bool    `json:"auto_remove"` // nothing is kept of it once it has ended
	Restart     Restart `json:"restart"`
	LogLimit    int64   `json:"log_limit"` // bytes
	// StopTimeout is how long the program may take to end when it is asked to.
	StopTimeout time.Duration `json:"stop_timeout_ns"`
	Again       Start         `json:"again"`
}

// Start is the command line that started a machine.
type Start struct {
	Dir  string   `json:"dir"`
	Args []string `json:"args"` // without the tool's own name
	Env  []string `json:"env"`
}

// Statuses of a machine.
const (
	StatusStarting   = "starting"   // the image is being made, or the kernel boots
	StatusRunning    = "running"    // the program runs
	StatusRestarting = "restarting" // it has ended and is about to be started again
	StatusExited     = "exited"
	StatusDead       = "dead" // its runner ended without a word
)

// State is how a machine is.
type State struct {
	// Seq counts the states, and Seq2 is the same: else the file was read while it was written.
	Seq    uint64 `json:"seq"`
	Status string `json:"status"`
	PID    int    `json:"pid"` // of the runner
	// Supervisor is the process that starts it again; 0: none does.
	Supervisor int       `json:"supervisor,omitempty"`
	Started    time.Time `json:"started,omitzero"`
	Finished   time.Time `json:"finished,omitzero"`
	StartedAt  Moment    `json:"started_at,omitempty"`
	FinishedAt Moment    `json:"finished_at,omitempty"`
	// ExitCode is what `uk run` would have ended with.
	ExitCode int    `json:"exit_code"`
	Error    string `json:"error,omitempty"` // why, if it is not the program's own status
	// Stopped: somebody asked for the end, so that it is not started again.
	Stopped  bool   `json:"stopped"`
	Restarts int    `json:"restarts"`
	Seq2     uint64 `json:"seq2"`
}

// writeState replaces the state with s, in one write.
func writeState(f *os.File, s *State) error {
	s.Seq++
	s.Seq2 = s.Seq
	s.Error = s.Error[:min(len(s.Error), maxError)]
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	for len(b) > StateSize-1 { // an error of quotation marks, say
		s.Error = s.Error[:len(s.Error)/2]
		if b, err = json.Marshal(s); err != nil {
			return err
		}
	}
	b = append(b, bytes.Repeat([]byte{' '}, StateSize-1-len(b))...)
	_, err = f.WriteAt(append(b, '\n'), 0)
	return err
}

// readState reads the state of the machine in dir.
func readState(dir string) (State, error) {
	f, err := os.Open(filepath.Join(dir, stateFile))
	if err != nil {
		return State{}, err
	}
	defer f.Close()
	return parseState(f)
}

// parseState reads a state, which may be written meanwhile.
func parseState(f *os.File) (State, error) {
	b := make([]byte, StateSize)
	for range 100 {
		n, err := f.ReadAt(b, 0)
		if err != nil && err != io.EOF {
			return State{}, err
		}
		var s State
		if err := json.Unmarshal(b[:n], &s); err == nil && s.Seq == s.Seq2 {
			return s, nil
		}
		time.Sleep(time.Millisecond)
	}
	return State{}, fmt.Errorf("%s: is damaged: end its process and remove the folder", f.Name())
}

// readRecord reads how the machine in dir was started.
func readRecord(dir string) (*Record, error) {
	name := filepath.Join(dir, recordFile)
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err != nil {
		return nil, err
	}
	var r Record
	if err := json.Unmarshal(b, &r); err != nil || len(b) > maxRecord {
		return nil, fmt.Errorf("%s: is damaged: end its process and remove the folder", name)
	}
	if r.Version != 1 {
		return nil, fmt.Errorf("%s: version %d: another uk made it", name, r.Version)
	}
	return &r, nil
}
