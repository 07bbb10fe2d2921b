package tests

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/virtio"
)

// vsockRows talk to themselves; the host's kernel often cannot, so their output is in a file.
func vsockRows() []program {
	golden := func(t *testing.T, out string) {
		want, err := os.ReadFile(source(t, "vsock.golden"))
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != out {
			t.Errorf("output differs:\n%s", difference(string(want), out))
		}
	}
	with := uk.Options{Drivers: []string{"virtio_vsock"}}
	return []program{
		{name: "vsock", build: c("vsock.c"), kernel: with, check: golden, tcg: true},
		{name: "vsock-cpus2", build: c("vsock.c"), kernel: with, cpus: 2, check: golden},
		{name: "vsock-module", build: c("vsock.c"), kernel: uk.Options{Drivers: []string{"virtio_vsock=m"}}, check: golden},
		{name: "vsock-static", build: compile("gcc", "vsock.c", []string{"-static", "-pthread"}), kernel: with, check: golden},
		{name: "vsock-none", build: c("vsock.c"), args: []string{"none"}, check: func(t *testing.T, out string) {
			if out != "socket: -1 Address family not supported by protocol\ndevice: -1 No such file or directory\n" {
				t.Errorf("got %q", out)
			}
		}},
	}
}

// vsockGuest is a guest with a socket device.
type vsockGuest struct {
	t    *testing.T
	path string // of the Unix socket
	out  bytes.Buffer
	done chan error
}

// startVsock builds and boots a program; the test ends with wait.
func startVsock(t *testing.T, p *program) *vsockGuest {
	t.Helper()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	if p.kernel.Drivers == nil {
		p.kernel.Drivers = []string{"virtio_vsock"}
	}
	p.check = func(*testing.T, string) {}
	b := prepare(t, p)
	dir, err := os.MkdirTemp("", "uk-vsock-*") // short enough for a socket's name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	g := &vsockGuest{t: t, path: filepath.Join(dir, "s"), done: make(chan error, 1)}
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	t.Cleanup(cancel)
	go func() {
		st, err := b.img.Run(ctx, uk.RunOptions{
			VMM: uk.VMMBuiltin, Args: p.args, CPUs: p.cpus, Stdout: &g.out, Stderr: &g.out,
			Vsock: &kvmboot.Vsock{Path: g.path, CID: 42},
		})
		if err == nil && st.ExitCode() != p.status {
			err = fmt.Errorf("the guest ended with %v", st)
		}
		g.done <- err
	}()
	return g
}

// dial connects to port 1234, as soon as the guest listens there.
func (g *vsockGuest) dial() (*net.UnixConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	for {
		c, err := virtio.DialVsock(ctx, g.path, 1234)
		early := errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
		if err == nil || !early || ctx.Err() != nil {
			return c, err
		}
		select {
		case err := <-g.done:
			g.done <- err
			return nil, fmt.Errorf("the guest ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// wait checks how the guest ended and what it printed, and that nothing stayed behind.
func (g *vsockGuest) wait(want string) {
	g.t.Helper()
	if err := <-g.done; err != nil {
		g.t.Error(err)
	}
	if got := g.out.String(); got != want {
		g.t.Errorf("the guest printed %q, want %q", got, want)
	}
	if _, err := os.Lstat(g.path); err == nil {
		g.t.Error("the socket stayed behind")
	}
}

// echo sends n bytes and reads them back at the same time.
func (g *vsockGuest) echo(n int, seed int64) error {
	c, err := g.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	// Before the guest is ended, which would look like a connection that it reset.
	_ = c.SetDeadline(time.Now().Add(kvmDeadline / 2))
	data := make([]byte, n)
	rand.New(rand.NewSource(seed)).Read(data)
	sent := make(chan error, 1)
	go func() {
		_, err := c.Write(data)
		sent <- errors.Join(err, c.CloseWrite())
	}()
	h := sha256.New()
	got, err := io.Copy(h, c)
	if err := errors.Join(err, <-sent); err != nil {
		return err
	}
	if want := sha256.Sum256(data); got != int64(n) || !bytes.Equal(h.Sum(nil), want[:]) {
		return fmt.Errorf("%d bytes came back of %d, or others", got, n)
	}
	return nil
}

// echoRounds sends n bytes and reads them back, a piece at a time.
func (g *vsockGuest) echoRounds(n, piece int) error {
	c, err := g.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(kvmDeadline / 2))
	sent, back := make([]byte, piece), make([]byte, piece)
	random := rand.New(rand.NewSource(1))
	for done := 0; done < n; done += piece {
		random.Read(sent)
		if _, err := c.Write(sent); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, back); err != nil {
			return fmt.Errorf("after %d bytes: %w", done, err)
		}
		if !bytes.Equal(sent, back) {
			return fmt.Errorf("other bytes came back than were sent, after %d", done)
		}
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	if rest, err := io.Copy(io.Discard, c); err != nil || rest != 0 {
		return fmt.Errorf("%d bytes at the end: %v", rest, err)
	}
	return nil
}

func TestVsockEcho(t *testing.T) {
	for _, r := range []struct {
		name        string
		cpus, conns int
		bytes       int
		args        []string
		driver      string
	}{
		{"bulk", 1, 1, 16 * mb, nil, "virtio_vsock"},
		{"bulk-cpus2", 2, 1, 16 * mb, nil, "virtio_vsock"},
		{"bulk-module", 1, 1, 16 * mb, nil, "virtio_vsock=m"},
		{"100-connections", 2, 100, 200_000, nil, "virtio_vsock"},
		{"slow-guest", 1, 2, 300_000, []string{"1000"}, "virtio_vsock"},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			g := startVsock(t, &program{name: "vsockecho-" + r.name, build: c("vsockecho.c"), cpus: r.cpus, kernel: uk.Options{Drivers: []string{r.driver}}, args: append([]string{fmt.Sprint(r.conns)}, r.args...)})
			var wg sync.WaitGroup
			for i := range r.conns {
				wg.Go(func() {
					if err := g.echo(r.bytes, int64(i)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			g.wait(fmt.Sprintf("%d ended, 0 broken\n", r.conns))
		})
	}
}

// Programs of the host that vanish in the middle: the guest sees an end or an error, and serves the next.
func TestVsockVanishing(t *testing.T) {
	t.Parallel()
	const n = 20
	g := startVsock(t, &program{name: "vsockecho-vanishing", build: c("vsockecho.c"), args: []string{fmt.Sprint(n + 1)}})
	for i := range n {
		c, err := g.dial()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write(make([]byte, 1+i*30000))
		c.Close()
	}
	if err := g.echo(100_000, 1); err != nil {
		t.Error(err)
	}
	if err := <-g.done; err != nil {
		t.Fatal(err)
	}
	var ended, broken int
	if _, err := fmt.Sscanf(g.out.String(), "%d ended, %d broken", &ended, &broken); err != nil || ended+broken != n+1 || ended == 0 {
		t.Errorf("the guest printed %q", g.out.String())
	}
}

func TestVsockClient(t *testing.T) {
	t.Parallel()
	p := &program{name: "vsockclient", build: c("vsockclient.c"), cpus: 1}
	dir, err := os.MkdirTemp("", "uk-vsock-*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	p.kernel.Drivers, p.check = []string{"virtio_vsock"}, func(*testing.T, string) {}
	b := prepare(t, p)
	path := filepath.Join(dir, "s")
	var wg sync.WaitGroup
	listen := func(port uint32, serve func(c *net.UnixConn) error) {
		ln, err := virtio.ListenVsock(path, port)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ln.Close() })
		wg.Go(func() {
			c, err := ln.AcceptUnix()
			if err == nil {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(kvmDeadline))
				err = serve(c)
			}
			if err != nil {
				t.Errorf("port %d: %v", port, err)
			}
		})
	}
	answer := make([]byte, mb)
	sum := 0
	for i := range answer {
		answer[i] = byte(i * 7 >> 3)
		sum += int(answer[i])
	}
	listen(52, func(c *net.UnixConn) error {
		b, err := io.ReadAll(c) // the guest says that it sends nothing more
		if err == nil && string(b) != "hello, host" {
			err = fmt.Errorf("got %q", b)
		}
		_, werr := c.Write(answer)
		return errors.Join(err, werr)
	})
	listen(53, func(c *net.UnixConn) error {
		n := 0
		buf := make([]byte, 20000)
		for {
			k, err := c.Read(buf)
			for i, b := range buf[:k] {
				if b != byte(uint32(n+i)*2654435761>>11) {
					return fmt.Errorf("byte %d changed", n+i)
				}
			}
			if n += k; err == io.EOF && n == 3_000_000 {
				return nil
			}
			if err != nil {
				return fmt.Errorf("after %d bytes: %w", n, err)
			}
			time.Sleep(500 * time.Microsecond)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	var out bytes.Buffer
	st, err := b.img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out, Vsock: &kvmboot.Vsock{Path: path}})
	wg.Wait()
	want := fmt.Sprintf("cid 3\nport 99: Connection reset by peer\n"+
		"silence: -1 Connection timed out\nerror: Success\n"+
		"silence: -1 Operation now in progress\nagain: -1 Operation already in progress\npoll: 1 c\nerror: Connection timed out\n"+
		"seqpacket: Socket type not supported\nread %d bytes, sum %d\nwrote 3000000 bytes\n", mb, sum)
	if err != nil || st.ExitCode() != 0 || out.String() != want {
		t.Errorf("%v, %v, printed %q, want %q", st, err, out.String(), want)
	}
}

// Ordinary programs, none of which was made for this.
func TestVsockGo(t *testing.T) {
	t.Parallel()
	build := func(t *testing.T, dir string) string {
		out := filepath.Join(dir, "prog")
		cmd := exec.Command(testenv.MustHave(t, "go"), "build", "-o", out, "./programs/go/vsock")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, b)
		}
		return out
	}
	g := startVsock(t, &program{name: "vsock-go", build: build})
	if err := g.echo(mb, 1); err != nil {
		t.Error(err)
	}
	g.wait(fmt.Sprintf("from CID 2\n%d bytes, <nil>\n", mb))
}

func TestVsockPython(t *testing.T) {
	t.Parallel()
	python := testenv.MustHave(t, "/usr/bin/python3")
	if out, err := exec.Command(python, "-c", "import socket; print(socket.AF_VSOCK)").Output(); err != nil || strings.TrimSpace(string(out)) != "40" {
		t.Skip("SKIPPED: this Python knows no AF_VSOCK")
	}
	manifest := func(t *testing.T, dir string) string {
		lib, err := exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "usr.manifest")
		std := strings.TrimSpace(string(lib))
		text := fmt.Sprintf("[manifest]\n/prog.py: %s\n/usr/bin/python3: %s\n%s/**: %s/**\n\n[app]\ncommand = /usr/bin/python3 /prog.py\n", source(t, "vsock.py"), python, std, std)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	g := startVsock(t, &program{name: "vsock-python", build: manifest})
	if err := g.echo(mb, 1); err != nil {
		t.Error(err)
	}
	g.wait(fmt.Sprintf("from CID 2\n%d bytes\n", mb))
}

// Firecracker's machine has the same device.
func TestVsockFirecracker(t *testing.T) {
	t.Parallel()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "vsock-firecracker", build: c("vsockecho.c"), check: func(*testing.T, string) {},
		kernel: uk.Options{Profile: "firecracker", Drivers: []string{"virtio_vsock"}}})
	dir, err := os.MkdirTemp("", "uk-vsock-*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	g := &vsockGuest{t: t, path: filepath.Join(dir, "s"), done: make(chan error, 1)}
	text, err := b.img.Print(launch.PrintFirecracker, uk.RunOptions{Args: []string{"2"}, Vsock: &kvmboot.Vsock{Path: g.path, CID: 9}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "config.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	conf, err := firecracker.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	go func() {
		st, err := kvmboot.RunFirecracker(ctx, conf, kvmboot.Config{Stdout: &g.out})
		if err == nil && st.ExitCode() != 0 {
			err = fmt.Errorf("the guest ended with %v", st)
		}
		g.done <- err
	}()
	for i := range 2 {
		if err := g.echo(mb, int64(i)); err != nil {
			t.Error(err)
		}
	}
	if err := <-g.done; err != nil || !strings.Contains(g.out.String(), "2 ended, 0 broken") {
		t.Errorf("%v, printed %q", err, g.out.String())
	}
}

func TestVsockSocat(t *testing.T) {
	t.Parallel()
	socat := onHost(testenv.MustHave(t, "socat"))
	t.Run("listen", func(t *testing.T) {
		t.Parallel()
		g := startVsock(t, &program{name: "socat-listen", build: socat, args: []string{"VSOCK-LISTEN:1234", "-"}})
		c, err := g.dial()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(c, "to the guest's output")
		c.Close()
		g.wait("to the guest's output\n")
	})
	t.Run("echo", func(t *testing.T) { // both ends of its pipe
		t.Parallel()
		g := startVsock(t, &program{name: "socat-echo", build: socat, args: []string{"VSOCK-LISTEN:1234", "PIPE"}})
		// socat writes 8 KB to its pipe once a page of it is free, and is the one who would make room:
		// with more on its way than the pipe holds it can wait for itself, on any Linux.
		if err := g.echoRounds(mb, 16<<10); err != nil {
			t.Error(err)
		}
		g.wait("")
	})
	t.Run("connect", func(t *testing.T) {
		t.Parallel()
		dir, err := os.MkdirTemp("", "uk-vsock-*")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "s")
		ln, err := virtio.ListenVsock(path, 52)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		needKVM(t)
		testenv.MustHaveKit(t, uk.FindKit)
		b := prepare(t, &program{name: "socat-connect", build: socat, check: func(*testing.T, string) {}, kernel: uk.Options{Drivers: []string{"virtio_vsock"}}})
		got := make(chan string)
		go func() {
			c, err := ln.AcceptUnix()
			if err != nil {
				got <- err.Error()
				return
			}
			defer c.Close()
			line := make([]byte, 6)
			_, err = io.ReadFull(c, line)
			fmt.Fprintf(c, "the host got %q, %v\n", line, err)
			got <- string(line)
		}()
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		var out bytes.Buffer
		st, err := b.img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Args: []string{"-", "VSOCK-CONNECT:2:52"}, Stdin: strings.NewReader("hello\n"),
			Stdout: &out, Stderr: &out, Vsock: &kvmboot.Vsock{Path: path}})
		if line := <-got; line != "hello\n" {
			t.Errorf("the host got %q", line)
		}
		if want := "the host got \"hello\\n\", <nil>\n"; err != nil || st.ExitCode() != 0 || out.String() != want {
			t.Errorf("%v, %v, printed %q, want %q", st, err, out.String(), want)
		}
	})
}

// Nothing of sockets is in a kernel whose program or profile has no use for it.
func TestVsockTailoring(t *testing.T) {
	t.Parallel()
	testenv.MustHaveKit(t, uk.FindKit)
	for _, r := range []struct {
		name, src     string
		driver        string
		there, absent []string
	}{
		{"no socket calls", "exit7.c", "virtio_vsock=n", nil, []string{"sys_socket", "sys_bind", "socket_file", "vsock_socket", "vsock_receive"}},
		{"no driver", "vsock.c", "virtio_vsock=n", []string{"sys_socket", "sys_accept4", "vsock_socket"}, []string{"vsock_new", "vsock_receive", "vsock_local_cid", "devnode_vsock"}},
		{"driver", "vsock.c", "virtio_vsock=y", []string{"sys_socket", "vsock_socket", "vsock_new", "vsock_receive", "devnode_vsock"}, []string{"interface_vsock_socket"}},
		{"driver without calls", "exit7.c", "virtio_vsock=y", []string{"vsock_receive"}, []string{"sys_socket", "sys_bind"}},
		{"module", "vsock.c", "virtio_vsock=m", []string{"sys_socket", "vsock_socket", "interface_vsock_socket", "devnode_vsock"}, []string{"vsock_new", "vsock_receive"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			dir := t.TempDir()
			img, err := uk.Build(context.Background(), uk.Options{Binary: c(r.src)(t, dir), Drivers: []string{r.driver}, Output: filepath.Join(dir, "out")})
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(img.SymbolFile())
			if err != nil {
				t.Fatal(err)
			}
			has := map[string]bool{}
			for word := range strings.FieldsSeq(string(b)) {
				has[word] = true
			}
			for _, name := range r.there {
				if !has[name] {
					t.Errorf("%s is not there", name)
				}
			}
			for _, name := range r.absent {
				if has[name] {
					t.Errorf("%s is there", name)
				}
			}
		})
	}
}
