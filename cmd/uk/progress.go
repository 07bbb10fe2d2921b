package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"uk/internal/words"
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
	if p.total == 0 {
		fmt.Fprintf(p.w, "\r\x1b[K%s ...", p.step)
		return
	}
	rate := float64(p.done) / max(p.last.Sub(p.begun).Seconds(), 0.001)
	fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d MB, %.0f MB/s", p.step, p.done>>20, p.total>>20, rate/(1<<20))
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
