package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/machines"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// endMachines ends what a script that failed has left.
func endMachines(dir string) {
	store, err := machines.OpenIn(dir)
	if err != nil {
		return
	}
	list, _ := store.List()
	for _, m := range list {
		_ = m.Kill(context.Background())
	}
}

// logged is a command of scripts: it waits until the log of a machine has a line so often, and fails if the machine ends
// before.
func logged(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	path, err := exec.LookPath("uk")
	ts.Check(err)
	cmd := exec.CommandContext(ctx, path, "logs", "-f", args[0])
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+ts.Getenv("XDG_RUNTIME_DIR"))
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	defer cmd.Wait()
	defer cancel()
	var all []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if all = append(all, lines.Text()); count(all, args[2]) == want {
			return
		}
	}
	ts.Fatalf("no line %q, %d times, in\n%s", args[2], want, strings.Join(all, "\n"))
}

func count(list []string, line string) (n int) {
	for _, l := range list {
		if l == line {
			n++
		}
	}
	return n
}

const waiter = `
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static void term(int n) { _exit(9); }
int main(int argc, char **argv)
{
	signal(SIGTERM, argc > 1 ? SIG_IGN : term);
	write(1, "up\n", 3);
	write(2, "warn\n", 5);
	for (;;)
		pause();
}
`

// firstWrite is a buffer that closes came at the first write.
type firstWrite struct {
	bytes.Buffer
	came chan struct{}
	once sync.Once
}

func (w *firstWrite) Write(p []byte) (int, error) {
	defer w.once.Do(func() { close(w.came) })
	return w.Buffer.Write(p)
}

// TestLibrary starts machines as Go programs do: in this process, and in one of their own.
func TestLibrary(t *testing.T) {
	kit, err := filepath.Abs("../../build/kit/x64")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("UK_KIT"); dir != "" {
		kit = dir
	}
	if ok, err := have("UK_REQUIRE_KVM", kvmboot.Detect()); err != nil || !ok {
		t.Skip("no KVM")
	}
	dir := t.TempDir()
	prog, self := filepath.Join(dir, "prog"), filepath.Join(dir, "uk")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "run"), 0o700), os.WriteFile(prog+".c", []byte(waiter), 0o666), os.Symlink(exe, self)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(testenv.MustHave(t, "gcc"), "-o", prog, prog+".c").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Setenv("UK_KIT", kit)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(dir, "run")) // not dir: what is called uk there is the program
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	img, err := uk.Build(ctx, uk.Options{Binary: prog, Output: filepath.Join(dir, "prog.uk")})
	if err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer
	errs := firstWrite{came: make(chan struct{})}
	g, err := img.Start(ctx, uk.RunOptions{Stdout: &out, ProgramStderr: &errs})
	if err != nil {
		t.Fatal(err)
	}
	select { // until the program has its handler
	case <-errs.came:
	case <-ctx.Done():
		t.Fatal(ctx.Err())
	}
	if m, ok := g.Metrics(); !ok || m.Memory.Touched == 0 || m.Exits["mmio"] == 0 || len(m.CPUs) != 1 {
		t.Errorf("%+v, %v", m, ok)
	}
	if st, err := g.Stop(time.Minute); err != nil || st.Kind != kvmboot.KindExit || st.Code != 9 {
		t.Errorf("%v, %v", st, err)
	}
	if _, ok := g.Metrics(); ok {
		t.Error("figures of a guest that has ended")
	}
	if out.String() != "up\n" || errs.String() != "warn\n" {
		t.Errorf("%q, %q", out.String(), errs.String())
	}
	if g, err = img.Start(ctx, uk.RunOptions{Args: []string{"deaf"}}); err != nil {
		t.Fatal(err)
	}
	if st, err := g.Stop(0); !errors.Is(err, context.Canceled) || st.Kind != kvmboot.KindCanceled {
		t.Errorf("%v, %v", st, err)
	}
	if _, err := img.Start(ctx, uk.RunOptions{Cwd: "/nowhere"}); err == nil || !strings.Contains(err.Error(), "exit 126") {
		t.Errorf("%v", err)
	}

	m, err := uk.StartMachine(ctx, uk.MachineOptions{Tool: self, Args: []string{"--name", "web", img.Dir}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Kill(context.Background())
	var figures kvmboot.Metrics
	if err := m.Metrics(ctx, &figures); err != nil || figures.Memory.Size != launch.DefaultMemory {
		t.Errorf("%+v, %v", figures, err)
	}
	if list, err := uk.Machines(); err != nil || len(list) != 1 || list[0].Name != "web" {
		t.Errorf("%v, %v", list, err)
	}
	if err := m.Logs(ctx, machines.LogOptions{Tail: -1, Follow: true}, func(e machines.Entry) error {
		if strings.HasPrefix(string(e.Text), "warn") {
			return io.EOF
		}
		return nil
	}); err != io.EOF {
		t.Error(err)
	}
	if err := m.Stop(ctx, nil); err != nil {
		t.Error(err)
	}
	if st, err := m.Wait(ctx); err != nil || st.ExitCode != 9 {
		t.Errorf("%+v, %v", st, err)
	}
	var said []string
	err = m.Logs(ctx, machines.LogOptions{Tail: -1}, func(e machines.Entry) error {
		said = append(said, fmt.Sprintf("%d %s", e.Stream, e.Text))
		return nil
	})
	if err != nil || strings.Join(said, ",") != "1 up,2 warn" {
		t.Errorf("%q, %v", said, err)
	}
	if err := m.Remove(); err != nil {
		t.Error(err)
	}
	var failed *machines.FailedError
	var said2 bytes.Buffer
	if _, err := uk.StartMachine(ctx, uk.MachineOptions{Tool: self, Args: []string{"./none"}, Dir: dir, Messages: &said2}); !errors.As(err, &failed) || failed.Code != 1 || !strings.Contains(said2.String(), "./none: no such file") {
		t.Errorf("%v, %q", err, said2.String())
	}
}
