package main

import (
	"slices"

	"github.com/spf13/pflag"

	"uk.example/kvmboot"
)

// networkFlags are those about the guest's network.
type networkFlags struct {
	net netFlag
	n   kvmboot.HostNetwork
}

func (f *networkFlags) declare(fs *pflag.FlagSet) {
	f.net.kind = netHost
	fs.StringArrayVarP(&f.n.Publish, "publish", "p", nil, "publish a port of the guest on this machine: [ADDRESS:]PORT:GUESTPORT[/udp]; one number for both; ranges as 8000-8010")
	fs.BoolVarP(&f.n.PublishAll, "publish-all", "P", false, "publish every port that the program listens on")
	fs.StringArrayVar(&f.n.Allow, "allow", nil, "let the guest connect to CIDR[:PORT]; host is this machine's own loopback, 10.0.2.2 there")
	fs.StringArrayVar(&f.n.Deny, "deny", nil, "do not let the guest connect to CIDR[:PORT]")
	fs.StringArrayVar(&f.n.Resolvers, "dns", nil, "a name server for the guest, instead of this machine's")
	fs.Var(&f.net, "net", "host: sockets of this machine's network, for programs that use any; none; a network card: user, to this machine's network, without rights; tap=NAME, an interface of this machine; socket=PATH, a cable to another guest")
}

// config is the network of a run; nil: none.
func (f *networkFlags) config(fs *pflag.FlagSet, e *env, quiet bool) (*kvmboot.HostNetwork, error) {
	given := slices.IndexFunc([]string{"publish", "publish-all", "allow", "deny", "dns"}, fs.Changed)
	if f.net.kind != netHost {
		c := f.net.card
		if c != nil {
			c.Notice = e.note
		}
		switch {
		case f.net.kind == netUser:
			n := f.n
			c.User = &n
			return nil, c.Check()
		case given < 0:
		case f.net.isCard():
			return nil, usagef("run", "--net %s: what is at the other end of the cable says what is published, allowed or denied", f.net.kind)
		default:
			return nil, usagef("run", "--net none leaves nothing to publish, allow or deny")
		}
		return nil, nil
	}
	n := f.n
	if !quiet {
		n.Notice = e.note
	}
	n.Wanted = given >= 0 || fs.Changed("net")
	return &n, n.Check()
}
