package gdbserver

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
)

// Who connects is known, by whatever way: this process.
func TestAccept(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0", filepath.Join(t.TempDir(), "s")} {
		l, err := Listen(addr)
		if err != nil {
			t.Log(err) // a machine without IPv6
			continue
		}
		c, err := net.Dial(l.Addr().Network(), l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		s, err := Accept(l)
		if err != nil {
			t.Fatal(err)
		}
		if uid, known := peer(s); !known || uid != os.Geteuid() {
			t.Errorf("%s: user %d, %v", addr, uid, known)
		}
		for _, x := range []interface{ Close() error }{c, s, l} {
			x.Close()
		}
	}
}

// The tables of Linux, with a connection of user 1000 to port 1234 and its other end, which is root's.
func TestOwner(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:04D2 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 4 30 10 -1
   1: 0100007F:C350 0100007F:04D2 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
   2: 00000000000000000000000001000000:C351 00000000000000000000000001000000:04D2 01 00000000:00000000 00:00000000 00000000  1001        0 3
   3: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:04D2 01 00000000:00000000 00:00000000 00000000  1002        0 4
`
	at := netip.MustParseAddrPort
	for from, want := range map[string]int{"127.0.0.1:50000": 1000, "[::1]:50001": 1001, "127.0.0.1:50002": 1002, "127.0.0.1:50003": -1} {
		to := at("127.0.0.1:1234")
		if from[0] == '[' {
			to = at("[::1]:1234")
		}
		if uid, known := owner(table, at(from), to); known != (want >= 0) || known && uid != want {
			t.Errorf("%s: user %d, %v, want %d", from, uid, known, want)
		}
	}
}

// A socket that was left behind is replaced, one that somebody listens on is not, nor is a file.
func TestListen(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "s")
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	if l, err := Listen(name); err == nil {
		l.Close()
		t.Error("a socket was taken from who listens on it")
	}
	old.Close()
	l, err := Listen(name)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(file); err == nil {
		t.Error("listens in a file's place")
	}
}
