package machines

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// machinesDir is the folder of all machines in uk's runtime folder.
const machinesDir = "machines"

// Store is the folder in which a user's machines are.
type Store struct{ dir string }

// Open returns the user's store: in $XDG_RUNTIME_DIR, /run/user/UID or, for root, /run, or in a folder for temporary
// files. It is made if it is not there, and must be this user's alone: who can write there could make another program
// of a machine, and who can read there sees what programs print.
func Open() (*Store, error) {
	var failed []string
	for _, dir := range places() {
		s, err := OpenIn(dir)
		if err == nil {
			return s, nil
		}
		failed = append(failed, err.Error())
	}
	return nil, fmt.Errorf("no folder to keep machines in: %s: name one with $XDG_RUNTIME_DIR", strings.Join(failed, "; "))
}

// OpenIn is Open for a runtime folder that is known.
func OpenIn(dir string) (*Store, error) {
	for _, dir := range []string{dir, filepath.Join(dir, machinesDir)} {
		if err := private(dir); err != nil {
			return nil, err
		}
	}
	return &Store{filepath.Join(dir, machinesDir)}, nil
}

// places are where the runtime folder may be, the best first.
func places() (list []string) {
	uid := strconv.Itoa(os.Geteuid())
	user := "/run/user/" + uid
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), user} {
		if st, err := os.Stat(dir); filepath.IsAbs(dir) && err == nil && owner(st) == os.Geteuid() {
			list = append(list, filepath.Join(dir, "uk"))
		}
	}
	if os.Geteuid() == 0 {
		list = append(list, "/run/uk")
	}
	for _, dir := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if st, err := os.Stat(dir); err == nil && (st.Mode().Perm()&0o022 == 0 || st.Mode()&fs.ModeSticky != 0) && (owner(st) == 0 || owner(st) == os.Geteuid()) {
			list = append(list, filepath.Join(dir, "uk-run-"+uid))
		}
	}
	return list
}

// private makes the folder dir if it is not there, and returns an error unless it is this user's alone.
func private(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	st, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !st.IsDir():
		return fmt.Errorf("%s: is no folder", dir)
	case owner(st) != os.Geteuid():
		return fmt.Errorf("%s: belongs to another user", dir)
	case st.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%s: other users can write there, and may have: remove it", dir)
	case st.Mode().Perm() != 0o700:
		if err := os.Chmod(dir, 0o700); err != nil {
			return err
		}
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write", Path: dir, Err: err}
	}
	return nil
}

func owner(st fs.FileInfo) int { return int(st.Sys().(*syscall.Stat_t).Uid) }
