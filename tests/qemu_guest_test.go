package tests

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestQEMUMetrics asks for the figures of a guest under QEMU: time and memory are Linux's, and what nobody knows is not made up.
func TestQEMUMetrics(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, kvmboot.QEMUProgram)
	img, err := uk.Build(context.Background(), uk.Options{Binary: c("machine/idle.c")(t, t.TempDir()), Output: filepath.Join(t.TempDir(), "image")})
	if err != nil {
		t.Fatal(err)
	}
	var out lockedBuffer
	g, err := img.Start(context.Background(), uk.RunOptions{VMM: uk.VMMQEMU, Accel: "tcg", Memory: 96 * mb, Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Kill()
	for limit := time.Now().Add(tcgDeadline); out.String() != "idle\n"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("it says %q", out.String())
		}
	}
	m, ok := g.Metrics()
	if !ok || len(m.CPUs) != 1 || m.CPUs[0].Nanos <= 0 {
		t.Errorf("processors: %v, %+v", ok, m.CPUs)
	}
	if m.Memory.Size != 96*mb || m.Memory.Touched < 40*mb || m.Memory.Touched > 96*mb {
		t.Errorf("memory: %+v", m.Memory)
	}
	if m.Devices != nil || m.Exits != nil || m.Connections != nil {
		t.Errorf("what QEMU tells nobody: %+v", m)
	}
	if _, err := g.Kill(); err == nil {
		t.Error("it was killed, and says nothing of that")
	}
	if m, ok := g.Metrics(); ok {
		t.Errorf("after the end: %+v", m)
	}
}

// TestQEMUStderr takes a program's two outputs apart, as the built-in runner does.
func TestQEMUStderr(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, kvmboot.QEMUProgram)
	prog := c("machine/outputs.c")(t, t.TempDir())
	host := exec.Command(prog)
	var wantErr bytes.Buffer
	host.Stderr = &wantErr
	want, err := host.Output()
	if err != nil {
		t.Fatal(err)
	}
	img, err := uk.Build(context.Background(), uk.Options{Binary: prog, Output: filepath.Join(t.TempDir(), "image")})
	if err != nil {
		t.Fatal(err)
	}
	for _, apart := range []bool{true, false} {
		ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
		defer cancel()
		var out, errs, messages bytes.Buffer
		opt := uk.RunOptions{VMM: uk.VMMQEMU, Accel: "tcg", Stdout: &out, Stderr: &messages}
		if apart {
			opt.ProgramStderr = &errs
		}
		st, err := img.Run(ctx, opt)
		if err != nil || st.ExitCode() != 0 || messages.Len() != 0 {
			t.Fatalf("%v, %v: %s", st, err, messages.String())
		}
		if apart && (out.String() != string(want) || errs.String() != wantErr.String()) {
			t.Errorf("%s%s", difference(string(want), out.String()), difference(wantErr.String(), errs.String()))
		}
		if !apart && out.Len() != len(want)+wantErr.Len() {
			t.Errorf("%d bytes in one stream, want %d", out.Len(), len(want)+wantErr.Len())
		}
	}
}

// TestQEMUOneStream gives a program's two outputs one file, in which they are in order.
func TestQEMUOneStream(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, kvmboot.QEMUProgram)
	prog := c("stderr.c")(t, t.TempDir())
	want, err := exec.Command(prog).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	img, err := uk.Build(context.Background(), uk.Options{Binary: prog, Output: filepath.Join(t.TempDir(), "image")})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "out")
	var files [2]*os.File
	for i := range files {
		if files[i], err = os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			t.Fatal(err)
		}
		defer files[i].Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMQEMU, Accel: "tcg", Stdout: files[0], ProgramStderr: files[1]})
	got, rerr := os.ReadFile(name)
	if err != nil || rerr != nil || st.ExitCode() != 0 || string(got) != string(want) {
		t.Errorf("%v, %v, %v: %s", st, err, rerr, difference(string(want), string(got)))
	}
}
