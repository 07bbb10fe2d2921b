package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// networkGuest is a guest whose sockets are sockets of this host.
type networkGuest struct {
	t    *testing.T
	out  bytes.Buffer
	done chan error
}

// startNetwork builds and boots a program; the test ends with wait.
func startNetwork(t *testing.T, p *program, n *kvmboot.HostNetwork) *networkGuest {
	t.Helper()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	p.check = func(*testing.T, string) {}
	b := prepare(t, p)
	g := &networkGuest{t: t, done: make(chan error, 1)}
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	t.Cleanup(cancel)
	go func() {
		st, err := b.img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Args: p.args, CPUs: p.cpus, Stdout: &g.out, Stderr: &g.out, Network: n})
		if err == nil && st.ExitCode() != p.status {
			err = fmt.Errorf("the guest ended with %v", st)
		}
		g.done <- err
	}()
	return g
}

// wait returns what the guest printed.
func (g *networkGuest) wait() string {
	g.t.Helper()
	if err := <-g.done; err != nil {
		g.t.Error(err)
	}
	return g.out.String()
}

// freePort is a port of TCP and UDP that nobody has.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		u, err := net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
		l.Close()
		if err == nil {
			u.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// published is the address of a published port.
func published(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// dial connects to an address of the guest's, as soon as it listens there.
func (g *networkGuest) dial(addr string) (*net.TCPConn, error) {
	limit := time.Now().Add(kvmDeadline)
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.SetDeadline(time.Now().Add(kvmDeadline / 2))
			return c.(*net.TCPConn), nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) || time.Now().After(limit) {
			return nil, err
		}
		select {
		case err := <-g.done:
			g.done <- err
			return nil, fmt.Errorf("the guest ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// echo sends n bytes and reads them back at the same time.
func (g *networkGuest) echo(addr string, n int, seed int64) error {
	c, err := g.dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	data := make([]byte, n)
	rand.New(rand.NewSource(seed)).Read(data)
	sent := make(chan error, 1)
	go func() {
		_, err := c.Write(data)
		sent <- errors.Join(err, c.CloseWrite())
	}()
	got, err := io.ReadAll(c)
	if err := errors.Join(err, <-sent); err != nil {
		return err
	}
	if !bytes.Equal(got, data) {
		return fmt.Errorf("%d bytes came back of %d, or others", len(got), n)
	}
	return nil
}

func TestNetworkServer(t *testing.T) {
	for _, r := range []struct {
		name               string
		cpus, conns, bytes int
		slow               string
		kernel             uk.Options
		args               []string // of the compiler
	}{
		{"bulk", 1, 1, 16 * mb, "0", uk.Options{}, nil},
		{"bulk-static", 2, 2, 4 * mb, "0", uk.Options{}, []string{"-static"}},
		{"bulk-module", 1, 1, 4 * mb, "0", uk.Options{Drivers: []string{"inet=m", "inet_host=m"}}, nil},
		{"500-connections", 2, 500, 20_000, "0", uk.Options{}, nil},
		{"slow-two-families", 1, 3, 300_000, "3000 two", uk.Options{}, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			port := freePort(t)
			p := &program{name: "serve-" + r.name, build: c("net/serve.c", r.args...), cpus: r.cpus, kernel: r.kernel, args: append([]string{"7000", fmt.Sprint(r.conns)}, strings.Fields(r.slow)...)}
			g := startNetwork(t, p, &kvmboot.HostNetwork{Publish: []string{fmt.Sprintf("127.0.0.1:%d:7000", port)}})
			var wg sync.WaitGroup
			for i := range r.conns {
				wg.Go(func() {
					if err := g.echo(published(port), r.bytes, int64(i)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if out, want := g.wait(), fmt.Sprintf("%d ended, 0 broken\n", r.conns); out != want {
				t.Errorf("the guest printed %q, want %q", out, want)
			}
		})
	}
}

// Clients that vanish in the middle, by a reset too: the guest serves the next.
func TestNetworkVanishing(t *testing.T) {
	t.Parallel()
	const n = 20
	port := freePort(t)
	g := startNetwork(t, &program{name: "serve-vanishing", build: c("net/serve.c"), args: []string{"7000", fmt.Sprint(n + 1)}},
		&kvmboot.HostNetwork{Publish: []string{fmt.Sprintf("127.0.0.1:%d:7000", port)}})
	for i := range n {
		c, err := g.dial(published(port))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write(make([]byte, 1+i*30000))
		if i%2 == 0 {
			_ = c.SetLinger(0)
		}
		c.Close()
	}
	if err := g.echo(published(port), 100_000, 1); err != nil {
		t.Error(err)
	}
	var ended, broken int
	if out := g.wait(); true {
		if _, err := fmt.Sscanf(out, "%d ended, %d broken", &ended, &broken); err != nil || ended+broken != n+1 || ended == 0 {
			t.Errorf("the guest printed %q", out)
		}
	}
}

// A port that another program of the host has is bind's error.
func TestNetworkPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g := startNetwork(t, &program{name: "serve-taken", build: c("net/serve.c"), args: []string{"7000", "1"}, status: 1},
		&kvmboot.HostNetwork{Publish: []string{fmt.Sprintf("127.0.0.1:%d:7000", l.Addr().(*net.TCPAddr).Port)}})
	if out := g.wait(); out != "bind: EADDRINUSE\n" {
		t.Errorf("the guest printed %q", out)
	}
}

// echoes serves TCP and UDP on ip until the test ends, and returns their ports.
func echoes(t *testing.T, ip string) (tcp, udp int) {
	t.Helper()
	return echoesAt(t, ip, "0")
}

func echoesAt(t *testing.T, ip, port string) (tcp, udp int) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(ip, port))
	if err != nil {
		t.Skipf("no %s here: %v", ip, err)
	}
	u, err := net.ListenPacket("udp", net.JoinHostPort(ip, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); u.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	go func() {
		b := make([]byte, 1<<16)
		for {
			n, from, err := u.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = u.WriteTo(b[:n], from)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, u.LocalAddr().(*net.UDPAddr).Port
}

// TestNetworkWaits: bytes are seen in each way that programs have to look for them, with interrupts of the device and without.
func TestNetworkWaits(t *testing.T) {
	for _, r := range []struct {
		name   string
		cpus   int
		kernel uk.Options
		args   []string
	}{
		{"one-processor", 1, uk.Options{}, nil},
		{"two-processors-static", 2, uk.Options{}, []string{"-static"}},
		{"module", 1, uk.Options{Drivers: []string{"inet=m", "inet_host=m"}}, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			port, _ := echoes(t, "127.0.0.1")
			p := &program{name: "waits-" + r.name, build: c("net/waits.c", append([]string{"-pthread"}, r.args...)...), kernel: r.kernel, cpus: r.cpus, args: []string{"10.0.2.2", fmt.Sprint(port)}}
			g := startNetwork(t, p, &kvmboot.HostNetwork{Allow: []string{"host"}})
			want, err := exec.Command(compiled(t, p).path, "127.0.0.1", fmt.Sprint(port)).CombinedOutput()
			if err != nil {
				t.Fatal(err)
			}
			if out := g.wait(); out != string(want) {
				t.Errorf("the guest's output differs:\n%s", difference(string(want), out))
			}
		})
	}
}

// What a program sees of others' servers is the same in the guest as on the host.
func TestNetworkClient(t *testing.T) {
	for _, r := range []struct {
		name, host, guest string
		kernel            uk.Options
		cpus              int
	}{
		{"IPv4", "127.0.0.1", "10.0.2.2", uk.Options{}, 1},
		{"IPv6", "::1", "fd00:756b::2", uk.Options{}, 2},
		{"module", "127.0.0.1", "10.0.2.2", uk.Options{Drivers: []string{"inet=m", "inet_host=m"}}, 1},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			tcp, udp := echoes(t, r.host)
			ports := []string{fmt.Sprint(tcp), fmt.Sprint(udp), fmt.Sprint(freePort(t))}
			p := &program{name: "client-" + r.name, build: c("net/client.c"), kernel: r.kernel, cpus: r.cpus, args: append([]string{r.guest}, ports...)}
			g := startNetwork(t, p, &kvmboot.HostNetwork{Allow: []string{"host"}})
			want, err := exec.Command(compiled(t, p).path, append([]string{r.host}, ports...)...).CombinedOutput()
			if err != nil {
				t.Fatal(err)
			}
			if out := g.wait(); out != string(want) {
				t.Errorf("the guest's output differs:\n%s", difference(string(want), out))
			}
		})
	}
}

// Without a way out there are the guest's own addresses alone.
func TestNetworkNone(t *testing.T) {
	t.Parallel()
	p := &program{name: "client-none", build: c("net/client.c"), args: []string{"192.0.2.1", "1", "2", "3"}, status: 141} // by SIGPIPE, in the end
	g := startNetwork(t, p, nil)
	if out := g.wait(); !strings.HasPrefix(out, "connect: ENETUNREACH\n") {
		t.Errorf("the guest printed %q", out)
	}
}
