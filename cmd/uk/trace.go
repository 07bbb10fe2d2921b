package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/outfile"
)

// traceFlags are those of uk run that ask for the program's system calls.
type traceFlags struct {
	set   string
	file  string
	times []string
	fs    *pflag.FlagSet
}

// Words of --trace-times.
var traceTimes = []string{"clock", "since", "spent"}

func (f *traceFlags) declare(fs *pflag.FlagSet) {
	f.fs = fs
	fs.StringVar(&f.set, "trace", "", "show the program's system calls, as strace does; SET: names of calls, "+strings.Join(launch.TraceClasses(), ", ")+", with commas between; ! in front: all others")
	fs.Lookup("trace").NoOptDefVal = "all"
	fs.StringVar(&f.file, "trace-file", "", "write the trace to this file, not to standard error")
	fs.StringSliceVar(&f.times, "trace-times", nil, "add times to the trace: clock (of day), since (the line before), spent (in the call)")
}

// options are nil where no trace is wanted. The second result finishes the trace.
func (f *traceFlags) options() (*uk.TraceOptions, func() error, error) {
	done := func() error { return nil }
	if !f.fs.Changed("trace") {
		if f.file != "" || f.times != nil {
			return nil, nil, usagef("run", "--trace-file and --trace-times go with --trace")
		}
		return nil, done, nil
	}
	t := &uk.TraceOptions{Set: f.set}
	for _, w := range f.times {
		if !slices.Contains(traceTimes, w) {
			return nil, nil, usagef("run", "--trace-times %s: use %s", w, strings.Join(traceTimes, ", "))
		}
		t.Clock, t.Since, t.Spent = t.Clock || w == "clock", t.Since || w == "since", t.Spent || w == "spent"
	}
	if err := t.Check(); err != nil {
		return nil, nil, usagef("run", "--trace: %v", err)
	}
	if f.file != "" {
		out, err := outfile.Stream(f.file)
		if err != nil {
			return nil, nil, fmt.Errorf("--trace-file %w", err)
		}
		var w io.Writer
		var flush func() error
		w, flush = launch.TraceFile(out)
		t.Out, done = w, func() error {
			err := flush()
			if e := out.Close(); err == nil {
				err = e
			}
			return err
		}
	}
	return t, done, nil
}
