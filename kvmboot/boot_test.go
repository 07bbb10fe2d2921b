package kvmboot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"uk/internal/testenv"
	"uk/kvmboot/guestmem"
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

func mustHaveQEMU(t testing.TB) {
	t.Helper()
	testenv.MustHave(t, QEMUProgram)
}

// guest assembles testdata sources to a kernel. The names tell which.
func guest(t testing.TB, sources ...string) string {
	t.Helper()
	gcc := testenv.MustHave(t, "gcc")
	out := filepath.Join(t.TempDir(), "kernel.elf")
	args := []string{"-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-mno-red-zone", "-mgeneral-regs-only",
		"-fno-stack-protector", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-nostdlib", "-static",
		"-Wa,-Itestdata", "-Wl,-T,testdata/guest.ld,--build-id=none,--no-warn-rwx-segments,-z,noexecstack,-e,_start", "-o", out}
	for _, s := range sources {
		args = append(args, filepath.Join("testdata", s))
	}
	if msg, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("build %v: %v\n%s", sources, err, msg)
	}
	return out
}

// runners are the ways to run a guest that this machine has.
func runners(t *testing.T, f func(t *testing.T, run func(context.Context, Config) (Status, error))) {
	t.Run("kvm", func(t *testing.T) { mustHaveKVM(t); f(t, Run) })
	t.Run("qemu-tcg", func(t *testing.T) {
		mustHaveQEMU(t)
		f(t, func(ctx context.Context, cfg Config) (Status, error) { return RunQEMU(ctx, cfg, "tcg") })
	})
}

func timeLimit(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestBoot(t *testing.T) {
	kernel := guest(t, "hello.S")
	runners(t, func(t *testing.T, run func(context.Context, Config) (Status, error)) {
		for _, noVirtio := range []bool{false, true} {
			var out, errOut bytes.Buffer
			s, err := run(timeLimit(t), Config{Kernel: kernel, Args: []string{"/a b", `"`}, NoVirtio: noVirtio, Memory: 16 << 20, Stdout: &out, Stderr: &errOut})
			if err != nil || s.Kind != KindExit || s.Code != 7 {
				t.Fatalf("NoVirtio %v: %v, %v; output %q %q", noVirtio, s, err, out.String(), errOut.String())
			}
			got := errOut.String()
			if noVirtio {
				got = out.String()
			}
			// Only QEMU's guests are told that there is no input.
			line := strings.TrimSuffix(strings.TrimSuffix(got, " uk.console=1:2"), " uk.stdin=none")
			if !strings.HasPrefix(line, "hello\n") || !strings.HasSuffix(line, ` uk.arg="/a b" uk.arg="\""`) {
				t.Errorf("NoVirtio %v: serial output %q", noVirtio, got)
			}
			if noVirtio == strings.Contains(got, "virtio_mmio.device=") {
				t.Errorf("NoVirtio %v: command line %q", noVirtio, got)
			}
		}
	})
}

// A machine without the entropy device has the console alone.
func TestNoEntropy(t *testing.T) {
	kernel := guest(t, "hello.S")
	runners(t, func(t *testing.T, run func(context.Context, Config) (Status, error)) {
		for noEntropy, want := range map[bool]int{false: 2, true: 1} {
			var errOut bytes.Buffer
			_, err := run(timeLimit(t), Config{Kernel: kernel, NoEntropy: noEntropy, Memory: 16 << 20, Stderr: &errOut})
			if n := strings.Count(errOut.String(), "virtio_mmio.device="); err != nil || n != want {
				t.Errorf("NoEntropy %v: %d devices (%v), want %d: %q", noEntropy, n, err, want, errOut.String())
			}
		}
	})
}

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

// A Reader that blocks does not hold up the end.
func TestQEMUBlockedInput(t *testing.T) {
	mustHaveQEMU(t)
	r, w := io.Pipe()
	defer w.Close()
	s, err := RunQEMU(timeLimit(t), Config{Kernel: guest(t, "hello.S"), Memory: 16 << 20, Stdin: r}, "tcg")
	if err != nil || s.Code != 7 || s.Total > 30*time.Second {
		t.Errorf("%v, %v", s, err)
	}
}

func TestQEMUCommand(t *testing.T) {
	cfg := Config{Kernel: "k.elf", Root: "/a,b.rofs", Args: []string{"/x y"}, CPUs: 2, Memory: 64 << 20}
	argv, err := QEMUCommand(cfg, "tcg", "st")
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(argv, "\n")
	for _, want := range []string{
		"file.filename=/a,,b.rofs", "virtio-blk-device,drive=root,bus=virtio-mmio-bus.0", "virtio-serial-device,max_ports=3,bus=virtio-mmio-bus.1", "virtserialport,nr=1,chardev=con", "file,id=out,append=on,path=/dev/stdout",
		"virtio-rng-device,bus=virtio-mmio-bus.2", "-smp\n2", "-m\n65536K", "iobase=0xe9,chardev=st",
		"512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6 virtio_mmio.device=512@0xfeb00400:7 uk.cpus=2 uk.arg=\"/x y\" uk.console=1:2",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in\n%s", want, line)
		}
	}
	cfg.NoVirtio = true
	argv, err = QEMUCommand(cfg, "kvm", "")
	line = strings.Join(argv, "\n")
	if err != nil || strings.Contains(line, "virtio") || !strings.Contains(line, "-initrd\n/a,b.rofs") || strings.Contains(line, "debugcon") {
		t.Errorf("%v\n%s", err, line)
	}
	if _, err := QEMUCommand(cfg, "xen", ""); err == nil {
		t.Error("accelerator xen: no error")
	}
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

// INIT and SIPI through the local APIC start the second processor in real mode.
func TestStartProcessor(t *testing.T) {
	kernel := guest(t, "smp.S")
	runners(t, func(t *testing.T, run func(context.Context, Config) (Status, error)) {
		var out bytes.Buffer
		s, err := run(timeLimit(t), Config{Kernel: kernel, CPUs: 2, Memory: 16 << 20, Stderr: &out})
		if err != nil || s.Code != 0 || s.Kind != KindExit || out.String() != "AB\n" {
			t.Errorf("%v, %v, output %q", s, err, out.String())
		}
	})
}

func TestTripleFault(t *testing.T) {
	kernel := guest(t, "fault.S")
	runners(t, func(t *testing.T, run func(context.Context, Config) (Status, error)) {
		s, err := run(timeLimit(t), Config{Kernel: kernel, Memory: 16 << 20})
		if s.Kind != KindPanic || s.ExitCode() != 125 || err == nil || !strings.Contains(err.Error(), "triple fault") {
			t.Errorf("%v, %v", s, err)
		}
		var me *MachineError
		if errors.As(err, &me) && (!strings.Contains(me.Regs, "rsi 0000000012345678") || me.RIP == 0) {
			t.Errorf("registers:\n%s", me.Regs)
		}
	})
}

// The root image as a module is at the top of memory, and mapped, not read.
func TestModule(t *testing.T) {
	mustHaveKVM(t)
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, bytes.Repeat([]byte("module\n!"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	kernel := guest(t, "module.S")
	runners(t, func(t *testing.T, run func(context.Context, Config) (Status, error)) {
		var out bytes.Buffer
		s, err := run(timeLimit(t), Config{Kernel: kernel, Root: root, NoVirtio: true, Memory: 16 << 20, Stdout: &out})
		if err != nil || s.Code != 0 || out.String() != "module\n" {
			t.Errorf("%v, %v, output %q", s, err, out.String())
		}
	})
	_, err := Run(timeLimit(t), Config{Kernel: kernel, Root: root, NoVirtio: true, Memory: MinMemory})
	if err == nil || !strings.Contains(err.Error(), "memory") {
		t.Errorf("module in too little memory: %v", err)
	}
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

// elfBytes makes a small good kernel: one PT_LOAD at 1 MB with the note in it.
// Layout: header 0, program headers 64 and 120, note 176, code 200.
func elfBytes() []byte {
	b := make([]byte, 256)
	le := binary.LittleEndian
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], 2)  // ET_EXEC
	le.PutUint16(b[18:], 62) // x86-64
	le.PutUint64(b[32:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 2)
	load := b[64:]
	le.PutUint32(load[0:], 1)
	le.PutUint64(load[24:], 0x100000)
	le.PutUint64(load[32:], 256)
	le.PutUint64(load[40:], 512)
	note := b[120:]
	le.PutUint32(note[0:], 4)
	le.PutUint64(note[8:], 176)
	le.PutUint64(note[32:], 20)
	le.PutUint64(note[48:], 4)
	n := b[176:]
	le.PutUint32(n[0:], 4)
	le.PutUint32(n[4:], 4)
	le.PutUint32(n[8:], 18)
	copy(n[12:], "Xen\x00")
	le.PutUint32(n[16:], 0x1000c8)
	return b
}

func TestRunErrors(t *testing.T) {
	kernel := filepath.Join(t.TempDir(), "kernel.elf")
	if err := os.WriteFile(kernel, elfBytes(), 0o600); err != nil {
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
