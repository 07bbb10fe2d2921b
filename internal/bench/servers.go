package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Servers in guests beside the same programs on this machine: the two take turns, and what counts is the ratio of the
// medians.

const (
	serverTurns    = 3
	serverClients  = 50
	serverRequests = 5000 // of all clients in a turn
)

// contender is a server, in a guest or on this machine.
type contender struct {
	cmd  *exec.Cmd
	port int
}

// measured is one figure of a server: what a client gets out of the guest a second, by what it gets out of the host.
type measured struct {
	name  string
	rate  func(port int) (float64, error)
	least float64
}

// servers measures each server by the rates of its clients.
func (b *bench) servers() ([]figure, error) {
	var all []figure
	var errs []error
	for _, s := range []func() ([]figure, error){b.redis, b.web, b.iperf} {
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
		{"GET by 50 clients", redisRate("-n", "20000"), 0.5},
		{"GET by 50 clients, pipelines of 16", redisRate("-n", "200000", "-P", "16"), 0.7},
	})
}

// redisRate is what redis-benchmark says.
func redisRate(args ...string) func(port int) (float64, error) {
	return func(port int) (float64, error) {
		out, err := exec.Command("redis-benchmark", append([]string{"-p", strconv.Itoa(port), "-t", "get", "--csv"}, args...)...).Output()
		if err != nil {
			return 0, fmt.Errorf("redis-benchmark: %w", err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		fields := strings.Split(lines[len(lines)-1], ",")
		if len(fields) < 2 {
			return 0, fmt.Errorf("redis-benchmark prints %q", out)
		}
		return strconv.ParseFloat(strings.Trim(fields[1], `"`), 64)
	}
}

func (b *bench) web() ([]figure, error) {
	first, err := b.firstAnswer()
	more, err2 := b.compare("Go's net/http", "golang-server", 8080, func(port int) []string {
		return []string{filepath.Join(b.dir, "golang-server", "server"), fmt.Sprintf("127.0.0.1:%d", port)}
	}, []measured{{"GET by 50 clients, kept alive", webRate, 0.6}})
	return append(first, more...), errors.Join(err, err2)
}

// webRate is of clients that each keep a connection.
func webRate(port int) (float64, error) {
	url := fmt.Sprintf("http://127.0.0.1:%d/", port)
	start := time.Now()
	errs := make([]error, serverClients)
	var wg sync.WaitGroup
	for k := range serverClients {
		wg.Go(func() {
			c := http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			for range serverRequests / serverClients {
				if errs[k] = get(&c, url); errs[k] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return serverRequests / time.Since(start).Seconds(), errors.Join(errs...)
}

func get(c *http.Client, url string) error {
	r, err := c.Get(url)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return err
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
		c, err := b.guest(image, 8080)
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
	return []figure{{name: "uk run of a Go server until its first answer", value: times[len(times)/2], limit: 25, unit: "ms", atMost: true}}, nil
}

func (b *bench) iperf() ([]figure, error) {
	image, err := b.image("iperf3")
	if err != nil {
		return nil, err
	}
	c, err := b.guest(image, 5201)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	var fs []figure
	for _, way := range []struct {
		name string
		args []string
	}{{"into the guest", nil}, {"out of it", []string{"-R"}}} {
		var r struct {
			Error string
			End   struct {
				Received struct {
					Rate float64 `json:"bits_per_second"`
				} `json:"sum_received"`
			}
		}
		args := append([]string{"-c", "127.0.0.1", "-p", strconv.Itoa(c.port), "-J", "-t", "2"}, way.args...)
		for range 100 { // between tests its port is closed for a moment
			out, _ := exec.Command("iperf3", args...).Output()
			if err := json.Unmarshal(out, &r); err != nil {
				return fs, fmt.Errorf("iperf3: %w", err)
			}
			if r.Error == "" {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if r.Error != "" {
			return fs, fmt.Errorf("iperf3: %s", r.Error)
		}
		fs = append(fs, figure{name: "iperf3, " + way.name, value: r.End.Received.Rate / 1e9, limit: 5, unit: "Gbit/s"})
	}
	return fs, nil
}

// compare lets clients measure an app in a guest and its program on this machine, in turns.
func (b *bench) compare(name, app string, port int, host func(port int) []string, list []measured) ([]figure, error) {
	image, err := b.image(app)
	if err != nil {
		return nil, err
	}
	guest, err := b.guest(image, port)
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
		var rates [2][]float64
		for range serverTurns {
			for i, c := range []*contender{guest, here} {
				r, err := m.rate(c.port)
				if err != nil {
					return fs, fmt.Errorf("%s, %s: %w", name, m.name, err)
				}
				rates[i] = append(rates[i], r)
			}
		}
		for i := range rates {
			slices.Sort(rates[i])
		}
		g, h := rates[0][serverTurns/2], rates[1][serverTurns/2]
		fs = append(fs, figure{name: name + ", " + m.name, value: g / h, limit: m.least, note: fmt.Sprintf("of the host's, %.0f and %.0f a second", g, h)})
	}
	return fs, nil
}

// guest runs an image with one port published.
func (b *bench) guest(image string, port int) (*contender, error) {
	return start(func(host int) *exec.Cmd {
		return exec.Command(b.uk, "run", "-q", "--memory", "512M", "-p", fmt.Sprintf("127.0.0.1:%d:%d", host, port), image)
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
