package kvmboot

import (
	"testing"
	"time"
)

// A processor that stands still when the machine ends goes on, to see that it ended.
func TestGateOpensAtTheEnd(t *testing.T) {
	m := &machine{cfg: &Config{CPUs: 1, InspectStopped: true}}
	g := newGuest(m)
	m.guest = g
	c := &vcpu{m: m, fd: -1, page: make(runPage, 4096)}
	m.cpus = []*vcpu{c}
	passed := make(chan bool)
	go func() { passed <- g.gate(c) }()
	g.Stop() // returns when it stands still
	select {
	case <-passed:
		t.Fatal("it runs, though the guest is stopped")
	default:
	}
	m.stopping.Store(true)
	g.ended()
	select {
	case on := <-passed:
		if !on {
			t.Error("the processor is said to have ended the machine")
		}
	case <-time.After(time.Minute):
		t.Fatal("it stands still for ever")
	}
}
