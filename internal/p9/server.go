package p9

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// Limits of what a client can hold.
const (
	maxFIDs  = 16384
	maxOpen  = 4096
	maxPaths = 8 << 20 // bytes of the paths of all fids: more take no new ones, and twice as many are not kept
)

// Server shares one folder, or one file. Its methods are not for use at the same time.
type Server struct {
	root     int  // O_PATH
	file     bool // is a file: this very one, whatever gets its name
	rootStat unix.Stat_t
	readOnly bool
	maxOpen  int
	maxSize  uint64 // of a file: what lies behind would end the process by SIGXFSZ
	// Full hears once that a request failed as the host has no room; nil: nobody does.
	Full func(err error)
	told bool // so it has

	msize uint32 // 0: no version is agreed on
	fids  map[uint32]*fid
	open  int // of fids, those with an open file
	paths int // bytes of the fids' paths
	out   []byte
}

// New shares a folder with all that is below it, or a file.
func New(dir string, readOnly bool) (*Server, error) {
	if err := pinned.Map(); err != nil {
		return nil, err
	}
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	s := &Server{root: fd, readOnly: readOnly, maxOpen: maxOpen, fids: map[uint32]*fid{}}
	var files, size unix.Rlimit
	err = errors.Join(unix.Fstat(fd, &s.rootStat), unix.Getrlimit(unix.RLIMIT_NOFILE, &files), unix.Getrlimit(unix.RLIMIT_FSIZE, &size))
	if err == nil {
		err = openable(&s.rootStat)
		s.file = s.rootStat.Mode&unix.S_IFMT == unix.S_IFREG
	}
	if err == nil && !s.file {
		// A first use, to tell of a kernel without the call while somebody listens.
		var probe int
		if probe, err = s.openBeneath("", true); err == nil {
			unix.Close(probe)
		} else if errors.Is(err, unix.ENOSYS) {
			err = fmt.Errorf("openat2: %w; sharing folders takes Linux 5.8 or later", err)
		}
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	// The others belong to the rest of the process.
	s.maxOpen = int(min(maxOpen, files.Cur/4))
	s.maxSize = size.Cur
	return s, nil
}

// Reset forgets all that the client said.
func (s *Server) Reset() {
	for _, f := range s.fids {
		_ = s.shut(f)
	}
	clear(s.fids)
	s.msize, s.paths = 0, 0
}

// Close lets go of the folder.
func (s *Server) Close() {
	s.Reset()
	unix.Close(s.root)
	s.root = -1
}

// A FramingError is a message to which there is no answer. The client is broken.
type FramingError struct{ msg string }

func (e *FramingError) Error() string { return "9P: " + e.msg }

func framing(format string, a ...any) error { return &FramingError{fmt.Sprintf(format, a...)} }

// handler is what answers one type of request.
type handler struct {
	do     func(*request) error
	writes bool // refused where the folder is only read
}

var handlers = [256]handler{
	tversion:  {version, false},
	tattach:   {attach, false},
	tflush:    {flush, false},
	twalk:     {walk, false},
	tclunk:    {clunk, false},
	tstatfs:   {statfs, false},
	tgetattr:  {getattr, false},
	tsetattr:  {setattr, true},
	tlopen:    {lopen, false}, // looks by itself
	tlcreate:  {lcreate, true},
	tread:     {read, false},
	twrite:    {write, true},
	tfsync:    {fsync, false},
	tlock:     {lock, false},
	tgetlock:  {getlock, false},
	treaddir:  {readdir, false},
	treadlink: {readlink, false},
	tsymlink:  {symlink, true},
	tmknod:    {mknod, true},
	tmkdir:    {mkdir, true},
	tlink:     {link, true},
	trename:   {rename, true},
	trenameat: {renameat, true},
	tunlinkat: {unlinkat, true},
	tremove:   {remove, false}, // looks by itself, as it always gives up the fid
}

// Handle answers one request with at most room bytes, which are good until the next call.
// An error is a *FramingError.
func (s *Server) Handle(msg []byte, room int) ([]byte, error) {
	if len(msg) < HeaderSize {
		return nil, framing("a message of %d bytes", len(msg))
	}
	size := binary.LittleEndian.Uint32(msg)
	if size < HeaderSize || uint64(size) > uint64(len(msg)) {
		return nil, framing("a message that says it has %d bytes, in %d", size, len(msg))
	}
	if room < errorSize {
		return nil, framing("room of %d bytes for an answer", room)
	}
	r := &request{s: s, typ: msg[4], tag: binary.LittleEndian.Uint16(msg[5:]), in: msg[HeaderSize:size], out: s.out}
	r.most = min(room, MaxMessage)
	if s.msize > 0 {
		r.most = min(r.most, int(s.msize))
	}
	r.begin(r.typ + 1)
	if err := r.answer(size); err != nil {
		var errno unix.Errno
		if !errors.As(err, &errno) {
			errno = unix.EIO
		}
		if (errno == unix.ENOSPC || errno == unix.EDQUOT) && !s.told && s.Full != nil {
			s.told = true
			s.Full(errno)
		}
		r.begin(rlerror)
		r.put32(uint32(errno))
	}
	s.out = r.out
	if len(r.out) > r.most {
		return nil, framing("an answer of %d bytes to a request of type %d, with room for %d", len(r.out), r.typ, r.most)
	}
	binary.LittleEndian.PutUint32(r.out, uint32(len(r.out)))
	return r.out, nil
}

func (r *request) answer(size uint32) error {
	h := &handlers[r.typ]
	switch {
	case h.do == nil:
		return unix.EOPNOTSUPP
	case r.typ == tversion:
	case r.s.msize == 0:
		return unix.EPROTO
	case size > r.s.msize:
		return unix.EMSGSIZE
	case h.writes && r.s.readOnly:
		return unix.EROFS
	}
	return h.do(r)
}

// version begins a session: size[4] version[s].
func version(r *request) error {
	size, name := r.u32(), r.text()
	if err := r.end(); err != nil {
		return err
	}
	r.s.Reset()
	if size < minMessage {
		return unix.EMSGSIZE
	}
	size = min(size, MaxMessage)
	if name == versionName {
		r.s.msize = size
	} else {
		name = versionOther
	}
	r.put32(size)
	r.putText(name)
	return nil
}

// flush asks for an answer no more: oldtag[2]. It was given, as requests are answered in order.
func flush(r *request) error {
	r.u16()
	return r.end()
}

// again calls f until no signal interrupts it.
func again(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
}
