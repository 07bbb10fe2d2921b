package build

import (
	"uk.example/internal/trace"
	"uk.example/linker"
	"uk.example/symbols"
)

// tracedNumbers are all system calls, for [linker.Options].
func tracedNumbers() map[string]int {
	m := map[string]int{}
	for n := range trace.SpecCount {
		if name := symbols.SyscallName(n); name != "" {
			m[name] = n
		}
	}
	return m
}

// traceCalls adds the tracer to a plan's kernel.
func (o *Options) traceCalls(l *linker.Options) {
	if o.Trace {
		l.Trace = tracedNumbers()
	}
}
