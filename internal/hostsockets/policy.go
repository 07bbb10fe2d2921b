package hostsockets

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Policy says where sockets lead.
type Policy struct {
	Ports []Port // of the guest, that can be reached
	All   bool   // every port that the guest listens on is the host's of that number
	// Allow and Deny are destinations of the guest. The narrower rule wins, and of two that are the same Deny.
	Allow, Deny []Rule
}

// Rule is a set of destinations.
type Rule struct {
	Prefix netip.Prefix
	Port   uint16 // 0: all
}

// hostRules, ParseRule's "host", are this host itself: what a guest reaches at its gateway's address.
var hostRules = []Rule{{Prefix: netip.MustParsePrefix("127.0.0.0/8")}, {Prefix: netip.MustParsePrefix("::1/128")}}

// ParseRule reads CIDR[:port], an address for the network of one, or "host[:port]".
func ParseRule(s string) ([]Rule, error) {
	text, port := s, 0
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.Count(s, ":") == 1 || s[0] == '[') && !strings.HasSuffix(s, "]") {
		n, err := strconv.ParseUint(s[i+1:], 10, 16)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("%q: %q is not a port", s, s[i+1:])
		}
		text, port = s[:i], int(n)
	}
	text = strings.Trim(text, "[]")
	var rules []Rule
	if text == "host" {
		rules = append(rules, hostRules...)
	} else if p, err := netip.ParsePrefix(text); err == nil {
		rules = []Rule{{Prefix: p.Masked()}}
	} else if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		rules = []Rule{{Prefix: netip.PrefixFrom(a, a.BitLen())}}
	} else {
		return nil, fmt.Errorf("%q: write a network as 10.0.0.0/8, an address, or host; a port may follow, as 10.0.0.0/8:443, [2001:db8::]/32 or [2001:db8::1]:443", s)
	}
	for i := range rules {
		rules[i].Port = uint16(port)
	}
	return rules, nil
}

// builtin are the destinations that a guest does not reach unless it is allowed to: this host, and what
// only those on its own cable reach, cloud providers' metadata among them.
var builtin = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("::/128"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("ff00::/8"),
}

// metadata are addresses of cloud providers' services for a machine alone, credentials among what they tell, that are not link-local:
// of Amazon (also for pods), Google, Oracle (two), Scaleway, Linode, Alibaba, and Azure.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd00:ec2::23"), netip.MustParseAddr("fd20:ce::254"),
	netip.MustParseAddr("fd00:c1::a9fe:a9fe"), netip.MustParseAddr("192.0.0.192"), netip.MustParseAddr("fd00:42::42"),
	netip.MustParseAddr("fd00:a9fe:a9fe::1"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("168.63.129.16"),
}

// check is nil for a destination of this host's network that the guest may reach.
func (p *Policy) check(to netip.AddrPort) error {
	ip := to.Addr().Unmap()
	allow, deny := width(p.Allow, to), width(p.Deny, to)
	switch {
	case deny >= 0 && deny >= allow:
		return unix.EACCES
	case allow >= 0:
		return nil
	}
	for _, b := range builtin {
		if b.Contains(ip) {
			if ip.IsLoopback() {
				return unix.ECONNREFUSED
			}
			return unix.ENETUNREACH
		}
	}
	if slices.Contains(metadata, ip) {
		return unix.ENETUNREACH
	}
	return nil
}

// allows tells whether a rule names a destination to be reached.
func (p *Policy) allows(to netip.AddrPort) bool { return width(p.Allow, to) >= 0 }

// width is a number for the narrowest of rules that are for a destination, larger for narrower ones, -1 if none is.
func width(rules []Rule, to netip.AddrPort) int {
	best := -1
	for _, r := range rules {
		if r.Prefix.Contains(to.Addr().Unmap()) && (r.Port == 0 || r.Port == to.Port()) {
			w := 2 * r.Prefix.Bits()
			if r.Port != 0 {
				w++
			}
			best = max(best, w)
		}
	}
	return best
}

// ports are those of the host that stand for one of the guest.
func (p *Policy) ports(guest uint16, udp bool) []Port {
	var list []Port
	for _, q := range p.Ports {
		if q.To == guest && q.UDP == udp {
			list = append(list, q)
		}
	}
	if len(list) == 0 && p.All {
		list = append(list, Port{From: guest, To: guest, UDP: udp})
	}
	return list
}
