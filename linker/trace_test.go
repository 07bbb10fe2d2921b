package linker

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A traced kernel has thunks of the calls that its C library makes and of no others; the kernel without tracer has nothing of
// it.
func TestTracedKernel(t *testing.T) {
	k := realKit(t)
	numbers := map[string]int{"write": 1, "writev": 20, "open": 2, "no_call": 500}
	for _, traced := range []map[string]int{nil, numbers} {
		out := filepath.Join(t.TempDir(), "kernel.elf")
		r, err := Link(context.Background(), Options{Kit: k, Profile: "virtio-mmio", Symbols: []string{"puts", "pthread_create", "exit"}, Syscalls: []string{"write"}, Trace: traced, Output: out})
		if err != nil {
			t.Fatal(err)
		}
		names, err := os.ReadFile(r.SymbolFile)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"trc_writev", "trace_call", "trace_enter", "trc_dynamic", "trc_clone_thread", "sigtrc_take"} {
			want := traced != nil
			if name == "sigtrc_take" && !bytes.Contains(names, []byte(" signal_deliver\n")) {
				want = false
			}
			if got := bytes.Contains(names, []byte(" "+name+"\n")); got != want {
				t.Errorf("traced %v: %s is there: %v", traced != nil, name, got)
			}
		}
		for _, name := range []string{"trc_open", "trc_no_call", "trc_brk"} {
			if bytes.Contains(names, []byte(" "+name+"\n")) {
				t.Errorf("%s is there", name)
			}
		}
		m, err := ReadMap(r.MapFile)
		if err != nil {
			t.Fatal(err)
		}
		for _, sub := range m.Subsystems {
			for _, mem := range sub.Members {
				for _, s := range mem.Sections {
					if strings.Contains(mem.File, "trace") && s.Kind == KeepUnneeded {
						t.Errorf("%s %s is there and nothing refers to it", mem.File, s.Name)
					}
				}
			}
		}
	}
}
