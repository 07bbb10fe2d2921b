package kvmboot

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// Block device, virtio 1.2 section 5.2.
const (
	sectorSize = 512

	blkSizeMax = 1 << 20 // bytes a segment
	blkSegMax  = maxChainBytes/blkSizeMax - 2

	blkFeatSizeMax = 1 << 1
	blkFeatSegMax  = 1 << 2
	blkFeatRO      = 1 << 5
	blkFeatBlkSize = 1 << 6

	blkTypeIn    = 0
	blkTypeGetID = 8

	blkOK     = 0
	blkIOErr  = 1
	blkUnsupp = 2

	blkHeaderSize = 16
	blkIDSize     = 20
)

// block is a read-only disk that holds a file. It reads the file instead of
// mapping it: a file that shrinks while in use gives an I/O error, not a fault,
// and large reads are faster.
type block struct {
	f       *os.File
	size    int64 // bytes
	conf    [60]byte
	scratch chain
	trimmed [][]byte
}

// openBlock opens the image for one run.
func openBlock(path string) (*block, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", path)
	}
	if err == nil && fi.Size() == 0 {
		err = fmt.Errorf("%s: the root image is empty", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return newBlock(f, fi.Size()), nil
}

func newBlock(f *os.File, size int64) *block {
	d := &block{f: f, size: size}
	le := binary.LittleEndian
	le.PutUint64(d.conf[0:], d.sectors())
	le.PutUint32(d.conf[8:], blkSizeMax)
	le.PutUint32(d.conf[12:], blkSegMax)
	le.PutUint32(d.conf[20:], sectorSize)
	return d
}

// sectors counts a last, partial sector too; it reads with zeros at its end.
func (d *block) sectors() uint64 { return (uint64(d.size) + sectorSize - 1) / sectorSize }

func (d *block) id() uint32 { return virtioIDBlock }
func (d *block) features() uint64 {
	return blkFeatSizeMax | blkFeatSegMax | blkFeatRO | blkFeatBlkSize
}
func (d *block) queues() int    { return 1 }
func (d *block) config() []byte { return d.conf[:] }

func (d *block) ready(int) bool    { return true }
func (d *block) finish(*transport) {}

func (d *block) serve(t *transport, q int) { t.drain(q, &d.scratch, d.request) }

// request answers one chain: a header of 16 readable bytes, data, and a status in
// the last writable byte. Only a chain without room for a status is an error.
func (d *block) request(c *chain) (uint32, error) {
	if c.writeLen == 0 {
		return 0, badQueue("block request without a status byte")
	}
	last := len(c.write) - 1
	tail := c.write[last]
	status := &tail[len(tail)-1]
	d.trimmed = append(d.trimmed[:0], c.write...)
	if d.trimmed[last] = tail[:len(tail)-1]; len(tail) == 1 {
		d.trimmed = d.trimmed[:last]
	}
	var header [blkHeaderSize]byte
	if gather(header[:], c.read) < blkHeaderSize {
		*status = blkIOErr
		return 1, nil
	}
	n := c.writeLen - 1
	switch binary.LittleEndian.Uint32(header[0:]) {
	case blkTypeIn:
		if !d.readAt(d.trimmed, n, binary.LittleEndian.Uint64(header[8:])) {
			*status = blkIOErr
			return 1, nil
		}
	case blkTypeGetID:
		if n < blkIDSize {
			*status = blkIOErr
			return 1, nil
		}
		var name [blkIDSize]byte
		copy(name[:], "uk-root")
		scatter(d.trimmed, name[:])
		n = blkIDSize
	default: // a write, too: the device is read-only
		*status = blkUnsupp
		if binary.LittleEndian.Uint32(header[0:]) == 1 {
			*status = blkIOErr
		}
		return 1, nil
	}
	*status = blkOK
	if n >= math.MaxUint32 {
		n = math.MaxUint32 - 1
	}
	return uint32(n) + 1, nil
}

// readAt fills dst, n bytes together, from a sector on.
func (d *block) readAt(dst [][]byte, n, sector uint64) bool {
	if n%sectorSize != 0 || n > maxChainBytes || sector > d.sectors() || n/sectorSize > d.sectors()-sector {
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
