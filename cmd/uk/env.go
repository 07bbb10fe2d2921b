package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// env is where a command reads and writes.
type env struct {
	stdin     *os.File
	stdout    *results // for what a command finds out
	console   *os.File // the same place, for what a guest writes
	stderr    io.Writer
	colour    bool // of stderr
	colourOut bool
	progress  progress
	signals   *signals // nil in tests of functions
	own       bool     // the process is this command's alone, which may give up its rights
}

// results is standard output. It remembers that something could not be written, so that no command
// ends well whose output is lost: most printers do not look at what fmt.Fprintf returns.
type results struct {
	f   *os.File
	err error
}

func (r *results) Write(b []byte) (int, error) {
	n, err := r.f.Write(b)
	if err != nil && r.err == nil {
		r.err = err
	}
	return n, err
}

func newEnv(stdin, stdout, stderr *os.File) *env {
	plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	e := &env{stdin: stdin, stdout: &results{f: stdout}, console: stdout, stderr: stderr}
	e.progress.on = isTerminal(stderr)
	e.colour = e.progress.on && !plain
	e.colourOut = isTerminal(stdout) && !plain
	e.progress.w = stderr
	return e
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func paint(on bool, code, s string) string {
	if !on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// fail prints an error as one line.
func (e *env) fail(err error) {
	fmt.Fprintf(e.stderr, "%s %v\n", paint(e.colour, "31;1", "uk:"), err)
}

// note prints one line that is not an error.
func (e *env) note(line string) {
	e.endProgress()
	fmt.Fprintf(e.stderr, "%s %s\n", paint(e.colour, "33", "uk:"), line)
}

func (e *env) json(v any) error {
	e.endProgress()
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
