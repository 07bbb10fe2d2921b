package tests

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// cardVariable is set in the process that has a network of its own.
const cardVariable = "UK_CARD_TEST"

// cardModules has all of a card's way in modules.
var cardModules = []string{"inet=m", "inet_host=m", "inet_lwip=m", "virtio_net=m"}

// inOwnNetwork runs the test again in a process with a network and a user namespace of its own, and returns false here.
func inOwnNetwork(t *testing.T) bool {
	if os.Getenv(cardVariable) != "" {
		run(t, "ip", "link", "set", "lo", "up")
		return true
	}
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, "ip")
	testenv.Need(t, unix.Access("/dev/net/tun", unix.R_OK|unix.W_OK))
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), cardVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWUSER, UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

func run(t *testing.T, argv ...string) {
	t.Helper()
	if out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
	}
}

// tap makes interface number n, with this side's addresses, and returns the card at its other end.
func tap(t *testing.T, n int) *kvmboot.Card {
	t.Helper()
	name := fmt.Sprintf("tap%d", n)
	run(t, "ip", "tuntap", "add", "dev", name, "mode", "tap")
	run(t, "ip", "addr", "add", fmt.Sprintf("10.9.%d.1/24", n), "dev", name)
	run(t, "ip", "-6", "addr", "add", fmt.Sprintf("fd09:%d::1/64", n), "dev", name, "nodad")
	run(t, "ip", "link", "set", name, "up")
	return &kvmboot.Card{
		Tap: name, IP: netip.MustParsePrefix(fmt.Sprintf("10.9.%d.2/24", n)), IP6: netip.MustParsePrefix(fmt.Sprintf("fd09:%d::2/64", n)),
	}
}

// startCard is startNetwork with a card, whose driver is built in unless p says otherwise.
func startCard(t *testing.T, p *program, opt uk.RunOptions) *networkGuest {
	t.Helper()
	p.check = func(*testing.T, string) {}
	if p.kernel.Drivers == nil {
		p.kernel.Drivers = []string{"+virtio_net"}
	}
	b := prepare(t, p)
	g := &networkGuest{t: t, done: make(chan error, 1)}
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	t.Cleanup(cancel)
	opt.Args, opt.CPUs, opt.Stdout, opt.Stderr = p.args, p.cpus, &g.out, &g.out
	go func() {
		st, err := b.img.Run(ctx, opt)
		if err == nil && st.ExitCode() != p.status {
			err = fmt.Errorf("the guest ended with %v", st)
		}
		g.done <- err
	}()
	return g
}

// serveAll has clients of n connections, all at once, at address ADDR.
func (g *networkGuest) serveAll(addr string, conns, size int) {
	g.t.Helper()
	var wg sync.WaitGroup
	for i := range conns {
		wg.Go(func() {
			if err := g.echo(addr, size, int64(i)); err != nil {
				g.t.Error(err)
			}
		})
	}
	wg.Wait()
	if out, want := g.wait(), fmt.Sprintf("%d ended, 0 broken\n", conns); out != want {
		g.t.Errorf("the guest printed %q, want %q", out, want)
	}
}

// A server in the guest, its own TCP/IP against this host's.
func TestCardServer(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	for n, r := range []struct {
		name               string
		cpus, conns, bytes int
		six                bool
		drivers            []string
		args               []string // of the compiler
	}{
		{"bulk", 1, 1, 32 * mb, false, nil, nil},
		{"bulk-IPv6-static", 2, 2, 8 * mb, true, nil, []string{"-static"}},
		{"bulk-modules", 1, 1, 4 * mb, false, cardModules, nil},
		{"500-connections", 2, 500, 20_000, false, nil, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			card := tap(t, n)
			p := &program{name: "card-" + r.name, build: c("net/serve.c", r.args...), cpus: r.cpus, args: []string{"7000", fmt.Sprint(r.conns)}}
			p.kernel.Drivers = r.drivers
			ip := card.IP.Addr()
			if r.six {
				ip = card.IP6.Addr()
			}
			g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
			g.serveAll(net.JoinHostPort(ip.String(), "7000"), r.conns, r.bytes)
		})
	}
}

// What a program sees of others' servers through a card is the same as on the host, call by call.
func TestCardClient(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	for n, r := range []struct {
		name, ip string
		drivers  []string
		cpus     int
	}{
		{"IPv4", "10.9.0.1", nil, 1},
		{"IPv6", "fd09:1::1", nil, 2},
		{"modules", "10.9.2.1", cardModules, 1},
	} {
		t.Run(r.name, func(t *testing.T) {
			card := tap(t, n)
			tcp, udp := echoes(t, r.ip)
			args := []string{r.ip, fmt.Sprint(tcp), fmt.Sprint(udp), fmt.Sprint(freePort(t))}
			p := &program{name: "card-client-" + r.name, build: c("net/client.c"), cpus: r.cpus, args: args}
			p.kernel.Drivers = r.drivers
			g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
			want, err := exec.Command(compiled(t, p).path, args...).CombinedOutput()
			if err != nil {
				t.Fatal(err)
			}
			if out := g.wait(); out != string(want) {
				t.Errorf("the guest's output differs:\n%s", difference(string(want), out))
			}
		})
	}
}

// QEMU's user network: a card without offloads, on both buses, and DHCP.
func TestCardQEMU(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, r := range []struct {
		name, profile, machine string
		drivers                []string
	}{
		{"microvm", "virtio-mmio", kvmboot.MachineMicroVM, nil},
		{"q35-modules", "virtio-pci", kvmboot.MachineQ35, cardModules},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			p := &program{name: "card-qemu-" + r.name, build: c("net/serve.c"), args: []string{"7000", "3"}}
			p.kernel = uk.Options{Profile: r.profile, Drivers: r.drivers}
			card := &kvmboot.Card{User: &kvmboot.HostNetwork{Publish: []string{fmt.Sprintf("127.0.0.1:%d:7000", port)}}}
			g := startCard(t, p, uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG, Machine: r.machine, Card: card})
			g.serveAll(fmt.Sprintf("127.0.0.1:%d", port), 3, 400_000)
		})
	}
}

// A server that nobody answers DHCP to has no address, says so, and goes on.
func TestCardNoAddress(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	card := tap(t, 0)
	card.IP, card.IP6 = netip.Prefix{}, netip.Prefix{}
	p := &program{name: "card-none", build: c("net/client.c"), args: []string{"192.0.2.1", "1", "2", "3"}, status: 141}
	g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
	out := g.wait()
	if !strings.Contains(out, "nobody has answered DHCP") || !strings.Contains(out, "connect: ENETUNREACH\n") {
		t.Errorf("the guest printed %q", out)
	}
}

// The address of /etc/resolv.conf stands for the network's name server.
func TestCardResolver(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	card := tap(t, 0)
	card.Gateway, card.Resolver = netip.MustParseAddr("10.9.0.1"), netip.MustParseAddr("10.9.0.1")
	echoesAt(t, "10.9.0.1", "53")
	p := &program{name: "card-resolver", build: c("net/resolver.c"), args: []string{"10.0.2.3"}}
	g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
	want, err := exec.Command(compiled(t, p).path, "10.9.0.1").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if out := g.wait(); out != string(want) {
		t.Errorf("the guest's output differs:\n%s", difference(string(want), out))
	}
}

// A cable that loses and reorders one frame of fifty in each direction: nothing is lost or mixed up.
func TestCardLossy(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	card := tap(t, 0)
	frames, err := unix.Open("/dev/net/tun", unix.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := unix.NewIfreq(card.Tap)
	req.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(frames, unix.TUNSETIFF, req); err != nil {
		t.Fatal(err)
	}
	card.Tap, card.Socket = "", t.TempDir()+"/cable"
	l, err := net.Listen("unix", card.Socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go cable(l, frames)
	const conns = 4
	p := &program{name: "card-lossy", build: c("net/serve.c"), args: []string{"7000", fmt.Sprint(conns)}}
	g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
	g.serveAll("10.9.0.2:7000", conns, 300_000)
}

// cable carries frames between a Unix socket, each behind its length, and a TAP interface, and not all.
func cable(l net.Listener, tap int) {
	guest, err := l.Accept()
	if err != nil {
		return
	}
	carry := func(seed int64, read func() ([]byte, error), write func([]byte) error) {
		r, late := rand.New(rand.NewSource(seed)), []byte(nil)
		for {
			f, err := read()
			if err != nil {
				return
			}
			switch n := r.Intn(50); {
			case n == 0:
				continue
			case n == 1 && late == nil:
				late = f
				continue
			}
			if write(f) != nil || late != nil && write(late) != nil {
				return
			}
			late = nil
		}
	}
	go carry(1, func() ([]byte, error) {
		b := make([]byte, 1<<16)
		n, err := unix.Read(tap, b)
		return b[:max(n, 0)], err
	}, func(f []byte) error {
		_, err := guest.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(f))), f...))
		return err
	})
	carry(2, func() ([]byte, error) {
		var head [4]byte
		if _, err := io.ReadFull(guest, head[:]); err != nil {
			return nil, err
		}
		f := make([]byte, binary.BigEndian.Uint32(head[:]))
		_, err := io.ReadFull(guest, f)
		return f, err
	}, func(f []byte) error {
		_, err := unix.Write(tap, f)
		return err
	})
}

// maxCardKernel is the goal for the kernel of an echo server with a network card, in bytes.
const maxCardKernel = 150 << 10

func TestCardSize(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	p := &program{name: "card-size", build: c("net/echo.c")}
	p.kernel.Drivers = []string{"+virtio_net", "-inet_host"}
	p.check = func(*testing.T, string) {}
	if n := prepare(t, p).img.KernelSize; n > maxCardKernel {
		t.Errorf("an echo server's kernel with a network card has %d bytes, more than %d", n, maxCardKernel)
	}
}

// A client comes again from the same port, though the server, which ended the connection, remembers it.
func TestCardSamePort(t *testing.T) {
	if !inOwnNetwork(t) {
		return
	}
	const conns = 3
	card := tap(t, 0)
	g := startCard(t, &program{name: "card-shut", build: c("net/shut.c"), args: []string{"7000", fmt.Sprint(conns + 1)}}, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
	first, err := g.dial("10.9.0.2:7000")
	if err != nil {
		t.Fatal(err)
	}
	hear := func(c net.Conn) {
		if b, err := io.ReadAll(c); err != nil || string(b) != "hi" {
			t.Errorf("%q, %v", b, err)
		}
		c.Close()
	}
	hear(first)
	var from net.TCPAddr
	d := net.Dialer{LocalAddr: &from, Timeout: kvmDeadline / 2, Control: func(_, _ string, c syscall.RawConn) (err error) {
		return errors.Join(c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) }), err)
	}}
	for n := 0; n < conns; {
		c, err := d.Dial("tcp", "10.9.0.2:7000")
		if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EADDRINUSE) { // the last one is not over here
			time.Sleep(time.Millisecond)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		from = *c.LocalAddr().(*net.TCPAddr)
		hear(c)
		n++
	}
	if out := g.wait(); out != "done\n" {
		t.Errorf("the guest printed %q", out)
	}
}
