package kvmboot

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"uk.example/kvmboot/virtio"
)

// soakTime is for how long each device is talked to: about a second, and longer in make soak.
func soakTime(t *testing.T) time.Duration {
	text := os.Getenv("UK_SOAK_SECONDS")
	if text == "" {
		return 800 * time.Millisecond
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * time.Second
}

// soakRoom is how much memory this process may need beyond what it had before, a guest of 16 MB, its devices' buffers and garbage together.
const soakRoom = 160 << 20

// growth watches what this process holds.
type growth struct {
	fds, goroutines int
	resident, most  uint64
	stop, stopped   chan struct{}
}

func residentNow() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages uint64
	if _, err := fmt.Sscan(string(b), &size, &pages); err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}

func openNow() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}

func watchGrowth() *growth {
	runtime.GC()
	g := &growth{fds: openNow(), goroutines: runtime.NumGoroutine(), resident: residentNow(), stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(g.stopped)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			g.most = max(g.most, residentNow())
			select {
			case <-g.stop:
				return
			case <-tick.C:
			}
		}
	}()
	return g
}

// check fails a test if something is left over: descriptors, goroutines, or memory at any time. What ends by itself soon is waited for.
func (g *growth) check(t *testing.T) {
	close(g.stop)
	<-g.stopped
	if g.most > g.resident+soakRoom {
		t.Errorf("the process had %d MB, %d MB before", g.most>>20, g.resident>>20)
	}
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		fds, goroutines := openNow(), runtime.NumGoroutine()
		if fds <= g.fds && goroutines <= g.goroutines {
			return
		}
		if time.Now().After(limit) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d descriptors, %d goroutines, before %d and %d:\n%s", fds, goroutines, g.fds, g.goroutines, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// A guest talks to each device in turn as a driver does, and breaks the rules of it now and then, with a second processor that
// changes memory meanwhile in every other run. The runner neither crashes nor hangs, and keeps nothing.
func TestSoak(t *testing.T) {
	mustHaveKVM(t)
	kernel := guest(t, "hostile.S", "soak.c")
	seed := 1
	if os.Getenv("UK_SOAK_SECONDS") != "" {
		seed = int(time.Now().Unix())
	}
	for _, d := range []struct {
		name string
		id   uint32
	}{
		{"block", virtio.IDBlock}, {"console", virtio.IDConsole}, {"entropy", virtio.IDEntropy}, {"balloon", virtio.IDBalloon},
		{"share", virtio.ID9P}, {"vsock", virtio.IDVsock}, {"host sockets", virtio.IDHostSockets}, {"card", virtio.IDNet},
	} {
		t.Run(d.name, func(t *testing.T) {
			m := newFuzzedMachine(t, kernel)
			if d.id == virtio.IDNet {
				dir, err := os.MkdirTemp("", "card") // a short path
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { os.RemoveAll(dir) })
				m.cfg.Network, m.cfg.Card = nil, &Card{Socket: filepath.Join(dir, "s")}
				ctx, cancel := context.WithCancel(context.Background())
				t.Cleanup(cancel)
				go echoFrames(ctx, m.cfg.Card.Socket)
			}
			if d.id == virtio.IDHostSockets {
				knock(t, m.cfg.Network.Publish[0])
			}
			m.soak(t, d.id, seed)
		})
	}
}

// knock has a client of a published port, until the test ends, that says and hears a little.
func knock(t *testing.T, published string) {
	address := published[:strings.LastIndex(published, ":")]
	done := make(chan struct{})
	t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		for t.Context().Err() == nil {
			if c, err := net.Dial("tcp", address); err == nil {
				_, _ = c.Write([]byte("hello"))
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
				_, _ = io.Copy(io.Discard, io.LimitReader(c, 100000))
				c.Close()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
}

// soak runs guests that talk to a kind of device until its time is over, two at least.
func (m *fuzzedMachine) soak(t *testing.T, id uint32, seed int) {
	var g *growth
	last := time.Now().Add(soakTime(t))
	i := 0
	for ; i < 2 || time.Now().Before(last); i++ {
		cfg := m.cfg
		cfg.CPUs, cfg.Stdin = 1+i%2, strings.NewReader(strings.Repeat("input", 100000))
		cfg.Cmdline = fmt.Sprintf("seed=%d steps=1000 both=%d talk=%d port=%s", seed+i, i%2, id, m.echo)
		begun := time.Now()
		s, err := Run(timeLimit(t), cfg)
		if took := time.Since(begun); took > 2*time.Second {
			t.Logf("%s: took %v", cfg.Cmdline, took)
		}
		if err != nil || s.Kind != KindExit || s.Code != 0 {
			t.Fatalf("%s: %v, %v", cfg.Cmdline, s, err)
		}
		m.untouched(t, seed+i)
		if g == nil { // the first makes what is kept for the next
			g = watchGrowth()
		}
	}
	g.check(t)
	t.Logf("%d guests from seed %d on, at most %d MB", i, seed, g.most>>20)
}
