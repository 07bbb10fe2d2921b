package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"uk.example/kvmboot"
)

// side is one of the two builds that are compared.
type side struct {
	name string // of its files
	uk   string
	kit  string
	dir  string // for its images
}

// task is a command that both builds run by turns. In its arguments DIR stands for the side's folder.
type task struct {
	name string
	args []string
}

// compareBuilds sets this tree's build beside that in the folder base, which internal/bench/base.sh made, and returns how
// many figures are worse.
func (b *bench) compareBuilds(base string) (worse int, err error) {
	sides := [2]*side{
		{name: "base", uk: filepath.Join(base, "build", "uk"), kit: filepath.Join(base, "build", "kit", "x64")},
		{name: "now", uk: b.uk, kit: filepath.Join(b.repo, "build", "kit", "x64")},
	}
	for _, s := range sides {
		s.dir = filepath.Join(b.dir, s.name)
		if err := os.Mkdir(s.dir, 0o700); err != nil {
			return 0, err
		}
	}
	fmt.Printf("%-54s %26s %26s  %s\n", "figure, of pairs by turns", "base", "now", "change (interval)")
	for _, t := range b.tasks() {
		wall, cpu, err := b.pairs(sides, t)
		if err != nil {
			fmt.Printf("left out: %s: %v\n", t.name, err)
			continue
		}
		for _, f := range []struct {
			name string
			pair [2][]float64
		}{{t.name, wall}, {t.name + ", processor time", cpu}} {
			c := compare(f.pair[0], f.pair[1])
			show := func(s spread) string { return fmt.Sprintf("%.1f (%.1f-%.1f) ms", s.middle, s.low, s.high) }
			fmt.Printf("%-54s %26s %26s  %+.1f %% (%+.1f to %+.1f)  %s\n", f.name, show(c.base), show(c.now), 100*c.change, 100*c.least, 100*c.most, c.verdict)
			if c.verdict == slower {
				worse++
			}
		}
	}
	for _, image := range []string{"hello.uk", "go.uk", "node.uk"} {
		var size [2]int64
		for i, s := range sides {
			if st, err := os.Stat(filepath.Join(s.dir, image, "kernel.elf")); err == nil {
				size[i] = st.Size()
			}
		}
		if size[0] == 0 || size[1] == 0 {
			continue
		}
		verdict := "the same"
		switch {
		case size[1] > size[0]:
			verdict = "larger"
			worse++
		case size[1] < size[0]:
			verdict = "smaller"
		}
		fmt.Printf("%-54s %24d B %24d B  %+d B  %s\n", "kernel of "+image, size[0], size[1], size[1]-size[0], verdict)
	}
	return worse, nil
}

// tasks are what is compared on this machine.
func (b *bench) tasks() []task {
	hello := filepath.Join(b.dir, "native-example")
	list := []task{
		{name: "uk --version", args: []string{"--version"}},
		{name: "uk build of hello, nothing changed", args: []string{"build", "-q", "-o", "DIR/hello.uk", hello}},
		{name: "uk build of hello, linked anew", args: []string{"build", "-q", "--relink", "-o", "DIR/hello.uk", hello}},
	}
	kvm := kvmboot.Detect() == nil
	run := func(name, image string, more ...string) {
		if kvm {
			list = append(list, task{name: "uk run of " + name, args: append([]string{"run", "DIR/" + image}, more...)})
		}
	}
	run("hello", "hello.uk")
	if b.gopie != "" {
		list = append(list, task{name: "uk build of the Go PIE, linked anew",
			args: []string{"build", "-q", "--relink", "-o", "DIR/go.uk", filepath.Join(b.dir, "golang-pie-example")}})
		run("the Go PIE", "go.uk")
	}
	if path, err := exec.LookPath("node"); err == nil {
		list = append(list, task{name: "uk build of node, linked anew", args: []string{"build", "-q", "--relink", "-o", "DIR/node.uk", path}})
		run("node -e 1", "node.uk", "--", "-e", "1")
	}
	return list
}

// pairs runs a task with both builds, as often as the bench has rounds, and each of them first in every other round. Times
// are in milliseconds.
func (b *bench) pairs(sides [2]*side, t task) (wall, cpu [2][]float64, err error) {
	for round := range b.rounds + 1 { // the first is to warm up
		for i := range sides {
			i = (i + round) % 2
			w, c, err := sides[i].time(t.args)
			if err != nil {
				return wall, cpu, err
			}
			if round > 0 {
				wall[i], cpu[i] = append(wall[i], w), append(cpu[i], c)
			}
		}
	}
	return wall, cpu, nil
}

// time runs the build's command and returns how long it took, and how much processor time.
func (s *side) time(args []string) (wall, cpu float64, err error) {
	var own []string
	for _, a := range args {
		own = append(own, strings.ReplaceAll(a, "DIR", s.dir))
	}
	cmd := exec.Command(s.uk, own...)
	cmd.Env = append(os.Environ(), "UK_KIT="+s.kit, "XDG_CACHE_HOME="+filepath.Join(s.dir, "cache"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if err != nil {
		return 0, 0, fmt.Errorf("%s's uk %s: %w: %s", s.name, strings.Join(own, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return ms(took), ms(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()), nil
}
