package virtio

import (
	"bytes"
	"encoding/binary"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"uk.example/internal/testenv"
)

// userNetworkProgram builds cmd/uk-net, once.
var userNetworkProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "uk-net")
	return filepath.Join(dir, UserNetworkProgram), err
})

func buildUserNetwork(t *testing.T) string {
	t.Helper()
	program, err := userNetworkProgram()
	if err != nil {
		t.Fatal(err)
	}
	testenv.Run(t, testenv.MustHave(t, "go"), "build", "-o", program, "uk.example/cmd/uk-net")
	t.Cleanup(func() { os.RemoveAll(filepath.Dir(program)) })
	return program
}

// dhcpDiscover is a frame that asks for an address.
func dhcpDiscover(mac net.HardwareAddr) []byte {
	payload := make([]byte, 240, 300)
	copy(payload, []byte{1, 1, 6, 0, 1, 2, 3, 4})
	copy(payload[28:], mac)
	copy(payload[236:], []byte{99, 130, 83, 99})
	payload = append(payload, 53, 1, 1, 255)
	frame := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, mac...)
	frame = append(frame, 8, 0)
	ip := make([]byte, 20)
	copy(ip, []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17})
	binary.BigEndian.PutUint16(ip[2:], uint16(28+len(payload)))
	copy(ip[16:], []byte{255, 255, 255, 255})
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum>>16+sum))
	udp := []byte{0, 68, 0, 67, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(udp[4:], uint16(8+len(payload)))
	return append(append(append(frame, ip...), udp...), payload...)
}

// TestUserNetwork: the process starts, is confined, answers the guest, and ends with it; what is wrong is said before
// there is a guest.
func TestUserNetwork(t *testing.T) {
	program := buildUserNetwork(t)
	var mu sync.Mutex
	var said strings.Builder
	open := func(publish ...string) (*UserLink, *Card, error) {
		c := &Card{User: &HostNetwork{Publish: publish, Resolvers: []string{}}, Program: program, Notice: func(s string) { mu.Lock(); defer mu.Unlock(); said.WriteString(s + "\n") }}
		if err := c.Normalize(); err != nil {
			t.Fatal(err)
		}
		l, err := c.StartUser(true)
		if err != nil {
			t.Fatal(err)
		}
		return l, c, l.await()
	}
	port := unusedPort(t)
	l, c, err := open(port + ":80")
	if err != nil {
		t.Fatal(err)
	}
	d, err := newNetDevice(l, [6]byte(c.MAC), c.userMTU())
	if err != nil {
		t.Fatal(err)
	}
	g := newCardGuest(t, d)
	g.begin(netFeatMergeRX | netFeatMTU | netOffloads)
	g.post(nSlots, nRoom)
	g.send(netHeader{}, dhcpDiscover(c.MAC))
	for {
		_, frame, _ := g.receive() // the router says that it is there, too
		g.post(1, nRoom)
		if len(frame) > 300 && bytes.Equal(frame[42+16:42+20], []byte{10, 0, 2, 15}) {
			break
		}
	}
	// Somebody connects: the guest is asked for its port.
	peer, err := net.Dial("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	for {
		_, frame, _ := g.receive()
		g.post(1, nRoom)
		if len(frame) >= 54 && frame[23] == 6 && binary.BigEndian.Uint16(frame[36:]) == 80 {
			break
		}
	}
	second, _, err := open(port + ":80")
	if err == nil || !strings.Contains(err.Error(), "of this machine is taken: end what listens there, or publish another one") {
		t.Errorf("a port that is taken: %v", err)
	}
	second.close()
	// The network goes away before the guest.
	_ = l.cmd.Process.Kill()
	for limit := time.Now().Add(nWait); d.linkUp.Load() && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
	mu.Lock()
	if d.linkUp.Load() || said.String() != "the user network ended, and the guest's cable with it\n" {
		t.Errorf("up %v, said %q", d.linkUp.Load(), said.String())
	}
	mu.Unlock()
	if g.needsReset() {
		t.Error(g.tr.fault)
	}
	// What is not that program.
	bad := &Card{User: &HostNetwork{}, Program: testenv.MustHave(t, "false")}
	if err := bad.Normalize(); err != nil {
		t.Fatal(err)
	}
	if l, err := bad.StartUser(false); err == nil {
		if err = l.await(); err == nil {
			t.Error("another program is taken for a network")
		}
		l.close()
	}
}

// unusedPort is a port of this host's loopback that nobody has.
func unusedPort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + port
}
