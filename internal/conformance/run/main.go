// Command run compares suites on the host and in guests and prints what it
// found; see package conformance.
//
//	make conformance
//	make conformance SUITES=go-static,cpython ONLY='^(os|mmap)$'
//	make conformance RESULTS=build/conformance.json     goes on where a run was stopped
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"uk.example/internal/conformance"
)

type options struct {
	uk, suites, only, libctest, reasons, log, results string
	timeout                                           time.Duration
	jobs                                              int
	json                                              bool
}

func main() {
	var o options
	flag.StringVar(&o.uk, "uk", "build/uk", "the command under test")
	flag.StringVar(&o.suites, "suites", "", "suites, separated by commas: go-static, go-pie, cpython, libc-test-dynamic, libc-test-static, programs (default all)")
	flag.StringVar(&o.only, "only", "", "regular expression for the names of units")
	flag.StringVar(&o.libctest, "libc-test", "", "folder with the source of musl's libc-test; without it that suite is left out")
	flag.StringVar(&o.reasons, "reasons", "docs/conformance.md", "file that explains differences")
	flag.StringVar(&o.log, "log", "", "folder for what each guest printed")
	flag.StringVar(&o.results, "results", "", "file that keeps what each unit gave; units that it has are not run again")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Minute, "limit of one run")
	flag.IntVar(&o.jobs, "jobs", 2, "units at a time")
	flag.BoolVar(&o.json, "json", false, "print JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	unexplained, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if unexplained > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (unexplained int, err error) {
	reasons, err := conformance.ReadReasons(o.reasons)
	if err != nil {
		return 0, err
	}
	units, err := units(o)
	if err != nil {
		return 0, err
	}
	units, kept, err := openKept(o.results, units, reasons)
	if err != nil {
		return 0, err
	}
	r := &conformance.Runner{UK: o.uk, Timeout: o.timeout, Reasons: reasons}
	reports, err := compare(ctx, r, units, o, kept)
	if err != nil {
		return 0, err
	}
	for _, row := range reasons.Unused(reports) {
		fmt.Fprintln(os.Stderr, "explains nothing:", row)
	}
	if o.json {
		return count(reports), json.NewEncoder(os.Stdout).Encode(reports)
	}
	return count(reports), table(reports)
}

// units are those that the options ask for.
func units(o options) ([]conformance.Unit, error) {
	all, err := conformance.GoStandardLibrary()
	if err != nil {
		return nil, err
	}
	for _, more := range []func() ([]conformance.Unit, error){
		conformance.CPython,
		func() ([]conformance.Unit, error) { return conformance.Programs("/usr/bin", "/usr/sbin") },
	} {
		u, err := more()
		if err != nil {
			return nil, err
		}
		all = append(all, u...)
	}
	if o.libctest != "" {
		u, err := conformance.LibcTest(o.libctest)
		if err != nil {
			return nil, err
		}
		all = append(all, u...)
	} else {
		fmt.Fprintln(os.Stderr, "conformance: libc-test is left out: name the folder of its source with --libc-test (make conformance LIBC_TEST=...)")
	}
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, err
	}
	wanted := strings.Split(o.suites, ",")
	return slices.DeleteFunc(all, func(u conformance.Unit) bool {
		return o.suites != "" && !slices.Contains(wanted, u.Suite) || !only.MatchString(u.Name)
	}), nil
}

// compare runs the units, several at a time, and reports each as it ends.
// The reports of kept, and what it could not keep, are part of what it gives.
func compare(ctx context.Context, r *conformance.Runner, units []conformance.Unit, o options, k *kept) ([]*conformance.Report, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	work := make(chan *conformance.Unit)
	for range o.jobs {
		wg.Go(func() {
			for u := range work {
				rep, err := r.Compare(ctx, u)
				if ctx.Err() != nil { // the run was stopped, not the unit lost
					continue
				}
				mu.Lock()
				if err != nil {
					fmt.Fprintf(os.Stderr, "%s: %v\n", u.ID(), err)
				} else {
					failed = errors.Join(failed, k.add(rep))
					show(rep, o.log)
				}
				mu.Unlock()
			}
		})
	}
	for i := range units {
		if ctx.Err() == nil {
			work <- &units[i]
		}
	}
	close(work)
	wg.Wait()
	return k.reports, errors.Join(ctx.Err(), failed, k.close())
}

// show is the progress: a line for each unit, and one for each difference that nothing explains.
func show(r *conformance.Report, log string) {
	fmt.Fprintf(os.Stderr, "%s/%s: %d of %d\n", r.Suite, r.Unit, r.Guest, r.Host)
	for _, d := range r.Differences {
		if d.Reason == "" {
			fmt.Fprintf(os.Stderr, "\t%s: %s\n", d.Test, d.Guest)
		}
	}
	if log != "" && len(r.Differences) > 0 {
		name := log + "/" + strings.ReplaceAll(r.Suite+"-"+r.Unit, "/", "-") + ".log"
		if err := os.WriteFile(name, []byte(r.Output), 0o666); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func count(reports []*conformance.Report) (unexplained int) {
	for _, r := range reports {
		for _, d := range r.Differences {
			if d.Reason == "" {
				unexplained++
			}
		}
	}
	return unexplained
}

func share(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// table is the result: a line for each suite.
func table(reports []*conformance.Report) error {
	type sum struct{ units, host, guest, explained, unexplained int }
	sums := map[string]*sum{}
	var suites []string
	for _, r := range reports {
		s := sums[r.Suite]
		if s == nil {
			s = &sum{}
			sums[r.Suite] = s
			suites = append(suites, r.Suite)
		}
		s.units++
		s.host += r.Host
		s.guest += r.Guest
		for _, d := range r.Differences {
			if d.Reason == "" {
				s.unexplained++
			} else {
				s.explained++
			}
		}
	}
	slices.Sort(suites)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "suite\tunits\thost passes\tguest passes\tshare\texplained\tunexplained\tshare of the rest\t")
	for _, n := range suites {
		s := sums[n]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.2f %%\t%d\t%d\t%.2f %%\t\n", n, s.units, s.host, s.guest, share(s.guest, s.host), s.explained, s.unexplained, share(s.guest, s.host-s.explained))
	}
	return w.Flush()
}
