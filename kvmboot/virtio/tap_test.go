package virtio

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/testenv"
)

// tapVariable is set in the process that has a network of its own.
const tapVariable = "UK_TAP_TEST"

// TestTap: a card whose cable leads to a TAP interface, in a network of the test's own.
func TestTap(t *testing.T) {
	if os.Getenv(tapVariable) != "" {
		tapTest(t)
		return
	}
	testenv.Need(t, unix.Access(tunDevice, unix.R_OK|unix.W_OK))
	cmd := exec.Command(os.Args[0], "-test.run=^TestTap$", "-test.v")
	cmd.Env = append(os.Environ(), tapVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWUSER, UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestTap") {
		t.Errorf("%v\n%s", err, out)
	}
}

// makeTap makes an interface that stays until its network is gone.
func makeTap(t *testing.T, name string) {
	t.Helper()
	fd, err := unix.Open(tunDevice, unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	req, _ := unix.NewIfreq(name)
	req.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, req); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetInt(fd, unix.TUNSETPERSIST, 1); err != nil {
		t.Fatal(err)
	}
}

// setFlags takes an interface up or down.
func setFlags(t *testing.T, name string, flags uint16) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	req, _ := unix.NewIfreq(name)
	req.SetUint16(flags)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req); err != nil {
		t.Fatal(err)
	}
}

// packetSocket sends and receives the frames of an interface.
func packetSocket(t *testing.T, index int32) int {
	t.Helper()
	const all = unix.ETH_P_ALL&0xff<<8 | unix.ETH_P_ALL>>8
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, all)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: int(index)}); err != nil {
		t.Fatal(err)
	}
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 5})
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func tapTest(t *testing.T) {
	for name, want := range map[string]string{
		"nothere": "Card: tap nothere: no such interface: make it, as root: ip tuntap add dev nothere mode tap user $USER",
		"lo":      "Card: tap lo: it is no TAP interface: make one",
	} {
		if l, _, err := openTap(name, quiet); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, %v, want %s", l, err, want)
		}
	}
	makeTap(t, "uktest")
	var mu sync.Mutex
	var said strings.Builder
	link, mtu, err := openTap("uktest", func(s string) { mu.Lock(); defer mu.Unlock(); said.WriteString(s + "\n") })
	if err != nil {
		t.Fatal(err)
	}
	if mtu != 1500 || link.up() {
		t.Errorf("MTU %d, up %v", mtu, link.up())
	}
	if l, _, err := openTap("uktest", quiet); err == nil || !strings.Contains(err.Error(), "another program has it") {
		t.Errorf("twice: %v, %v", l, err)
	}
	d, err := newNetDevice(link, [6]byte{2}, mtu)
	if err != nil {
		t.Fatal(err)
	}
	g := newCardGuest(t, d)
	g.begin(netFeatMergeRX | netFeatMTU | netFeatStatus | netOffloads)
	g.post(nSlots/2, nRoom)
	linkIs := func(up bool) {
		t.Helper()
		for limit := time.Now().Add(nWait); d.linkUp.Load() != up; time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("the cable is not as it should be: up %v", up)
			}
		}
	}
	setFlags(t, "uktest", unix.IFF_UP)
	linkIs(true)
	s := packetSocket(t, link.(*tapLink).index)
	frame := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5}, frameOf(300)...) // a local experiment's (IEEE 802)
	got := make([]byte, 1<<16)
	find := func(b []byte, n int) bool { return n == len(frame) && bytes.Equal(b[:n], frame) }
	g.send(netHeader{}, frame)
	for {
		n, err := unix.Read(s, got)
		if err != nil {
			t.Fatalf("from the guest: %v", err)
		}
		if find(got, n) {
			break
		}
	}
	if _, err := unix.Write(s, frame); err != nil {
		t.Fatal(err)
	}
	for { // the host's own come, too: it looks for routers
		_, b, _ := g.receive()
		g.post(1, nRoom)
		if find(b, len(b)) {
			break
		}
	}
	// A frame of TCP to be segmented, which the kernel refuses if header and frame do not fit.
	h := netHeader{netNeedsCSUM, netGSOTCPv4, 54, 1000, 34, 16}
	big := append(append([]byte{}, frame[:12]...), 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2)
	big[16], big[17] = 3020>>8, 3020&0xff // total length
	big = append(append(big, 0, 80, 0, 81, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x10, 1, 0, 0, 0, 0, 0), frameOf(2980)...)
	g.send(h, big)
	for {
		n, err := unix.Read(s, got)
		if err != nil {
			t.Fatalf("a frame to be segmented: %v", err)
		}
		if n > 1000 { // a packet socket sees it before it is cut
			break
		}
	}
	setFlags(t, "uktest", 0)
	linkIs(false)
	g.send(netHeader{}, frame) // lost
	setFlags(t, "uktest", unix.IFF_UP)
	linkIs(true)
	testenv.Run(t, testenv.MustHave(t, "ip"), "link", "del", "uktest")
	linkIs(false)
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"tap uktest is down, and the guest's cable with it: ip link set uktest up", "tap uktest is up", "tap uktest went down, and the guest's cable with it", "tap uktest is gone, and the guest's cable with it"} {
		// An interface that goes may be seen to be down first.
		if n := strings.Count(said.String(), want+"\n"); n == 0 || n > 1 && want != "tap uktest is up" && !strings.Contains(want, "went down") {
			t.Errorf("said %d times: %s\n%s", n, want, said.String())
		}
	}
	if g.needsReset() {
		t.Error(g.tr.fault)
	}
}
