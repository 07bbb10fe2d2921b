package main

import (
	"maps"
	"slices"

	"uk.example/internal/hostsockets"
	"uk.example/kvmboot"
)

// maxSeries bounds the figures of one kind that one machine has.
const maxSeries = 512

// maxWord is the longest name of a device, a reason, a protocol or a state, in bytes.
const maxWord = 32

// tidy takes from figures what no runner tells: one that was taken over answers what it likes, and must neither be in the way of
// other machines' figures, as one that comes twice is, nor fill Prometheus.
func tidy(f *kvmboot.Metrics) {
	f.CPUs = f.CPUs[:min(len(f.CPUs), kvmboot.MaxCPUs)]
	reasons := slices.Sorted(maps.Keys(f.Exits))
	for i, r := range reasons {
		if !isWord(r) || i >= maxSeries {
			delete(f.Exits, r)
		}
	}
	seen := map[string]bool{}
	f.Devices = slices.DeleteFunc(f.Devices, func(d kvmboot.DeviceMetrics) bool {
		gone := seen[d.Name] || !isWord(d.Name) || len(seen) >= maxSeries
		seen[d.Name] = seen[d.Name] || !gone
		return gone
	})
	kinds := map[[2]string]bool{}
	f.Connections = slices.DeleteFunc(f.Connections, func(c hostsockets.Connection) bool {
		k := [2]string{c.Protocol, c.State}
		gone := !isWord(c.Protocol) || !isWord(c.State) || !kinds[k] && len(kinds) >= maxSeries
		kinds[k] = kinds[k] || !gone
		return gone
	})
}

// isWord reports whether a runner can have said so.
func isWord(s string) bool {
	for _, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !letter && c != '_' && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= maxWord
}
