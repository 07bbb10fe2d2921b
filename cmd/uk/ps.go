package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"uk.example/internal/machines"
	"uk.example/internal/words"
)

func psCommand() *command {
	return &command{
		name:  "ps",
		short: "list the machines that run",
		long: `Machines are what uk run --detach and uk run --name start. A machine that has
ended is kept until uk rm removes it, but for those of --rm.`,
		examples: []example{
			{"uk ps", "those that run"},
			{"uk ps -a", "and those that have ended"},
			{"uk stop $(uk ps -q)", "ends all"},
			{"uk ps -a --json", "for programs"},
		},
		setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
			var all, quiet, asJSON bool
			fs.BoolVarP(&all, "all", "a", false, "also those that have ended")
			fs.BoolVarP(&quiet, "quiet", "q", false, "print only their ids")
			fs.BoolVar(&asJSON, "json", false, "print them as JSON")
			return func(_ context.Context, e *env, args []string) error {
				if len(args) > 0 {
					return usagef("ps", "unexpected argument %q", args[0])
				}
				if quiet && asJSON {
					return usagef("ps", "--quiet and --json contradict each other")
				}
				list, err := listMachines(all)
				switch {
				case err != nil && list == nil:
					return err
				case asJSON:
					views := []*machines.View{}
					for _, m := range list {
						views = append(views, m.View())
					}
					return cmp.Or(e.json(views), err)
				case quiet:
					for _, m := range list {
						fmt.Fprintln(e.stdout, m.ID)
					}
					return err
				}
				return cmp.Or(printMachines(e, list), err)
			}
		},
	}
}

func listMachines(all bool) (list []*machines.Machine, err error) {
	store, err := machines.Open()
	if err != nil {
		return nil, err
	}
	found, err := store.List()
	for _, m := range found {
		if all || m.Alive() {
			list = append(list, m)
		}
	}
	return list, err
}

// maxCommand is how much of a command line the list shows.
const maxCommand = 30

func printMachines(e *env, list []*machines.Machine) error {
	w := tabwriter.NewWriter(e.stdout, 0, 8, 3, ' ', 0)
	fmt.Fprintln(w, "ID\tIMAGE\tCOMMAND\tCREATED\tSTATUS\tPORTS\tNAME")
	for _, m := range list {
		var quoted []string
		for _, word := range m.Command {
			quoted = append(quoted, words.Quote(word))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s ago\t%s\t%s\t%s\n", m.ID, words.Quote(m.Image), shorten(strings.Join(quoted, " ")), ago(m.Age()), machineStatus(m), strings.Join(m.Ports, ", "), m.Name)
	}
	return w.Flush()
}

func shorten(s string) string {
	if r := []rune(s); len(r) > maxCommand {
		return string(r[:maxCommand-1]) + "…"
	}
	return s
}

// machineStatus says in words how a machine is.
func machineStatus(m *machines.Machine) string {
	switch m.Status {
	case machines.StatusRunning:
		return "Up " + ago(m.Up())
	case machines.StatusRestarting:
		return fmt.Sprintf("Restarting (%d) %s ago", m.ExitCode, ago(m.Ended()))
	case machines.StatusExited:
		return fmt.Sprintf("Exited (%d) %s ago", m.ExitCode, ago(m.Ended()))
	case machines.StatusDead:
		return "Dead (its runner was killed)"
	}
	return strings.ToUpper(m.Status[:1]) + m.Status[1:]
}

// ago is a time in words, as Docker writes it.
func ago(d time.Duration) string {
	n := func(k int, unit string) string {
		if k == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", k, unit)
	}
	switch s := int(max(d, 0).Seconds()); {
	case s < 1:
		return "less than a second"
	case s < 60:
		return n(s, "second")
	case s < 3600:
		return n(s/60, "minute")
	case s < 48*3600:
		return n(s/3600, "hour")
	case s < 14*24*3600:
		return n(s/(24*3600), "day")
	default:
		return n(s/(7*24*3600), "week")
	}
}
