package virtio

import (
	"encoding/binary"
	"math"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Block device, virtio 1.2 section 5.2.
const (
	sectorSize = 512

	blkSizeMax = 1 << 20 // bytes a segment
	blkSegMax  = maxChainBytes/blkSizeMax - 2

	// What one request may discard or clear. Holes are quick to make, but a file
	// system that has none leads to writing zeroes, which is bounded as writing is.
	blkMaxDiscard  = 1 << 22 // sectors a range
	blkMaxZeroes   = maxChainBytes / sectorSize
	blkMaxRanges   = 16
	blkRangeSize   = 16
	blkRangePunch  = 1
	BlkMaxQueues   = 16
	blkWriteZeroes = 1 << 16 // bytes written at once where a file takes no holes

	blkFeatSizeMax = 1 << 1
	blkFeatSegMax  = 1 << 2
	blkFeatRO      = 1 << 5
	blkFeatBlkSize = 1 << 6
	blkFeatFlush   = 1 << 9
	blkFeatMQ      = 1 << 12
	blkFeatDiscard = 1 << 13
	blkFeatZeroes  = 1 << 14

	blkTypeIn      = 0
	blkTypeOut     = 1
	blkTypeFlush   = 4
	blkTypeGetID   = 8
	blkTypeDiscard = 11
	blkTypeZeroes  = 13

	blkOK     = 0
	blkIOErr  = 1
	blkUnsupp = 2

	blkHeaderSize = 16
	blkIDSize     = 20
	blkConfSize   = 60
)

// block is a disk that holds a file. It reads and writes the file instead of
// mapping it: a file that shrinks while in use gives an I/O error, not a fault,
// and large transfers are faster. Queues are served at the same time.
type BlockDevice struct {
	f        *os.File
	size     int64 // bytes
	readOnly bool
	name     string // what the guest is told the disk's is
	// oneBuffer refuses requests with more data buffers than one.
	oneBuffer bool
	conf      [blkConfSize]byte
	queue     []blkQueue
}

// blkQueue is what serving one queue needs.
type blkQueue struct {
	mu      sync.Mutex // held while the queue is served
	c       chain
	trimmed [][]byte
	durable bool // the driver does not flush: what is written must be safe at once

	// zeroes is set by the first use.
	zeroes []byte
}

// NewBlock makes a disk of size bytes with a number of queues.
func NewBlock(f *os.File, size int64, readOnly bool, name string, queues int) *BlockDevice {
	d := &BlockDevice{f: f, size: size, readOnly: readOnly, name: name, queue: make([]blkQueue, max(1, min(queues, BlkMaxQueues)))}
	le := binary.LittleEndian
	le.PutUint64(d.conf[0:], d.sectors())
	le.PutUint32(d.conf[8:], blkSizeMax)
	le.PutUint32(d.conf[12:], blkSegMax)
	le.PutUint32(d.conf[20:], sectorSize)
	le.PutUint16(d.conf[34:], uint16(len(d.queue)))
	if !readOnly {
		le.PutUint32(d.conf[36:], blkMaxDiscard)
		le.PutUint32(d.conf[40:], blkMaxRanges)
		le.PutUint32(d.conf[44:], 1) // alignment, sectors
		le.PutUint32(d.conf[48:], blkMaxZeroes)
		le.PutUint32(d.conf[52:], blkMaxRanges)
		d.conf[56] = 1 // zeroes may become holes
	}
	return d
}

// File is the one that it is of.
func (d *BlockDevice) File() *os.File { return d.f }

// sectors counts a last, partial sector too; it reads with zeros at its end.
func (d *BlockDevice) sectors() uint64 { return (uint64(d.size) + sectorSize - 1) / sectorSize }

func (d *BlockDevice) id() uint32 { return IDBlock }
func (d *BlockDevice) features() uint64 {
	f := uint64(blkFeatSizeMax | blkFeatSegMax | blkFeatBlkSize)
	if d.readOnly {
		f |= blkFeatRO
	} else {
		f |= blkFeatFlush | blkFeatDiscard | blkFeatZeroes
	}
	if len(d.queue) > 1 {
		f |= blkFeatMQ
	}
	return f
}
func (d *BlockDevice) queues() int       { return len(d.queue) }
func (d *BlockDevice) config() []byte    { return d.conf[:] }
func (d *BlockDevice) finish(*Transport) {}

// ready: the host's disk is all that a request waits for.
func (d *BlockDevice) ready(int) bool { return true }

func (d *BlockDevice) serve(t *Transport, qi int) {
	q := &d.queue[qi]
	q.mu.Lock()
	defer q.mu.Unlock()
	for !t.Stopping.Load() && d.serveOne(t, qi, q) {
	}
}

func (d *BlockDevice) quiesce() (resume func()) {
	for i := range d.queue {
		d.queue[i].mu.Lock()
	}
	return func() {
		for i := range d.queue {
			d.queue[i].mu.Unlock()
		}
	}
}

// serveOne answers one chain. The transport is not locked meanwhile, so that other
// queues go on; a reset in between makes the answer void.
func (d *BlockDevice) serveOne(t *Transport, qi int, q *blkQueue) bool {
	epoch, ok := t.take(qi, &q.c)
	if !ok {
		return false
	}
	q.durable = !t.negotiated(blkFeatFlush)
	n, err := d.request(q)
	if err != nil {
		t.fail(epoch, err)
		return false
	}
	t.give(qi, epoch, q.c.head, n)
	return true
}

// request answers one chain: a header of 16 readable bytes, data, and a status in
// the last writable byte. Only a chain without room for a status is an error. It
// returns the number of bytes written.
func (d *BlockDevice) request(q *blkQueue) (uint32, error) {
	c := &q.c
	if c.writeLen == 0 {
		return 0, badQueue("block request without a status byte")
	}
	last := len(c.write) - 1
	tail := c.write[last]
	status := &tail[len(tail)-1]
	q.trimmed = append(q.trimmed[:0], c.write...)
	if q.trimmed[last] = tail[:len(tail)-1]; len(tail) == 1 {
		q.trimmed = q.trimmed[:last]
	}
	var header [blkHeaderSize]byte
	if gather(header[:], c.read) < blkHeaderSize || d.oneBuffer && len(c.read)+len(c.write) > 3 {
		*status = blkIOErr
		return 1, nil
	}
	n, code := d.do(q, binary.LittleEndian.Uint32(header[0:]), binary.LittleEndian.Uint64(header[8:]))
	*status = code
	return uint32(min(n, math.MaxUint32-1)) + 1, nil
}

// do carries out a request whose data is q.trimmed, for what the driver reads, or
// what follows the header in q.c.read. It returns the number of bytes for the
// driver and the status.
func (d *BlockDevice) do(q *blkQueue, kind uint32, sector uint64) (n uint64, status byte) {
	in := q.c.writeLen - 1
	out := q.c.readLen - blkHeaderSize
	ok := false
	switch kind {
	case blkTypeIn:
		if ok = d.readAt(q.trimmed, in, sector); ok {
			n = in
		}
	case blkTypeGetID:
		if in < blkIDSize {
			return 0, blkIOErr
		}
		var name [blkIDSize]byte
		copy(name[:], d.name)
		scatter(q.trimmed, name[:])
		return blkIDSize, blkOK
	case blkTypeOut:
		ok = !d.readOnly && d.writeAt(advance(q.c.read, blkHeaderSize), out, sector, q.durable)
	case blkTypeFlush:
		if d.readOnly {
			return 0, blkUnsupp
		}
		ok = d.flush()
	case blkTypeDiscard, blkTypeZeroes:
		if d.readOnly {
			return 0, blkIOErr
		}
		return 0, d.ranges(q, kind, advance(q.c.read, blkHeaderSize), out)
	default:
		return 0, blkUnsupp
	}
	if !ok {
		return 0, blkIOErr
	}
	return n, blkOK
}

// inside tells whether n bytes from a sector on are whole sectors of the disk.
func (d *BlockDevice) inside(n, sector uint64) bool {
	return n%sectorSize == 0 && sector <= d.sectors() && n/sectorSize <= d.sectors()-sector
}

// readAt fills dst, n bytes together, from a sector on.
func (d *BlockDevice) readAt(dst [][]byte, n, sector uint64) bool {
	if n > maxChainBytes || !d.inside(n, sector) {
		return false
	}
	off := int64(sector * sectorSize)
	want := min(int64(n), d.size-off)
	for done := int64(0); done < want; {
		got, err := unix.Preadv(int(d.f.Fd()), dst, off+done)
		if err == unix.EINTR {
			continue
		}
		if err != nil || got == 0 {
			return false
		}
		done += int64(got)
		dst = advance(dst, got)
	}
	if int64(n) > want { // the end of the last sector
		for _, b := range dst {
			clear(b)
		}
	}
	return true
}

// writeAt writes src, n bytes together, from a sector on.
func (d *BlockDevice) writeAt(src [][]byte, n, sector uint64, durable bool) bool {
	if n > maxChainBytes || !d.inside(n, sector) {
		return false
	}
	flags := 0
	if durable {
		flags = unix.RWF_DSYNC
	}
	off := int64(sector * sectorSize)
	for done := int64(0); done < int64(n); {
		got, err := unix.Pwritev2(int(d.f.Fd()), src, off+done, flags)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EOPNOTSUPP && flags != 0 { // not every file system has the flag
			flags = 0
			continue
		}
		if err != nil || got == 0 {
			return false
		}
		done += int64(got)
		src = advance(src, got)
	}
	return !durable || flags != 0 || d.flush()
}

func (d *BlockDevice) flush() bool {
	for {
		if err := unix.Fdatasync(int(d.f.Fd())); err != unix.EINTR {
			return err == nil
		}
	}
}

// ranges discards or clears the ranges that data holds, n bytes together (section
// 5.2.6: sector, number of sectors, flags). All are looked at before the first is touched.
func (d *BlockDevice) ranges(q *blkQueue, kind uint32, data [][]byte, n uint64) byte {
	if n == 0 || n%blkRangeSize != 0 || n/blkRangeSize > blkMaxRanges {
		return blkIOErr
	}
	var copied [blkMaxRanges * blkRangeSize]byte // the guest may change its own
	list := copied[:gather(copied[:n], data)]
	most, allowed := uint32(blkMaxDiscard), uint32(0)
	if kind == blkTypeZeroes {
		most, allowed = blkMaxZeroes, blkRangePunch
	}
	le := binary.LittleEndian
	for r := list; len(r) > 0; r = r[blkRangeSize:] {
		sectors, flags := le.Uint32(r[8:]), le.Uint32(r[12:])
		if flags&^allowed != 0 {
			return blkUnsupp
		}
		if sectors > most || !d.inside(uint64(sectors)*sectorSize, le.Uint64(r)) {
			return blkIOErr
		}
	}
	for r := list; len(r) > 0; r = r[blkRangeSize:] {
		off, size := int64(le.Uint64(r)*sectorSize), int64(le.Uint32(r[8:]))*sectorSize
		if size > 0 && !d.clear(q, off, size, kind == blkTypeDiscard, le.Uint32(r[12:])&blkRangePunch != 0) {
			return blkIOErr
		}
	}
	if q.durable && !d.flush() {
		return blkIOErr
	}
	return blkOK
}

// clear makes size bytes at off zeroes, by holes where that may be. To discard is
// only advice.
func (d *BlockDevice) clear(q *blkQueue, off, size int64, discard, punch bool) bool {
	try := func(mode uint32) error {
		for {
			if err := unix.Fallocate(int(d.f.Fd()), mode|unix.FALLOC_FL_KEEP_SIZE, off, size); err != unix.EINTR {
				return err
			}
		}
	}
	if discard || punch {
		if err := try(unix.FALLOC_FL_PUNCH_HOLE); err == nil || discard {
			return err == nil || err == unix.EOPNOTSUPP
		}
	}
	if try(unix.FALLOC_FL_ZERO_RANGE) == nil {
		return true
	}
	if q.zeroes == nil {
		q.zeroes = make([]byte, blkWriteZeroes)
	}
	for size > 0 {
		n, err := unix.Pwrite(int(d.f.Fd()), q.zeroes[:min(size, blkWriteZeroes)], off)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return false
		}
		off, size = off+int64(n), size-int64(n)
	}
	return true
}

// gather copies from the start of src until dst is full, and counts the bytes.
func gather(dst []byte, src [][]byte) int {
	n := 0
	for _, b := range src {
		n += copy(dst[n:], b)
	}
	return n
}

// scatter copies src over the start of dst and counts the bytes.
func scatter(dst [][]byte, src []byte) int {
	n := 0
	for _, b := range dst {
		n += copy(b, src[n:])
	}
	return n
}

// advance drops the first n bytes of a list of slices, which it changes.
func advance(s [][]byte, n int) [][]byte {
	for len(s) > 0 && n >= len(s[0]) {
		n -= len(s[0])
		s = s[1:]
	}
	if len(s) > 0 {
		s[0] = s[0][n:]
	}
	return s
}
