package tests

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// Servers of apps/: each boots once and serves real clients of this host until the test is over.

// server is a guest that serves until the test ends.
type server struct {
	t     *testing.T
	ports map[int]int // of the guest: where this host has them
	out   lockedBuffer
	stop  func() // and waits until it is over
	done  chan struct{}
}

// lockedBuffer is what a guest prints, which a test may read meanwhile.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var (
	portMu    sync.Mutex
	portsUsed = map[int]bool{}
)

// serverPort is a port of TCP and UDP that nobody has, nor gets by chance: a server may close it for a while.
func serverPort(t *testing.T) int {
	t.Helper()
	const first, last = 20000, 32000 // below those that Linux gives to clients
	portMu.Lock()
	defer portMu.Unlock()
	for range 1000 {
		port := first + rand.Intn(last-first)
		if portsUsed[port] {
			continue
		}
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		l.Close()
		u, err := net.ListenPacket("udp", addr)
		if err != nil {
			continue
		}
		u.Close()
		portsUsed[port] = true
		return port
	}
	t.Fatal("no port is free")
	return 0
}

// startServer boots an app and waits until the first port answers.
func startServer(t *testing.T, p *program, o uk.RunOptions, ports ...int) *server {
	t.Helper()
	s := bootServer(t, p, o, ports...)
	s.dial(ports[0]).Close()
	return s
}

// bootServer boots an app, with these ports of the guest published for TCP and UDP.
func bootServer(t *testing.T, p *program, o uk.RunOptions, ports ...int) *server {
	t.Helper()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	p.check = func(*testing.T, string) {}
	b := prepare(t, p)
	s := &server{t: t, ports: map[int]int{}, done: make(chan struct{})}
	if o.Network == nil {
		o.Network = &kvmboot.HostNetwork{}
	}
	for _, g := range ports {
		h := serverPort(t)
		s.ports[g] = h
		for _, proto := range []string{"", "/udp"} {
			o.Network.Publish = append(o.Network.Publish, fmt.Sprintf("127.0.0.1:%d:%d%s", h, g, proto))
		}
	}
	o.VMM, o.Args, o.CPUs, o.Memory, o.Stdout, o.Stderr = uk.VMMBuiltin, p.args, p.cpus, p.memory, &s.out, &s.out
	ctx, cancel := context.WithCancel(context.Background()) // it serves as long as the test asks
	go func() {
		defer close(s.done)
		if st, err := b.img.Run(ctx, o); err == nil {
			fmt.Fprintf(&s.out, "(the guest ended by itself: %v)\n", st)
		} else if ctx.Err() == nil {
			fmt.Fprintf(&s.out, "(the guest ended: %v)\n", err)
		}
	}()
	s.stop = func() { cancel(); <-s.done }
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("the guest printed:\n%s", s.out.String())
		}
	})
	return s
}

// says waits until the guest has printed words.
func (s *server) says(words string) {
	s.t.Helper()
	for limit := time.Now().Add(kvmDeadline); !strings.Contains(s.out.String(), words); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			s.t.Fatalf("the guest does not print %q", words)
		}
	}
}

func (s *server) addr(port int) string { return fmt.Sprintf("127.0.0.1:%d", s.ports[port]) }

// dial connects, as soon as the guest listens.
func (s *server) dial(port int) net.Conn {
	s.t.Helper()
	limit := time.Now().Add(kvmDeadline)
	for {
		c, err := net.Dial("tcp", s.addr(port))
		if err == nil {
			_ = c.SetDeadline(time.Now().Add(kvmDeadline))
			return c
		}
		select {
		case <-s.done:
			s.t.Fatalf("%v: the guest ended", err)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(limit) {
			s.t.Fatal(err)
		}
	}
}

// web is a client with one connection at a time for each of its users.
func web() *http.Client {
	return &http.Client{Timeout: kvmDeadline, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1024,
	}}
}

// fetch is one request, with a body by POST.
func fetch(c *http.Client, url string, body io.Reader) (status int, text, proto string, err error) {
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, "", "", err
	}
	a, err := c.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return a.StatusCode, string(b), a.Proto, err
}

// load is clients at once, each with its own connection and so many requests, whose answers differ.
func load(t *testing.T, clients, requests int, one func(c *http.Client, client, request int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for k := range clients {
		wg.Go(func() {
			c := web()
			defer c.CloseIdleConnections()
			for r := range requests {
				if err := one(c, k, r); err != nil {
					t.Errorf("client %d, request %d: %v", k, r, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// path asks a server that answers with a word and the path.
func path(s *server, port int, word string) func(c *http.Client, client, request int) error {
	return func(c *http.Client, client, request int) error {
		p := fmt.Sprintf("/%d/%d", client, request)
		_, got, _, err := fetch(c, "http://"+s.addr(port)+p, nil)
		if want := word + " " + p; err == nil && strings.TrimSpace(got) != want {
			err = fmt.Errorf("got %.100q, want %q", got, want)
		}
		return err
	}
}

// echoPOST sends n bytes and wants them back.
func echoPOST(t *testing.T, url string, n int) {
	t.Helper()
	data := make([]byte, n)
	rand.New(rand.NewSource(int64(n))).Read(data)
	if status, got, _, err := fetch(web(), url, bytes.NewReader(data)); err != nil || status != 200 || got != string(data) {
		t.Errorf("POST %s: status %d, %v, %d bytes of %d or others", url, status, err, len(got), n)
	}
}

func TestServerGo(t *testing.T) {
	t.Parallel()
	s := startServer(t, &program{name: "app-golang-server", build: app("golang-server"), cpus: 2, memory: 512 * mb}, uk.RunOptions{}, 8080, 8443)
	if status, got, proto, err := fetch(web(), "https://"+s.addr(8443)+"/x", nil); err != nil || status != 200 || got != "HTTP/2.0 /x\n" || proto != "HTTP/2.0" {
		t.Errorf("by TLS: %d %q %q %v", status, got, proto, err)
	}
	echoPOST(t, "http://"+s.addr(8080)+"/echo", 8*mb)
	echoPOST(t, "https://"+s.addr(8443)+"/echo", 8*mb)
	sql := func(query string) string {
		_, got, _, err := fetch(web(), "http://"+s.addr(8080)+"/sql", strings.NewReader(query))
		if err != nil {
			t.Error(err)
		}
		return got
	}
	sql("create table t(a integer primary key, b text)")
	sql("with recursive n(i) as (select 1 union all select i+1 from n where i<1000) insert into t select i, 'row '||i from n")
	if got := sql("select count(*), sum(a), max(b) from t"); got != "1000|500500|row 999\n" {
		t.Errorf("SQL: %q", got)
	}
	if got := sql("select nonsense"); got != "no such column: nonsense\n" {
		t.Errorf("SQL: %q", got)
	}
	load(t, 1000, 20, path(s, 8080, "HTTP/1.1"))
	c := web() // many streams in one connection
	var wg sync.WaitGroup
	for k := range 100 {
		wg.Go(func() {
			data := bytes.Repeat([]byte{byte(k)}, 10_000+k)
			_, got, _, err := fetch(c, "https://"+s.addr(8443)+"/sum", bytes.NewReader(data))
			if want := fmt.Sprintf("%x %d <nil>\n", sha256.Sum256(data), len(data)); err != nil || got != want {
				t.Errorf("stream %d: %q, %v", k, got, err)
			}
		})
	}
	wg.Wait()
}

func TestServerRust(t *testing.T) {
	t.Parallel()
	s := startServer(t, &program{name: "app-rust-server", build: app("rust-server"), cpus: 2}, uk.RunOptions{}, 7878)
	echoPOST(t, "http://"+s.addr(7878)+"/", 2*mb)
	load(t, 100, 20, path(s, 7878, "rust"))
}

func TestServerPython(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/bin/python3.11")
	s := startServer(t, &program{name: "app-python-server", build: app("python-server"), memory: 512 * mb}, uk.RunOptions{}, 8000, 8001)
	echoPOST(t, "http://"+s.addr(8000)+"/", 2*mb)
	load(t, 20, 10, path(s, 8000, "python"))
	var wg sync.WaitGroup
	for k := range 50 { // of asyncio
		wg.Go(func() {
			c := s.dial(8001)
			defer c.Close()
			data := bytes.Repeat([]byte{byte(k)}, 100_000)
			go func() {
				_, _ = c.Write(data)
				_ = c.(*net.TCPConn).CloseWrite()
			}()
			if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, data) {
				t.Errorf("asyncio: %v, %d bytes", err, len(got))
			}
		})
	}
	wg.Wait()
}

func TestServerNode(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/bin/node")
	s := startServer(t, &program{name: "app-node-server", build: app("node-server"), memory: 768 * mb}, uk.RunOptions{}, 3000)
	echoPOST(t, "http://"+s.addr(3000)+"/", 2*mb)
	load(t, 50, 20, path(s, 3000, "node"))
}

// editing changes one file of an app's copy.
func editing(build builder, file, old, new string) builder {
	return func(t *testing.T, dir string) string {
		p := build(t, dir)
		name := filepath.Join(dir, file)
		b, err := os.ReadFile(name)
		if err == nil && !bytes.Contains(b, []byte(old)) {
			err = fmt.Errorf("%s has no %q", file, old)
		}
		if err == nil {
			err = os.WriteFile(name, bytes.ReplaceAll(b, []byte(old), []byte(new)), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// allowing lets the guest reach ports of this host.
func allowing(ports ...int) uk.RunOptions {
	n := &kvmboot.HostNetwork{}
	for _, p := range ports {
		n.Allow = append(n.Allow, fmt.Sprintf("host:%d", p))
	}
	return uk.RunOptions{Network: n}
}

func TestServerNginx(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/sbin/nginx")
	other := startServer(t, &program{name: "app-rust-behind-nginx", build: app("rust-server")}, uk.RunOptions{}, 7878)
	behind := other.ports[7878]
	s := startServer(t, &program{name: "app-nginx", build: editing(app("nginx"), "nginx.conf", "10.0.2.2:8081", fmt.Sprintf("10.0.2.2:%d", behind))}, allowing(behind), 80, 443)
	want, err := os.ReadFile("../apps/nginx/index.html")
	if err != nil {
		t.Fatal(err)
	}
	index := func(url string, proto string) func(c *http.Client, _, _ int) error {
		return func(c *http.Client, _, _ int) error {
			status, got, p, err := fetch(c, url, nil)
			if err == nil && (status != 200 || got != string(want) || p != proto) {
				err = fmt.Errorf("%d %q by %s", status, got, p)
			}
			return err
		}
	}
	load(t, 100, 20, index("http://"+s.addr(80)+"/", "HTTP/1.1"))
	load(t, 20, 10, index("https://"+s.addr(443)+"/index.html", "HTTP/2.0"))
	load(t, 20, 20, func(c *http.Client, client, request int) error {
		p := fmt.Sprintf("/%d/%d", client, request)
		_, got, _, err := fetch(c, "http://"+s.addr(80)+"/proxy"+p, nil)
		if err == nil && got != "rust "+p {
			err = fmt.Errorf("got %q", got)
		}
		return err
	})
	echoPOST(t, "http://"+s.addr(80)+"/proxy/", 4*mb)
	r, _ := http.NewRequest(http.MethodGet, "http://"+s.addr(80)+"/large.txt", nil)
	r.Header.Set("Range", "bytes=10-19")
	a, err := web().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if b, _ := io.ReadAll(a.Body); a.StatusCode != http.StatusPartialContent || len(b) != 10 {
		t.Errorf("a range: %s, %d bytes", a.Status, len(b))
	}
	if status, _, _, err := fetch(web(), "http://"+s.addr(80)+"/none", nil); err != nil || status != http.StatusNotFound {
		t.Errorf("a file that is not there: %d %v", status, err)
	}
}

func TestServerHAProxy(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/sbin/haproxy")
	one := startServer(t, &program{name: "app-rust-behind-haproxy", build: app("rust-server")}, uk.RunOptions{}, 7878)
	two := startServer(t, &program{name: "app-golang-behind-haproxy", build: app("golang-server"), memory: 256 * mb}, uk.RunOptions{}, 8080)
	build := editing(editing(app("haproxy"), "haproxy.cfg", ":8081", fmt.Sprintf(":%d", one.ports[7878])), "haproxy.cfg", ":8082", fmt.Sprintf(":%d", two.ports[8080]))
	s := startServer(t, &program{name: "app-haproxy", build: build, memory: 256 * mb}, allowing(one.ports[7878], two.ports[8080]), 80)
	var mu sync.Mutex
	count := map[string]int{}
	load(t, 50, 20, func(c *http.Client, client, request int) error {
		p := fmt.Sprintf("/%d/%d", client, request)
		_, got, _, err := fetch(c, "http://"+s.addr(80)+p, nil)
		word, rest, _ := strings.Cut(strings.TrimSpace(got), " ")
		if err == nil && rest != p {
			err = fmt.Errorf("got %q for %s", got, p)
		}
		mu.Lock()
		defer mu.Unlock()
		count[word]++
		return err
	})
	if count["rust"] != 500 || count["HTTP/1.1"] != 500 {
		t.Errorf("the two served %v", count)
	}
}

// redisClient is one connection.
type redisClient struct {
	c net.Conn
	r *bufio.Reader
}

func (c *redisClient) send(words ...string) error {
	b := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, w := range words {
		b = fmt.Appendf(b, "$%d\r\n%s\r\n", len(w), w)
	}
	_, err := c.c.Write(b)
	return err
}

// reply is one, as a text: what an array holds with spaces between.
func (c *redisClient) reply() (string, error) {
	line, err := c.r.ReadString('\n')
	if err != nil || len(line) < 3 {
		return "", err
	}
	line = strings.TrimSuffix(line, "\r\n")
	n, _ := strconv.Atoi(line[1:])
	switch line[0] {
	case '$':
		if n < 0 {
			return "(nil)", nil
		}
		b := make([]byte, n+2)
		_, err := io.ReadFull(c.r, b)
		return string(b[:n]), err
	case '*':
		var all []string
		for range n {
			one, err := c.reply()
			if err != nil {
				return "", err
			}
			all = append(all, one)
		}
		return strings.Join(all, " "), nil
	}
	return line[1:], nil
}

func (c *redisClient) do(words ...string) (string, error) {
	if err := c.send(words...); err != nil {
		return "", err
	}
	return c.reply()
}

// redisCommands are some for each kind of value, and errors: the host's answers are the right ones.
const redisCommands = `PING
SET k v
GET k
GETRANGE k 0 0
GET none
INCRBY n 41
INCR n
INCR k
EXPIRE n 1000
TTL none
RPUSH l a b c
LRANGE l 0 -1
HSET h f 1 g 2
HINCRBYFLOAT h f 0.5
SADD s x y
SCARD s
ZADD z 2 b 1 a 3.5 c
ZRANGE z 0 -1 WITHSCORES
PFADD p 1 2 3
PFCOUNT p
SETBIT b 7 1
BITCOUNT b
GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
GEODIST g Palermo Catania km
GEOPOS g Palermo
XADD x 1-1 f v
XLEN x
MULTI
SET m 1
INCR m
EXEC
EVAL return{KEYS[1],ARGV[1]*2,math.pi*1e10} 1 key 21
EVAL return{redis.call('incr','n'),redis.sha1hex('x'),cjson.encode({1.5,2})} 0
OBJECT ENCODING n
SORT l ALPHA DESC
LPOS l c
SET e x PX 100000
DUMP k
CONFIG GET maxclients
DEBUG SLEEP 0
BGREWRITEAOF none
LATENCY DOCTOR
NOSUCH a b
DBSIZE`

// redisHost is the same server on this host.
func redisHost(t *testing.T) *redisClient {
	t.Helper()
	port := serverPort(t)
	cmd := exec.Command("/usr/bin/redis-server", "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(), "--enable-debug-command", "yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for limit := time.Now().Add(hostLimit); ; time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return &redisClient{c, bufio.NewReader(c)}
		}
		if time.Now().After(limit) {
			t.Fatal(err)
		}
	}
}

func TestServerRedis(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/bin/redis-server")
	o := uk.RunOptions{Shares: []uk.Share{{Path: t.TempDir(), Target: "/data"}}}
	p := &program{name: "app-redis", build: app("redis"), memory: 256 * mb, kernel: uk.Options{Drivers: []string{"virtio_9p=y", "mounting=y"}},
		args: strings.Fields("/redis.conf --appendonly yes --appendfsync always --enable-debug-command yes")}
	s := startServer(t, p, o, 6379)
	open := func() *redisClient {
		c := s.dial(6379)
		return &redisClient{c, bufio.NewReader(c)}
	}
	c := open()
	host := redisHost(t)
	for line := range strings.SplitSeq(redisCommands, "\n") {
		words := strings.Fields(line)
		want, err := host.do(words...)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.do(words...); err != nil || got != want {
			t.Errorf("%s: %q, %v, on the host %q", line, got, err, want)
		}
	}
	large := strings.Repeat("0123456789abcdef", 64<<10)
	if got, err := c.do("SET", "large", large); got != "OK" {
		t.Errorf("SET of 1 MB: %q, %v", got, err)
	}
	if got, err := c.do("GET", "large"); got != large {
		t.Errorf("GET of 1 MB: %d bytes, %v", len(got), err)
	}
	sub := open()
	if _, err := sub.do("SUBSCRIBE", "news"); err != nil {
		t.Error(err)
	}
	if got, err := c.do("PUBLISH", "news", "words"); got != "1" {
		t.Errorf("PUBLISH: %q, %v", got, err)
	}
	if got, err := sub.reply(); got != "message news words" {
		t.Errorf("the subscriber got %q, %v", got, err)
	}
	var wg sync.WaitGroup
	for k := range 100 {
		wg.Go(func() {
			c := open()
			defer c.c.Close()
			go func() {
				for i := range 200 {
					_ = c.send("SET", fmt.Sprintf("key:%d:%d", k, i), fmt.Sprintf("%d-%d", k, i))
					_ = c.send("GET", fmt.Sprintf("key:%d:%d", k, i))
				}
			}()
			for i := range 200 {
				set, _ := c.reply()
				got, err := c.reply()
				if want := fmt.Sprintf("%d-%d", k, i); set != "OK" || got != want {
					t.Errorf("%q, %q, want %q: %v", set, got, want, err)
					return
				}
			}
		})
	}
	wg.Wait()
	size, err := c.do("DBSIZE")
	if err != nil {
		t.Error(err)
	}
	s.stop() // at once, as kill -9 does
	s = startServer(t, p, o, 6379)
	c = open()
	for {
		got, err := c.do("DBSIZE")
		if !strings.HasPrefix(got, "LOADING") {
			if got != size || err != nil {
				t.Errorf("after the machine's end there are %s keys of %s, %v", got, size, err)
			}
			break
		}
	}
	if got, _ := c.do("GET", "key:99:199"); got != "99-199" {
		t.Errorf("after the machine's end a key is %q", got)
	}
}

func TestServerMemcached(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/bin/memcached")
	s := startServer(t, &program{name: "app-memcached", build: app("memcached"), cpus: 2}, uk.RunOptions{}, 11211)
	var wg sync.WaitGroup
	for k := range 50 {
		wg.Go(func() {
			c := s.dial(11211)
			defer c.Close()
			r := bufio.NewReader(c)
			for i := range 50 {
				value := strings.Repeat(fmt.Sprintf("%d.%d;", k, i), 1+i*10)
				fmt.Fprintf(c, "set k%d.%d 7 0 %d\r\n%s\r\nget k%d.%d\r\n", k, i, len(value), value, k, i)
				want := fmt.Sprintf("STORED\r\nVALUE k%d.%d 7 %d\r\n%s\r\nEND\r\n", k, i, len(value), value)
				got := make([]byte, len(want))
				if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
					t.Errorf("got %.80q, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	u, err := net.Dial("udp", s.addr(11211))
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	_ = u.SetDeadline(time.Now().Add(kvmDeadline))
	head := "\x12\x34\x00\x00\x00\x01\x00\x00" // number of the request, of this datagram, of datagrams
	_, _ = io.WriteString(u, head+"get k1.0\r\n")
	b := make([]byte, 1500)
	n, err := u.Read(b)
	if want := head + "VALUE k1.0 7 4\r\n1.0;\r\nEND\r\n"; err != nil || string(b[:n]) != want {
		t.Errorf("by UDP: %q, %v", b[:n], err)
	}
}

func TestServerDNSMasq(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/sbin/dnsmasq")
	s := startServer(t, &program{name: "app-dnsmasq", build: app("dnsmasq")}, uk.RunOptions{}, 53)
	for _, proto := range []string{"udp", "tcp"} {
		r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, proto, s.addr(53))
		}}
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		for name, want := range map[string]string{"four.test": "[192.0.2.4]", "six.test": "[2001:db8::6]", "alias.test": "[192.0.2.5]"} {
			if got, err := r.LookupHost(ctx, name+"."); err != nil || fmt.Sprint(got) != want {
				t.Errorf("%s by %s: %v, %v", name, proto, got, err)
			}
		}
		if got, err := r.LookupTXT(ctx, "text.test."); err != nil || fmt.Sprint(got) != "[words]" {
			t.Errorf("TXT by %s: %v, %v", proto, got, err)
		}
		var failure *net.DNSError
		if _, err := r.LookupHost(ctx, "none.test."); !errors.As(err, &failure) || !failure.IsNotFound {
			t.Errorf("a name that is not there by %s: %v", proto, err)
		}
	}
}

func TestServerIperf3(t *testing.T) {
	t.Parallel()
	testenv.MustHaveFile(t, "/usr/bin/iperf3")
	s := bootServer(t, &program{name: "app-iperf3", build: app("iperf3")}, uk.RunOptions{}, 5201)
	tests := 0
	for _, args := range []string{"-n 64M", "-n 64M -R", "-n 16M -P 4", "-n 16M -P 4 -R", "-u -b 100M -n 1M -l 1400"} {
		tests++
		s.says(fmt.Sprintf("Server listening on 5201 (test #%d)", tests)) // between tests it does not
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		cmd := exec.CommandContext(ctx, "/usr/bin/iperf3", append([]string{"-J", "-c", "127.0.0.1", "-p", fmt.Sprint(s.ports[5201])}, strings.Fields(args)...)...)
		out, err := cmd.Output()
		var result struct {
			Error string
			End   struct {
				Sent     struct{ Bytes float64 } `json:"sum_sent"`
				Received struct{ Bytes float64 } `json:"sum_received"`
				Sum      struct{ Bytes float64 }
			}
		}
		if jerr := json.Unmarshal(out, &result); err != nil || jerr != nil || result.Error != "" {
			t.Errorf("iperf3 %s: %v, %v, %s", args, err, jerr, result.Error)
		} else if e := result.End; e.Sum.Bytes < 1e6 && max(e.Sent.Bytes, e.Received.Bytes) < 15e6 {
			t.Errorf("iperf3 %s: %+v", args, e)
		}
	}
}

// TestOutwardHTTPS: programs ask a server of this test for a page, by TLS.
func TestOutwardHTTPS(t *testing.T) {
	body := strings.Repeat("a page of some length\n", 10_000)
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) }))
	web.EnableHTTP2 = true
	web.StartTLS()
	t.Cleanup(web.Close)
	port := web.Listener.Addr().(*net.TCPAddr).Port
	url := fmt.Sprintf("https://10.0.2.2:%d/", port)
	sum := fmt.Sprintf("%x\n", sha256.Sum256([]byte(body)))
	for _, r := range []struct {
		p    program
		want string
	}{
		{program{name: "https-curl", build: onHost("/usr/bin/curl"), args: []string{"-sk", url}}, body},
		{program{name: "https-go", build: golang("net/https", false), args: []string{url}, memory: 256 * mb}, sum},
		{program{name: "https-python", build: onHost("/usr/bin/python3.11"), memory: 512 * mb, args: []string{"-c",
			"import hashlib, ssl, urllib.request as r; c = ssl._create_unverified_context(); print(hashlib.sha256(r.urlopen('" + url + "', context=c).read()).hexdigest())"}}, sum},
	} {
		t.Run(r.p.name, func(t *testing.T) {
			t.Parallel()
			g := startNetwork(t, &r.p, &kvmboot.HostNetwork{Allow: []string{fmt.Sprintf("host:%d", port)}})
			if out := g.wait(); out != r.want {
				t.Errorf("the guest printed %d bytes: %.200q", len(out), out)
			}
		})
	}
}
