package tests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/kvmboot"
)

// soakRequests is how many requests TestBadDays makes, a million in make soak.
func soakRequests(t *testing.T) int {
	text := os.Getenv("UK_SOAK_REQUESTS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestBadDays: clients that say half of a request, a byte at a time, or take nothing, while 1,000 good ones get what
// they asked for, each answer their own.
func TestBadDays(t *testing.T) {
	t.Parallel()
	s := startServer(t, &program{name: "app-golang-bad-days", build: app("golang-server"), cpus: 2, memory: 512 * mb}, uk.RunOptions{}, 8080)
	var bad []net.Conn
	defer func() {
		for _, c := range bad {
			c.Close()
		}
	}()
	for i := range 200 { // half a request, and nothing more
		c := s.dial(8080)
		bad = append(bad, c)
		fmt.Fprintf(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nhalf", 8+i)
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 128<<10)
	var slow []net.Conn
	for range 8 { // they send much and read nothing of the answer for now
		c := s.dial(8080)
		_ = c.SetDeadline(time.Time{})
		bad, slow = append(bad, c), append(slow, c)
		go func() {
			fmt.Fprintf(c, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", len(large))
			_, _ = c.Write(large)
		}()
	}
	var wg sync.WaitGroup
	for k := range 4 { // a byte at a time
		wg.Go(func() {
			c := s.dial(8080)
			defer c.Close()
			for _, b := range fmt.Appendf(nil, "GET /bytes/%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", k) {
				if _, err := c.Write([]byte{b}); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Millisecond)
			}
			if got, err := io.ReadAll(c); err != nil || !strings.Contains(string(got), fmt.Sprintf("HTTP/1.1 /bytes/%d\n", k)) {
				t.Errorf("a byte at a time: %.200q, %v", got, err)
			}
		})
	}
	load(t, 1000, soakRequests(t)/1000, path(s, 8080, "HTTP/1.1"))
	wg.Wait()
	for _, c := range slow {
		_ = c.SetDeadline(time.Now().Add(kvmDeadline))
		got, err := io.ReadAll(c)
		if _, body, _ := bytes.Cut(got, []byte("\r\n\r\n")); err != nil || bytes.Count(body, large[:16]) < len(large)/16*9/10 {
			t.Errorf("who reads late got %d bytes, %v", len(got), err)
		}
	}
	for i, c := range bad[:200] {
		_ = c.SetDeadline(time.Now().Add(kvmDeadline)) // the load took its time
		fmt.Fprint(c, strings.Repeat("x", 4+i))
	}
	for _, c := range bad[:200] {
		b := make([]byte, 512)
		if n, err := c.Read(b); err != nil || !bytes.HasPrefix(b[:n], []byte("HTTP/1.1 200 OK\r\n")) {
			t.Fatalf("the other half: %q, %v", b[:n], err)
		}
	}
}

// TestFlood: more clients at once than the program has descriptors for: all are served, one after the other.
func TestFlood(t *testing.T) {
	t.Parallel()
	const n = 600
	port := fmt.Sprintf("127.0.0.1:%d", serverPort(t))
	g := startNetwork(t, &program{name: "serve-flood", build: c("net/serve.c"), args: []string{"7000", fmt.Sprint(n), "0", "one", "40"}},
		&kvmboot.HostNetwork{Publish: []string{port + ":7000"}})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := g.echo(port, 1000+i, int64(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if out, want := g.wait(), fmt.Sprintf("%d ended, 0 broken\n", n); out != want {
		t.Errorf("the guest printed %q, want %q", out, want)
	}
}

// TestBacklog: a listener is closed while connections wait, and another one takes its port.
func TestBacklog(t *testing.T) {
	t.Parallel()
	port := fmt.Sprintf("127.0.0.1:%d", serverPort(t))
	const waiting = 20
	g := startNetwork(t, &program{name: "backlog", build: c("net/backlog.c"), args: []string{"7000"}},
		&kvmboot.HostNetwork{Publish: []string{port + ":7000"}})
	first, err := g.dial(port) // which the program accepts, to be told
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	var wait []net.Conn
	for range waiting {
		c, err := g.dial(port)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, _ = c.Write(make([]byte, 1+rand.Intn(1000)))
		wait = append(wait, c)
	}
	if _, err := first.Write([]byte("close")); err != nil {
		t.Fatal(err)
	}
	for _, c := range wait {
		if n, err := c.Read(make([]byte, 10)); n != 0 || !errors.Is(err, syscall.ECONNRESET) && err != io.EOF {
			t.Errorf("who waited got %d bytes, %v", n, err)
		}
	}
	b := make([]byte, 10)
	if n, err := first.Read(b); err != nil || string(b[:n]) != "again" {
		t.Errorf("the program says %q, %v", b[:n], err)
	}
	c, err := g.dial(port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err != nil || string(got) != "hello" {
		t.Errorf("the second listener's connection has %q, %v", got, err)
	}
	if out := g.wait(); out != "" {
		t.Errorf("the guest printed %q", out)
	}
}
