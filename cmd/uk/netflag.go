package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"uk.example/kvmboot"
	"uk.example/kvmboot/virtio"
)

// Words of --net.
const (
	netHost   = "host"
	netNone   = "none"
	netUser   = "user"
	netTap    = "tap"
	netSocket = "socket"
)

// netFlag is KIND[=VALUE][,mac=ADDRESS][,mtu=N][,ip=ADDRESS/LENGTH]...[,gateway=ADDRESS][,dns=ADDRESS].
type netFlag struct {
	kind string
	card *kvmboot.Card // nil: kind needs none
}

func (f *netFlag) String() string { return f.kind }
func (f *netFlag) Type() string   { return "host|none|user|tap=NAME|socket=PATH" }

// values are what completion offers.
func (f *netFlag) values() []string {
	return []string{netHost, netNone, netUser, netTap + "=", netSocket + "="}
}

func (f *netFlag) Set(s string) error {
	s, options, err := cardOptions(s)
	if err != nil {
		return err
	}
	kind, value, given := strings.Cut(s, "=")
	card := options
	switch {
	case kind == netTap && value != "":
		card.Tap = value
	case kind == netSocket && value != "":
		card.Socket = value
	case kind == netUser && !given:
		card.User = new(kvmboot.HostNetwork)
	case (kind == netHost || kind == netNone) && !given:
		if card.MAC != nil || card.MTU != 0 || card.IP.IsValid() || card.IP6.IsValid() || card.Gateway.IsValid() || card.Resolver.IsValid() {
			return fmt.Errorf("%s has no card, and so no mac=, mtu= or addresses", kind)
		}
		f.kind, f.card = kind, nil
		return nil
	default:
		return fmt.Errorf("%q: use host, none, user, tap=NAME or socket=PATH; options of the card may follow the last three: ,mac=ADDRESS ,mtu=N ,ip=ADDRESS/LENGTH ,gateway=ADDRESS ,dns=ADDRESS", s)
	}
	f.kind, f.card = kind, &card
	return nil
}

// cardOptions takes ,mac=, ,mtu=, ,ip=, ,gateway= and ,dns= off the end. A comma in a path is fine unless one of these follows it.
func cardOptions(s string) (rest string, c kvmboot.Card, err error) {
	for {
		i := strings.LastIndexByte(s, ',')
		if i < 0 {
			return s, c, nil
		}
		name, value, _ := strings.Cut(s[i+1:], "=")
		switch name {
		case "mac":
			if c.MAC, err = net.ParseMAC(value); err != nil || len(c.MAC) != 6 || c.MAC[0]&1 != 0 {
				return s, c, fmt.Errorf("mac=%s: want six bytes, the first of which is even, as 52:54:00:12:34:56", value)
			}
		case "mtu":
			if c.MTU, err = strconv.Atoi(value); err != nil || c.MTU < virtio.MinMTU || c.MTU > virtio.MaxMTU {
				return s, c, fmt.Errorf("mtu=%s: want a number from %d to %d", value, virtio.MinMTU, virtio.MaxMTU)
			}
		case "ip":
			if c.IP, c.IP6, err = cardAddress(c, value); err != nil {
				return s, c, err
			}
		case "gateway":
			if c.Gateway, err = netip.ParseAddr(value); err != nil {
				return s, c, fmt.Errorf("gateway=%s: want an address", value)
			}
		case "dns":
			if c.Resolver, err = netip.ParseAddr(value); err != nil {
				return s, c, fmt.Errorf("dns=%s: want an address", value)
			}
		default:
			return s, c, nil
		}
		s = s[:i]
	}
}

// cardAddress adds an address of the guest's to those of c.
func cardAddress(c kvmboot.Card, value string) (ip, ip6 netip.Prefix, err error) {
	p, err := netip.ParsePrefix(value)
	if err != nil {
		return c.IP, c.IP6, fmt.Errorf("ip=%s: want an address and the length of its network, as 192.168.1.5/24", value)
	}
	if p.Addr().Is4() {
		return p, c.IP6, nil
	}
	return c.IP, p, nil
}

// isCard tells whether the guest is to have a network card.
func (f *netFlag) isCard() bool { return !slices.Contains([]string{netHost, netNone}, f.kind) }
