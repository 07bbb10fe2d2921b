package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// confined is a command of scripts: it starts one that prints a line and waits for its input, and
// looks at all threads of it while it waits.
func confined(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = ts.MkAbs("."), append(os.Environ(), "UK_KIT="+ts.Getenv("UK_KIT"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME")), os.Stderr
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
