package profile

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
	"time"
)

func TestWriters(t *testing.T) {
	p := &Profile{Start: time.Unix(1, 0), Duration: time.Second, Period: time.Millisecond}
	main, work, k := Frame{"main", "/prog", 0x10}, Frame{"work here;", "/prog", 0x20}, Frame{"write", "kernel", 0x30}
	for range 3 {
		p.Add([]Frame{work, main})
	}
	p.Add([]Frame{k, work, main})
	p.Add([]Frame{{PC: 0x99}})
	var b bytes.Buffer
	if err := p.WriteFolded(&b); err != nil {
		t.Fatal(err)
	}
	if want := "main;work_here_ 3\n0x99 1\nmain;work_here_;write_[k] 1\n"; b.String() != want || p.Total() != 5 {
		t.Errorf("%d stacks:\n%s", p.Total(), b.String())
	}
	b.Reset()
	if err := p.WritePprof(&b); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil || !bytes.Contains(data, []byte("work here;")) || !bytes.Contains(data, []byte("nanoseconds")) {
		t.Errorf("%v %q", err, data)
	}
}
