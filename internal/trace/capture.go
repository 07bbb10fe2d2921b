package trace

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// How the kernel captures the memory that an argument leads to; kernel/trace/trace.h has the same numbers.
const (
	captureNone = iota
	captureString
	captureIn
	captureOut
	captureInOut
	captureBufferIn
	captureBufferOut
	captureArrayIn
	captureArrayOut
	captureArrayInOut
	captureIOVIn
	captureIOVOut
	captureMsgIn
	captureMsgOut
	captureSizedOut
	captureIoctl
	captureFcntl
	captureStrings
	captureEntries
)

// Spec says what is captured for an argument.
type Spec struct{ How, Size int }

// SpecCount is how many numbers of system calls the kernel's table has.
const SpecCount = 512

// call is a row.
type call struct {
	nr     int
	name   string
	args   []*argType
	result string
}

// table is made when the first program is traced.
var table = sync.OnceValue(func() map[int]*call {
	t := map[int]*call{}
	for line := range strings.Lines(rows) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		nr, err := strconv.Atoi(f[0])
		if err != nil {
			panic(err)
		}
		c := &call{nr: nr, name: f[1]}
		for _, word := range f[2:] {
			if r, ok := strings.CutPrefix(word, "="); ok {
				c.result = r
				continue
			}
			a := typeOf(word)
			if a == nil {
				panic(fmt.Sprintf("%s: no type %s", c.name, word))
			}
			c.args = append(c.args, a)
		}
		t[nr] = c
	}
	return t
})

// Specs is what the kernel captures for each call's arguments, by number.
func Specs() [SpecCount][6]Spec {
	var s [SpecCount][6]Spec
	for nr, c := range table() {
		for i, a := range c.args {
			s[nr][i] = a.Spec
		}
	}
	return s
}
