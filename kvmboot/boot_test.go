package kvmboot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"uk.example/kvmboot/guesttest"

	"uk.example/kvmboot/guestmem"
)

// mustHaveKVM skips, loudly, where there is no KVM; UK_REQUIRE_KVM=1 forbids that.
func mustHaveKVM(t testing.TB) {
	t.Helper()
	if err := Detect(); err != nil {
		if os.Getenv("UK_REQUIRE_KVM") == "1" {
			t.Fatalf("UK_REQUIRE_KVM=1: %v", err)
		}
		t.Skipf("SKIPPED, NO KVM: %v", err)
	}
}

// guest assembles testdata sources to a kernel. The names tell which.
func guest(t testing.TB, sources ...string) string {
	t.Helper()
	return guesttest.Kernel(t, "testdata", sources...)
}

func timeLimit(t testing.TB) context.Context { return guesttest.Limit(t) }

func TestVirtioGuest(t *testing.T) {
	kernel := guest(t, "start64.S", "virtio.c")
	disk := make([]byte, 1028)
	copy(disk[512:], "sector one")
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, disk, 0o600); err != nil {
		t.Fatal(err)
	}
	mustHaveKVM(t)
	want := "blk:sector sectors:3\nid:uk-root\nrng:ok\nsome input\neof\n"
	pr, pw := io.Pipe()
	for name, in := range map[string]io.Reader{"reader": strings.NewReader("some input\n"), "file": openPipe(t, "some input\n"), "pipe": pr} {
		if name == "pipe" {
			go func() { fmt.Fprintf(pw, "some"); fmt.Fprintf(pw, " input\n"); pw.Close() }()
		}
		var out bytes.Buffer
		s, err := Run(timeLimit(t), Config{Kernel: kernel, Root: root, Memory: 16 << 20, Stdin: in, Stdout: &out})
		if err != nil || s.Kind != KindExit || s.Code != 0 || out.String() != want {
			t.Errorf("%s: %v, %v, output %q", name, s, err, out.String())
		}
	}
	var out bytes.Buffer
	s, err := Run(timeLimit(t), Config{Kernel: kernel, Root: root, Memory: 16 << 20, Stdout: &out})
	if err != nil || s.Code != 0 || out.String() != strings.Replace(want, "some input\n", "", 1) {
		t.Errorf("no input: %v, %v, output %q", s, err, out.String())
	}
}

// Enough traffic that queues get an ioeventfd and a worker; output to a file and to
// a pipe, which the processor may write itself, and to a Writer.
func TestBusyQueues(t *testing.T) {
	mustHaveKVM(t)
	kernel := guest(t, "start64.S", "virtio.c")
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, make([]byte, 2048), 0o600); err != nil {
		t.Fatal(err)
	}
	var in strings.Builder
	for i := range 40000 {
		fmt.Fprintln(&in, i)
	}
	run := func(name string, out io.Writer) {
		s, err := Run(timeLimit(t), Config{Kernel: kernel, Root: root, Memory: 16 << 20, Stdin: strings.NewReader(in.String()), Stdout: out})
		if err != nil || s.Code != 0 {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	check := func(name, got string) {
		t.Helper()
		if !strings.HasSuffix(got, "rng:ok\n"+in.String()+"eof\n") {
			t.Errorf("%s: %d bytes of output, not the %d of input", name, len(got), in.Len())
		}
	}
	var b bytes.Buffer
	run("writer", &b)
	check("writer", b.String())
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run("file", f)
	got, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	check("file", string(got))
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	piped := make(chan []byte)
	go func() { p, _ := io.ReadAll(r); piped <- p }()
	run("pipe", w)
	w.Close()
	check("pipe", string(<-piped))
}

func openPipe(t *testing.T, s string) *os.File {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	go func() { _, _ = w.WriteString(s); w.Close() }()
	return r
}

// untilWriter calls f once it has seen want.
type untilWriter struct {
	mu   sync.Mutex
	b    bytes.Buffer
	want string
	f    func()
}

func (w *untilWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	if w.f != nil && strings.Contains(w.b.String(), w.want) {
		w.f()
		w.f = nil
	}
	return len(p), nil
}

func (w *untilWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// A fault on guest memory ends the machine, not the program.
func TestMemoryFault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, guestmem.PageSize), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mem, err := guestmem.New(MinMemory, false)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	if err := guestmem.MapFileOver(mem.Low[:guestmem.PageSize], int(f.Fd()), guestmem.PageSize); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	m := &machine{done: make(chan struct{})}
	go m.guarded(func() {
		guestmem.Load16(mem.Low)
		t.Error("no fault")
	})()
	<-m.done
	if !errors.Is(m.err, errMemoryGone) {
		t.Errorf("%v", m.err)
	}
}

func TestRunErrors(t *testing.T) {
	kernel := filepath.Join(t.TempDir(), "kernel.elf")
	if err := os.WriteFile(kernel, guesttest.SmallKernel(), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		cfg  Config
		want string
		kvm  bool
	}{
		{"no kernel", Config{}, "no kernel", false},
		{"missing kernel", Config{Kernel: "/nonexistent/k"}, "no such file", false},
		{"folder", Config{Kernel: "/"}, "not a regular file", false},
		{"not a kernel", Config{Kernel: empty}, "too short", false},
		{"little memory", Config{Kernel: kernel, Memory: 4096}, "memory", false},
		{"negative memory", Config{Kernel: kernel, Memory: -1}, "memory", false},
		{"many processors", Config{Kernel: kernel, CPUs: 1000}, "processors", false},
		{"missing root", Config{Kernel: kernel, Root: "/nonexistent/r"}, "no such file", true},
		{"missing module", Config{Kernel: kernel, Root: "/nonexistent/r", RootAsModule: true}, "no such file", true},
		{"empty root", Config{Kernel: kernel, Root: empty}, "empty", true},
		{"empty module", Config{Kernel: kernel, Root: empty, NoVirtio: true}, "empty", true},
		{"NUL", Config{Kernel: kernel, Args: []string{"\x00"}}, "NUL", true},
		{"long", Config{Kernel: kernel, Args: []string{strings.Repeat("x", 900<<10)}, Memory: MinMemory + 64<<10}, "argument 0 is 921600 bytes long", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.kvm {
				mustHaveKVM(t)
			}
			s, err := Run(context.Background(), c.cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || s.ExitCode() != 1 {
				t.Errorf("%v, %v; want %q", s, err, c.want)
			}
		})
	}
}

// resources counts what a run could leave behind.
func resources(t *testing.T) (fds, threads, goroutines int) {
	t.Helper()
	count := func(dir string) int {
		e, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(e)
	}
	return count("/proc/self/fd"), count("/proc/self/task"), runtime.NumGoroutine()
}

// Canceling ends a guest that spins, halts, floods the serial port into a pipe that
// nobody reads, or waits for input, on several processors, and leaves nothing.
func TestCancel(t *testing.T) {
	mustHaveKVM(t)
	virtio := guest(t, "start64.S", "virtio.c")
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, make([]byte, 2048), 0o600); err != nil {
		t.Fatal(err)
	}
	stuckR, stuckW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stuckR.Close()
	defer stuckW.Close()
	kernels := map[string]string{}
	for _, name := range []string{"spin.S", "halt.S", "flood.S"} {
		kernels[name] = guest(t, name)
	}
	round := func() {
		for name, kernel := range kernels {
			ctx, cancel := context.WithCancel(context.Background())
			cfg := Config{Kernel: kernel, Memory: 4 << 20, CPUs: 2}
			if name == "flood.S" {
				cfg.Stderr = stuckW
				time.AfterFunc(50*time.Millisecond, cancel)
			} else {
				cfg.Stderr = &untilWriter{want: ".", f: cancel}
			}
			s, err := Run(ctx, cfg)
			if s.Kind != KindCanceled || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v, %v", name, s, err)
			}
			cancel()
		}
		// Waiting for input that never comes, output read.
		ctx, cancel := context.WithCancel(context.Background())
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		s, err := Run(ctx, Config{Kernel: virtio, Root: root, Memory: 4 << 20, Stdin: r, Stdout: &untilWriter{want: "rng:ok", f: cancel}})
		if s.Kind != KindCanceled || !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for input: %v, %v", s, err)
		}
		r.Close()
		w.Close()
	}
	round() // the runtime makes its own threads and files first
	fds, threads, goroutines := resources(t)
	const rounds = 5
	for range rounds {
		round()
	}
	var fds2, threads2, goroutines2 int
	for range 50 { // goroutines that are done may not be gone yet
		if fds2, threads2, goroutines2 = resources(t); goroutines2 <= goroutines {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	// A round has 15 threads; a leak would show as a multiple of the rounds. The
	// runtime keeps idle threads, so their number may grow a little.
	if fds2 > fds || goroutines2 > goroutines || threads2 > threads+rounds {
		t.Errorf("before: %d files, %d threads, %d goroutines; after %d rounds: %d, %d, %d", fds, threads, goroutines, rounds, fds2, threads2, goroutines2)
	}

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	s, err := Run(ctx, Config{Kernel: kernels["spin.S"], Memory: 4 << 20})
	if s.Kind != KindTimeout || s.ExitCode() != 124 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timeout: %v, %v", s, err)
	}
	if s, err := Run(ctx, Config{Kernel: kernels["spin.S"]}); s.Kind != KindTimeout || err == nil {
		t.Errorf("expired context: %v, %v", s, err)
	}
}

// A reader of the output that goes away ends the guest as it ends a program.
func TestBrokenPipe(t *testing.T) {
	mustHaveKVM(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	s, err := Run(timeLimit(t), Config{Kernel: guest(t, "flood.S"), Memory: 4 << 20, Stderr: w})
	if err != nil || s.Kind != KindSignal || s.ExitCode() != 141 {
		t.Errorf("%v, %v", s, err)
	}
	s, err = Run(timeLimit(t), Config{Kernel: guest(t, "flood.S"), Memory: 4 << 20, Stderr: failingWriter{}})
	if err == nil || !strings.Contains(err.Error(), "disk full") || s.ExitCode() != 125 {
		t.Errorf("%v, %v", s, err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// Several machines at once in one process.
func TestParallel(t *testing.T) {
	mustHaveKVM(t)
	kernel := guest(t, "hello.S")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var out bytes.Buffer
			s, err := Run(timeLimit(t), Config{Kernel: kernel, Memory: 4 << 20, Stderr: &out})
			if err != nil || s.Code != 7 || !strings.HasPrefix(out.String(), "hello\n") {
				t.Errorf("%v, %v, %q", s, err, out.String())
			}
		})
	}
	wg.Wait()
}

// BenchmarkBoot compares page sizes for a guest that does next to nothing and for
// one that touches 2 MB.
func BenchmarkBoot(b *testing.B) {
	mustHaveKVM(b)
	for _, name := range []string{"hello", "touch"} {
		kernel := guest(b, name+".S")
		for _, small := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/smallpages=%v", name, small), func(b *testing.B) {
				var setup, total time.Duration
				for b.Loop() {
					s, err := Run(context.Background(), Config{Kernel: kernel, Memory: 64 << 20, SmallPages: small})
					if err != nil {
						b.Fatal(err)
					}
					setup += s.Setup
					total += s.Total
				}
				b.ReportMetric(float64(setup.Microseconds())/float64(b.N), "setup-µs")
				b.ReportMetric(float64(total.Microseconds())/float64(b.N), "total-µs")
			})
		}
	}
}
