package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"uk.example"
	"uk.example/internal/explain"
	"uk.example/kvmboot"
)

// startUp prints the timeline that `uk report` takes, and what a guest costs the
// host; docs/report.md explains both.
func (b *bench) startUp() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	r, err := explain.MakeReport(context.Background(), b.hello, uk.ReportOptions{Measure: &explain.MeasureOptions{Runner: []string{b.uk, "runner"}, Runs: b.rounds}})
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
	modules, err := b.moduleMemory()
	if err != nil {
		return fs, err
	}
	fs = append(fs, modules...)
	if p := r.Runtime.Runner.Boot; p != nil {
		kb("hello, PSS of the runner at main()", p.PSS)
		kb("hello, PSS that a further guest adds", r.Runtime.Runner.Further)
	}
	return fs, nil
}

// moduleMemory is what a driver that nothing uses costs a guest that has it as a
// module, built in, and not at all; always at the same addresses.
func (b *bench) moduleMemory() ([]figure, error) {
	manifest := filepath.Join(b.dir, "native-example", "vsock.manifest")
	if err := os.WriteFile(manifest, []byte("[manifest]\n/hello: hello\n[app]\ncommand = /hello\n[kernel]\naslr = off\n"), 0o600); err != nil {
		return nil, err
	}
	var fs []figure
	for _, v := range []string{"n", "y", "m"} {
		img, err := uk.Build(context.Background(), uk.Options{Manifest: manifest, Drivers: []string{"vsock=" + v}, Output: filepath.Join(b.dir, "vsock-"+v+".uk")})
		if err != nil {
			return nil, err
		}
		r, err := explain.MakeReport(context.Background(), img.Dir, uk.ReportOptions{Measure: &explain.MeasureOptions{Runner: []string{b.uk, "runner"}, Runs: 1}})
		if err != nil {
			return nil, err
		}
		if u := r.Runtime.Guest.Boot; u != nil {
			fs = append(fs, figure{name: "hello with vsock=" + v + ", memory touched at main()", value: float64(u.Touched), unit: "B"})
		}
	}
	return fs, nil
}
