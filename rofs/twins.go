package rofs

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// severalNames tells whether the host has more names for a file.
func severalNames(fi fs.FileInfo) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && st.Nlink > 1
}

// findTwins finds files with the same contents, whose blocks are then in the
// image once, and the holes of files that have some. Contents are read only of
// files that have another's size. A quick sum, of small files and of what large ones begin
// with, tells most of them apart; digests are made of the rest.
func (l *layout2) findTwins(ctx context.Context) error {
	sizes := make(map[int64][]*node)
	files := make(map[hostStamp]*node)
	for _, n := range l.nodes {
		if n.mode != TypeFile || n.size == 0 {
			continue
		}
		if n.entry.Host != "" {
			key := hostStamp{n.stamp, n.size}
			if n.twin = files[key]; n.twin != nil {
				continue
			}
			files[key] = n
		}
		if l.opts.Holes {
			if err := n.findHoles(); err != nil {
				return err
			}
		}
		sizes[n.size] = append(sizes[n.size], n)
	}
	q := quick{seed: maphash.MakeSeed()}
	begin, err := l.sums(ctx, alike(l.nodes, sizes), q.sum)
	if err != nil {
		return err
	}
	whole, err := l.sums(ctx, alike(l.nodes, begin), (*node).sum)
	if err != nil {
		return err
	}
	for _, group := range whole {
		for _, n := range group[1:] {
			n.twin, n.data = group[0], nil
		}
	}
	for _, n := range l.nodes {
		if n.twin != nil && n.twin.twin != nil {
			n.twin = n.twin.twin
		}
	}
	return nil
}

// hostStamp identifies contents that were on the host at one time.
type hostStamp struct {
	stamp
	size int64
}

// alike lists the nodes that share a group with another, in their order.
func alike[K comparable](nodes []*node, groups map[K][]*node) []*node {
	in := make(map[*node]bool)
	for _, g := range groups {
		if len(g) > 1 {
			for _, n := range g {
				in[n] = true
			}
		}
	}
	list := make([]*node, 0, len(in))
	for _, n := range nodes {
		if in[n] {
			list = append(list, n)
		}
	}
	return list
}

// smallFile is the size of files that are kept in memory once they were read to
// be compared, and keptFiles how many bytes of them are, together.
const (
	smallFile = 16 << 10
	keptFiles = 32 << 20
)

// contents identifies what files of one size hold, or begin with.
type contents struct {
	size int64
	sum  [sha256.Size]byte
}

// sums groups files by digest, which sum makes with a buffer's help. Each group
// is in the order of nodes.
func (l *layout2) sums(ctx context.Context, nodes []*node, sum func(n *node, buf []byte) ([sha256.Size]byte, error)) (map[contents][]*node, error) {
	found := make([]contents, len(nodes))
	errs := make([]error, len(nodes))
	workers := l.opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(workers, len(nodes)) {
		wg.Go(func() {
			buf := make([]byte, 256<<10)
			for i := next.Add(1) - 1; int(i) < len(nodes); i = next.Add(1) - 1 {
				n := nodes[i]
				if errs[i] = ctx.Err(); errs[i] != nil {
					continue
				}
				found[i].size = n.size
				found[i].sum, errs[i] = sum(n, buf)
			}
		})
	}
	wg.Wait()
	groups := make(map[contents][]*node)
	for i, n := range nodes {
		if errs[i] != nil {
			return nil, errs[i]
		}
		groups[found[i]] = append(groups[found[i]], n)
	}
	return groups, nil
}

// quick makes sums that equal contents have in common, and others hardly ever.
type quick struct {
	seed maphash.Seed
	kept atomic.Int64 // bytes of small files
}

func (q *quick) sum(n *node, buf []byte) (sum [sha256.Size]byte, err error) {
	var b []byte
	if n.size <= smallFile {
		b, err = q.small(n, buf)
	} else {
		b, err = n.head(buf)
	}
	binary.LittleEndian.PutUint64(sum[:], maphash.Bytes(q.seed, b))
	return sum, err
}

// small reads a small file, and keeps what it read as long as that is not too much.
func (q *quick) small(n *node, buf []byte) ([]byte, error) {
	if n.entry.Data != nil {
		return n.entry.Data, nil
	}
	b := buf[:n.size]
	keep := q.kept.Add(n.size) <= keptFiles
	if keep {
		b = make([]byte, n.size)
	}
	err := n.read(b, 0)
	if keep && err == nil {
		n.data = b
	}
	return b, err
}

// head reads a large file's first block. What it finds decides which files
// are compared, no more, so that it need not see whether the file changed.
func (n *node) head(buf []byte) ([]byte, error) {
	b := buf[:BlockSize2]
	if n.entry.Host == "" { // large: it has so many bytes
		return b, n.read(b, 0)
	}
	f, err := os.OpenFile(n.entry.Host, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, n.failed(err)
	}
	defer f.Close()
	got, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil, n.failed(err)
	}
	return b[:got], nil
}

// sum is the digest of the file, less its holes, and of where these are.
func (n *node) sum(buf []byte) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	at := int64(0)
	for _, hole := range append(n.holes, [2]int64{n.size, n.size}) {
		for at < hole[0] {
			b := buf[:min(int64(len(buf)), hole[0]-at)]
			if err := n.read(b, at); err != nil {
				return sum, err
			}
			h.Write(b)
			at += int64(len(b))
		}
		if hole[0] < hole[1] {
			fmt.Fprintf(h, "\x00hole %d %d", hole[0], hole[1])
			at = hole[1]
		}
	}
	h.Sum(sum[:0])
	return sum, nil
}

// findHoles asks the host where the file has holes, if it takes less room there
// than its size.
func (n *node) findHoles() error {
	if n.entry.From != nil {
		n.holes = n.entry.holes
		return nil
	}
	if n.entry.Host == "" || n.size < 2*BlockSize2 || n.room >= n.size {
		return nil
	}
	f, err := os.OpenFile(n.entry.Host, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return n.failed(err)
	}
	defer f.Close()
	if err := n.same(f); err != nil {
		return n.failed(err)
	}
	for at := int64(0); at < n.size; {
		data, err := f.Seek(at, unix.SEEK_DATA)
		if data = min(data, n.size); err != nil {
			data = n.size // ENXIO: no data follows; or a file system that knows no holes, where data began at 0
			if !isNoData(err) {
				break
			}
		}
		from, to := (at+BlockSize2-1)&^(BlockSize2-1), data&^(BlockSize2-1)
		if data == n.size {
			to = data
		}
		if to > from {
			n.holes = append(n.holes, [2]int64{from, to})
		}
		if data >= n.size {
			break
		}
		if at, err = f.Seek(data, unix.SEEK_HOLE); err != nil {
			return n.failed(err)
		}
	}
	return nil
}

func isNoData(err error) bool {
	pe, ok := err.(*fs.PathError)
	return ok && pe.Err == syscall.ENXIO
}

// HasHoles tells whether the host's file has a hole that an image can keep.
func HasHoles(host string) bool {
	n := node{mode: TypeFile, entry: &Entry{Path: host, Host: host}}
	_, err := n.look()
	return err == nil && n.findHoles() == nil && len(n.holes) > 0
}
