package main

import (
	"context"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSent: of every signal that came from outside nothing needs to be said when it ended the program.
func TestSent(t *testing.T) {
	ctx, s := newSignals(context.Background())
	s.toGuest(defaultStop)
	for _, sig := range []unix.Signal{unix.SIGHUP, unix.SIGUSR1, unix.SIGTERM} {
		if s.sent(int(sig)) {
			t.Errorf("%v did not come yet", sig)
		}
		s.take(sig)
		if !s.sent(int(sig)) {
			t.Errorf("%v came", sig)
		}
	}
	if s.sent(int(unix.SIGSEGV)) || ctx.Err() != nil {
		t.Error("SIGSEGV did not come")
	}
	if s.status() != 128+int(unix.SIGTERM) {
		t.Error(s.status())
	}
}
