package explain

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"uk.example/internal/image"
	"uk.example/internal/launch"
	"uk.example/internal/report"
	"uk.example/kvmboot"
)

// runnerOrder is what a measuring process tells the runner that it started, in one
// line on the runner's standard input. After each runnerWord with Held set, and
// when it has enough of a guest that does not end, it sends a line more.
type runnerOrder struct {
	Image      string          `json:"image"`
	Points     []kvmboot.Point `json:"points"`
	Hold       []string        `json:"hold"` // marks at which the guest stands still until told
	SmallPages bool            `json:"small_pages"`
	Memory     bool            `json:"memory"` // look at the guest's memory
}

// Lines after the order.
const (
	runnerGo   = "go"
	runnerStop = "stop"
)

// runnerWord is a line that the runner prints.
type runnerWord struct {
	Held     string            `json:"held,omitempty"`
	Ended    bool              `json:"ended,omitempty"`
	Status   string            `json:"status,omitempty"`
	Timeline *kvmboot.Timeline `json:"timeline,omitempty"`
	Size     int64             `json:"memory,omitempty"` // the guest has
	Error    string            `json:"error,omitempty"`
}

// RunnerMain is the whole of a process that runs an image for [MakeReport], which
// looks at the process from outside: MeasureOptions.Runner is a command that calls
// it. It takes orders from in and answers on out.
func RunnerMain(ctx context.Context, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return errors.New("no order on standard input: `uk report` starts this by itself")
	}
	var order runnerOrder
	if err := json.Unmarshal(lines.Bytes(), &order); err != nil {
		return fmt.Errorf("order on standard input: %w", err)
	}
	enc := json.NewEncoder(out)
	img, err := image.Open(order.Image)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	goOn := make(chan struct{})
	go func() {
		for lines.Scan() && lines.Text() == runnerGo {
			goOn <- struct{}{}
		}
		cancel() // also when who started this is gone
	}()
	cfg := launch.Config(img, launch.Options{SmallPages: order.SmallPages, Confine: true})
	cfg.Marks = &kvmboot.Marks{Points: order.Points, Memory: order.Memory, Stopped: func(m kvmboot.Mark) {
		if !slices.Contains(order.Hold, m.Name) || enc.Encode(runnerWord{Held: m.Name}) != nil {
			return
		}
		select {
		case <-goOn:
		case <-ctx.Done():
		}
	}}
	st, err := kvmboot.Run(ctx, cfg)
	w := runnerWord{Ended: true, Status: st.String(), Timeline: st.Timeline, Size: cfg.Memory}
	if err != nil && !errors.Is(err, context.Canceled) {
		w.Error = err.Error()
	}
	return enc.Encode(w)
}

// readProcess reads what the host says of a process.
func readProcess(pid int) (*report.Process, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return nil, err
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return nil, err
	}
	kb := func(text []byte, name string) int64 { // "Name:   123 kB"
		for line := range bytes.Lines(text) {
			if f := bytes.Fields(line); len(f) >= 2 && string(f[0]) == name+":" {
				n, _ := strconv.ParseInt(string(f[1]), 10, 64)
				return n << 10
			}
		}
		return 0
	}
	return &report.Process{
		RSS: kb(text, "Rss"), PSS: kb(text, "Pss"), Anon: kb(text, "Anonymous"), Tables: kb(status, "VmPTE"),
		Private: kb(text, "Private_Clean") + kb(text, "Private_Dirty"),
		Shared:  kb(text, "Shared_Clean") + kb(text, "Shared_Dirty"),
	}, nil
}
