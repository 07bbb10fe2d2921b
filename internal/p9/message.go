package p9

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"
)

// Types of requests; the answer's is one more.
const (
	rlerror      = 7
	tstatfs      = 8
	tlopen       = 12
	tlcreate     = 14
	tsymlink     = 16
	tmknod       = 18
	trename      = 20
	treadlink    = 22
	tgetattr     = 24
	tsetattr     = 26
	treaddir     = 40
	tfsync       = 50
	tlock        = 52
	tgetlock     = 54
	tlink        = 70
	tmkdir       = 72
	trenameat    = 74
	tunlinkat    = 76
	tversion     = 100
	tattach      = 104
	tflush       = 108
	twalk        = 110
	tread        = 116
	twrite       = 118
	tclunk       = 120
	tremove      = 122
	versionName  = "9P2000.L"
	versionOther = "unknown"
	noFID        = 1<<32 - 1
)

// Sizes of messages and their parts, in bytes.
const (
	// MaxMessage is the largest message. The client may want smaller ones.
	MaxMessage = 1 << 20
	minMessage = 4096

	// HeaderSize is that of a message: its size, type and tag.
	HeaderSize = 4 + 1 + 2
	errorSize  = HeaderSize + 4
	dataHeader = HeaderSize + 4 // Rread, Rreaddir: then a count
	direntSize = qidSize + 8 + 1 + 2
	qidSize    = 1 + 4 + 8
	ioOverhead = 24 // P9_IOHDRSZ: what the client leaves for the header of Twrite
)

// maxWalk is the number of names in one Twalk (P9_MAXWELEM).
const maxWalk = 16

// request is one message and the answer to it. Taking from a message that is too short,
// or what must not be there, sets err; end tells.
type request struct {
	s    *Server
	typ  uint8
	tag  uint16
	in   []byte
	err  error
	out  []byte
	most int // bytes of the answer
}

func (r *request) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// take gives the next n bytes.
func (r *request) take(n int) []byte {
	if n > len(r.in) {
		r.fail(unix.EBADMSG)
		r.in = nil
		return make([]byte, min(n, 8))
	}
	b := r.in[:n]
	r.in = r.in[n:]
	return b
}

func (r *request) u8() uint8   { return r.take(1)[0] }
func (r *request) u16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *request) u32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *request) u64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

func (r *request) text() string {
	n := int(r.u16())
	b := r.take(n)
	if r.err != nil {
		return ""
	}
	return string(b)
}

// name is a name in a folder: one that leads nowhere else.
func (r *request) name() string {
	s := r.text()
	if !plain(s) {
		r.fail(unix.EINVAL)
	}
	return s
}

func plain(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\x00")
}

// fid is one that is in use.
func (r *request) fid() *fid {
	f := r.s.fids[r.u32()]
	if f == nil {
		r.fail(unix.EBADF)
		return &fid{fd: -1}
	}
	return f
}

// end tells what was wrong with the message, all of which has been taken.
func (r *request) end() error {
	if len(r.in) > 0 {
		r.fail(unix.EBADMSG)
	}
	return r.err
}

func (r *request) put8(v uint8)   { r.out = append(r.out, v) }
func (r *request) put16(v uint16) { r.out = binary.LittleEndian.AppendUint16(r.out, v) }
func (r *request) put32(v uint32) { r.out = binary.LittleEndian.AppendUint32(r.out, v) }
func (r *request) put64(v uint64) { r.out = binary.LittleEndian.AppendUint64(r.out, v) }
func (r *request) putText(s string) {
	r.put16(uint16(len(s)))
	r.out = append(r.out, s...)
}

// begin starts an answer, or starts it over.
func (r *request) begin(typ uint8) {
	r.out = append(r.out[:0], 0, 0, 0, 0, typ)
	r.put16(r.tag)
}

// room is the number of bytes that may still be put.
func (r *request) room() int { return r.most - len(r.out) }
