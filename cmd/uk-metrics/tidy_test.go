package main

import (
	"fmt"
	"strings"
	"testing"

	"uk.example/internal/hostsockets"
	"uk.example/kvmboot"
)

// What a runner says that was taken over comes once, and not without end.
func TestTidy(t *testing.T) {
	f := kvmboot.Metrics{CPUs: make([]kvmboot.CPUMetrics, 100000), Exits: map[string]int64{"io": 1, "": 2, "two words": 3, strings.Repeat("x", 100): 4}}
	f.Devices = []kvmboot.DeviceMetrics{{Name: "disk"}, {Name: "disk"}, {Name: "\x1b[2J"}}
	f.Connections = []hostsockets.Connection{{Protocol: "tcp", State: "TIME_WAIT"}, {Protocol: "tcp", State: "TIME_WAIT"}, {Protocol: "tcp", State: "\n"}}
	tidy(&f)
	if len(f.CPUs) != kvmboot.MaxCPUs || len(f.Exits) != 1 || len(f.Devices) != 1 || len(f.Connections) != 2 {
		t.Errorf("%d, %v, %v, %v", len(f.CPUs), f.Exits, f.Devices, f.Connections)
	}
	for i := range 10 * maxSeries {
		name := fmt.Sprint("x", i)
		f.Exits[name] = 1
		f.Devices = append(f.Devices, kvmboot.DeviceMetrics{Name: name})
		f.Connections = append(f.Connections, hostsockets.Connection{Protocol: name, State: "x"})
	}
	tidy(&f)
	if len(f.Exits) != maxSeries || len(f.Devices) != maxSeries || len(f.Connections) != maxSeries+1 {
		t.Errorf("%d exits, %d devices, %d connections", len(f.Exits), len(f.Devices), len(f.Connections))
	}
}
