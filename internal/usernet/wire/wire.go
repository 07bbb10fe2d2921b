// Package wire is what a runner and its user network (package usernet) say to each other over a socket that keeps
// messages apart, and is apart from that one so that a runner does without its libraries.
//
// The runner's first message is a [Setup], the answer an [Answer]. From there on each message is a struct
// virtio_net_hdr of twelve bytes and a frame; one without a frame is [Control], from the runner.
package wire

import (
	"encoding/binary"
	"net"

	"uk.example/internal/hostsockets"
)

// HeaderSize is the size of struct virtio_net_hdr with its number of buffers, which is not used here.
const HeaderSize = 12

// MaxFrame is the largest frame, with a VLAN's tag.
const MaxFrame = 14 + 4 + 65535

// MaxSetup bounds a Setup in bytes.
const MaxSetup = 128 << 10

// Setup says what network a guest is to have.
type Setup struct {
	hostsockets.Options
	MAC net.HardwareAddr // the guest's
	MTU int              // the largest
	// Sandbox says that the process gives up what it does not need.
	Sandbox bool
}

// Answer says whether there is a network now.
type Answer struct {
	Error string // "": there is
}

// Control tells what the guest's driver can do.
type Control struct {
	MTU        uint32 // the largest packet that it takes
	GuestCSUM  bool   // it takes frames whose checksum is not made
	TSO4, TSO6 bool   // and such that are to be segmented
}

const controlSize = HeaderSize + 8

// Bytes is the message.
func (c *Control) Bytes() []byte {
	b := make([]byte, controlSize)
	binary.LittleEndian.PutUint32(b[HeaderSize:], c.MTU)
	for i, on := range []bool{c.GuestCSUM, c.TSO4, c.TSO6} {
		if on {
			b[HeaderSize+4+i] = 1
		}
	}
	return b
}

// ParseControl reads a message; false: it is none, but a frame.
func ParseControl(b []byte) (Control, bool) {
	if len(b) != controlSize { // shorter than any frame
		return Control{}, false
	}
	b = b[HeaderSize:]
	return Control{MTU: binary.LittleEndian.Uint32(b), GuestCSUM: b[4] != 0, TSO4: b[5] != 0, TSO6: b[6] != 0}, true
}
