package main

import (
	"math/rand/v2"
	"testing"
)

func TestSignRank(t *testing.T) {
	// Of the table of the sign test, two-sided, for 0.001.
	for n, want := range map[int]int{5: 0, 10: 0, 11: 1, 15: 2, 20: 3, 30: 6, 40: 10, 100: 34} {
		if got := signRank(n); got != want {
			t.Errorf("%d values: %d, want %d", n, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	// A machine that gets slower by half all the time, with now and then a long pause.
	noise := func(i int) float64 {
		v := 10 + 5*float64(i)/40 + rnd.Float64()
		if rnd.IntN(5) == 0 {
			v += 30
		}
		return v
	}
	for _, tt := range []struct {
		name   string
		factor float64
		want   string
	}{{"the same", 1, same}, {"a tenth more", 1.1, slower}, {"a tenth less", 0.9, faster}, {"a hundredth less", 0.99, same}} {
		var base, now []float64
		for i := range 40 {
			v := noise(i)
			base, now = append(base, v), append(now, tt.factor*(v+rnd.Float64()/4-0.125))
		}
		if c := compare(base, now); c.verdict != tt.want || c.least > c.change || c.change > c.most {
			t.Errorf("%s: %+v, want %s", tt.name, c, tt.want)
		}
	}
	if c := compare([]float64{1, 1, 1}, []float64{2, 2, 2}); c.verdict != same || c.change != 1 {
		t.Errorf("of three pairs: %+v", c)
	}
	wrong := 0 // of noise alone
	for range 300 {
		var base, now []float64
		for i := range 30 {
			base, now = append(base, noise(i)), append(now, noise(i))
		}
		if compare(base, now).verdict != same {
			wrong++
		}
	}
	if wrong > 3 {
		t.Errorf("%d of 300 comparisons of the same with itself see a difference", wrong)
	}
}
