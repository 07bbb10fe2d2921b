package fstest

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"os"
	"strings"
	"syscall"
	"testing"

	"uk.example/internal/p9"
	"uk.example/internal/testenv"
)

// answer serves the device of host/share.c: a request has the room for its answer before it. An answer
// that fix makes of the server's comes with the length that the device says it wrote.
func answer(t *testing.T, conn *os.File, folder string, fix func(reply []byte) (uint32, []byte)) {
	s, err := p9.New(folder, false)
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	for {
		var head [8]byte // room, and the message's length, which counts itself
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		msg := make([]byte, binary.LittleEndian.Uint32(head[4:]))
		copy(msg, head[4:])
		if _, err := io.ReadFull(conn, msg[4:]); err != nil {
			return
		}
		reply, err := s.Handle(msg, int(binary.LittleEndian.Uint32(head[:])))
		if err != nil {
			t.Error(err)
			return
		}
		used, bytes := fix(reply)
		out := binary.LittleEndian.AppendUint32(nil, used)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(bytes)))
		if _, err := conn.Write(append(out, bytes...)); err != nil {
			return
		}
	}
}

// share runs random calls on the host's tmpfs and on a share of the guest's, which is another folder of
// the tmpfs.
func share(t *testing.T, fix func([]byte) (uint32, []byte), args ...string) (string, int) {
	t.Helper()
	tmpfs := testenv.MustHaveFile(t, "/dev/shm")
	var dirs [2]string
	for i := range dirs {
		dir, err := os.MkdirTemp(tmpfs, "fstest")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		dirs[i] = dir
	}
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "device"), os.NewFile(uintptr(fds[1]), "driver")
	done := make(chan struct{})
	go func() { answer(t, ours, dirs[1], fix); ours.Close(); close(done) }()
	entries, _ := sample(rand.New(rand.NewSource(6)), 3)
	out, status := runWith(t, 2, theirs, dirs[0], append([]string{"share", image(t, entries)}, args...)...)
	theirs.Close()
	<-done
	return out, status
}

// TestShareDiffer compares a share with the host's tmpfs, and counts fids at its end.
func TestShareDiffer(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: the guest's one user is root; the host's results are root's only for root")
	}
	honest := func(b []byte) (uint32, []byte) { return uint32(len(b)), b }
	for seed := range 4 {
		if out, status := share(t, honest, fmt.Sprint(seed+1), "3000"); status != 0 {
			t.Fatalf("seed %d: status %d\n%s", seed+1, status, out)
		}
	}
}

// TestShareLies has a server whose answers are damaged now and then, in any way: nothing may come of it but errors.
func TestShareLies(t *testing.T) {
	t.Parallel()
	rounds := 120
	if testing.Short() {
		rounds = 6
	}
	for seed := range rounds {
		r := rand.New(rand.NewSource(int64(seed)))
		out, status := share(t, func(b []byte) (uint32, []byte) { return lie(r, b, 3+seed%60) }, fmt.Sprint(seed+1), "400", "lies")
		if status != 0 || strings.Contains(out, "Sanitizer") || strings.Contains(out, "runtime error") {
			t.Fatalf("seed %d: status %d\n%s", seed, status, out)
		}
	}
}

// lie damages one answer of so many.
func lie(r *rand.Rand, b []byte, one int) (uint32, []byte) {
	values := []uint64{0, 1, 2, 6, 7, 0xff, 0x100, 0xffff, 0x10000, 1 << 31, 1<<32 - 1, 1 << 40, 1<<63 - 1, 1 << 63, ^uint64(0)}
	b = append([]byte(nil), b...)
	used := uint32(len(b))
	if r.Intn(one) > 0 {
		return used, b
	}
	at := r.Intn(min(len(b), 7+r.Intn(200)))
	value := values[r.Intn(len(values))]
	switch r.Intn(8) {
	case 0:
		b[at] ^= 1 << r.Intn(8)
	case 1: // a number
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], value)
		copy(b[at:], n[:1<<r.Intn(4)])
	case 2: // cut short, and honest about it
		b = b[:at]
		used = uint32(at)
		if at >= 4 {
			binary.LittleEndian.PutUint32(b, used)
		}
	case 3: // the device's length
		used = uint32(value)
	case 4: // the message's
		binary.LittleEndian.PutUint32(b, uint32(value))
	case 5: // both, with more than there is
		used += uint32(r.Intn(5000))
		binary.LittleEndian.PutUint32(b, used)
	case 6: // an error, which may be none
		b = append(b[:7], 0, 0, 0, 0)
		b[4] = 7
		binary.LittleEndian.PutUint32(b[7:], uint32(value)%200)
		used = uint32(len(b))
		binary.LittleEndian.PutUint32(b, used)
	case 7:
		r.Read(b[at:])
	}
	return used, b
}
