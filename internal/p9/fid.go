package p9

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// fid is the client's name for a file: its path, as long as it is not open.
type fid struct {
	n     uint32
	path  string // below the shared folder, which is ""; clean, without a slash at its start
	fd    int    // -1: not open
	write bool   // is open for writing
}

// beyond is the path of files that were moved to where the host's calls take no path: its length
// is their answer, and all share its memory.
var beyond = strings.Repeat("x", unix.PathMax)

// openBeneath opens a path below the shared folder, which no link leads out of, for its attributes.
func (s *Server) openBeneath(name string, folder bool) (fd int, err error) {
	if name == "" {
		name = "."
	}
	err = again(func() error { fd, err = pinned.OpenBeneath(s.root, name, folder); return err })
	return fd, err
}

// in calls f with a descriptor of a folder below the shared one.
func (s *Server) in(folder string, f func(dir int) error) error {
	fd, err := s.openBeneath(folder, true)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return f(fd)
}

// handle calls f with a descriptor of a fid's file: the open one, or one that is good for its
// attributes only.
func (s *Server) handle(of *fid, f func(fd int) error) error {
	if of.fd >= 0 {
		return f(of.fd)
	}
	if s.file && of.path == "" {
		return f(s.root)
	}
	fd, err := s.openBeneath(of.path, false)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return f(fd)
}

func (s *Server) stat(name string) (st unix.Stat_t, err error) {
	err = s.handle(&fid{path: name, fd: -1}, func(fd int) error { return unix.Fstat(fd, &st) })
	return st, err
}

// split gives the folder that a path lies in, and its name there. The shared folder has none.
func split(name string) (folder, base string, err error) {
	if name == "" {
		return "", "", unix.EBUSY
	}
	folder, base = path.Split(name)
	return strings.TrimSuffix(folder, "/"), base, nil
}

// shut closes a fid's file.
func (s *Server) shut(f *fid) error {
	if f.fd < 0 {
		return nil
	}
	err := unix.Close(f.fd)
	f.fd = -1
	s.open--
	return err
}

// moved tells fids of a file, and of those below it, that it was renamed.
func (s *Server) moved(from, to string) {
	for _, f := range s.fids {
		rest, ok := strings.CutPrefix(f.path, from)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		if path := to + rest; len(path) < unix.PathMax && s.paths < 2*maxPaths {
			s.setPath(f, path)
		} else {
			s.setPath(f, beyond)
		}
	}
}

func (s *Server) setPath(f *fid, path string) {
	s.paths += len(path) - len(f.path)
	f.path = path
}

// keep makes f known by its number, forget unknown.
func (s *Server) keep(f *fid) {
	if old := s.fids[f.n]; old != nil {
		s.forget(old)
	}
	s.fids[f.n] = f
	s.paths += len(f.path)
}

func (s *Server) forget(f *fid) {
	delete(s.fids, f.n)
	s.paths -= len(f.path)
}

// unused tells whether a number may become a fid.
func (s *Server) unused(n uint32) error {
	switch {
	case s.fids[n] != nil || n == noFID:
		return unix.EINVAL
	case len(s.fids) >= maxFIDs || s.paths >= maxPaths:
		return unix.ENFILE
	}
	return nil
}

// attach names the shared folder: fid[4] afid[4] uname[s] aname[s] n_uname[4]. There is one,
// whatever it is called, and one user.
func attach(r *request) error {
	n, afid, _, _, _ := r.u32(), r.u32(), r.text(), r.text(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if afid != noFID {
		return unix.EINVAL
	}
	if err := r.s.unused(n); err != nil {
		return err
	}
	st, err := r.s.stat("")
	if err != nil {
		return err
	}
	r.s.keep(&fid{n: n, fd: -1})
	r.putQID(&st)
	return nil
}

// walk goes from a file to others: fid[4] newfid[4] nwname[2] nwname*(wname[s]). If a name
// leads nowhere, the answer tells how far those before it led, and newfid is not made; if
// it is the first, that is an error.
func walk(r *request) error {
	from, n := r.fid(), r.u32()
	names := r.names()
	if err := r.end(); err != nil {
		return err
	}
	if n != from.n {
		if err := r.s.unused(n); err != nil {
			return err
		}
	} else if from.fd >= 0 {
		return unix.EBUSY
	}
	at, count := from.path, 0
	r.put16(0)
	for _, name := range names {
		next := step(at, name)
		st, err := r.s.stat(next)
		if err != nil && count == 0 {
			return err
		}
		if err != nil {
			break
		}
		r.putQID(&st)
		at, count = next, count+1
	}
	r.out[HeaderSize] = byte(count) // at most maxWalk
	if count == len(names) {
		r.s.keep(&fid{n: n, path: at, fd: -1})
	}
	return nil
}

// names are those of a walk.
func (r *request) names() []string {
	count := int(r.u16())
	if count > maxWalk {
		r.fail(unix.EINVAL)
		return nil
	}
	names := make([]string, count)
	for i := range names {
		if names[i] = r.text(); names[i] != ".." && !plain(names[i]) {
			r.fail(unix.ENOENT)
		}
	}
	return names
}

// step goes from a path to a name in it, or back. Nothing is above the shared folder.
func step(at, name string) string {
	next := path.Join(at, name)
	if name == ".." {
		next = path.Dir(at)
	}
	if next == "." {
		return ""
	}
	return next
}

// clunk gives up a fid: fid[4].
func clunk(r *request) error {
	f := r.fid()
	if err := r.end(); err != nil {
		return err
	}
	r.s.forget(f)
	return r.s.shut(f)
}
