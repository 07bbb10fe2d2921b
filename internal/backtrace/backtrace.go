// Package backtrace puts names on the addresses that a guest prints when its
// kernel panics or its program is killed by a fault.
//
// A guest prints raw lines on its serial port, since it has no symbol tables:
//
//	module 0x555555554000 /app
//	  #0 0x555555555139
//	  #1 0x400000101234
//
// A [Writer] passes everything through, holds such a block back until its last
// line, and adds the nearest symbol to each frame: from the kernel's symbol
// file for kernel addresses, from the program's own ELF symbol tables for the
// modules that the guest names. It looks at symbol files only when there is a
// backtrace. The guest is not trusted: what is held back is bounded, and
// whatever cannot be read or does not fit stays a bare address.
package backtrace

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Limits on what one guest can make the runner hold.
const (
	maxLine    = 4096
	maxFrames  = 256
	maxModules = 512
)

// Source is where names come from. Both functions are called at most once for
// each file, when a backtrace is printed; either may be nil.
type Source struct {
	// Kernel returns the kernel's symbol file: lines "address size name",
	// the numbers in hexadecimal, sorted by address.
	Kernel func() ([]byte, error)
	// File opens the ELF file that is at path in the guest.
	File func(path string) (io.ReaderAt, error)
}

// Writer adds names to the backtraces in what is written to it. It is not safe
// for use by several goroutines at once.
type Writer struct {
	w      io.Writer
	src    Source
	line   []byte   // an incomplete line
	frames []uint64 // held back
	skip   bool     // the rest of a line that was too long to look at

	kernel  *table // nil until needed
	modules []*module
	quiet   bool // module lines are for the Writer alone
}

// NewWriter returns a Writer to w. With showModules the guest's module lines
// are passed through as well.
func NewWriter(w io.Writer, src Source, showModules bool) *Writer {
	return &Writer{w: w, src: src, quiet: !showModules}
}

// Write takes a piece of the guest's output. It returns the error of the
// underlying writer.
func (w *Writer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		part := p
		if i >= 0 {
			part = p[:i+1]
		}
		p = p[len(part):]
		if w.skip || len(w.line)+len(part) > maxLine {
			if err := w.passLong(part); err != nil {
				return 0, err
			}
			w.skip = i < 0
			continue
		}
		w.line = append(w.line, part...)
		if i >= 0 {
			line := w.line
			w.line = w.line[:0]
			if err := w.take(line); err != nil {
				return 0, err
			}
		} else if !maybeOurs(w.line) {
			// Nothing to hold back: prompts without a newline must show.
			if err := w.passLong(nil); err != nil {
				return 0, err
			}
			w.skip = true
		}
	}
	return n, nil
}

// passLong writes out the pending line and more of it without looking.
func (w *Writer) passLong(more []byte) error {
	if err := w.flushFrames(); err != nil {
		return err
	}
	if len(w.line) > 0 {
		if _, err := w.w.Write(w.line); err != nil {
			return err
		}
		w.line = w.line[:0]
	}
	if len(more) == 0 {
		return nil
	}
	_, err := w.w.Write(more)
	return err
}

const (
	framePrefix  = "  #"
	modulePrefix = "module 0x"
)

// maybeOurs reports whether an incomplete line may become a frame or a module.
func maybeOurs(b []byte) bool {
	for _, p := range []string{framePrefix, modulePrefix} {
		n := min(len(p), len(b))
		if string(b[:n]) == p[:n] {
			return true
		}
	}
	return false
}

// take handles one whole line.
func (w *Writer) take(line []byte) error {
	text := strings.TrimRight(string(line), "\r\n")
	if addr, ok := parseFrame(text, len(w.frames)); ok && len(w.frames) < maxFrames {
		w.frames = append(w.frames, addr)
		return nil
	}
	if m, ok := parseModule(text); ok && len(w.modules) < maxModules {
		if !slices.ContainsFunc(w.modules, func(o *module) bool { return o.bias == m.bias && o.path == m.path }) {
			w.modules = append(w.modules, m)
		}
		if w.quiet {
			return nil
		}
		_, err := w.w.Write(line)
		return err
	}
	if err := w.flushFrames(); err != nil {
		return err
	}
	_, err := w.w.Write(line)
	return err
}

// parseFrame reads "  #N 0xADDR"; N must be next.
func parseFrame(s string, next int) (uint64, bool) {
	rest, ok := strings.CutPrefix(s, framePrefix)
	if !ok {
		return 0, false
	}
	num, addr, ok := strings.Cut(rest, " ")
	if n, err := strconv.Atoi(num); !ok || err != nil || n < 0 || next > 0 && n < next {
		return 0, false
	}
	addr, ok = strings.CutPrefix(addr, "0x")
	v, err := strconv.ParseUint(addr, 16, 64)
	return v, ok && err == nil
}

// parseModule reads "module 0xBIAS /path".
func parseModule(s string) (*module, bool) {
	rest, ok := strings.CutPrefix(s, modulePrefix)
	if !ok {
		return nil, false
	}
	bias, path, ok := strings.Cut(rest, " ")
	v, err := strconv.ParseUint(bias, 16, 64)
	if !ok || err != nil || !strings.HasPrefix(path, "/") {
		return nil, false
	}
	return &module{bias: v, path: path}, true
}

// Flush writes what is held back; call it when the guest has ended.
func (w *Writer) Flush() error { return w.passLong(nil) }

func (w *Writer) flushFrames() error {
	if len(w.frames) == 0 {
		return nil
	}
	var b strings.Builder
	for i, a := range w.frames {
		fmt.Fprintf(&b, "%s%-2d %#012x", framePrefix, i, a)
		if name := w.name(a, i > 0); name != "" {
			b.WriteString("  " + name)
		}
		b.WriteByte('\n')
	}
	w.frames = w.frames[:0]
	_, err := io.WriteString(w.w, b.String())
	return err
}

// name describes an address, or returns "". The address of a caller is one
// after its call, which may be the last instruction of a function.
func (w *Writer) name(addr uint64, caller bool) string {
	look := addr
	if caller && look > 0 {
		look--
	}
	if w.kernel == nil {
		w.kernel = &table{}
		if w.src.Kernel != nil {
			if b, err := w.src.Kernel(); err == nil {
				w.kernel = parseKernel(b)
			}
		}
	}
	if s, ok := w.kernel.find(look); ok {
		return fmt.Sprintf("%s+%#x (kernel)", s.name, addr-s.addr)
	}
	for _, m := range w.modules {
		if w.src.File != nil && !m.read {
			m.load(w.src.File)
		}
		if !m.holds(look) {
			continue
		}
		if s, ok := m.symbols.find(look - m.bias); ok {
			return fmt.Sprintf("%s+%#x (%s)", s.name, addr-m.bias-s.addr, m.path)
		}
		return fmt.Sprintf("%s+%#x", m.path, addr-m.bias)
	}
	return ""
}

// parseKernel reads a symbol file; lines that make no sense are passed over.
func parseKernel(b []byte) *table {
	t := &table{}
	sc := bufio.NewScanner(bytes.NewReader(b))
	for sc.Scan() {
		f := strings.Fields(sc.Text())
		if len(f) != 3 {
			continue
		}
		a, err1 := strconv.ParseUint(f[0], 16, 64)
		n, err2 := strconv.ParseUint(f[1], 16, 64)
		if err1 == nil && err2 == nil {
			t.add(symbol{a, n, f[2]})
		}
	}
	t.sort()
	return t
}
