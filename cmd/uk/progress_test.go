package main

import (
	"bytes"
	"context"
	"regexp"
	"testing"
	"time"
)

// TestProgress: what takes long shows what it does, how far it is and how fast, and is gone at the end.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	e := &env{progress: progress{on: true, w: &out}}
	e.setProgress("packing files")
	e.setBytes(1<<20, 2048<<20)
	if out.Len() > 0 {
		t.Errorf("%q within the first moments", out.String())
	}
	e.progress.mu.Lock()
	e.progress.shown = true // as the timer does
	e.progress.begun = time.Now().Add(-2 * time.Second)
	e.progress.mu.Unlock()
	e.setBytes(1024<<20, 2048<<20)
	if want := regexp.MustCompile(`^\r\x1b\[Kpacking files: 1024 of 2048 MB, [45]\d\d MB/s$`); !want.MatchString(out.String()) {
		t.Errorf("%q, want %v", out.String(), want)
	}
	out.Reset()
	e.setProgress("linking the kernel")
	e.endProgress()
	e.setBytes(1, 2)
	if got, want := out.String(), "\r\x1b[Klinking the kernel ...\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestFit: a step has one line of the screen.
func TestFit(t *testing.T) {
	for _, tt := range []struct {
		s       string
		columns int
		want    string
	}{
		{"packing files", 13, "packing files"},
		{"reading /a/very/long/name.raw", 21, "reading /.../name.raw"},
		{"読み込み中", 10, "読み込み中"},
		{"読み込み中", 9, "読...中"},
		{"anything", 2, "..."},
		{"anything", -5, "..."},
	} {
		if got := fit(tt.s, tt.columns); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.s, tt.columns, got, tt.want)
		}
	}
}

// TestProgressQuiet: --quiet shows none, nor does what is no terminal.
func TestProgressQuiet(t *testing.T) {
	for _, tt := range []struct {
		terminal bool
		flag     string
		want     bool
	}{{true, "-q", false}, {true, "--quiet=false", true}, {false, "--quiet=false", false}} {
		e := &env{progress: progress{on: tt.terminal, w: new(bytes.Buffer)}}
		if err := dispatch(context.Background(), e, []string{"pack", tt.flag, "-o", "x", "/nothing/there"}); err == nil {
			t.Error("no error")
		}
		if e.progress.on != tt.want {
			t.Errorf("%s on a terminal (%v): progress %v", tt.flag, tt.terminal, e.progress.on)
		}
	}
}
