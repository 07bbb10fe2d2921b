package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"uk/internal/machines"
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
