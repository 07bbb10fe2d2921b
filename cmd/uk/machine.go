package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/machines"
	"uk.example/kvmboot"
)

// machineFlags are those of a run that others can look at and reach: one with a name.
type machineFlags struct {
	name        string
	detach      bool
	interactive bool
	remove      bool
	restart     restartFlag
	logLimit    sizeFlag
}

func (f *machineFlags) declare(fs *pflag.FlagSet) {
	fs.StringVar(&f.name, "name", "", "name of the machine, for uk ps, logs, stop and the like")
	fs.BoolVarP(&f.detach, "detach", "d", false, "run in the background, and print the machine's name once the program runs")
	fs.BoolVarP(&f.interactive, "interactive", "i", false, "with --detach: keep standard input open for uk attach (without --detach it is open anyway)")
	fs.BoolVar(&f.remove, "rm", false, "remove the machine when it has ended (always, without a name or --detach)")
	fs.Var(&f.restart, "restart", "with --detach: start it again when it has ended: no, on-failure[:N], always or unless-stopped (default no)")
	fs.Var(&f.logLimit, "log-limit", "how much of the output of a machine with a name is kept (default 10M)")
}

// restartFlag is a restart policy.
type restartFlag struct{ machines.Restart }

func (f *restartFlag) Type() string { return "POLICY" }
func (f *restartFlag) String() string {
	if f.Policy == "" {
		return ""
	}
	return f.Restart.String()
}
func (f *restartFlag) Set(v string) (err error) {
	f.Restart, err = machines.ParseRestart(v)
	return err
}

// named tells whether the run is to be a machine that others know of. One that is not costs nothing.
func (f *machineFlags) named() bool { return f.detach || f.name != "" }

// check refuses what does not go together.
func (f *machineFlags) check(fs *pflag.FlagSet, print string, firecracker string) error {
	if f.name != "" {
		if err := machines.CheckName(f.name); err != nil {
			return usagef("run", "--name: %v", err)
		}
	}
	if fs.Changed("restart") && !f.detach {
		return usagef("run", "--restart goes with --detach")
	}
	if fs.Changed("log-limit") && (!f.named() || int64(f.logLimit) < machines.MinLogLimit) {
		return usagef("run", "--log-limit is of a machine with --name or --detach, and %dK at least", machines.MinLogLimit>>10)
	}
	if !f.detach {
		return nil
	}
	for _, name := range []string{"stdin", "stats"} {
		if fs.Changed(name) {
			return usagef("run", "--%s is of a run in the foreground, and --detach is not", name)
		}
	}
	switch {
	case f.remove && f.restart.Policy != "" && f.restart.Policy != machines.RestartNo:
		return usagef("run", "--rm and --restart contradict each other")
	case print != "" || firecracker != "":
		return usagef("run", "--detach needs a run of an image or a program")
	}
	return nil
}

// runMachine is a run that is a machine, or is to start one.
type runMachine struct {
	e      *env
	flags  *machineFlags
	order  *machines.Order // of whoever started this process; nil: nobody did, so that it is a person's
	runner *machines.Runner
	rec    machines.Record
	stderr io.Writer // as it was
}

// detached tells whether this process is a machine in the background.
func (m *runMachine) detached() bool { return m != nil && m.order != nil }

// ownStart is the command line of this process.
func ownStart(e *env) (machines.Start, error) {
	dir, err := os.Getwd()
	return machines.Start{Dir: dir, Args: e.line, Env: os.Environ()}, err
}

// beginMachine makes a machine of this run, or has another process be one, and returns an exit status then.
func beginMachine(ctx context.Context, e *env, f *machineFlags, target string, args []string, ports []string, stop time.Duration, tty bool) (*runMachine, error) {
	order, err := machines.TakeOrder()
	if err != nil {
		return nil, err
	}
	if !f.named() {
		return nil, nil
	}
	store, err := machines.Open()
	if err != nil {
		return nil, err
	}
	start, err := ownStart(e)
	if err != nil {
		return nil, err
	}
	if f.detach && order == nil {
		return nil, launchMachine(ctx, e, store, start)
	}
	m := &runMachine{e: e, flags: f, order: order, stderr: e.stderr, rec: machines.Record{
		Name: f.name, Image: target, Command: append([]string{target}, args...), Ports: ports, Foreground: !f.detach, Interactive: f.detach && f.interactive,
		Terminal: tty, AutoRemove: f.remove, Restart: f.restart.Restart, LogLimit: cmp.Or(int64(f.logLimit), machines.DefaultLogLimit), StopTimeout: stop, Again: start,
	}}
	var lock *os.File
	if order != nil {
		signal.Ignore(unix.SIGPIPE) // whoever started this goes away
		if order.Lock != 0 {
			lock = os.NewFile(uintptr(order.Lock), "lock")
		}
		if p := f.restart.Policy; p != "" && p != machines.RestartNo && !order.Supervised {
			return nil, m.supervise(ctx, store, lock)
		}
	}
	if lock != nil {
		m.runner, err = store.Resume(order.Name, lock)
	} else {
		m.runner, err = store.Create(m.rec)
	}
	if err != nil {
		return nil, err
	}
	machines.OpenNotify()
	if order != nil {
		m.runner.SetReady(os.NewFile(uintptr(order.Ready), "ready"))
		if order.Supervised {
			m.runner.SetSupervised()
		}
		e.stderr = m.runner.Messages(e.stderr)
	} else {
		e.stderr = io.MultiWriter(e.stderr, m.runner.Stream(machines.Stderr))
	}
	return m, nil
}

// launchMachine starts a process that is the machine, and waits until its program runs.
func launchMachine(ctx context.Context, e *env, store *machines.Store, start machines.Start) error {
	name, err := store.Launch(ctx, machines.Self, start, "", nil, e.stderr)
	if err == nil {
		_, err = fmt.Fprintln(e.stdout, name)
	}
	return launched(err)
}

// launched makes this command's end of that of a machine that did not start, which has said why.
func launched(err error) error {
	var failed *machines.FailedError
	if errors.As(err, &failed) {
		return exitStatus(failed.Code)
	}
	if err == nil {
		return exitStatus(0)
	}
	return err
}

// supervise is a process that starts the machine again and again.
func (m *runMachine) supervise(ctx context.Context, store *machines.Store, lock *os.File) error {
	var v *machines.Supervisor
	var err error
	if lock != nil {
		v, err = store.SuperviseAgain(m.order.Name, lock)
	} else {
		v, err = store.Supervise(m.rec)
	}
	if err != nil {
		return err
	}
	v.SetReady(os.NewFile(uintptr(m.order.Ready), "ready"))
	m.e.patience.Store(int64(m.rec.StopTimeout))
	code, err := v.Run(ctx, machines.Self, m.rec.Again)
	if err == nil {
		err = exitStatus(code)
	}
	return err
}

// connect makes the run's options those of a machine; cancel ends the guest.
func (m *runMachine) connect(o *uk.RunOptions, signals chan unix.Signal, cancel func()) {
	r := m.runner
	o.Running, o.Control = r.Running, true
	o.Tee = func(stream int, p []byte) {
		r.Running() // an image of an older kit does not say so
		r.Output(stream, p)
	}
	controls := machines.Controls{Signal: func(sig unix.Signal) {
		select {
		case signals <- sig:
		default: // too many wait
		}
	}, End: cancel}
	r.SetControls(controls)
	o.Live = func(l *kvmboot.Live) {
		controls.Metrics = func() any { return l.Metrics() }
		r.SetControls(controls)
	}
	if m.detached() {
		if o.Terminal != nil {
			o.Terminal.Size = r.Size
		}
		o.Stdout, o.Stderr = nil, m.e.stderr
		o.Closed = nil
		if o.ProgramStderr != nil {
			o.ProgramStderr = io.Discard
		}
		o.Stdin = nil
		if in := r.Stdin(); in != nil {
			o.Stdin = in
		}
	} else {
		o.Stderr = m.e.stderr
	}
}

// ran: the guest ended like this, by itself, as one that never said that its program runs may have.
func (m *runMachine) ran(st kvmboot.Status) {
	if m != nil && (st.Kind == kvmboot.KindExit && st.Code != 126 && st.Code != 127 || st.Kind == kvmboot.KindSignal) {
		m.runner.Running()
	}
}

// end tells others how the run ended: err is what the command ends with, unless somebody ended the machine.
func (m *runMachine) end(err error) error {
	if m == nil {
		return err
	}
	var st exitStatus
	code, why := 0, ""
	switch {
	case errors.As(err, &st):
		code = int(st)
	case err != nil:
		code, why = exitFailure, err.Error()
	}
	if m.runner.Killed() {
		code, why = 128+int(unix.SIGKILL), ""
		err = exitStatus(code)
	}
	if !m.runner.WasRunning() && m.detached() && m.order.Name == "" {
		m.runner.Abandon()
		return err
	}
	m.runner.End(code, why)
	return err
}

// first is the first of words, "" if there is none, and rest the others.
func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

func rest(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	if len(words) > 1 && words[1] == "--" {
		return words[2:]
	}
	return words[1:]
}
