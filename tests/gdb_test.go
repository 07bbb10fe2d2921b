package tests

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
)

// underGDB runs an image with these commands of gdb's and gives what gdb says, and the program's output and end.
func underGDB(t *testing.T, img *uk.Image, opt uk.RunOptions, commands ...string) (gdb, out string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	socket := filepath.Join(t.TempDir(), "gdb")
	var said bytes.Buffer
	var wg sync.WaitGroup
	opt.GDB = &uk.GDBOptions{Addr: socket, Waiting: func(addr string) {
		args := []string{"-nx", "-batch", "-ex", "set width 0", "-ex", "target remote " + addr}
		for _, c := range commands {
			args = append(args, "-ex", c)
		}
		wg.Go(func() {
			cmd := exec.CommandContext(ctx, "gdb", args...)
			cmd.Stdout, cmd.Stderr = &said, &said
			_ = cmd.Run()
		})
	}}
	var output bytes.Buffer
	opt.Stdout, opt.Stderr = &output, &output
	s, err := img.Run(ctx, opt)
	if err != nil {
		cancel()
	}
	wg.Wait()
	if err != nil {
		t.Fatalf("%v\ngdb: %s", err, said.String())
	}
	return said.String(), output.String(), s.ExitCode()
}

func expect(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !regexp.MustCompile("(?m)" + w).MatchString(text) {
			t.Errorf("gdb did not say %s", w)
		}
	}
	if t.Failed() {
		t.Log(clip(text))
	}
}

// gdb has a guest's program as one of its own: breakpoints, steps, threads, variables, names in the program, libraries and the kernel, and its end.
func TestGDB(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, "gdb")
	needKVM(t)
	for _, v := range []struct {
		name string
		cc   []string
		libc string
	}{{"kernel", nil, "kernel"}, {"static", []string{"-static"}, ""}, {"imagelibc", nil, "image"}} {
		t.Run(v.name, func(t *testing.T) {
			b := prepare(t, &program{name: "gdb-" + v.name, build: c("seeing/debugged.c", append([]string{"-g", "-O0", "-pthread"}, v.cc...)...), status: 7, kernel: uk.Options{Libc: v.libc}})
			gdb, out, status := underGDB(t, b.img, uk.RunOptions{CPUs: 2}, "break worker", "break debugged.c:main", "continue", "print where", "next", "next", "print half", "set var where.y = 5",
				"continue", "backtrace", "info threads", "stepi", "stepi", "finish", "thread 1", "backtrace", "delete", "break add if b == 5", "continue", "print $rdi", "print $mxcsr",
				"info symbol $pc", "print $_exitcode", "x/2i 16", "continue", "print $_exitcode")
			if status != 1 || out != "hello\n" { // where.y is another
				t.Errorf("status %d, output %q", status, out)
			}
			expect(t, gdb, `Breakpoint \d, main \(argc=1, argv=0x[0-9a-f]+\)`, `^\$1 = \{x = 3, y = 4\}$`, `^\$2 = 1\.5$`, `hit Breakpoint \d, worker \(arg=0x[0-9a-f]+\)`, `#0 .*worker \(arg`,
				`  Thread 1 "`, `^\* \d +Thread [2-9] "`, `hit Breakpoint \d, add \(a=3, b=5\)`, `^\$\d = 3$`, `^add.* in section .text`, `Cannot access memory at address 0x10`, `exited with code 01`, `^\$\d = 1$`)
		})
	}
	t.Run("fault", func(t *testing.T) {
		b := prepare(t, &program{name: "gdb-kernel", build: c("seeing/debugged.c", "-g", "-O0", "-pthread"), status: 7, kernel: uk.Options{Libc: "kernel"}})
		gdb, _, status := underGDB(t, b.img, uk.RunOptions{Args: []string{"s"}}, "continue", "backtrace", "info threads", "continue")
		if status != 128+11 {
			t.Errorf("status %d", status)
		}
		expect(t, gdb, `received signal SIGSEGV`, `#3 .* deep \(p=0x10.*n=3\)`, `#4 .* end \(how=115 's'\)`, `Program terminated with signal SIGSEGV`)
	})
	t.Run("kernel", func(t *testing.T) { // a thread that waits in the kernel's C library
		b := prepare(t, &program{name: "gdb-kernel", build: c("seeing/debugged.c", "-g", "-O0", "-pthread"), status: 7, kernel: uk.Options{Libc: "kernel"}})
		gdb, _, _ := underGDB(t, b.img, uk.RunOptions{Args: []string{"s"}}, "continue", "thread apply all backtrace")
		expect(t, gdb, `^#0 .* kernel:`, `^#[1-9] .* pause \(\)`, `^#[2-9] .* waits \(arg=0x0\)`)
	})
	t.Run("detach", func(t *testing.T) {
		b := prepare(t, &program{name: "gdb-kernel", build: c("seeing/debugged.c", "-g", "-O0", "-pthread"), status: 7, kernel: uk.Options{Libc: "kernel"}})
		gdb, out, status := underGDB(t, b.img, uk.RunOptions{}, "break add", "continue", "detach")
		if status != 7 || out != "hello\n" {
			t.Errorf("status %d, output %q\n%s", status, out, gdb)
		}
	})
	t.Run("go", func(t *testing.T) {
		b := prepare(t, &program{name: "gdb-go-pie", build: golang("go/debugged", true, "-buildmode=pie", "-ldflags=-linkmode=external")})
		gdb, out, status := underGDB(t, b.img, uk.RunOptions{}, "break main.bump", "continue", "backtrace", "print main.answer", "continue")
		if status != 0 || out != "42\n" {
			t.Errorf("status %d, output %q", status, out)
		}
		expect(t, gdb, `hit Breakpoint 1, main\.bump`, `#1 .* main\.main\.func1`, `^\$1 = 41$`, `exited normally`)
	})
}

// QEMU has a server of its own.
func TestGDBOfQEMU(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "gdb-kernel", build: c("seeing/debugged.c", "-g", "-O0", "-pthread"), status: 7, kernel: uk.Options{Libc: "kernel"}})
	argv, err := launch.QEMUCommand(b.img.Bundle, uk.RunOptions{GDB: &uk.GDBOptions{Addr: "127.0.0.1:1"}}, uk.AccelTCG)
	if err != nil || !strings.Contains(strings.Join(argv, " "), "-gdb tcp:127.0.0.1:1 -S") {
		t.Errorf("%v %v", argv, err)
	}
}
