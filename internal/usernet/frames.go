package usernet

import (
	"encoding/binary"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/checksum"
	"gvisor.dev/gvisor/pkg/tcpip/header"
)

// answer takes frames that the stack has no answer for: questions for addresses and routers, and pings of others,
// which the stack would answer in their name whether or not they are there.
func (n *network) answer(frame []byte) bool {
	eth := header.Ethernet(frame)
	b := frame[header.EthernetMinimumSize:]
	switch eth.Type() {
	case header.IPv4ProtocolNumber:
		ip := header.IPv4(b)
		if !ip.IsValid(len(b)) || ip.FragmentOffset() != 0 || ip.More() {
			return false
		}
		return n.answer4(ip, b[ip.HeaderLength():ip.TotalLength()])
	case header.IPv6ProtocolNumber:
		ip := header.IPv6(b)
		if !ip.IsValid(len(b)) {
			return false
		}
		return n.answer6(ip, b[header.IPv6MinimumSize:header.IPv6MinimumSize+int(ip.PayloadLength())])
	}
	return false
}

func (n *network) answer4(ip header.IPv4, b []byte) bool {
	switch ip.TransportProtocol() {
	case header.UDPProtocolNumber:
		if len(b) > header.UDPMinimumSize && header.UDP(b).DestinationPort() == dhcpServer {
			if reply := n.dhcp(b[header.UDPMinimumSize:]); reply != nil {
				n.link.send(n.udp4(dhcpServer, dhcpClient, reply))
			}
			return true
		}
	case header.ICMPv4ProtocolNumber:
		return len(b) >= header.ICMPv4MinimumSize && header.ICMPv4(b).Type() == header.ICMPv4Echo && !n.isOwn(ip.DestinationAddress())
	}
	return false
}

func (n *network) answer6(ip header.IPv6, b []byte) bool {
	if ip.TransportProtocol() != header.ICMPv6ProtocolNumber || len(b) < header.ICMPv6MinimumSize {
		return false
	}
	switch header.ICMPv6(b).Type() {
	case header.ICMPv6RouterSolicit:
		n.link.send(n.advertisement())
		return true
	case header.ICMPv6EchoRequest:
		return !n.isOwn(ip.DestinationAddress())
	}
	return false
}

// isOwn tells whether an address is of the network itself.
func (n *network) isOwn(a tcpip.Address) bool {
	switch ip := addrPort(a, 0).Addr(); ip {
	case n.conf.Gateway, n.conf.Resolver, n.conf.Gateway6, n.conf.Resolver6, linkLocal:
		return true
	default:
		return ip.IsMulticast()
	}
}

// udp4 is a frame with a datagram from the gateway to everybody.
func (n *network) udp4(from, to uint16, payload []byte) []byte {
	const before = header.EthernetMinimumSize + header.IPv4MinimumSize
	frame := make([]byte, before+header.UDPMinimumSize+len(payload))
	header.Ethernet(frame).Encode(&header.EthernetFields{SrcAddr: gatewayMAC, DstAddr: header.EthernetBroadcastAddress, Type: header.IPv4ProtocolNumber})
	src, dst := addressOf(n.conf.Gateway), header.IPv4Broadcast
	ip := header.IPv4(frame[header.EthernetMinimumSize:])
	ip.Encode(&header.IPv4Fields{TotalLength: uint16(len(ip)), TTL: 64, Protocol: uint8(header.UDPProtocolNumber), SrcAddr: src, DstAddr: dst})
	ip.SetChecksum(^ip.CalculateChecksum())
	u := header.UDP(frame[before:])
	copy(u[header.UDPMinimumSize:], payload)
	u.Encode(&header.UDPFields{SrcPort: from, DstPort: to, Length: uint16(len(u))})
	sum := header.PseudoHeaderChecksum(header.UDPProtocolNumber, src, dst, uint16(len(u)))
	u.SetChecksum(^u.CalculateChecksum(checksum.Checksum(payload, sum)))
	return frame
}

// put16 and put32 add numbers in network order.
func put16(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }
func put32(b []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(b, v) }
