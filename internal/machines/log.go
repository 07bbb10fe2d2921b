package machines

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Streams of a log.
const (
	Stdout = 1
	Stderr = 2
	// note is for what the runner itself has to say.
	note = 3
)

var streamNames = [...]string{Stdout: "stdout", Stderr: "stderr", note: "uk"}

const (
	// DefaultLogLimit is how large the log of a machine gets, in bytes.
	DefaultLogLimit = 10 << 20
	// MinLogLimit is the smallest such limit.
	MinLogLimit = 64 << 10

	logTime   = "2006-01-02T15:04:05.000000000Z" // always as long
	logHeader = "uk-log 1 "
	// maxPiece is how much of a line one record of the log holds.
	maxPiece = 16 << 10
)

func logName(i int) string { return fmt.Sprintf("log.%d", i) }

// Log is what a machine's program wrote. It is two files, of which the older one is emptied when the newer one holds half
// of the limit: a program that writes without end fills no disk, and a confined runner has to open nothing. A record is
// a line, as Kubernetes' container runtimes write them:
//
//	2026-11-30T10:41:22.000000000Z stdout F text of a whole line
//	2026-11-30T10:41:22.000000000Z stderr P the beginning of one
//
// Writing never fails nor waits for anything but the disk: what a full disk does not take is counted, and the count
// noted once there is room.
type Log struct {
	mu    sync.Mutex
	file  [2]*os.File
	limit int64 // of each
	now   int   // the newer file
	seq   uint64
	size  int64
	torn  bool  // the last write was cut off
	lost  int64 // bytes that there was no room for
	why   error
	buf   bytes.Buffer
}

// newLog opens the log of the machine in dir for writing: behind what is there.
func newLog(dir string, limit int64) (*Log, error) {
	l := &Log{limit: max(limit, MinLogLimit) / 2}
	for i := range l.file {
		f, err := os.OpenFile(filepath.Join(dir, logName(i)), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			l.Close()
			return nil, err
		}
		l.file[i] = f
		if seq := headerOf(f); seq > l.seq {
			l.seq, l.now = seq, i
		}
	}
	if l.seq == 0 {
		l.begin(0)
	} else if st, err := l.file[l.now].Stat(); err == nil {
		l.size, l.torn = st.Size(), true // perhaps
	}
	return l, nil
}

// Close closes the files.
func (l *Log) Close() error {
	var errs []error
	for _, f := range l.file {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// begin empties file i and goes on there.
func (l *Log) begin(i int) {
	if err := l.file[i].Truncate(0); err != nil {
		l.why = err
		return
	}
	l.now, l.size, l.torn = i, 0, false
	l.seq++
	n, err := fmt.Fprintf(l.file[i], "%s%d\n", logHeader, l.seq)
	l.size, l.torn = int64(n), err != nil
}

// Add takes what the program wrote to a stream.
func (l *Log) Add(stream int, p []byte) {
	if len(p) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Reset()
	stamp := time.Now().UTC().Format(logTime)
	if l.lost > 0 {
		l.record(stamp, note, 'F', fmt.Appendf(nil, "%d bytes of output are not in the log: %v", l.lost, l.why))
	}
	for rest := p; len(rest) > 0; {
		piece, after, whole := bytes.Cut(rest, []byte{'\n'})
		kind := byte('F')
		if len(piece) > maxPiece {
			piece, after, whole = rest[:maxPiece], rest[maxPiece:], false
		}
		if !whole {
			kind = 'P'
		}
		l.record(stamp, stream, kind, piece)
		rest = after
	}
	if l.size+int64(l.buf.Len()) > l.limit {
		l.begin(1 - l.now)
	}
	l.flush(len(p))
}

func (l *Log) record(stamp string, stream int, kind byte, text []byte) {
	fmt.Fprintf(&l.buf, "%s %s %c %s\n", stamp, streamNames[stream], kind, text)
}

// flush writes the records of n bytes of output.
func (l *Log) flush(n int) {
	b := l.buf.Bytes()
	if l.torn { // a line of its own for what follows
		b = append([]byte{'\n'}, b...)
	}
	k, err := l.file[l.now].Write(b)
	l.size += int64(k)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		l.lost, l.why, l.torn = l.lost+int64(n), err, l.torn || k > 0
		return
	}
	l.lost, l.torn = 0, false
}

// headerOf is the number of a file of a log; 0: it has none.
func headerOf(f *os.File) (seq uint64) {
	b := make([]byte, 64)
	n, _ := f.ReadAt(b, 0)
	line, _, whole := bytes.Cut(b[:n], []byte{'\n'})
	if _, err := fmt.Sscanf(string(line), logHeader+"%d", &seq); err != nil || !whole {
		return 0
	}
	return seq
}
