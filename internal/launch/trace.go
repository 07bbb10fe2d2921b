package launch

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"uk.example/internal/badoption"
	"uk.example/internal/image"
	"uk.example/internal/trace"
	"uk.example/kvmboot"
	"uk.example/symbols"
)

// TraceOptions ask for lines of a program's system calls, as strace(1) writes them. The image must have been built for it
// (Trace of [build.Options]).
type TraceOptions struct {
	Set   string    // which calls, as strace's -e trace=; "": all
	Out   io.Writer // nil: where the kernel's messages go
	Since bool      // each line begins with the time since the one before
	Clock bool      // or with the time of day
	Spent bool      // each call's line ends with the time that it took
}

// TraceClasses are names of sets of calls for TraceOptions.Set, sorted.
func TraceClasses() []string { return trace.Classes() }

// Check returns what is wrong with the options.
func (t *TraceOptions) Check() error {
	_, err := t.set()
	return err
}

func (t *TraceOptions) set() (trace.Set, error) {
	s, err := trace.ParseSet(t.Set, symbols.SyscallNumber, symbols.SyscallName)
	if err != nil {
		return nil, &badoption.Error{Option: "Trace", Err: err}
	}
	return s, nil
}

// tracer takes the records out of what the guest writes to its serial port.
type tracer struct {
	*trace.Writer
	want *TraceOptions
}

// startTrace prepares cfg for a traced run; nil: none was asked for.
func startTrace(im *image.Bundle, opt *Options, cfg *kvmboot.Config) (*tracer, error) {
	if opt.Trace == nil {
		return nil, nil
	}
	if !im.Traced {
		return nil, fmt.Errorf("%s: was built without a tracer: build it with `uk build --trace`, or name the program to run", im.Name())
	}
	set, err := opt.Trace.set()
	if err != nil {
		return nil, err
	}
	if mask := set.Mask(); mask != "" {
		cfg.Cmdline += " uk.trace=" + mask
	}
	out := opt.Trace.Out
	if out == nil {
		out = cfg.Stderr
	}
	if out == nil {
		return nil, errors.New("a trace that goes nowhere: name a writer for it")
	}
	serial := &cfg.Stderr
	if cfg.SerialConsole {
		serial = &cfg.Stdout
	}
	if *serial == nil {
		*serial = io.Discard
	}
	t := &tracer{trace.NewWriter(*serial, trace.Options{
		Out: out, Set: set, Names: symbols.SyscallName, Since: opt.Trace.Since, Clock: opt.Trace.Clock, Spent: opt.Trace.Spent,
	}), opt.Trace}
	*serial = t
	if set.Has(execve) {
		program := cfg.Exe
		if program == "" {
			program = cfg.Args[0]
		}
		err = t.Started(program, cfg.Args, len(cfg.Env))
	}
	return t, err
}

const execve = 59

// ended writes how the program ended.
func (t *tracer) ended(s kvmboot.Status) error {
	if t == nil {
		return nil
	}
	switch s.Kind {
	case kvmboot.KindExit:
		return t.End(fmt.Sprintf("exited with %d", s.Code))
	case kvmboot.KindSignal:
		return t.End("killed by " + trace.SignalName(s.Code))
	}
	return t.End(s.String())
}

// traceBuffer is for what is written in many small pieces; it writes whole lines.
type traceBuffer struct {
	w io.Writer
	b bytes.Buffer
}

// TraceFile returns a writer for TraceOptions.Out that gathers what it is given, and what writes the rest out at the end.
func TraceFile(w io.Writer) (io.Writer, func() error) {
	t := &traceBuffer{w: w}
	return t, t.flush
}

const traceChunk = 64 << 10

func (t *traceBuffer) Write(p []byte) (int, error) {
	t.b.Write(p)
	if t.b.Len() < traceChunk {
		return len(p), nil
	}
	return len(p), t.flush()
}

func (t *traceBuffer) flush() error {
	_, err := t.b.WriteTo(t.w)
	return err
}
