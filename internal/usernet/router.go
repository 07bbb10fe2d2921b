package usernet

import (
	"net/netip"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
)

// linkLocal is the router's address on the cable, of its MAC (RFC 4291, appendix A).
var linkLocal = netip.MustParseAddr("fe80::5055:aff:fe00:202")

const (
	advertiseEvery = 5 * time.Minute
	routerLife     = 1800  // seconds (RFC 4861, section 6.2.1)
	prefixLife     = 86400 // seconds
)

// allNodes and its MAC address are everybody on the cable (RFC 4291, section 2.7.1; RFC 2464, section 7).
var (
	allNodes    = netip.MustParseAddr("ff02::1")
	allNodesMAC = tcpip.LinkAddress("\x33\x33\x00\x00\x00\x01")
)

// advertise tells the guest of its router, its prefix and its name server, now and then and when it asks.
func (n *network) advertise() {
	for {
		n.link.send(n.advertisement())
		time.Sleep(advertiseEvery)
	}
}

// advertisement is a frame with RFC 4861, section 4.2.
func (n *network) advertisement() []byte {
	b := []byte{byte(header.ICMPv6RouterAdvert), 0, 0, 0, 64, 0} // hop limit, no flags: addresses are the guest's choice
	b = put32(put32(put16(b, routerLife), 0), 0)
	b = append(append(b, 1, 1), gatewayMAC...) // its MAC
	b = put32(append(b, 5, 1, 0, 0), n.link.MTU())
	b = put32(put32(put32(append(b, 3, 4, byte(n.conf.Prefix6), 0xc0), prefixLife), prefixLife), 0) // on the cable, for addresses of its own
	prefix, _ := n.conf.Gateway6.Prefix(int(n.conf.Prefix6))
	b = append(b, prefix.Addr().AsSlice()...)
	b = put32(append(b, 25, 3, 0, 0), routerLife) // name server (RFC 8106, section 5.1)
	b = append(b, n.conf.Resolver6.AsSlice()...)

	const before = header.EthernetMinimumSize + header.IPv6MinimumSize
	frame := append(make([]byte, before), b...)
	header.Ethernet(frame).Encode(&header.EthernetFields{SrcAddr: gatewayMAC, DstAddr: allNodesMAC, Type: header.IPv6ProtocolNumber})
	src, dst := addressOf(linkLocal), addressOf(allNodes)
	header.IPv6(frame[header.EthernetMinimumSize:]).Encode(&header.IPv6Fields{
		PayloadLength: uint16(len(b)), TransportProtocol: header.ICMPv6ProtocolNumber, HopLimit: 255, SrcAddr: src, DstAddr: dst,
	})
	icmp := header.ICMPv6(frame[before:])
	icmp.SetChecksum(header.ICMPv6Checksum(header.ICMPv6ChecksumParams{Header: icmp, Src: src, Dst: dst}))
	return frame
}
