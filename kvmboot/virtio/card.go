package virtio

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"

	"uk.example/internal/abi"
	"uk.example/internal/badoption"
)

// Card is a network card of the guest's, a virtio-net device. One of Tap, Socket and User says where its cable leads.
// The image needs a driver for it and a TCP/IP stack, see docs/network-card.md.
type Card struct {
	// Tap is the name of a TAP interface of this host, which must be there and the user's.
	Tap string
	// Socket is the path of a Unix socket that carries frames as QEMU's "-netdev stream" does: each with its length
	// before it. Run connects to it, or listens there if nobody does.
	Socket string

	// User is a network in a process of its own, with this host's sockets behind it. It cannot publish all ports.
	User *HostNetwork
	// Program is that process's, cmd/uk-net; "": uk-net beside this one's, or in $PATH.
	Program string

	MAC net.HardwareAddr // nil: one is made
	MTU int              // 0: what the other end has, or else 1500
	// IP and IP6 are addresses of the guest, with the lengths of their networks; the zero Prefix: DHCP tells, and routers
	// do. Gateway and Resolver go with IP, and may be missing.
	IP, IP6           netip.Prefix
	Gateway, Resolver netip.Addr

	// Notice hears of what happens to the cable, a line each; nil: nobody does.
	Notice func(line string)
}

// Bounds of Card.MTU: IPv4's least (RFC 791), and the largest with which a frame has 16 bits of length.
const (
	MinMTU = 68
	MaxMTU = 65520
)

// Check returns an error if the card cannot be as it says.
func (c *Card) Check() error {
	d := *c
	return d.Normalize()
}

// Normalize checks what a Card says.
func (c *Card) Normalize() error {
	kinds := 0
	for _, given := range []bool{c.Tap != "", c.Socket != "", c.User != nil} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return badoption.Errorf("Card", "a network card needs one other end: a TAP interface, a socket, or a user network")
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
	if err := c.checkAddresses(); err != nil {
		return err
	}
	if c.User != nil {
		n := *c.User
		c.User = &n
		return n.normalizeFor(c)
	}
	if c.Tap != "" {
		return checkTapName(c.Tap)
	}
	return checkSocketPath(c.Socket)
}

func (c *Card) checkAddresses() error {
	if c.IP.IsValid() && !c.IP.Addr().Is4() || c.IP6.IsValid() && (!c.IP6.Addr().Is6() || c.IP6.Bits() != 64) {
		return badoption.Errorf("Card", "addresses %v and %v: want one of IPv4, and one of IPv6 in a network of /64", c.IP, c.IP6)
	}
	for _, a := range []netip.Addr{c.Gateway, c.Resolver} {
		if a.IsValid() && !(c.IP.IsValid() && a.Is4()) {
			return badoption.Errorf("Card", "%v: a gateway and a name server are of IPv4 and go with an address of the guest; without one DHCP tells of them", a)
		}
	}
	return nil
}

// Words are those of the kernel's command line about the card's addresses: ip= as Linux has it.
func (c *Card) Words() (words []string) {
	text := func(a netip.Addr) string {
		if a.IsValid() {
			return a.String()
		}
		return ""
	}
	if c.IP.IsValid() {
		mask := net.IP(net.CIDRMask(c.IP.Bits(), 32)).String()
		words = append(words, fmt.Sprintf("ip=%s::%s:%s::eth0:off:%s", c.IP.Addr(), text(c.Gateway), mask, text(c.Resolver)))
	}
	if c.IP6.IsValid() {
		words = append(words, abi.CmdIP6+"="+c.IP6.String())
	}
	return words
}

func (c *Card) say(line string) {
	if c.Notice != nil {
		c.Notice(line)
	}
}

// Open makes the device. user is the network that was started.
func (c *Card) Open(user *UserLink) (*CardDevice, error) {
	link, mtu, err := c.openLink(user)
	if err != nil {
		return nil, err
	}
	if c.MTU != 0 {
		mtu = c.MTU
	}
	return newNetDevice(link, [6]byte(c.MAC), mtu)
}

// openLink finds the other end, and the MTU there.
func (c *Card) openLink(user *UserLink) (netLink, int, error) {
	if user != nil {
		return user, c.userMTU(), user.await()
	}
	if c.Tap != "" {
		return openTap(c.Tap, c.say)
	}
	l, err := openStreamLink(c.Socket, c.say)
	return l, netDefaultMTU, err
}
