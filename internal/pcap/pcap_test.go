package pcap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"
	"time"
)

// packets cuts a file into its packets.
func packets(t *testing.T, file []byte) (list [][]byte) {
	t.Helper()
	le := binary.LittleEndian
	if len(file) < 24 || le.Uint32(file) != magicNanoseconds || le.Uint32(file[20:]) != linkEthernet {
		t.Fatalf("header %x", file[:min(len(file), 24)])
	}
	for b := file[24:]; len(b) > 0; {
		n := int(le.Uint32(b[8:]))
		list = append(list, b[16:16+n])
		b = b[16+n:]
	}
	return list
}

// checked returns ports, sequence numbers and flags of a segment whose checksums are right.
func checked(t *testing.T, p []byte) (from, to uint16, seq, ack uint32, flags byte, data []byte) {
	t.Helper()
	be := binary.BigEndian
	ip, tcp := p[14:34], p[34:]
	pseudo := append(append([]byte{}, ip[12:20]...), 0, protocolTCP)
	pseudo = be.AppendUint16(pseudo, uint16(len(tcp)))
	if sum(0, ip) != 0xffff || sum(sum(0, pseudo), tcp) != 0xffff || int(be.Uint16(ip[2:])) != len(p)-14 {
		t.Errorf("checksums or length of %x", p)
	}
	return be.Uint16(tcp), be.Uint16(tcp[2:]), be.Uint32(tcp[4:]), be.Uint32(tcp[8:]), tcp[13], tcp[20:]
}

func TestConnection(t *testing.T) {
	var file bytes.Buffer
	p, err := NewWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	p.now = func() time.Time { return time.Unix(1, 5) }
	guest, peer := netip.MustParseAddrPort("10.0.2.15:80"), netip.MustParseAddrPort("[::ffff:192.0.2.1]:4000")
	p.Connected(7, guest, peer, false)
	p.Stream(7, false, [][]byte{[]byte("GET "), []byte("/")})
	p.Stream(7, true, [][]byte{[]byte("odd")})
	p.Shut(7, false)
	p.Closed(7)
	p.Stream(7, true, [][]byte{[]byte("late")})
	type line struct {
		fromGuest bool
		seq, ack  uint32
		flags     byte
		data      string
	}
	want := []line{
		{false, 2000, 0, tcpSYN, ""}, {true, 1000, 2001, tcpSYN | tcpACK, ""}, {false, 2001, 1001, tcpACK, ""},
		{false, 2001, 1001, tcpPSH | tcpACK, "GET "}, {false, 2005, 1001, tcpPSH | tcpACK, "/"}, {true, 1001, 2006, tcpACK, ""},
		{true, 1001, 2006, tcpPSH | tcpACK, "odd"}, {false, 2006, 1004, tcpACK, ""},
		{false, 2006, 1004, tcpFIN | tcpACK, ""}, {true, 1004, 2007, tcpACK, ""}, {true, 1004, 2007, tcpFIN | tcpACK, ""}, {false, 2007, 1005, tcpACK, ""},
	}
	got := packets(t, file.Bytes())
	if len(got) != len(want) {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i, b := range got {
		from, _, seq, ack, flags, data := checked(t, b)
		if g := (line{from == 80, seq, ack, flags, string(data)}); g != want[i] {
			t.Errorf("packet %d: %+v, want %+v", i, g, want[i])
		}
	}
}

func TestOthers(t *testing.T) {
	var file bytes.Buffer
	p, _ := NewWriter(&file)
	guest, peer := netip.MustParseAddrPort("[fd00::15]:80"), netip.MustParseAddrPort("[2001:db8::1]:53")
	p.Datagram(guest, peer, true, []byte("question"))
	p.Frame([][]byte{[]byte("head"), []byte("frame")})
	p.Reset(1, true)
	got := packets(t, file.Bytes())
	if len(got) != 2 || string(got[1]) != "headframe" || len(got[0]) != 14+40+8+8 || got[0][12] != 0x86 {
		t.Errorf("%x", got)
	}
	be := binary.BigEndian
	udp := got[0][54:]
	pseudo := be.AppendUint32(append([]byte{}, got[0][22:54]...), uint32(len(udp)))
	if sum(sum(0, append(pseudo, 0, 0, 0, protocolUDP)), udp) != 0xffff {
		t.Error("UDP's checksum")
	}
	p.w = failing{}
	p.Frame(nil)
	p.Frame(nil)
	if p.Err() == nil {
		t.Error("an error of writing was not kept")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
