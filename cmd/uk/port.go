package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/kvmboot/virtio"
)

func portCommand() *command {
	return &command{
		name:  "port",
		args:  "MACHINE [PORT[/tcp|/udp]]",
		short: "print where a machine's published ports are on this host",
		examples: []example{
			{"uk port web", "all of them"},
			{"uk port web 80", "where its port 80 is"},
		},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, e *env, args []string) error {
				wanted := ""
				if len(args) == 2 {
					wanted = args[1]
				}
				if len(args) > 2 {
					return usagef("port", "a machine and a port are expected, got %d words", len(args))
				}
				m, err := oneMachine("port", args[:min(len(args), 1)])
				if err != nil {
					return err
				}
				if !strings.Contains(wanted, "/") && wanted != "" {
					wanted += "/tcp"
				}
				number, protocol, _ := strings.Cut(wanted, "/")
				if _, err := strconv.ParseUint(number, 10, 16); wanted != "" && (err != nil || protocol != "tcp" && protocol != "udp") {
					return usagef("port", "%q is no port: write a number, with /udp behind it for one of UDP", args[1])
				}
				found := false
				for _, p := range virtio.PublishedPorts(m.Ports) {
					switch wanted {
					case "":
						fmt.Fprintf(e.stdout, "%s -> %s\n", p.Guest, p.Host)
					case p.Guest:
						fmt.Fprintln(e.stdout, p.Host)
					default:
						continue
					}
					found = true
				}
				if !found && wanted != "" {
					return fmt.Errorf("machine %s has no published port %s", m.Name, wanted)
				}
				return nil
			}
		},
	}
}
