// Package outfile writes files that appear whole or not at all: under a temporary name beside their
// place, then renamed. A rename takes the place of whatever is there, so that it must be asked first
// what that is.
package outfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"uk.example/internal/ownfolder"
)

// Check returns an error if a file must not take the place of name: of a device or a pipe, which
// would be gone, or of a folder.
func Check(name string) error {
	st, err := os.Stat(name)
	switch {
	case err != nil:
		return nil
	case st.Mode().IsRegular():
		return CheckOwner(name)
	case st.IsDir():
		return fmt.Errorf("%s: is a folder: name a file", name)
	}
	return fmt.Errorf("%s: is no regular file: name a new file and copy it", name)
}

// CheckOwner returns an error if name is a file or folder of another user's that this one may not replace:
// in a folder like /tmp the owner alone may (unlink(2), EPERM), and of a folder what is in it must go as well.
func CheckOwner(name string) error {
	place := Place(name)
	st, err := os.Lstat(place)
	if err != nil || os.Geteuid() == 0 || ownfolder.Owner(st) == os.Geteuid() {
		return nil
	}
	parent, err := os.Stat(filepath.Dir(place))
	switch {
	case err == nil && parent.Mode()&os.ModeSticky != 0 && ownfolder.Owner(parent) != os.Geteuid():
		return fmt.Errorf("%s: belongs to another user, who alone may replace it there: choose another name", name)
	case st.IsDir() && ownfolder.Usable(place) != nil:
		return fmt.Errorf("%s: belongs to another user, who alone may remove what is in it: choose another name", name)
	}
	return nil
}

// maxLinks is how many links Linux follows.
const maxLinks = 40

// Place returns where a file or folder called name goes: links are followed, as open(2) does, so that a rename
// does not take their place. One of another user's in a folder like /tmp is not (fs.protected_symlinks).
func Place(name string) string {
	for range maxLinks {
		st, err := os.Lstat(name)
		if err != nil || st.Mode()&os.ModeSymlink == 0 {
			return name
		}
		to, err := os.Readlink(name)
		dir, err2 := filepath.EvalSymlinks(filepath.Dir(name))
		if err != nil || err2 != nil {
			return name
		}
		if parent, err := os.Stat(dir); err != nil || planted(st, parent) {
			return name
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(dir, to)
		}
		name = to
	}
	return name
}

// planted reports whether another user may have put what is st into the folder parent, which is like /tmp: neither this
// one did, nor whoever has the folder.
func planted(st, parent os.FileInfo) bool {
	const others = 0o002
	anybodys := parent.Mode()&os.ModeSticky != 0 || parent.Mode().Perm()&others != 0
	owner := ownfolder.Owner(st)
	return anybodys && owner != os.Geteuid() && owner != ownfolder.Owner(parent)
}

// Write writes the file called name.
func Write(name string, data []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	place := Place(name)
	f, err := Create(filepath.Dir(place), ".uk-")
	if err != nil {
		return Named(err, name)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), place)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return Named(err, name)
}
