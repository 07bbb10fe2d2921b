package virtio

import (
	"net/netip"
	"strconv"

	"uk.example/internal/hostsockets"
)

// PublishedPort is one port of HostNetwork.Publish.
type PublishedPort struct {
	Guest string // PORT/tcp or PORT/udp
	Host  string // ADDRESS:PORT, where all addresses are 0.0.0.0
}

// PublishedPorts reads ports as HostNetwork.Publish has them; what is none is left out.
func PublishedPorts(publish []string) (list []PublishedPort) {
	for _, s := range publish {
		ports, err := hostsockets.ParsePorts(s)
		if err != nil {
			continue
		}
		for _, p := range ports {
			protocol, host := "/tcp", p.Host
			if p.UDP {
				protocol = "/udp"
			}
			if !host.IsValid() {
				host = netip.IPv4Unspecified()
			}
			list = append(list, PublishedPort{strconv.Itoa(int(p.To)) + protocol, netip.AddrPortFrom(host, p.From).String()})
		}
	}
	return list
}
