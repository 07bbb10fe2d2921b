package p9

import (
	"math"
	"math/bits"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// Types in a qid.
const (
	qidDir  = 0x80
	qidLink = 0x02
)

// qidPath is a number for a file that no other has. On the shared folder's own file system it is the
// inode's, as programs expect where they look at st_ino.
func (s *Server) qidPath(dev, ino uint64) uint64 {
	if dev == s.rootStat.Dev {
		return ino
	}
	return bits.RotateLeft64((ino^dev<<32)*0x9e3779b97f4a7c15, 32) * 0xd6e8feb86659fd93
}

func qidType(mode uint32) uint8 {
	switch mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return qidDir
	case unix.S_IFLNK:
		return qidLink
	}
	return 0
}

// putQID puts type[1] version[4] path[8].
func (r *request) putQID(st *unix.Stat_t) {
	r.put8(qidType(st.Mode))
	r.put32(uint32(st.Mtim.Nsec) ^ uint32(st.Mtim.Sec) ^ uint32(st.Size)<<8)
	r.put64(r.s.qidPath(st.Dev, st.Ino))
}

// Rights that a client may give: see the package's documentation.
func fileMode(mode uint32) uint32   { return mode & (0o777 | unix.S_ISVTX) }
func folderMode(mode uint32) uint32 { return mode & (0o777 | unix.S_ISVTX | unix.S_ISGID) }

// basicAttributes are the bits of all that stat(2) tells (P9_STATS_BASIC).
const basicAttributes = 0x7ff

// getattr is stat(2): fid[4] request_mask[8].
func getattr(r *request) error {
	f, _ := r.fid(), r.u64()
	if err := r.end(); err != nil {
		return err
	}
	var st unix.Stat_t
	if err := r.s.handle(f, func(fd int) error { return unix.Fstat(fd, &st) }); err != nil {
		return err
	}
	r.put64(basicAttributes)
	r.putQID(&st)
	r.put32(st.Mode)
	r.put32(st.Uid)
	r.put32(st.Gid)
	for _, v := range []uint64{uint64(st.Nlink), st.Rdev, uint64(st.Size), uint64(st.Blksize), uint64(st.Blocks)} {
		r.put64(v)
	}
	for _, t := range []unix.Timespec{st.Atim, st.Mtim, st.Ctim, {}} { // the last: time of birth
		r.put64(uint64(t.Sec))
		r.put64(uint64(t.Nsec))
	}
	r.put64(0) // generation
	r.put64(0) // data version
	return nil
}

// What Tsetattr changes (P9_ATTR_*).
const (
	setMode     = 1 << 0
	setUID      = 1 << 1
	setGID      = 1 << 2
	setSize     = 1 << 3
	setATime    = 1 << 4
	setMTime    = 1 << 5
	setATimeNow = 1 << 7 // the message's time, not the present
	setMTimeNow = 1 << 8
)

// attributes is what Tsetattr asks for.
type attributes struct {
	valid, mode, uid, gid uint32
	size                  uint64
	times                 [2]unix.Timespec
}

// setattr changes attributes: fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime_sec[8] atime_nsec[8]
// mtime_sec[8] mtime_nsec[8].
func setattr(r *request) error {
	f := r.fid()
	a := attributes{valid: r.u32(), mode: r.u32(), uid: r.u32(), gid: r.u32(), size: r.u64()}
	for i := range a.times {
		a.times[i] = unix.Timespec{Sec: int64(r.u64()), Nsec: int64(r.u64())}
	}
	if err := r.end(); err != nil {
		return err
	}
	return r.s.handle(f, func(fd int) error { return r.s.setattr(f, fd, &a) })
}

// setattr changes a file by a descriptor that may be good for its attributes only.
// Devices of the host keep theirs: who may use one is not the guest's to say.
func (s *Server) setattr(f *fid, fd int, a *attributes) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if kind := st.Mode & unix.S_IFMT; kind == unix.S_IFCHR || kind == unix.S_IFBLK {
		return unix.EPERM
	}
	if a.valid&setSize != 0 {
		if err := dropSetID(fd, &st); err != nil {
			return err
		}
		if err := s.truncate(f, fd, a.size); err != nil {
			return err
		}
	}
	if a.valid&(setUID|setGID) != 0 {
		uid, gid := -1, -1
		if a.valid&setUID != 0 {
			uid = int(a.uid)
		}
		if a.valid&setGID != 0 {
			gid = int(a.gid)
		}
		if err := pinned.Chown(fd, uid, gid); err != nil {
			return err
		}
	}
	if a.valid&setMode != 0 {
		if err := chmod(fd, a.mode); err != nil {
			return err
		}
	}
	if a.valid&(setATime|setMTime) != 0 {
		for i, b := range [2]struct{ set, given uint32 }{{setATime, setATimeNow}, {setMTime, setMTimeNow}} {
			switch {
			case a.valid&b.set == 0:
				a.times[i].Nsec = unix.UTIME_OMIT
			case a.valid&b.given == 0:
				a.times[i].Nsec = unix.UTIME_NOW
			}
		}
		return pinned.SetTimes(fd, &a.times)
	}
	return nil
}

func (s *Server) truncate(f *fid, fd int, size uint64) error {
	if size > s.maxSize || size > math.MaxInt64 {
		return unix.EFBIG
	}
	return again(func() error {
		if f.write && f.fd >= 0 { // also what may not be opened so any more
			return unix.Ftruncate(f.fd, int64(size))
		}
		return pinned.Truncate(fd, int64(size))
	})
}

// chmod changes the rights of a file or folder; a link has none.
func chmod(fd int, mode uint32) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		mode = folderMode(mode)
	} else {
		mode = fileMode(mode)
	}
	return pinned.Chmod(fd, mode)
}

// statfs tells of the file system: fid[4], answered by type[4] bsize[4] blocks[8] bfree[8] bavail[8]
// files[8] ffree[8] fsid[8] namelen[4].
func statfs(r *request) error {
	f := r.fid()
	if err := r.end(); err != nil {
		return err
	}
	var st unix.Statfs_t
	if err := r.s.handle(f, func(fd int) error { return again(func() error { return unix.Fstatfs(fd, &st) }) }); err != nil {
		return err
	}
	r.put32(uint32(st.Type))
	r.put32(uint32(st.Bsize))
	for _, v := range []uint64{st.Blocks, st.Bfree, st.Bavail, st.Files, st.Ffree} {
		r.put64(v)
	}
	r.put32(uint32(st.Fsid.Val[0]))
	r.put32(uint32(st.Fsid.Val[1]))
	r.put32(uint32(st.Namelen))
	return nil
}
