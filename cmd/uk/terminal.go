package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"uk.example"
	"uk.example/kvmboot"
)

// Values of --tty.
const (
	ttyAuto = "auto"
	ttyOn   = "on"
	ttyOff  = "off"
)

// escapeKey, typed twice in a row, ends the guest: all other keys are the program's.
const escapeKey = 0x1d // Ctrl-]

// terminal is the one that a guest's program gets.
type terminal struct {
	in  *os.File
	out *os.File
}

// findTerminal returns the terminal for the value of --tty, or nil. A guest gets one
// when standard input and output are one, and this is not a job in the background.
func findTerminal(e *env, value, stdin string) (*terminal, error) {
	if value == ttyOff {
		return nil, nil
	}
	if stdin == "-" && isTerminal(e.stdin) && isTerminal(e.console) && foreground(e.stdin) {
		return &terminal{e.stdin, e.console}, nil
	}
	if value == ttyOn {
		return nil, usagef("run", "--tty=on: standard input and output must both be a terminal")
	}
	return nil, nil
}

func foreground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// size is the screen's, as the guest is told at the start.
func (t *terminal) size() *kvmboot.Terminal {
	w, err := unix.IoctlGetWinsize(int(t.out.Fd()), unix.TIOCGWINSZ)
	if err != nil || w.Row == 0 || w.Col == 0 {
		return &kvmboot.Terminal{Rows: 24, Cols: 80}
	}
	return &kvmboot.Terminal{Rows: int(w.Row), Cols: int(w.Col)}
}

// attach puts the terminal into raw mode and makes it the guest's. end is called when the
// escape was typed. The terminal is as before once restore was called.
func (t *terminal) attach(e *env, o *uk.RunOptions, end func()) (restore func(), err error) {
	fd := int(t.in.Fd())
	old, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("--tty: %w", err)
	}
	stderr := e.stderr
	e.stderr = crlfWriter{stderr}
	o.Stdin, o.Stderr = &keys{r: t.in, end: end}, e.stderr
	return func() {
		e.stderr = stderr
		if err := term.Restore(fd, old); err != nil {
			e.fail(fmt.Errorf("the terminal's modes: %w", err))
		}
	}, nil
}

// crlfWriter ends lines as a terminal in raw mode wants it.
type crlfWriter struct{ w io.Writer }

func (c crlfWriter) Write(p []byte) (int, error) {
	if _, err := c.w.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// keys reads what is typed, and looks for the escape.
type keys struct {
	r    io.Reader
	end  func()
	last byte
}

func (k *keys) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	for _, c := range p[:max(n, 0)] {
		if c == escapeKey && k.last == escapeKey {
			k.end()
			return 0, io.EOF
		}
		k.last = c
	}
	return n, err
}
