// Package profile counts stacks and writes them as folded lines, for flame
// graphs, and as the gzipped protocol buffers that `go tool pprof` reads
// (github.com/google/pprof/proto/profile.proto).
//
// The few fields that are needed are encoded here: the library for the format
// compiles regular expressions when a program that holds it starts.
package profile

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Frame is a place in a function.
type Frame struct {
	Name   string
	Object string // the file that the function is in
	PC     uint64
}

// Profile gathers stacks.
type Profile struct {
	Start    time.Time
	Duration time.Duration
	Period   time.Duration // between samples

	counts map[string]*stack // by the frames' numbers
	frames map[Frame]uint32  // their numbers
	list   []Frame           // by number
	total  int64
	size   int // frames of all stacks
}

type stack struct {
	key   string // numbers of frames, innermost first
	count int64
}

// Bounds of what is kept, well below 100 MB: a program may be made to be somewhere else at each sample.
var (
	maxFrames = 1 << 18 // different ones; those that come beyond are one
	maxSize   = 1 << 22 // frames of different stacks; a stack that comes beyond is counted with others
)

const othersName = "(others)"

// Add counts a stack, innermost frame first.
func (p *Profile) Add(frames []Frame) {
	if p.counts == nil {
		p.counts, p.frames = map[string]*stack{}, map[Frame]uint32{}
	}
	p.total++
	key := p.key(frames)
	s := p.counts[key]
	if s == nil && p.size+len(frames) > maxSize {
		frames = []Frame{{Name: othersName}}
		key = p.key(frames)
		s = p.counts[key]
	}
	if s == nil {
		s = &stack{key: key}
		p.counts[key] = s
		p.size += len(frames)
	}
	s.count++
}

// key has the numbers of frames.
func (p *Profile) key(frames []Frame) string {
	b := make([]byte, 0, 4*len(frames))
	for _, f := range frames {
		b = binary.NativeEndian.AppendUint32(b, p.number(f))
	}
	return string(b)
}

func (p *Profile) number(f Frame) uint32 {
	n, ok := p.frames[f]
	if !ok && len(p.list) >= maxFrames {
		f = Frame{Name: othersName}
		n, ok = p.frames[f]
	}
	if !ok {
		n = uint32(len(p.list))
		p.frames[f] = n
		p.list = append(p.list, f)
	}
	return n
}

// Total is how many stacks were added.
func (p *Profile) Total() int64 { return p.total }

func (p *Profile) sorted() []*stack {
	type line struct {
		s    *stack
		text string
	}
	lines := make([]line, 0, len(p.counts))
	for _, s := range p.counts {
		lines = append(lines, line{s, p.folded(s)})
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Or(cmp.Compare(b.s.count, a.s.count), cmp.Compare(a.text, b.text)) })
	list := make([]*stack, len(lines))
	for i, l := range lines {
		list[i] = l.s
	}
	return list
}

// stack is the frames of one, innermost first.
func (p *Profile) stack(s *stack) (frames []Frame) {
	for b := []byte(s.key); len(b) > 0; b = b[4:] {
		frames = append(frames, p.list[binary.NativeEndian.Uint32(b)])
	}
	return frames
}

// label is a frame's name in folded lines, which has none of their separators.
func label(f Frame) string {
	name := f.Name
	if name == "" {
		name = fmt.Sprintf("%#x", f.PC)
	}
	if f.Object == "kernel" {
		name += "_[k]" // as perf's scripts mark it
	}
	return strings.Map(func(r rune) rune {
		if r == ';' || r == ' ' || r == '\n' {
			return '_'
		}
		return r
	}, name)
}

func (p *Profile) folded(s *stack) string {
	var names []string
	for _, f := range slices.Backward(p.stack(s)) {
		names = append(names, label(f))
	}
	return strings.Join(names, ";")
}

// WriteFolded writes a line for each stack: names from the outermost on, with ; between, and how often it was seen.
func (p *Profile) WriteFolded(w io.Writer) error {
	counts := map[string]int64{}
	var order []string
	for _, s := range p.sorted() {
		line := p.folded(s)
		if counts[line] == 0 {
			order = append(order, line)
		}
		counts[line] += s.count
	}
	for _, line := range order {
		if _, err := fmt.Fprintf(w, "%s %d\n", line, counts[line]); err != nil {
			return err
		}
	}
	return nil
}

// message is a protocol buffer being made.
type message struct{ b []byte }

func (m *message) number(field int, v uint64) {
	if v != 0 {
		m.b = binary.AppendUvarint(binary.AppendUvarint(m.b, uint64(field)<<3), v)
	}
}

func (m *message) bytes(field int, b []byte) {
	m.b = binary.AppendUvarint(binary.AppendUvarint(m.b, uint64(field)<<3|2), uint64(len(b)))
	m.b = append(m.b, b...)
}

func (m *message) numbers(field int, list ...uint64) {
	var packed []byte
	for _, v := range list {
		packed = binary.AppendUvarint(packed, v)
	}
	m.bytes(field, packed)
}

// WritePprof writes the profile for pprof: samples and nanoseconds of processor time.
func (p *Profile) WritePprof(w io.Writer) error {
	var out message
	texts, index := []string{""}, map[string]uint64{"": 0}
	text := func(s string) uint64 {
		i, ok := index[s]
		if !ok {
			i = uint64(len(texts))
			texts, index[s] = append(texts, s), i
		}
		return i
	}
	valueType := func(kind, unit string) []byte {
		var m message
		m.number(1, text(kind))
		m.number(2, text(unit))
		return m.b
	}
	out.bytes(1, valueType("samples", "count"))
	out.bytes(1, valueType("cpu", "nanoseconds"))
	locations, functions, mappings := map[Frame]uint64{}, map[[2]string]uint64{}, map[string]uint64{}
	var tables message // locations, functions and mappings, behind the samples that refer to them
	location := func(f Frame) uint64 {
		if id, ok := locations[f]; ok {
			return id
		}
		id := uint64(len(locations) + 1)
		locations[f] = id
		mapping, ok := mappings[f.Object]
		if !ok {
			mapping = uint64(len(mappings) + 1)
			mappings[f.Object] = mapping
			var m message
			m.number(1, mapping)
			m.number(5, text(f.Object))
			m.number(7, 1) // it has functions
			tables.bytes(3, m.b)
		}
		name := f.Name
		if name == "" {
			name = fmt.Sprintf("%#x", f.PC)
		}
		key := [2]string{name, f.Object}
		function, ok := functions[key]
		if !ok {
			function = uint64(len(functions) + 1)
			functions[key] = function
			var m message
			m.number(1, function)
			m.number(2, text(name))
			m.number(3, text(name))
			m.number(4, text(f.Object))
			tables.bytes(5, m.b)
		}
		var line, m message
		line.number(1, function)
		m.number(1, id)
		m.number(2, mapping)
		m.number(3, f.PC)
		m.bytes(4, line.b)
		tables.bytes(4, m.b)
		return id
	}
	for _, s := range p.sorted() {
		var ids []uint64
		for _, f := range p.stack(s) {
			ids = append(ids, location(f))
		}
		var m message
		m.numbers(1, ids...)
		m.numbers(2, uint64(s.count), uint64(s.count)*uint64(p.Period))
		out.bytes(2, m.b)
	}
	out.b = append(out.b, tables.b...)
	period := valueType("cpu", "nanoseconds")
	out.number(9, uint64(p.Start.UnixNano()))
	out.number(10, uint64(p.Duration))
	out.bytes(11, period)
	out.number(12, uint64(p.Period))
	for _, s := range texts {
		out.bytes(6, []byte(s))
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(out.b); err != nil {
		return err
	}
	return z.Close()
}
