package diskimage

import (
	"encoding/binary"
	"errors"
	"io"
)

const qcow2Magic = "QFI\xfb"

// Limits of what is read, in bytes.
const (
	maxQCOW2L1   = 32 << 20 // as QEMU's
	maxQCOW2Disk = 1 << 56
)

// qcow2Reader reads a disk without a backing file whose clusters are not compressed, versions 2 and 3
// (QEMU docs/interop/qcow2.txt). Not for several goroutines: it keeps the table that was last used.
type qcow2Reader struct {
	r    io.ReaderAt
	file int64 // bytes of the file
	size int64 // of the disk
	bits uint
	l1   []byte
	l2   []byte // that l2At is the offset of
	l2At int64
}

func openQCOW2(r io.ReaderAt, file int64) (*qcow2Reader, error) {
	be := binary.BigEndian
	h, err := readAt(r, 0, 72)
	if err != nil {
		return nil, err
	}
	version := be.Uint32(h[4:])
	q := &qcow2Reader{r: r, file: file, bits: uint(be.Uint32(h[20:])), l2At: -1}
	size, l1 := be.Uint64(h[24:]), uint64(be.Uint32(h[36:]))*8
	switch {
	case version != 2 && version != 3 || q.bits < 9 || q.bits > 21 || size > maxQCOW2Disk || l1 > maxQCOW2L1:
		return nil, damaged("its qcow2 header is none")
	case be.Uint64(h[8:]) != 0:
		return nil, errors.New("is a disk with another one behind it (a backing file): name that, or join them with qemu-img convert")
	case be.Uint32(h[32:]) != 0:
		return nil, errors.New("is an encrypted disk: decrypt it with qemu-img convert")
	}
	if version == 3 {
		features, err := readAt(r, 72, 8)
		if err != nil {
			return nil, err
		}
		// Bit 0 says that reference counts may be wrong, which matter to writers only.
		if f := be.Uint64(features); f&^1 != 0 {
			return nil, errors.New("is a disk with features of qcow2 that uk does not know: qemu-img convert makes one without")
		}
	}
	q.size = int64(size)
	q.l1, err = readAt(r, int64(be.Uint64(h[40:])&^(1<<63)), int(l1))
	return q, err
}

// Bits of an entry of a table.
const (
	qcow2Offset     = 1<<56 - 1<<9
	qcow2Compressed = 1 << 62
	qcow2Zero       = 1 << 0
)

// lookup returns where in the file the cluster that holds off is, 0 if it holds zeros.
func (q *qcow2Reader) lookup(off int64) (int64, error) {
	perTable := int64(1) << (q.bits - 3)
	n := off >> q.bits
	i := n / perTable * 8
	if i >= int64(len(q.l1)) {
		return 0, damaged("its first table is too short for its size")
	}
	table := int64(binary.BigEndian.Uint64(q.l1[i:]) & qcow2Offset)
	if table == 0 {
		return 0, nil
	}
	if table != q.l2At {
		l2, err := readAt(q.r, table, 1<<q.bits)
		if err != nil {
			return 0, err
		}
		q.l2, q.l2At = l2, table
	}
	e := binary.BigEndian.Uint64(q.l2[n%perTable*8:])
	switch {
	case e&qcow2Compressed != 0:
		return 0, errors.New("is a compressed disk: qemu-img convert makes one that is not")
	case e&qcow2Zero != 0:
		return 0, nil
	}
	return int64(e & qcow2Offset), nil
}

func (q *qcow2Reader) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		if off < 0 || off >= q.size {
			return n, io.EOF
		}
		in := off & (1<<q.bits - 1)
		part := b[n:min(int64(len(b)), int64(n)+1<<q.bits-in, int64(n)+q.size-off)]
		at, err := q.lookup(off)
		if err != nil {
			return n, err
		}
		if at == 0 {
			clear(part)
		} else if k, err := q.r.ReadAt(part, at+in); k < len(part) && at+in+int64(k) < q.file {
			return n + k, err
		} else {
			clear(part[k:]) // a last cluster that the file ends in
		}
		n += len(part)
		off += int64(len(part))
	}
	return n, nil
}
