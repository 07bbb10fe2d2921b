package main

import (
	"cmp"
	"slices"
)

// What a comparison calls a difference: one that pairs show at this level, the chance to be wrong, and that is at
// least this part of the figure. A comparison has some twenty figures, and should seldom be wrong about any.
const (
	level     = 0.001
	noticable = 0.02
)

// spread is a median with the quarters around it.
type spread struct{ low, middle, high float64 }

func spreadOf(values []float64) spread {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	return spread{s[n/4], s[n/2], s[n-1-n/4]}
}

// comparison is what pairs of measurements of one figure say.
type comparison struct {
	base, now spread
	// change is the median of the pairs' differences, as a part of the base's median; with the interval that it lies in,
	// but for a chance of level.
	change, least, most float64
	verdict             string
}

const (
	faster = "faster"
	slower = "slower"
	same   = "no difference"
)

// compare judges pairs of measurements, of which base[i] and now[i] were taken one after the other. What disturbs a
// machine disturbs both, so the differences within pairs tell more than the medians. Nothing is taken for granted of how
// they are distributed: the interval is that of the sign test.
func compare(base, now []float64) comparison {
	c := comparison{base: spreadOf(base), now: spreadOf(now), verdict: same}
	d := make([]float64, len(base))
	for i := range d {
		d[i] = (now[i] - base[i]) / c.base.middle
	}
	slices.Sort(d)
	n := len(d)
	c.change = (d[(n-1)/2] + d[n/2]) / 2
	k := signRank(n)
	if k == 0 { // too few to say
		c.least, c.most = d[0], d[n-1]
		return c
	}
	c.least, c.most = d[k-1], d[n-k]
	switch {
	case c.least > 0 && c.change > noticable:
		c.verdict = slower
	case c.most < 0 && c.change < -noticable:
		c.verdict = faster
	}
	return c
}

// signRank is the largest k for which the median lies between the k-th smallest and the k-th largest of n values, but for
// a chance of level; 0 if n is too small for that.
func signRank(n int) int {
	below := 0.0 // chance that less than k values are smaller than the median
	term := 1.0  // chance of exactly k
	for range n {
		term /= 2
	}
	k := 0
	for below+term <= level/2 && cmp.Compare(k, n/2) < 0 {
		below += term
		term *= float64(n-k) / float64(k+1)
		k++
	}
	return k
}
