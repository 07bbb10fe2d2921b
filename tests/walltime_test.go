package tests

import (
	"bytes"
	"context"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

func wallProgram(profile string) *program {
	return &program{name: "walltime-" + profile, build: c("walltime.c"), check: func(*testing.T, string) {}, kernel: uk.Options{Profile: profile}}
}

// Nobody tells the guest the time on Firecracker's machine: KVM does.
func TestWallTimeKVM(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, wallProgram("firecracker"))
	conf := firecrackerConfig(t, b, uk.RunOptions{})
	if strings.Contains(conf.BootArgs, "uk.time") {
		t.Fatalf("the configuration tells the time: %s", conf.BootArgs)
	}
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	before := time.Now()
	if _, err := kvmboot.RunFirecracker(ctx, conf, kvmboot.Config{Stdout: &out}); err != nil {
		t.Fatal(err)
	}
	checkWall(t, out.String(), before, time.Now())
}

// Nor here: the machine's real-time clock does.
func TestWallTimeRTC(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, wallProgram("virtio-pci"))
	for _, at := range []string{"2001-09-09T01:46:40", "2024-02-29T12:00:00", "2024-12-31T23:59:50", "2025-03-01T00:00:00"} {
		argv, err := launch.QEMUCommand(b.img.Bundle, uk.RunOptions{}, uk.AccelTCG)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(argv, " "), "uk.time") {
			t.Fatalf("the command tells the time: %q", argv)
		}
		ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
		out, err := exec.CommandContext(ctx, argv[0], append(argv[1:], "-rtc", "base="+at)...).Output()
		cancel()
		if ee, ok := err.(*exec.ExitError); !ok || ee.ExitCode() != 1 { // isa-debug-exit's form of 0
			t.Fatalf("%v, output %q", err, out)
		}
		want, err := time.Parse("2006-01-02T15:04:05", at)
		if err != nil {
			t.Fatal(err)
		}
		checkWall(t, string(out), want, want.Add(tcgDeadline))
	}
}

// checkWall holds the seconds that the program printed against the host's, of
// which two may be lost to rounding.
func checkWall(t *testing.T, out string, from, to time.Time) {
	t.Helper()
	s, err := strconv.ParseInt(strings.TrimSpace(out), 10, 64)
	if err != nil {
		t.Fatalf("output %q", out)
	}
	if got := time.Unix(s, 0); got.Before(from.Add(-2*time.Second)) || got.After(to.Add(2*time.Second)) {
		t.Errorf("the guest thinks that it is %v; it is between %v and %v", got.UTC(), from.UTC(), to.UTC())
	}
}
