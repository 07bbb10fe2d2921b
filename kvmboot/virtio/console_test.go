package virtio

import (
	"bytes"
	"testing"

	"uk.example/kvmboot/stdio"
)

// Output at odd addresses is standard error's for a driver that took the feature, and for no other.
func TestConsoleStreams(t *testing.T) {
	for _, tt := range []struct {
		features  uint64
		out, errs string
	}{{consoleFeatStreams, "out1out2", "err1err2"}, {0, "out1err1err2out2", ""}} {
		var out, errs bytes.Buffer
		d := testConsole(t, "", &out)
		d.errOut = stdio.NewOutput(&errs, d.out.Stop)
		h := newHostile(t, d, consoleTX)
		h.start(tt.features)
		for i, piece := range []struct {
			at   uint64
			text string
		}{{tData, "out1"}, {tData + 0x101, "err1"}, {tData + 0x203, "err2"}, {tData + 0x302, "out2"}} {
			copy(h.m.Low[piece.at:], piece.text)
			h.desc(i, piece.at, uint32(len(piece.text)), 0, 0)
			h.offer(uint16(i), uint16(i))
		}
		h.serve()
		if out.String() != tt.out || errs.String() != tt.errs {
			t.Errorf("features %#x: %q and %q, want %q and %q", tt.features, out.String(), errs.String(), tt.out, tt.errs)
		}
	}
}
