package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"uk.example/internal/testenv"
)

// TestPlace: what is written by a link's name goes where the link leads, and the link stays.
func TestPlace(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Mkdir(in("sub"), 0o777), os.WriteFile(in("sub/file"), nil, 0o666),
		os.Symlink("sub/file", in("link")), os.Symlink("link", in("chain")), os.Symlink("sub/new", in("dangling")),
		os.Symlink("loop", in("loop")), os.Symlink("sub", in("folder")), os.Symlink("../link", in("sub/up")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"sub/file": "sub/file", "link": "sub/file", "chain": "sub/file", "dangling": "sub/new", "none": "none", "folder/up": "sub/file",
	} {
		if got := Place(in(name)); got != in(want) {
			t.Errorf("%s: %s, want %s", name, got, in(want))
		}
		if err := Write(in(name), []byte(name)); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(in(want)); err != nil || string(text) != name {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	for _, name := range []string{"link", "chain", "dangling", "sub/up"} {
		if st, err := os.Lstat(in(name)); err != nil || st.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link any more", name)
		}
	}
	Place(in("loop")) // ends
}

// TestOtherUser: who may not replace a file is told so before anything is written, and a link that somebody
// else put into a folder like /tmp is not followed.
func TestOtherUser(t *testing.T) {
	const uid = 54321
	if dir := os.Getenv("UK_OTHER_USER"); dir != "" {
		t.Chdir(dir)
		for name, want := range map[string]string{
			"sticky/file": "sticky/file: belongs to another user, who alone may replace it there: choose another name",
			"folder":      "folder: belongs to another user, who alone may remove what is in it: choose another name",
			"file":        "", "none": "", "sticky/none": "",
		} {
			if err := CheckOwner(name); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		if got := Place("sticky/planted"); got != "sticky/planted" {
			t.Errorf("a planted link leads to %s", got)
		}
		r, w, err := os.Pipe() // as a shell's >(command)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Stream(fmt.Sprint("/proc/self/fd/", w.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 10)
		if _, err := f.WriteString("text"); err != nil {
			t.Error(err)
		}
		if n, err := r.Read(b); err != nil || string(b[:n]) != "text" {
			t.Errorf("%q, %v", b[:n], err)
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Log("only root can be another user")
		return
	}
	dir, err := os.MkdirTemp("/tmp", "uk-other-") // t.TempDir() is this user's alone
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Mkdir(in("sticky"), 0o777), os.Chmod(in("sticky"), 0o777|os.ModeSticky), os.Mkdir(in("folder"), 0o755), os.Chmod(dir, 0o777),
		os.WriteFile(in("sticky/file"), nil, 0o666), os.WriteFile(in("file"), nil, 0o666),
		os.Symlink("../file", in("sticky/planted")), os.Lchown(in("sticky/planted"), 54322, 54322),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	testenv.AsUser(t, uid, "UK_OTHER_USER="+dir)
}
