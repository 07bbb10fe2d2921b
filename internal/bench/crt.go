package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"uk.example/kvmboot"
)

// crtTurns is how often host and guest take turns; the best of each counts.
const crtTurns = 3

// runtime compares what the C library costs in a guest with what it costs on this machine, by programs that are the same file
// on both sides. A limit is the machine's own figure.
func (b *bench) runtime() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	var all []figure
	for _, p := range []struct {
		compiler, source string
		flags            []string
	}{
		{"gcc", "crt.c", []string{"-fno-builtin", "-pthread", "-lm"}},
		{"g++", "cxx.cc", nil},
	} {
		program := filepath.Join(b.dir, strings.TrimSuffix(p.source, filepath.Ext(p.source)))
		args := append([]string{"-O2", "-o", program, filepath.Join(b.repo, "internal", "bench", "crt", p.source)}, p.flags...)
		if out, err := exec.Command(p.compiler, args...).CombinedOutput(); err != nil {
			return all, fmt.Errorf("%s: %w: %s", p.source, err, bytes.TrimSpace(out))
		}
		fs, err := b.turns("libc", program, "2")
		all = append(all, fs...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// turns runs a program here and in a guest, and compares the rows that it prints.
func (b *bench) turns(what, program, cpus string) (fs []figure, err error) {
	image := program + ".uk"
	if _, _, err := b.command(0, "build", "-q", "-o", image, program); err != nil {
		return nil, err
	}
	host, guest := newCosts(), newCosts()
	for range crtTurns {
		if err := host.take(exec.Command(program)); err != nil {
			return nil, err
		}
		if err := guest.take(exec.Command(b.uk, "run", "-c", cpus, "-m", "512M", image)); err != nil {
			return nil, err
		}
	}
	for _, n := range host.names {
		fs = append(fs, figure{name: what + ": " + n, value: guest.best[n], limit: host.best[n], unit: "ns", atMost: true})
	}
	return fs, nil
}

// costs are the least times of a program's rows, in the order in which it prints them.
type costs struct {
	names []string
	best  map[string]float64
}

func newCosts() *costs { return &costs{best: map[string]float64{}} }

// take runs the program once; it prints lines of a name and nanoseconds.
func (c *costs) take(cmd *exec.Cmd) error {
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		name, text, _ := strings.Cut(s.Text(), " ")
		ns, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%s prints %q", cmd, s.Text())
		}
		before, known := c.best[name]
		if !known {
			c.names = append(c.names, name)
		}
		if !known || ns < before {
			c.best[name] = ns
		}
	}
	return nil
}
