// Command bench prints the figures that the design sets limits for, each beside
// its limit and as a ratio to it, all taken in one run on this machine. It
// judges nothing: no test depends on a time.
//
//	make bench
//
// With -base it compares two builds instead, by pairs:
//
//	make bench-compare BASE=REVISION
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"uk.example"
	"uk.example/kvmboot"
	"uk.example/linker"
)

// bench is what the figures share.
type bench struct {
	uk, dir, repo string
	rounds        int
	hello, gopie  string // images
}

// figure is one line of the result.
type figure struct {
	name   string
	value  float64
	limit  float64 // 0: none, only for comparison
	unit   string
	atMost bool
	note   string
}

func main() {
	tool := flag.String("uk", "build/uk", "the command under test")
	repo := flag.String("repo", ".", "the repository")
	rounds := flag.Int("rounds", 15, "runs per time; the median counts")
	base := flag.String("base", "", "folder of another build of this repository, to compare with")
	flag.Parse()
	if err := run(*tool, *repo, *base, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(tool, repo, base string, rounds int) error {
	dir, err := os.MkdirTemp("", "uk-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, rounds: rounds}
	if b.uk, err = filepath.Abs(tool); err != nil {
		return err
	}
	if b.repo, err = filepath.Abs(repo); err != nil {
		return err
	}
	if b.hello, err = b.image("native-example"); err != nil {
		return err
	}
	if b.gopie, err = b.image("golang-pie-example"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: left out:", err)
	}
	if base != "" {
		worse, err := b.compareBuilds(base)
		if err == nil && worse > 0 {
			err = fmt.Errorf("%d figures are worse than before", worse)
		}
		return err
	}
	fmt.Printf("%-52s %12s %12s  %s\n", "figure", "value", "limit", "value/limit")
	for _, group := range []func() ([]figure, error){b.sizes, b.links, b.builds, b.runs, b.startUp, b.memory, b.packing, b.growth, b.runtime, b.calls, b.servers} {
		fs, err := group()
		for _, f := range fs {
			f.print()
		}
		if err != nil {
			fmt.Printf("left out: %v\n", err)
		}
	}
	return nil
}

func (f figure) print() {
	if p, ok := promises[f.name]; ok {
		f.limit, f.unit, f.atMost = p.limit, p.unit, !p.atLeast
	}
	show := func(v float64) string {
		format := "%.2f %s"
		if v == float64(int64(v)) || v >= 1000 {
			format = "%.0f %s"
		}
		return strings.TrimSpace(fmt.Sprintf(format, v, f.unit))
	}
	line := fmt.Sprintf("%-52s %12s", f.name, show(f.value))
	if f.limit != 0 {
		sign, word := "≥", ""
		if f.atMost {
			sign = "≤"
		}
		if f.atMost && f.value > f.limit || !f.atMost && f.value < f.limit {
			word = "  missed"
		}
		line += fmt.Sprintf(" %12s  %.2f%s", sign+show(f.limit), f.value/f.limit, word)
	}
	if f.note != "" {
		line += "  " + f.note
	}
	fmt.Println(line)
}

// image compiles an app in a copy of its folder and makes its image, once.
func (b *bench) image(app string) (string, error) {
	dir := filepath.Join(b.dir, app+".uk")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	src := filepath.Join(b.dir, app)
	if err := os.CopyFS(src, os.DirFS(filepath.Join(b.repo, "apps", app))); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(src, "Makefile")); err == nil { // others have nothing to compile
		if out, err := exec.Command("make", "-s", "-B", "-C", src).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w: %s", app, err, bytes.TrimSpace(out))
		}
	}
	_, _, err := b.command(0, "build", "-q", "-o", dir, src)
	return dir, err
}

// command runs uk and returns how long until its first output and its end.
func (b *bench) command(want int, args ...string) (first, total time.Duration, err error) {
	cmd := exec.Command(b.uk, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		if n > 0 && first == 0 {
			first = time.Since(start)
		}
		if err != nil {
			break
		}
	}
	err = cmd.Wait()
	total = time.Since(start)
	var ee *exec.ExitError
	if errors.As(err, &ee) && ee.ExitCode() == want {
		err = nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("uk %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return first, total, nil
}

// median runs uk several times, once more to warm up.
func (b *bench) median(args ...string) (first, total float64, err error) {
	var firsts, totals []time.Duration
	for i := range b.rounds + 1 {
		f, t, err := b.command(0, args...)
		if err != nil {
			return 0, 0, err
		}
		if i > 0 {
			firsts, totals = append(firsts, f), append(totals, t)
		}
	}
	return ms(middle(firsts)), ms(middle(totals)), nil
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (b *bench) sizes() ([]figure, error) {
	var fs []figure
	for _, x := range []struct {
		name, dir string
	}{{"kernel of a C hello with its libc", b.hello}, {"kernel of the Go external PIE", b.gopie}} {
		if x.dir == "" {
			continue
		}
		st, err := os.Stat(filepath.Join(x.dir, "kernel.elf"))
		if err != nil {
			return fs, err
		}
		fs = append(fs, figure{name: x.name, value: float64(st.Size()), note: largest(x.dir)})
	}
	return fs, nil
}

// largest names the parts of a kernel that most of its bytes are in.
func largest(dir string) string {
	m, err := linker.ReadMap(filepath.Join(dir, "kernel.map.json"))
	if err != nil {
		return ""
	}
	var parts []string
	for _, s := range m.Subsystems[:min(5, len(m.Subsystems))] {
		parts = append(parts, fmt.Sprintf("%s %d", s.Name, s.Size))
	}
	return strings.Join(parts, ", ")
}

func (b *bench) builds() ([]figure, error) {
	src := filepath.Join(b.dir, "native-example")
	out := filepath.Join(b.dir, "warm.uk")
	_, warm, err := b.median("build", "-q", "-o", out, src)
	if err != nil {
		return nil, err
	}
	_, relink, err := b.median("build", "-q", "--relink", "-o", out, src)
	if err != nil {
		return nil, err
	}
	_, version, err := b.median("--version")
	if err != nil {
		return nil, err
	}
	return []figure{
		{name: "uk --version", value: version},
		{name: "uk build, nothing changed", value: warm},
		{name: "uk build, kernel linked anew", value: relink},
	}, nil
}

func (b *bench) runs() ([]figure, error) {
	var fs []figure
	if err := kvmboot.Detect(); err == nil {
		first, total, err := b.median("run", b.hello)
		if err != nil {
			return nil, err
		}
		// What the machine itself takes to start and end a process.
		var native []time.Duration
		for range b.rounds {
			start := time.Now()
			if err := exec.Command(filepath.Join(b.dir, "native-example", "hello")).Run(); err != nil {
				return nil, err
			}
			native = append(native, time.Since(start))
		}
		fs = append(fs,
			figure{name: "uk run of a built hello under KVM, to first output", value: first},
			figure{name: "uk run of a built hello under KVM, to exit", value: total,
				note: fmt.Sprintf("%.1f times the host's own exec of it", total/ms(middle(native)))})
	}
	if _, err := exec.LookPath(kvmboot.QEMUProgram); err == nil {
		_, total, err := b.median("run", "--vmm", "qemu", "--accel", "tcg", b.hello)
		if err != nil {
			return fs, err
		}
		fs = append(fs, figure{name: "hello under QEMU TCG microvm, to exit", value: total})
	}
	return fs, nil
}

// memory finds the least memory that hello runs in.
func (b *bench) memory() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	img, err := uk.Open(b.hello)
	if err != nil {
		return nil, err
	}
	runs := func(kb int) bool {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		var out bytes.Buffer
		st, err := img.Run(ctx, uk.RunOptions{Memory: int64(kb) << 10, Stdout: &out})
		return err == nil && st.ExitCode() == 0 && out.Len() > 0
	}
	low, high := 0, 64<<10 // does not run, runs; KB
	if !runs(high) {
		return nil, fmt.Errorf("hello does not run in %d KB", high)
	}
	for high-low > 64 {
		if mid := (low + high) / 2; runs(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return []figure{{name: "least guest memory for hello", value: float64(high)}}, nil
}
