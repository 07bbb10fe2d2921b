package pcap

import (
	"encoding/binary"
	"io"
	"sync"
	"time"
)

const (
	magicNanoseconds = 0xa1b23c4d
	linkEthernet     = 1
	maxPacket        = 256 << 10
)

// Writer writes packets to one file. Its methods may be called at the same time.
type Writer struct {
	mu    sync.Mutex
	w     io.Writer
	err   error
	buf   []byte
	flows map[uint64]*flow
	now   func() time.Time
}

// NewWriter writes the file's header.
func NewWriter(w io.Writer) (*Writer, error) {
	le := binary.LittleEndian
	head := le.AppendUint32(nil, magicNanoseconds)
	head = le.AppendUint16(head, 2)
	head = le.AppendUint16(head, 4)
	for _, v := range []uint32{0, 0, maxPacket, linkEthernet} {
		head = le.AppendUint32(head, v)
	}
	_, err := w.Write(head)
	return &Writer{w: w, flows: map[uint64]*flow{}, now: time.Now}, err
}

// Frame writes one Ethernet frame, which is in pieces.
func (p *Writer) Frame(pieces [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.packet(pieces)
}

// packet writes a packet in one piece, so that who reads the file meanwhile finds whole ones. After an error nothing more is written.
func (p *Writer) packet(pieces [][]byte) {
	if p.err != nil {
		return
	}
	n := 0
	for _, b := range pieces {
		n += len(b)
	}
	le := binary.LittleEndian
	at := p.now()
	kept := min(n, maxPacket)
	p.buf = le.AppendUint32(p.buf[:0], uint32(at.Unix()))
	p.buf = le.AppendUint32(p.buf, uint32(at.Nanosecond()))
	p.buf = le.AppendUint32(p.buf, uint32(kept))
	p.buf = le.AppendUint32(p.buf, uint32(n))
	for _, b := range pieces {
		p.buf = append(p.buf, b[:min(len(b), kept)]...)
		kept -= min(len(b), kept)
	}
	_, p.err = p.w.Write(p.buf)
}

// Err is the first error of writing.
func (p *Writer) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}
