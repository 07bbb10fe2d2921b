package launch

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/image"
	"uk.example/internal/machines"
	"uk.example/kvmboot"
)

// Machines returns this user's machines, the newest first.
func Machines() ([]*machines.Machine, error) {
	s, err := machines.Open()
	if err != nil {
		return nil, err
	}
	return s.List()
}

// FindMachine returns the machine with this name, or whose id begins so.
func FindMachine(name string) (*machines.Machine, error) {
	s, err := machines.Open()
	if err != nil {
		return nil, err
	}
	return s.Find(name)
}

// MachineOptions say how [StartMachine] starts a machine.
type MachineOptions struct {
	// Tool is the command uk, found through $PATH; "": uk.
	Tool string
	// Args are what stands behind `uk run -d`: flags, and the program or image with its arguments.
	Args []string
	// Dir is the folder that it is started in; "": this process's. Env is its environment; nil: this process's.
	Dir string
	Env []string
	// Messages takes what the command has to say until the program runs; nil: nobody reads it.
	Messages io.Writer
}

// StartMachine starts a machine in the background, as `uk run -d` does, and returns it once its program runs. It outlives this
// process.
func StartMachine(ctx context.Context, o MachineOptions) (*machines.Machine, error) {
	s, err := machines.Open()
	if err != nil {
		return nil, err
	}
	start, tool, err := machines.Detached(o.Tool, o.Args, o.Dir, o.Env)
	if err != nil {
		return nil, err
	}
	if o.Messages == nil {
		o.Messages = io.Discard
	}
	name, err := s.Launch(ctx, tool, start, "", nil, o.Messages)
	if err != nil {
		return nil, err
	}
	return s.Find(name)
}

// Guest is an image that runs in this process, which [Start] started.
type Guest struct {
	signals chan unix.Signal
	cancel  context.CancelFunc
	live    chan *kvmboot.Live // holds it once there is one
	done    chan struct{}
	status  kvmboot.Status
	err     error
}

// Start is Run, except that it returns once the program runs. The guest ends with ctx, too. An error is that of a guest whose
// program never ran. Running, Live and Signals of opt are for Start itself.
func Start(ctx context.Context, im *image.Bundle, opt Options) (*Guest, error) {
	ctx, cancel := context.WithCancel(ctx)
	g := &Guest{signals: make(chan unix.Signal, 16), cancel: cancel, live: make(chan *kvmboot.Live, 1), done: make(chan struct{})}
	runs := make(chan struct{})
	opt.Running = func() { close(runs) }
	opt.Live = func(l *kvmboot.Live) { g.live <- l }
	opt.Signals = g.signals
	go func() {
		defer close(g.done)
		defer cancel()
		g.status, g.err = Run(ctx, im, opt)
	}()
	select {
	case <-runs:
		return g, nil
	case <-g.done:
	}
	if g.err == nil && (g.status.Kind != kvmboot.KindExit || g.status.Code != 126 && g.status.Code != 127) {
		return g, nil // an image of an older kit, which does not say that its program runs
	}
	if g.err == nil {
		return nil, errors.New("the program was not started: " + g.status.String())
	}
	return nil, g.err
}

// Signal gives the program a signal; false: too many wait already.
func (g *Guest) Signal(sig unix.Signal) bool {
	select {
	case g.signals <- sig:
		return true
	default:
		return false
	}
}

// Stop asks the program to end (SIGTERM), ends the guest if it has not within patience, and waits for that.
func (g *Guest) Stop(patience time.Duration) (kvmboot.Status, error) {
	g.Signal(unix.SIGTERM)
	select {
	case <-g.done:
		return g.status, g.err
	case <-time.After(patience):
		return g.Kill()
	}
}

// Kill ends the guest at once.
func (g *Guest) Kill() (kvmboot.Status, error) {
	g.cancel()
	return g.Wait()
}

// Wait waits for the guest's end and returns what Run would have.
func (g *Guest) Wait() (kvmboot.Status, error) {
	<-g.done
	return g.status, g.err
}

// Metrics are the guest's figures; ok is false where there are none yet, and behind its end.
func (g *Guest) Metrics() (m kvmboot.Metrics, ok bool) {
	select {
	case l := <-g.live:
		g.live <- l
		m = l.Metrics()
		return m, len(m.CPUs) > 0
	default:
		return m, false
	}
}
