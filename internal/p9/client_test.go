package p9

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// client is a small client, which sends what the test tells it.
type client struct {
	t    testing.TB
	s    *Server
	dir  string // the shared folder
	room int
}

// Numbers of the tests' fids.
const (
	root = iota + 1
	one
	two
	three
)

// newClient shares a new folder with files in it, and has root stand for it. What is beside the
// folder must stay as it is.
func newClient(t testing.TB, readOnly bool) *client {
	dir := filepath.Join(t.TempDir(), "shared")
	for _, err := range []error{
		os.Mkdir(dir, 0o755),
		os.Mkdir(filepath.Join(dir, "sub"), 0o755),
		os.WriteFile(filepath.Join(dir, "file"), []byte("contents\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "sub", "deep"), []byte("deep\n"), 0o600),
		os.Symlink("../secret", filepath.Join(dir, "up")),
		os.Symlink("/etc", filepath.Join(dir, "etc")),
		os.Symlink("sub", filepath.Join(dir, "inside")),
		os.WriteFile(filepath.Join(dir, "../secret"), []byte("secret\n"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if b, err := os.ReadFile(filepath.Join(dir, "../secret")); err != nil || string(b) != "secret\n" {
			t.Errorf("the file outside: %q, %v", b, err)
		}
	})
	s, err := New(dir, readOnly)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := &client{t: t, s: s, dir: dir, room: MaxMessage}
	c.begin(65536)
	return c
}

func (c *client) begin(msize uint32) {
	c.t.Helper()
	r := c.must(tversion, msize, versionName)
	if size, name := r.u32(), r.text(); size != msize || name != versionName || r.end() != nil {
		c.t.Fatalf("version %q with messages of %d bytes, %v", name, size, r.err)
	}
	c.must(tattach, uint32(root), uint32(noFID), "user", "", uint32(0))
}

// message packs fields: numbers, and texts and lists of texts with their lengths. []byte goes as it is.
func message(typ uint8, fields ...any) []byte {
	r := &request{tag: 7}
	r.begin(typ)
	for _, f := range fields {
		switch v := f.(type) {
		case int:
			r.put32(uint32(v))
		case uint8:
			r.put8(v)
		case uint16:
			r.put16(v)
		case uint32:
			r.put32(v)
		case uint64:
			r.put64(v)
		case string:
			r.putText(v)
		case []string:
			r.put16(uint16(len(v)))
			for _, s := range v {
				r.putText(s)
			}
		case []byte:
			r.out = append(r.out, v...)
		default:
			panic("field of an unknown kind")
		}
	}
	binary.LittleEndian.PutUint32(r.out, uint32(len(r.out)))
	return r.out
}

// call sends a message and gives what the answer holds.
func (c *client) call(typ uint8, fields ...any) (*request, error) {
	c.t.Helper()
	b, err := c.s.Handle(message(typ, fields...), c.room)
	if err != nil {
		c.t.Fatalf("type %d: %v", typ, err)
	}
	r := &request{in: slices.Clone(b)}
	size, got, tag := r.u32(), r.u8(), r.u16()
	if int(size) != len(b) || tag != 7 {
		c.t.Fatalf("type %d: answer of %d bytes says %d, with tag %d", typ, len(b), size, tag)
	}
	if got == rlerror {
		errno := unix.Errno(r.u32())
		if r.end() != nil || errno == 0 {
			c.t.Fatalf("type %d: broken error %d", typ, errno)
		}
		return r, errno
	}
	if got != typ+1 {
		c.t.Fatalf("type %d: answer of type %d", typ, got)
	}
	return r, nil
}

func (c *client) must(typ uint8, fields ...any) *request {
	c.t.Helper()
	r, err := c.call(typ, fields...)
	if err != nil {
		c.t.Fatalf("type %d, %v: %v", typ, fields, err)
	}
	return r
}

func (c *client) fails(want error, typ uint8, fields ...any) {
	c.t.Helper()
	if _, err := c.call(typ, fields...); err != want {
		c.t.Errorf("type %d, %v: %v, want %v", typ, fields, err, want)
	}
}

// walk has fid to stand for what is at a path; ENOENT where the names ended early.
func (c *client) walk(from, to int, names ...string) error {
	c.t.Helper()
	r, err := c.call(twalk, from, to, names)
	if err != nil {
		return err
	}
	n := int(r.u16())
	for range n {
		r.qid()
	}
	if err := r.end(); err != nil || n > len(names) {
		c.t.Fatalf("walk to %q: %d, %v", names, n, err)
	}
	if n < len(names) {
		return unix.ENOENT
	}
	return nil
}

func (c *client) clunk(fid int) { c.t.Helper(); c.must(tclunk, fid) }

// qid is type and path.
func (r *request) qid() (uint8, uint64) {
	typ := r.u8()
	r.u32()
	return typ, r.u64()
}

// attributes of a file, as getattr tells them.
func (c *client) stat(fid int) (st unix.Stat_t, err error) {
	r, err := c.call(tgetattr, fid, uint64(basicAttributes))
	if err != nil {
		return st, err
	}
	valid := r.u64()
	_, st.Ino = r.qid()
	st.Mode, st.Uid, st.Gid, st.Nlink, st.Rdev = r.u32(), r.u32(), r.u32(), r.u64(), r.u64()
	st.Size, st.Blksize, st.Blocks = int64(r.u64()), int64(r.u64()), int64(r.u64())
	for _, t := range []*unix.Timespec{&st.Atim, &st.Mtim, &st.Ctim, {}} {
		t.Sec, t.Nsec = int64(r.u64()), int64(r.u64())
	}
	r.u64()
	r.u64()
	if err := r.end(); err != nil || valid != basicAttributes {
		c.t.Fatalf("attributes %#x, %v", valid, err)
	}
	return st, nil
}

func (c *client) read(fid int, off uint64, count int) (string, error) {
	r, err := c.call(tread, fid, off, count)
	if err != nil {
		return "", err
	}
	b := r.take(int(r.u32()))
	if err := r.end(); err != nil {
		c.t.Fatal(err)
	}
	return string(b), nil
}

func (c *client) write(fid int, off uint64, data string) (int, error) {
	r, err := c.call(twrite, fid, off, len(data), []byte(data))
	if err != nil {
		return 0, err
	}
	return int(r.u32()), r.end()
}

// entry is one of a folder.
type entry struct {
	typ, kind uint8
	ino       uint64
	name      string
}

// list gives the entries of an open folder, in order of name.
func (c *client) list(fid, count int) ([]entry, error) {
	var all []entry
	for off := uint64(0); ; {
		r, err := c.call(treaddir, fid, off, count)
		if err != nil {
			return nil, err
		}
		if n := int(r.u32()); n != len(r.in) || n > count {
			c.t.Fatalf("%d bytes of entries in %d, %d were asked for", n, len(r.in), count)
		}
		if len(r.in) == 0 {
			break
		}
		for len(r.in) > 0 {
			var e entry
			e.typ, e.ino = r.qid()
			off, e.kind, e.name = r.u64(), r.u8(), r.text()
			all = append(all, e)
		}
		if r.err != nil {
			c.t.Fatal(r.err)
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all, nil
}

func (c *client) path(names ...string) string {
	return filepath.Join(append([]string{c.dir}, names...)...)
}
