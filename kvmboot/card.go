package kvmboot

import (
	"crypto/rand"
	"net"

	"uk/internal/badoption"
)

// Card is a network card of the guest's, a virtio-net device. Tap or Socket says where its cable leads.
// The image needs a driver for it and a TCP/IP stack, see docs/network-card.md.
type Card struct {
	// Tap is the name of a TAP interface of this host, which must be there and the user's.
	Tap string
	// Socket is the path of a Unix socket that carries frames as QEMU's "-netdev stream" does: each with its length
	// before it. Run connects to it, or listens there if nobody does.
	Socket string

	MAC net.HardwareAddr // nil: one is made
	MTU int              // 0: what the other end has, or else 1500

	// Notice hears of what happens to the cable, a line each; nil: nobody does.
	Notice func(line string)
}

// Bounds of Card.MTU: IPv4's least (RFC 791), and the largest with which a frame has 16 bits of length.
const (
	MinMTU = 68
	MaxMTU = 65520
)

// normalize checks what a Card says.
func (c *Card) normalize() error {
	kinds := 0
	for _, given := range []bool{c.Tap != "", c.Socket != ""} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return badoption.Errorf("Card", "a network card needs one other end: a TAP interface or a socket")
	}
	if c.MTU != 0 && (c.MTU < MinMTU || c.MTU > MaxMTU) {
		return badoption.Errorf("Card", "MTU %d: want %d to %d", c.MTU, MinMTU, MaxMTU)
	}
	switch {
	case c.MAC == nil:
		// Locally administered, of no group (IEEE 802, section 8.2).
		c.MAC = make(net.HardwareAddr, 6)
		_, _ = rand.Read(c.MAC)
		c.MAC[0] = c.MAC[0]&^1 | 2
	case len(c.MAC) != 6 || c.MAC[0]&1 != 0:
		return badoption.Errorf("Card", "MAC address %s: want six bytes, the first of which is even, as 52:54:00:12:34:56", c.MAC)
	}
	if c.Tap != "" {
		return checkTapName(c.Tap)
	}
	if c.Socket != "" {
		return checkSocketPath(c.Socket)
	}
	return nil
}

func (c *Card) say(line string) {
	if c.Notice != nil {
		c.Notice(line)
	}
}

// open makes the device.
func (c *Card) open() (*netDevice, error) {
	link, mtu, err := c.openLink()
	if err != nil {
		return nil, err
	}
	if c.MTU != 0 {
		mtu = c.MTU
	}
	return newNetDevice(link, [6]byte(c.MAC), mtu)
}

// openLink finds the other end, and the MTU there.
func (c *Card) openLink() (netLink, int, error) {
	if c.Tap != "" {
		return openTap(c.Tap, c.say)
	}
	l, err := openStreamLink(c.Socket, c.say)
	return l, netDefaultMTU, err
}
