package main

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"uk.example/internal/machines"
	"uk.example/kvmboot"
)

// askTime is how long all machines together may take to answer.
const askTime = 5 * time.Second

// desc describes a figure of a machine.
func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("uk_machine_"+name, help, append([]string{"machine"}, labels...), nil)
}

var (
	up          = desc("up", "Whether the machine's program runs.")
	info        = desc("info", "What the machine is; the value is 1.", "id", "image", "status")
	restarts    = desc("restarts_total", "How often it was started again.")
	exitCode    = desc("exit_code", "The exit status of a machine that has ended.")
	started     = desc("start_time_seconds", "When its program began, in Unix time.")
	cpu         = desc("cpu_seconds_total", "Time of the host's processors.", "cpu")
	memory      = desc("memory_bytes", "The guest's memory.")
	touched     = desc("memory_touched_bytes", "What of it the host had to provide.")
	exits       = desc("exits_total", "Returns from the guest to the runner.", "reason")
	requests    = desc("device_requests_total", "Requests on the queues of a device.", "device")
	bytes       = desc("device_bytes_total", "Bytes on the queues of a device, headers included.", "device", "direction")
	sockets     = desc("sockets", "Sockets of the host's network that the guest has.")
	socketBytes = desc("socket_bytes_total", "Bytes of sockets of the host's network.", "direction")
	packets     = desc("socket_packets_total", "Datagrams, and pieces of streams, of sockets of the host's network.", "direction")
	connections = desc("connections", "Sockets of the host's network by protocol and state, of the first 1000.", "protocol", "state")
)

// collector asks all machines.
type collector struct {
	store   *machines.Store
	damaged func(error) // takes the error of a machine that cannot be read
}

func (collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{up, info, restarts, exitCode, started, cpu, memory, touched, exits, requests, bytes, sockets, socketBytes, packets, connections} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	list, err := c.store.List()
	if err != nil { // of one machine, beside which there are the others
		c.damaged(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	var wg sync.WaitGroup
	for _, m := range list {
		wg.Go(func() { collect(ctx, ch, m) })
	}
	wg.Wait()
}

// collect reports the figures of one machine; of one that does not answer, or has none, only what its files say.
func collect(ctx context.Context, ch chan<- prometheus.Metric, m *machines.Machine) {
	send := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, value, append([]string{m.Name}, labels...)...)
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		send(d, prometheus.GaugeValue, value, labels...)
	}
	counter := func(d *prometheus.Desc, value float64, labels ...string) {
		send(d, prometheus.CounterValue, value, labels...)
	}
	gauge(info, 1, m.ID, m.Image, m.Status)
	counter(restarts, float64(m.Restarts))
	if !m.Started.IsZero() {
		gauge(started, float64(m.Started.UnixNano())/1e9)
	}
	if m.Status != machines.StatusRunning {
		gauge(up, 0)
		if !m.Alive() {
			gauge(exitCode, float64(m.ExitCode))
		}
		return
	}
	gauge(up, 1)
	var f kvmboot.Metrics
	if m.Metrics(ctx, &f) != nil {
		return
	}
	tidy(&f)
	for i, c := range f.CPUs {
		counter(cpu, float64(c.Nanos)/1e9, strconv.Itoa(i))
	}
	gauge(memory, float64(f.Memory.Size))
	gauge(touched, float64(f.Memory.Touched))
	for reason, n := range f.Exits {
		counter(exits, float64(n), reason)
	}
	for _, d := range f.Devices {
		counter(requests, float64(d.Requests), d.Name)
		counter(bytes, float64(d.FromGuest), d.Name, "from_guest")
		counter(bytes, float64(d.ToGuest), d.Name, "to_guest")
	}
	if f.Devices == nil { // under QEMU nobody knows
		return
	}
	gauge(sockets, float64(f.Sockets.Sockets))
	counter(socketBytes, float64(f.Sockets.FromGuest), "from_guest")
	counter(socketBytes, float64(f.Sockets.ToGuest), "to_guest")
	counter(packets, float64(f.Sockets.PacketsFromGuest), "from_guest")
	counter(packets, float64(f.Sockets.PacketsToGuest), "to_guest")
	kinds := map[[2]string]int{}
	for _, c := range f.Connections {
		kinds[[2]string{c.Protocol, c.State}]++
	}
	for k, n := range kinds {
		gauge(connections, float64(n), k[0], k[1])
	}
}
