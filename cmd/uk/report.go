package main

import (
	"context"
	"os"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/explain"
	"uk.example/internal/report"
)

// runnerVerb is what `uk report` starts: not for people, so in no list.
const runnerVerb = "runner"

func runnerCommand() *command {
	return &command{
		name:  runnerVerb,
		short: "run an image for uk report, which starts this by itself",
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(ctx context.Context, e *env, _ []string) error {
				return explain.RunnerMain(ctx, e.stdin, e.console)
			}
		},
	}
}

func reportCommand() *command {
	return &command{
		name:  "report",
		args:  "IMAGE|KERNEL",
		short: "measure an image: sizes and why, attack surface, start-up, memory",
		long: `Sizes, what keeps them, and what can be attacked come from the image's files.
Start-up times and memory are measured: the image is booted several times under
the built-in runner, without input and with its output thrown away. --no-boot
leaves that out, and so does a machine without KVM or a kernel with devices on PCI
alone, which a note tells. With --compare two images are named and the differences
printed. docs/report.md explains each figure.`,
		examples: []example{
			{"uk report server.uk", "for people"},
			{"uk report --html report.html server.uk", "a page with treemaps and a timeline"},
			{"uk report --json --no-boot server.uk", "sizes and attack surface for other tools"},
			{"uk report --compare old.uk new.uk", "what changed"},
			{"uk report --modules server.uk", "what it is worth that parts of the kernel are modules"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var asJSON, all, noBoot, compare, modules bool
			var html, kit string
			var exact bool
			var m explain.MeasureOptions
			fs.BoolVar(&asJSON, "json", false, "print it as JSON")
			fs.StringVar(&html, "html", "", "write a page to this file instead; it needs no other file")
			fs.BoolVar(&compare, "compare", false, "name two images: print how the second differs")
			fs.BoolVar(&modules, "modules", false, "what each module keeps out of the kernel, and the memory it takes")
			fs.BoolVar(&exact, "exact", false, "what each exported symbol costs, by linking the kernel without it")
			declareKit(fs, &kit)
			fs.BoolVarP(&all, "all", "a", false, "every row of every list")
			fs.BoolVar(&noBoot, "no-boot", false, "boot nothing: no start-up times, no memory")
			m.Runs = 5
			fs.Var(countFlag{&m.Runs, 1000}, "runs", "boots, of which each time is the median")
			m.Wait = 10 * time.Second
			fs.Var((*timeFlag)(&m.Wait), "wait", "how long a guest may run that does not end")
			fs.BoolVar(&m.Steps, "steps", false, "also times between the steps of the boot")
			return func(ctx context.Context, e *env, args []string) error {
				want := 1
				if compare {
					want = 2
				}
				switch {
				case len(args) != want && compare:
					return usagef("report", "--compare takes two images, got %d", len(args))
				case len(args) == 0 && html != "":
					return usagef("report", "--html names the page that is written, %s here: name the image besides", html)
				case len(args) != want:
					return usagef("report", "name one image, or two with --compare")
				case asJSON && html != "":
					return usagef("report", "--json and --html contradict each other")
				case m.Wait <= 0:
					return usagef("report", "--wait is not positive")
				}
				if noBoot || modules {
					for _, name := range []string{"runs", "wait", "steps"} {
						if fs.Changed(name) {
							return usagef("report", "--%s is of boots: leave it out, or --no-boot and --modules", name)
						}
					}
				}
				if modules {
					if compare || exact || html != "" {
						return usagef("report", "--modules goes with --json only")
					}
					r, err := explain.ReportModules(ctx, args[0], kit)
					switch {
					case err != nil:
						return err
					case asJSON:
						return e.json(r)
					}
					return r.Text(e.stdout, all)
				}
				opt := uk.ReportOptions{Progress: e.setProgress, Exact: exact, Kit: kit}
				if !noBoot {
					exe, err := os.Executable()
					if err != nil {
						return err
					}
					m.Runner = []string{exe, runnerVerb}
					opt.Measure = &m
				}
				var reports []*report.Report
				for _, name := range args {
					r, err := explain.MakeReport(ctx, name, opt)
					if err != nil {
						return err
					}
					reports = append(reports, r)
				}
				e.endProgress()
				if compare {
					d := report.Compare(reports[0], reports[1])
					switch {
					case asJSON:
						return e.json(d)
					case html != "":
						return explain.WriteReportHTML(html, reports, d)
					}
					return d.Text(e.stdout, all)
				}
				switch {
				case asJSON:
					return e.json(reports[0])
				case html != "":
					return explain.WriteReportHTML(html, reports, nil)
				}
				return reports[0].Text(e.stdout, all)
			}
		},
	}
}
