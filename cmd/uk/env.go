package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/term"

	"uk.example/internal/words"
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
	line      []string // the command line
	names     func() *words.Typed
	patience  atomic.Int64 // nanoseconds that the command takes to end longer than others
}

// results is standard output. It remembers that something could not be written, so that no command
// ends well whose output is lost: most printers do not look at what fmt.Fprintf returns.
type results struct {
	w   io.Writer
	err error
}

func (r *results) Write(b []byte) (int, error) {
	n, err := r.w.Write(b)
	if err != nil && r.err == nil {
		r.err = err
	}
	return n, err
}

func newEnv(stdin, stdout, stderr *os.File) *env {
	plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	e := &env{stdin: stdin, stdout: &results{w: stdout}, console: stdout, stderr: stderr}
	e.progress.on = isTerminal(stderr)
	e.colour = e.progress.on && !plain
	if isTerminal(stdout) { // which obeys what names may hold
		e.colourOut = !plain
		e.stdout.w = words.Writer{W: stdout}
	}
	e.progress.w = stderr
	e.names = sync.OnceValue(func() *words.Typed { // few commands have something to say
		var t words.Typed
		dir, _ := os.Getwd()
		t.Add(dir, e.line[min(1, len(e.line)):]) // without the command's own name
		return &t
	})
	return e
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func paint(on bool, code, s string) string {
	if !on {
		return s
	}
	return words.Paint(code, s)
}

// fail prints an error as one line.
func (e *env) fail(err error) { e.say("31;1", plainError(err)) }

// plainError is an error's text that names the file first, without the call that Go's library puts before it: nobody asked
// for an open or a stat.
func plainError(err error) string {
	text := err.Error()
	var file *fs.PathError
	if errors.As(err, &file) && slices.Contains([]string{"open", "stat", "lstat"}, file.Op) {
		text = strings.Replace(text, file.Error(), file.Path+": "+file.Err.Error(), 1)
	}
	var socket *net.OpError
	var call *os.SyscallError
	if errors.As(err, &socket) && socket.Net == "unix" && socket.Addr != nil && errors.As(socket.Err, &call) {
		text = strings.Replace(text, socket.Error(), socket.Addr.String()+": "+call.Err.Error(), 1)
	}
	return text
}

// note prints one line that is not an error.
func (e *env) note(line string) {
	e.endProgress()
	e.say("33", line)
}

// say prints a line for people, in which names are as they were typed.
func (e *env) say(code, line string) {
	fmt.Fprintf(e.marked(), "%s %s\n", paint(e.colour, code, "uk:"), words.Plain(e.names().Text(line)))
}

// marked is stderr, for what may be painted.
func (e *env) marked() io.Writer {
	if e.colour {
		return words.Writer{W: e.stderr}
	}
	return e.stderr
}

// jsonLine prints v on one line.
func (e *env) jsonLine(v any) error {
	enc := json.NewEncoder(e.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func (e *env) json(v any) error {
	e.endProgress()
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
