package launch

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"uk.example/internal/lazyregexp"
	"uk.example/internal/words"
	"uk.example/symbols"
)

// The kernel's words when a program makes a system call that is not there: with a
// number, on the syscall instruction (kernel/sys/raw), or with the name, from the
// C library (kernel/sys/system/enosys.c).
var (
	missingNumber = lazyregexp.New(`^system call (\d+) is not in this image\r?\n$`)
	missingName   = lazyregexp.New(`^system call [a-z0-9_]+ is not in this kernel\r?\n$`)
	// At the end of a program that failed after a change was refused (kernel/fs/readonly.c).
	refusedChange = lazyregexp.New(`^read-only: (.+?)\r?\n$`)
)

// callWriter passes a guest's messages on, with names for the numbers of missing
// system calls and what would add each, and with what to do where the root file system
// is read-only; or without such lines.
type callWriter struct {
	w      io.Writer
	drop   bool
	offer  func() map[string]int // the kit's calls; nil: unknown
	notice func(line string)     // takes the runner's own words; nil: they go to w
	line   []byte                // of which the end has not come
}

// Lines of interest begin so, and are shorter than maxMessage: others pass as they come.
const (
	missingPrefix = "system call "
	refusedPrefix = "read-only: "
	maxMessage    = 4096 + 64 // a path, and words
)

// mayExplain tells whether a line that begins so may be one of interest.
func mayExplain(line []byte) bool {
	for _, prefix := range []string{missingPrefix, refusedPrefix} {
		if n := min(len(line), len(prefix)); string(line[:n]) == prefix[:n] {
			return true
		}
	}
	return false
}

func (c *callWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		c.line = append(c.line, rest[:n]...)
		rest = rest[n:]
		whole := c.line[len(c.line)-1] == '\n' || len(c.line) > maxMessage
		if whole || !mayExplain(c.line) {
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
	if m := refusedChange.FindSubmatch(line); m != nil {
		return c.refused(string(m[1]))
	}
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

// refused tells what lets a program change its root file system, of which it wanted to change path. Python minds
// least that it cannot keep what it compiled.
func (c *callWriter) refused(path string) error {
	if c.drop || strings.Contains(path, "/__pycache__") {
		return nil
	}
	line := words.Quote(path) + " was not changed, as the root file system is read-only: --overlay keeps changes in memory, " +
		"--overlay=DIR in a folder; -v HOST:GUEST gives the program a folder of this machine"
	if c.notice != nil {
		c.notice(line)
		return nil
	}
	_, err := c.w.Write([]byte(line + "\n"))
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
