package hostsockets

import (
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// HostName is this host's name in the guest. It leads to the guest's gateway.
const HostName = "host.uk.internal"

const hostNameTTL = 60 // seconds

// answer answers a question about HostName, which no server outside knows, and tells whether it was one.
func (k *sock) answer(to netip.AddrPort, payload [][]byte) bool {
	if !k.srv.isResolver(to) {
		return false
	}
	message := HostNameAnswer(body(payload, maxQuestion), &k.srv.config)
	if message == nil {
		return false
	}
	k.gave(len(message))
	b := make([]byte, addressSize, addressSize+len(message))
	putAddress(b, mapped(k.family, to))
	k.srv.reply(Header{Socket: k.id, Op: opDatagram}, k, append(b, message...))
	return true
}

func (s *Server) isResolver(a netip.AddrPort) bool {
	ip := a.Addr().Unmap()
	return a.Port() == dnsPort && (ip == s.config.Resolver || ip == s.config.Resolver6)
}

// maxQuestion is more than a question about a name as long as HostName can have.
const maxQuestion = 512

// HostNameAnswer is the answer to a question about HostName, nil for any other message (RFC 1035 section 4).
func HostNameAnswer(question []byte, c *Config) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(question)
	if err != nil || h.Response {
		return nil
	}
	q, err := p.Question()
	if err != nil || !strings.EqualFold(q.Name.String(), HostName+".") {
		return nil
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: h.ID, Response: true, OpCode: h.OpCode, RecursionDesired: h.RecursionDesired, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	rh := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: hostNameTTL}
	switch q.Type {
	case dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{Header: rh, Body: &dnsmessage.AResource{A: c.Gateway.As4()}}}
	case dnsmessage.TypeAAAA:
		m.Answers = []dnsmessage.Resource{{Header: rh, Body: &dnsmessage.AAAAResource{AAAA: c.Gateway6.As16()}}}
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}
