package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// confined is a command of scripts: it starts one that prints a line and waits for its input, and
// looks at all threads of it while it waits.
func confined(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = ts.MkAbs("."), append(os.Environ(), "UK_KIT="+ts.Getenv("UK_KIT"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME")), os.Stderr
	inherited, err := os.Create(ts.MkAbs("inherited"))
	ts.Check(err)
	defer inherited.Close()
	cmd.ExtraFiles = []*os.File{inherited}
	in, err := cmd.StdinPipe()
	ts.Check(err)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	defer cmd.Wait()
	defer in.Close()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		ts.Fatalf("no line from %s: %v", strings.Join(args, " "), err)
	}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", cmd.Process.Pid))
	ts.Check(err)
	for _, name := range files {
		if to, _ := os.Readlink(name); to == inherited.Name() {
			ts.Fatalf("%s is still open", to)
		}
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", cmd.Process.Pid))
	ts.Check(err)
	if len(threads) < 2 {
		ts.Fatalf("%d threads", len(threads))
	}
	for _, name := range threads {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // it ended
		}
		ts.Check(err)
		for _, want := range []string{"NoNewPrivs:\t1\n", "Seccomp:\t2\n", "CapEff:\t0000000000000000\n", "CapPrm:\t0000000000000000\n"} {
			if !strings.Contains(string(text), want) {
				ts.Fatalf("%s: no %q in\n%s", name, want, text)
			}
		}
	}
}

// stuck is a command of scripts: one whose standard error is a full pipe that nobody reads ends with a status.
func stuck(ts *testscript.TestScript, _ bool, args []string) {
	r, w, err := os.Pipe()
	ts.Check(err)
	defer r.Close()
	defer w.Close()
	ts.Check(w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)))
	for err == nil {
		_, err = w.Write(make([]byte, 1))
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = ts.MkAbs("."), append(os.Environ(), "UK_KIT="+ts.Getenv("UK_KIT"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME")), w
	ts.Check(cmd.Start())
	limit := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	_ = cmd.Wait()
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("%s ends with status %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}
