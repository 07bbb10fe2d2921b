package tests

import (
	"strings"
	"testing"

	"uk.example"
)

// sanitizerRows are programs with the runtimes of GCC's sanitizers, which map their shadow memory at fixed addresses.
// The runs are not compared with the host's: on some hosts ThreadSanitizer finds its addresses taken.
func sanitizerRows() []program {
	row := func(label string, status int, says []string, flags ...string) program {
		name, _, _ := strings.Cut(label, "-")
		flags = append([]string{"-g", "-pthread", "-D" + strings.ToUpper(name)}, flags...)
		p := program{name: "sanitized-" + label, build: compile("gcc", "libc/sanitized.c", flags), status: status, kernel: uk.Options{Libc: "image"}}
		p.check = func(t *testing.T, out string) {
			for _, want := range says {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		}
		return p
	}
	heap := []string{"heap 01 stack 01 data 01 freed 1\nsum 12000\n", "heap-use-after-free on address", "#0"}
	race := []string{"sum 12000\n", "data race", "#0 fault", "end\n"}
	address, thread := row("asan", 9, heap, "-fsanitize=address"), row("tsan", 9, race, "-fsanitize=thread")
	address.cpus, thread.cpus = 2, 2
	undefined := row("ubsan", 0, []string{"sum 12000\n", "runtime error: signed integer overflow: 2147483647 + 1", "end\n"}, "-fsanitize=undefined")
	undefined.kernel.Libc = "kernel"
	static := row("asan-static", 9, heap, "-fsanitize=address", "-static-libasan")
	static.tcg = true
	return []program{
		address, thread, undefined, static,
		row("tsan-static", 9, race, "-fsanitize=thread", "-static-libtsan"),
		row("lsan", 0, []string{"lost 1\nsum 12000\nend\n"}, "-fsanitize=leak"),
	}
}
