package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"uk.example/internal/machines"
)

func logsCommand() *command {
	return &command{
		name:  "logs",
		args:  "MACHINE",
		short: "print what a machine's program wrote",
		long: `What it wrote to its standard output comes on standard output, and what it wrote
to its standard error, with messages of the kernel, on standard error. The log
keeps the last of it, as --log-limit of uk run says.`,
		examples: []example{
			{"uk logs web", "all that is kept"},
			{"uk logs -f --tail 10 web", "the last lines, and what comes until the machine ends"},
			{"uk logs --since 5m -t web", "of the last five minutes, with times"},
			{"uk logs web 2>&1 >/dev/null | less", "what it wrote to its standard error"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var follow, stamps bool
			var since, until momentFlag
			tail := "all"
			fs.BoolVarP(&follow, "follow", "f", false, "go on with what is written, until the machine ends")
			fs.StringVarP(&tail, "tail", "n", "all", "only the last lines: a number, or all")
			fs.Var(&since, "since", "only from this time on: as 2026-11-30T10:00:00Z, or how long ago, as 10m")
			fs.Var(&until, "until", "only up to this time")
			fs.BoolVarP(&stamps, "timestamps", "t", false, "begin each line with its time")
			return func(ctx context.Context, e *env, args []string) error {
				o := machines.LogOptions{Tail: -1, Since: since.t, Until: until.t, Follow: follow}
				if tail != "all" {
					n, err := strconv.Atoi(tail)
					if err != nil || n < 0 {
						return usagef("logs", "--tail %s: write a number of lines, or all", tail)
					}
					o.Tail = n
				}
				m, err := oneMachine("logs", args)
				if err != nil {
					return err
				}
				p := logPrinter{e: e, stamps: stamps}
				if err = m.Logs(ctx, o, p.print); err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
					return exitStatus(e.signals.status())
				}
				return err
			}
		},
	}
}

// oneMachine returns the machine that a command's only argument names.
func oneMachine(verb string, args []string) (*machines.Machine, error) {
	name, err := oneArg(verb, "a machine: uk ps -a lists them", args)
	if err != nil {
		return nil, err
	}
	store, err := machines.Open()
	if err != nil {
		return nil, err
	}
	return store.Find(name)
}

// logPrinter prints entries of a log.
type logPrinter struct {
	e      *env
	stamps bool
	inLine [2]bool // each stream: a line has begun
}

func (p *logPrinter) print(entry machines.Entry) error {
	var w io.Writer = p.e.stdout
	stream := 0
	switch entry.Stream {
	case machines.Stdout:
	case machines.Stderr:
		w, stream = p.e.stderr, 1
	default: // uk's own words
		p.e.note(string(entry.Text))
		return nil
	}
	text := entry.Text
	if p.stamps && !p.inLine[stream] {
		text = append([]byte(entry.Time.Format(time.RFC3339Nano)+" "), text...)
	}
	if entry.Whole {
		text = append(text[:len(text):len(text)], '\n')
	}
	p.inLine[stream] = !entry.Whole
	_, err := w.Write(text)
	return err
}

// momentFlag is a time, or how long ago it was.
type momentFlag struct{ t time.Time }

func (m *momentFlag) Type() string { return "TIME" }
func (m *momentFlag) String() string {
	if m.t.IsZero() {
		return ""
	}
	return m.t.Format(time.RFC3339Nano)
}
func (m *momentFlag) Set(v string) error {
	if d, err := time.ParseDuration(v); err == nil {
		m.t = time.Now().Add(-d)
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, v, time.Local); err == nil {
			m.t = t
			return nil
		}
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e12 { // Unix time, as date +%s gives it
		m.t = time.Unix(0, int64(s*1e9))
		return nil
	}
	return fmt.Errorf("%q is no time: write one as 2026-11-30T10:00:00Z, or how long ago, as 10m", v)
}
