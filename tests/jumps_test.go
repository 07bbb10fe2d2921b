package tests

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/elffile"
	"uk.example/internal/explain"
	"uk.example/symbols"
)

const jumpSites = "programs/jumps/sites.S"

// jumpRows are programs whose system calls become jumps.
func jumpRows() []program {
	static, pie := []string{jumpSites, "-static"}, []string{jumpSites, "-static-pie", "-fPIE"}
	return []program{
		{name: "jumps-static", build: compile("gcc", "jumps/torture.c", static), host: onLinux, tcg: true},
		{name: "jumps-static-cpus2", build: compile("gcc", "jumps/torture.c", static), host: onLinux, cpus: 2, tcg: true},
		{name: "jumps-pie", build: compile("gcc", "jumps/torture.c", pie), host: onLinux},
		{name: "jumps-imagelibc", build: c("jumps/torture.c", jumpSites), host: onLinux, kernel: uk.Options{Libc: "image"},
			without: regexp.MustCompile(`\d+ outside`)}, // in the C library
		{name: "go-preempt", build: golang("go/preempt", false)},
		{name: "go-preempt-cpus2", build: golang("go/preempt", false), cpus: 2, tcg: true},
	}
}

// Which of the torture's calls leave room, and by which form; and the guest makes jumps of them unless it is told not to.
func TestJumps(t *testing.T) {
	t.Parallel()
	needKVM(t)
	p := jumpRows()[0]
	b := prepare(t, &p)
	f, err := elffile.Open(b.path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	needs, err := symbols.ScanSyscalls(f, "/prog")
	if err != nil {
		t.Fatal(err)
	}
	if len(needs.Jumps) < 20 || len(needs.Traps) > len(needs.Jumps)/10 {
		t.Errorf("%d jumps, %d traps", len(needs.Jumps), len(needs.Traps))
	}
	r, err := explain.MakeReport(context.Background(), b.img.Dir, uk.ReportOptions{})
	if err != nil || len(r.Sites) != 1 || r.Sites[0].Jumps != len(needs.Jumps) || len(r.Sites[0].Traps) != len(needs.Traps) {
		t.Errorf("%v: the report tells of %+v", err, r.Sites)
	}
	for _, traps := range []bool{false, true} {
		want := "\njumps: 7\n"
		if traps {
			want = "\njumps: 0\n"
		}
		var out bytes.Buffer
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		_, err := b.img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out, Args: []string{"count"}, Traps: traps})
		if err != nil || !strings.HasSuffix(out.String(), want) {
			t.Errorf("%v: output:\n%s", err, clip(out.String()))
		}
	}
}
