package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// terminalDeadline ends a dialogue that hangs; a guest under TCG takes some seconds.
const terminalDeadline = 60 * time.Second

// pty is both ends of a pseudoterminal.
type pty struct {
	t             *testing.T
	master, slave *os.File

	mu   sync.Mutex
	text strings.Builder // all that came out
	seen int             // up to where a step has waited
	news chan struct{}
}

func newPTY(t *testing.T) *pty {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	p := &pty{t: t, master: os.NewFile(uintptr(fd), "ptmx"), news: make(chan struct{}, 1)}
	if p.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.master.Close(); p.slave.Close() })
	modes := p.modes()
	modes.Iflag |= unix.IUTF8 // as terminals of today have it
	if err := unix.IoctlSetTermios(int(p.slave.Fd()), unix.TCSETS, modes); err != nil {
		t.Fatal(err)
	}
	p.resize(40, 100)
	go p.collect()
	return p
}

func (p *pty) modes() *unix.Termios {
	m, err := unix.IoctlGetTermios(int(p.slave.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

func (p *pty) resize(rows, cols uint16) {
	if err := unix.IoctlSetWinsize(int(p.slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pty) collect() {
	b := make([]byte, 4096)
	for {
		n, err := p.master.Read(b)
		p.mu.Lock()
		p.text.Write(b[:n])
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// wait waits for text behind what was waited for before.
func (p *pty) wait(text string, deadline <-chan time.Time) bool {
	for {
		p.mu.Lock()
		i := strings.Index(p.text.String()[p.seen:], text)
		if i >= 0 {
			p.seen += i + len(text)
		}
		p.mu.Unlock()
		if i >= 0 {
			return true
		}
		select {
		case <-p.news:
		case <-deadline:
			return false
		}
	}
}

// step is a turn of a dialogue: text to wait for, then what is typed.
type step struct {
	wait, typed string
	act         func(*pty) // in place of typing
}

// talk runs a command on a terminal and returns all that it showed, and its status.
func talk(t *testing.T, cmd *exec.Cmd, steps []step) (string, int) {
	t.Helper()
	p := newPTY(t)
	before := *p.modes()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.slave, p.slave, p.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(terminalDeadline, func() { cmd.Process.Kill() })
	defer timer.Stop()
	deadline := time.After(terminalDeadline)
	for _, s := range steps {
		if !p.wait(s.wait, deadline) {
			cmd.Process.Kill()
			cmd.Wait()
			t.Fatalf("no %q came; the terminal showed:\n%q", s.wait, p.text.String())
		}
		if s.act != nil {
			s.act(p)
		} else if _, err := io.WriteString(p.master, s.typed); err != nil {
			t.Fatal(err)
		}
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if after := *p.modes(); after != before {
		t.Errorf("the terminal's modes were %+v, and are %+v", before, after)
	}
	const end = "that is all"
	io.WriteString(p.slave, end)
	p.wait(end, deadline)
	return strings.TrimSuffix(p.text.String(), end), cmd.ProcessState.ExitCode()
}

// ukCommand is this test's binary as uk.
func ukCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	kit, err := filepath.Abs("../../build/kit/x64")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("UK_KIT"); dir != "" {
		kit = dir
	}
	return &exec.Cmd{Path: self, Args: append([]string{"uk"}, args...),
		Env: append(os.Environ(), "UK_KIT="+kit, "XDG_CACHE_HOME="+t.TempDir(), "TERM=dumb")}
}

// onRunners runs f with the flags of each runner that is here.
func onRunners(t *testing.T, f func(t *testing.T, flags ...string)) {
	testenv.MustHaveFile(t, "../../build/kit/x64/kit.json")
	t.Run("KVM", func(t *testing.T) {
		if ok, err := have("UK_REQUIRE_KVM", kvmboot.Detect()); err != nil {
			t.Fatal(err)
		} else if !ok {
			t.Skip("SKIPPED: no /dev/kvm")
		}
		f(t, "--vmm=builtin")
	})
	t.Run("TCG", func(t *testing.T) {
		testenv.MustHave(t, kvmboot.QEMUProgram)
		f(t, "--vmm=qemu", "--accel=tcg")
	})
}

// TestTerminal holds a dialogue with a program on this machine's kernel and in a
// guest: both must show the same.
func TestTerminal(t *testing.T) {
	source, err := os.ReadFile("testdata/terminal.c")
	if err != nil {
		t.Fatal(err)
	}
	prog := testenv.Compile(t, "terminal", string(source))
	steps := []step{
		{wait: "size 40 100.\r\n", typed: "plain\r"},
		{wait: "0a.\r\r\n", typed: "ab\x7f\x7f\x7fc\td\x7f\x7fe\r"},
		{wait: "0a.\r\r\n", typed: "one two\x17three\x01\x7f\x16\x03 x\r"},
		{wait: "0a.\r\r\n", typed: "kill\x15rest\x12"},
		{wait: "^R\r\nrest", typed: "\xc3\xa4\x7f\n"},
		{wait: "0a.\r\r\n", typed: "end\x04"},
		{wait: "64.\r\r\n", typed: "longer than what is read at once\r"},
		{wait: "0a.\r\r\n", typed: "x\x04"},
		{wait: "78.\r\r\n", typed: "y"},
		{wait: "y", typed: "\x03"},
		{wait: "signal 2.\r\r\n", typed: "\x1c"},
		{wait: "raw.\r\n", typed: "k"},
		{wait: "6b.\r\n", typed: "\x03"},
		{wait: "03.\r\n", typed: "\x1b[A"},
		{wait: "41.\r\n", typed: "\r"},
		{wait: "0 wait.\r\n", typed: "1"},
		{typed: "2"},
		{typed: "3"},
		{wait: "password? ", typed: "hidden\r"},
		{wait: "password? ", typed: "hidden\r"},
		{wait: "odd? ", typed: "\x03\rq\x7f;"},
		{wait: "end? ", typed: "\x04"},
	}
	resize := step{wait: "end: 0.\r\r\n", act: func(p *pty) { p.resize(25, 90) }}
	for _, args := range [][]string{{}, {"resize"}} {
		if len(args) > 0 {
			steps = append(steps, resize)
		}
		want, status := talk(t, &exec.Cmd{Path: prog, Args: append([]string{prog}, args...)}, steps)
		if status != 3 {
			t.Fatalf("on the host: status %d:\n%q", status, want)
		}
		onRunners(t, func(t *testing.T, flags ...string) {
			if len(args) > 0 && slices.Contains(flags, "--vmm=qemu") {
				return // its console does not tell of a new size
			}
			cmd := ukCommand(t, slices.Concat([]string{"run", "--quiet"}, flags, []string{prog}, args)...)
			if got, status := talk(t, cmd, steps); status != 3 || got != want {
				t.Errorf("status %d, shown:\n%q\non the host:\n%q", status, got, want)
			}
		})
	}
}

// The console is the controlling terminal of the session that the program leads.
func TestTerminalSession(t *testing.T) {
	source, err := os.ReadFile("testdata/session.c")
	if err != nil {
		t.Fatal(err)
	}
	prog := testenv.Compile(t, "session", string(source))
	steps := []step{{wait: "end."}}
	want, status := talk(t, &exec.Cmd{Path: prog, Args: []string{prog}}, steps)
	if status != 3 {
		t.Fatalf("on the host: status %d:\n%q", status, want)
	}
	onRunners(t, func(t *testing.T, flags ...string) {
		cmd := ukCommand(t, slices.Concat([]string{"run", "--quiet"}, flags, []string{prog})...)
		if got, status := talk(t, cmd, steps); status != 3 || got != want {
			t.Errorf("status %d, shown:\n%s\non the host:\n%s", status, got, want)
		}
	})
}

// Keys end a program that does not look at them, and the escape ends every guest.
func TestTerminalEnds(t *testing.T) {
	shell := testenv.Sample(t, "/bin/bash")
	busy := step{wait: "# ", typed: "trap '' INT; while :; do :; done\r"}
	for _, tt := range []struct {
		name   string
		steps  []step
		status int
	}{
		{"end of input", []step{{wait: "# ", typed: "\x04"}}, 0},
		{"status", []step{{wait: "# ", typed: "exit 7\r"}}, 7},
		{"line editing", []step{{wait: "# ", typed: "echo a$((2+3))z\r"}, {wait: "a5z\r\nbash-5.2# ", typed: "\x1b[A\r"}, {wait: "a5z\r\n", typed: "exit\r"}}, 0},
		{"interrupt", []step{{wait: "# ", typed: "trap 'exit 9' INT; echo go; while :; do :; done\r"}, {wait: "go\r\n", typed: "\x03"}}, 9},
		{"escape", []step{busy, {wait: "done", typed: "\x03\x1d\x1d"}}, exitInterrupted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onRunners(t, func(t *testing.T, flags ...string) {
				cmd := ukCommand(t, slices.Concat([]string{"run", "--quiet"}, flags, []string{shell, "--", "--norc"})...)
				if got, status := talk(t, cmd, tt.steps); status != tt.status {
					t.Errorf("status %d, want %d; shown:\n%q", status, tt.status, got)
				}
			})
		})
	}
}
