package explain

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/bounded"
	"uk.example/internal/outfile"
	"uk.example/internal/report"
	"uk.example/kvmboot"
)

// MeasureOptions say how MakeReport boots an image.
type MeasureOptions struct {
	// Runner is a command that calls [RunnerMain]. Its program is copied before it
	// is started, so that what its processes share they share among themselves.
	Runner []string
	Runs   int           // of which each time is the median; 0: 5
	Wait   time.Duration // what a guest that does not end by itself gets; 0: 10s
	Steps  bool          // also times between the steps of the boot
}

// The marks at which the runner's process is looked at.
func holdPoints(points []kvmboot.Point) []string {
	last := kvmboot.MarkExit
	for _, name := range []string{report.MomentMain, report.MomentStart, report.MomentReady} {
		if slices.ContainsFunc(points, func(p kvmboot.Point) bool { return p.Name == name }) {
			return []string{name, last}
		}
	}
	return []string{last}
}

// unmeasured tells why the image cannot be booted to be measured; "": it can.
func (s *subject) unmeasured() string {
	if s.image == nil {
		return "it is a kernel without an image"
	}
	if mmio, pci := s.image.Transports(); pci && !mmio {
		return "the kernel looks for its devices on PCI, and the built-in runner, which takes the times, has none; profile virtio-mmio has the same devices elsewhere"
	}
	if err := kvmboot.Detect(); err != nil {
		return err.Error()
	}
	return ""
}

// measure boots the image several times, each in a process of its own.
func measure(ctx context.Context, s *subject, r *report.Report, opt ReportOptions) error {
	m := *opt.Measure
	if why := s.unmeasured(); why != "" {
		r.Notes = append(r.Notes, "start-up and memory are not measured: "+why)
		return nil
	}
	if len(m.Runner) == 0 {
		return errors.New("no runner is named to boot the image with")
	}
	m.Runs, m.Wait = cmp.Or(m.Runs, 5), cmp.Or(m.Wait, 10*time.Second)
	made, err := outfile.MakeDir(os.TempDir(), "uk-report-", 0o700)
	if err != nil {
		return err
	}
	defer made.Remove()
	dir := made.Name
	program := filepath.Join(dir, filepath.Base(m.Runner[0]))
	if err := bounded.Copy(program, m.Runner[0]); err != nil {
		return err
	}
	if err := os.Chmod(program, 0o755); err != nil {
		return err
	}
	image, err := filepath.Abs(s.image.Dir)
	if err != nil {
		return err
	}
	l := &lab{command: append([]string{program}, m.Runner[1:]...), wait: m.Wait}
	points := s.kernel.Points(m.Steps)
	hold := holdPoints(points)
	order := runnerOrder{Image: image, Points: points, Hold: hold}
	out := &report.Runtime{Runs: m.Runs}

	// The first run finds cold caches, and does not count.
	var all []*run
	for i := range m.Runs + 1 {
		if err := step(ctx, opt.Progress, fmt.Sprintf("booting, %d of %d", i+1, m.Runs+3)); err != nil {
			return err
		}
		one, err := l.run(ctx, order)
		if err != nil {
			return err
		}
		if i > 0 {
			all = append(all, one)
		}
	}
	last := all[len(all)-1]
	out.Status, out.Missed = last.end.Status, last.end.Timeline.Missed
	out.Runner.Boot, out.Runner.Exit = last.process[hold[0]], last.process[kvmboot.MarkExit]
	out.Timeline, out.TSCKHz = timeline(all)
	if !last.ended {
		out.Status = fmt.Sprintf("runs on after %v", m.Wait)
	}

	// The guest's memory.
	out.Guest.Memory = last.end.Size
	for _, small := range []bool{false, true} {
		if err := step(ctx, opt.Progress, "booting, for the guest's memory"); err != nil {
			return err
		}
		o := order
		o.Memory, o.SmallPages = true, small
		one, err := l.run(ctx, o)
		if err != nil {
			return err
		}
		for _, k := range one.end.Timeline.Marks {
			switch {
			case k.Memory == nil:
			case !small && k.Name == hold[0]:
				out.Guest.Huge = k.Memory.Touched
			case small && k.Name == hold[0]:
				out.Guest.Boot = k.Memory
			case small && k.Name == kvmboot.MarkExit:
				out.Guest.Exit = k.Memory
			}
		}
	}

	// What a second guest of the same image adds.
	if err := step(ctx, opt.Progress, "booting two at once"); err != nil {
		return err
	}
	two, err := l.two(ctx, order, hold[0])
	if err != nil {
		return err
	}
	if out.Runner.Two = two; two != nil && out.Runner.Boot != nil {
		out.Runner.Further = two.PSS - out.Runner.Boot.PSS
	}
	r.Runtime = out
	return nil
}

// lab starts runners.
type lab struct {
	command []string
	wait    time.Duration
}

// run is what one boot showed. Times are CLOCK_MONOTONIC in nanoseconds.
type run struct {
	exec, gone int64
	ended      bool // by itself
	process    map[string]*report.Process
	end        runnerWord
}

// patient is a runner that was started.
type patient struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	words chan runnerWord
	exec  int64
}

func monotonic() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	return t.Nano()
}

func (l *lab) start(ctx context.Context, order runnerOrder) (*patient, error) {
	line, err := json.Marshal(order)
	if err != nil {
		return nil, err
	}
	p := &patient{cmd: exec.CommandContext(ctx, l.command[0], l.command[1:]...), words: make(chan runnerWord, 16)}
	p.cmd.Stderr = io.Discard
	var out io.ReadCloser
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		out, err = p.cmd.StdoutPipe()
	}
	if err != nil {
		return nil, err
	}
	p.exec = monotonic()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		p.kill()
		return nil, err
	}
	go func() {
		defer close(p.words)
		sc := bufio.NewScanner(out)
		sc.Buffer(nil, 16<<20)
		for sc.Scan() {
			var w runnerWord
			if json.Unmarshal(sc.Bytes(), &w) != nil {
				w = runnerWord{Error: "the runner answered " + sc.Text()}
			}
			p.words <- w
		}
	}()
	return p, nil
}

func (p *patient) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

func (p *patient) say(line string) { _, _ = io.WriteString(p.in, line+"\n") }

// next waits for the next word; ok is false when wait has passed without one.
func (p *patient) next(wait time.Duration) (w runnerWord, ok bool, err error) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case w, more := <-p.words:
		if !more {
			return w, false, errors.New("the runner ended without a word")
		}
		if w.Error != "" {
			return w, false, errors.New(w.Error)
		}
		return w, true, nil
	case <-timer.C:
		return w, false, nil
	}
}

// stopGrace is how long a runner may take to end its guest.
const stopGrace = 10 * time.Second

// run boots once.
func (l *lab) run(ctx context.Context, order runnerOrder) (*run, error) {
	p, err := l.start(ctx, order)
	if err != nil {
		return nil, err
	}
	r := &run{exec: p.exec, ended: true, process: map[string]*report.Process{}}
	for !r.end.Ended {
		wait := l.wait
		if !r.ended {
			wait = stopGrace
		}
		w, ok, err := p.next(wait)
		if err != nil {
			p.kill()
			return nil, cmp.Or(ctx.Err(), fmt.Errorf("boot of %s: %w", order.Image, err))
		}
		switch {
		case !ok && !r.ended:
			p.kill()
			return nil, fmt.Errorf("boot of %s: the runner does not stop", order.Image)
		case !ok: // a server, for example
			r.ended = false
			if r.process[kvmboot.MarkExit], err = readProcess(p.cmd.Process.Pid); err != nil {
				p.kill()
				return nil, err
			}
			p.say(runnerStop)
		case w.Held != "":
			if r.process[w.Held], err = readProcess(p.cmd.Process.Pid); err != nil {
				p.kill()
				return nil, err
			}
			p.say(runnerGo)
		default:
			r.end = w
		}
	}
	p.in.Close()
	err = p.cmd.Wait()
	r.gone = monotonic()
	if err == nil && r.end.Timeline == nil {
		err = errors.New("no times were taken")
	}
	if err != nil {
		return nil, cmp.Or(ctx.Err(), fmt.Errorf("boot of %s: %w", order.Image, err))
	}
	return r, nil
}

// two boots two guests, holds both at one mark, and adds up what the host says of
// the two processes; nil if one does not get there.
func (l *lab) two(ctx context.Context, order runnerOrder, at string) (*report.Process, error) {
	order.Hold = []string{at}
	var both []*patient
	defer func() {
		for _, p := range both {
			p.say(runnerStop)
			p.in.Close()
			p.kill()
		}
	}()
	for range 2 {
		p, err := l.start(ctx, order)
		if err != nil {
			return nil, err
		}
		both = append(both, p)
		if w, ok, err := p.next(l.wait); err != nil || !ok || w.Held != at {
			return nil, cmp.Or(ctx.Err(), err)
		}
	}
	sum := &report.Process{}
	for _, p := range both {
		q, err := readProcess(p.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		sum.RSS, sum.PSS, sum.Private = sum.RSS+q.RSS, sum.PSS+q.PSS, sum.Private+q.Private
		sum.Shared, sum.Anon, sum.Tables = sum.Shared+q.Shared, sum.Anon+q.Anon, sum.Tables+q.Tables
	}
	return sum, nil
}

// timeline makes medians of the times of all runs.
func timeline(runs []*run) ([]report.Moment, int) {
	clock, ticks := map[string][]float64{}, map[string][]float64{}
	khz := 0
	for _, r := range runs {
		add := func(name string, nanos int64) { clock[name] = append(clock[name], float64(nanos-r.exec)/1e3) }
		add(report.MomentExec, r.exec)
		var first uint64
		khz = r.end.Timeline.TSCKHz
		for _, k := range r.end.Timeline.Marks {
			add(k.Name, k.Nanos)
			if k.TSC == 0 || khz == 0 {
				continue
			}
			if first == 0 {
				first = k.TSC
			}
			ticks[k.Name] = append(ticks[k.Name], float64(k.TSC-first)*1e3/float64(khz))
		}
		if r.ended {
			add(report.MomentGone, r.gone-r.end.Timeline.Stood)
		}
	}
	return report.Moments(clock, ticks), khz
}
