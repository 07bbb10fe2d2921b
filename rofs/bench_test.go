package rofs

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"
)

// benchTree has 2,006 files and 71 MB, most files small and most bytes in large ones.
func benchTree(b *testing.B) []Entry {
	var items []item
	for i := range 2000 {
		items = append(items, item{path: fmt.Sprintf("/d%d/e%d/f%d", i%13, i%101, i), size: 500 + i*i%40000})
	}
	for i := range 6 {
		items = append(items, item{path: fmt.Sprintf("/lib/l%d.so", i), size: 5<<20 + i})
	}
	return makeTree(b, items)
}

// pack measures f, and reports the best run beside the mean: on a machine that
// does other work too, the best one says more.
func pack(b *testing.B, f func() (Stats, error)) {
	best := time.Duration(1 << 62)
	var st Stats
	for b.Loop() {
		start := time.Now()
		var err error
		if st, err = f(); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	b.SetBytes(st.FileBytes)
	b.ReportMetric(float64(st.FileBytes)/1e6/best.Seconds(), "best-MB/s")
}

func BenchmarkWriteFile(b *testing.B) {
	list := benchTree(b)
	out := filepath.Join(b.TempDir(), "root.rofs")
	for _, opts := range []Options{{Version: Version}, {}, {Workers: 1}, {Version: Version, Digest: true}, {Digest: true}} {
		b.Run(fmt.Sprintf("version=%d/workers=%d/digest=%v", cmp.Or(opts.Version, Version2), opts.Workers, opts.Digest), func(b *testing.B) {
			pack(b, func() (Stats, error) { return WriteFile(context.Background(), out, list, opts) })
		})
	}
}

func BenchmarkWriteDiscard(b *testing.B) {
	list := benchTree(b)
	pack(b, func() (Stats, error) { return Write(context.Background(), io.Discard, list, Options{}) })
}
