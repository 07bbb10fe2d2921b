package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"uk.example/linker/elflink"
	"uk.example/symbols"
)

// levelSection is where SYSCALL (kernel/include/kernel.h) says how much of a
// system call there is: NAME, a tab, the level, and for partial calls a tab and
// what is missing; each ended by a zero byte.
const levelSection = ".syscall_levels"

// level is the support level of one system call.
type level struct {
	word string // "full", "partial", or "" while nobody has judged it
	note string // of partial calls: what is missing
}

// levels reads the support levels of all system calls of libkernel.a.
func levels(libkernel string) (map[string]level, error) {
	members, err := elflink.ReadArchiveFile(libkernel)
	if err != nil {
		return nil, err
	}
	all := map[string]level{}
	for _, m := range members {
		f, err := elf.NewFile(bytes.NewReader(m.Data))
		if err != nil {
			return nil, fmt.Errorf("%s(%s): %v", libkernel, m.Name, err)
		}
		s := f.Section(levelSection)
		if s == nil {
			continue
		}
		text, err := s.Data()
		if err != nil {
			return nil, fmt.Errorf("%s(%s): %v", libkernel, m.Name, err)
		}
		if err := parseLevels(string(text), all); err != nil {
			return nil, fmt.Errorf("%s(%s): %v", libkernel, m.Name, err)
		}
	}
	return all, nil
}

// parseLevels adds the rows of one section to all.
func parseLevels(text string, all map[string]level) error {
	for _, row := range strings.Split(strings.TrimSuffix(text, "\x00"), "\x00") {
		name, rest, _ := strings.Cut(row, "\t")
		word, note, _ := strings.Cut(rest, "\t")
		switch {
		case symbols.SyscallName(numberOf(name)) != name:
			return fmt.Errorf("%s: Linux has no such system call", name)
		case word != "full" && word != "partial", (word == "partial") != (note != ""):
			return fmt.Errorf("system call %s: level %q: use FULL or PARTIAL(\"what is missing\")", name, rest)
		}
		if _, again := all[name]; again {
			return fmt.Errorf("system call %s has two rows", name)
		}
		all[name] = level{word, note}
	}
	return nil
}

func numberOf(name string) int {
	if n, ok := symbols.SyscallNumber(name); ok {
		return n
	}
	return -1
}

// writeLevels prints docs/syscalls.md: every system call of Linux with its level.
func writeLevels(w io.Writer, all map[string]level) error {
	var b strings.Builder
	var absent []string
	rows := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return numberOf(a) - numberOf(b) })
	for n := range 1024 {
		name := symbols.SyscallName(n)
		if _, ok := all[name]; !ok && numberOf(name) == n {
			absent = append(absent, name)
		}
	}
	b.WriteString("# System calls\n\nMade by `make docs` from the SYSCALL rows of kernel/sys; a test compares. What is\n")
	b.WriteString(`absent answers ENOSYS, and says so once on the console. *In full* means: every argument that Linux documents
has its effect or its documented error. *In part*: the note says what is missing, which is refused with an error.

| number | call | level | what is missing |
| --- | --- | --- | --- |
`)
	for _, name := range rows {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", numberOf(name), name, all[name].word, all[name].note)
	}
	fmt.Fprintf(&b, "\n## Absent\n\n%s\n", wrap(absent, 110))
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap puts words into lines of up to width bytes, with commas between them.
func wrap(words []string, width int) string {
	var b strings.Builder
	at := 0
	for i, w := range words {
		if i < len(words)-1 {
			w += ","
		}
		if at > 0 && at+1+len(w) > width {
			b.WriteString("\n")
			at = 0
		} else if at > 0 {
			b.WriteString(" ")
			at++
		}
		b.WriteString(w)
		at += len(w)
	}
	return b.String()
}
