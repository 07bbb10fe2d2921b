package conformance

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"
)

// A Difference is a test that the host passes and the guest does not.
type Difference struct {
	Unit, Test string
	Guest      Outcome
	Reason     string // from docs/conformance.md; "" if nothing explains it
}

// A Report is what one unit gave.
type Report struct {
	Suite, Unit string
	Host, Guest int // tests that the host passes, and how many of these the guest passes
	Differences []Difference
	Output      string // the guest's, for the log
}

// A Runner compares units.
type Runner struct {
	UK      string        // path of the command under test
	Timeout time.Duration // of each run
	Reasons Reasons
}

// Compare runs u on both sides. An error means that it could not be run at all.
func (r *Runner) Compare(ctx context.Context, u *Unit) (*Report, error) {
	// Not in /tmp, where guests have a file system of their own.
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(cache, "uk-conformance-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c, err := u.Prepare(dir)
	if err != nil {
		return nil, err
	}
	s := &sides{uk: r.UK, timeout: r.Timeout}
	host := func(c Command) (string, int, error) { return s.host(ctx, c) }
	guest := func(c Command) (string, int, error) { return s.guest(ctx, c) }
	if u.Parse == nil {
		return r.answers(u, c, host, guest)
	}
	h, _, err := results(u, c, nil, host)
	if err != nil {
		return nil, err
	}
	passed := slices.Sorted(maps.Keys(h))
	passed = slices.DeleteFunc(passed, func(n string) bool { return h[n] != Pass })
	g, out, err := results(u, c, passed, guest)
	if err != nil {
		return nil, err
	}
	return r.report(u, passed, g, out), nil
}

// answers compares what a program prints on both sides. One that does not end on
// the host, or fails there, says nothing about the guest.
func (r *Runner) answers(u *Unit, c Command, host, guest func(Command) (string, int, error)) (*Report, error) {
	want, status, err := host(c)
	if err != nil {
		return nil, err
	}
	again := ""
	if status < 124 {
		if again, _, err = host(c); err != nil {
			return nil, err
		}
	}
	if again != want || status >= 124 {
		return r.report(u, nil, nil, ""), nil
	}
	got, gotStatus, err := guest(c)
	if err != nil {
		return nil, err
	}
	g := Results{"--version": Fail}
	if gotStatus == status && sameAnswer(want, got) {
		g["--version"] = Pass
	}
	return r.report(u, []string{"--version"}, g, fmt.Sprintf("host %d: %s\nguest %d: %s", status, want, gotStatus, got)), nil
}

func (r *Runner) report(u *Unit, passed []string, g Results, out string) *Report {
	rep := &Report{Suite: u.Suite, Unit: u.Name, Host: len(passed), Output: out}
	for _, n := range passed {
		if g[n] == Pass {
			rep.Guest++
			continue
		}
		rep.Differences = append(rep.Differences, Difference{Unit: u.ID(), Test: n, Guest: g[n], Reason: r.Reasons.Of(u.ID(), n)})
	}
	return rep
}
