package p9

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Flags as the client has them.
const (
	lRDONLY = 0
	lWRONLY = 1
	lRDWR   = 2
	lTRUNC  = 0o1000
	lAPPEND = 0o2000
)

func TestVersion(t *testing.T) {
	c := newClient(t, false)
	r := c.must(tversion, uint32(1<<31), versionName)
	if size := r.u32(); size != MaxMessage {
		t.Errorf("messages of %d bytes", size)
	}
	if len(c.s.fids) != 0 {
		t.Error("fids are left of the session before")
	}
	r = c.must(tversion, uint32(8192), "9P2000.u")
	if size, name := r.u32(), r.text(); size != 8192 || name != versionOther {
		t.Errorf("version %q, %d", name, size)
	}
	c.fails(unix.EPROTO, tattach, root, uint32(noFID), "", "", 0)
	c.fails(unix.EMSGSIZE, tversion, uint32(100), versionName)
	c.begin(4096)
	c.fails(unix.EMSGSIZE, tsymlink, root, "x", strings.Repeat("y", 4096), 0)
	c.fails(unix.EINVAL, tattach, root, uint32(noFID), "", "", 0)
	c.fails(unix.EINVAL, tattach, uint32(noFID), uint32(noFID), "", "", 0)
	c.fails(unix.EINVAL, tattach, one, root, "", "", 0)
	for typ := range 256 {
		if typ != tversion && handlers[typ].do == nil {
			c.fails(unix.EOPNOTSUPP, uint8(typ))
		}
	}
	c.must(tflush, uint16(3))
}

func TestFiles(t *testing.T) {
	c := newClient(t, false)
	if err := c.walk(root, one, "file"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.read(one, 0, 10); err != unix.EBADF {
		t.Errorf("read what is not open: %v", err)
	}
	r := c.must(tlopen, one, lRDONLY)
	r.qid()
	if unit := r.u32(); unit != 65536-ioOverhead {
		t.Errorf("iounit %d", unit)
	}
	c.fails(unix.EBUSY, tlopen, one, lRDONLY)
	c.fails(unix.EBUSY, twalk, one, one, []string{})
	if s, err := c.read(one, 3, 100); s != "tents\n" || err != nil {
		t.Errorf("read %q, %v", s, err)
	}
	if s, err := c.read(one, 1<<40, 100); s != "" || err != nil {
		t.Errorf("read behind the end: %q, %v", s, err)
	}
	if _, err := c.read(one, 1<<63, 100); err != unix.EINVAL {
		t.Errorf("read at a negative offset: %v", err)
	}
	if _, err := c.write(one, 0, "x"); err != unix.EBADF {
		t.Errorf("write what is open for reading: %v", err)
	}
	if err := c.walk(root, two); err != nil {
		t.Fatal(err)
	}
	c.must(tlcreate, two, "new", lRDWR, 0o666, 0)
	if n, err := c.write(two, 5, "hello"); n != 5 || err != nil {
		t.Errorf("write: %d, %v", n, err)
	}
	if s, err := c.read(two, 0, 100); s != "\x00\x00\x00\x00\x00hello" || err != nil {
		t.Errorf("read back: %q, %v", s, err)
	}
	c.must(tfsync, two, 0)
	c.must(tfsync, two, 1)
	if fi, err := os.Stat(c.path("new")); err != nil || fi.Mode() != 0o666 {
		t.Errorf("%v, %v: want the client's rights, whatever the umask here", fi, err)
	}
	// An open file stays what it is when its name goes.
	c.must(tunlinkat, root, "new", 0)
	if st, err := c.stat(two); st.Nlink != 0 || st.Size != 10 || err != nil {
		t.Errorf("unlinked: %d names, %d bytes, %v", st.Nlink, st.Size, err)
	}
	c.must(tsetattr, two, setSize, 0, 0, 0, uint64(3), uint64(0), uint64(0), uint64(0), uint64(0))
	if st, _ := c.stat(two); st.Size != 3 {
		t.Errorf("size %d", st.Size)
	}
	if err := c.walk(two, three); err != nil { // a walk of no names looks at nothing
		t.Error(err)
	}
	if _, err := c.stat(three); err != unix.ENOENT {
		t.Errorf("a fid that is not open: %v", err)
	}
	c.clunk(two)
	c.fails(unix.EBADF, tclunk, two)
	c.fails(unix.EINVAL, tlopen, three, 3)

	// Opened for writing while the rights let it, and cut when they no longer do.
	c.clunk(three)
	c.walk(root, three)
	c.must(tlcreate, three, "locked", lWRONLY, 0o444, 0)
	c.must(tsetattr, three, setSize, 0, 0, 0, uint64(7), uint64(0), uint64(0), uint64(0), uint64(0))
	c.clunk(three)
	c.walk(root, three, "locked")
	c.must(tlopen, three, lWRONLY|lTRUNC)
	if st, _ := c.stat(three); st.Size != 0 {
		t.Errorf("size %d after O_TRUNC", st.Size)
	}
	if len(c.s.fids) != 3 || c.s.open != 2 {
		t.Errorf("%d fids, %d open", len(c.s.fids), c.s.open)
	}
}

func TestAttributes(t *testing.T) {
	c := newClient(t, false)
	c.walk(root, one, "file")
	set := func(want error, fid int, valid, mode int, uid uint32, size uint64, atime, mtime unix.Timespec) {
		t.Helper()
		if _, err := c.call(tsetattr, fid, valid, mode, uid, uid, size, uint64(atime.Sec), uint64(atime.Nsec), uint64(mtime.Sec), uint64(mtime.Nsec)); err != want {
			t.Errorf("%v, want %v", err, want)
		}
	}
	none := unix.Timespec{}
	set(nil, one, setMode, 0o6751, 0, 0, none, none)
	if st, _ := c.stat(one); st.Mode != unix.S_IFREG|0o751 {
		t.Errorf("mode %o: the set-ID bits go", st.Mode)
	}
	set(nil, one, setATime|setATimeNow|setMTime|setMTimeNow, 0, 0, 0, unix.Timespec{Sec: -5, Nsec: 1}, unix.Timespec{Sec: 1 << 33, Nsec: 999999999})
	set(nil, one, setSize, 0, 0, 4, none, none)
	st, _ := c.stat(one)
	var host unix.Stat_t
	if err := unix.Lstat(c.path("file"), &host); err != nil {
		t.Fatal(err)
	}
	host.Dev = 0 // what the protocol does not tell
	if st != host || st.Size != 4 || st.Atim.Nsec != 1 {
		t.Errorf("attributes\n%+v, the host's are\n%+v", st, host)
	}
	before := time.Now().Add(-time.Second)
	set(nil, one, setMTime, 0, 0, 0, none, unix.Timespec{Sec: 1})
	if st, _ = c.stat(one); time.Unix(st.Mtim.Unix()).Before(before) || st.Atim.Nsec != 1 {
		t.Errorf("times %v, %v", st.Atim, st.Mtim)
	}
	set(unix.EINVAL, one, setMTime|setMTimeNow, 0, 0, 0, none, unix.Timespec{Nsec: 1e9})
	set(unix.EFBIG, one, setSize, 0, 0, 1<<63, none, none)
	set(nil, one, setUID|setGID, 0, uint32(os.Getuid()), 0, none, none)

	c.walk(root, two, "up") // a link is not what it leads to
	set(unix.EOPNOTSUPP, two, setMode, 0o777, 0, 0, none, none)
	set(unix.EINVAL, two, setSize, 0, 0, 0, none, none)
	set(nil, two, setMTime|setMTimeNow, 0, 0, 0, none, unix.Timespec{Sec: 42})
	if st, err := c.stat(two); st.Mtim.Sec != 42 || st.Mode&unix.S_IFMT != unix.S_IFLNK {
		t.Errorf("link %+v, %v", st, err)
	}
	set(unix.EISDIR, root, setSize, 0, 0, 0, none, none)
	set(nil, root, setMode, 0o7700, 0, 0, none, none)
	if st, _ := c.stat(root); st.Mode != unix.S_IFDIR|0o3700 {
		t.Errorf("folder's mode %o", st.Mode)
	}

	r := c.must(tstatfs, one)
	var fs unix.Statfs_t
	if err := unix.Statfs(c.dir, &fs); err != nil {
		t.Fatal(err)
	}
	if typ, bsize, blocks := r.u32(), r.u32(), r.u64(); int64(typ) != fs.Type || int64(bsize) != fs.Bsize || blocks != fs.Blocks {
		t.Errorf("file system %#x, %d, %d; the host's is %+v", typ, bsize, blocks, fs)
	}
	r.take(4*8 + 8)
	if n := r.u32(); int64(n) != fs.Namelen || r.end() != nil {
		t.Errorf("names of %d bytes, %v", n, r.err)
	}
}

func TestLocks(t *testing.T) {
	c := newClient(t, false)
	if r := c.must(tlock, root, uint8(1), 1, uint64(0), uint64(0), 77, "client"); r.u8() != lockSuccess || r.end() != nil {
		t.Error("the lock was not granted")
	}
	r := c.must(tgetlock, root, uint8(1), uint64(3), uint64(4), 77, "client")
	if typ, start, length, proc, name := r.u8(), r.u64(), r.u64(), r.u32(), r.text(); typ != lockUnlocked || start != 3 || length != 4 || proc != 77 || name != "client" || r.end() != nil {
		t.Errorf("lock %d of %q", typ, name)
	}
}

func TestFolders(t *testing.T) {
	c := newClient(t, false)
	const files = 1000
	c.must(tmkdir, root, "many", 0o750, 0)
	for i := range files {
		if err := os.WriteFile(c.path("many", strings.Repeat("n", i%200)+fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"", "many", "sub"} {
		names := strings.FieldsFunc(folder, func(r rune) bool { return r == '/' })
		if err := c.walk(root, one, names...); err != nil {
			t.Fatal(err)
		}
		c.must(tlopen, one, lRDONLY)
		host, err := os.ReadDir(c.path(folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, count := range []int{250, 4000, 1 << 20} {
			got, err := c.list(one, count)
			if err != nil || len(got) != len(host)+2 {
				t.Fatalf("%q, %d bytes at once: %d entries, want %d, %v", folder, count, len(got), len(host)+2, err)
			}
			for i, e := range got {
				var st unix.Stat_t
				if err := unix.Lstat(c.path(folder, e.name), &st); err != nil || i > 1 && e.name != host[i-2].Name() {
					t.Fatalf("entry %+v, %v", e, err)
				}
				up := e.name == ".." && folder == ""
				if !up && e.ino != st.Ino || e.kind != uint8(st.Mode>>12&15) || e.typ != qidType(st.Mode) {
					t.Errorf("entry %+v, the host says inode %d, mode %o", e, st.Ino, st.Mode)
				}
				if rootStat := c.s.rootStat; up && e.ino != rootStat.Ino {
					t.Errorf("the shared folder's .. is %+v", e)
				}
			}
		}
		c.clunk(one)
	}
	c.walk(root, one, "many")
	c.must(tlopen, one, lRDONLY)
	c.fails(unix.EINVAL, treaddir, one, uint64(0), 10)
	if _, err := c.read(one, 0, 10); err != unix.EISDIR {
		t.Errorf("read a folder: %v", err)
	}
	c.walk(root, two, "file")
	c.must(tlopen, two, lRDONLY)
	c.fails(unix.ENOTDIR, treaddir, two, uint64(0), 100)
	c.fails(unix.ENOTEMPTY, tunlinkat, root, "many", unix.AT_REMOVEDIR)
	c.fails(unix.EISDIR, tunlinkat, root, "many", 0)
	c.fails(unix.ENOTDIR, tunlinkat, root, "file", unix.AT_REMOVEDIR)
	c.fails(unix.EINVAL, tunlinkat, root, "file", 1)
	c.must(tmkdir, root, "empty", 0o1777, 0)
	if fi, err := os.Stat(c.path("empty")); err != nil || fi.Mode() != os.ModeDir|os.ModeSticky|0o777 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	c.walk(root, three, "empty")
	c.must(tremove, three)
	c.fails(unix.EBADF, tclunk, three)
	c.walk(root, three, "many")
	c.fails(unix.ENOTEMPTY, tremove, three)
	c.fails(unix.EBADF, tclunk, three)
	c.fails(unix.EBUSY, tremove, root)
}

func TestLinks(t *testing.T) {
	c := newClient(t, false)
	long := strings.Repeat("x", unix.PathMax-1)
	for _, target := range []string{"../../../etc/passwd", "/", "a b", long} {
		typ, _ := c.must(tsymlink, root, "new", target, 0).qid()
		if typ != qidLink {
			t.Errorf("type %#x", typ)
		}
		c.walk(root, one, "new")
		if got := c.must(treadlink, one).text(); got != target {
			t.Errorf("link to %q, want %q", got, target)
		}
		c.must(tremove, one)
	}
	c.walk(root, one, "file")
	c.fails(unix.EINVAL, treadlink, one)
	c.must(tlink, root, one, "other")
	if st, _ := c.stat(one); st.Nlink != 2 {
		t.Errorf("%d names", st.Nlink)
	}
	c.fails(unix.EEXIST, tlink, root, one, "other")
	c.walk(root, two, "up") // of the link itself, not of the file outside
	c.must(tlink, root, two, "up2")
	if target, err := os.Readlink(c.path("up2")); target != "../secret" || err != nil {
		t.Errorf("link to %q, %v", target, err)
	}
	c.fails(unix.EBUSY, tlink, root, root, "loop")
}

// The fids of what is renamed, and of all below, go with it.
func TestRename(t *testing.T) {
	c := newClient(t, false)
	c.must(tmkdir, root, "a", 0o755, 0)
	c.walk(root, one, "a")
	c.must(tmkdir, one, "b", 0o755, 0)
	c.walk(one, two, "b")
	if err := c.walk(two, three); err != nil {
		t.Fatal(err)
	}
	c.must(tlcreate, three, "open", lRDWR, 0o600, 0)
	c.must(tlcreate, two, "c", lRDWR, 0o600, 0)
	c.clunk(two)
	c.walk(root, two, "a", "b", "c")
	// By name, by fid, and over what is there.
	c.must(tmkdir, root, "ab", 0o700, 0) // begins alike
	c.walk(root, 10, "ab")
	c.must(trenameat, root, "a", root, "z")
	if st, err := c.stat(two); err != nil || st.Mode != unix.S_IFREG|0o600 {
		t.Errorf("after a rename above: %v", err)
	}
	if _, err := c.stat(10); err != nil {
		t.Errorf("a name that begins alike: %v", err)
	}
	c.walk(root, 11, "sub")
	c.must(trename, one, 11, "moved") // z -> sub/moved
	c.must(trenameat, one, "b", root, "bb")
	if _, err := os.Stat(c.path("bb", "c")); err != nil {
		t.Error(err)
	}
	if _, err := c.write(three, 0, "still open"); err != nil {
		t.Error(err)
	}
	c.must(trename, two, root, "file")
	if st, err := c.stat(two); err != nil || st.Size != 0 {
		t.Errorf("%v", err)
	}
	if b, err := os.ReadFile(c.path("file")); len(b) != 0 || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	c.walk(root, 12, "bb")
	c.fails(unix.EINVAL, trename, 12, 12, "below itself")
	c.fails(unix.EBUSY, trename, root, 12, "root")
	c.fails(unix.ENOENT, trenameat, root, "none", root, "x")
	if err := c.walk(12, 13, "..", "..", "..", "file"); err != nil {
		t.Errorf("back beyond the shared folder, which goes nowhere: %v", err)
	}
	if got, want := c.s.fids[13].path, "file"; got != want {
		t.Errorf("path %q", got)
	}
}

// Renaming can make paths as long as it likes; they do not fill the memory.
func TestLongPaths(t *testing.T) {
	c := newClient(t, false)
	name := strings.Repeat("d", 200)
	const depth = 15
	for top := range 3 {
		c.must(tmkdir, root, fmt.Sprint(top), 0o755, 0)
		if err := c.walk(root, 100*top+10, fmt.Sprint(top)); err != nil {
			t.Fatal(err)
		}
		for i := range depth {
			c.must(tmkdir, 100*top+10+i, name, 0o755, 0)
			if err := c.walk(100*top+10+i, 100*top+11+i, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.must(trenameat, root, "0", 110+depth, "0")
	c.must(trenameat, root, "1", 210+depth, "1")
	total := 0
	for _, f := range c.s.fids {
		if total += len(f.path); len(f.path) > unix.PathMax {
			t.Errorf("path of %d bytes", len(f.path))
		}
	}
	if _, err := c.stat(10 + depth); err != unix.ENAMETOOLONG {
		t.Errorf("what is too deep: %v", err)
	}
	if err := c.walk(10+depth, one, "x"); err != unix.ENAMETOOLONG {
		t.Errorf("what is too deep: %v", err)
	}
	c.must(trenameat, root, "2", root, "short")
	if _, err := c.stat(210 + depth); err != nil {
		t.Error(err)
	}
	c.clunk(10 + depth)
}

// Fids of long paths are fewer; what is counted is what there is.
func TestManyLongPaths(t *testing.T) {
	c := newClient(t, false)
	name := strings.Repeat("d", 250)
	const depth = 15
	c.walk(root, 10)
	for i := range depth {
		c.must(tmkdir, 10+i, name, 0o755, 0)
		if err := c.walk(10+i, 11+i, name); err != nil {
			t.Fatal(err)
		}
	}
	check := func() {
		t.Helper()
		total := 0
		for _, f := range c.s.fids {
			total += len(f.path)
		}
		if total != c.s.paths || total > maxPaths+unix.PathMax {
			t.Errorf("paths of %d bytes, counted %d", total, c.s.paths)
		}
	}
	n, err := 1000, error(nil)
	for ; err == nil && n < maxFIDs; n++ {
		err = c.walk(9+depth, n, name)
	}
	if err != unix.ENFILE {
		t.Errorf("after %d fids: %v", n, err)
	}
	check()
	for i := 1000; i < 1100; i++ {
		c.clunk(i)
	}
	check()
	c.must(trenameat, root, name, root, "short")
	check()
	if err := c.walk(root, 1000, "file"); err != nil {
		t.Error(err)
	}
	c.walk(1000, 1000, "..", "sub") // in place of itself
	check()
	c.s.Reset()
	check()
}

func TestReadOnly(t *testing.T) {
	c := newClient(t, true)
	c.walk(root, one, "file")
	zero := uint64(0)
	for _, m := range [][]any{
		{tlopen, one, lWRONLY}, {tlopen, one, lRDWR}, {tlopen, one, lRDONLY | lTRUNC},
		{tlcreate, one, "x", lRDONLY, 0o600, 0}, {tmkdir, root, "x", 0o700, 0}, {tsymlink, root, "x", "y", 0},
		{tmknod, root, "x", 0o600, 0, 0, 0}, {tlink, root, one, "x"}, {trename, one, root, "x"},
		{trenameat, root, "file", root, "x"}, {tunlinkat, root, "file", 0},
		{tsetattr, one, setMode, 0, 0, 0, zero, zero, zero, zero, zero},
	} {
		c.fails(unix.EROFS, uint8(m[0].(int)), m[1:]...)
	}
	c.must(tlopen, one, lRDONLY|lAPPEND)
	c.fails(unix.EROFS, twrite, one, zero, 1, []byte("x"))
	if s, err := c.read(one, 0, 100); s != "contents\n" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	c.fails(unix.EROFS, tremove, one)
	c.fails(unix.EBADF, tclunk, one)
	if list, err := os.ReadDir(c.dir); len(list) != 5 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

// What is outside cannot be named.
func TestEscapes(t *testing.T) {
	c := newClient(t, false)
	zero := uint64(0)
	for _, name := range []string{"", ".", "..", "/", "a/b", "../secret", "/etc", "sub/../..", "nul\x00", "..\x00"} {
		for _, m := range [][]any{
			{tlcreate, root, name, lRDWR, 0o600, 0}, {tmkdir, root, name, 0o700, 0}, {tsymlink, root, name, "y", 0},
			{tmknod, root, name, 0o600, 0, 0, 0}, {tlink, root, root, name}, {trename, root, root, name},
			{trenameat, root, name, root, "x"}, {trenameat, root, "file", root, name},
			{tunlinkat, root, name, 0}, {tunlinkat, root, name, unix.AT_REMOVEDIR},
		} {
			c.fails(unix.EINVAL, uint8(m[0].(int)), m[1:]...)
		}
		if name != ".." {
			c.fails(unix.ENOENT, twalk, root, one, []string{name})
		}
	}
	// Back from the shared folder is the shared folder.
	for range 3 {
		c.walk(root, one, "..", "..", "sub", "..", "..")
		st, err := c.stat(one)
		if err != nil || st.Ino != c.s.rootStat.Ino {
			t.Errorf("inode %d, %v", st.Ino, err)
		}
		c.clunk(one)
	}
	// Links are the client's to follow, also those that lead inside.
	for _, name := range []string{"up", "etc", "inside"} {
		if err := c.walk(root, one, name, "passwd"); err != unix.ENOENT {
			t.Errorf("walk through %s: %v", name, err)
		}
		c.walk(root, one, name)
		c.fails(unix.ELOOP, tlopen, one, lRDONLY)
		c.fails(unix.ENOTDIR, tlcreate, one, "made", lRDWR, 0o600, 0)
		c.fails(unix.ENOTDIR, tmkdir, one, "made", 0o700, 0)
		c.fails(unix.ENOTDIR, tunlinkat, one, "secret", 0)
		c.fails(unix.ENOTDIR, trenameat, root, "file", one, "made")
		c.fails(unix.ENOTDIR, trenameat, one, "passwd", root, "made")
		c.clunk(one)
		c.walk(root, one)
		c.fails(unix.ELOOP, tlcreate, one, name, lRDWR|lTRUNC, 0o600, 0)
		c.fails(unix.EEXIST, tmknod, root, name, 0o600, 0, 0, 0)
		c.clunk(one)
	}
	// A file becomes a link between two requests.
	c.walk(root, one, "sub", "deep")
	c.walk(root, two, "sub")
	for _, err := range []error{os.Rename(c.path("sub"), c.path("away")), os.Symlink("..", c.path("sub")), os.WriteFile(filepath.Join(c.dir, "../deep"), []byte("outside"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c.fails(unix.ELOOP, tlopen, one, lRDWR)
	c.fails(unix.ELOOP, tsetattr, one, setSize, 0, 0, 0, zero, zero, zero, zero, zero)
	c.fails(unix.ENOTDIR, tremove, one)
	c.fails(unix.ENOTDIR, tunlinkat, two, "deep", 0)
	if b, err := os.ReadFile(filepath.Join(c.dir, "../deep")); string(b) != "outside" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// A folder that is moved out of the shared one is gone, with all below it.
func TestMovedAway(t *testing.T) {
	c := newClient(t, false)
	c.walk(root, one, "sub")
	c.walk(root, two, "sub", "deep")
	outside := filepath.Join(c.dir, "../outside")
	if err := os.Rename(c.path("sub"), outside); err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"deep"}, {"..", "sub"}} {
		if err := c.walk(one, three, names...); err != unix.ENOENT {
			t.Errorf("walk %q: %v", names, err)
		}
	}
	c.fails(unix.ENOENT, tlcreate, one, "made", lRDWR, 0o600, 0)
	c.fails(unix.ENOENT, tlopen, two, lRDONLY)
	c.fails(unix.ENOENT, tmkdir, one, "made", 0o700, 0)
	if err := c.walk(one, three, "..", "..", "file"); err != nil {
		t.Error(err)
	}
	// The shared folder itself may be moved.
	if err := os.Rename(c.dir, c.dir+"2"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.stat(three); err != nil {
		t.Error(err)
	}
}

// While somebody on the host exchanges a folder and a link, a client that walks there and opens what it finds
// never gets what is outside.
func TestRace(t *testing.T) {
	c := newClient(t, false)
	outside := filepath.Join(c.dir, "../sub")
	for _, err := range []error{
		os.Mkdir(outside, 0o755), os.WriteFile(filepath.Join(outside, "deep"), []byte("outside"), 0o644), os.Symlink("../sub", c.path("link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			default:
				_ = unix.Renameat2(unix.AT_FDCWD, c.path("sub"), unix.AT_FDCWD, c.path("link"), unix.RENAME_EXCHANGE)
			}
		}
	}()
	opened := 0
	for range 5000 {
		if c.walk(root, one, "sub", "deep") != nil {
			continue
		}
		if _, err := c.call(tlopen, one, lRDONLY); err == nil {
			opened++
			if s, err := c.read(one, 0, 100); s != "deep\n" || err != nil {
				t.Errorf("%q, %v", s, err)
			}
		}
		c.clunk(one)
	}
	close(stop)
	<-ended
	t.Log("opened", opened, "times")
}

// Devices and pipes of the host are neither opened nor made.
func TestSpecialFiles(t *testing.T) {
	c := newClient(t, false)
	if err := unix.Mkfifo(c.path("pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	names := []string{"pipe"}
	if os.Getuid() == 0 && unix.Mknod(c.path("null"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))) == nil {
		names = append(names, "null")
	}
	for _, name := range names {
		c.walk(root, one, name)
		if st, err := c.stat(one); err != nil || st.Mode&unix.S_IFMT == unix.S_IFREG {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
		for _, flags := range []int{lRDONLY, lWRONLY, lRDWR | lTRUNC} {
			c.fails(unix.ENXIO, tlopen, one, flags)
		}
		for _, what := range []int{setMode, setUID, setMTime} {
			if name == "null" {
				c.fails(unix.EPERM, tsetattr, one, what, 0o777, 0, 0, uint64(0), uint64(0), uint64(0), uint64(0), uint64(0))
			}
		}
		c.clunk(one)
		c.walk(root, one)
		c.fails(unix.ENXIO, tlcreate, one, name, lRDWR, 0o600, 0)
		c.clunk(one)
	}
	for _, kind := range []int{unix.S_IFCHR, unix.S_IFBLK, unix.S_IFIFO, unix.S_IFSOCK, unix.S_IFLNK, unix.S_IFDIR} {
		c.fails(unix.EPERM, tmknod, root, "made", kind|0o600, 1, 3, 0)
	}
	c.must(tmknod, root, "made", unix.S_IFREG|0o4755, 0, 0, 0)
	if fi, err := os.Lstat(c.path("made")); err != nil || fi.Mode() != 0o755 {
		t.Errorf("%v, %v", fi, err)
	}
}

// A program of the host that runs with its owner's rights does not do so any more once the guest can change it, as root's server may
// (CAP_FSETID): neither by writing, nor by a new size.
func TestSetIDFiles(t *testing.T) {
	c := newClient(t, false)
	name := c.path("program")
	for what, change := range map[string]func(){
		"writing":    func() { c.must(tlopen, one, lWRONLY); c.must(twrite, one, uint64(0), 3, []byte("mine")[:3]) },
		"truncating": func() { c.must(tlopen, one, lRDONLY|lTRUNC) },
		"resizing":   func() { c.must(tsetattr, one, setSize, 0, 0, 0, uint64(2), uint64(0), uint64(0), uint64(0), uint64(0)) },
		"creating":   func() { c.must(tlcreate, one, "program", lRDWR, 0o600, 0) },
	} {
		if err := errors.Join(os.WriteFile(name, []byte("theirs"), 0o755), unix.Chmod(name, 0o6755)); err != nil {
			t.Fatal(err)
		}
		if what == "creating" {
			c.walk(root, one)
		} else {
			c.walk(root, one, "program")
			c.walk(one, two)
			c.must(tlopen, two, lRDONLY) // which changes nothing
			c.clunk(two)
		}
		if fi, err := os.Stat(name); err != nil || fi.Mode()&(fs.ModeSetuid|fs.ModeSetgid) == 0 {
			t.Fatalf("before %s: %v, %v", what, fi, err)
		}
		change()
		if fi, err := os.Stat(name); err != nil || fi.Mode() != 0o755 {
			t.Errorf("after %s: %v, %v", what, fi, err)
		}
		c.clunk(one)
		os.Remove(name)
	}
}

func TestLimits(t *testing.T) {
	c := newClient(t, false)
	c.s.maxOpen = 10
	for i := range c.s.maxOpen {
		c.walk(root, 10+i, "file")
		c.must(tlopen, 10+i, lRDONLY)
	}
	c.walk(root, one, "file")
	c.fails(unix.ENFILE, tlopen, one, lRDONLY)
	c.walk(root, two)
	c.fails(unix.ENFILE, tlcreate, two, "new", lRDWR, 0o600, 0)
	if _, err := os.Stat(c.path("new")); err == nil {
		t.Error("a file was made that could not be opened")
	}
	c.clunk(10)
	c.must(tlopen, one, lRDONLY)

	for i := 1000; len(c.s.fids) < maxFIDs; i++ {
		if err := c.walk(root, i); err != nil {
			t.Fatal(err)
		}
	}
	c.fails(unix.ENFILE, twalk, root, 999, []string{})
	c.fails(unix.ENFILE, tattach, 999, uint32(noFID), "", "", 0)
	c.fails(unix.EINVAL, twalk, root, 1000, []string{})
	c.fails(unix.EINVAL, twalk, root, 999, make([]string, maxWalk+1))
	c.fails(unix.EBADF, twalk, 999, 998, []string{})
}

func TestRoom(t *testing.T) {
	c := newClient(t, false)
	c.walk(root, one, "file")
	c.must(tlopen, one, lRDONLY)
	c.room = dataHeader + 3
	if s, err := c.read(one, 0, 100); s != "con" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	for _, m := range []struct {
		msg  []byte
		room int
	}{
		{message(tgetattr, one, uint64(0)), 50},
		{message(tread, one, uint64(0), 5), errorSize - 1},
		{message(tread, one, uint64(0), 5)[:6], 100},
		{nil, 100},
		{[]byte{0, 0, 0, 0, tflush, 0, 0}, 100},
		{[]byte{6, 0, 0, 0, tflush, 0, 0}, 100},
		{[]byte{10, 0, 0, 0, tflush, 0, 0}, 100},
		{[]byte{255, 255, 255, 255, tflush, 0, 0}, 100},
	} {
		_, err := c.s.Handle(m.msg, m.room)
		var fe *FramingError
		if !errors.As(err, &fe) {
			t.Errorf("%v in %d bytes: %v", m.msg, m.room, err)
		}
	}
	// Files may not grow to where the host ends the process.
	c.room = MaxMessage
	c.s.maxSize = 20
	c.walk(root, two)
	c.must(tlcreate, two, "new", lRDWR, 0o600, 0)
	if _, err := c.write(two, 20, "x"); err != unix.EFBIG {
		t.Errorf("%v", err)
	}
	zero := uint64(0)
	c.fails(unix.EFBIG, tsetattr, two, setSize, 0, 0, 0, uint64(21), zero, zero, zero, zero)
}

// Messages that end early, or have more behind, are refused whole.
func TestMalformed(t *testing.T) {
	c := newClient(t, false)
	for _, m := range messages {
		for n := HeaderSize; n < len(m); n++ {
			cut := append([]byte{}, m[:n]...)
			cut[0], cut[1] = byte(n), byte(n>>8)
			b, err := c.s.Handle(cut, 65536)
			if err != nil || b[4] != rlerror {
				t.Errorf("the first %d bytes of %v: %v, %v", n, m, b, err)
			}
		}
		if m[4] == twrite { // says itself how much there is
			continue
		}
		more := append(append([]byte{}, m...), 0)
		more[0]++
		if b, err := c.s.Handle(more, 65536); err != nil || b[4] != rlerror {
			t.Errorf("a byte more than %v: %v, %v", m, b, err)
		}
	}
}

// Without root's rights the server does what its user may do.
func TestOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends
		c := newClient(t, false)
		for dir := c.dir; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Error(err)
			}
		}
		const nobody = 65534
		for _, call := range [][2]uintptr{{unix.SYS_SETGROUPS, 0}, {unix.SYS_SETRESGID, nobody}, {unix.SYS_SETRESUID, nobody}} {
			second := call[1]
			if call[0] == unix.SYS_SETGROUPS {
				second = 0
			}
			if _, _, errno := unix.RawSyscall(call[0], call[1], second, second); errno != 0 {
				t.Error(errno)
				return
			}
		}
		zero := uint64(0)
		c.walk(root, one, "file")
		c.fails(unix.EACCES, tlopen, one, lRDWR)
		c.fails(unix.EPERM, tsetattr, one, setMode, 0o777, 0, 0, zero, zero, zero, zero, zero)
		c.walk(root, two)
		c.must(tlcreate, two, "mine", lRDWR, 0o640, 0)
		st, err := c.stat(two)
		if err != nil || st.Uid != nobody || st.Gid != nobody || st.Mode != unix.S_IFREG|0o640 {
			t.Errorf("%+v, %v", st, err)
		}
		c.must(tsetattr, two, setMode, 0o600, 0, 0, zero, zero, zero, zero, zero)
		c.fails(unix.EPERM, tsetattr, two, setUID, 0, 0, 0, zero, zero, zero, zero, zero)
		c.walk(root, three, "mine")
		c.must(tsetattr, three, setMode|setSize|setMTime, 0o400, 0, 0, zero, zero, zero, zero, zero)
		c.fails(unix.EACCES, tlopen, three, lWRONLY)
	}()
	<-done
}
