package image

import (
	"slices"
	"testing"
)

func TestLastOfEach(t *testing.T) {
	got := LastOfEach([]string{"A=1", "B=x", "A=2", "C", "B=", "A=3", "AA=1"})
	if want := []string{"A=3", "B=", "C", "AA=1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
