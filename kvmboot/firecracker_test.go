package kvmboot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/stdio"
)

func TestFirecrackerTables(t *testing.T) {
	sum := func(b []byte) (s byte) {
		for _, c := range b {
			s += c
		}
		return s
	}
	le := binary.LittleEndian
	mp := boot.MPTable(3)
	if sum(mp[:16]) != 0 || sum(mp[16:]) != 0 || int(le.Uint16(mp[20:])) != len(mp)-16 || le.Uint32(mp[4:]) != boot.System+16 {
		t.Errorf("MP table: sums %d %d, length %d", sum(mp[:16]), sum(mp[16:]), len(mp))
	}
	entries := 0
	for b := mp[16+44:]; len(b) > 0; entries++ {
		if b[0] == 0 {
			b = b[20:]
		} else {
			b = b[8:]
		}
	}
	if entries != int(le.Uint16(mp[16+34:])) {
		t.Errorf("MP table: %d entries, its header says %d", entries, le.Uint16(mp[16+34:]))
	}
	tables, rsdp := boot.ACPITables(0x1000, 2)
	if sum(rsdp[:20]) != 0 || sum(rsdp) != 0 {
		t.Error("RSDP: wrong checksums")
	}
	at := func(addr uint64) []byte {
		b := tables[addr-0x1000:]
		b = b[:le.Uint32(b[4:])]
		if sum(b) != 0 {
			t.Errorf("%s: wrong checksum", b[:4])
		}
		return b
	}
	xsdt := at(le.Uint64(rsdp[24:]))
	var names []string
	for p := xsdt[36:]; len(p) > 0; p = p[8:] {
		b := at(le.Uint64(p))
		names = append(names, string(b[:4]))
		switch string(b[:4]) {
		case "FACP":
			if len(b) != 276 || string(at(le.Uint64(b[140:]))[:4]) != "DSDT" {
				t.Errorf("FADT: %d bytes", len(b))
			}
		case "APIC":
			if len(b) != 44+12+2*8 || b[44+12+8+3] != 1 {
				t.Errorf("MADT: % x", b)
			}
		}
	}
	if !slices.Equal(names, []string{"FACP", "APIC", "MCFG"}) {
		t.Errorf("tables %v", names)
	}
	if end := boot.System + len(boot.MPTable(firecracker.MaxCPUs)); end+len(tables) > boot.RSDP {
		t.Errorf("tables end at %#x", end+len(tables))
	}
}

func TestLastWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want Status
	}{
		{"", Status{Kind: KindExit}},
		{"hello\n", Status{Kind: KindExit}},
		{"hello\nuk: exit status 7\n", Status{Kind: KindExit, Code: 7}},
		{"no newline" + "uk: exit status 255\r\n", Status{Kind: KindExit, Code: 255}},
		{"uk: ended by signal 11\n", Status{Kind: KindSignal, Code: 11}},
		{"uk: kernel panic\n", Status{Kind: KindPanic, Code: 1}},
		{"uk: exit status 7\nmore\n", Status{Kind: KindExit}},
		{"uk: exit status 7", Status{Kind: KindExit}},
		{strings.Repeat("x", 1000) + "uk: exit status 3\n", Status{Kind: KindExit, Code: 3}},
	} {
		for _, piece := range []int{1, 7, 5000} {
			var l lastWords
			for b := range slices.Chunk([]byte(c.text), piece) {
				l.add(b)
			}
			if got := l.status(); got != c.want {
				t.Errorf("%q in pieces of %d: %v, want %v", c.text, piece, got, c.want)
			}
		}
	}
}

func TestSerialPort(t *testing.T) {
	var out bytes.Buffer
	stop, err := stdio.NewStop()
	if err != nil {
		t.Fatal(err)
	}
	defer stop.Close()
	raised := 0
	s := newSerial(stdio.NewOutput(&out, stop), func() { raised++ })
	write := func(reg int, b ...byte) {
		if err := s.write(reg, b); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	write(uartTHR, 'a', 'b')
	write(uartLCR, lcrDLAB)
	write(uartTHR, 1)
	write(uartIER, 2)
	expect("divisor", s.read(uartTHR), byte(1))
	write(uartLCR, 3)
	expect("output", out.String(), "ab")
	expect("idle", s.read(uartLSR), byte(lsrIdle))
	expect("nothing pending", s.read(uartIIR), byte(iirFIFO|iirNone))

	expect("taken", s.receive([]byte("x")), 1)
	expect("no interrupt while disabled", raised, 0)
	expect("data ready", s.read(uartLSR), byte(lsrIdle|lsrReceived))
	expect("data", s.read(uartTHR), byte('x'))
	write(uartIER, ierReceived)
	expect("taken", s.receive([]byte("yz")), 2)
	s.receive([]byte("!"))
	expect("one interrupt", raised, 1)
	expect("cause", s.read(uartIIR), byte(iirFIFO|iirReceived))
	for _, b := range []byte("yz!") {
		expect("data", s.read(uartTHR), b)
	}
	expect("empty", s.read(uartLSR), byte(lsrIdle))
	expect("full", s.receive(make([]byte, 100)), serialFIFO)
	expect("interrupt", raised, 2)
	write(uartIIR, fcrClearReceived)
	expect("cleared", s.read(uartLSR), byte(lsrIdle))
	write(uartIER, ierSent)
	write(uartTHR, 'c')
	expect("interrupt for what was sent", raised, 3)
	write(uartMCR, mcrLoop|3)
	write(uartTHR, 'l')
	expect("loop", s.read(uartTHR), byte('l'))
	expect("loop's lines", s.read(uartMSR), byte(0x30))
	expect("no input in the loop", s.receive([]byte("x")), 0)
	expect("output", out.String(), "abc")
	for reg := range 8 {
		s.read(reg)
		write(reg)
	}
}

// The 64-bit boot protocol, on KVM: memory map, command line, initrd, input by
// polling, the end by a reset, the status by the last line.
func TestFirecrackerLinuxBoot(t *testing.T) {
	mustHaveKVM(t)
	dir := t.TempDir()
	initrd := filepath.Join(dir, "initrd")
	if err := os.WriteFile(initrd, []byte("from the initrd"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &firecracker.Config{Kernel: guest(t, "fc64.S"), Initrd: initrd, BootArgs: "some words", CPUs: 2, MemoryMiB: 16, Entropy: true}
	var out bytes.Buffer
	s, err := RunFirecracker(timeLimit(t), c, Config{Stdin: strings.NewReader("typed\nnot read\n"), Stdout: &out})
	const want = "some words pci=off virtio_mmio.device=4K@0xc0001000:5\n" +
		"0000000000000000 000000000009fc00 0000000000000001 \n" +
		"000000000009fc00 0000000000040400 0000000000000002 \n" +
		"00000000eec00000 0000000010000000 0000000000000002 \n" +
		"0000000000100000 0000000000f00000 0000000000000001 \n" +
		"from the initrd\ntyped\nuk: exit status 5\n"
	if err != nil || s.Kind != KindExit || s.Code != 5 || out.String() != want {
		t.Errorf("%v, %v, output:\n%s", s, err, out.String())
	}
	// Around the gap for devices; the initrd would lie above what is mapped.
	c.MemoryMiB, c.Initrd = 3200, ""
	out.Reset()
	s, err = RunFirecracker(timeLimit(t), c, Config{Stdin: strings.NewReader("\n"), Stdout: &out})
	if err != nil || s.Code != 5 || !strings.Contains(out.String(), "0000000000100000 00000000bff00000 0000000000000001 \n0000000100000000 0000000008000000 0000000000000001 \n") {
		t.Errorf("3200 MiB: %v, %v, output:\n%s", s, err, out.String())
	}
}

func TestFirecrackerRefuses(t *testing.T) {
	mustHaveKVM(t)
	kernel := guest(t, "fc64.S")
	data, err := os.ReadFile(kernel)
	if err != nil {
		t.Fatal(err)
	}
	entry := filepath.Join(t.TempDir(), "entry.elf")
	write := func(at uint64) string {
		b := bytes.Clone(data)
		binary.LittleEndian.PutUint64(b[24:], at)
		if err := os.WriteFile(entry, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return entry
	}
	var ke *KernelError
	for _, at := range []uint64{0, 0xfffff, 1 << 40} {
		_, err := RunFirecracker(timeLimit(t), &firecracker.Config{Kernel: write(at), CPUs: 1, MemoryMiB: 16}, Config{})
		if !errors.As(err, &ke) {
			t.Errorf("entry %#x: %v", at, err)
		}
	}
	for _, c := range []*firecracker.Config{
		{Kernel: kernel, CPUs: 1, MemoryMiB: 1},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, BootArgs: strings.Repeat("x", 2047), Entropy: true},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, Initrd: "/does/not/exist"},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, Drives: []firecracker.Drive{{Path: "/does/not/exist"}}},
	} {
		if s, err := RunFirecracker(timeLimit(t), c, Config{}); err == nil || s.Kind != KindNone {
			t.Errorf("%+v: %v, %v", c, s, err)
		}
	}
}

// A guest that spins is ended by the context, and one that waits for input, too.
func TestFirecrackerCancel(t *testing.T) {
	mustHaveKVM(t)
	ctx, cancel := context.WithCancel(context.Background())
	c := &firecracker.Config{Kernel: guest(t, "fc64.S"), CPUs: 1, MemoryMiB: 16}
	done := make(chan error)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	started := make(chan bool, 1)
	go func() {
		_, err := RunFirecracker(ctx, c, Config{Stdin: r, Stdout: writerFunc(func(p []byte) {
			select {
			case started <- true:
			default:
			}
		})})
		done <- err
	}()
	<-started
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }
