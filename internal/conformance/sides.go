package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// limit of what one run may print, in bytes; more is thrown away.
const outputLimit = 16 << 20

// sides runs commands on the host and in guests.
type sides struct {
	uk      string // the command under test
	timeout time.Duration
}

// host runs c on this machine: in a session of its own and, where this user may
// make namespaces, with no network but loopback.
func (s *sides) host(ctx context.Context, c Command) (string, int, error) {
	argv := append([]string{c.Path}, c.Args...)
	env := append([]string{"PATH=/usr/local/bin:/usr/bin:/bin"}, c.Env...)
	var out string
	var status int
	var err error
	apart(c.Shares, func() { out, status, err = s.run(ctx, argv, c.Dir, env) })
	return out, status, err
}

// guest boots c.
func (s *sides) guest(ctx context.Context, c Command) (string, int, error) {
	args := []string{s.uk, "run", "-q", "--memory", "1G", "--cpus", "2", "--timeout", s.timeout.String(), "--cwd", c.Dir}
	if uid := os.Geteuid(); uid != 0 { // what root may do would differ
		args = append(args, "--user", fmt.Sprintf("%d:%d", uid, os.Getegid()))
	}
	if c.Libc != "" {
		args = append(args, "--libc", c.Libc)
	}
	for _, dir := range c.Shares {
		args = append(args, "--share", dir+":"+dir+":ro")
	}
	for _, e := range c.Env {
		args = append(args, "--env", e)
	}
	program := c.Path
	if len(c.Files) > 0 {
		dir, err := os.MkdirTemp("", "uk-conformance-*")
		if err != nil {
			return "", 0, err
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "usr.manifest")
		if err := os.WriteFile(program, []byte(manifestOf(c)), 0o666); err != nil {
			return "", 0, err
		}
	}
	args = append(append(args, program, "--"), c.Args...)
	return s.run(ctx, args, "", os.Environ())
}

// manifestOf lists c's program and files at the paths that they have on the host.
func manifestOf(c Command) string {
	var m strings.Builder
	m.WriteString("[manifest]\n")
	for _, f := range append([]string{c.Path}, c.Files...) {
		fmt.Fprintf(&m, "%s: %s\n", f, f)
	}
	fmt.Fprintf(&m, "[app]\ncommand = %s\n", c.Path)
	return m.String()
}

// run gives what the program printed and its status; its process group ends with it.
func (s *sides) run(ctx context.Context, args []string, dir string, env []string) (string, int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout+10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	out := &capped{}
	cmd.Stdout, cmd.Stderr, cmd.Dir, cmd.Env, cmd.SysProcAttr = out, out, dir, env, &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	if cmd.Process != nil {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it left running
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return "", 0, fmt.Errorf("%s: %w", args[0], err)
	}
	return out.buf.String(), status(cmd.ProcessState), nil
}

// status is a shell's: 128 and the signal for what a signal ended.
func status(p *os.ProcessState) int {
	if w := p.Sys().(syscall.WaitStatus); w.Signaled() {
		return 128 + int(w.Signal())
	}
	return p.ExitCode()
}

// capped keeps the start of what is written. The buffer is not embedded: its
// ReadFrom, which os/exec prefers to Write, knows no limit.
type capped struct{ buf bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := outputLimit - c.buf.Len(); room > 0 {
		c.buf.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// results runs a unit's command on one side, again and again for the tests of
// want that were lost when the program ended early.
func results(u *Unit, c Command, want []string, run func(Command) (string, int, error)) (Results, string, error) {
	out, status, err := run(c)
	if err != nil {
		return nil, "", err
	}
	r := u.Parse(out, status)
	const again = 8
	for range again {
		lost := slices.DeleteFunc(slices.Clone(want), func(n string) bool { return r[n] != "" })
		if u.Only == nil || len(lost) == 0 {
			break
		}
		c.Args = u.Only(lost)
		more, status, err := run(c)
		if err != nil {
			return nil, "", err
		}
		found := u.Parse(more, status)
		out += more
		if len(found) == 0 {
			r[lost[0]] = Lost // the first of them ends the program
		}
		for n, o := range found {
			r[n] = o
		}
	}
	for _, n := range want {
		if r[n] == "" {
			r[n] = Lost
		}
	}
	return r, strings.TrimSpace(out), nil
}
