package uk

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"uk/internal/lazyregexp"
	"uk/symbols"
)

// The kernel's words when a program makes a system call that is not there: with a
// number, on the syscall instruction (kernel/sys/raw), or with the name, from the
// C library (kernel/sys/system/enosys.c).
var (
	missingNumber = lazyregexp.New(`^system call (\d+) is not in this image\r?\n$`)
	missingName   = lazyregexp.New(`^system call [a-z0-9_]+ is not in this kernel\r?\n$`)
)

// callWriter passes a guest's messages on, with names for the numbers of missing
// system calls and what would add each; or without such lines.
type callWriter struct {
	w     io.Writer
	drop  bool
	offer func() map[string]int // the kit's calls; nil: unknown
	line  []byte                // of which the end has not come
}

// Lines of interest begin so, and are shorter than maxMessage: others pass as they come.
const (
	missingPrefix = "system call "
	maxMessage    = 128
)

func (c *callWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		c.line = append(c.line, rest[:n]...)
		rest = rest[n:]
		whole := c.line[len(c.line)-1] == '\n' || len(c.line) > maxMessage
		known := min(len(c.line), len(missingPrefix))
		if whole || string(c.line[:known]) != missingPrefix[:known] {
			if err := c.Flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// Flush writes what is kept of a line.
func (c *callWriter) Flush() error {
	line := c.line
	c.line = nil
	if !bytes.HasPrefix(line, []byte(missingPrefix)) {
		if len(line) == 0 {
			return nil
		}
		_, err := c.w.Write(line)
		return err
	}
	if missingName.Match(line) && c.drop {
		return nil
	}
	if m := missingNumber.FindSubmatch(line); m != nil {
		if c.drop {
			return nil
		}
		n, err := strconv.Atoi(string(m[1]))
		if err == nil {
			line = []byte(c.explain(n))
		}
	}
	_, err := c.w.Write(line)
	return err
}

// explain says which call has number n, and how to get it, if that is possible.
func (c *callWriter) explain(n int) string {
	name := symbols.SyscallName(n)
	offered := c.offer()
	_, has := offered[name]
	switch {
	case name == "":
		return fmt.Sprintf("system call %d is none of Linux's\n", n)
	case offered == nil:
		return fmt.Sprintf("system call %s (%d) is not in this image\n", name, n)
	case has:
		return fmt.Sprintf("system call %s (%d) is not in this image: build it with --syscalls auto,%s\n", name, n, name)
	}
	return fmt.Sprintf("system call %s (%d) is not in this kernel\n", name, n)
}
