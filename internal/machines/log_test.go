package machines

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// logMachine is a machine that has only a log.
func logMachine(t *testing.T, limit int64) (*Machine, *Log) {
	dir := t.TempDir()
	l, err := newLog(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &Machine{dir: dir}, l
}

// said reads a log as people do: each stream's text.
func said(t *testing.T, m *Machine, o LogOptions) (streams [4]string) {
	err := m.Logs(context.Background(), o, func(e Entry) error {
		streams[e.Stream] += string(e.Text)
		if e.Whole {
			streams[e.Stream] += "\n"
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return streams
}

func TestLog(t *testing.T) {
	m, l := logMachine(t, 1<<20)
	l.Add(Stdout, []byte("one\ntw"))
	l.Add(Stderr, []byte("err\n\n"))
	l.Add(Stdout, []byte("o\n"))
	long := strings.Repeat("x", 3*maxPiece+5)
	l.Add(Stdout, []byte(long+"\nend"))
	all := said(t, m, LogOptions{Tail: -1})
	if all[Stdout] != "one\ntwo\n"+long+"\nend" || all[Stderr] != "err\n\n" || all[note] != "" {
		t.Errorf("%.80q", all)
	}
	for tail, want := range map[int]string{0: "", 1: "end", 2: long + "\nend", 3: "o\n" + long + "\nend"} {
		if got := said(t, m, LogOptions{Tail: tail}); got[Stdout] != want {
			t.Errorf("tail %d: %.40q (%d bytes)", tail, got[Stdout], len(got[Stdout]))
		}
	}
	if got := said(t, m, LogOptions{Tail: -1, Since: time.Now().Add(time.Hour)}); got[Stdout] != "" {
		t.Errorf("%.80q", got)
	}
	// The next life goes on behind it.
	l.Close()
	again, err := newLog(m.dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	again.Add(Stdout, []byte("again\n"))
	if got := said(t, m, LogOptions{Tail: 1}); got[Stdout] != "endagain\n" {
		t.Errorf("%.80q", got)
	}
}

// A program that writes without end has a log of the size that it may have, with the last lines in it.
func TestLogLimit(t *testing.T) {
	const limit = 256 << 10
	m, l := logMachine(t, limit)
	for i := range 40000 {
		l.Add(Stdout, fmt.Appendf(nil, "line %d\n", i))
	}
	var size int64
	for i := range 2 {
		st, err := os.Stat(filepath.Join(m.dir, logName(i)))
		if err != nil {
			t.Fatal(err)
		}
		size += st.Size()
	}
	if size > limit || size < limit/2 {
		t.Errorf("%d bytes, limit %d", size, limit)
	}
	lines := strings.Split(strings.TrimSpace(said(t, m, LogOptions{Tail: -1})[Stdout]), "\n")
	for i, line := range lines {
		if want := fmt.Sprintf("line %d", 40000-len(lines)+i); line != want {
			t.Fatalf("line %d of %d: %q, want %q", i, len(lines), line, want)
		}
	}
}

// Whoever follows sees each line once, also where the log begins anew, and the end.
func TestLogFollow(t *testing.T) {
	s := testStore(t)
	r, err := s.Create(Record{Name: "f", LogLimit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	r.Running()
	m, err := s.Find("f")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	begun := make(chan bool, 1)
	go func() {
		var b bytes.Buffer
		err := m.Logs(context.Background(), LogOptions{Tail: -1, Follow: true}, func(e Entry) error {
			select {
			case begun <- true:
			default:
			}
			b.Write(e.Text)
			b.WriteByte('\n')
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		got <- b.String()
	}()
	var want strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&want, "line %d\n", i)
		r.Output(Stdout, fmt.Appendf(nil, "line %d\n", i))
		if i == 0 {
			<-begun
		}
	}
	r.End(0, "")
	if g := <-got; g != want.String() {
		t.Errorf("%d bytes, want %d", len(g), want.Len())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Logs(ctx, LogOptions{Tail: -1, Follow: true}, func(Entry) error { return nil }); err != nil {
		t.Errorf("of one that has ended: %v", err)
	}
}

// A full disk costs what is written meanwhile, and the log says how much.
func TestLogFull(t *testing.T) {
	m, l := logMachine(t, 1<<20)
	l.Add(Stdout, []byte("before\n"))
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	disk := l.file[l.now]
	l.file[l.now] = full
	l.Add(Stdout, []byte("lost\n"))
	l.Add(Stderr, []byte("lost, too\n"))
	l.file[l.now] = disk
	_, _ = disk.Write([]byte("2026-11-30T10:41:22.0000")) // what a write left that was cut off
	l.torn = true
	l.Add(Stdout, []byte("after\n"))
	got := said(t, m, LogOptions{Tail: -1})
	if got[Stdout] != "before\nafter\n" || got[Stderr] != "" || got[note] != "15 bytes of output are not in the log: no space left on device\n" {
		t.Errorf("%q", got)
	}
}

// A line that no runner writes is passed by.
func TestLogLongLine(t *testing.T) {
	m, l := logMachine(t, 1<<20)
	l.Add(Stdout, []byte("one\n"))
	_, _ = l.file[l.now].Write(append(bytes.Repeat([]byte{'x'}, 300000), '\n'))
	l.Add(Stdout, []byte("two\n"))
	if got := said(t, m, LogOptions{Tail: -1}); got[Stdout] != "one\ntwo\n" {
		t.Errorf("%.80q", got)
	}
}

// What is in a log's files may be anything.
func FuzzLog(f *testing.F) {
	f.Add([]byte("uk-log 1 1\n2026-11-30T10:41:22.000000000Z stdout F x\n"), []byte("uk-log 1 2\n"), 1)
	f.Add([]byte("uk-log 1 18446744073709551615\n"), []byte("uk-log 1 0\n\n  \n"), 0)
	f.Add([]byte(""), []byte("x"), -1)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, a, b []byte, tail int) {
		for i, text := range [][]byte{a, b} {
			if err := os.WriteFile(filepath.Join(dir, logName(i)), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m := &Machine{dir: dir}
		_ = m.Logs(context.Background(), LogOptions{Tail: tail}, func(e Entry) error {
			if e.Stream < Stdout || e.Stream > note {
				t.Errorf("stream %d", e.Stream)
			}
			return nil
		})
	})
}
