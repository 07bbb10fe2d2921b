package virtio_test

import (
	"encoding/binary"
	"fmt"
	"log"
	"strings"

	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
	"uk.example/kvmboot/virtio"
)

// machine is one without interrupts, sockets and events.
type machine struct{}

func (machine) Raise(uint32)                {}
func (machine) Guarded(f func()) func()     { return f }
func (machine) Connect(uint64, int, int)    {}
func (machine) OutputEnds() <-chan struct{} { return nil }
func (machine) RemoveSocket()               {}
func (machine) RemoveLink(string)           {}

// A driver finds a device by the registers of its transport (virtio 1.2, section 4.2.2).
func ExampleNewTransport() {
	mem, err := guestmem.New(16<<20, false)
	if err != nil {
		log.Fatal(err)
	}
	defer mem.Close()
	stop, err := stdio.NewStop()
	if err != nil {
		log.Fatal(err)
	}
	defer stop.Close()
	console := virtio.NewConsole(stdio.NewInput(strings.NewReader(""), stop), stdio.NewOutput(new(strings.Builder), stop), nil, func(error) {})
	t := virtio.NewTransport(machine{}, mem, 0, console)
	register := func(off uint64) uint32 {
		b := make([]byte, 4)
		t.Read(off, b)
		return binary.LittleEndian.Uint32(b)
	}
	fmt.Printf("magic %#x, version %d, device %d\n", register(0x00), register(0x04), register(0x08))
	// Output:
	// magic 0x74726976, version 2, device 3
}

// Shares are known to the guest by their tags.
func ExampleCheckShares() {
	fmt.Println(virtio.CheckShares([]virtio.Share{{Tag: "data", Path: "."}}))
	fmt.Println(virtio.CheckShares([]virtio.Share{{Tag: "data", Path: "."}, {Tag: "data", Path: "/"}}) != nil)
	// Output:
	// <nil>
	// true
}
