package rofs

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
)

// chunkSize is how much of an image is put together and written at once, in bytes, from a multiple of it on: what is
// written so, Linux keeps in huge pages where it can (ext4 and XFS), and a guest that has the file mapped finds a page in
// a tenth of the time.
const chunkSize = 2 << 20

// chunk is one filled buffer, or why it could not be filled.
type chunk struct {
	no   int64
	data []byte
	err  error
}

// each calls emit with the image's bytes up to the end of file data, padding included, in order, in
// pieces of at most chunkSize. Several workers read ahead of it; if out is not
// nil they also write each piece to its place there. What is held is bounded by
// the number of buffers. The error returned is the one that is first in the image.
func (p *plan) each(ctx context.Context, workers int, out io.WriterAt, emit func([]byte) error) error {
	end := p.dataEnd
	total := (end + chunkSize - 1) / chunkSize
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = int(min(int64(workers), total))
	bufs := 2*workers + 1

	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	// A worker takes a buffer before it takes a number, so that the piece
	// that emit waits for always has one.
	free := make(chan []byte, bufs)
	for range bufs {
		free <- nil
	}
	ready := make(chan chunk, bufs)
	var next atomic.Int64
	for range workers {
		wg.Go(func() {
			for {
				var buf []byte
				select {
				case buf = <-free:
				case <-ctx.Done():
					return
				}
				no := next.Add(1) - 1
				if no >= total {
					return
				}
				if buf == nil {
					buf = make([]byte, min(chunkSize, end))
				}
				off := no * chunkSize
				buf = buf[:min(chunkSize, end-off)]
				err := p.fill(buf, off)
				if err == nil && out != nil {
					_, err = out.WriteAt(buf, off)
				}
				ready <- chunk{no, buf, err}
			}
		})
	}

	early := make(map[int64]chunk, bufs)
	for no := int64(0); no < total; no++ {
		c, ok := early[no]
		for !ok {
			select {
			case c = <-ready:
			case <-ctx.Done():
				return ctx.Err()
			}
			if ok = c.no == no; !ok {
				early[c.no] = c
			}
		}
		delete(early, no)
		if c.err != nil {
			return c.err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := emit(c.data); err != nil {
			return err
		}
		free <- c.data[:cap(c.data)]
	}
	return p.stillEmpty(ctx)
}

// stillEmpty reads the files that had no contents when the layout was planned.
func (p *plan) stillEmpty(ctx context.Context) error {
	for _, n := range p.empty {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := n.read(nil, 0); err != nil {
			return err
		}
	}
	return nil
}

// fill puts the image's bytes from off on into buf: what comes before the files, files and their padding.
func (p *plan) fill(buf []byte, off int64) error {
	if head := int64(len(p.head)); off < head {
		n := copy(buf, p.head[off:])
		buf, off = buf[n:], off+int64(n)
	}
	i := sort.Search(len(p.pieces), func(i int) bool { return p.pieces[i].end > off })
	for len(buf) > 0 {
		f := &p.pieces[i]
		pos := off - f.off
		n := max(0, min(f.size-pos, int64(len(buf))))
		if n > 0 {
			if err := f.n.read(buf[:n], f.pos+pos); err != nil {
				return err
			}
		}
		pad := min(f.end-off-n, int64(len(buf))-n)
		clear(buf[n : n+pad])
		buf, off, i = buf[n+pad:], off+n+pad, i+1
	}
	return nil
}

var (
	errChanged = errors.New("the file changed")
	errHidden  = errors.New("the file says that it is empty but is not; pack an ordinary copy of it")
)

// read fills b from position pos of the file, which must still be what was
// planned for, before and after.
func (n *node) read(b []byte, pos int64) error {
	if n.entry.From != nil {
		if _, err := n.entry.From.ReadAt(b, pos); err != nil && len(b) > 0 {
			return &EntryError{Path: n.entry.Path, Msg: "cannot read its contents", Err: err}
		}
		return nil
	}
	if data := n.memory(); data != nil {
		copy(b, data[pos:])
		return nil
	}
	return n.failed(readHost(n, b, pos))
}

// memory is the contents, if they are at hand.
func (n *node) memory() []byte {
	if n.entry.Data != nil {
		return n.entry.Data
	}
	return n.data
}

// failed says what went wrong with n's host file.
func (n *node) failed(err error) error {
	e := &EntryError{Path: n.entry.Path, Host: n.entry.Host}
	switch {
	case err == nil:
		return nil
	case err == errChanged:
		e.Msg = "the file changed while it was packed; pack again when nothing writes to it"
	case errors.Is(err, os.ErrPermission):
		e.Msg, e.Err = "cannot read the host file; run as somebody who may, or leave it out", reason(err)
	default:
		e.Msg, e.Err = "cannot read the host file", reason(err)
	}
	return e
}

func readHost(n *node, b []byte, pos int64) error {
	// O_NONBLOCK: should a pipe have taken the file's place, do not wait for its writer.
	f, err := os.OpenFile(n.entry.Host, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return errChanged
		}
		return err
	}
	defer f.Close()
	if err := n.same(f); err != nil {
		return err
	}
	if n.size == 0 {
		// Files of /proc and the like say 0 whatever they hold.
		if got, _ := f.Read(make([]byte, 1)); got > 0 {
			return errHidden
		}
		return n.same(f)
	}
	if _, err := f.ReadAt(b, pos); err == io.EOF {
		return errChanged
	} else if err != nil {
		return err
	}
	return n.same(f)
}

func (n *node) same(f *os.File) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	if !fi.Mode().IsRegular() || fi.Size() != n.size || stampOf(fi) != n.stamp {
		return errChanged
	}
	return nil
}
