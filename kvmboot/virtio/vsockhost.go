package virtio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
)

// maxVsockPath is the longest Vsock.Path: with a port behind it, it must fit in a struct
// sockaddr_un.
const maxVsockPath = 107 - len("_4294967295")

// maxConnectLine is the longest first line of a program of the host.
const maxConnectLine = len("CONNECT 4294967295\r\n")

func checkVsockPath(path string) error {
	if path == "" {
		return errors.New("vsock: no path for the Unix socket")
	}
	if len(path) > maxVsockPath {
		return badoption.Errorf("Vsock", "vsock: the path of the Unix socket has %d bytes, more than %d: %s", len(path), maxVsockPath, path)
	}
	if strings.IndexByte(path, 0) >= 0 || path[0] == '@' {
		return badoption.Errorf("Vsock", "vsock: %q is not a path for a Unix socket", path)
	}
	return nil
}

func vsockPortPath(path string, port uint32) string {
	return path + "_" + strconv.FormatUint(uint64(port), 10)
}

// listenVsock makes the Unix socket. One that a runner left behind when it was killed is
// replaced.
func listenVsock(path string) (*net.UnixListener, error) {
	if fi, err := os.Lstat(path); err == nil {
		if fi.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("vsock: %s exists and is not a socket", path)
		}
		c, err := net.Dial("unix", path)
		if err == nil {
			c.Close()
			return nil, fmt.Errorf("vsock: another program listens on %s", path)
		}
		if !errors.Is(err, unix.ECONNREFUSED) {
			return nil, fmt.Errorf("vsock: %w", err)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("vsock: %w", err)
		}
	}
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("vsock: %w", err)
	}
	return ln, nil
}

// accept takes the host's programs in.
func (v *VsockDevice) accept() {
	for {
		c, err := v.ln.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // descriptors are out, say
			time.Sleep(10 * time.Millisecond)
			continue
		}
		v.mu.Lock()
		k := v.newConn(c)
		if k != nil {
			k.handshake = true
			v.spawn(k.greet)
		}
		v.mu.Unlock()
	}
}

// greet reads the line that says which port is wanted, and not a byte more.
func (k *vsockConn) greet() {
	line := make([]byte, 0, maxConnectLine)
	for len(line) < maxConnectLine && (len(line) == 0 || line[len(line)-1] != '\n') {
		n, err := k.c.Read(line[len(line) : len(line)+1])
		if err != nil {
			break
		}
		line = line[:len(line)+n]
	}
	port, ok := parseConnect(string(line))
	if ok {
		k.connect(port)
		return
	}
	k.v.mu.Lock()
	defer k.v.mu.Unlock()
	k.abandon()
}

func parseConnect(line string) (port uint32, ok bool) {
	word, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	n, err := strconv.ParseUint(rest, 10, 32)
	return uint32(n), err == nil && strings.EqualFold(word, "connect") && strings.HasSuffix(line, "\n")
}

// DialVsock connects to what listens on a port of the guest whose [Vsock] has this
// path. The error is [unix.ECONNREFUSED] when nothing does.
func DialVsock(ctx context.Context, path string, port uint32) (*net.UnixConn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	c := nc.(*net.UnixConn)
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	err = greetGuest(c, port)
	if !stop() && err == nil || err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("vsock %s port %d: %w", path, port, err)
	}
	return c, nil
}

func greetGuest(c *net.UnixConn, port uint32) error {
	if _, err := fmt.Fprintf(c, "CONNECT %d\n", port); err != nil {
		return err
	}
	line := make([]byte, 0, len("OK 4294967295\n"))
	for len(line) == 0 || line[len(line)-1] != '\n' {
		if len(line) == cap(line) {
			return fmt.Errorf("the answer is %q", line)
		}
		n, err := c.Read(line[len(line) : len(line)+1])
		if n == 0 || err != nil {
			var ne net.Error
			if errors.As(err, &ne) && ne.Timeout() {
				return err
			}
			return unix.ECONNREFUSED
		}
		line = line[:len(line)+n]
	}
	if !strings.HasPrefix(string(line), "OK ") {
		return fmt.Errorf("the answer is %q", line)
	}
	return nil
}

// ListenVsock takes the guest's connections to a port of the host (CID 2), for a guest whose
// [Vsock] has this path. It may be called before the guest runs.
func ListenVsock(path string, port uint32) (*net.UnixListener, error) {
	if err := checkVsockPath(path); err != nil {
		return nil, err
	}
	return listenVsock(vsockPortPath(path, port))
}
