package machines

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"uk.example/internal/ownfolder"
)

// machinesDir is the folder of all machines in uk's runtime folder.
const machinesDir = "machines"

// Store is the folder in which a user's machines are.
type Store struct {
	dir string

	mu  sync.Mutex
	ids map[string]string // of machines that were looked at, by name
}

// Folder is where the store is.
func (s *Store) Folder() string { return s.dir }

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
		if !slices.Contains(failed, err.Error()) {
			failed = append(failed, err.Error())
		}
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
	return &Store{dir: filepath.Join(dir, machinesDir)}, nil
}

// places are where the runtime folder may be, the best first.
func places() (list []string) {
	uid := strconv.Itoa(os.Geteuid())
	user := "/run/user/" + uid
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), user} {
		if st, err := os.Stat(dir); filepath.IsAbs(dir) && err == nil && ownfolder.Owner(st) == os.Geteuid() {
			list = append(list, filepath.Join(dir, "uk"))
		}
	}
	if os.Geteuid() == 0 {
		list = append(list, "/run/uk")
	}
	for _, dir := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if st, err := os.Stat(dir); err == nil && ownfolder.Keeps(st) {
			list = append(list, filepath.Join(dir, "uk-run-"+uid))
		}
	}
	return list
}

// private makes the folder dir if it is not there, and returns an error unless it is this user's alone.
func private(dir string) error {
	return ownfolder.Make(dir, os.Lstat, func(mode fs.FileMode) error {
		switch {
		case mode&ownfolder.OthersWrite != 0:
			return fmt.Errorf("%s: other users can write there, and may have: remove it", dir)
		case mode != 0o700:
			return os.Chmod(dir, 0o700)
		}
		return nil
	})
}
