package virtio

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"uk.example/kvmboot/guestmem"
)

// faultMachine tells of a fault.
type faultMachine struct {
	Machine
	fault chan any
}

func (m *faultMachine) Guarded(f func()) func() {
	return func() {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() {
			if r := recover(); r != nil {
				m.fault <- r
			}
		}()
		f()
	}
}

func (m *faultMachine) OutputEnds() <-chan struct{} { return nil }
func (m *faultMachine) RemoveSocket()               {}
func (m *faultMachine) Raise(uint32)                {}

// A program of the host that connects makes a goroutine of its own use the queue, whose memory is gone: the machine
// hears of it.
func TestQueueMemoryGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, guestmem.PageSize), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g := newVsockGuest(t)
	m := &faultMachine{fault: make(chan any, 16)}
	g.tr.m = m
	if err := guestmem.MapFileOver(g.m.Low[vRX+vUsed:vRX+vUsed+guestmem.PageSize], int(f.Fd()), guestmem.PageSize); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("unix", g.path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "CONNECT 5\n")
	<-m.fault
}
