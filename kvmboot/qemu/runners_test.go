package qemu

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uk.example/kvmboot/guesttest"

	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

func mustHaveQEMU(t testing.TB) {
	t.Helper()
	testenv.MustHave(t, kvmboot.QEMUProgram)
}

// runners are the ways to run a guest that this machine has.
func runners(t *testing.T, f func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error))) {
	t.Run("kvm", func(t *testing.T) { needKVM(t); f(t, kvmboot.Run) })
	t.Run("qemu-tcg", func(t *testing.T) {
		mustHaveQEMU(t)
		f(t, func(ctx context.Context, cfg kvmboot.Config) (kvmboot.Status, error) { return Run(ctx, cfg, "tcg") })
	})
}

func TestBoot(t *testing.T) {
	kernel := guesttest.Kernel(t, "../testdata", "hello.S")
	runners(t, func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error)) {
		for _, noVirtio := range []bool{false, true} {
			var out, errOut bytes.Buffer
			s, err := run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, Args: []string{"/a b", `"`}, NoVirtio: noVirtio, Memory: 16 << 20, Stdout: &out, Stderr: &errOut})
			if err != nil || s.Kind != kvmboot.KindExit || s.Code != 7 {
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
	kernel := guesttest.Kernel(t, "../testdata", "hello.S")
	runners(t, func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error)) {
		for noEntropy, want := range map[bool]int{false: 2, true: 1} {
			var errOut bytes.Buffer
			_, err := run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, NoEntropy: noEntropy, Memory: 16 << 20, Stderr: &errOut})
			if n := strings.Count(errOut.String(), "virtio_mmio.device="); err != nil || n != want {
				t.Errorf("NoEntropy %v: %d devices (%v), want %d: %q", noEntropy, n, err, want, errOut.String())
			}
		}
	})
}

// A Reader that blocks does not hold up the end.
func TestQEMUBlockedInput(t *testing.T) {
	mustHaveQEMU(t)
	r, w := io.Pipe()
	defer w.Close()
	s, err := Run(guesttest.Limit(t), kvmboot.Config{Kernel: guesttest.Kernel(t, "../testdata", "hello.S"), Memory: 16 << 20, Stdin: r}, "tcg")
	if err != nil || s.Code != 7 || s.Total > 30*time.Second {
		t.Errorf("%v, %v", s, err)
	}
}

func TestQEMUCommand(t *testing.T) {
	cfg := kvmboot.Config{Kernel: "k.elf", Root: "/a,b.rofs", Args: []string{"/x y"}, CPUs: 2, Memory: 64 << 20}
	argv, err := Command(cfg, "tcg", "st")
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
	argv, err = Command(cfg, "kvm", "")
	line = strings.Join(argv, "\n")
	if err != nil || strings.Contains(line, "virtio") || !strings.Contains(line, "-initrd\n/a,b.rofs") || strings.Contains(line, "debugcon") {
		t.Errorf("%v\n%s", err, line)
	}
	if _, err := Command(cfg, "xen", ""); err == nil {
		t.Error("accelerator xen: no error")
	}
}

// INIT and SIPI through the local APIC start the second processor in real mode.
func TestStartProcessor(t *testing.T) {
	kernel := guesttest.Kernel(t, "../testdata", "smp.S")
	runners(t, func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error)) {
		var out bytes.Buffer
		s, err := run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, CPUs: 2, Memory: 16 << 20, Stderr: &out})
		if err != nil || s.Code != 0 || s.Kind != kvmboot.KindExit || out.String() != "AB\n" {
			t.Errorf("%v, %v, output %q", s, err, out.String())
		}
	})
}

func TestTripleFault(t *testing.T) {
	kernel := guesttest.Kernel(t, "../testdata", "fault.S")
	runners(t, func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error)) {
		s, err := run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, Memory: 16 << 20})
		if s.Kind != kvmboot.KindPanic || s.ExitCode() != 125 || err == nil || !strings.Contains(err.Error(), "triple fault") {
			t.Errorf("%v, %v", s, err)
		}
		var me *kvmboot.MachineError
		if errors.As(err, &me) && (!strings.Contains(me.Regs, "rsi 0000000012345678") || me.RIP == 0) {
			t.Errorf("registers:\n%s", me.Regs)
		}
	})
}

// The root image as a module is at the top of memory, and mapped, not read.
func TestModule(t *testing.T) {
	needKVM(t)
	root := filepath.Join(t.TempDir(), "root.img")
	if err := os.WriteFile(root, bytes.Repeat([]byte("module\n!"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	kernel := guesttest.Kernel(t, "../testdata", "module.S")
	runners(t, func(t *testing.T, run func(context.Context, kvmboot.Config) (kvmboot.Status, error)) {
		var out bytes.Buffer
		s, err := run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, Root: root, NoVirtio: true, Memory: 16 << 20, Stdout: &out})
		if err != nil || s.Code != 0 || out.String() != "module\n" {
			t.Errorf("%v, %v, output %q", s, err, out.String())
		}
	})
	_, err := kvmboot.Run(guesttest.Limit(t), kvmboot.Config{Kernel: kernel, Root: root, NoVirtio: true, Memory: kvmboot.MinMemory})
	if err == nil || !strings.Contains(err.Error(), "memory") {
		t.Errorf("module in too little memory: %v", err)
	}
}

// needKVM skips, loudly, where there is no KVM; UK_REQUIRE_KVM=1 forbids that.
func needKVM(t testing.TB) {
	t.Helper()
	if err := kvmboot.Detect(); err != nil {
		if os.Getenv("UK_REQUIRE_KVM") == "1" {
			t.Fatalf("UK_REQUIRE_KVM=1: %v", err)
		}
		t.Skipf("SKIPPED, NO KVM: %v", err)
	}
}
