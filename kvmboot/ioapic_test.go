package kvmboot

import (
	"encoding/binary"
	"reflect"
	"testing"

	"uk.example/kvmboot/guestmem"
)

func TestIOAPIC(t *testing.T) {
	type msg struct {
		address uint64
		data    uint32
	}
	var sent []msg
	c := newIOAPIC(func(a uint64, d uint32) { sent = append(sent, msg{a, d}) })
	set := func(reg byte, v uint32) {
		c.write(ioapicSelect, []byte{reg, 0, 0, 0})
		c.write(ioapicWindow, binary.LittleEndian.AppendUint32(nil, v))
	}
	get := func(reg byte) uint32 {
		c.write(ioapicSelect, []byte{reg, 0, 0, 0})
		var b [4]byte
		c.read(ioapicWindow, b[:])
		return binary.LittleEndian.Uint32(b[:])
	}
	expect := func(want ...msg) {
		t.Helper()
		if len(sent) != len(want) || len(want) > 0 && !reflect.DeepEqual(sent, want) {
			t.Errorf("sent %x, want %x", sent, want)
		}
		sent = nil
	}
	if v := get(ioapicVersion); v != 0x170011 {
		t.Errorf("version %#x", v)
	}
	if v := get(ioapicTable + 2*5); v != redirMasked {
		t.Errorf("pin 5 after reset %#x", v)
	}
	set(ioapicTable+2*5+1, 0x03000000)
	set(ioapicTable+2*5, redirMasked|0x41)
	c.raise(5)
	c.raise(5)
	expect()
	set(ioapicTable+2*5, 0x41|redirReadOnly) // unmask: one message for both
	expect(msg{0xfee03000, 0x4041})
	c.raise(5)
	c.raise(5)
	expect(msg{0xfee03000, 0x4041}, msg{0xfee03000, 0x4041})
	if v := get(ioapicTable + 2*5); v != 0x41 {
		t.Errorf("pin 5 %#x", v)
	}
	set(ioapicTable+2*23+1, 0xff000000)
	set(ioapicTable+2*23, 0x8950) // level, logical, lowest priority
	c.raise(23)
	expect(msg{0xfeeff004, 0x4150})
	for _, pin := range []uint32{24, 1 << 31, 4} {
		c.raise(pin)
	}
	expect()
	// Registers that are not there, and odd widths.
	for reg := range 256 {
		get(byte(reg))
		if reg >= ioapicTable+2*guestmem.IOAPICPins {
			set(byte(reg), 0xffffffff)
			if get(byte(reg)) != 0 {
				t.Errorf("register %#x holds a value", reg)
			}
		}
	}
	for off := range uint64(ioapicSize) {
		for n := range 9 {
			c.read(off, make([]byte, n))
			c.write(off, make([]byte, n))
		}
	}
}
