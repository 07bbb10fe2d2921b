package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"uk.example/internal/machines"
	"uk.example/internal/target"
	"uk.example/internal/words"
	"uk.example/kvmboot"
	"uk.example/kvmboot/virtio"
)

// machineReport is what uk inspect --json prints of a machine.
type machineReport struct {
	*machines.View
	Metrics *kvmboot.Metrics `json:"metrics"` // null: it does not run, or has none
}

// inspectMachine shows the machine called name; false: there is a file of that name, or no such machine.
func inspectMachine(ctx context.Context, e *env, name string, asJSON bool) (bool, error) {
	if _, err := os.Stat(name); err == nil || machines.CheckName(name) != nil {
		return false, nil
	}
	store, err := machines.Open()
	if err != nil {
		return false, nil
	}
	m, err := store.Find(name)
	var missing *machines.NotFoundError
	if errors.As(err, &missing) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	r := machineReport{View: m.View()}
	if m.Status == machines.StatusRunning {
		var figures kvmboot.Metrics
		if err := m.Metrics(ctx, &figures); err == nil {
			r.Metrics = &figures
		}
	}
	if asJSON {
		return true, e.json(r)
	}
	return true, printMachine(e, m, &r)
}

// orMachine adds to the error of a name that leads to no file that it is no machine's either.
func orMachine(name string, err error) error {
	if _, _, none := target.Identify(name); none != nil && machines.CheckName(name) == nil {
		return fmt.Errorf("%w, and no machine: uk ps -a lists those", err)
	}
	return err
}

func printMachine(e *env, m *machines.Machine, r *machineReport) error {
	w := tabwriter.NewWriter(e.stdout, 0, 8, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	var quoted []string
	for _, word := range m.Command {
		quoted = append(quoted, words.Quote(word))
	}
	line("machine", "%s (%s)", m.Name, m.ID)
	line("status", "%s", machineStatus(m))
	if m.Error != "" {
		line("error", "%s", words.Plain(m.Error))
	}
	line("command", "%s", strings.Join(quoted, " "))
	line("created", "%s", m.Created.Format(time.RFC3339))
	if r.PID != 0 {
		line("process", "%d", r.PID)
	}
	for _, p := range virtio.PublishedPorts(m.Ports) {
		line("port", "%s -> %s", p.Guest, p.Host)
	}
	line("restart", "%s, %d so far", r.Restart, m.Restarts)
	line("folder", "%s", m.Folder())
	if f := r.Metrics; f != nil {
		line("memory", "%s of %s touched", size(f.Memory.Touched), size(f.Memory.Size))
		line("processors", "%d, %v of time", len(f.CPUs), time.Duration(cpuTime(*f)).Round(time.Millisecond))
		for _, d := range f.Devices {
			line("device", "%s: %d requests, %s from the guest, %s to it", d.Name, d.Requests, size(int64(d.FromGuest)), size(int64(d.ToGuest)))
		}
		if n := f.Sockets.Sockets; n > 0 {
			line("sockets", "%d, %s from the guest, %s to it", n, size(int64(f.Sockets.FromGuest)), size(int64(f.Sockets.ToGuest)))
		}
	}
	return w.Flush()
}
