package diskimage

import (
	"encoding/binary"
	"io"
)

// qcow2, version 3 (QEMU docs/interop/qcow2.txt): clusters of 64 KB, each used
// once, in the order in which they are written.
const (
	clusterBits  = 16
	cluster      = 1 << clusterBits
	l2Entries    = cluster / 8
	refsInBlock  = cluster / 2 // 16-bit reference counts
	qcow2Header  = 104
	qcow2Copied  = 1 << 63 // in an entry: referred to once
	qcow2Version = 3
)

// qcow2Writer takes a disk's bytes in order and writes the clusters that are
// not zero. In memory are one cluster, one table of the second level, and the
// first level's table, of 8 bytes for each 512 MB.
type qcow2Writer struct {
	w    io.WriterAt
	size int64 // of the disk

	next int64 // free cluster of the file
	l1   []byte
	l2   []byte // of number l2At, or nil
	l2At int64
	data []byte // of number at, or nil
	at   int64
}

func newQCOW2(w io.WriterAt, size int64) *qcow2Writer {
	tables := (size + l2Entries*cluster - 1) / (l2Entries * cluster)
	q := &qcow2Writer{w: w, size: size, l1: make([]byte, tables*8), l2: nil, l2At: -1, data: make([]byte, cluster), at: -1}
	q.next = 1 + q.l1Clusters()
	return q
}

func (q *qcow2Writer) l1Clusters() int64 { return (int64(len(q.l1)) + cluster - 1) / cluster }

// alloc takes n free clusters and returns the offset of the first.
func (q *qcow2Writer) alloc(n int64) int64 {
	off := q.next * cluster
	q.next += n
	return off
}

// put takes the bytes at off. Offsets never go back, and b crosses no cluster
// that a megabyte does not end.
func (q *qcow2Writer) put(b []byte, off int64) error {
	for len(b) > 0 {
		if n := off / cluster; n != q.at {
			if err := q.flush(); err != nil {
				return err
			}
			q.at = n
		}
		in := off % cluster
		k := copy(q.data[in:], b)
		b = b[k:]
		off += int64(k)
	}
	return nil
}

// flush writes the cluster at hand, unless it is zero.
func (q *qcow2Writer) flush() error {
	if q.at < 0 || isZero(q.data) {
		return nil
	}
	if t := q.at / l2Entries; t != q.l2At {
		if err := q.flushTable(); err != nil {
			return err
		}
		q.l2, q.l2At = make([]byte, cluster), t
	}
	to := q.alloc(1)
	binary.BigEndian.PutUint64(q.l2[q.at%l2Entries*8:], qcow2Copied|uint64(to))
	_, err := q.w.WriteAt(q.data, to)
	clear(q.data)
	return err
}

func (q *qcow2Writer) flushTable() error {
	if q.l2 == nil {
		return nil
	}
	to := q.alloc(1)
	binary.BigEndian.PutUint64(q.l1[q.l2At*8:], qcow2Copied|uint64(to))
	_, err := q.w.WriteAt(q.l2, to)
	return err
}

// finish writes what is left, the tables and, last, the header, and returns the
// file's size.
func (q *qcow2Writer) finish() (int64, error) {
	if err := q.flush(); err != nil {
		return 0, err
	}
	if err := q.flushTable(); err != nil {
		return 0, err
	}
	// Reference counts of every cluster, theirs included.
	blocks, tables := int64(0), int64(0)
	for {
		total := q.next + blocks + tables
		b := (total + refsInBlock - 1) / refsInBlock
		t := (b*8 + cluster - 1) / cluster
		if b == blocks && t == tables {
			break
		}
		blocks, tables = b, t
	}
	be := binary.BigEndian
	first, table := q.alloc(blocks), q.alloc(tables)
	list := make([]byte, tables*cluster)
	counts := make([]byte, cluster)
	for i := range blocks {
		clear(counts)
		for j := range min(refsInBlock, q.next-i*refsInBlock) {
			be.PutUint16(counts[j*2:], 1)
		}
		if _, err := q.w.WriteAt(counts, first+i*cluster); err != nil {
			return 0, err
		}
		be.PutUint64(list[i*8:], uint64(first+i*cluster))
	}
	if _, err := q.w.WriteAt(list, table); err != nil {
		return 0, err
	}
	l1 := make([]byte, q.l1Clusters()*cluster)
	copy(l1, q.l1)
	if _, err := q.w.WriteAt(l1, cluster); err != nil {
		return 0, err
	}
	h := make([]byte, cluster)
	copy(h, qcow2Magic)
	be.PutUint32(h[4:], qcow2Version)
	be.PutUint32(h[20:], clusterBits)
	be.PutUint64(h[24:], uint64(q.size))
	be.PutUint32(h[36:], uint32(len(q.l1)/8))
	be.PutUint64(h[40:], cluster) // first level
	be.PutUint64(h[48:], uint64(table))
	be.PutUint32(h[56:], uint32(tables))
	be.PutUint32(h[96:], 4) // counts of 16 bits
	be.PutUint32(h[100:], qcow2Header)
	if _, err := q.w.WriteAt(h, 0); err != nil {
		return 0, err
	}
	return q.next * cluster, nil
}
