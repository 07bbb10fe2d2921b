package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// leastHeap is how large the heap is when the runtime collects garbage for the first time, in bytes, without a word from us;
// firstHeap how large it may get in a command that builds, most of which need less in all.
const (
	leastHeap = 4 << 20
	firstHeap = 32 << 20
)

// collectLater puts off the first collection of garbage: it takes a tenth of a small build. From then on the runtime does
// as it always does.
func collectLater() {
	if os.Getenv("GOGC") != "" { // the user's own word
		return
	}
	usual := debug.SetGCPercent(100 * firstHeap / leastHeap)
	runtime.SetFinalizer(&struct{ of *int }{&usual}, func(s *struct{ of *int }) { debug.SetGCPercent(*s.of) })
}
