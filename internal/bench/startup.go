package main

import (
	"context"
	"fmt"

	"uk"
	"uk/kvmboot"
)

// startUp prints the timeline that `uk report` takes, and what a guest costs the
// host; docs/report.md explains both.
func (b *bench) startUp() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	r, err := uk.MakeReport(context.Background(), b.hello, uk.ReportOptions{Measure: &uk.MeasureOptions{Runner: []string{b.uk, "runner"}, Runs: b.rounds}})
	if err != nil {
		return nil, err
	}
	var fs []figure
	before := 0.0
	for _, m := range r.Runtime.Timeline {
		f := figure{name: "hello, until " + m.Name + ": " + m.What, value: m.Micro, unit: "µs", note: fmt.Sprintf("+%.0f µs, %.0f to %.0f", m.Micro-before, m.Min, m.Max)}
		if m.TSC != nil {
			f.note += fmt.Sprintf("; %.0f by the guest's TSC since its first instruction", *m.TSC)
		}
		before = m.Micro
		if m.Name != "exec" {
			fs = append(fs, f)
		}
	}
	kb := func(name string, n int64) { fs = append(fs, figure{name: name, value: float64(n >> 10), unit: "KB"}) }
	if u := r.Runtime.Guest.Boot; u != nil {
		kb("hello, guest memory touched at main()", u.Touched)
		kb("hello, guest page tables at main()", u.Tables)
	}
	if p := r.Runtime.Runner.Boot; p != nil {
		kb("hello, PSS of the runner at main()", p.PSS)
		kb("hello, PSS that a further guest adds", r.Runtime.Runner.Further)
	}
	return fs, nil
}
