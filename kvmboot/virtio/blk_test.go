package virtio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot/guestmem"
)

// testDrive is a disk that can be written.
func testDrive(t testing.TB, data []byte, queues int) *BlockDevice {
	path := filepath.Join(t.TempDir(), "drive")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, size, err := OpenDrive(Drive{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return NewBlock(f, size, false, DriveName(3), queues)
}

// blkSend plays one request and returns its status and the length that was told.
// Data is for the device to read; room is what it may write.
func (h *hostile) blkSend(kind uint32, sector uint64, data []byte, room uint32) (byte, uint32) {
	h.t.Helper()
	const header, out, in = tData, 0x20000, 0x40000
	binary.LittleEndian.PutUint32(h.m.Low[header:], kind)
	binary.LittleEndian.PutUint32(h.m.Low[header+4:], 0)
	binary.LittleEndian.PutUint64(h.m.Low[header+8:], sector)
	copy(h.m.Low[out:], data)
	h.m.Low[in+int(room)] = 0xee
	// Nothing says that header and data are apart: the first byte of data is with
	// the header's last.
	h.desc(0, header, 15, descNext, 1)
	copy(h.m.Low[out-1:], h.m.Low[header+15:header+16])
	h.desc(1, out-1, uint32(len(data))+1, descNext, 2)
	h.desc(2, in, room+1, descWrite, 0)
	n := h.usedIdx()
	h.offer(n, 0)
	h.serve()
	if h.needsReset() || h.usedIdx() != n+1 {
		h.t.Fatalf("type %d: status %#x, %d used, %v", kind, h.get(regStatus), h.usedIdx(), h.tr.fault)
	}
	return h.m.Low[in+int(room)], h.usedLen(int(n % uint16(h.num)))
}

func ranges(list ...uint64) []byte {
	var b []byte
	for i := 0; i < len(list); i += 3 {
		b = binary.LittleEndian.AppendUint64(b, list[i])
		b = binary.LittleEndian.AppendUint32(b, uint32(list[i+1]))
		b = binary.LittleEndian.AppendUint32(b, uint32(list[i+2]))
	}
	return b
}

func TestDriveRequests(t *testing.T) {
	const sectors = 64
	start := bytes.Repeat([]byte{0x5a}, sectors*sectorSize)
	ones := bytes.Repeat([]byte{1}, 2*sectorSize)
	for _, c := range []struct {
		name   string
		kind   uint32
		sector uint64
		data   []byte
		status byte
		from   int // sectors from..to change
		to     int
		value  byte
	}{
		{"write", blkTypeOut, 3, ones, blkOK, 3, 5, 1},
		{"write the end", blkTypeOut, sectors - 2, ones, blkOK, sectors - 2, sectors, 1},
		{"write nothing", blkTypeOut, 0, nil, blkOK, 0, 0, 0},
		{"write over the end", blkTypeOut, sectors - 1, ones, blkIOErr, 0, 0, 0},
		{"write past the end", blkTypeOut, sectors + 1, ones, blkIOErr, 0, 0, 0},
		{"write, overflow", blkTypeOut, 1 << 55, ones, blkIOErr, 0, 0, 0},
		{"write, overflow 2", blkTypeOut, ^uint64(0), ones, blkIOErr, 0, 0, 0},
		{"write an odd length", blkTypeOut, 0, ones[1:], blkIOErr, 0, 0, 0},
		{"flush", blkTypeFlush, 0, nil, blkOK, 0, 0, 0},
		{"discard", blkTypeDiscard, 0, ranges(8, 16, 0), blkOK, 8, 24, 0},
		{"discard two", blkTypeDiscard, 0, ranges(8, 8, 0, 16, 8, 0), blkOK, 8, 24, 0},
		{"discard nothing", blkTypeDiscard, 0, ranges(8, 0, 0), blkOK, 0, 0, 0},
		{"discard no range", blkTypeDiscard, 0, nil, blkIOErr, 0, 0, 0},
		{"discard half a range", blkTypeDiscard, 0, ranges(8, 8, 0)[:8], blkIOErr, 0, 0, 0},
		{"discard too many", blkTypeDiscard, 0, bytes.Repeat(ranges(8, 8, 0), blkMaxRanges+1), blkIOErr, 0, 0, 0},
		{"discard over the end", blkTypeDiscard, 0, ranges(sectors-1, 2, 0), blkIOErr, 0, 0, 0},
		{"discard, the second bad", blkTypeDiscard, 0, ranges(8, 8, 0, sectors, 1, 0), blkIOErr, 0, 0, 0},
		{"discard, overflow", blkTypeDiscard, 0, ranges(1<<63, 8, 0), blkIOErr, 0, 0, 0},
		{"discard too much", blkTypeDiscard, 0, ranges(0, blkMaxDiscard+1, 0), blkIOErr, 0, 0, 0},
		{"discard with a flag", blkTypeDiscard, 0, ranges(8, 8, 1), blkUnsupp, 0, 0, 0},
		{"zeroes", blkTypeZeroes, 0, ranges(5, 3, 0), blkOK, 5, 8, 0},
		{"zeroes, holes", blkTypeZeroes, 0, ranges(5, 3, blkRangePunch), blkOK, 5, 8, 0},
		{"zeroes over the end", blkTypeZeroes, 0, ranges(sectors-1, 2, 0), blkIOErr, 0, 0, 0},
		{"zeroes with a flag", blkTypeZeroes, 0, ranges(5, 3, 2), blkUnsupp, 0, 0, 0},
		{"erase", 14, 0, ranges(5, 3, 0), blkUnsupp, 0, 0, 0},
		{"unknown", 0xffffffff, 0, ones, blkUnsupp, 0, 0, 0},
	} {
		for _, features := range []uint64{0, blkFeatFlush} {
			d := testDrive(t, start, 1)
			h := newHostile(t, d, 0)
			h.start(features)
			if status, n := h.blkSend(c.kind, c.sector, c.data, 0); status != c.status || n != 1 {
				t.Errorf("%s: status %d, %d bytes, want %d", c.name, status, n, c.status)
			}
			want := bytes.Clone(start)
			for i := c.from * sectorSize; i < c.to*sectorSize; i++ {
				want[i] = c.value
			}
			got, err := os.ReadFile(d.f.Name())
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: the file is not what it should be (%v)", c.name, err)
			}
		}
	}
}

// A guest can do nothing to a disk that is only read.
func TestReadOnlyDrive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "drive")
	data := bytes.Repeat([]byte{7}, 3*sectorSize)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, size, err := OpenDrive(Drive{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := newHostile(t, NewBlock(f, size, true, "x", 1), 0)
	h.start(0)
	for kind, want := range map[uint32]byte{blkTypeOut: blkIOErr, blkTypeDiscard: blkIOErr, blkTypeZeroes: blkIOErr, blkTypeFlush: blkUnsupp} {
		if status, _ := h.blkSend(kind, 0, make([]byte, sectorSize), 0); status != want {
			t.Errorf("type %d: status %d, want %d", kind, status, want)
		}
	}
	if got, _ := os.ReadFile(path); !bytes.Equal(got, data) {
		t.Error("the file changed")
	}
	h.negotiate(featVersion1 | blkFeatFlush)
	if h.get(regStatus)&statusFeaturesOK != 0 {
		t.Error("a feature that was not offered was accepted")
	}
}

// Where the file system makes no holes, zeroes are written.
func TestZeroesWithoutHoles(t *testing.T) {
	d := testDrive(t, bytes.Repeat([]byte{9}, 4*blkWriteZeroes), 1)
	// A file that was opened for reading refuses fallocate, and then writing too.
	var q blkQueue
	r, err := os.Open(d.f.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	bad := &BlockDevice{f: r, size: d.size}
	if bad.clear(&q, 0, blkWriteZeroes*3, false, true) {
		t.Error("cleared a file that cannot be written")
	}
	if len(q.zeroes) != blkWriteZeroes {
		t.Error("writing was not tried")
	}
}

// Queues are served at the same time, and a reset in between makes answers void.
func TestDriveQueues(t *testing.T) {
	d := testDrive(t, make([]byte, 64*sectorSize), 4)
	if d.queues() != 4 || d.features()&blkFeatMQ == 0 || binary.LittleEndian.Uint16(d.conf[34:]) != 4 {
		t.Fatal("the disk has not four queues")
	}
	m, err := guestmem.New(4<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	tr := NewTransport(nil, m, 0, d)
	h := &hostile{t: t, m: m, tr: tr, num: 8}
	h.negotiate(featVersion1 | blkFeatMQ | blkFeatFlush)
	for q := range 4 {
		at := uint64(q+1) << 16
		h.qi = q
		h.queue(at, at+0x1000, at+0x2000)
		low := m.Low[at:]
		le := binary.LittleEndian
		le.PutUint32(low[0x3000:], blkTypeOut)
		le.PutUint64(low[0x3008:], uint64(q))
		for i := range sectorSize {
			low[0x4000+i] = byte(q + 1)
		}
		for i, p := range []struct {
			addr uint64
			n    uint32
			f    uint16
		}{{at + 0x3000, 16, descNext}, {at + 0x4000, sectorSize, descNext}, {at + 0x5000, 1, descWrite}} {
			e := low[i*descSize:]
			le.PutUint64(e, p.addr)
			le.PutUint32(e[8:], p.n)
			le.PutUint16(e[12:], p.f)
			le.PutUint16(e[14:], uint16(i+1))
		}
		le.PutUint16(low[0x1002:], 1)
	}
	h.reg(regStatus, 15)
	var wg sync.WaitGroup
	for range 3 {
		for q := range 4 {
			wg.Go(func() { d.serve(tr, q) })
		}
	}
	wg.Wait()
	got := make([]byte, 4*sectorSize)
	if _, err := d.f.ReadAt(got, 0); err != nil {
		t.Fatal(err)
	}
	for i, b := range got {
		if b != byte(i/sectorSize+1) {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
	for q := range 4 {
		at := (q + 1) << 16
		if n := binary.LittleEndian.Uint16(m.Low[at+0x2002:]); n != 1 || m.Low[at+0x5000] != blkOK {
			t.Errorf("queue %d: %d used, status %d", q, n, m.Low[at+0x5000])
		}
	}
}

// A reset waits for requests under way, and does not wait for ever.
func TestDriveReset(t *testing.T) {
	d := testDrive(t, bytes.Repeat([]byte{1}, 64*sectorSize), 2)
	h := newHostile(t, d, 0)
	h.start(blkFeatFlush)
	binary.LittleEndian.PutUint64(h.m.Low[tData+8:], 0)
	h.desc(0, tData, 16, descNext, 1)
	h.desc(1, 0x20000, 16*sectorSize, descNext|descWrite, 2)
	h.desc(2, 0x30000, 1, descWrite, 0)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for q := range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					d.serve(h.tr, q)
				}
			}
		})
	}
	for range 200 {
		h.negotiate(featVersion1) // begins with a reset
		clear(h.m.Low[0x20000:0x30000])
		h.put16(tUsed+2, 0)
		h.put16(tAvail+2, 0)
		h.queue(tDesc, tAvail, tUsed)
		h.offer(0, 0)
		h.reg(regStatus, 15)
		for range 3 {
			h.get(regStatus)
		}
		h.reg(regStatus, 0)
		seen := bytes.Clone(h.m.Low[0x20000:0x30000])
		for range 3 {
			h.get(regStatus)
		}
		if !bytes.Equal(seen, h.m.Low[0x20000:0x30000]) {
			t.Fatal("the device wrote to memory after a reset")
		}
	}
	close(stop)
	wg.Wait()
}

func TestOpenDrive(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, size int64) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(p, size); err != nil {
			t.Fatal(err)
		}
		return p
	}
	good, empty, odd := file("good", 4096), file("empty", 0), file("odd", 1000)
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	qcow := filepath.Join(dir, "disk.qcow2")
	if err := os.WriteFile(qcow, append([]byte("QFI\xfb"), make([]byte, 508)...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		d    Drive
		want string // part of the error
	}{
		{Drive{dir, false}, "is a folder"},
		{Drive{dir, true}, "neither a file"},
		{Drive{"/dev/null", true}, "neither a file"},
		{Drive{fifo, true}, "neither a file"},
		{Drive{fifo, false}, "neither a file"},
		{Drive{empty, false}, "is empty"},
		{Drive{odd, false}, "no multiple of 512"},
		{Drive{filepath.Join(dir, "none"), false}, "no such file"},
		{Drive{qcow, true}, "is a qcow2 file"},
		{Drive{odd, true}, ""},
		{Drive{good, false}, ""},
	} {
		f, _, err := OpenDrive(c.d)
		if err == nil {
			f.Close()
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !bytes.Contains([]byte(err.Error()), []byte(c.want))) {
			t.Errorf("%+v: %v, want %q", c.d, err, c.want)
		}
	}

	// One writer, or any number of readers.
	open := func(readOnly bool) (*os.File, error) {
		f, _, err := OpenDrive(Drive{good, readOnly})
		return f, err
	}
	w, err := open(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		if _, err := open(readOnly); !errors.Is(err, ErrInUse) {
			t.Errorf("a second user, reading %v: %v", readOnly, err)
		}
	}
	w.Close()
	r1, err1 := open(true)
	r2, err2 := open(true)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if _, err := open(false); !errors.Is(err, ErrInUse) {
		t.Errorf("a writer beside readers: %v", err)
	}
	r1.Close()
	r2.Close()
	root, err := OpenRoot(good, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(false); !errors.Is(err, ErrInUse) {
		t.Errorf("a writer of a root image: %v", err)
	}
	if r1, err = open(true); err != nil {
		t.Fatal(err)
	}
	r1.Close()
	root.f.Close()
	if w, err = open(false); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRoot(good, 1); !errors.Is(err, ErrInUse) {
		t.Errorf("a root image that is written: %v", err)
	}
	w.Close()
}

// FuzzBlock plays one request with any header and data against a disk.
func FuzzBlock(f *testing.F) {
	f.Add(uint32(blkTypeOut), uint64(1), make([]byte, 1024), uint16(0), false)
	f.Add(uint32(blkTypeDiscard), uint64(0), ranges(1, 2, 0), uint16(0), false)
	f.Add(uint32(blkTypeZeroes), uint64(0), ranges(1, 2, 1, 3, 4, 0), uint16(0), true)
	f.Add(uint32(blkTypeIn), uint64(1), []byte{}, uint16(1024), false)
	path := filepath.Join(f.TempDir(), "disk")
	const size = 16 * sectorSize
	f.Fuzz(func(t *testing.T, kind uint32, sector uint64, data []byte, room uint16, readOnly bool) {
		if len(data) > 0x10000 {
			return
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		h := newHostile(t, NewBlock(file, size, readOnly, "x", 1), 0)
		h.start(blkFeatFlush & NewBlock(file, size, readOnly, "x", 1).features())
		h.blkSend(kind, sector, data, uint32(room))
		fi, err := file.Stat()
		if err != nil || fi.Size() != size {
			t.Fatalf("the file has %d bytes now (%v)", fi.Size(), err)
		}
		if got, _ := os.ReadFile(path); readOnly && !bytes.Equal(got, make([]byte, size)) {
			t.Fatal("a disk that is only read was written")
		}
	})
}
