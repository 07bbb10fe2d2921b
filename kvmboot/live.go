package kvmboot

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"uk.example/internal/hostsockets"
)

// exitReasons is more than the numbers of KVM's exit reasons that a guest has here; greater ones count as the last.
const exitReasons = 32

// exitNames are what metrics call them; others have numbers.
var exitNames = map[int]string{
	exitIO: "io", exitDebug: "debug", exitHLT: "halt", exitMMIO: "mmio", exitShutdown: "shutdown", exitFailEntry: "fail_entry",
	exitIntr: "interrupted", exitInternalError: "internal_error", exitSystemEvent: "system_event",
}

// Live is a machine that runs.
type Live struct {
	m       *machine
	metrics func() Metrics // of another hypervisor's
}

// LiveOf is a machine of another hypervisor, whose figures come from a function.
func LiveOf(metrics func() Metrics) *Live { return &Live{metrics: metrics} }

// Metrics are a machine's figures at one moment. Counters begin with the machine. Under QEMU there are processors and memory alone:
// the lists of what nobody knows are nil.
type Metrics struct {
	CPUs        []CPUMetrics             `json:"cpus"`
	Memory      MemoryMetrics            `json:"memory"`
	Exits       map[string]int64         `json:"exits"` // returns from the guest to the runner, by reason
	Devices     []DeviceMetrics          `json:"devices"`
	Sockets     hostsockets.Totals       `json:"sockets"` // of this host's network
	Connections []hostsockets.Connection `json:"connections"`
}

// CPUMetrics are of one virtual processor.
type CPUMetrics struct {
	Nanos int64 `json:"time_ns"` // of a host processor's time, in the guest or for its exits
}

// MemoryMetrics are of the guest's memory, in bytes.
type MemoryMetrics struct {
	Size int64 `json:"size"`
	// Touched is what the host had to provide; with huge pages it comes in steps of 2 MB.
	Touched int64 `json:"touched"`
}

// DeviceMetrics are of one virtio device.
type DeviceMetrics struct {
	Kind string `json:"kind"` // disk, console, entropy, balloon, vsock, sockets, card, share
	Name string `json:"name"` // with a number where there are more
	Traffic
}

// Metrics looks at the machine. It works until Run returns; later it gives nothing.
func (l *Live) Metrics() Metrics {
	if l.metrics != nil {
		return l.metrics()
	}
	m := l.m
	out := Metrics{CPUs: []CPUMetrics{}, Exits: map[string]int64{}, Devices: []DeviceMetrics{}, Connections: []hostsockets.Connection{}}
	m.looking.Lock() // the machine stays
	defer m.looking.Unlock()
	if m.gone {
		return out
	}
	for _, c := range m.cpus {
		out.CPUs = append(out.CPUs, CPUMetrics{c.time()})
		for reason := range c.exits {
			if n := c.exits[reason].Load(); n > 0 {
				out.Exits[exitName(reason)] += n
			}
		}
	}
	out.Memory = MemoryMetrics{Size: m.cfg.Memory, Touched: m.mem.Resident()}
	names := map[string]int{}
	for _, t := range m.devices {
		kind := t.Kind()
		name := kind
		if names[kind]++; names[kind] > 1 {
			name += strconv.Itoa(names[kind])
		}
		out.Devices = append(out.Devices, DeviceMetrics{kind, name, t.Traffic()})
	}
	if m.network != nil {
		out.Sockets, out.Connections = m.network.Figures()
	}
	return out
}

func exitName(reason int) string {
	if name := exitNames[reason]; name != "" {
		return name
	}
	return fmt.Sprintf("reason_%d", reason)
}

func (c *vcpu) exitCount() (n int64) {
	for i := range c.exits {
		n += c.exits[i].Load()
	}
	return n
}

// time is what the processor's thread has had of the host's, in nanoseconds: the clock of a thread by its id, as
// pthread_getcpuclockid(3) makes it.
func (c *vcpu) time() int64 {
	tid := c.tid.Load()
	if tid == 0 {
		return c.spent.Load()
	}
	const perThread, sched = 4, 2
	var ts unix.Timespec
	if unix.ClockGettime(^tid<<3|perThread|sched, &ts) != nil {
		return c.spent.Load()
	}
	return ts.Nano()
}
