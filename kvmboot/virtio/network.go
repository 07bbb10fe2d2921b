package virtio

import (
	"bufio"
	"net/netip"
	"os"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/confine"
	"uk.example/internal/hostsockets"
	"uk.example/internal/pcap"
)

// HostNetwork is the guest's way to this host's network: its sockets are sockets of the runner. See
// docs/host-sockets.md.
type HostNetwork struct {
	// Publish are the ports of the guest that can be reached from this host's network, as
	// [ADDRESS:]HOSTPORT:PORT[/udp], or PORT for the same port of the host.
	Publish []string
	// PublishAll publishes each port that the guest listens on as the host's port of that number.
	PublishAll bool
	// Allow and Deny are networks, CIDR[:PORT], that the guest may or may not connect to; "host" is this host
	// itself. The narrower one wins. Without them it reaches all but this host itself and link-local addresses.
	Allow, Deny []string
	// Resolvers are the name servers that stand behind the guest's, as ADDRESS[:PORT]; nil: those of
	// /etc/resolv.conf.
	Resolvers []string
	// Wanted says that a machine without such a network will not do: else one whose kernel lacks the driver, or
	// QEMU's, has none.
	Wanted bool
	// Notice hears of what may have to be changed, a line each; nil: nobody does.
	Notice func(line string)

	policy    hostsockets.Policy
	resolvers []netip.AddrPort
}

// Check returns an error if one of the texts is none that it can be.
func (n *HostNetwork) Check() error {
	c := *n
	return c.Normalize()
}

// Normalize reads the texts.
func (n *HostNetwork) Normalize() error {
	n.policy = hostsockets.Policy{All: n.PublishAll}
	for _, s := range n.Publish {
		ports, err := hostsockets.ParsePorts(s)
		if err != nil {
			return badoption.Errorf("Publish", "%v", err)
		}
		n.policy.Ports = append(n.policy.Ports, ports...)
	}
	var err error
	if n.policy.Allow, err = parseRules("Allow", n.Allow); err != nil {
		return err
	}
	if n.policy.Deny, err = parseRules("Deny", n.Deny); err != nil {
		return err
	}
	n.resolvers = nil
	for _, s := range n.Resolvers {
		a, err := netip.ParseAddrPort(s)
		if err != nil {
			ip, err := netip.ParseAddr(s)
			if err != nil {
				return badoption.Errorf("Resolvers", "%q is not the address of a name server", s)
			}
			a = netip.AddrPortFrom(ip, 53)
		}
		n.resolvers = append(n.resolvers, a)
	}
	if n.Resolvers == nil {
		n.resolvers = hostResolvers("/etc/resolv.conf")
	}
	return nil
}

func parseRules(option string, list []string) (all []hostsockets.Rule, err error) {
	for _, s := range list {
		rules, err := hostsockets.ParseRule(s)
		if err != nil {
			return nil, badoption.Errorf(option, "%v", err)
		}
		all = append(all, rules...)
	}
	return all, nil
}

// hostResolvers reads the name servers out of a resolv.conf(5).
func hostResolvers(file string) (list []netip.AddrPort) {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		words := strings.Fields(s.Text())
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		if a, err := netip.ParseAddr(words[1]); err == nil && a.Zone() == "" {
			list = append(list, netip.AddrPortFrom(a, 53))
		}
	}
	return list
}

// options are those of the sockets of a guest with so much memory, whose packets go to capture, too, if that is not nil.
func (n *HostNetwork) options(memory int64, capture *pcap.Writer) hostsockets.Options {
	hostsockets.RaiseDescriptors()
	o := hostsockets.Options{Policy: n.policy, Config: hostsockets.DefaultConfig(), Resolvers: n.resolvers, Notice: n.Notice, Memory: memory}
	if capture != nil { // an interface of a nil pointer is not nil
		o.Capture = capture
	}
	return o
}

// Published are the ports of the host that lead to the guest.
func (n *HostNetwork) Published() []hostsockets.Port { return n.policy.Ports }

// Ports are those that the process may bind.
func (n *HostNetwork) Ports() *confine.Network {
	c := &confine.Network{AnyPort: n.PublishAll}
	for _, p := range n.policy.Ports {
		if p.UDP {
			c.UDP = append(c.UDP, p.From)
		} else {
			c.TCP = append(c.TCP, p.From)
		}
	}
	return c
}
