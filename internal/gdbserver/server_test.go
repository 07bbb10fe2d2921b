package gdbserver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// fake is a target with two threads and a page of memory.
type fake struct {
	regs    Registers
	memory  [4096]byte
	last    Stop
	stops   []Stop // of Wait; none: until the interrupt
	breaks  map[uint64]bool
	resumed []int
	gone    bool
}

const page = 0x10000

func (f *fake) Threads() []Thread { return []Thread{{1, "main"}, {0x1f, "<worker>"}} }
func (f *fake) Registers(id int) (*Registers, error) {
	if id != 1 && id != 0x1f {
		return nil, errors.New("no thread")
	}
	r := f.regs
	return &r, nil
}
func (f *fake) SetRegisters(_ int, r *Registers) error { f.regs = *r; return nil }
func (f *fake) AVX() bool                              { return true }
func (f *fake) ReadMemory(addr uint64, b []byte) int {
	if addr < page || addr >= page+4096 {
		return 0
	}
	return copy(b, f.memory[addr-page:])
}
func (f *fake) WriteMemory(addr uint64, b []byte) error {
	if addr < page || addr+uint64(len(b)) > page+4096 {
		return errors.New("not there")
	}
	copy(f.memory[addr-page:], b)
	return nil
}
func (f *fake) SetBreak(kind BreakKind, addr uint64, _ int) error {
	if kind != BreakSoftware {
		return ErrUnsupported
	}
	if addr < page {
		return errors.New("not there")
	}
	f.breaks[addr] = true
	return nil
}
func (f *fake) ClearBreak(_ BreakKind, addr uint64, _ int) error { delete(f.breaks, addr); return nil }
func (f *fake) Resume(step int) error                            { f.resumed = append(f.resumed, step); return nil }
func (f *fake) Wait(interrupt <-chan struct{}) (Stop, error) {
	if len(f.stops) == 0 {
		<-interrupt
		return Stop{Kind: StopSignal, Signal: sigInt, Thread: 1}, nil
	}
	s := f.stops[0]
	f.stops = f.stops[1:]
	return s, nil
}
func (f *fake) Last() Stop   { return f.last }
func (f *fake) Auxv() []byte { return []byte("aux}#") }
func (f *fake) Libraries() (uint64, []Library) {
	return 1, []Library{{Path: `/lib/a&b".so`, Map: 2, Bias: 0x7000, Dynamic: 0x7100}}
}
func (f *fake) Program() string { return "/prog" }
func (f *fake) File(path string) (io.ReaderAt, int64, error) {
	if path != "/prog" {
		return nil, 0, errors.New("no file")
	}
	return strings.NewReader("content"), 7, nil
}
func (f *fake) Detach() error { f.gone = true; return nil }
func (f *fake) Kill()         { f.gone = true }

func newFake() *fake {
	f := &fake{breaks: map[uint64]bool{}, last: Stop{Kind: StopSignal, Signal: sigTrap, Thread: 1}}
	f.regs.RIP, f.regs.General[7] = 0x401000, 0x7ffe0000
	f.regs.Vector = make([]byte, areaSize)
	f.regs.Vector[headerBits] = 7
	for i := range 16 {
		f.regs.Vector[legacyXMM+16*i] = byte(i)
		f.regs.Vector[areaAVX+16*i] = byte(0xa0 + i)
	}
	return f
}

func TestPackets(t *testing.T) {
	f := newFake()
	f.stops = []Stop{{Kind: StopBreakpoint, Thread: 0x1f}, {Kind: StopStep, Thread: 1}, {Kind: StopLibrary, Thread: 1}, {Kind: StopWatch, Address: 0x1234, Thread: 1}, {Kind: StopSignal, Signal: 7, Thread: 1}, {Kind: StopExited, Code: 300}}
	client, server := net.Pipe()
	done := make(chan error, 1)
	go func() { _, err := Serve(server, f); done <- err }()
	_ = client.SetDeadline(time.Now().Add(10 * time.Second))
	c := &conn{r: bufio.NewReader(client), w: client}
	for _, tt := range []struct{ send, want string }{
		{"?", "T05thread:1;"},
		{"QStartNoAckMode", "OK"},
		{"qAttached", "1"},
		{"qfThreadInfo", "m1,1f"}, {"qsThreadInfo", "l"},
		{"qThreadExtraInfo,1f", "3c776f726b65723e"},
		{"T1f", "OK"}, {"T2", "E01"}, {"Hg1f", "OK"}, {"Hgx", "E01"}, {"H", "E01"},
		{"m10000,4", "00000000"}, {"M10001,2:abcd", "OK"}, {"m10000,4", "00abcd00"}, {"X10000,3:}#", "E01"}, {"X10000,2:}#", "OK"}, {"m10000,2", "7d23"},
		{"m0,4", "E14"}, {"M0,1:00", "E14"}, {"m10ffe,8", "0000"}, {"m", "E01"}, {"mzz,1", "E01"}, {"M10000,2:ab", "E01"},
		{"Z0,10010,1", "OK"}, {"Z0,10,1", "E14"}, {"Z2,10010,8", ""}, {"Z9,1,1", ""}, {"Z0", "E01"}, {"z0,10010,1", "OK"},
		{"qXfer:exec-file:read:1:0,fff", "l/prog"}, {"qXfer:exec-file:read::2,2", "mro"}, {"qXfer:exec-file:read::9,2", "l"}, {"qXfer:exec-file:read:9,2", "E01"},
		{"qXfer:auxv:read::0,100", "laux}#"}, {"qXfer:features:read:other.xml:0,10", "E00"}, {"qXfer:memory-map:read::0,10", ""},
		{"qXfer:libraries-svr4:read::0,fff", `l<library-list-svr4 version="1.0" main-lm="0x1"><library name="/lib/a&amp;b&#34;.so" lm="0x2" l_addr="0x7000" l_ld="0x7100" lmid="0x0"/></library-list-svr4>`},
		{"vFile:setfs:0", "F0"}, {"vFile:open:2f70726f67,0,0", "F1"}, {"vFile:open:2f6e,0,0", "F-1,2"}, {"vFile:open:2f70726f67,1,0", "F-1,16"},
		{"vFile:pread:1,4,2", "F4;nten"}, {"vFile:pread:1,ff,63", "F0;"}, {"vFile:pread:2,1,0", "F-1,9"}, {"vFile:close:1", "F0"}, {"vFile:close:1", "F-1,9"}, {"vFile:unlink:2f", ""},
		{"vCont?", "vCont;c;C;s;S"}, {"vCont;c", "T05swbreak:;thread:1f;"}, {"vCont;s:1;c", "T05thread:1;"}, {"vCont;x", "E01"}, {"c", "T05library:;thread:1;"}, {"vCont;c", "T05watch:1234;thread:1;"},
		{"vCont;C0b:1;c", "T0athread:1;"}, {"vMustReplyEmpty", ""}, {"!", ""}, {"", ""}, {"vCont;c", "W2c"},
	} {
		if err := c.write(tt.send); err != nil {
			t.Fatal(err)
		}
		got, err := c.read()
		if err != nil {
			t.Fatalf("%q: %v", tt.send, err)
		}
		if tt.send == "QStartNoAckMode" {
			c.noAck = true
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.send, got, tt.want)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if want := []int{0, 1, 0, 0, 0, 0}; fmt.Sprint(f.resumed) != fmt.Sprint(want) {
		t.Errorf("resumed %v, want %v", f.resumed, want)
	}
}

// What an interrupt stops, and a connection that is lost while the target runs.
func TestInterrupt(t *testing.T) {
	for _, lost := range []bool{false, true} {
		f := newFake()
		client, server := net.Pipe()
		done := make(chan error, 1)
		go func() { _, err := Serve(server, f); done <- err }()
		c := &conn{r: bufio.NewReader(client), w: client}
		if err := c.write("vCont;c"); err != nil {
			t.Fatal(err)
		}
		if b, err := c.r.ReadByte(); b != '+' || err != nil {
			t.Fatal(b, err)
		}
		if lost {
			client.Close()
			if err := <-done; err == nil {
				t.Error("no error for a connection that is lost")
			}
			continue
		}
		_, _ = client.Write([]byte{3})
		if got, err := c.read(); got != "T02thread:1;" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		if err := c.write("D"); err != nil {
			t.Fatal(err)
		}
		go io.Copy(io.Discard, client)
		if err := <-done; err != nil || !f.gone {
			t.Errorf("%v, detached %v", err, f.gone)
		}
	}
}

// Registers come back as they went.
func TestRegisters(t *testing.T) {
	f := newFake()
	text := f.regs.encode(true)
	if want := 2 * (16*8 + 8 + 4 + 24 + 80 + 32 + 256 + 4 + 8 + 16 + 256); len(text) != want {
		t.Errorf("%d digits, want %d", len(text), want)
	}
	back := f.regs
	back.Vector = make([]byte, areaSize)
	copy(back.Vector, f.regs.Vector)
	back.General, back.RIP = [16]uint64{}, 0
	if !back.decode(text, true) || back.encode(true) != text {
		t.Error("registers changed on the way")
	}
	if back.decode(text[:50], true) || back.decode(strings.Repeat("zz", 600), true) {
		t.Error("took what is no registers")
	}
	f.regs.Vector = nil
	if !strings.Contains(f.regs.encode(true), "xxxx") {
		t.Error("what is not known is not said so")
	}
}

func FuzzServe(f *testing.F) {
	for _, s := range []string{"?", "g", "Gffff", "m10000,10", "M10000,1:00", "X10000,1:a", "vCont;s:1", "vCont;c", "qXfer:features:read:target.xml:0,fff", "vFile:open:2f70726f67,0,0", "vFile:pread:1,4,0", "Z0,10000,1", "qSupported:a"} {
		var b bytes.Buffer
		_ = (&conn{w: &b}).write(s)
		f.Add(b.Bytes())
	}
	f.Add([]byte("$g#00$}#7d\x03-+"))
	f.Fuzz(func(t *testing.T, in []byte) {
		target := newFake()
		for range 100 {
			target.stops = append(target.stops, Stop{Kind: StopStep, Thread: 1})
		}
		client, server := net.Pipe()
		go io.Copy(io.Discard, client)
		go func() { _, _ = client.Write(in); client.Close() }()
		_, _ = Serve(server, target)
		server.Close()
	})
}
