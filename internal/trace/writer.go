package trace

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Options say what is shown, and where.
type Options struct {
	Out   io.Writer           // the lines
	Set   Set                 // of the calls
	Names func(nr int) string // names of calls that have no row
	Since bool                // before each line: the time since the line before, as strace -r
	Clock bool                // before each line: the time of day, as strace -tt
	Spent bool                // behind each call: how long it took, as strace -T
}

// Writer passes on a guest's messages and makes lines of the records among them. It is not safe for use by several
// goroutines at once.
type Writer struct {
	w   io.Writer
	opt Options

	held    []byte // the beginning of a record, STX included
	pending map[int]*pending
	open    *pending // of which the line is not complete
	first   int      // the first thread's id
	threads bool     // there was another
	last    int64    // time of the line before
}

// pending is a call that has not returned.
type pending struct {
	tid    int
	nr     int
	began  int64
	s      shown
	shown  int  // so many arguments are on the line
	column int  // how long it is
	broken bool // the line was ended before the call had
}

// maxPending is how many threads' calls are kept.
const maxPending = 1 << 15

// NewWriter returns a Writer that passes messages to w.
func NewWriter(w io.Writer, opt Options) *Writer {
	return &Writer{w: w, opt: opt, pending: map[int]*pending{}}
}

// Write takes a piece of the guest's messages.
func (t *Writer) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		if len(t.held) == 0 {
			i := bytes.IndexByte(rest, recordStart)
			if i < 0 {
				i = len(rest)
			}
			if err := t.pass(rest[:i]); err != nil {
				return 0, err
			}
			if rest = rest[i:]; len(rest) > 0 {
				t.held, rest = append(t.held, rest[0]), rest[1:]
			}
			continue
		}
		i := bytes.IndexAny(rest, "\x02\x03\n")
		switch {
		case i < 0 && len(t.held)+len(rest) <= maxRecord:
			t.held = append(t.held, rest...)
			return len(p), nil
		case i >= 0 && rest[i] == recordEnd && len(t.held)+i <= maxRecord:
			t.held = append(t.held, rest[:i]...)
			rest = rest[i+1:]
			r, ok := parseRecord(string(t.held[1:]))
			if !ok {
				if err := t.giveUp(); err != nil {
					return 0, err
				}
				continue
			}
			t.held = t.held[:0]
			if err := t.take(r); err != nil {
				return 0, err
			}
		default: // none of the kernel's
			if err := t.giveUp(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// giveUp passes on what looked like a record.
func (t *Writer) giveUp() error {
	held := t.held
	t.held = nil
	return t.pass(held)
}

// pass writes messages, behind a line that is not complete.
func (t *Writer) pass(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	if err := t.breakLine(); err != nil {
		return err
	}
	_, err := t.w.Write(p)
	return err
}

// breakLine ends a line whose call has not returned.
func (t *Writer) breakLine() error {
	if t.open == nil {
		return nil
	}
	t.open.broken = true
	t.open = nil
	return t.put(" <unfinished ...>\n")
}

func (t *Writer) put(text string) error {
	_, err := io.WriteString(t.opt.Out, text)
	return err
}

// start is what stands before each line.
func (t *Writer) start(r *record) string {
	if t.first == 0 {
		t.first = r.tid
	}
	text := ""
	if t.threads = t.threads || r.tid != t.first; t.threads {
		text = fmt.Sprintf("[pid %5d] ", r.tid)
	}
	if t.opt.Clock {
		text += time.Unix(0, r.nanos).Format("15:04:05.000000 ")
	}
	if t.opt.Since {
		if t.last == 0 {
			t.last = r.nanos
		}
		text += fmt.Sprintf("%6d.%06d ", (r.nanos-t.last)/1e9, (r.nanos-t.last)/1e3%1e6)
	}
	t.last = r.nanos
	return text
}

func (t *Writer) take(r *record) error {
	if r.kind != 'S' && !t.opt.Set.Has(r.nr) {
		return nil
	}
	switch r.kind {
	case 'E':
		return t.entered(r)
	case 'L':
		return t.left(r)
	}
	if err := t.breakLine(); err != nil {
		return err
	}
	text := t.start(r) + "--- " + signalName(uint64(r.nr))
	if b := r.memory[0]; len(b) >= 128 {
		text += " " + siginfo(b)
	}
	return t.put(text + " ---\n")
}

func (t *Writer) name(nr int) string {
	if c := table()[nr]; c != nil {
		return c.name
	}
	if t.opt.Names != nil {
		if n := t.opt.Names(nr); n != "" {
			return n
		}
	}
	return fmt.Sprintf("syscall_%#x", nr)
}

// args are those of a call from the given one on, up to the first that is known only when the call has returned.
func args(p *pending, from int, returned bool) (text []string, next int) {
	c := table()[p.nr]
	if c == nil {
		for i := from; i < 6; i++ {
			text = append(text, hex(p.s.args[i]))
		}
		return text, 6
	}
	i := from
	for ; i < len(c.args); i++ {
		a := c.args[i]
		if a.out && !returned {
			break
		}
		if s := a.show(&p.s, i); s != "" {
			text = append(text, s)
		}
	}
	return text, i
}

func (t *Writer) entered(r *record) error {
	if err := t.breakLine(); err != nil {
		return err
	}
	if len(t.pending) >= maxPending {
		clear(t.pending)
	}
	p := &pending{tid: r.tid, nr: r.nr, began: r.nanos}
	copy(p.s.args[:], r.values)
	p.s.in = r.memory
	t.pending[r.tid] = p
	words, next := args(p, 0, false)
	p.shown = next
	t.open = p
	call := t.name(r.nr) + "(" + strings.Join(words, ", ")
	if c := table()[r.nr]; c != nil && 0 < next && next < len(c.args) {
		call += ", "
	}
	p.column = len(call)
	return t.put(t.start(r) + call)
}

func (t *Writer) left(r *record) error {
	p := t.pending[r.tid]
	if p == nil || p.nr != r.nr {
		return nil // its beginning was lost
	}
	delete(t.pending, r.tid)
	prefix, text := "", ""
	if t.open != p {
		if err := t.breakLine(); err != nil {
			return err
		}
		prefix, text = t.start(r), "<... "+t.name(r.nr)+" resumed>"
		p.column = 0
	}
	t.open = nil
	p.s.out, p.s.result = r.memory, int64(r.values[0])
	words, _ := args(p, p.shown, true)
	text += strings.Join(words, ", ") + ") "
	if short := resultColumn - p.column - len(text); short > 0 {
		text += strings.Repeat(" ", short)
	}
	text += "= " + result(p)
	if t.opt.Spent {
		text += fmt.Sprintf(" <%d.%06d>", (r.nanos-p.began)/1e9, (r.nanos-p.began)/1e3%1e6)
	}
	return t.put(prefix + text + "\n")
}

// resultColumn is where results stand, as strace has them.
const resultColumn = 40

func result(p *pending) string {
	v := p.s.result
	kind := ""
	if c := table()[p.nr]; c != nil {
		kind = c.result
	}
	switch {
	case p.s.failed():
		return "-1 " + errnoText(-v)
	case kind == "hex":
		return fmt.Sprintf("%#x", uint64(v))
	case kind == "mode":
		return octal(uint64(v))
	case kind == "poll" && v == 0:
		return "0 (Timeout)"
	case kind == "poll":
		return fmt.Sprintf("%d %s", v, polled(p.s.out[0]))
	case kind == "fcntl" && p.s.args[1] == 3: // F_GETFL
		return fmt.Sprintf("%#x (flags %s)", uint64(v), openFlags(uint64(v)))
	case kind == "fcntl" && p.s.args[1] == 1 && v == 1: // F_GETFD
		return "0x1 (flags FD_CLOEXEC)"
	}
	return fmt.Sprint(v)
}

// Started shows the call that a traced program begins with, which the kernel does not make.
func (t *Writer) Started(program string, argv []string, env int) error {
	var words []string
	for _, a := range argv {
		words = append(words, piece([]byte(a), uint64(len(a))))
	}
	return t.put(fmt.Sprintf("execve(%s, [%s], [/* %d vars */]) = 0\n", quote([]byte(program)), strings.Join(words, ", "), env))
}

// End writes what the program's end leaves: calls that did not return, and how it ended.
func (t *Writer) End(how string) error {
	err := t.giveUp()
	if t.open != nil {
		text := fmt.Sprintf(")%*s= ?\n", max(1, resultColumn-t.open.column-1), "")
		t.open = nil
		if e := t.put(text); err == nil {
			err = e
		}
	}
	if e := t.put("+++ " + how + " +++\n"); err == nil {
		err = e
	}
	return err
}
