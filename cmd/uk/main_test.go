package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"uk.example/kvmboot"
	"uk.example/linker"
)

var update = flag.Bool("u", false, "rewrite the scripts' expected output")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"uk": main, "churn": churn})
}

// churn rewrites a file until it is ended: what a file that changes while it is
// packed looks like.
func churn() {
	f, err := os.OpenFile(os.Args[1], os.O_RDWR, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if _, err := f.WriteAt([]byte(time.Now().String()), 0); err != nil {
			os.Exit(1)
		}
	}
}

// TestScript runs testdata/script/*.txt. Beyond testscript's own commands:
//
//	status N uk ARGS...       the command ends with status N
//	interrupt N uk ARGS...    the same, after Ctrl-C once it has printed a line
//	signaled N SIG,.. uk ARGS the same with other signals, one behind each line
//	stuck N uk ARGS...         ends with status N though nobody reads its standard error
//	confined uk ARGS...       all its threads are confined while the guest runs
//	logged NAME COUNT LINE     waits until a machine's log has a line so often
//	truncate FILE SIZE        cut a file
//	poke FILE OFFSET HEX      overwrite bytes
//	smalldisk DIR             mount a file system of one megabyte
//	newdriver DIR FILE        make DIR a kit that also has the drivers of a kconfig
//
// and the conditions [kvm], [kit] and [mount].
func TestScript(t *testing.T) {
	kit, err := filepath.Abs("../../build/kit/x64")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("UK_KIT"); dir != "" {
		kit = dir
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("UK_KIT", kit)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			runtime := filepath.Join(e.WorkDir, ".runtime")
			if err := os.Mkdir(runtime, 0o700); err != nil {
				return err
			}
			e.Setenv("XDG_RUNTIME_DIR", runtime)
			e.Defer(func() { endMachines(filepath.Join(runtime, "uk")) })
			e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, ".data"))
			e.Setenv("NO_COLOR", "1")
			e.Setenv("LONG", strings.Repeat("long", 800))
			e.Setenv("MULTIARCH", "/usr/lib/x86_64-linux-gnu")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "kvm":
				return have("UK_REQUIRE_KVM", kvmboot.Detect())
			case "kit":
				_, err := os.Stat(filepath.Join(kit, "kit.json"))
				return have("UK_REQUIRE_TOOLS", err)
			case "mount":
				dir := t.TempDir()
				err := mountSmall(dir)
				if err == nil {
					syscall.Unmount(dir, syscall.MNT_DETACH)
				}
				return have("UK_REQUIRE_MOUNT", err)
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    status,
			"interrupt": interrupt,
			"signaled":  signaled,
			"confined":  confined,
			"stuck":     stuck,
			"logged":    logged,
			"truncate": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.ParseInt(args[1], 0, 64)
				ts.Check(err)
				ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
			},
			"poke":      poke,
			"smalldisk": smallDisk,
			"newdriver": newDriver,
		},
	})
}

// newDriver makes a kit that is $UK_KIT and some drivers.
func newDriver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: newdriver DIR FILE")
	}
	kit, err := linker.OpenKit(ts.Getenv("UK_KIT"))
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.CopyFS(dir, os.DirFS(kit.Dir)))
	more, err := linker.ParseKconfig(args[1], []byte(ts.ReadFile(args[1])))
	ts.Check(err)
	kit.KitInfo.Drivers = append(kit.KitInfo.Drivers, more...)
	text, err := json.Marshal(kit.KitInfo)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, linker.KitFile), text, 0o666))
}

// have reports whether something is there, loudly if not; it is an error where
// the environment says that the machine has it.
func have(require string, err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	if os.Getenv(require) == "1" {
		return false, fmt.Errorf("%s=1: %w", require, err)
	}
	fmt.Fprintf(os.Stderr, "SKIPPED: %v\n", err)
	return false, nil
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		got = ee.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s ends with status %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	signaled(ts, neg, append([]string{args[0], "INT"}, args[1:]...))
}

// signaled sends signals to a command once it has printed a line, and another behind each further line.
func signaled(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "UK_KIT="+ts.Getenv("UK_KIT"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME"), "XDG_DATA_HOME="+ts.Getenv("XDG_DATA_HOME"))
	stdin, err := cmd.StdinPipe() // which stays open
	ts.Check(err)
	defer stdin.Close()
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	guard := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	lines := bufio.NewReader(out)
	for _, name := range strings.Split(args[1], ",") {
		if _, err := lines.ReadString('\n'); err != nil {
			cmd.Wait()
			ts.Fatalf("no line before the end: %v", err)
		}
		ts.Check(cmd.Process.Signal(unix.SignalNum("SIG" + name)))
	}
	rest, err := io.ReadAll(lines)
	ts.Check(err)
	err = cmd.Wait()
	var ee *exec.ExitError
	got := 0
	if errors.As(err, &ee) {
		got = ee.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("after %s: status %d, want %d; %s", args[1], got, want, rest)
	}
}

func poke(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: poke FILE OFFSET HEX")
	}
	off, err := strconv.ParseInt(args[1], 0, 64)
	ts.Check(err)
	var b []byte
	for s := args[2]; s != ""; s = s[2:] {
		v, err := strconv.ParseUint(s[:2], 16, 8)
		ts.Check(err)
		b = append(b, byte(v))
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	_, err = f.WriteAt(b, off)
	ts.Check(errors.Join(err, f.Close()))
}

// mountSmall mounts a file system of one megabyte, which only root may.
func mountSmall(dir string) error {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		return fmt.Errorf("cannot mount a small file system: %w", err)
	}
	return nil
}

func smallDisk(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(mountSmall(dir))
	ts.Defer(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
}
