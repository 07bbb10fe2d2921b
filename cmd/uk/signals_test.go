package main

import (
	"context"
	"testing"
	"time"

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

// TestAgain: a signal that comes twice at once is one request to end, which goes to the program; a later one, or
// another signal, ends the guest.
func TestAgain(t *testing.T) {
	for _, second := range []unix.Signal{unix.SIGTERM, unix.SIGINT} {
		ctx, s := newSignals(context.Background())
		guest := s.toGuest(defaultStop)
		s.take(unix.SIGTERM)
		s.since = time.Now().Add(time.Hour) // the machine may be slow
		s.take(unix.SIGTERM)
		if ctx.Err() != nil || len(guest) != 1 {
			t.Errorf("%v, %d signals: want one, and no end", ctx.Err(), len(guest))
		}
		s.since = time.Now().Add(-time.Hour)
		s.take(second)
		if ctx.Err() == nil {
			t.Errorf("%v did not end the guest", second)
		}
	}
}
