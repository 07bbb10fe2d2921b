package image

import (
	"testing"
)

func TestFindAccount(t *testing.T) {
	const text = "root:x:0:0:root:/root:/bin/sh\nbroken\nshort:x:5\nnobody:x:65534:65534::/nonexistent:/bin/false\nlast:x:7:7::/seven:"
	for _, tt := range []struct {
		user string
		want Account
	}{
		{"", Account{"root", "/root"}},
		{"0", Account{"root", "/root"}},
		{"00:5", Account{"root", "/root"}},
		{"65534:1", Account{"nobody", "/nonexistent"}},
		{"7", Account{"last", "/seven"}},
		{"5", Account{"5", "/"}},
		{"1000", Account{"1000", "/"}},
	} {
		if got := FindAccount([]byte(text), tt.user); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.user, got, tt.want)
		}
	}
}
