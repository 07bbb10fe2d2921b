package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/words"
)

// progress shows the current step on a terminal once the work has taken longer than a second.
type progress struct {
	on bool
	w  io.Writer

	mu          sync.Mutex
	timer       *time.Timer
	step        string
	begun       time.Time // of the step
	done, total int64     // bytes of the step, 0: it has none to tell of
	shown       bool
	last        time.Time // that it was shown
}

const (
	progressDelay = time.Second
	progressEvery = 100 * time.Millisecond
)

// setProgress says what is being done.
func (e *env) setProgress(step string) {
	p := &e.progress
	if !p.on {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step, p.begun, p.done, p.total = words.Plain(step), time.Now(), 0, 0
	if p.shown {
		p.show()
	} else if p.timer == nil {
		p.timer = time.AfterFunc(progressDelay, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.timer != nil {
				p.shown = true
				p.show()
			}
		})
	}
}

// setBytes says how far the step is.
func (e *env) setBytes(done, total int64) {
	p := &e.progress
	if !p.on {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
	if p.shown && time.Since(p.last) >= progressEvery {
		p.show()
	}
}

func (p *progress) show() {
	p.last = time.Now()
	tail := " ..."
	if p.total != 0 {
		rate := float64(p.done) / max(p.last.Sub(p.begun).Seconds(), 0.001)
		tail = fmt.Sprintf(": %d of %d MB, %.0f MB/s", p.done>>20, p.total>>20, rate/(1<<20))
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s%s", fit(p.step, p.columns()-len(tail)-1), tail)
}

// columns is the width of the terminal.
func (p *progress) columns() int {
	if f, ok := p.w.(*os.File); ok {
		if ws, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil && ws.Col > 0 {
			return int(ws.Col)
		}
	}
	return 80
}

// fit cuts s in the middle, where long names tell least: a line that is longer than the screen cannot be taken
// off it.
func fit(s string, columns int) string {
	const gap = "..."
	letters := []rune(s)
	if width(letters) <= columns {
		return s
	}
	head, tail := letters, letters
	for len(head) > 0 && width(head) > (columns-len(gap))/2 {
		head = head[:len(head)-1]
	}
	for len(tail) > 0 && width(tail) > (columns-len(gap))/2 {
		tail = tail[1:]
	}
	return string(head) + gap + string(tail)
}

// width is how many columns letters may take: some have two (East Asian Width, UAX 11).
func width(letters []rune) (n int) {
	for _, r := range letters {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}

// endProgress takes the step off the screen.
func (e *env) endProgress() {
	p := &e.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
