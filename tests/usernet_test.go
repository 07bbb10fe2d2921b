package tests

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
	"uk.example/kvmboot/virtio"
)

// userNetworkProgram builds cmd/uk-net.
func userNetworkProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), virtio.UserNetworkProgram)
	testenv.Run(t, testenv.MustHave(t, "go"), "build", "-o", program, "uk.example/cmd/uk-net")
	return program
}

// echoOnce is echo for a server behind a user network, which takes connections before the guest does and then resets
// them: those are made anew.
func (g *networkGuest) echoOnce(addr string, size int, seed int64) error {
	for limit := time.Now().Add(kvmDeadline); ; time.Sleep(5 * time.Millisecond) {
		err := g.echo(addr, size, seed)
		if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) || time.Now().After(limit) {
			return err
		}
	}
}

// A server in the guest behind the user network, and a client there of a server of this host.
func TestUserNetwork(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	network := userNetworkProgram(t)
	for _, r := range []struct {
		name               string
		cpus, conns, bytes int
		drivers            []string
	}{
		{"bulk", 1, 1, 32 * mb, nil},
		{"300-connections-modules", 2, 300, 20_000, cardModules},
	} {
		t.Run(r.name, func(t *testing.T) {
			port := freePort(t)
			p := &program{name: "user-" + r.name, build: c("net/serve.c"), cpus: r.cpus, args: []string{"7000", fmt.Sprint(r.conns)}}
			p.kernel.Drivers = r.drivers
			card := &kvmboot.Card{Program: network, User: &kvmboot.HostNetwork{Publish: []string{fmt.Sprintf("127.0.0.1:%d:7000", port)}}}
			g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
			addr := fmt.Sprintf("127.0.0.1:%d", port)
			errs := make(chan error, r.conns)
			errs <- g.echoOnce(addr, r.bytes, 0) // it is up then
			var wg sync.WaitGroup
			for i := range r.conns - 1 {
				wg.Go(func() { errs <- g.echo(addr, r.bytes, int64(i+1)) })
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				if err != nil {
					t.Error(err)
				}
			}
			if out, want := g.wait(), fmt.Sprintf("%d ended, 0 broken\n", r.conns); out != want {
				t.Errorf("the guest printed %q, want %q", out, want)
			}
		})
	}
	t.Run("client", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() { _, _ = io.Copy(c, c); c.Close() }()
			}
		}()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		p := &program{name: "user-client", build: c("net/pull.c"), args: []string{"10.0.2.2", port, fmt.Sprint(16 * mb)}}
		card := &kvmboot.Card{Program: network, User: &kvmboot.HostNetwork{Allow: []string{"host:" + port}}}
		g := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card})
		if out, want := g.wait(), fmt.Sprintf("%d bytes came back, 0 wrong\n", 16*mb); out != want {
			t.Errorf("the guest printed %q, want %q", out, want)
		}
	})
}

// Echo sockets over a card, with datagrams longer than a packet.
func TestCardPing(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	card := &kvmboot.Card{Program: userNetworkProgram(t), User: &kvmboot.HostNetwork{}}
	p := &program{name: "card-ping", build: onHost("/usr/bin/ping"), args: []string{"-n", "-c", "3", "-i", "0.01", "-s", "3000", "10.0.2.2"}}
	out := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card}).wait()
	if strings.Count(out, "3008 bytes from 10.0.2.2: ") != 3 || !strings.Contains(out, "3 received, 0% packet loss") {
		t.Errorf("%s", out)
	}
}

// A program whose first word goes out by IPv6 has an address by then.
func TestCardSixFirst(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	card := &kvmboot.Card{Program: userNetworkProgram(t), User: &kvmboot.HostNetwork{}}
	p := &program{name: "card-six-first", build: c("net/six_first.c", "-w"), args: []string{"fd00:756b::2"}}
	out := startCard(t, p, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card}).wait()
	if want := "connected\nsend: 64\nreceive: 64\ntype 129\n"; out != want {
		t.Errorf("the guest printed %q, want %q", out, want)
	}
}

// Two guests with a cable between them.
func TestCable(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	dir, err := os.MkdirTemp("", "cable") // a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	card := func(ip, ip6 string) *kvmboot.Card {
		return &kvmboot.Card{Socket: filepath.Join(dir, "s"), IP: netip.MustParsePrefix(ip), IP6: netip.MustParsePrefix(ip6)}
	}
	server := &program{name: "cable-server", build: c("net/serve.c"), args: []string{"7000", "1"}}
	client := &program{name: "cable-client", build: c("net/pull.c"), args: []string{"10.8.0.1", "7000", fmt.Sprint(8 * mb)}}
	a := startCard(t, server, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card("10.8.0.1/24", "fd08::1/64")})
	b := startCard(t, client, uk.RunOptions{VMM: uk.VMMBuiltin, Card: card("10.8.0.2/24", "fd08::2/64")})
	if out, want := b.wait(), fmt.Sprintf("%d bytes came back, 0 wrong\n", 8*mb); out != want {
		t.Errorf("the client printed %q, want %q", out, want)
	}
	if out, want := a.wait(), "1 ended, 0 broken\n"; out != want {
		t.Errorf("the server printed %q, want %q", out, want)
	}
}
