package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"uk.example/internal/machines"
	"uk.example/kvmboot"
)

func statsCommand() *command {
	return &command{
		name:  "stats",
		args:  "[MACHINE...]",
		short: "show what machines use: time, memory, network, disks",
		long: `Of all machines that run, or of those that are named. CPU % is of one processor
of this machine. NET I/O is what sockets or network cards received and sent,
BLOCK I/O what disks read and wrote, both as the program sees it. EXITS are the
guest's returns to the runner. The list is shown anew each second.`,
		examples: []example{
			{"uk stats", "until Ctrl-C"},
			{"uk stats --no-stream web", "once"},
			{"uk stats --no-stream --json", "all figures, for programs"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var once, asJSON bool
			fs.BoolVar(&once, "no-stream", false, "show them once")
			fs.BoolVar(&asJSON, "json", false, "print all figures as JSON, each time on a line of its own")
			return func(ctx context.Context, e *env, args []string) error {
				s := statsView{e: e, names: args, asJSON: asJSON, before: map[string]sample{}}
				if _, err := s.take(ctx); err != nil {
					return err
				}
				clear := !asJSON && !once && isTerminal(e.console)
				for {
					select {
					case <-ctx.Done():
						return nil
					case <-time.After(statsPeriod):
					}
					list, err := s.take(ctx)
					if err != nil {
						return err
					}
					if clear {
						io.WriteString(e.console, "\x1b[H\x1b[J")
					}
					if err := s.print(list); err != nil || once {
						return err
					}
				}
			}
		},
	}
}

// statsPeriod is between two looks, whose difference is shown.
const statsPeriod = time.Second

// machineStats are the figures of one machine.
type machineStats struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	CPUPercent float64         `json:"cpu_percent"`
	Metrics    kvmboot.Metrics `json:"metrics"`
}

// sample is the processors' time at a moment.
type sample struct {
	at  time.Time
	cpu int64
}

type statsView struct {
	e      *env
	names  []string
	asJSON bool
	before map[string]sample
}

// take looks at the machines.
func (s *statsView) take(ctx context.Context) (list []machineStats, err error) {
	store, err := machines.Open()
	if err != nil {
		return nil, err
	}
	var found []*machines.Machine
	for _, name := range s.names {
		m, err := store.Find(name)
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	if len(s.names) == 0 {
		if found, err = store.List(); err != nil {
			return nil, err
		}
	}
	for _, m := range found {
		st := machineStats{ID: m.ID, Name: m.Name}
		if m.Status != machines.StatusRunning {
			if len(s.names) > 0 {
				return nil, &machines.NotRunningError{Name: m.Name, Status: m.Status}
			}
			continue
		}
		err := m.Metrics(ctx, &st.Metrics)
		var ended *machines.NotRunningError
		switch {
		case err != nil && len(s.names) == 0: // it ends just now
			continue
		case errors.As(err, &ended):
			return nil, ended
		case err != nil:
			return nil, err
		}
		now := sample{time.Now(), cpuTime(st.Metrics)}
		if b, ok := s.before[m.ID]; ok {
			st.CPUPercent = 100 * float64(now.cpu-b.cpu) / float64(max(now.at.Sub(b.at), 1))
		}
		s.before[m.ID] = now
		list = append(list, st)
	}
	return list, nil
}

func cpuTime(m kvmboot.Metrics) (sum int64) {
	for _, c := range m.CPUs {
		sum += c.Nanos
	}
	return sum
}

func (s *statsView) print(list []machineStats) error {
	if s.asJSON {
		if list == nil {
			list = []machineStats{}
		}
		return s.e.jsonLine(list)
	}
	w := tabwriter.NewWriter(s.e.stdout, 0, 8, 3, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tCPU %\tMEM USAGE / LIMIT\tMEM %\tNET I/O\tBLOCK I/O\tEXITS")
	for _, m := range list {
		mem := m.Metrics.Memory
		fmt.Fprintf(w, "%s\t%s\t%.2f%%\t%s / %s\t%.2f%%\t%s\n", m.ID, m.Name, m.CPUPercent, size(mem.Touched), size(mem.Size),
			100*float64(mem.Touched)/float64(max(mem.Size, 1)), moved(&m.Metrics))
	}
	return w.Flush()
}

// moved are the columns of network, disks and exits; of QEMU's machines nobody knows them.
func moved(m *kvmboot.Metrics) string {
	if m.Devices == nil {
		return "-\t-\t-"
	}
	var net, disk kvmboot.Traffic
	var exits int64
	net.ToGuest, net.FromGuest = m.Sockets.ToGuest, m.Sockets.FromGuest
	for _, d := range m.Devices {
		switch d.Kind {
		case "disk":
			disk.ToGuest, disk.FromGuest = disk.ToGuest+d.ToGuest, disk.FromGuest+d.FromGuest
		case "card":
			net.ToGuest, net.FromGuest = net.ToGuest+d.ToGuest, net.FromGuest+d.FromGuest
		}
	}
	for _, n := range m.Exits {
		exits += n
	}
	return fmt.Sprintf("%s / %s\t%s / %s\t%d", size(int64(net.ToGuest)), size(int64(net.FromGuest)), size(int64(disk.ToGuest)), size(int64(disk.FromGuest)), exits)
}
