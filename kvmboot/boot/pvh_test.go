package boot

import (
	"bytes"
	"testing"
	"time"

	"uk.example/kvmboot/guestmem"
)

// The clock is set in the command line that is in the guest's memory already, and nothing else of it changes.
func TestSetTime(t *testing.T) {
	m := &guestmem.Memory{Low: make([]byte, 2<<20)}
	now := time.Unix(1_700_000_000, 123_456_789)
	for _, test := range []struct{ line, want string }{
		{"uk.cpus=2 uk.time=1600000000000000000 -- a uk.time=2", "uk.cpus=2 uk.time=1700000000123456789 -- a uk.time=2"},
		{"uk.cpus=2", "uk.cpus=2"},
		{"uk.time=12", "uk.time=12"}, // none of ours
	} {
		bi := Info{Cmdline: test.line}
		if _, err := bi.Write(m); err != nil {
			t.Fatal(err)
		}
		if err := bi.SetTime(m, now); err != nil {
			t.Fatal(err)
		}
		got, _, _ := bytes.Cut(m.Low[cmdlineAddr:], []byte{0})
		if string(got) != test.want {
			t.Errorf("%q became %q, want %q", test.line, got, test.want)
		}
	}
}
