package stoppable

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestWriter(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := unix.SetNonblock(int(w.Fd()), false); err != nil { // as what a process is started with
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := Writer(ctx, w)

	// While somebody reads, all arrives.
	text := bytes.Repeat([]byte("0123456789"), 50000)
	got := make(chan []byte)
	go func() {
		b := make([]byte, len(text))
		_, _ = io.ReadFull(r, b)
		got <- b
	}()
	if n, err := s.Write(text); n != len(text) || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if !bytes.Equal(<-got, text) || !Ready(w) {
		t.Error("other bytes, or not ready")
	}

	// Nobody reads: the end of the context ends the wait.
	time.AfterFunc(50*time.Millisecond, cancel)
	n, err := s.Write(text)
	if n == 0 || n == len(text) || !errors.Is(err, context.Canceled) || Ready(w) {
		t.Errorf("%d, %v, ready %v", n, err, Ready(w))
	}
	if n, err := s.Write([]byte("x")); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %d, %v", n, err)
	}
	// What need not wait is still written.
	_, _ = io.ReadFull(r, make([]byte, 2*chunk))
	if n, err := s.Write([]byte("x")); n != 1 || err != nil {
		t.Errorf("with room: %d, %v", n, err)
	}

	var b bytes.Buffer
	if Writer(ctx, &b) != io.Writer(&b) || !Ready(&b) {
		t.Error("what is no file is another writer")
	}
}
