package profile

import (
	"bytes"
	"compress/gzip"
	"io"
	"strconv"
	"strings"
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

// A program that is somewhere else at each sample does not make the profile grow for ever, and every sample counts.
func TestEndlessStacks(t *testing.T) {
	frames0, size0 := maxFrames, maxSize
	t.Cleanup(func() { maxFrames, maxSize = frames0, size0 })
	maxFrames, maxSize = 1<<12, 1<<16
	p := &Profile{}
	frames := make([]Frame, 256)
	samples := int64(0)
	add := func(n int, pc func(i, j int) int) {
		for i := range n {
			for j := range frames {
				frames[j] = Frame{Name: "name", PC: uint64(pc(i, j))}
			}
			p.Add(frames)
			samples++
		}
	}
	add(maxSize/len(frames)+100, func(i, j int) int { return j + 300*(i>>(j%15)&1) }) // different stacks of the same frames
	if p.size > maxSize+1 || len(p.list) > 700 {
		t.Errorf("%d frames of stacks, %d different ones", p.size, len(p.list))
	}
	frames = frames[:2]
	add(maxFrames/2+100, func(i, j int) int { return 1000 + 2*i + j })
	if len(p.list) > maxFrames+1 {
		t.Errorf("%d different frames", len(p.list))
	}
	sum := int64(0)
	var b bytes.Buffer
	if err := p.WriteFolded(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		n, err := strconv.ParseInt(line[strings.LastIndexByte(line, ' ')+1:len(line)-1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum != samples || p.Total() != samples || !strings.Contains("\n"+b.String(), "\n"+othersName+" ") {
		t.Errorf("%d samples of %d, or no %s", sum, samples, othersName)
	}
}
