package qemu

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestThreadTime(t *testing.T) {
	for line, want := range map[string]struct {
		name  string
		nanos int64
		ok    bool
	}{
		"17 (CPU 1/TCG) S 1 17 17 0 -1 4194368 9 0 0 0 12 30 0 0 20 0 9 0 4710 5 6": {"CPU 1/TCG", 420 * int64(time.Millisecond), true},
		"17 (a) (b)) R 1 17 17 0 -1 4194368 9 0 0 0 1 0 0 0":                        {"a) (b)", 10 * int64(time.Millisecond), true},
		"17 (CPU 1/TCG) S 1 17": {}, "": {}, ")(": {},
	} {
		if name, nanos, ok := threadTime([]byte(line)); name != want.name || nanos != want.nanos || ok != want.ok {
			t.Errorf("%q: %q, %d, %v", line, name, nanos, ok)
		}
	}
}

func TestResidentOf(t *testing.T) {
	const other, memory = "7f0000000000-7f0040000000 rw-p 0 00:00 0\nSize:  1048576 kB\nRss:  12 kB\n", "7e0000000000-7e0008000000 rw-p 0 00:00 0\nSize: 131072 kB\nRss:   5000 kB\n"
	for text, want := range map[string]int64{
		other + memory: 5000 << 10, memory + other: 5000 << 10, other: 12 << 10, "": 0,
	} {
		if got := residentOf(strings.NewReader(text), 128<<20); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

// TestLive looks at a process that is none of QEMU's, this one, until it looks no more.
func TestLive(t *testing.T) {
	q, err := newLive(os.Getpid(), 128<<20)
	if err != nil {
		t.Fatal(err)
	}
	if m := q.metrics(); len(m.CPUs) != 0 || m.CPUs == nil || m.Devices != nil || m.Memory.Size != 128<<20 || m.Memory.Touched < 0 {
		t.Errorf("%+v", m)
	}
	q.close()
	if m := q.metrics(); len(m.CPUs) != 0 || m.Memory.Size != 0 {
		t.Errorf("after the end: %+v", m)
	}
}
