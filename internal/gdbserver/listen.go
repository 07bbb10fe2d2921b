package gdbserver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Listen waits for gdb at HOST:PORT, or at the Unix socket at a path with a slash. A socket that a killed process left behind is replaced.
func Listen(addr string) (net.Listener, error) {
	if !strings.Contains(addr, "/") {
		return net.Listen("tcp", addr)
	}
	l, err := net.Listen("unix", addr)
	if !errors.Is(err, unix.EADDRINUSE) {
		return l, err
	}
	fi, e := os.Lstat(addr)
	if e != nil || fi.Mode().Type() != fs.ModeSocket {
		return nil, err
	}
	if c, e := net.Dial("unix", addr); e == nil {
		c.Close()
		return nil, err
	} else if !errors.Is(e, unix.ECONNREFUSED) {
		return nil, err
	}
	if err := os.Remove(addr); err != nil {
		return nil, err
	}
	return net.Listen("unix", addr)
}

// Accept takes in the first connection that is not another user's of this machine: whoever has it can do what the program may.
func Accept(l net.Listener) (net.Conn, error) {
	for {
		c, err := l.Accept()
		if err != nil {
			return nil, err
		}
		uid, known := peer(c)
		if !known || uid == 0 || uid == os.Geteuid() {
			return c, nil
		}
		c.Close()
	}
}

// peer is the user of a process of this machine that has connected; false: it is none, or that cannot be told.
func peer(c net.Conn) (uid int, known bool) {
	switch c := c.(type) {
	case *net.UnixConn:
		raw, err := c.SyscallConn()
		if err != nil {
			return 0, false
		}
		var cred *unix.Ucred
		if e := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); e != nil || err != nil {
			return 0, false
		}
		return int(cred.Uid), true
	case *net.TCPConn:
		from, to := c.RemoteAddr().(*net.TCPAddr).AddrPort(), c.LocalAddr().(*net.TCPAddr).AddrPort()
		for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
			if text, err := os.ReadFile(table); err == nil {
				if uid, known := owner(string(text), from, to); known {
					return uid, true
				}
			}
		}
	}
	return 0, false
}

// owner finds the socket of a connection in a table of proc(5), and whose it is.
func owner(table string, local, remote netip.AddrPort) (uid int, known bool) {
	const ours, theirs, user = 1, 2, 7
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) <= user || !isAt(f[ours], local) || !isAt(f[theirs], remote) {
			continue
		}
		if n, err := strconv.Atoi(f[user]); err == nil {
			return n, true
		}
	}
	return 0, false
}

// isAt tells whether an address is one of such a table's: 32-bit words in the machine's order, and the port. IPv4's are
// written as IPv6's in the table of those.
func isAt(word string, a netip.AddrPort) bool {
	hex := func(b []byte) string {
		text := ""
		for ; len(b) > 0; b = b[4:] {
			text += fmt.Sprintf("%08X", binary.NativeEndian.Uint32(b))
		}
		return fmt.Sprintf("%s:%04X", text, a.Port())
	}
	ip := a.Addr().Unmap()
	if six := ip.As16(); word == hex(six[:]) {
		return true
	}
	if !ip.Is4() {
		return false
	}
	four := ip.As4()
	return word == hex(four[:])
}
