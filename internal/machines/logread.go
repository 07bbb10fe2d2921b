package machines

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Entry is one record of a log.
type Entry struct {
	Time   time.Time
	Stream int // Stdout, Stderr, or another: a line of uk's own
	Text   []byte
	// Whole is a line to its end; else the next entry of the stream goes on with it.
	Whole bool
}

// LogOptions say which part of a log is wanted.
type LogOptions struct {
	Tail  int // the last lines, from 0 up; negative: all
	Since time.Time
	Until time.Time // zero: without end
	// Follow goes on with what is written until the machine ends.
	Follow bool
}

// Logs hands the machine's log to each, in order, until that returns an error.
func (m *Machine) Logs(ctx context.Context, o LogOptions, each func(Entry) error) error {
	r := logReader{o: o, each: each}
	defer r.close()
	var watch *watcher
	if o.Follow && m.Alive() {
		var err error
		if watch, err = watchFolder(m.dir); err != nil {
			return err
		}
		defer watch.close()
	}
	if err := r.open(m.dir); err != nil {
		return err
	}
	if err := r.past(); err != nil || watch == nil {
		return err
	}
	for {
		alive := held(m.dir)
		if err := r.more(); err != nil || !alive {
			return err
		}
		if err := watch.wait(ctx); err != nil {
			return err
		}
	}
}

// logReader reads both files of a log.
type logReader struct {
	o    LogOptions
	each func(Entry) error
	file [2]*os.File
	now  int    // the file that is read
	seq  uint64 // its number
	at   int64  // how far it is read
}

func (r *logReader) open(dir string) error {
	for i := range r.file {
		f, err := os.Open(filepath.Join(dir, logName(i)))
		if err != nil {
			return err
		}
		r.file[i] = f
	}
	return nil
}

func (r *logReader) close() {
	for _, f := range r.file {
		f.Close() // a nil file says so, which is no news
	}
}

// past reads what is there, and hands on what of it is wanted.
func (r *logReader) past() error {
	a, b := headerOf(r.file[0]), headerOf(r.file[1])
	r.now, r.seq = 0, a
	if b != 0 && (b < a || a == 0) {
		r.now, r.seq = 1, b
	}
	each := r.each
	if r.o.Tail < 0 {
		return r.more()
	}
	var kept []Entry // the last lines
	lines := 0
	r.each = func(e Entry) error {
		e.Text = bytes.Clone(e.Text)
		kept = append(kept, e)
		if e.Whole {
			lines++
		}
		for lines > r.o.Tail || r.o.Tail == 0 && len(kept) > 0 {
			if kept[0].Whole {
				lines--
			}
			kept = slices.Delete(kept, 0, 1)
		}
		return nil
	}
	err := r.more()
	r.each = each
	if n := len(kept); n > 0 && !kept[n-1].Whole && lines == r.o.Tail { // the line that has no end yet counts
		for len(kept) > 0 && !kept[0].Whole {
			kept = kept[1:]
		}
		kept = kept[min(1, len(kept)):]
	}
	for _, e := range kept {
		if err := r.each(e); err != nil {
			return err
		}
	}
	return err
}

// more reads on to the end, in the other file too once that is the newer one.
func (r *logReader) more() error {
	for {
		next := headerOf(r.file[1-r.now]) // before the rest is read: it is complete then
		if headerOf(r.file[r.now]) == r.seq {
			if err := r.rest(); err != nil {
				return err
			}
		}
		if next <= r.seq {
			return nil
		}
		r.now, r.seq, r.at = 1-r.now, next, 0
	}
}

// rest reads the file that is read to its last whole line.
func (r *logReader) rest() error {
	in := bufio.NewReaderSize(io.NewSectionReader(r.file[r.now], r.at, 1<<62), 64<<10)
	long := false
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // no record is as long
			r.at, long = r.at+int64(len(line)), true
			continue
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		r.at += int64(len(line))
		if long {
			long = false
			continue
		}
		e, ok := parseEntry(line[:len(line)-1])
		if !ok || e.Time.Before(r.o.Since) || !r.o.Until.IsZero() && e.Time.After(r.o.Until) {
			continue
		}
		if err := r.each(e); err != nil {
			return err
		}
	}
}

// parseEntry reads a line of the log.
func parseEntry(line []byte) (e Entry, ok bool) {
	stamp, rest, _ := bytes.Cut(line, []byte{' '})
	stream, rest, _ := bytes.Cut(rest, []byte{' '})
	kind, text, ok := bytes.Cut(rest, []byte{' '})
	t, err := time.Parse(logTime, string(stamp))
	if !ok || err != nil || len(kind) != 1 {
		return e, false
	}
	n := slices.Index(streamNames[:], string(stream))
	return Entry{Time: t, Stream: n, Text: text, Whole: kind[0] == 'F'}, n > 0
}

// watcher tells when something in a folder changes.
type watcher struct {
	f *os.File
	b [4096]byte
}

// watchFolder watches writes to the files in dir and their closing, which the end of a process is, too.
func watchFolder(dir string) (*watcher, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err == unix.EMFILE {
		return nil, errors.New("too many programs of this user watch files: see /proc/sys/fs/inotify/max_user_instances")
	} else if err != nil {
		return nil, err
	}
	w := &watcher{f: os.NewFile(uintptr(fd), "inotify")}
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_MODIFY|unix.IN_CLOSE_WRITE|unix.IN_MOVE_SELF|unix.IN_DELETE_SELF); err != nil {
		w.close()
		return nil, &os.PathError{Op: "watch", Path: dir, Err: err}
	}
	return w, nil
}

func (w *watcher) close() { w.f.Close() }

// lookAgain is how often a watcher's owner looks by itself: Linux tells that a file is closed just before it gives up
// the lock of it, and where the runner holds nothing else that it writes to, nothing follows.
const lookAgain = 2 * time.Second

// wait waits for a change since it was last called, or a while.
func (w *watcher) wait(ctx context.Context) error {
	if err := w.f.SetReadDeadline(time.Now().Add(lookAgain)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = w.f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err := w.f.Read(w.b[:])
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}
