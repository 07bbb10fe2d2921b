package kvmboot

import (
	"encoding/binary"
	"sync"

	"uk.example/kvmboot/guestmem"
)

// The I/O APIC (Intel 82093AA datasheet): two 32-bit registers, through which the
// guest reaches the others.
const (
	ioapicSize = 0x20

	ioapicSelect = 0x00
	ioapicWindow = 0x10

	ioapicID      = 0
	ioapicVersion = 1
	ioapicArb     = 2
	ioapicTable   = 0x10 // two words a pin

	redirMasked   = 1 << 16
	redirReadOnly = 1<<12 | 1<<14 // delivery status, remote IRR
	redirReset    = redirMasked
)

// ioapic turns device interrupts into messages to the local APICs, which KVM
// emulates. It lives here and not in KVM for two reasons. KVM's own comes
// together with the 8259s, which start unmasked and deliver a second
// interrupt. And in kernels since 2025 each device on KVM's I/O buses, of which
// those chips are four, makes the closing of the machine wait for a grace period, 14
// ms as measured, more than a short program's whole run.
//
// Devices here raise edges, so level-triggered entries are treated alike: every
// raise is one message.
type ioapic struct {
	mu      sync.Mutex
	sel     uint8
	id      uint32
	redir   [guestmem.IOAPICPins]uint64
	pending [guestmem.IOAPICPins]bool // raised while masked
	deliver func(address uint64, data uint32)
}

func newIOAPIC(deliver func(uint64, uint32)) *ioapic {
	c := &ioapic{deliver: deliver}
	for i := range c.redir {
		c.redir[i] = redirReset
	}
	return c
}

// raise sends the interrupt of a pin, or remembers one until the pin is unmasked.
func (c *ioapic) raise(pin uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pin < guestmem.IOAPICPins {
		c.pending[pin] = true
		c.service(pin)
	}
}

func (c *ioapic) service(pin uint32) {
	e := c.redir[pin]
	if !c.pending[pin] || e&redirMasked != 0 {
		return
	}
	c.pending[pin] = false
	// Intel SDM vol. 3, 11.11: destination in 19:12, logical mode in 2; vector in 7:0,
	// delivery mode in 10:8, assert in 14.
	address := 0xfee00000 | e>>56<<12 | e>>11&1<<2
	c.deliver(address, uint32(e&0xff|e&0x700|1<<14))
}

func (c *ioapic) read(off uint64, data []byte) {
	clear(data)
	if len(data) != 4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := uint32(0)
	switch off {
	case ioapicSelect:
		v = uint32(c.sel)
	case ioapicWindow:
		switch i := c.sel - ioapicTable; {
		case c.sel == ioapicID, c.sel == ioapicArb:
			v = c.id
		case c.sel == ioapicVersion:
			v = (guestmem.IOAPICPins-1)<<16 | 0x11
		case c.sel >= ioapicTable && i < 2*guestmem.IOAPICPins:
			v = uint32(c.redir[i/2] >> (32 * (i & 1)))
		}
	}
	binary.LittleEndian.PutUint32(data, v)
}

func (c *ioapic) write(off uint64, data []byte) {
	if len(data) == 0 || len(data) > 4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch off {
	case ioapicSelect:
		c.sel = data[0]
	case ioapicWindow:
		if len(data) != 4 {
			return
		}
		v := uint64(binary.LittleEndian.Uint32(data))
		switch i := c.sel - ioapicTable; {
		case c.sel == ioapicID:
			c.id = uint32(v) & 0x0f000000
		case c.sel >= ioapicTable && i < 2*guestmem.IOAPICPins:
			e := &c.redir[i/2]
			if i&1 == 0 {
				*e = *e&^0xffffffff | v&^redirReadOnly
			} else {
				*e = *e&0xffffffff | v<<32
			}
			c.service(uint32(i / 2))
		}
	}
}
