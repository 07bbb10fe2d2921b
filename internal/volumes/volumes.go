// Package volumes keeps folders by name, for guests to have as shares: what a guest writes there stays when it ends.
//
// They are in $XDG_DATA_HOME/uk/volumes or ~/.local/share/uk/volumes, which is this user's alone, a folder NAME each: its files
// in data, when it was made in volume.json. Who uses one holds a shared lock of volume.json as long as its process runs, so that
// nothing is left to clean up when that is killed; removing takes an exclusive one. A volume is made by a rename and removed by
// another, so that others see all of it or nothing.
package volumes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/ownfolder"
)

// MaxName is the longest name of a volume, in bytes.
const MaxName = 128

const (
	dataFolder = "data"
	infoFile   = "volume.json"
)

// Volume is what is told of a volume.
type Volume struct {
	Name    string    `json:"name"`
	Path    string    `json:"path"` // of its files
	Created time.Time `json:"created"`
	InUse   bool      `json:"in_use"` // by a machine
}

// Store is the folder that volumes are in.
type Store struct{ dir string }

// ErrNone is wrapped by errors about volumes that are not there.
var ErrNone = errors.New("no such volume")

// IsName reports whether a volume can be called so: as containers' can.
func IsName(name string) bool {
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '_' && c != '.' && c != '-') {
			return false
		}
	}
	return len(name) > 1 && len(name) <= MaxName
}

func checkName(name string) error {
	if !IsName(name) {
		return fmt.Errorf("volume %q: a name has 2 to %d letters, digits, dots, dashes and underscores, the first a letter or digit", name, MaxName)
	}
	return nil
}

// Open finds this user's volumes. It makes nothing.
func Open() (*Store, error) {
	data := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // as the specification has it: relative ones are ignored
		home, err := home()
		if err != nil {
			return nil, fmt.Errorf("no folder for volumes: %w: name one with $XDG_DATA_HOME", err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	return &Store{filepath.Join(data, "uk", "volumes")}, nil
}

// home is the user's home folder, also where sudo left another user's $HOME.
func home() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil || ownfolder.OwnHome(home) {
		return home, err
	}
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// check returns an error if the folder, or the one that it is in, is not this user's alone: a volume there could be a link to any
// folder of this user's.
func (s *Store) check() error {
	for _, dir := range []string{filepath.Dir(s.dir), s.dir} {
		st, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("folder for volumes: %w: name another with $XDG_DATA_HOME", err)
		case ownfolder.Owner(st) != os.Geteuid():
			return fmt.Errorf("folder for volumes: %s: belongs to another user: name another with $XDG_DATA_HOME", dir)
		case st.Mode().Perm()&ownfolder.OthersWrite != 0:
			return fmt.Errorf("folder for volumes: %s: other users can write there, and may have: look what is in it and take that right away (chmod go-w), or name another with $XDG_DATA_HOME", dir)
		}
	}
	return nil
}

func (s *Store) at(name string) string { return filepath.Join(s.dir, name) }

// Create makes a volume. made is false if it was there already.
func (s *Store) Create(name string) (v Volume, made bool, err error) {
	if err := checkName(name); err != nil {
		return v, false, err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return v, false, fmt.Errorf("folder for volumes: %w: name another with $XDG_DATA_HOME", err)
	}
	if err := s.check(); err != nil {
		return v, false, err
	}
	tmp, err := os.MkdirTemp(s.dir, ".new-*")
	if err != nil {
		return v, false, fmt.Errorf("volume %s: %w", name, err)
	}
	defer os.RemoveAll(tmp) // what was renamed is not there any more
	info, err := json.Marshal(struct {
		Created time.Time `json:"created"`
	}{time.Now().UTC().Truncate(time.Second)})
	if err == nil {
		err = errors.Join(os.WriteFile(filepath.Join(tmp, infoFile), append(info, '\n'), 0o600), os.Mkdir(filepath.Join(tmp, dataFolder), 0o755),
			os.Chmod(filepath.Join(tmp, dataFolder), 0o755))
	}
	if err == nil {
		err = unix.Renameat2(unix.AT_FDCWD, tmp, unix.AT_FDCWD, s.at(name), unix.RENAME_NOREPLACE)
	}
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return v, false, fmt.Errorf("volume %s: %w", name, err)
	}
	made = err == nil
	v, err = s.Inspect(name)
	return v, made, err
}

// Inspect tells of a volume.
func (s *Store) Inspect(name string) (Volume, error) {
	if err := checkName(name); err != nil {
		return Volume{}, err
	}
	used, err := s.inUse(name)
	if err != nil {
		return Volume{}, err
	}
	v := Volume{Name: name, Path: filepath.Join(s.at(name), dataFolder), InUse: used}
	text, err := os.ReadFile(filepath.Join(s.at(name), infoFile))
	if errors.Is(err, fs.ErrNotExist) { // removed since it was asked
		return Volume{}, none(name)
	}
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		return Volume{}, fmt.Errorf("volume %s: %w", name, err)
	}
	v.Name = name
	return v, nil
}

func none(name string) error {
	return fmt.Errorf("volume %s: %w: uk volume ls lists those that there are", name, ErrNone)
}

// whole is a lock on all of a file, which is the open file's (fcntl_locking(2), OFD locks): it can be asked for without being
// taken, so that who looks is in nobody's way.
func whole(kind int16) *unix.Flock_t { return &unix.Flock_t{Type: kind, Whence: int16(unix.SEEK_SET)} }

// open opens the volume's info.
func (s *Store) open(name string, how int) (*os.File, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(s.at(name), infoFile), how, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none(name)
	}
	if err != nil {
		return nil, fmt.Errorf("volume %s: %w", name, err)
	}
	return f, nil
}

// inUse tells whether a machine uses the volume. One that is being removed is none any more.
func (s *Store) inUse(name string) (bool, error) {
	f, err := s.open(name, os.O_RDONLY)
	if err != nil {
		return false, err
	}
	defer f.Close()
	l := whole(unix.F_WRLCK)
	if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, l); err != nil {
		return false, fmt.Errorf("volume %s: %w", name, err)
	}
	if l.Type == unix.F_WRLCK {
		return false, none(name)
	}
	return l.Type == unix.F_RDLCK, nil
}

// lock opens the volume's info with a lock; EAGAIN: another process has one that is in the way.
func (s *Store) lock(name string, how int, kind int16) (*os.File, error) {
	f, err := s.open(name, how)
	if err != nil {
		return nil, err
	}
	if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, whole(kind)); err != nil {
		f.Close()
		if errors.Is(err, unix.EACCES) {
			err = unix.EAGAIN
		}
		return nil, fmt.Errorf("volume %s: %w", name, err)
	}
	return f, nil
}

// List tells of all volumes, by name.
func (s *Store) List() ([]Volume, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("folder for volumes: %w: name another with $XDG_DATA_HOME", err)
	}
	out := []Volume{}
	for _, e := range entries {
		if !IsName(e.Name()) {
			continue
		}
		if v, err := s.Inspect(e.Name()); err == nil { // others may have removed it by now
			out = append(out, v)
		} else if !errors.Is(err, ErrNone) {
			return nil, err
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

// Use returns the folder of a volume's files, which stays as long as release was not called and this process runs.
func (s *Store) Use(name string) (path string, release func(), err error) {
	if err := checkName(name); err != nil {
		return "", nil, err
	}
	// An exclusive lock is held for a moment only, by who removes it.
	for range 200 {
		var f *os.File
		if f, err = s.lock(name, os.O_RDONLY, unix.F_RDLCK); err == nil {
			if same(f, filepath.Join(s.at(name), infoFile)) {
				return filepath.Join(s.at(name), dataFolder), func() { f.Close() }, nil
			}
			f.Close()
			continue
		}
		if !errors.Is(err, unix.EAGAIN) {
			return "", nil, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	return "", nil, fmt.Errorf("volume %s: is being removed", name)
}

// same reports whether F is still what the name leads to.
func same(f *os.File, name string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(name)
	return err == nil && os.SameFile(a, b)
}

// Remove removes a volume and its files, unless a machine uses it.
func (s *Store) Remove(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	f, err := s.lock(name, os.O_RDWR, unix.F_WRLCK)
	for err == nil && !same(f, filepath.Join(s.at(name), infoFile)) { // another removed it, and perhaps made it again
		f.Close()
		f, err = s.lock(name, os.O_RDWR, unix.F_WRLCK)
	}
	if errors.Is(err, unix.EAGAIN) {
		if _, gone := s.inUse(name); gone != nil { // by another's removal, not by a machine
			return gone
		}
		return fmt.Errorf("volume %s: is in use: end the machine that has it first", name)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	gone := s.at(fmt.Sprintf(".gone-%s-%d-%d", name, os.Getpid(), time.Now().UnixNano()))
	if err := os.Rename(s.at(name), gone); err != nil {
		return fmt.Errorf("volume %s: %w", name, err)
	}
	if err := os.RemoveAll(gone); err != nil {
		return fmt.Errorf("volume %s: its files: %w", name, err)
	}
	return nil
}

// Prune removes all volumes that no machine uses, and what ended calls left. It returns the names.
func (s *Store) Prune() ([]string, error) {
	all, err := s.List()
	if err != nil {
		return nil, err
	}
	removed := []string{}
	for _, v := range all {
		if v.InUse {
			continue
		}
		if err := s.Remove(v.Name); err == nil {
			removed = append(removed, v.Name)
		} else if !errors.Is(err, ErrNone) && !strings.Contains(err.Error(), "is in use") {
			return removed, err
		}
	}
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".gone-") {
			_ = os.RemoveAll(s.at(e.Name()))
		}
	}
	return removed, nil
}
