package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"uk.example/internal/ownprogram"
)

// metricsProgram is the program that knows Prometheus.
const metricsProgram = "uk-metrics"

func metricsCommand() *command {
	return &command{
		name:  "metrics",
		short: "print or serve figures of all machines for Prometheus",
		long: `The figures of this user's machines in Prometheus' text format: processors' time,
memory, exits by reason, requests and bytes of devices, sockets of the host's
network. uk stats --json has the same as JSON.`,
		examples: []example{
			{"uk metrics", "prints them once"},
			{"uk metrics --listen 127.0.0.1:9756", "serves them at /metrics there, until Ctrl-C"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var listen string
			fs.StringVar(&listen, "listen", "", "serve them at this address, HOST:PORT")
			return func(_ context.Context, e *env, args []string) error {
				if len(args) > 0 {
					return usagef("metrics", "unexpected argument %q", args[0])
				}
				path, err := ownprogram.Find(metricsProgram, "this is done by")
				if err != nil {
					return err
				}
				argv := []string{metricsProgram}
				if listen != "" {
					argv = append(argv, "-listen", listen)
				}
				return fmt.Errorf("%s: %w", path, unix.Exec(path, argv, os.Environ())) // it does not return
			}
		},
	}
}
