package kvmboot

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"uk.example/kvmboot/virtio"
)

// A guest whose ring feeds itself, by what the disk writes into it, keeps a device busy for ever.
// The machine ends all the same.
func TestRingThatFeedsItself(t *testing.T) {
	mustHaveKVM(t)
	disk := make([]byte, 256*512)
	for k := range 256 {
		sector := disk[k*512:]
		binary.LittleEndian.PutUint64(sector[8:], uint64(k+1)%256)
		binary.LittleEndian.PutUint16(sector[510:], uint16(256*(k+2)))
	}
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, disk, 0o600); err != nil {
		t.Fatal(err)
	}
	kernel := guest(t, "hostile.S", "ringloop.c")
	ctx, cancel := context.WithCancel(context.Background())
	out := &untilWriter{want: ".", f: func() { time.AfterFunc(100*time.Millisecond, cancel) }}
	s, err := Run(ctx, Config{Kernel: kernel, Root: root, Memory: 16 << 20, Stderr: out})
	if s.Kind != KindCanceled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", s, err)
	}
}

// fuzzedMachine is a machine with all devices for a hostile guest, and what must not change.
type fuzzedMachine struct {
	cfg     Config
	secret  string // a file beside the shares, which have links to it
	outside string // its folder
	echo    string // port of a server on this host
}

func newFuzzedMachine(t *testing.T, kernel string) *fuzzedMachine {
	dir := t.TempDir()
	m := &fuzzedMachine{outside: filepath.Join(dir, "outside")}
	m.secret = filepath.Join(m.outside, "secret")
	write := func(name, data string) string {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	folder := func(name string) string {
		if err := os.MkdirAll(name, 0o755); err != nil {
			t.Fatal(err)
		}
		return name
	}
	folder(m.outside)
	write(m.secret, "secret")
	m.cfg = Config{Kernel: kernel, Root: write(filepath.Join(dir, "root"), strings.Repeat("root", 5000)), Memory: 16 << 20}
	for i, size := range []int{1 << 16, 1 << 14} {
		m.cfg.Drives = append(m.cfg.Drives, Drive{Path: write(filepath.Join(dir, fmt.Sprint("drive", i)), strings.Repeat("d", size)), ReadOnly: i == 1})
	}
	for i := range 2 {
		s := folder(filepath.Join(dir, fmt.Sprint("share", i)))
		folder(filepath.Join(s, "folder"))
		write(filepath.Join(s, "file"), "file")
		if err := errors.Join(os.Symlink(m.secret, filepath.Join(s, "link")), os.Symlink("..", filepath.Join(s, "a"))); err != nil {
			t.Fatal(err)
		}
		m.cfg.Shares = append(m.cfg.Shares, Share{Tag: fmt.Sprint("t", i), Path: s, ReadOnly: i == 1})
	}
	m.cfg.Balloon = &Balloon{Size: 1 << 20, Reporting: true}
	m.cfg.Vsock = &Vsock{Path: filepath.Join(dir, "s")}
	for port := range uint32(2) {
		ln, err := virtio.ListenVsock(m.cfg.Vsock.Path, 1024+port)
		if err != nil {
			t.Fatal(err)
		}
		serve(t, ln, func(c net.Conn) {
			if port == 0 {
				_, _ = io.Copy(c, c)
			} else { // one that takes nothing
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	m.echo = echoServer(t)
	m.cfg.Network = &HostNetwork{
		Publish:   []string{freePort(t) + ":80", freePort(t) + ":81/udp"},
		Allow:     []string{"host:" + m.echo},
		Resolvers: []string{"127.0.0.1:9"}, // where nobody is
	}
	return m
}

// serve hands each connection to f, which it is closed after, until the test ends.
func serve(t *testing.T, ln net.Listener, f func(net.Conn)) {
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { f(c); c.Close() }()
		}
	}()
}

// echoFrames is a peer of a card's socket that gives back what it gets, until ctx ends.
func echoFrames(ctx context.Context, path string) {
	for ctx.Err() == nil {
		if c, err := net.Dial("unix", path); err == nil {
			_, _ = io.Copy(c, c)
			c.Close()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// echoServer is a server on this host's loopback, and returns its port.
func echoServer(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, ln, func(c net.Conn) { _, _ = io.Copy(c, c) })
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// freePort is a port of this host's loopback that nobody has.
func freePort(t *testing.T) string {
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

// run runs the guest with a seed, and reports what it should not have done.
func (m *fuzzedMachine) run(t *testing.T, seed, steps, cpus int) {
	cfg := m.cfg
	cfg.CPUs, cfg.Stdin = cpus, strings.NewReader(strings.Repeat("input", 100000))
	cfg.Cmdline = fmt.Sprintf("seed=%d steps=%d both=%d port=%s", seed, steps, cpus-1, m.echo)
	s, err := Run(timeLimit(t), cfg)
	if err != nil || s.Kind != KindExit || s.Code != 0 {
		t.Errorf("seed %d: %v, %v", seed, s, err)
		var me *MachineError
		if errors.As(err, &me) {
			t.Log(me.Regs)
		}
	}
	m.untouched(t, seed)
	t.Logf("seed %d: %d exits in %v", seed, s.Exits, s.Total)
}

// untouched reports whether what is beside the shares is as it was.
func (m *fuzzedMachine) untouched(t *testing.T, seed int) {
	t.Helper()
	if b, err := os.ReadFile(m.secret); err != nil || string(b) != "secret" {
		t.Errorf("seed %d: the file outside is %q, %v", seed, b, err)
	}
	if list, err := os.ReadDir(m.outside); err != nil || len(list) != 1 {
		t.Errorf("seed %d: the folder outside is %v, %v", seed, list, err)
	}
}

// A guest with all devices does at random what no driver does, on one and on two processors.
func TestHostileGuest(t *testing.T) {
	mustHaveKVM(t)
	m := newFuzzedMachine(t, guest(t, "hostile.S", "fuzz.c"))
	first, rounds, steps := 0, 2, 2000
	if n, err := strconv.Atoi(os.Getenv("UK_HOSTILE_ROUNDS")); err == nil {
		first, rounds, steps = int(time.Now().Unix()), n, 20000
	}
	sockets := m.cfg.Network
	dir, err := os.MkdirTemp("", "card") // a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for i := range rounds {
		m.cfg.Network, m.cfg.Card = sockets, nil
		if i%2 == 1 { // a guest has one or the other
			m.cfg.Network, m.cfg.Card = nil, &Card{Socket: filepath.Join(dir, "s")}
			go echoFrames(t.Context(), m.cfg.Card.Socket)
		}
		m.run(t, first+i, steps, 1+i%2)
	}
}
