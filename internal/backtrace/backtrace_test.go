package backtrace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"debug/elf"
	"uk.example/internal/testenv"
)

const kernelSyms = `400000100000 20 start
400000100020 100 panic
400000100020 0 panic_alias
400000100120 0 assembly
400000110000 10 far
`

func kernel() ([]byte, error) { return []byte(kernelSyms), nil }

func TestFrames(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"passes", "hello\nworld", "hello\nworld"},
		{"kernel", "panic: x\n  #0 0x400000100025\n  #1 0x400000100120\nbye\n",
			"panic: x\n  #0  0x400000100025  panic+0x5 (kernel)\n  #1  0x400000100120  panic+0x100 (kernel)\nbye\n"},
		{"no size", "  #0 0x400000100130\n", "  #0  0x400000100130  assembly+0x10 (kernel)\n"},
		{"unknown", "  #0 0x10\n", "  #0  0x000000000010\n"},
		{"not a frame", "  #x 0x10\n  #1\n", "  #x 0x10\n  #1\n"},
		{"module without file", "  #0 0x10\nmodule 0x1000 /none\n", "  #0  0x000000000010\n"},
		{"long line", strings.Repeat("y", 10000) + "\n", strings.Repeat("y", 10000) + "\n"},
		{"long frame", "  #0 0x" + strings.Repeat("0", 5000) + "\nz\n", "  #0 0x" + strings.Repeat("0", 5000) + "\nz\n"},
	} {
		for _, step := range []int{1, 7, 1 << 20} {
			var b bytes.Buffer
			w := NewWriter(&b, Source{Kernel: kernel, File: func(string) (io.ReaderAt, error) { return nil, errors.New("none") }}, false)
			for in := []byte(tt.in); len(in) > 0; {
				n := min(step, len(in))
				if m, err := w.Write(in[:n]); m != n || err != nil {
					t.Fatal(m, err)
				}
				in = in[n:]
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("%s in steps of %d:\n got %q\nwant %q", tt.name, step, b.String(), tt.want)
			}
		}
	}
}

func TestModule(t *testing.T) {
	prog := testenv.Compile(t, "prog", "int target(int a) { return a + 1; }\nint main(void) { return target(2); }\n", "-O0", "-pie", "-fPIE")
	f, err := elf.Open(prog)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var addr uint64
	for _, s := range syms {
		if s.Name == "target" {
			addr = s.Value
		}
	}
	const bias = 0x555555554000
	in := fmt.Sprintf("module %#x /app\n  #0 %#x\n", uint64(bias), bias+addr+2)
	var b bytes.Buffer
	w := NewWriter(&b, Source{File: func(p string) (io.ReaderAt, error) {
		if p != "/app" {
			t.Errorf("asked for %s", p)
		}
		return os.Open(prog)
	}}, false)
	io.WriteString(w, in)
	w.Flush()
	if !strings.Contains(b.String(), "target+0x2 (/app)") {
		t.Errorf("got %q", b.String())
	}
}

func FuzzWriter(f *testing.F) {
	f.Add([]byte("module 0x1000 /x\n  #0 0x1000\n  #1 0x2\nmore"))
	f.Fuzz(func(t *testing.T, in []byte) {
		w := NewWriter(io.Discard, Source{Kernel: kernel, File: func(string) (io.ReaderAt, error) { return bytes.NewReader(in), nil }}, true)
		w.Write(in)
		w.Flush()
	})
}
