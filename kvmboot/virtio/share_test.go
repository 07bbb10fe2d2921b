package virtio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testShare(t testing.TB, tag string) *ShareDevice {
	d, err := NewShare(Share{Tag: tag, Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// Messages of 9P.
var (
	versionMessage = []byte("\x15\x00\x00\x00\x64\xff\xff\x00\x00\x01\x00\x08\x009P2000.L")
	versionAnswer  = []byte("\x15\x00\x00\x00\x65\xff\xff\x00\x00\x01\x00\x08\x009P2000.L")
	attachMessage  = []byte("\x17\x00\x00\x00\x68\x01\x00\x05\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00")
	clunkMessage   = []byte("\x0b\x00\x00\x00\x78\x02\x00\x05\x00\x00\x00")
)

// shareSend plays one request, cut into parts of so many bytes, and gives the answer.
func (h *hostile) shareSend(msg []byte, part, room int) []byte {
	h.t.Helper()
	const in, out = 0x20000, 0x40000
	copy(h.m.Low[in:], msg)
	clear(h.m.Low[out : out+room])
	i := 0
	add := func(addr, size int, flags uint16) {
		for done := 0; done < size; done += part {
			h.desc(i, uint64(addr+done), uint32(min(part, size-done)), flags|descNext, uint16(i+1))
			i++
		}
	}
	add(in, len(msg), 0)
	add(out, room, descWrite)
	h.desc(i, 0, 0, descWrite, 0)
	n := h.usedIdx()
	h.offer(n, 0)
	h.serve()
	if h.needsReset() || h.usedIdx() != n+1 {
		return nil
	}
	return h.m.Low[out : out+int(h.usedLen(int(n%uint16(h.num))))]
}

func TestShareRequests(t *testing.T) {
	h := newHostile(t, testShare(t, "t"), 0)
	for _, part := range []int{1, 3, 7, 4096} {
		h.num = 64
		h.start(shareFeatTag)
		if got := h.shareSend(versionMessage, part, 25); !bytes.Equal(got, versionAnswer) {
			t.Fatalf("parts of %d bytes: answer %q, %v", part, got, h.tr.fault)
		}
		if got := h.shareSend(attachMessage, part, 30); len(got) != 20 || got[4] != 105 {
			t.Fatalf("parts of %d bytes: answer %q, %v", part, got, h.tr.fault)
		}
		// The session ends with a reset: the fid is not known any more, and no version is agreed on.
		h.start(shareFeatTag)
		clear(h.m.Low[tUsed : tUsed+4])
		h.put16(tAvail+2, 0)
		if got := h.shareSend(clunkMessage, part, 30); len(got) != 11 || got[4] != 7 {
			t.Fatalf("after a reset: answer %q, %v", got, h.tr.fault)
		}
		clear(h.m.Low)
	}
}

// A message to which there can be no answer stops the device, and a reset repairs that.
func TestHostileShare(t *testing.T) {
	d := testShare(t, "t")
	for _, c := range hostileRings {
		h := newHostile(t, d, 0)
		h.start(0)
		c.spoil(h)
		h.serve()
		var qe *queueError
		if !h.needsReset() || !errors.As(h.tr.fault, &qe) || h.usedIdx() != 0 {
			t.Errorf("%s: status %#x, fault %v", c.name, h.get(regStatus), h.tr.fault)
		}
	}
	for _, c := range []struct {
		name string
		msg  []byte
		room int
	}{
		{"nothing", nil, 100},
		{"no tag", versionMessage[:6], 100},
		{"longer than it is", versionMessage[:20], 100},
		{"no room", versionMessage, 0},
		{"room for no error", versionMessage, 10},
		{"room for no answer", versionMessage, 20},
		{"shorter than a header", []byte{3, 0, 0, 0, 100, 0, 0, 0}, 100},
	} {
		h := newHostile(t, d, 0)
		h.num = 64
		h.start(0)
		if got := h.shareSend(c.msg, 4096, c.room); got != nil || !h.needsReset() {
			t.Errorf("%s: answer %q, status %#x", c.name, got, h.get(regStatus))
		}
		h.serve()
		clear(h.m.Low)
		h.start(0)
		if got := h.shareSend(versionMessage, 4096, 100); !bytes.Equal(got, versionAnswer) {
			t.Errorf("%s: after a reset: %q, %v", c.name, got, h.tr.fault)
		}
	}
}

func TestShareErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/dev/null":                 "is neither a folder nor a file: name one",
		filepath.Join(dir, "none"):  "no such folder: make it",
		filepath.Join(file, "none"): "not a directory",
	} {
		if _, err := NewShare(Share{Tag: "t", Path: path}); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "share "+path+": ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzShare(f *testing.F) {
	f.Add(versionMessage, uint16(100), uint16(5))
	f.Add(append(bytes.Clone(attachMessage), clunkMessage...), uint16(100), uint16(3000))
	d := testShare(f, "t")
	f.Fuzz(func(t *testing.T, msg []byte, room, part uint16) {
		h := newHostile(t, d, 0)
		h.num = 256
		if p := int(part); p == 0 || (len(msg)+p-1)/p+(int(room)+p-1)/p >= int(h.num) || len(msg) > 0x10000 {
			return
		}
		h.start(0)
		d.s.Reset()
		h.shareSend(versionMessage, int(part)+16, 100)
		clear(h.m.Low[0x40000:])
		got := h.shareSend(msg, int(part), int(room))
		if got != nil && int(binary.LittleEndian.Uint32(got)) != len(got) {
			t.Errorf("answer %q", got)
		}
		if i := bytes.IndexFunc(h.m.Low[0x40000+int(room):], func(r rune) bool { return r != 0 }); i >= 0 {
			t.Errorf("wrote %d bytes behind the room", i)
		}
	})
}

func TestShareConfig(t *testing.T) {
	h := newHostile(t, testShare(t, "my tag"), 0)
	if id, features := h.get(regDeviceID), h.get(regDeviceFeatures); id != ID9P || features&shareFeatTag == 0 {
		t.Errorf("device %d with features %#x", id, features)
	}
	var b [10]byte
	h.tr.Read(regConfig, b[:])
	if string(b[:]) != "\x06\x00my tag\x00\x00" {
		t.Errorf("configuration %q", b)
	}
}
