package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"uk.example/internal/machines"
)

// eachMachine does something to each machine that a command's arguments name, and prints the names of those to which it was
// done. An error of one does not keep it from the others.
func eachMachine(e *env, verb string, args []string, do func(*machines.Store, *machines.Machine) error) error {
	return machinesInTurn(e, verb, args, 1, do)
}

// atOnce is how many machines a command waits for at the same time.
const atOnce = 32

// allMachines is eachMachine for what may take its time, as the end of a program does: it is done to many at once.
func allMachines(e *env, verb string, args []string, do func(*machines.Machine) error) error {
	return machinesInTurn(e, verb, args, atOnce, func(_ *machines.Store, m *machines.Machine) error { return do(m) })
}

// machinesInTurn runs do for each machine, n of them at once, and reports the results in the order of the arguments.
func machinesInTurn(e *env, verb string, args []string, n int, do func(*machines.Store, *machines.Machine) error) error {
	if len(args) == 0 {
		return usagef(verb, "name a machine: uk ps -a lists them")
	}
	store, err := machines.Open()
	if err != nil {
		return err
	}
	results := make(chan (chan error), n-1) // of those that are under way, but for the one that is waited for
	go func() {
		for _, name := range args {
			result := make(chan error, 1)
			results <- result
			m, err := store.Find(name)
			if err != nil {
				result <- err
				continue
			}
			if n == 1 {
				result <- do(store, m)
			} else {
				go func() { result <- do(store, m) }()
			}
		}
	}()
	failed := false
	for _, name := range args {
		err := <-<-results
		if errors.Is(err, context.Canceled) {
			return exitStatus(e.signals.status())
		}
		if err != nil {
			failed = true
			e.fail(err)
			continue
		}
		fmt.Fprintln(e.stdout, name)
	}
	if failed {
		return exitStatus(exitFailure)
	}
	return nil
}

// patienceFlag is how long a program may take to end, in seconds or as 1m30s; -1: as long as it likes.
type patienceFlag struct{ d *time.Duration }

func (p *patienceFlag) Type() string { return "TIME" }
func (p *patienceFlag) String() string {
	if p.d == nil {
		return ""
	}
	return p.d.String()
}
func (p *patienceFlag) Set(v string) error {
	if v == "-1" {
		d := time.Duration(-1)
		p.d = &d
		return nil
	}
	var t timeFlag
	if err := t.Set(v); err != nil {
		return err
	}
	if t < 0 {
		return errors.New("write seconds, or -1 for as long as it takes")
	}
	p.d = (*time.Duration)(&t)
	return nil
}

func declarePatience(fs *pflag.FlagSet, p *patienceFlag) {
	fs.VarP(p, "time", "t", "how long the program may take to end: seconds, or as 1m; -1: as long as it takes (default: --stop-timeout of uk run, 10s)")
}

func stopCommand() *command {
	return &command{
		name:  "stop",
		args:  "MACHINE...",
		short: "stop machines: their programs get SIGTERM and time to end",
		long: `A machine whose program has not ended in time is ended. It is not started
again, whatever its restart policy says. One that has ended already is no error.`,
		examples: []example{
			{"uk stop web", "and wait for its end"},
			{"uk stop -t 60 db", "with a minute to write what it has"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var patience patienceFlag
			declarePatience(fs, &patience)
			return func(ctx context.Context, e *env, args []string) error {
				return allMachines(e, "stop", args, func(m *machines.Machine) error { return m.Stop(ctx, patience.d) })
			}
		},
	}
}

func killCommand() *command {
	return &command{
		name:  "kill",
		args:  "MACHINE...",
		short: "end machines at once, or send their programs a signal",
		examples: []example{
			{"uk kill web", "at once: its exit status is 137"},
			{"uk kill -s HUP web", "the signal, as a program that reads its settings again takes it"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			sig := signalFlag(unix.SIGKILL)
			fs.VarP(&sig, "signal", "s", "the signal, by name or number (default KILL)")
			return func(ctx context.Context, e *env, args []string) error {
				return allMachines(e, "kill", args, func(m *machines.Machine) error {
					if !m.Alive() {
						return &machines.NotRunningError{Name: m.Name, Status: m.Status}
					}
					if unix.Signal(sig) == unix.SIGKILL {
						return m.Kill(ctx)
					}
					return m.Signal(ctx, unix.Signal(sig))
				})
			}
		},
	}
}

// signalFlag is a signal, as TERM, SIGTERM or 15.
type signalFlag unix.Signal

func (s *signalFlag) Type() string   { return "SIGNAL" }
func (s *signalFlag) String() string { return "" }
func (s *signalFlag) Set(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil {
		n = int(unix.SignalNum("SIG" + strings.TrimPrefix(strings.ToUpper(v), "SIG")))
	}
	if n < 1 || n > 64 {
		return fmt.Errorf("%q is no signal: write one as TERM or 15", v)
	}
	*s = signalFlag(n)
	return nil
}

func startVerb() *command {
	return &command{
		name:  "start",
		args:  "MACHINE...",
		short: "start machines again that have ended",
		long: `A machine is started as it was the first time: by the same command line, in the
same folder and environment, of the program or image as it is now. Its log goes
on.`,
		examples: []example{{"uk start web", "and wait until its program runs"}},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(ctx context.Context, e *env, args []string) error {
				return eachMachine(e, "start", args, func(s *machines.Store, m *machines.Machine) error {
					if m.Alive() {
						return nil
					}
					return startAgain(ctx, e, s, m)
				})
			}
		},
	}
}

// startAgain starts a machine that has ended; it says itself why it does not.
func startAgain(ctx context.Context, e *env, s *machines.Store, m *machines.Machine) error {
	err := s.StartAgain(ctx, m, machines.Self, e.stderr)
	var failed *machines.FailedError
	if errors.As(err, &failed) {
		return fmt.Errorf("machine %s did not start: status %d", m.Name, failed.Code)
	}
	return err
}

func restartCommand() *command {
	return &command{
		name:     "restart",
		args:     "MACHINE...",
		short:    "end machines and start them again",
		long:     `As uk stop and then uk start.`,
		examples: []example{{"uk restart -t 30 web", "with half a minute to end"}},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var patience patienceFlag
			declarePatience(fs, &patience)
			return func(ctx context.Context, e *env, args []string) error {
				return eachMachine(e, "restart", args, func(s *machines.Store, m *machines.Machine) error {
					if m.Foreground {
						return fmt.Errorf("machine %s was started in the foreground, by a command that waits for it: start it by that again", m.Name)
					}
					if err := m.Stop(ctx, patience.d); err != nil {
						return err
					}
					return startAgain(ctx, e, s, m)
				})
			}
		},
	}
}

func rmCommand() *command {
	return &command{
		name:  "rm",
		args:  "MACHINE...",
		short: "remove machines that have ended, with their logs",
		examples: []example{
			{"uk rm web", "its name is free again"},
			{"uk rm -f web", "also if it runs: it is ended at once"},
			{"uk rm $(uk ps -aq)", "all that have ended"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var force bool
			fs.BoolVarP(&force, "force", "f", false, "end those that run; one that is not there is no error")
			return func(ctx context.Context, e *env, args []string) error {
				if force {
					args = known(args)
					if len(args) == 0 {
						return nil
					}
				}
				return allMachines(e, "rm", args, func(m *machines.Machine) error { return remove(ctx, m, force) })
			}
		},
	}
}

// known are the names of machines that there are.
func known(args []string) (list []string) {
	store, err := machines.Open()
	for _, name := range args {
		var missing *machines.NotFoundError
		if err == nil {
			_, err := store.Find(name)
			if errors.As(err, &missing) {
				continue
			}
		}
		list = append(list, name)
	}
	return list
}

func remove(ctx context.Context, m *machines.Machine, force bool) error {
	if m.Alive() {
		if !force {
			return fmt.Errorf("machine %s runs: end it with uk stop %s, or remove it with uk rm -f %s", m.Name, m.Name, m.Name)
		}
		if err := m.Kill(ctx); err != nil {
			return err
		}
	}
	return m.Remove()
}

func waitCommand() *command {
	return &command{
		name:  "wait",
		args:  "MACHINE...",
		short: "wait for the end of machines, and print their exit statuses",
		examples: []example{
			{"uk wait job", "prints what uk run would have ended with"},
		},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(ctx context.Context, e *env, args []string) error {
				if len(args) == 0 {
					return usagef("wait", "name a machine: uk ps -a lists them")
				}
				store, err := machines.Open()
				if err != nil {
					return err
				}
				for _, name := range args {
					m, err := store.Find(name)
					if err != nil {
						return err
					}
					s, err := m.Wait(ctx)
					if ctx.Err() != nil {
						return exitStatus(e.signals.status())
					}
					if err != nil {
						return err
					}
					fmt.Fprintln(e.stdout, s.ExitCode)
				}
				return nil
			}
		},
	}
}
