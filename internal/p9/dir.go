package p9

import (
	"bytes"
	"encoding/binary"
	"io"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// maxDirents bounds what is read of a folder at once, in bytes.
const maxDirents = 64 << 10

// dirent is a record of getdents64(2): ino[8] off[8] reclen[2] type[1] name, NUL.
type dirent struct {
	ino, next uint64
	kind      uint8
	name      []byte
}

const direntName = 19

// nextDirent takes the first record of what getdents64 gave.
func nextDirent(b []byte) (d dirent, rest []byte, ok bool) {
	if len(b) < direntName {
		return d, nil, false
	}
	n := int(binary.NativeEndian.Uint16(b[16:]))
	if n < direntName || n > len(b) {
		return d, nil, false
	}
	name, _, _ := bytes.Cut(b[direntName:n], []byte{0})
	return dirent{binary.NativeEndian.Uint64(b), binary.NativeEndian.Uint64(b[8:]), b[18], name}, b[n:], true
}

// readdir lists an open folder: fid[4] offset[8] count[4], answered by count[4] and as many bytes of
// qid[13] offset[8] type[1] name[s]. An offset is what the entry before it gave, 0 at first.
func readdir(r *request) error {
	f, off, count := r.fid(), r.u64(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if f.fd < 0 {
		return unix.EBADF
	}
	space, err := r.data(count)
	if err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Fstat(f.fd, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return unix.ENOTDIR
	}
	if _, err := unix.Seek(f.fd, int64(off), io.SeekStart); err != nil {
		return err
	}
	list := make([]byte, max(512, min(len(space), maxDirents)))
	n := 0
	if err := again(func() (err error) { n, err = unix.Getdents(f.fd, list); return err }); err != nil {
		return err
	}
	list = list[:n]
	r.put32(0)
	for d, rest, ok := nextDirent(list); ok; d, rest, ok = nextDirent(rest) {
		if direntSize+len(d.name) > dataHeader+len(space)-len(r.out) {
			break
		}
		r.putDirent(f.fd, &st, d)
	}
	n = len(r.out) - dataHeader
	if n == 0 && len(list) > 0 {
		return unix.EINVAL // count is too small for one
	}
	binary.LittleEndian.PutUint32(r.out[HeaderSize:], uint32(n))
	return nil
}

// putDirent tells of an entry of a folder.
func (r *request) putDirent(fd int, folder *unix.Stat_t, d dirent) {
	inRoot := folder.Dev == r.s.rootStat.Dev && folder.Ino == r.s.rootStat.Ino
	if inRoot && string(d.name) == ".." {
		d.ino = folder.Ino
	}
	if d.kind == unix.DT_UNKNOWN { // not every file system tells
		var st unix.Stat_t
		if unix.Fstatat(fd, string(d.name), &st, unix.AT_SYMLINK_NOFOLLOW) == nil {
			d.kind = uint8(st.Mode & unix.S_IFMT >> 12)
		}
	}
	r.put8(qidType(uint32(d.kind) << 12))
	r.put32(0)
	r.put64(r.s.qidPath(folder.Dev, d.ino))
	r.put64(d.next)
	r.put8(d.kind)
	r.putText(string(d.name))
}

// readlink tells where a link leads, which is the client's to follow: fid[4], answered by target[s].
func readlink(r *request) error {
	f := r.fid()
	if err := r.end(); err != nil {
		return err
	}
	b, n := make([]byte, unix.PathMax), 0
	if err := r.s.handle(f, func(fd int) (err error) { n, err = unix.Readlinkat(fd, "", b); return err }); err != nil {
		if err == unix.ENOENT { // what Linux says of an empty path and no link
			err = unix.EINVAL
		}
		return err
	}
	if 2+n > r.room() {
		return unix.EMSGSIZE
	}
	r.putText(string(b[:n]))
	return nil
}

// made answers with the qid of what make has put into a folder by this name.
func (r *request) made(f *fid, name string, make func(dir int) error) error {
	var st unix.Stat_t
	err := r.s.in(f.path, func(dir int) error {
		if err := again(func() error { return make(dir) }); err != nil {
			return err
		}
		return unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	if err == nil {
		r.putQID(&st)
	}
	return err
}

// symlink makes a link: fid[4] name[s] symtgt[s] gid[4].
func symlink(r *request) error {
	f, name, target, _ := r.fid(), r.name(), r.text(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	return r.made(f, name, func(dir int) error { return unix.Symlinkat(target, dir, name) })
}

// mkdir makes a folder: dfid[4] name[s] mode[4] gid[4].
func mkdir(r *request) error {
	f, name, mode, _ := r.fid(), r.name(), folderMode(r.u32()), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	return r.made(f, name, func(dir int) error {
		if err := unix.Mkdirat(dir, name, mode); err != nil {
			return err
		}
		fd, err := pinned.OpenBeneath(dir, name, true)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		var st unix.Stat_t // with the process's umask, and what the folder above gives on
		if err := unix.Fstat(fd, &st); err != nil || st.Mode&0o777 == mode&0o777 {
			return err
		}
		return chmod(fd, mode|st.Mode&unix.S_ISGID)
	})
}

// mknod makes a regular file: dfid[4] name[s] mode[4] major[4] minor[4] gid[4]. All others are devices of the
// host, or things that its programs would wait on.
func mknod(r *request) error {
	f, name, mode, _, _, _ := r.fid(), r.name(), r.u32(), r.u32(), r.u32(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if kind := mode & unix.S_IFMT; kind != unix.S_IFREG && kind != 0 {
		return unix.EPERM
	}
	flags, _ := hostFlags(0)
	fd, st, err := r.s.create(f.path, name, flags, mode)
	if err != nil {
		return err
	}
	unix.Close(fd)
	r.putQID(&st)
	return nil
}

// link gives a file one more name: dfid[4] fid[4] name[s].
func link(r *request) error {
	to, f, name := r.fid(), r.fid(), r.name()
	if err := r.end(); err != nil {
		return err
	}
	folder, base, err := split(f.path)
	if err != nil {
		return err
	}
	return r.s.in(folder, func(from int) error {
		return r.s.in(to.path, func(dir int) error { return unix.Linkat(from, base, dir, name, 0) })
	})
}

// rename gives a file another name: fid[4] dfid[4] name[s].
func rename(r *request) error {
	f, to, name := r.fid(), r.fid(), r.name()
	if err := r.end(); err != nil {
		return err
	}
	folder, base, err := split(f.path)
	if err != nil {
		return err
	}
	return r.s.rename(folder, base, to.path, name)
}

// renameat does so by its old name: olddirfid[4] oldname[s] newdirfid[4] newname[s].
func renameat(r *request) error {
	from, old, to, name := r.fid(), r.name(), r.fid(), r.name()
	if err := r.end(); err != nil {
		return err
	}
	return r.s.rename(from.path, old, to.path, name)
}

func (s *Server) rename(folder, old, to, name string) error {
	err := s.in(folder, func(from int) error {
		return s.in(to, func(dir int) error { return unix.Renameat(from, old, dir, name) })
	})
	if err == nil {
		s.moved(step(folder, old), step(to, name))
	}
	return err
}

// unlinkat removes a name: dirfid[4] name[s] flags[4].
func unlinkat(r *request) error {
	f, name, flags := r.fid(), r.name(), r.u32()
	if err := r.end(); err != nil {
		return err
	}
	if flags&^unix.AT_REMOVEDIR != 0 {
		return unix.EINVAL
	}
	return r.s.in(f.path, func(dir int) error { return unix.Unlinkat(dir, name, int(flags)) })
}

// remove removes a file, and gives up the fid in any case: fid[4].
func remove(r *request) error {
	f := r.fid()
	if err := r.end(); err != nil {
		return err
	}
	r.s.forget(f)
	_ = r.s.shut(f)
	if r.s.readOnly {
		return unix.EROFS
	}
	folder, base, err := split(f.path)
	if err != nil {
		return err
	}
	return r.s.in(folder, func(dir int) error {
		err := unix.Unlinkat(dir, base, 0)
		if err == unix.EISDIR {
			err = unix.Unlinkat(dir, base, unix.AT_REMOVEDIR)
		}
		return err
	})
}
