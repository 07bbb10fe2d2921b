package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// redisAnswers is what redis-benchmark says.
func redisAnswers(args ...string) func(port int) (answers, error) {
	return func(port int) (answers, error) {
		out, err := exec.Command("redis-benchmark", append([]string{"-p", strconv.Itoa(port), "-t", "get", "--csv"}, args...)...).Output()
		if err != nil {
			return answers{}, fmt.Errorf("redis-benchmark: %w", err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		heads, fields := strings.Split(lines[0], ","), strings.Split(lines[len(lines)-1], ",")
		value := func(head string) float64 {
			v := 0.0
			if i := slices.Index(heads, `"`+head+`"`); i >= 0 && i < len(fields) {
				v, _ = strconv.ParseFloat(strings.Trim(fields[i], `"`), 64)
			}
			return v
		}
		a := answers{value("rps"), value("p99_latency_ms")}
		if a.rate == 0 || a.p99 == 0 {
			return a, fmt.Errorf("redis-benchmark prints %q", out)
		}
		return a, nil
	}
}

// webAnswers are those to clients that each keep a connection.
func webAnswers(path string) func(port int) (answers, error) {
	return func(port int) (answers, error) {
		url := fmt.Sprintf("http://127.0.0.1:%d%s", port, path)
		start := time.Now()
		const each = serverRequests / serverClients
		errs := make([]error, serverClients)
		times := make([]float64, serverRequests)
		var wg sync.WaitGroup
		for k := range serverClients {
			wg.Go(func() {
				c := http.Client{Transport: &http.Transport{}}
				defer c.CloseIdleConnections()
				for i := range each {
					start := time.Now()
					if errs[k] = get(&c, url); errs[k] != nil {
						return
					}
					times[k*each+i] = ms(time.Since(start))
				}
			})
		}
		wg.Wait()
		slices.Sort(times)
		return answers{serverRequests / time.Since(start).Seconds(), times[serverRequests*99/100]}, errors.Join(errs...)
	}
}

func get(c *http.Client, url string) error {
	r, err := c.Get(url)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, r.Status)
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err
}

// stream is what iperf3 gets through a server at a port, in Gbit a second.
func stream(port int, args []string) (float64, error) {
	var r struct {
		Error string
		End   struct {
			Received struct {
				Rate float64 `json:"bits_per_second"`
			} `json:"sum_received"`
		}
	}
	args = append([]string{"-c", "127.0.0.1", "-p", strconv.Itoa(port), "-J", "-t", "2"}, args...)
	for range 100 { // between tests its port is closed for a moment
		r.Error = ""
		out, _ := exec.Command("iperf3", args...).Output()
		if err := json.Unmarshal(out, &r); err != nil {
			return 0, fmt.Errorf("iperf3: %w", err)
		}
		if r.Error == "" {
			return r.End.Received.Rate / 1e9, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, fmt.Errorf("iperf3: %s", r.Error)
}

// idle measures what connections without requests cost a guest with nginx and its runner, which serve others beside them.
func (b *bench) idle() ([]figure, error) {
	image, err := b.image("nginx")
	if err != nil {
		return nil, err
	}
	c, err := b.guest(image, 80, "128M")
	if err != nil {
		return nil, err
	}
	defer c.stop()
	before, err := proportional(c.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	all := make([]net.Conn, 0, idleClients)
	defer func() {
		for _, conn := range all {
			conn.Close()
		}
	}()
	for range idleClients {
		conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", c.port), 10*time.Second)
		if err != nil {
			return nil, fmt.Errorf("idle connection %d: %w", len(all), err)
		}
		all = append(all, conn)
	}
	// All are served: an answer to the first and to the last.
	for _, conn := range []net.Conn{all[0], all[len(all)-1]} {
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, "GET /index.html HTTP/1.0\r\n\r\n"); err != nil {
			return nil, err
		}
		out, err := io.ReadAll(conn)
		if err != nil || !strings.Contains(string(out), " 200 OK") {
			return nil, fmt.Errorf("a connection that was idle: %q, %w", out, err)
		}
	}
	after, err := proportional(c.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	return []figure{{name: "nginx, memory for 10,000 idle connections", value: float64(after-before) / 1024,
		note: fmt.Sprintf("of the guest and its runner, %.1f MB before", float64(before)/1024)}}, nil
}

// proportional is the PSS of a process in KB.
func proportional(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "Pss:" {
			return strconv.Atoi(f[1])
		}
	}
	return 0, fmt.Errorf("no Pss of process %d", pid)
}
