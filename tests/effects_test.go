package tests

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// effectsProgram builds the rows of programs/honest/effects, all of them one program.
func effectsProgram(t *testing.T, flags ...string) string {
	t.Helper()
	files, err := filepath.Glob(source(t, "honest/effects/*.c"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	files = slices.DeleteFunc(files, func(name string) bool { return filepath.Base(name) == "main.c" })
	return compile("gcc", "honest/effects/main.c", append(append(files, "-pthread"), flags...))(t, t.TempDir())
}

// effects parses the program's output: one line per call.
func effects(t *testing.T, where, out string) map[string]string {
	rows := map[string]string{}
	for line := range strings.Lines(out) {
		name, told, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || rows[name] != "" {
			t.Errorf("%s: line %q", where, line)
		}
		rows[name] = told
	}
	return rows
}

// TestEffects makes each call that is here in full, and asks others whether what it changes is so: no call may succeed
// without its effect. The host is the judge of the questions, but for calls that would change it, or that are root's.
func TestEffects(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	const status = 7
	for name, flags := range map[string][]string{"dynamic": nil, "static": {"-static"}} {
		prog := effectsProgram(t, flags...)
		ctx, cancel := context.WithTimeout(context.Background(), hostLimit)
		defer cancel()
		text, err := hostCommand(ctx, prog).Output()
		if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != status {
			t.Fatalf("%s: on the host: %v\n%s", name, err, text)
		}
		m := machineKind{name: "kvm", opt: uk.RunOptions{VMM: uk.VMMBuiltin}}
		out, got := m.run(t, prog)
		if got != status {
			t.Errorf("%s: status %d, want %d", name, got, status)
		}
		host, guest := effects(t, "host", string(bytes.TrimSpace(text))), effects(t, "guest", strings.TrimSpace(out))
		for call, told := range host {
			if told == "NOT SEEN" {
				t.Errorf("%s: the host shows no effect of %s", name, call)
			}
			if want := map[string]string{"none": "none"}[told]; guest[call] != "seen" && guest[call] != want {
				t.Errorf("%s: %s: guest %q, host %q", name, call, guest[call], told)
			}
		}
		if len(host) != len(guest) || len(host) == 0 {
			t.Errorf("%s: %d rows on the host, %d in the guest", name, len(host), len(guest))
		}
	}
}
