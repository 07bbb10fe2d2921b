package tests

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// What a program says to the network is in the file as packets that tcpdump finds nothing wrong with.
func TestPcap(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	tcpdump := testenv.MustHave(t, "tcpdump")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		b := make([]byte, 16)
		if n, _ := c.Read(b); string(b[:n]) == "ping\n" {
			_, _ = c.Write([]byte("pong\n"))
		}
	}()
	b := prepare(t, &program{name: "pcap-client", build: c("seeing/client.c"), check: func(*testing.T, string) {}})
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	file := filepath.Join(t.TempDir(), "packets.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	s, err := b.img.Run(ctx, uk.RunOptions{Args: []string{port}, Packets: f, Network: &kvmboot.HostNetwork{Allow: []string{"host"}}, Stdout: &out, Stderr: &out})
	f.Close()
	if err != nil || s.ExitCode() != 0 || out.String() != "pong\n" {
		t.Fatalf("%v %v %q", s, err, out.String())
	}
	said, err := exec.CommandContext(ctx, tcpdump, "-nn", "-vv", "-A", "-r", file).CombinedOutput()
	if err != nil {
		t.Fatalf("tcpdump: %v\n%s", err, said)
	}
	for _, want := range []string{`10\.0\.2\.15\.\d+ > 10\.0\.2\.2\.` + port + `: Flags \[S\]`, `Flags \[S\.\].* ack 1001`, `Flags \[P\.\], cksum 0x[0-9a-f]+ \(correct\), seq 1:6, ack 1`, `ping`, `pong`, `Flags \[F\.\]`} {
		if !regexp.MustCompile(want).Match(said) {
			t.Errorf("no %s", want)
		}
	}
	if bytes.Contains(said, []byte("incorrect")) || t.Failed() {
		t.Errorf("tcpdump says:\n%s", said)
	}
}
