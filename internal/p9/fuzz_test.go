package p9

import (
	"encoding/binary"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

const none = uint64(0)

// messages are one of each type.
var messages = [][]byte{
	message(tversion, uint32(65536), versionName),
	message(tattach, root, uint32(noFID), "user", "share", 0),
	message(twalk, root, one, []string{"sub", "deep"}),
	message(twalk, root, two, []string{"..", "sub"}),
	message(twalk, root, three, []string{}),
	message(tlopen, one, lRDWR),
	message(tlcreate, three, "new", lRDWR, 0o666, 0),
	message(tread, one, none, 100),
	message(twrite, one, none, 5, []byte("hello")),
	message(tgetattr, one, uint64(basicAttributes)),
	message(tsetattr, one, 0x1ff, 0o600, 0, 0, uint64(5), none, none, none, none),
	message(treaddir, two, none, 1000),
	message(treadlink, one),
	message(tsymlink, root, "link", "../..", 0),
	message(tmknod, root, "node", unix.S_IFREG|0o600, 0, 0, 0),
	message(tmkdir, root, "folder", 0o755, 0),
	message(tlink, root, one, "hard"),
	message(trename, one, root, "renamed"),
	message(trenameat, root, "renamed", two, "again"),
	message(tunlinkat, root, "folder", unix.AT_REMOVEDIR),
	message(tstatfs, one),
	message(tfsync, one, 0),
	message(tflush, uint16(1)),
	message(tlock, one, uint8(1), 0, none, none, 1, "client"),
	message(tgetlock, one, uint8(1), none, none, 1, "client"),
	message(tremove, one),
	message(tclunk, two),
}

// FuzzServer sends a row of messages as a hostile client may. Whatever they are, the answers keep to their
// limits, and the file outside stays as it is.
func FuzzServer(f *testing.F) {
	var all []byte
	for _, m := range messages {
		all = append(all, m...)
		f.Add(m, uint16(1000))
	}
	f.Add(all, uint16(65535))
	f.Add(all, uint16(20))
	f.Fuzz(func(t *testing.T, in []byte, room uint16) {
		c := newClient(t, false)
		for len(in) >= 4 {
			n := int(min(binary.LittleEndian.Uint32(in), uint32(len(in))))
			msg := in[:max(n, 4)]
			in = in[len(msg):]
			answer, err := c.s.Handle(msg, int(room))
			if len(answer) > int(room) || err == nil && (len(answer) < HeaderSize || int(binary.LittleEndian.Uint32(answer)) != len(answer)) {
				t.Fatalf("answer %v in %d bytes", answer, room)
			}
			if err != nil {
				break
			}
		}
		open := 0
		for _, f := range c.s.fids {
			if f.fd >= 0 {
				open++
			}
		}
		if open != c.s.open {
			t.Errorf("%d files are open, %d are counted", open, c.s.open)
		}
		if list, err := os.ReadDir(c.path("..")); len(list) != 2 || err != nil {
			t.Errorf("outside: %v, %v", list, err)
		}
	})
}
