package hostsockets

import (
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

func question(t testing.TB, name string, typ dnsmessage.Type) []byte {
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: typ, Class: dnsmessage.ClassINET}}}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHostName: the guest's socket that asks for this host gets its gateway's addresses, without any server.
func TestHostName(t *testing.T) {
	g := newGuest(t, Options{})
	tests := []struct {
		typ  dnsmessage.Type
		want string
	}{{dnsmessage.TypeA, "10.0.2.2"}, {dnsmessage.TypeAAAA, "fd00:756b::2"}, {dnsmessage.TypeMX, ""}}
	for i, test := range tests {
		id := uint32(i + 1)
		g.send(Header{Socket: id, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
		g.send(Header{Socket: id, Op: opDatagram}, address("10.0.2.3:53"), question(t, "Host.UK.internal.", test.typ))
		p := g.next(id, opDatagram)
		if a := addressOf(t, p.body); a != "10.0.2.3:53" {
			t.Errorf("the answer is from %s", a)
		}
		var m dnsmessage.Message
		if err := m.Unpack(p.body[addressSize:]); err != nil || m.ID != 7 || !m.Response || m.RCode != dnsmessage.RCodeSuccess {
			t.Fatalf("%+v, %v", m, err)
		}
		got := ""
		for _, a := range m.Answers {
			switch b := a.Body.(type) {
			case *dnsmessage.AResource:
				got += netip.AddrFrom4(b.A).String()
			case *dnsmessage.AAAAResource:
				got += netip.AddrFrom16(b.AAAA).String()
			}
		}
		if got != test.want {
			t.Errorf("%v: %s, want %s", test.typ, got, test.want)
		}
	}
	// Another name goes to the servers, of which there is none here.
	g.send(Header{Socket: 9, Op: opOpen}, opening(unix.AF_INET, unix.SOCK_DGRAM))
	g.send(Header{Socket: 9, Op: opDatagram}, address("10.0.2.3:53"), question(t, "other.uk.internal.", dnsmessage.TypeA))
	if p := g.next(9, opError); p.Error != int32(unix.ECONNREFUSED) {
		t.Errorf("error %d", p.Error)
	}
}

func FuzzHostName(f *testing.F) {
	f.Add(question(f, HostName+".", dnsmessage.TypeA))
	f.Add(question(f, "example.org.", dnsmessage.TypeAAAA))
	f.Add([]byte{})
	c := DefaultConfig()
	f.Fuzz(func(t *testing.T, b []byte) { HostNameAnswer(b, &c) })
}

func FuzzParsePorts(f *testing.F) {
	for _, s := range []string{"80", "127.0.0.1:8080:80/udp", "[::1]:1-4:1-4", ":", "::/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ports, err := ParsePorts(s)
		if err == nil && (len(ports) == 0 || len(ports) > maxRange) {
			t.Errorf("%d ports", len(ports))
		}
		_, _ = ParseRule(s)
	})
}
