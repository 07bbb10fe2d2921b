package main

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"uk/kvmboot"
)

// Words of --net.
const (
	netHost   = "host"
	netNone   = "none"
	netUser   = "user"
	netTap    = "tap"
	netSocket = "socket"
)

// netFlag is KIND[=VALUE][,mac=ADDRESS][,mtu=N].
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
		if card.MAC != nil || card.MTU != 0 {
			return fmt.Errorf("%s has no card, and so no mac= or mtu=", kind)
		}
		f.kind, f.card = kind, nil
		return nil
	default:
		return fmt.Errorf("%q: use host, none, user, tap=NAME or socket=PATH; ,mac=ADDRESS and ,mtu=N may follow the last three", s)
	}
	f.kind, f.card = kind, &card
	return nil
}

// cardOptions takes ,mac= and ,mtu= off the end. A comma in a path is fine unless one of these follows it.
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
			if c.MTU, err = strconv.Atoi(value); err != nil || c.MTU < kvmboot.MinMTU || c.MTU > kvmboot.MaxMTU {
				return s, c, fmt.Errorf("mtu=%s: want a number from %d to %d", value, kvmboot.MinMTU, kvmboot.MaxMTU)
			}
		default:
			return s, c, nil
		}
		s = s[:i]
	}
}

// isCard tells whether the guest is to have a network card.
func (f *netFlag) isCard() bool { return !slices.Contains([]string{netHost, netNone}, f.kind) }
