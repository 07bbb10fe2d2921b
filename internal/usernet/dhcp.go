package usernet

import (
	"bytes"
	"net"
)

// DHCP (RFC 2131, RFC 2132), for one guest that always gets the same address.
const (
	dhcpServer = 67
	dhcpClient = 68

	dhcpFixed = 236 // bytes before the cookie
	dhcpLease = 86400

	dhcpDiscover = 1
	dhcpOffer    = 2
	dhcpRequest  = 3
	dhcpAck      = 5
	dhcpNak      = 6
	dhcpInform   = 8

	optMask      = 1
	optRouter    = 3
	optDNS       = 6
	optMTU       = 26
	optRequested = 50
	optLease     = 51
	optType      = 53
	optServer    = 54
	optEnd       = 255
)

var dhcpCookie = []byte{99, 130, 83, 99}

// dhcp answers a client's message; nil: there is nothing to say.
func (n *network) dhcp(b []byte) []byte {
	if len(b) < dhcpFixed+len(dhcpCookie) || b[0] != 1 || b[1] != 1 || b[2] != 6 || !bytes.Equal(b[dhcpFixed:][:4], dhcpCookie) {
		return nil
	}
	if !bytes.Equal(b[28:34], n.setup.MAC) {
		return nil // nobody else is on the cable
	}
	options := dhcpOptions(b[dhcpFixed+len(dhcpCookie):])
	address := n.conf.Address.AsSlice()
	answer := byte(dhcpAck)
	switch kind := options[optType]; {
	case len(kind) != 1:
		return nil
	case kind[0] == dhcpDiscover:
		answer = dhcpOffer
	case kind[0] == dhcpRequest:
		wanted := options[optRequested]
		if wanted == nil {
			wanted = b[12:16] // ciaddr, of one that renews
		}
		if server := options[optServer]; server != nil && !bytes.Equal(server, n.conf.Gateway.AsSlice()) {
			return nil // it took another server's
		}
		if !bytes.Equal(wanted, address) {
			answer = dhcpNak
		}
	case kind[0] == dhcpInform:
	default:
		return nil
	}
	reply := make([]byte, dhcpFixed, 300)
	copy(reply, []byte{2, 1, 6, 0})
	copy(reply[4:8], b[4:8])     // the transaction
	copy(reply[10:12], b[10:12]) // flags
	copy(reply[28:44], b[28:44]) // its MAC
	option := func(code byte, value []byte) { reply = append(append(reply, code, byte(len(value))), value...) }
	reply = append(reply, dhcpCookie...)
	option(optType, []byte{answer})
	option(optServer, n.conf.Gateway.AsSlice())
	if answer != dhcpNak {
		if options[optType][0] != dhcpInform {
			copy(reply[16:20], address)
			option(optLease, put32(nil, dhcpLease))
		}
		option(optMask, net.CIDRMask(int(n.conf.Prefix), 32))
		option(optRouter, n.conf.Gateway.AsSlice())
		option(optDNS, n.conf.Resolver.AsSlice())
		option(optMTU, put16(nil, uint16(n.link.MTU())))
	}
	reply = append(reply, optEnd)
	for len(reply) < 300 { // what some clients take for the least (RFC 1542, section 2.1)
		reply = append(reply, 0)
	}
	return reply
}

// dhcpOptions finds the options of a message, the first of each.
func dhcpOptions(b []byte) map[byte][]byte {
	list := map[byte][]byte{}
	for len(b) > 0 && b[0] != optEnd {
		if b[0] == 0 { // a byte without meaning
			b = b[1:]
			continue
		}
		if len(b) < 2 || len(b)-2 < int(b[1]) {
			break
		}
		if list[b[0]] == nil {
			list[b[0]] = b[2 : 2+int(b[1])]
		}
		b = b[2+int(b[1]):]
	}
	return list
}
