package kvmboot

import "testing"

// A queue's notifications become an event once, though two processors count past the number at the same time.
func TestBecomesDirect(t *testing.T) {
	tr := newTransport(nil, nil, 0, &entropy{})
	for _, c := range []struct {
		kicks int
		want  bool
	}{{0, false}, {ioeventfdAfter - 1, false}, {ioeventfdAfter + 1, true}, {ioeventfdAfter + 2, false}} {
		tr.kicks[0] = c.kicks
		if got := tr.becomesDirect(0); got != c.want {
			t.Errorf("after %d notifications: %v", c.kicks, got)
		}
	}
}
