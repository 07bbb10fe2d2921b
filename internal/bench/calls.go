package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"uk.example/kvmboot"
)

// calls compares what programs pay that make system calls themselves: a static one, and one of Go.
func (b *bench) calls() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	static, golang := filepath.Join(b.dir, "calls-static"), filepath.Join(b.dir, "calls-go")
	source := func(name string) string { return filepath.Join(b.repo, "internal", "bench", name) }
	var all []figure
	for _, p := range []struct {
		what, program string
		build         []string
	}{
		{"static", static, []string{"gcc", "-O2", "-static", "-o", static, source("crt/calls.c")}},
		{"Go", golang, []string{"go", "build", "-o", golang, source("calls/main.go")}},
	} {
		cmd := exec.Command(p.build[0], p.build[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return all, fmt.Errorf("%s: %w: %s", p.what, err, bytes.TrimSpace(out))
		}
		for _, c := range []struct{ cpus, with string }{{"1", ""}, {"2", ", 2 CPUs"}} {
			fs, err := b.turns(p.what+c.with, p.program, c.cpus)
			all = append(all, fs...)
			if err != nil {
				return all, err
			}
		}
	}
	return all, nil
}
