package hostsockets

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Port is a port of the guest that programs of this host's network can reach.
type Port struct {
	Host netip.Addr // of the host's addresses; the zero Addr: each of them
	From uint16     // the host's port
	To   uint16     // the guest's port
	UDP  bool
}

// maxRange is the largest number of ports in one range.
const maxRange = 4096

// ParsePorts reads [ADDRESS:]HOST:GUEST[/udp], GUEST alone for the same port of the host, and
// FIRST-LAST instead of a port.
func ParsePorts(s string) ([]Port, error) {
	bad := func(why string) ([]Port, error) {
		return nil, fmt.Errorf("%q: %s: write [ADDRESS:]HOSTPORT:PORT[/udp], as 8080:80", s, why)
	}
	rest, proto, _ := strings.Cut(s, "/")
	if proto != "" && proto != "tcp" && proto != "udp" {
		return bad(strconv.Quote(proto) + " is neither tcp nor udp")
	}
	guest, rest := lastField(rest)
	host, address := lastField(rest)
	if host == "" && address == "" {
		host = guest
	}
	p := Port{UDP: proto == "udp"}
	if address != "" {
		a, err := netip.ParseAddr(strings.Trim(address, "[]"))
		if err != nil || a.Zone() != "" {
			return bad(strconv.Quote(address) + " is not an IP address")
		}
		p.Host = a.Unmap()
	}
	g0, g1, ok := portRange(guest)
	if !ok || g0 == 0 {
		return bad(strconv.Quote(guest) + " is not a port")
	}
	h0, h1, ok := portRange(host)
	if !ok || h0 == 0 {
		return bad(strconv.Quote(host) + " is not a port")
	}
	if g1-g0 != h1-h0 {
		return bad(fmt.Sprintf("%d ports of the host for %d of the guest", h1-h0+1, g1-g0+1))
	}
	if g1-g0 >= maxRange {
		return bad(fmt.Sprintf("more than %d ports", maxRange))
	}
	var list []Port
	for i := range g1 - g0 + 1 {
		p.From, p.To = uint16(h0+i), uint16(g0+i)
		list = append(list, p)
	}
	return list, nil
}

// lastField is what stands behind the last colon, and what before it.
func lastField(s string) (last, before string) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		return s[i+1:], s[:i]
	}
	return s, ""
}

func portRange(s string) (first, last int, ok bool) {
	a, b, two := strings.Cut(s, "-")
	x, err := strconv.ParseUint(a, 10, 16)
	if err != nil {
		return 0, 0, false
	}
	if !two {
		return int(x), int(x), true
	}
	y, err := strconv.ParseUint(b, 10, 16)
	return int(x), int(y), err == nil && y >= x
}

func (p Port) String() string {
	s := fmt.Sprintf("%d:%d", p.From, p.To)
	if p.Host.IsValid() {
		s = netip.AddrPortFrom(p.Host, p.From).String() + ":" + strconv.Itoa(int(p.To))
	}
	if p.UDP {
		s += "/udp"
	}
	return s
}
