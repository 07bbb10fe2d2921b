package p9

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// A file is shared by itself: nothing beside it is reached, and what gets its name later is another one.
func TestSharedFile(t *testing.T) {
	c := newClient(t, false)
	s, err := New(c.path("file"), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	f := &client{t: t, s: s, dir: c.dir, room: MaxMessage}
	f.begin(65536)
	if st, err := f.stat(root); st.Size != 9 || st.Mode != unix.S_IFREG|0o644 || err != nil {
		t.Errorf("%d bytes, mode %o, %v", st.Size, st.Mode, err)
	}
	for _, names := range [][]string{{"file"}, {"..", "file"}, {"..", "sub"}} {
		if f.walk(root, one, names...) == nil {
			t.Errorf("%v is there", names)
		}
	}
	f.fails(unix.ENOTDIR, tmkdir, root, "new", 0o755, 0)
	f.fails(unix.ENOTDIR, tunlinkat, root, "file", 0)
	f.fails(unix.ENOTDIR, tlcreate, root, "new", lRDWR, 0o666, 0)
	f.fails(unix.EBUSY, tlink, root, root, "new")
	f.fails(unix.EBUSY, trename, root, root, "new")
	if err := os.WriteFile(c.path("other"), []byte("other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(c.path("other"), c.path("file")); err != nil {
		t.Fatal(err)
	}
	if err := f.walk(root, two); err != nil {
		t.Fatal(err)
	}
	f.must(tlopen, two, lRDWR)
	if got, err := f.read(two, 0, 100); got != "contents\n" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if st, err := f.stat(two); st.Nlink != 0 || err != nil {
		t.Errorf("%d names, %v", st.Nlink, err)
	}
	if n, err := f.write(two, 0, "C"); n != 1 || err != nil {
		t.Errorf("write: %d, %v", n, err)
	}
	if b, err := os.ReadFile(c.path("file")); string(b) != "other\n" || err != nil {
		t.Errorf("what is in its place has %q, %v", b, err)
	}
	if _, err := New("/dev/null", false); err == nil {
		t.Error("a device is shared")
	}
}
