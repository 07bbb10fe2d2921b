package p9

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// Flags of Tlopen and Tlcreate (P9_DOTL_*), and the host's. Others are hints, or what the server
// decides.
const (
	flagAccess = 3
	flagExcl   = 0o200
)

var openFlags = [...]struct {
	theirs uint32
	ours   int
}{
	{0o1000, unix.O_TRUNC},
	{0o2000, unix.O_APPEND},
	{0o10000, unix.O_DSYNC},
	{0o200000, unix.O_DIRECTORY},
	{0o4000000, unix.O_SYNC &^ unix.O_DSYNC},
}

// hostFlags are the host's for those of the client. The open file never waits.
func hostFlags(theirs uint32) (int, error) {
	ours := int(theirs & flagAccess)
	if ours == flagAccess {
		return 0, unix.EINVAL
	}
	for _, f := range openFlags {
		if theirs&f.theirs != 0 {
			ours |= f.ours
		}
	}
	return ours | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_NOFOLLOW | unix.O_CLOEXEC, nil
}

// changes tells whether an open file may be changed, or is by being opened.
func changes(flags int) bool { return flags&(unix.O_ACCMODE|unix.O_TRUNC) != unix.O_RDONLY }

// openable refuses what is neither a file nor a folder: to open a device may do things.
func openable(st *unix.Stat_t) error {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFDIR:
		return nil
	case unix.S_IFLNK:
		return unix.ELOOP
	}
	return unix.ENXIO
}

// openExisting opens what is there.
func (s *Server) openExisting(name string, flags int) (fd int, st unix.Stat_t, err error) {
	if st, err = s.stat(name); err != nil {
		return -1, st, err
	}
	if err = openable(&st); err != nil {
		return -1, st, err
	}
	folder, base := path.Split(name)
	if base == "" {
		base = "."
	}
	if s.file { // the way to it that leads to no other file
		return s.openRoot(flags, st)
	}
	err = s.in(strings.TrimSuffix(folder, "/"), func(dir int) error {
		return again(func() (err error) { fd, err = unix.Openat(dir, base, flags, 0); return err })
	})
	if err != nil {
		return -1, st, err
	}
	if err = unix.Fstat(fd, &st); err == nil {
		err = openable(&st) // something else may have come there
	}
	if err == nil && changes(flags) {
		err = dropSetID(fd, &st)
	}
	if err != nil {
		unix.Close(fd)
		return -1, st, err
	}
	return fd, st, nil
}

// openRoot opens the file that is shared.
func (s *Server) openRoot(flags int, st unix.Stat_t) (int, unix.Stat_t, error) {
	if flags&unix.O_DIRECTORY != 0 {
		return -1, st, unix.ENOTDIR
	}
	fd, err := pinned.Open(s.root, flags&^unix.O_NOFOLLOW)
	if err == nil && changes(flags) {
		if err = dropSetID(fd, &st); err != nil {
			unix.Close(fd)
		}
	}
	if err != nil {
		return -1, st, err
	}
	return fd, st, nil
}

// dropSetID takes the bits from a file that run it with its owner's or group's rights, before the client changes what
// is in it. Linux does so at each write, but not for a superuser (CAP_FSETID, which the server may have).
func dropSetID(fd int, st *unix.Stat_t) error {
	if st.Mode&unix.S_IFMT != unix.S_IFREG || st.Mode&(unix.S_ISUID|unix.S_ISGID) == 0 {
		return nil
	}
	st.Mode &^= unix.S_ISUID | unix.S_ISGID
	return chmod(fd, st.Mode)
}

// create makes and opens a file with these rights, whatever the process's umask: the client
// has one of its own.
func (s *Server) create(folder, name string, flags int, mode uint32) (fd int, st unix.Stat_t, err error) {
	fd, mode = -1, fileMode(mode)
	err = s.in(folder, func(dir int) error {
		return again(func() (err error) {
			fd, err = unix.Openat(dir, name, flags|unix.O_CREAT|unix.O_EXCL, mode)
			return err
		})
	})
	if err != nil {
		return -1, st, err
	}
	if err = unix.Fstat(fd, &st); err == nil && st.Mode&0o7777 != mode {
		if err = unix.Fchmod(fd, mode); err == nil {
			err = unix.Fstat(fd, &st)
		}
	}
	if err != nil {
		unix.Close(fd)
		return -1, st, err
	}
	return fd, st, nil
}

// canOpen tells whether a fid may be opened.
func (s *Server) canOpen(f *fid) error {
	switch {
	case f.fd >= 0:
		return unix.EBUSY
	case s.open >= s.maxOpen:
		return unix.ENFILE
	}
	return nil
}

// opened answers Tlopen and Tlcreate: qid[13] iounit[4].
func (r *request) opened(f *fid, fd, flags int, st *unix.Stat_t) {
	f.fd, f.write = fd, flags&unix.O_ACCMODE != unix.O_RDONLY
	r.s.open++
	r.putQID(st)
	r.put32(r.s.msize - ioOverhead)
}

// lopen opens a file: fid[4] flags[4].
func lopen(r *request) error {
	f, theirs := r.fid(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	flags, err := hostFlags(theirs)
	if err != nil {
		return err
	}
	if r.s.readOnly && changes(flags) {
		return unix.EROFS
	}
	if err := r.s.canOpen(f); err != nil {
		return err
	}
	fd, st, err := r.s.openExisting(f.path, flags)
	if err != nil {
		return err
	}
	r.opened(f, fd, flags, &st)
	return nil
}

// lcreate makes a file in the folder that the fid stands for, and the fid stands for the open file
// then: fid[4] name[s] flags[4] mode[4] gid[4].
func lcreate(r *request) error {
	f, name, theirs, mode, _ := r.fid(), r.name(), r.u32(), r.u32(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	flags, err := hostFlags(theirs)
	if err != nil {
		return err
	}
	if err := r.s.canOpen(f); err != nil {
		return err
	}
	path := step(f.path, name)
	fd, st, err := r.s.create(f.path, name, flags, mode)
	if err == unix.EEXIST && theirs&flagExcl == 0 {
		fd, st, err = r.s.openExisting(path, flags)
	}
	if err != nil {
		return err
	}
	r.s.setPath(f, path)
	r.opened(f, fd, flags, &st)
	return nil
}

// read gives what is in a file: fid[4] offset[8] count[4], answered by count[4] data[count].
func read(r *request) error {
	f, off, count := r.fid(), r.u64(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if f.fd < 0 {
		return unix.EBADF
	}
	b, err := r.data(count)
	if err != nil {
		return err
	}
	n := 0
	err = again(func() (err error) { n, err = unix.Pread(f.fd, b, int64(off)); return err })
	if err != nil {
		return err
	}
	r.dataIs(n)
	return nil
}

// data is space for at most count bytes behind the header of Rread and Rreaddir.
func (r *request) data(count uint32) ([]byte, error) {
	if r.most < dataHeader {
		return nil, unix.EMSGSIZE
	}
	n := int(min(count, uint32(r.most-dataHeader)))
	if cap(r.out) < dataHeader+n {
		r.out = append(make([]byte, 0, dataHeader+n), r.out...)
	}
	return r.out[dataHeader : dataHeader+n], nil
}

// dataIs ends an answer whose first n bytes of data are good.
func (r *request) dataIs(n int) {
	r.put32(uint32(n))
	r.out = r.out[:dataHeader+n]
}

// write changes what is in a file: fid[4] offset[8] count[4] data[count], answered by count[4].
func write(r *request) error {
	f, off, count := r.fid(), r.u64(), r.u32()
	if uint64(count) > uint64(len(r.in)) {
		return unix.EBADMSG
	}
	b := r.take(int(count))
	if err := r.end(); err != nil {
		return err
	}
	if f.fd < 0 {
		return unix.EBADF
	}
	if off >= r.s.maxSize {
		return unix.EFBIG
	}
	done := 0
	for done < len(b) {
		n := 0
		err := again(func() (err error) { n, err = unix.Pwrite(f.fd, b[done:], int64(off)+int64(done)); return err })
		if err != nil && done == 0 {
			return err
		}
		if err != nil || n == 0 {
			break
		}
		done += n
	}
	r.put32(uint32(done))
	return nil
}

// fsync has a file put on the host's disk: fid[4] datasync[4].
func fsync(r *request) error {
	f, dataOnly := r.fid(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if f.fd < 0 {
		return unix.EBADF
	}
	return again(func() error {
		if dataOnly != 0 {
			return unix.Fdatasync(f.fd)
		}
		return unix.Fsync(f.fd)
	})
}

// Kinds of locks, and what became of them (P9_LOCK_*).
const (
	lockUnlocked = 2
	lockSuccess  = 0
)

// lock is always granted, as the one client knows its own locks: fid[4] type[1] flags[4] start[8] length[8]
// proc_id[4] client_id[s], answered by status[1].
func lock(r *request) error {
	r.fid()
	r.take(1 + 4 + 8 + 8 + 4)
	r.text()
	if err := r.end(); err != nil {
		return err
	}
	r.put8(lockSuccess)
	return nil
}

// getlock tells of no lock in the way: fid[4] type[1] start[8] length[8] proc_id[4] client_id[s],
// answered by all of it but the fid.
func getlock(r *request) error {
	_, _, start, length, proc, client := r.fid(), r.u8(), r.u64(), r.u64(), r.u32(), r.text()
	if err := r.end(); err != nil {
		return err
	}
	r.put8(lockUnlocked)
	r.put64(start)
	r.put64(length)
	r.put32(proc)
	r.putText(client)
	return nil
}
