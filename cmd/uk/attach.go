package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"uk.example/internal/machines"
)

func attachCommand() *command {
	return &command{
		name:  "attach",
		args:  "MACHINE",
		short: "connect this terminal to a machine's program",
		long: `What the program writes from now on is shown, and what is typed is its input, if
the machine was started with --interactive. Ctrl-P Ctrl-Q leaves the machine
alone again. Signals are the program's. The exit status is the machine's, if it
ends meanwhile.`,
		examples: []example{
			{"uk run -d -i --tty=on --name sh /bin/sh; uk attach sh", "a shell in a machine that stays"},
			{"uk attach --no-stdin web", "only look"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var noStdin bool
			keys := detachFlag{0x10, 0x11}
			fs.BoolVar(&noStdin, "no-stdin", false, "do not give the program any input")
			fs.Var(&keys, "detach-keys", "keys that end the connection (default ctrl-p,ctrl-q)")
			return func(ctx context.Context, e *env, args []string) error {
				m, err := oneMachine("attach", args)
				if err != nil {
					return err
				}
				if !m.Alive() {
					return &machines.NotRunningError{Name: m.Name, Status: m.Status}
				}
				return attach(ctx, e, m, m.Interactive && !noStdin, keys)
			}
		},
	}
}

// connectionLost is how long a machine may take to end once it has ended its connections.
const connectionLost = 5 * time.Second

// attach connects this command's streams with the machine, until one of them ends.
func attach(ctx context.Context, e *env, m *machines.Machine, input bool, keys []byte) error {
	a, err := m.Attach(ctx, input)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { a.Close() })
	defer stop()
	if !m.Terminal && !isTerminal(e.stdin) { // where those bytes may be data
		keys = nil
	}
	detached := make(chan struct{})
	if input {
		if m.Terminal && isTerminal(e.stdin) {
			old, err := term.MakeRaw(int(e.stdin.Fd()))
			if err != nil {
				return err
			}
			defer term.Restore(int(e.stdin.Fd()), old)
			follow(ctx, e, a)
		}
		go func() {
			if sendKeys(a, e.stdin, keys) {
				close(detached)
				a.Close()
			}
		}()
	}
	if e.signals != nil {
		go passSignals(ctx, e.signals.toGuest(m.StopTimeout), m)
	}
	b := make([]byte, 64<<10)
	for {
		stream, p, err := a.Read(b)
		if err != nil {
			break
		}
		var w io.Writer = e.console
		if stream == machines.Stderr {
			w = e.stderr
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	select {
	case <-detached:
		e.note("detached from " + m.Name + "\r")
		return nil
	default:
	}
	if ctx.Err() != nil {
		return exitStatus(e.signals.status())
	}
	limited, done := context.WithTimeout(ctx, connectionLost)
	defer done()
	s, err := m.Wait(limited)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("machine %s goes on, but not this connection: what it writes was not read fast enough", m.Name)
	} else if err != nil {
		return exitStatus(e.signals.status())
	}
	if s.ExitCode != 0 {
		return exitStatus(s.ExitCode)
	}
	return nil
}

// follow tells the machine the size of this terminal, now and when it changes.
func follow(ctx context.Context, e *env, a *machines.Attachment) {
	tell := func() {
		if cols, rows, err := term.GetSize(int(e.stdin.Fd())); err == nil {
			_ = a.Resize(rows, cols)
		}
	}
	tell()
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, unix.SIGWINCH)
	go func() {
		for {
			select {
			case <-changed:
				tell()
			case <-ctx.Done():
				signal.Stop(changed)
				return
			}
		}
	}()
}

func passSignals(ctx context.Context, from <-chan unix.Signal, m *machines.Machine) {
	for {
		select {
		case sig := <-from:
			_ = m.Signal(ctx, sig)
		case <-ctx.Done():
			return
		}
	}
}

// sendKeys sends what is read until its end; true: the keys that end the connection came.
func sendKeys(w io.Writer, r io.Reader, keys []byte) (detached bool) {
	held := 0 // how many of keys came, and are not sent yet
	b := make([]byte, 4096)
	for {
		n, err := r.Read(b)
		var out bytes.Buffer
		for _, c := range b[:max(n, 0)] {
			if held > 0 && c != keys[held] {
				out.Write(keys[:held])
				held = 0
			}
			if len(keys) > 0 && c == keys[held] {
				if held++; held == len(keys) {
					_, _ = w.Write(out.Bytes())
					return true
				}
				continue
			}
			out.WriteByte(c)
		}
		if out.Len() > 0 {
			if _, err := w.Write(out.Bytes()); err != nil {
				return false
			}
		}
		if err != nil {
			return false
		}
	}
}

// detachFlag is a list of keys, as ctrl-p,ctrl-q.
type detachFlag []byte

func (d *detachFlag) Type() string   { return "KEYS" }
func (d *detachFlag) String() string { return "" }
func (d *detachFlag) Set(v string) error {
	var keys []byte
	for _, w := range strings.Split(v, ",") {
		key, control := strings.CutPrefix(strings.ToLower(w), "ctrl-")
		switch {
		case v == "":
		case control && len(key) == 1 && key[0] >= '@' && key[0] <= '_', control && len(key) == 1 && key[0] >= 'a' && key[0] <= 'z':
			keys = append(keys, key[0]&0x1f)
		case !control && len(w) == 1:
			keys = append(keys, w[0])
		default:
			return fmt.Errorf("%q: write keys as a or ctrl-p, with commas between", v)
		}
	}
	*d = keys
	return nil
}
