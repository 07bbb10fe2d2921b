package p9

import (
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// twin does to a folder by the host's calls what its client does by messages.
type twin struct {
	c   *client
	dir string
	r   *rand.Rand
}

// Places of the tests' files; a link to nowhere or a file may come to be where a folder was.
var places = []string{"a", "b", "c", "a/a", "a/b", "b/a", "b/c", "c/b", "a/a/a", "b/c/a"}

func (w *twin) place() (folder []string, name, host string) {
	p := places[w.r.Intn(len(places))]
	names := strings.Split(p, "/")
	return names[:len(names)-1], names[len(names)-1], filepath.Join(w.dir, p)
}

// at walks to a folder and sends a message that begins with its fid.
func (w *twin) at(folder []string, typ uint8, fields ...any) error {
	if err := w.c.walk(root, one, folder...); err != nil {
		return err
	}
	defer w.c.call(tclunk, one)
	_, err := w.c.call(typ, append([]any{one}, fields...)...)
	return err
}

// on walks to a file and calls f with its fid.
func (w *twin) on(folder []string, name string, f func(fid int) error) error {
	if err := w.c.walk(root, two, append(folder[:len(folder):len(folder)], name)...); err != nil {
		return err
	}
	defer w.c.call(tclunk, two)
	return f(two)
}

// step does something at random to both, and gives what each answers.
func (w *twin) step() (what string, got, want error) {
	folder, name, host := w.place()
	mode := uint32(w.r.Intn(0o1000)) | 0o700
	switch w.r.Intn(11) {
	case 0, 1:
		return "mkdir", w.at(folder, tmkdir, name, mode, 0), unix.Mkdir(host, mode)
	case 2:
		fd, err := unix.Open(host, unix.O_CREAT|unix.O_WRONLY|unix.O_EXCL, mode)
		unix.Close(fd)
		return "create", w.at(folder, tlcreate, name, lWRONLY|flagExcl, mode, 0), err
	case 3:
		fd, err := unix.Open(host, unix.O_CREAT|unix.O_RDWR|unix.O_TRUNC|unix.O_NOFOLLOW, mode)
		unix.Close(fd)
		return "create or cut", w.at(folder, tlcreate, name, lRDWR|lTRUNC, mode, 0), err
	case 4:
		data := fmt.Sprint(mode)
		fd, err := unix.Open(host, unix.O_WRONLY|unix.O_APPEND|unix.O_NOFOLLOW, 0)
		if err == nil {
			_, err = unix.Write(fd, []byte(data))
		}
		unix.Close(fd)
		return "append", w.on(folder, name, func(fid int) error {
			if _, err := w.c.call(tlopen, fid, lWRONLY|lAPPEND); err != nil {
				return err
			}
			_, err := w.c.write(fid, 0, data)
			return err
		}), err
	case 5:
		return "unlink", w.at(folder, tunlinkat, name, 0), unix.Unlink(host)
	case 6:
		return "rmdir", w.at(folder, tunlinkat, name, unix.AT_REMOVEDIR), unix.Rmdir(host)
	case 7:
		return "symlink", w.at(folder, tsymlink, name, "nowhere", 0), unix.Symlink("nowhere", host)
	case 8:
		toFolder, toName, toHost := w.place()
		err := w.c.walk(root, three, toFolder...)
		if err == nil {
			err = w.at(folder, trenameat, name, three, toName)
			w.c.clunk(three)
		}
		return "rename to " + toHost, err, unix.Rename(host, toHost)
	case 9:
		toFolder, toName, toHost := w.place()
		return "link to " + toHost, w.on(folder, name, func(fid int) error {
			return w.at(toFolder, tlink, fid, toName)
		}), unix.Link(host, toHost)
	}
	size := uint64(mode)
	return "truncate", w.on(folder, name, func(fid int) error {
		var st unix.Stat_t // the host's call would follow a link
		if unix.Lstat(host, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFLNK {
			return unix.ENOENT
		}
		_, err := w.c.call(tsetattr, fid, setSize, 0, 0, 0, size, none, none, none, none)
		return err
	}), unix.Truncate(host, int64(size))
}

// snapshot tells what is in a folder.
func snapshot(t *testing.T, dir string) string {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Lstat(path, &st); err != nil {
			return err
		}
		data, _ := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %o %d %q\n", strings.TrimPrefix(path, dir), st.Mode, st.Nlink, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTwin does thousands of things at random to a shared folder and to another: both look the same after each, and
// what the host refuses the server refuses, for the same reason where the folder is there.
func TestTwin(t *testing.T) {
	done := map[string]int{}
	for seed := range int64(4) {
		c := newClient(t, false)
		w := &twin{c: c, dir: t.TempDir(), r: rand.New(rand.NewSource(seed))}
		for _, name := range []string{"file", "sub/deep", "sub", "up", "etc", "inside"} {
			if err := os.Remove(c.path(name)); err != nil {
				t.Fatal(err)
			}
		}
		old := unix.Umask(0) // the client's own is what counts
		for i := range 1500 {
			what, got, want := w.step()
			if kind, _, _ := strings.Cut(what, " to "); want == nil {
				done[kind]++
			}
			if (got == nil) != (want == nil) || got != want && got != unix.ENOENT && got != unix.ENOTDIR {
				t.Errorf("seed %d, step %d, %s: %v, want %v", seed, i, what, got, want)
			}
			if a, b := snapshot(t, c.dir), snapshot(t, w.dir); a[strings.IndexByte(a, '\n'):] != b[strings.IndexByte(b, '\n'):] {
				t.Fatalf("seed %d, step %d, %s: the shared folder has\n%s\nthe other\n%s", seed, i, what, a, b)
			}
		}
		unix.Umask(old)
		if len(c.s.fids) != 1 || c.s.open != 0 {
			t.Errorf("%d fids and %d open files are left", len(c.s.fids), c.s.open)
		}
	}
	if len(done) != 10 {
		t.Errorf("something was never done: %v", done)
	}
}
