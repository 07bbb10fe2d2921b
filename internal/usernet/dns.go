package usernet

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"uk.example/internal/hostsockets"
)

const (
	dnsPort = 53
	// dnsTry is how long one of several name servers may take, dnsLast the last one.
	dnsTry  = 2 * time.Second
	dnsLast = 5 * time.Second
	// dnsQuestions bounds those of one socket of the guest at a time, dnsIdle is how long it may be silent.
	dnsQuestions = 64
	dnsIdle      = 30 * time.Second
)

// resolver is the guest's name server: what stands behind it are the host's, one after the other.
type resolver struct {
	upstream []netip.AddrPort
	config   *hostsockets.Config
	first    atomic.Uint32 // of upstream: the one that answered last
	under    semaphore     // questions that are asked
}

func (n *network) isResolver(to netip.AddrPort) bool {
	return to.Port() == dnsPort && (to.Addr() == n.conf.Resolver || to.Addr() == n.conf.Resolver6)
}

// ask finds the answer to a question, by UDP or TCP.
func (r *resolver) ask(network string, question []byte) []byte {
	if b := hostsockets.HostNameAnswer(question, r.config); b != nil {
		return b
	}
	if !r.under.take() {
		return failure(question)
	}
	defer r.under.give()
	count := uint32(len(r.upstream))
	start := r.first.Load()
	for i := range count {
		at := (start + i) % count
		limit := dnsTry
		if i == count-1 {
			limit = dnsLast
		}
		if b, err := query(network, r.upstream[at], question, limit); err == nil {
			r.first.Store(at)
			return b
		}
	}
	return failure(question)
}

// query asks one server.
func query(network string, server netip.AddrPort, question []byte, limit time.Duration) ([]byte, error) {
	c, err := net.DialTimeout(network, server.String(), limit)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(limit))
	if network == "tcp" {
		if err := writeMessage(c, question); err != nil {
			return nil, err
		}
		return readMessage(c)
	}
	if _, err := c.Write(question); err != nil {
		return nil, err
	}
	b := make([]byte, maxDatagram)
	for {
		n, err := c.Read(b)
		if err != nil {
			return nil, err
		}
		if n >= 2 && b[0] == question[0] && b[1] == question[1] {
			return b[:n], nil
		}
	}
}

// failure says that no server answered (RFC 1035, section 4.1.1); nil for what is no question.
func failure(question []byte) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(question)
	if err != nil || h.Response {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: h.ID, Response: true, OpCode: h.OpCode, RecursionDesired: h.RecursionDesired, RCode: dnsmessage.RCodeServerFailure},
		Questions: []dnsmessage.Question{q},
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}

// dnsHeader is the least that a message has, in bytes.
const dnsHeader = 12

// serveUDP answers the questions of one socket of the guest.
func (r *resolver) serveUDP(c net.Conn) {
	defer c.Close()
	under := make(semaphore, dnsQuestions)
	b := make([]byte, maxDatagram)
	for {
		_ = c.SetReadDeadline(time.Now().Add(dnsIdle))
		n, err := c.Read(b)
		if err != nil {
			if refused(err) {
				continue
			}
			return
		}
		if n < dnsHeader || !under.take() {
			continue
		}
		question := append([]byte(nil), b[:n]...)
		go func() {
			defer under.give()
			if answer := r.ask("udp", question); answer != nil {
				_, _ = c.Write(answer)
			}
		}()
	}
}

// serveTCP answers the questions of one connection, one after the other (RFC 7766).
func (r *resolver) serveTCP(c *guestConn) {
	defer c.Close()
	for {
		_ = c.SetDeadline(time.Now().Add(dnsIdle))
		question, err := readMessage(c)
		if err != nil || len(question) < dnsHeader {
			return
		}
		answer := r.ask("tcp", question)
		if answer == nil || writeMessage(c, answer) != nil {
			return
		}
	}
}

// readMessage reads a message of a connection, which has its length before it.
func readMessage(r io.Reader) ([]byte, error) {
	var n [2]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(n[:]))
	_, err := io.ReadFull(r, b)
	return b, err
}

func writeMessage(w io.Writer, b []byte) error {
	if len(b) > 65535 {
		return io.ErrShortWrite
	}
	_, err := w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
	return err
}
