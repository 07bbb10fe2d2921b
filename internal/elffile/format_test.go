package elffile

import "testing"

func TestHasConversion(t *testing.T) {
	for _, c := range []struct {
		data string
		want bool
	}{
		{"", false},
		{"100%", false},
		{"%d made %s", false},
		{"cannot open: %m\n", true},
		{"%-20m|", true},
		{"%2$.*3$m", true},
		{"%%m", true}, // not a conversion, but near enough
		{"% d m", false},
		{"%.99999999999999999999m", false},
	} {
		if got := hasConversion([]byte(c.data), "m"); got != c.want {
			t.Errorf("hasConversion(%q) = %v, want %v", c.data, got, c.want)
		}
	}
}

func TestHasLongDouble(t *testing.T) {
	for _, c := range []struct {
		data string
		want bool
	}{
		{"", false},
		{"%L", false},
		{"%Lx", false},
		{"Le", false},
		{"%d and LeL", false},
		{"LL %Lf", true},
		{"%-20.3Lg|", true},
		{"%f Lf", false},
	} {
		if got := hasLongDouble([]byte(c.data)); got != c.want {
			t.Errorf("hasLongDouble(%q) = %v, want %v", c.data, got, c.want)
		}
	}
}
