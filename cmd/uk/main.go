// Command uk makes unikernel images of ordinary programs and runs them.
//
// It has no logic of its own: each verb reads its flags and calls package uk.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/badoption"
	"uk.example/internal/cache"
	"uk.example/internal/target"
)

// Exit statuses of the tool itself; `uk run` ends with the program's.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitTimeout     = 124
	exitMachine     = 125
	exitInterrupted = 130
)

// command is one verb.
type command struct {
	name  string
	args  string // what follows the flags, for help
	short string // one line
	long  string // paragraphs for --help
	// examples are command lines with a comment each, for --help.
	examples []example
	// greedy: flags end at the first word that is none, the rest is a
	// program's command line.
	greedy bool
	// setup declares the verb's flags and returns what runs it.
	setup func(fs *pflag.FlagSet) func(ctx context.Context, e *env, args []string) error
}

type example struct{ line, what string }

// commands is the table of all verbs, in the order of help.
func commands() []*command {
	return []*command{
		runCommand(), psCommand(), logsCommand(), stopCommand(), killCommand(), startVerb(), restartCommand(), rmCommand(), waitCommand(), attachCommand(), statsCommand(), portCommand(), metricsCommand(),
		profileCommand(),
		buildCommand(), imageCommand(), manifestCommand(), symbolsCommand(), linkCommand(), packCommand(),
		inspectCommand(), whyCommand(), reportCommand(), moduleCommand(), kitCommand(), cacheCommand(), volumeCommand(), configCommand(), versionCommand(), helpCommand(), completionCommand(),
	}
}

func find(name string) *command {
	switch name {
	case runnerVerb:
		return runnerCommand()
	case completeVerb:
		return completeCommand()
	case manVerb:
		return manCommand()
	}
	all := commands()
	if i := slices.IndexFunc(all, func(c *command) bool { return c.name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// usageError is a fault of the command line.
type usageError struct {
	verb string // "" before a verb is known
	msg  string
}

func (e *usageError) Error() string { return e.msg }

func usagef(verb, format string, args ...any) error {
	return &usageError{verb, fmt.Sprintf(format, args...)}
}

// noTarget is the usage error of a verb that was given nothing to work on, perhaps in a folder that would do.
func noTarget(verb, words string) error {
	if st, err := os.Stat("usr.manifest"); err == nil && st.Mode().IsRegular() {
		words += fmt.Sprintf("; this folder has a usr.manifest: uk %s .", verb)
	}
	return &usageError{verb, words}
}

// exitStatus ends the tool with a status and no message.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// defaultPath is where programs are looked for without $PATH, as in execvp(3) and shells.
const defaultPath = "/usr/local/bin:/usr/bin:/bin"

func main() {
	if _, set := os.LookupEnv("PATH"); !set {
		os.Setenv("PATH", defaultPath)
	}
	e := newEnv(os.Stdin, os.Stdout, os.Stderr)
	if err := checkLimits(); err != nil {
		e.fail(err)
		os.Exit(exitFailure)
	}
	ctx, signals := newSignals(context.Background())
	e.own, e.signals = true, signals
	status := make(chan int, 1)
	go func() {
		defer reportBug(e)
		status <- run(ctx, e, os.Args[1:])
	}()
	select {
	case s := <-status:
		os.Exit(s)
	case <-ctx.Done():
	}
	select {
	case s := <-status:
		os.Exit(s)
	case <-time.After(signalGrace + time.Duration(e.patience.Load())):
		os.Exit(signals.status())
	}
}

// reportBug makes one line of a panic, unless its stacks are asked for.
func reportBug(e *env) {
	if trace := os.Getenv("GOTRACEBACK"); trace != "" && trace != "none" {
		return
	}
	if r := recover(); r != nil {
		e.fail(fmt.Errorf("internal error: %v: with GOTRACEBACK=all in the environment the same command shows where", r))
		os.Exit(exitFailure)
	}
}

// signalGrace is how long a verb may take to end after a signal: one that opens a
// pipe which nobody writes to does not notice.
const signalGrace = 10 * time.Second

// run carries out one command line and returns the exit status.
func run(ctx context.Context, e *env, args []string) int {
	e.line = args
	err := dispatch(ctx, e, args)
	cache.Drop()
	if err == nil {
		err = e.stdout.err
	}
	e.endProgress()
	var st exitStatus
	var ue *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &st):
		return int(st)
	case errors.As(err, &ue):
		e.fail(err)
		if ue.verb != "" {
			fmt.Fprintf(e.stderr, "Run \"uk %s --help\" for its flags.\n", ue.verb)
		} else {
			fmt.Fprintln(e.stderr, "Run \"uk help\" for the list of commands.")
		}
		return exitUsage
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return e.signals.status()
	}
	e.fail(err)
	return exitFailure
}

func dispatch(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		printOverview(e.marked(), e.colour)
		return exitStatus(exitUsage)
	}
	name := args[0]
	switch name {
	case "-h", "--help":
		name = "help"
	case "--version", "-v", "-V":
		name = "version"
	}
	c := find(name)
	if c == nil {
		return unknownVerb(name, args[1:])
	}
	fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	fs.SetInterspersed(!c.greedy)
	help := fs.BoolP("help", "h", false, "show this help")
	do := c.setup(fs)
	fs.SetNormalizeFunc(normalizeFlag)
	if err := fs.Parse(args[1:]); err != nil && !errors.Is(err, pflag.ErrHelp) {
		return usagef(c.name, "%v", explainFlag(fs, c.name, args[1:], err))
	}
	if *help {
		printHelp(e.stdout, e, c, fs)
		return nil
	}
	if c.greedy && c.name != "run" && c.name != completeVerb { // what uk run starts has flags as other commands that start one
		if err := lateFlag(fs, c.name, fs.Args()); err != nil {
			return err
		}
	}
	if err := habitTarget(c.name, fs.Args()); err != nil {
		return err
	}
	if quiet := fs.Lookup("quiet"); quiet != nil && quiet.Changed {
		e.progress.on = e.progress.on && quiet.Value.String() != "true"
	}
	return asUsage(c.name, fs, do(ctx, e, fs.Args()))
}

// optionFlags are the flags that are not called as the options that they set.
var optionFlags = map[string]string{"Drives": "drive", "Shares": "share", "Mounts": "mount", "LibraryPath": "library-path", "Ulimits": "ulimit", "Resolvers": "dns", "NoDefaultDevices": "without-default-devices", "PublishAll": "publish-all"}

// metFlags are those of options that a run can have and an image, machine or kit may not allow.
var metFlags = map[string]string{"Card": "net", "Terminal": "tty", "Packets": "pcap", "Network": "net"}

// flagOf is the flag that sets an option.
func flagOf(option string) string { return cmp.Or(optionFlags[option], strings.ToLower(option)) }

// runFlag is the same of an option that something met.
func runFlag(option string) string { return "--" + cmp.Or(metFlags[option], flagOf(option)) }

// flagError is the error of an option, in which the flag that set it has its place.
type flagError struct {
	text string
	err  error
}

func (e *flagError) Error() string { return e.text }
func (e *flagError) Unwrap() error { return e.err }

// asUsage makes a fault of the command line of an error that the value of a flag caused.
func asUsage(verb string, fs *pflag.FlagSet, err error) error {
	var about *badoption.About
	if errors.As(err, &about) {
		return &flagError{strings.Replace(err.Error(), about.Option+": ", runFlag(about.Option)+": ", 1), err}
	}
	var bad *uk.OptionError
	if !errors.As(err, &bad) {
		return err
	}
	name := cmp.Or(metFlags[bad.Option], flagOf(bad.Option))
	if f := fs.Lookup(name); f == nil || !f.Changed {
		return err // it comes from a file
	}
	return usagef(verb, "--%s: %v", name, err)
}

// unknownVerb is the error of a word that is no command.
func unknownVerb(name string, args []string) error {
	if strings.HasPrefix(name, "-") && slices.ContainsFunc(args, func(w string) bool { return find(w) != nil }) {
		return usagef("", "%s: flags go behind the command", name)
	}
	if way := otherVerb()[name]; way != "" {
		return usagef("", "there is no %q: %s", name, way)
	}
	return usagef("", "unknown command %q%s", name, suggest(name))
}

// suggest names the verb that was probably meant.
func suggest(name string) string {
	names := []string{"--help", "--version"}
	for _, c := range commands() {
		names = append(names, c.name)
	}
	best := nearest(name, names)
	if best == "" {
		if kind, _, err := target.Identify(name); err == nil && strings.ContainsAny(name, "./") && (kind == target.Program || kind == target.Manifest || kind == target.Image) {
			best = "run " + name
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// nearest returns the one of names that name was probably meant to be, or "": with at most
// two letters different, of short ones one.
func nearest(name string, names []string) string {
	best, bestD := "", 3
	if len(name) <= 3 {
		bestD = min(2, len(name))
	}
	for _, n := range names {
		if d := distance(name, n); d < bestD {
			best, bestD = n, d
		}
	}
	return best
}

// distance is the number of letters between a and b that are changed, added, left out, or exchanged with
// the next.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
			}
		}
	}
	return rows[len(a)][len(b)]
}

// oneArg returns the only argument.
func oneArg(verb, what string, args []string) (string, error) {
	switch {
	case len(args) == 0 || args[0] == "":
		return "", usagef(verb, "name %s", what)
	case len(args) > 1:
		return "", usagef(verb, "one argument is expected, got %d: %s", len(args), strings.Join(args, " "))
	}
	return args[0], nil
}
