package explain

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"uk.example/internal/build"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/launch"
	"uk.example/internal/report"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// The tests start themselves as the runner that a report measures.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "runner" {
		if err := RunnerMain(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const reportLib = `#include <stdlib.h>
int twice(int x) { return 2 * abs(x) + (getenv("TWICE") != 0); }
`

// Sums agree with size(1), with the files and with each other, to the byte.
func TestReportSums(t *testing.T) {
	needKit(t)
	testenv.MustHave(t, "size")
	dir := t.TempDir()
	lib := testenv.Compile(t, "libtwice.so", reportLib, "-shared", "-fPIC")
	withLib := testenv.Compile(t, "withlib", `int twice(int); int main(void) { return twice(1); }`, lib, "-Wl,-rpath,"+filepath.Dir(lib))
	for _, tt := range []struct {
		name, program string
		opt           build.Options
	}{
		{name: "hello", program: testenv.Compile(t, "hello", hello)},
		{name: "calls", program: testenv.Compile(t, "hello3", hello), opt: build.Options{Syscalls: []string{"all"}}},
		{name: "static", program: testenv.Compile(t, "hello4", hello, "-static")},
		{name: "library", program: withLib},
		{name: "all", program: testenv.Compile(t, "hello6", hello), opt: build.Options{Profile: "all"}},
		{name: "firecracker", program: testenv.Compile(t, "hello7", hello), opt: build.Options{Profile: "firecracker"}},
		{name: "pci", program: testenv.Compile(t, "hello8", hello), opt: build.Options{Profile: "virtio-pci"}},
		{name: "modules", program: testenv.Compile(t, "hello9", hello), opt: build.Options{Drivers: []string{"virtio_rng=m", "virtio_vsock=m"}}},
		{name: "base", program: testenv.Compile(t, "hello5", hello), opt: build.Options{Profile: "base"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := tt.opt
			opt.Binary, opt.KeepDebug, opt.Output = tt.program, true, filepath.Join(dir, tt.name)
			img, err := build.Build(context.Background(), opt)
			if err != nil {
				t.Fatal(err)
			}
			r, err := MakeReport(context.Background(), img.Dir, ReportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var g report.GNUSize
			lines := strings.Split(testenv.Run(t, "size", filepath.Join(img.Dir, image.DebugFile)), "\n")
			if _, err := fmt.Sscan(lines[1], &g.Text, &g.Data, &g.BSS, &g.Total); err != nil {
				t.Fatal(err)
			}
			s := &r.Sizes
			if s.GNU != g {
				t.Errorf("size says %+v, the report %+v", g, s.GNU)
			}
			st, err := os.Stat(img.Kernel())
			if err != nil {
				t.Fatal(err)
			}
			sum := func(what string, want int64, n int, of func(int) int64) {
				t.Helper()
				var got int64
				for i := range n {
					if of(i) < 0 {
						t.Errorf("%s: %d bytes", what, of(i))
					}
					got += of(i)
				}
				if got != want {
					t.Errorf("%s: the sum is %d, want %d", what, got, want)
				}
			}
			sum("parts of the file", st.Size(), len(s.FileParts), func(i int) int64 { return s.FileParts[i].Bytes })
			sum("sections", g.Total, len(s.Sections), func(i int) int64 { return s.Sections[i].Bytes })
			sum("causes", g.Total, len(s.Causes), func(i int) int64 { return s.Causes[i].Bytes })
			sum("kernel", g.Total, len(r.Kernel), func(i int) int64 { return r.Kernel[i].Bytes })
			for _, sub := range r.Kernel {
				if sub.Parts == nil {
					continue
				}
				sum(sub.Name, sub.Bytes, len(sub.Parts), func(i int) int64 { return sub.Parts[i].Bytes })
				for _, m := range sub.Parts {
					sum(m.Name, m.Bytes, len(m.Parts), func(i int) int64 { return m.Parts[i].Bytes })
				}
			}
			if s.KernelFile != st.Size() || s.Unneeded != 0 {
				t.Errorf("file %d of %d, unneeded %d: %v", s.KernelFile, st.Size(), s.Unneeded, s.UnneededSections)
			}
			if root, err := os.Stat(img.Root()); err != nil || r.Files.Size != root.Size() || r.Files.Data > r.Files.Size {
				t.Errorf("root %d, data %d: %v", r.Files.Size, r.Files.Data, err)
			}
			if r.Surface.WriteExec != 0 || len(r.Surface.Unused) != 0 {
				t.Errorf("writable and executable %d, unused %v", r.Surface.WriteExec, r.Surface.Unused)
			}
			if tt.name == "library" {
				l := r.Surface.Libraries
				if len(l) != 1 || !l[0].AtStart || l[0].Kernel == 0 {
					t.Errorf("libraries %+v", l)
				}
				c, err := Why(context.Background(), img.Dir, "getenv", WhyOptions{})
				if err != nil || !slices.Equal(c[0].Cause.By, []string{l[0].Path}) {
					t.Errorf("getenv is there for %+v, %v", c, err)
				}
			}
			if tt.name == "modules" && (r.Modules == nil || len(r.Modules.List) < 2 || r.Modules.Loader == 0 || r.Modules.List[0].Memory == 0) {
				t.Errorf("modules %+v", r.Modules)
			}
			if tt.name == "calls" && (len(r.Surface.Raw) < 100 || len(r.Surface.Direct) >= len(r.Surface.Raw)) {
				t.Errorf("%d direct and %d raw calls", len(r.Surface.Direct), len(r.Surface.Raw))
			}
			if tt.name == "hello" && !slices.Contains(r.Surface.Direct, "writev") {
				t.Errorf("direct calls %v", r.Surface.Direct)
			}
		})
	}
}

// What a driver is said to cost alone is what a kernel without it lacks.
func TestReportDriverCost(t *testing.T) {
	needKit(t)
	dir := t.TempDir()
	prog := testenv.Compile(t, "hello", hello)
	make := func(name string, drivers ...string) *report.Report {
		img, err := build.Build(context.Background(), build.Options{Binary: prog, Drivers: drivers, Output: filepath.Join(dir, name)})
		if err != nil {
			t.Fatal(err)
		}
		r, err := MakeReport(context.Background(), img.Dir, ReportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	bytes := func(r *report.Report) int64 { // without padding, which depends on neighbours
		sum := r.Sizes.KernelMemory
		for _, s := range r.Sizes.Sections {
			sum -= s.Padding
		}
		return sum
	}
	with, without := make("with"), make("without", "-virtio_rng")
	i := slices.IndexFunc(with.Sizes.Drivers, func(d report.DriverSum) bool { return d.Name == "virtio_rng" })
	if i < 0 {
		t.Fatalf("drivers %+v", with.Sizes.Drivers)
	}
	got, want := with.Sizes.Drivers[i].Alone, bytes(with)-bytes(without)
	if diff := got - want; diff < -64 || diff > 64 { // strings that other strings merge with
		t.Errorf("virtio_rng costs %d bytes, the report says %d", want, got)
	}
	d := report.Compare(with, without)
	if j := slices.IndexFunc(d.Lists, func(l report.Lists) bool { return l.Name == "drivers" }); j < 0 || !slices.Equal(d.Lists[j].OnlyA, []string{"virtio_rng"}) {
		t.Errorf("the comparison says %+v", d.Lists)
	}
}

// needKit skips the test without a kit, and keeps kernels apart from the user's.
func needKit(t *testing.T) {
	t.Helper()
	testenv.MustHaveKit(t, kits.Find)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

const hello = `#include <stdio.h>
int main(int argc, char **argv) { printf("hello %d\n", argc); return argc; }
`

// needKVM skips a test where there is no KVM, unless that is required.
func needKVM(t *testing.T) {
	t.Helper()
	if err := kvmboot.Detect(); err != nil {
		if os.Getenv("UK_REQUIRE_KVM") == "1" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED: %v", err)
	}
}

// Times and memory of a boot: in order, and the two clocks and the host's figures
// agree.
func TestReportRuntime(t *testing.T) {
	needKit(t)
	needKVM(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Memory that is touched shows.
	const touch = `#include <stdlib.h>
#include <string.h>
int main(void) { char *p = malloc(8 << 20); memset(p, 1, 8 << 20); return p[12345] - 1; }
`
	dir := t.TempDir()
	for _, tt := range []struct {
		name, source string
		flags        []string
		want         []string // moments
	}{
		{"hello", hello, nil, []string{"exec", "run", "vm", "entered", "first", "ready", "linked", "main", "exit", "gone"}},
		{"static", hello, []string{"-static"}, []string{"exec", "run", "vm", "entered", "first", "ready", "start", "exit", "gone"}},
		{"touch", touch, []string{"-O0", "-fno-builtin"}, nil},
		{"forever", `#include <unistd.h>
int main(void) { for (;;) pause(); }`, nil, []string{"exec", "run", "vm", "entered", "first", "ready", "linked", "main"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			img, err := build.Build(context.Background(), build.Options{Binary: testenv.Compile(t, tt.name, tt.source, tt.flags...), Memory: 64 << 20, Output: filepath.Join(dir, tt.name)})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			wait := 20 * time.Second
			if tt.name == "forever" {
				wait = 2 * time.Second
			}
			r, err := MakeReport(ctx, img.Dir, ReportOptions{Measure: &MeasureOptions{Runner: []string{exe, "runner"}, Runs: 1, Wait: wait}})
			if err != nil {
				t.Fatal(err)
			}
			u := r.Runtime
			var names []string
			for i, m := range u.Timeline {
				names = append(names, m.Name)
				if i > 0 && m.Micro < u.Timeline[i-1].Micro {
					t.Errorf("%s is before %s: %+v", m.Name, names[i-1], u.Timeline)
				}
			}
			if tt.want != nil && !slices.Equal(names, tt.want) {
				t.Errorf("moments %v, want %v", names, tt.want)
			}
			// One clock is the host's, the other the guest's.
			first := slices.Index(names, "first")
			for _, m := range u.Timeline[max(first, 0):] {
				if m.TSC == nil {
					continue
				}
				clock := m.Micro - u.Timeline[first].Micro
				if diff := *m.TSC - clock; diff < -0.02*clock-500 || diff > 0.02*clock+500 {
					t.Errorf("%s: %.0f µs by the clock, %.0f by the TSC", m.Name, clock, *m.TSC)
				}
			}
			b, p := u.Guest.Boot, u.Runner.Boot
			if b == nil || p == nil || u.Runner.Two == nil {
				t.Fatalf("no figures: %+v", u)
			}
			if b.Touched < r.Sizes.GNU.Text || b.Touched > u.Guest.Memory || b.Tables == 0 || b.Tables > b.Touched {
				t.Errorf("guest %+v", b)
			}
			for _, m := range b.Mapped {
				if m.Rights == "rwx" {
					t.Errorf("%d bytes are writable and executable", m.Bytes)
				}
			}
			if p.Private > p.PSS || p.PSS > p.RSS || p.Private+p.Shared != p.RSS || p.Tables == 0 || p.RSS < u.Guest.Huge {
				t.Errorf("runner %+v, guest memory %d", p, u.Guest.Huge)
			}
			// It may be below zero: who else runs the same file shares in it.
			if u.Runner.Further >= p.PSS {
				t.Errorf("a second guest adds %d to %d", u.Runner.Further, p.PSS)
			}
			if tt.name == "touch" {
				if grown := u.Guest.Exit.Touched - b.Touched; grown < 8<<20 || grown > 9<<20 {
					t.Errorf("8 MB were written, %d bytes touched", grown)
				}
				if grown := u.Runner.Exit.Anon - p.Anon; grown < 4<<20 {
					t.Errorf("8 MB were written, the runner grew by %d", grown)
				}
			}
			if tt.name == "forever" && !strings.Contains(u.Status, "runs on") {
				t.Errorf("status %q", u.Status)
			}
		})
	}
}

// No runner stays behind when a report is given up.
func TestReportCanceled(t *testing.T) {
	needKit(t)
	if kvmboot.Detect() != nil {
		t.Skip("SKIPPED: no KVM")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	img, err := build.Build(context.Background(), build.Options{Binary: testenv.Compile(t, "pauses", "#include <unistd.h>\nint main(void) { for (;;) pause(); }"), Output: filepath.Join(t.TempDir(), "img")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := MakeReport(ctx, img.Dir, ReportOptions{Measure: &MeasureOptions{Runner: []string{exe, "runner"}, Wait: time.Minute}}); err == nil {
		t.Error("no error")
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("it took %v to give up", d)
	}
	if out, _ := exec.Command("sh", "-c", "ls /proc/[0-9]*/exe -l 2>/dev/null | grep -c uk-report-.*/runner").Output(); strings.TrimSpace(string(out)) != "0" {
		t.Logf("runners that are there: %s (of this or of another test)", out)
	}
}

// The counter that a program reads lies where the marks say: their counter is the
// guest's own.
func TestMarksTSC(t *testing.T) {
	needKit(t)
	if kvmboot.Detect() != nil {
		t.Skip("SKIPPED: no KVM")
	}
	img, err := build.Build(context.Background(), build.Options{Output: filepath.Join(t.TempDir(), "img"), Binary: testenv.Compile(t, "tsc", `#include <stdio.h>
#include <x86intrin.h>
int main(void) { printf("%llu\n", (unsigned long long)__rdtsc()); return 0; }`)})
	if err != nil {
		t.Fatal(err)
	}
	k, err := report.OpenKernel(img.Kernel(), img.LinkMap(), img.SymbolFile())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cfg := launch.Config(img, launch.Options{Stdout: &out})
	cfg.Marks = &kvmboot.Marks{Points: k.Points(true), Memory: true}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	st, err := kvmboot.Run(ctx, cfg)
	if err != nil || st.ExitCode() != 0 {
		t.Fatalf("%v, %v", st, err)
	}
	var tsc uint64
	if _, err := fmt.Sscan(out.String(), &tsc); err != nil {
		t.Fatalf("output %q: %v", &out, err)
	}
	at := map[string]kvmboot.Mark{}
	for _, m := range st.Timeline.Marks {
		at[m.Name] = m
	}
	if len(st.Timeline.Missed) > 0 || at["main"].TSC == 0 {
		t.Fatalf("timeline %+v", st.Timeline)
	}
	// The marks leave out what the guest stood still for; the program cannot. What
	// the stop at main() itself took is not known to the tick.
	stood := uint64(at["exit"].Stood) * uint64(st.Timeline.TSCKHz) / 1e6
	if lo, hi := at["main"].TSC, at["exit"].TSC+stood*11/10+1e6; tsc < lo || tsc > hi {
		t.Errorf("the program read %d, the marks %d to %d", tsc, lo, hi)
	}
	// The guest computes the same as without marks.
	if r, err := launch.Run(ctx, img, launch.Options{}); err != nil || r.ExitCode() != 0 || r.Timeline != nil {
		t.Errorf("without marks: %v, %v", r, err)
	}
}

// A module that nothing needs costs a guest the first page of its loader, and one where code, constants or data
// happen to go over the end of a page, which is less than the driver built in, unless that happens to fill pages that
// were begun.
// Static programs have other kernels.
func TestReportUnusedModule(t *testing.T) {
	needKit(t)
	needKVM(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{nil, {"-static"}} {
		prog := testenv.Compile(t, "hello", hello, flags...)
		dir, touched := t.TempDir(), map[string]int64{}
		manifest := filepath.Join(dir, "usr.manifest")
		text := "[manifest]\n/prog: " + prog + "\n[app]\ncommand = /prog\n[kernel]\naslr = off\n" // page tables depend on addresses
		if err := os.WriteFile(manifest, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, v := range []string{"n", "y", "m"} {
			img, err := build.Build(context.Background(), build.Options{Manifest: manifest, Drivers: []string{"vsock=" + v}, Output: filepath.Join(dir, v)})
			if err != nil {
				t.Fatal(err)
			}
			r, err := MakeReport(context.Background(), img.Dir, ReportOptions{Measure: &MeasureOptions{Runner: []string{exe, "runner"}, Runs: 1, Wait: 20 * time.Second}})
			if err != nil {
				t.Fatal(err)
			}
			if r.Runtime == nil || r.Runtime.Guest.Boot == nil {
				t.Fatalf("no figures: %+v", r.Runtime)
			}
			touched[v] = r.Runtime.Guest.Boot.Touched
		}
		t.Logf("%v: touched at main(): %v", flags, touched)
		if touched["m"] > max(touched["y"], touched["n"]+3*4096) {
			t.Errorf("%v: touched at main(): %v", flags, touched)
		}
	}
}
