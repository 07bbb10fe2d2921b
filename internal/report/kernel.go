// Package report says what a kernel holds, what keeps each part of it, and what
// an image shows to the outside: it joins the link map with the kernel's file,
// its symbols and what the files of the image ask for.
//
// Scope: figures and chains, no printing for terminals (that is cmd/uk's) but the
// HTML page. Trust: link map, symbol file and kernel come from a bundle that
// anyone may have written; they are checked against each other, and what does not
// fit together is an error that names the file.
package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/linker"
)

// maxFile bounds what is read of a kernel, its map and its symbols, in bytes.
const maxFile = 256 << 20

// Kernel is a linked kernel with its link map.
type Kernel struct {
	File string // path of the kernel
	Data []byte // its content
	Map  *linker.Map

	parts   []part // by ID - 1
	byAddr  []int  // indices into parts, by address
	symbols []symbol
}

// part is one section of the link map with what it belongs to.
type part struct {
	*linker.Section
	addr      uint64
	member    *linker.Member
	subsystem *linker.Subsystem
}

func (p *part) end() uint64 { return p.addr + uint64(p.Size) }

// symbol is a line of the kernel's symbol file.
type symbol struct {
	addr, size uint64
	name       string
}

// InputError says that a file does not fit or is damaged.
type InputError struct {
	File, Msg string
	Err       error
}

func (e *InputError) Error() string {
	s := e.File + ": " + e.Msg
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *InputError) Unwrap() error { return e.Err }

// OpenKernel reads a kernel, its link map and its symbols, and checks that they
// belong together.
func OpenKernel(kernel, linkMap, symbols string) (*Kernel, error) {
	data, err := readFile(kernel)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(linkMap); errors.Is(err, fs.ErrNotExist) {
		return nil, &InputError{linkMap, "there is no link map beside the kernel, so nothing tells what it holds: build the image again, or copy the map of this kernel there", nil}
	}
	sum := sha256.Sum256(data)
	m, err := linker.ReadMapOf(linkMap, hex.EncodeToString(sum[:]))
	if err != nil {
		return nil, err
	}
	k := &Kernel{File: kernel, Data: data, Map: m}
	if err := k.index(linkMap); err != nil {
		return nil, err
	}
	text, err := readFile(symbols)
	if err != nil {
		return nil, err
	}
	return k, k.readSymbols(symbols, string(text))
}

func readFile(name string) ([]byte, error) {
	f, st, err := bounded.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st.Size() > maxFile {
		return nil, &InputError{name, fmt.Sprintf("is no regular file of at most %d bytes", maxFile), nil}
	}
	return bounded.Read(f, maxFile)
}

// index numbers the sections and checks that every chain ends.
func (k *Kernel) index(file string) error {
	damaged := func(format string, a ...any) error {
		return &InputError{file, "is damaged: " + fmt.Sprintf(format, a...) + ": build the image again", nil}
	}
	outs := map[string]bool{}
	for _, o := range k.Map.Outputs {
		if o.Size < 0 || o.Size > maxFile || outs[o.Name] {
			return damaged("output section %s has %d bytes, or is there twice", o.Name, o.Size)
		}
		outs[o.Name] = true
	}
	n := 0
	for _, s := range k.Map.Subsystems {
		for _, m := range s.Members {
			n += len(m.Sections)
		}
	}
	k.parts = make([]part, n)
	for i := range k.Map.Subsystems {
		s := &k.Map.Subsystems[i]
		for j := range s.Members {
			m := &s.Members[j]
			for l := range m.Sections {
				sec := &m.Sections[l]
				if sec.ID < 1 || sec.ID > n || k.parts[sec.ID-1].Section != nil {
					return damaged("section %s has the number %d", sec.Name, sec.ID)
				}
				addr, err := strconv.ParseUint(sec.Addr, 16, 64)
				if err != nil || sec.Size < 0 || sec.Size > maxFile || addr+uint64(sec.Size) < addr || !outs[sec.Out] {
					return damaged("section %s is at %q with %d bytes, in %q", sec.Name, sec.Addr, sec.Size, sec.Out)
				}
				k.parts[sec.ID-1] = part{sec, addr, m, s}
			}
		}
	}
	const onWay, done = 1, 2
	state := make([]byte, n)
	for i := range k.parts {
		at := i
		for state[at] == 0 {
			state[at] = onWay
			from := k.parts[at].From
			if from < 0 || from > n {
				return damaged("section %s is kept by a section of number %d", k.parts[at].Name, from)
			}
			if from > 0 {
				at = from - 1
			}
		}
		if k.parts[at].From != 0 && state[at] == onWay {
			return damaged("section %s keeps itself", k.parts[at].Name)
		}
		for at = i; state[at] == onWay; {
			state[at] = done
			if from := k.parts[at].From; from > 0 {
				at = from - 1
			}
		}
		k.byAddr = append(k.byAddr, i)
	}
	slices.SortStableFunc(k.byAddr, func(a, b int) int { return cmp.Compare(k.parts[a].addr, k.parts[b].addr) })
	return nil
}

func (k *Kernel) readSymbols(file, text string) error {
	for n, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		f := strings.SplitN(line, " ", 3)
		var s symbol
		err := fmt.Errorf("%d fields", len(f))
		if len(f) == 3 {
			var err2 error
			s.name = f[2]
			s.addr, err = strconv.ParseUint(f[0], 16, 64)
			s.size, err2 = strconv.ParseUint(f[1], 16, 64)
			err = errors.Join(err, err2)
		}
		if err != nil {
			return &InputError{fmt.Sprintf("%s:%d", file, n+1), "is no line of a symbol file: build the image again", nil}
		}
		k.symbols = append(k.symbols, s)
	}
	return nil
}

// at returns the section at an address, or nil.
func (k *Kernel) at(addr uint64) *part {
	i, _ := slices.BinarySearchFunc(k.byAddr, addr, func(i int, addr uint64) int {
		if k.parts[i].addr > addr {
			return 1
		}
		return -1
	}) // the first behind addr
	for i--; i >= 0; i-- {
		p := &k.parts[k.byAddr[i]]
		if p.Size > 0 {
			if addr < p.end() {
				return p
			}
			return nil
		}
	}
	return nil
}

// chain returns the sections from the one that was asked for down to p.
func (k *Kernel) chain(p *part) []*part {
	out := []*part{p}
	for p.From != 0 {
		p = &k.parts[p.From-1]
		out = append(out, p)
	}
	slices.Reverse(out)
	return out
}

// Symbol returns the address and the size of a function of the kernel. One in
// assembly has no size of its own: it reaches to the next symbol.
func (k *Kernel) Symbol(name string) (addr, size uint64, ok bool) {
	for i := range k.symbols {
		s := &k.symbols[i]
		p := k.at(s.addr)
		if s.name != name || p == nil {
			continue
		}
		if size = s.size; size == 0 {
			end := p.end()
			for j := range k.symbols {
				if at := k.symbols[j].addr; at > s.addr {
					end = min(end, at)
				}
			}
			size = end - s.addr
		}
		return s.addr, size, true
	}
	return 0, 0, false
}
