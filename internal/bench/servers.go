package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"uk.example/kvmboot"
)

// Servers in guests beside the same programs on this machine: the two take turns, and what counts is the ratio of the
// medians.

const (
	serverTurns    = 3
	serverClients  = 50
	serverRequests = 5000 // of all clients in a turn
	idleClients    = 10000
)

// contender is a server, in a guest or on this machine.
type contender struct {
	cmd  *exec.Cmd
	port int
}

// answers is what a client saw of a server.
type answers struct {
	rate float64 // a second
	p99  float64 // ms
}

// measured is what clients of one kind get out of the guest, by what they get out of the host.
type measured struct {
	name  string
	ask   func(port int) (answers, error)
	least float64
}

// mostP99 is how much longer than the host's the guest's slowest answers may take, but for one of a hundred.
const mostP99 = 2

// servers measures each server by the answers to its clients.
func (b *bench) servers() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	var all []figure
	var errs []error
	for _, s := range []func() ([]figure, error){b.redis, b.nginx, b.web, b.iperf, b.idle} {
		fs, err := s()
		all = append(all, fs...)
		errs = append(errs, err)
	}
	return all, errors.Join(errs...)
}

func (b *bench) redis() ([]figure, error) {
	return b.compare("redis", "redis", 6379, func(port int) []string {
		return []string{"/usr/bin/redis-server", "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", ""}
	}, []measured{
		{"GET by 50 clients", redisAnswers("-n", "20000"), 0.5},
		{"GET by 50 clients, pipelines of 16", redisAnswers("-n", "200000", "-P", "16"), 0.7},
	})
}

func (b *bench) nginx() ([]figure, error) {
	if _, err := b.image("nginx"); err != nil {
		return nil, err
	}
	return b.compare("nginx", "nginx", 80, func(port int) []string {
		return []string{"/usr/sbin/nginx", "-e", "stderr", "-c", b.nginxHere(port)}
	}, []measured{{"GET by 50 clients, kept alive", webAnswers("/index.html"), 0.6}})
}

// nginxHere is the app's configuration for this machine: another port, and its files where they are.
func (b *bench) nginxHere(port int) string {
	app := filepath.Join(b.dir, "nginx")
	text, _ := os.ReadFile(filepath.Join(app, "nginx.conf"))
	here := strings.NewReplacer(
		"listen 80;", fmt.Sprintf("listen 127.0.0.1:%d;", port), "listen [::]:80;", "", "listen 443 ssl http2;", "",
		"ssl_certificate /etc/nginx/cert.pem;", "", "ssl_certificate_key /etc/nginx/key.pem;", "",
		"root /www;", "root "+app+";", "/tmp/", app+"/").Replace(string(text))
	name := filepath.Join(app, "here.conf")
	_ = os.WriteFile(name, []byte(here), 0o600) // nginx says what is not right with it
	return name
}

func (b *bench) web() ([]figure, error) {
	first, err := b.firstAnswer()
	more, err2 := b.compare("Go's net/http", "golang-server", 8080, func(port int) []string {
		return []string{filepath.Join(b.dir, "golang-server", "server"), fmt.Sprintf("127.0.0.1:%d", port)}
	}, []measured{{"GET by 50 clients, kept alive", webAnswers("/"), 0.6}})
	return append(first, more...), errors.Join(err, err2)
}

// firstAnswer is from the start of uk to the first answer of a server that is built.
func (b *bench) firstAnswer() ([]figure, error) {
	image, err := b.image("golang-server")
	if err != nil {
		return nil, err
	}
	var times []float64
	for range b.rounds {
		start := time.Now()
		c, err := b.guest(image, 8080, "512M")
		if err != nil {
			return nil, err
		}
		err = get(http.DefaultClient, fmt.Sprintf("http://127.0.0.1:%d/", c.port))
		times = append(times, float64(time.Since(start).Microseconds())/1000)
		http.DefaultClient.CloseIdleConnections()
		c.stop()
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(times)
	return []figure{{name: "uk run of a Go server until its first answer", value: times[len(times)/2]}}, nil
}

// iperf measures streams of bytes out of a guest and into it, beside this machine's own.
func (b *bench) iperf() ([]figure, error) {
	image, err := b.image("iperf3")
	if err != nil {
		return nil, err
	}
	guest, err := b.guest(image, 5201, "512M")
	if err != nil {
		return nil, err
	}
	defer guest.stop()
	here, err := start(func(port int) *exec.Cmd {
		return exec.Command("/usr/bin/iperf3", "-s", "-p", strconv.Itoa(port))
	})
	if err != nil {
		return nil, err
	}
	defer here.stop()
	var fs []figure
	for _, way := range []struct {
		name string
		args []string
	}{{"out of the guest", []string{"-R"}}, {"into it", nil}} {
		g, err := stream(guest.port, way.args)
		if err != nil {
			return fs, err
		}
		h, err := stream(here.port, way.args)
		if err != nil {
			return fs, err
		}
		fs = append(fs, figure{name: "iperf3, " + way.name, value: g, note: fmt.Sprintf("%.2f of the host's %.1f", g/h, h)})
	}
	return fs, nil
}

// compare lets clients measure an app in a guest and its program on this machine, in turns.
func (b *bench) compare(name, app string, port int, host func(port int) []string, list []measured) ([]figure, error) {
	image, err := b.image(app)
	if err != nil {
		return nil, err
	}
	guest, err := b.guest(image, port, "512M")
	if err != nil {
		return nil, err
	}
	defer guest.stop()
	here, err := start(func(port int) *exec.Cmd {
		argv := host(port)
		return exec.Command(argv[0], argv[1:]...)
	})
	if err != nil {
		return nil, err
	}
	defer here.stop()
	var fs []figure
	for _, m := range list {
		var rates, p99s [2][]float64
		for range serverTurns {
			for i, c := range []*contender{guest, here} {
				r, err := m.ask(c.port)
				if err != nil {
					return fs, fmt.Errorf("%s, %s: %w", name, m.name, err)
				}
				rates[i], p99s[i] = append(rates[i], r.rate), append(p99s[i], r.p99)
			}
		}
		g, h := medians(rates)
		fs = append(fs, figure{name: name + ", " + m.name, value: g / h, limit: m.least, note: fmt.Sprintf("of the host's, %.0f and %.0f a second", g, h)})
		g, h = medians(p99s)
		fs = append(fs, figure{name: name + ", " + m.name + ": p99", value: g / h, limit: mostP99, atMost: true, note: fmt.Sprintf("times the host's, %.2f and %.2f ms", g, h)})
	}
	return fs, nil
}

func medians(v [2][]float64) (guest, host float64) {
	for i := range v {
		slices.Sort(v[i])
	}
	return v[0][len(v[0])/2], v[1][len(v[1])/2]
}

// guest runs an image with one port published.
func (b *bench) guest(image string, port int, memory string) (*contender, error) {
	return start(func(host int) *exec.Cmd {
		return exec.Command(b.uk, "run", "-q", "--memory", memory, "-p", fmt.Sprintf("127.0.0.1:%d:%d", host, port), image)
	})
}

// start starts a server at a free port, and waits until it listens.
func start(command func(port int) *exec.Cmd) (*contender, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	c := &contender{cmd: command(port), port: port}
	var out bytes.Buffer
	c.cmd.Stdout, c.cmd.Stderr = &out, &out
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(time.Millisecond / 2) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			conn.Close()
			return c, nil
		}
	}
	c.stop()
	return nil, fmt.Errorf("%s does not listen: %s", c.cmd, bytes.TrimSpace(out.Bytes()))
}

func (c *contender) stop() {
	_ = c.cmd.Process.Signal(os.Interrupt)
	t := time.AfterFunc(5*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer t.Stop()
	_ = c.cmd.Wait()
}
