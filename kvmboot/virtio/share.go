package virtio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"uk.example/internal/badoption"
	"uk.example/internal/p9"
)

// Share is a folder of the host that the guest can mount by its tag, as a file system of
// type 9p, or a file, which it mounts in the place of one. The guest needs the driver for it.
type Share struct {
	Tag      string
	Path     string
	ReadOnly bool
	// Notice hears of what the guest finds and the user may have to change, a line each; nil: nobody does.
	Notice func(line string) `json:"-"`
}

const (
	// MaxShares is the largest number of Config.Shares.
	MaxShares = 6
	// maxShareTag is QEMU's limit of a tag, in bytes.
	maxShareTag = 31
)

// CheckShares checks what the guest and QEMU are told.
func CheckShares(shares []Share) error {
	if len(shares) > MaxShares {
		return badoption.Errorf("Shares", "%d shares: at most %d", len(shares), MaxShares)
	}
	have := map[string]bool{}
	for _, s := range shares {
		if s.Tag == "" || len(s.Tag) > maxShareTag || strings.IndexByte(s.Tag, 0) >= 0 {
			return badoption.Errorf("Shares", "share %s: tag %q: want 1 to %d bytes", s.Path, s.Tag, maxShareTag)
		}
		if have[s.Tag] {
			return badoption.Errorf("Shares", "share %s: tag %q is another share's, too", s.Path, s.Tag)
		}
		have[s.Tag] = true
	}
	return nil
}

// Check tells of a share that is neither a folder nor a file.
func (s *Share) Check() error {
	fi, err := os.Stat(s.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("share %s: no such folder: make it, or name another", s.Path)
	case err == nil && !fi.IsDir() && !fi.Mode().IsRegular():
		return fmt.Errorf("share %s: is neither a folder nor a file: name one", s.Path)
	}
	return s.failed(err)
}

// IsFile reports whether a file is shared.
func (s *Share) IsFile() bool {
	fi, err := os.Stat(s.Path)
	return err == nil && fi.Mode().IsRegular()
}

func (s *Share) failed(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if err != nil {
		err = fmt.Errorf("share %s: %w", s.Path, err)
	}
	return err
}

// Device of the 9P transport, which virtio only numbers: Linux's
// include/uapi/linux/virtio_9p.h has the rest.
const (
	ID9P = 9

	shareFeatTag = 1 << 0 // the configuration space has a tag
)

// share is that device with the folder's server. One worker answers requests, in order:
// the host's file system may take its time.
type ShareDevice struct {
	conf []byte // tag's length, tag

	mu    sync.Mutex // held while the queue is served
	s     *p9.Server
	c     chain
	epoch uint32 // of the transport, to which the session belongs
	msg   []byte
}

func NewShare(s Share) (*ShareDevice, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	server, err := p9.New(s.Path, s.ReadOnly)
	if err != nil {
		return nil, s.failed(err)
	}
	if s.Notice != nil {
		server.Full = func(err error) {
			s.Notice(fmt.Sprintf("share %s: no room for what the guest writes: %v", s.Path, err))
		}
	}
	conf := binary.LittleEndian.AppendUint16(nil, uint16(len(s.Tag)))
	return &ShareDevice{conf: append(conf, s.Tag...), s: server}, nil
}

func (d *ShareDevice) id() uint32        { return ID9P }
func (d *ShareDevice) features() uint64  { return shareFeatTag }
func (d *ShareDevice) queues() int       { return 1 }
func (d *ShareDevice) config() []byte    { return d.conf }
func (d *ShareDevice) ready(int) bool    { return false }
func (d *ShareDevice) finish(*Transport) {}

func (d *ShareDevice) serve(t *Transport, q int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !t.Stopping.Load() && d.serveOne(t, q) {
	}
}

func (d *ShareDevice) quiesce() (resume func()) {
	d.mu.Lock()
	return d.mu.Unlock
}

// serveOne answers one chain: a message that the device reads, and room for the answer.
func (d *ShareDevice) serveOne(t *Transport, q int) bool {
	epoch, ok := t.take(q, &d.c)
	if !ok {
		return false
	}
	if epoch != d.epoch {
		d.epoch = epoch
		d.s.Reset()
	}
	n, err := d.request()
	if err != nil {
		t.fail(epoch, err)
		return false
	}
	t.give(q, epoch, d.c.head, n)
	return true
}

// request answers the message in d.c. The server gets a copy of it, which the guest cannot change
// any more.
func (d *ShareDevice) request() (uint32, error) {
	n := int(min(d.c.readLen, p9.MaxMessage))
	if cap(d.msg) < n {
		d.msg = make([]byte, n)
	}
	gather(d.msg[:n], d.c.read)
	answer, err := d.s.Handle(d.msg[:n], int(min(d.c.writeLen, p9.MaxMessage)))
	if err != nil {
		return 0, badQueue("%v", err)
	}
	return uint32(scatter(d.c.write, answer)), nil
}

// Close lets go of the folder once the device is no longer served.
func (d *ShareDevice) Close() { d.s.Close() }
