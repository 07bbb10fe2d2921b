package qemu

import (
	"context"
	"os/exec"
	"testing"

	"uk.example/kvmboot"
)

// However QEMU ends, it is success only if the guest said so and ended the machine itself.
func TestQEMUStatus(t *testing.T) {
	for _, tt := range []struct {
		script string // in place of QEMU
		said   string
		kind   kvmboot.Kind
		code   int
		ok     bool
	}{
		{"exit 1", "x\x00", kvmboot.KindExit, 0, true},
		{"exit 1", "x\x07", kvmboot.KindExit, 7, true},
		{"exit 1", "s\x0b", kvmboot.KindSignal, 11, true},
		{"exit 0", "", kvmboot.KindPanic, 0, false},
		{"exit 0", "x\x00", kvmboot.KindPanic, 0, false}, // a reset, behind its word
		{"exit 1", "", 0, 0, false},                      // QEMU's own failure
		{"exit 2", "x\x00", 0, 0, false},
		{"exit 1", "x", kvmboot.KindPanic, 0, false},
		{"exit 1", "?\x00", kvmboot.KindPanic, 0, false},
		{"kill -KILL $$", "", 0, 0, false},
		{"kill -KILL $$", "x\x00", 0, 0, false},
		{"kill -TERM $$", "x\x00", 0, 0, false},
	} {
		err := exec.Command("sh", "-c", tt.script).Run()
		s, err := qemuStatus(context.Background(), []byte(tt.said), err)
		if (err == nil) != tt.ok || tt.ok && (s.Kind != tt.kind || s.Code != tt.code) || !tt.ok && s.ExitCode() == 0 {
			t.Errorf("%s after %q: %v, %v", tt.script, tt.said, s, err)
		}
	}
}

func TestLastPair(t *testing.T) {
	for _, said := range []string{"x\x07", "x\x01p\x02"} {
		var l lastPair
		for i := range len(said) {
			_, _ = l.Write([]byte{said[i]})
		}
		if string(l.Last) != said[len(said)-2:] {
			t.Errorf("%q: last pair %q", said, l.Last)
		}
	}
}
