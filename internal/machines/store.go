package machines

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Machine is one of the user's machines, as it was when it was looked at.
type Machine struct {
	Record
	State
	dir string
}

// NotFoundError says that there is no machine of that name or id.
type NotFoundError struct{ Name string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no machine %q: uk ps -a lists them", e.Name)
}

// newPrefix begins the name of a folder that is not a machine yet, or no more.
const newPrefix = ".new-"

// leftOver is how long such a folder may be there.
const leftOver = time.Minute

// List returns the machines, the newest first. Those that were to be removed at their end are. The error may be one of a machine
// that cannot be read, beside the others.
func (s *Store) List() ([]*Machine, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var all []*Machine
	var first error // of a damaged one, beside which the others are listed
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), newPrefix) {
			s.sweep(e)
			continue
		}
		m, err := s.look(e.Name())
		switch {
		case errors.Is(err, fs.ErrNotExist): // it went meanwhile
		case err != nil:
			first = cmp.Or(first, err)
		case m != nil:
			all = append(all, m)
		}
	}
	ages := make(map[*Machine]time.Duration, len(all))
	for _, m := range all {
		ages[m] = m.Age()
	}
	slices.SortStableFunc(all, func(a, b *Machine) int { return cmp.Compare(ages[a], ages[b]) })
	return all, first
}

// sweep removes what a command left behind that was killed.
func (s *Store) sweep(e fs.DirEntry) {
	if st, err := e.Info(); err == nil && time.Since(st.ModTime()).Abs() > leftOver {
		if dir := filepath.Join(s.dir, e.Name()); !held(dir) {
			_ = os.RemoveAll(dir)
		}
	}
}

// look reads the machine called name. It is nil if it has ended and was to be removed then, which it is now.
func (s *Store) look(name string) (*Machine, error) {
	dir := filepath.Join(s.dir, name)
	m, err := s.read(dir)
	if err != nil || !m.AutoRemove || m.Alive() {
		return m, err
	}
	if err := m.remove(); err != nil && !errors.Is(err, unix.EAGAIN) {
		return nil, err
	}
	return nil, nil
}

func (s *Store) read(dir string) (*Machine, error) {
	r, err := readRecord(dir)
	if err != nil {
		return nil, err
	}
	m := &Machine{Record: *r, dir: dir}
	return m, m.refresh()
}

// endTime is how long a runner may live that has said that its machine ended.
const endTime = 2 * time.Second

// refresh looks at the machine again.
func (m *Machine) refresh() error {
	for since := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		alive := held(m.dir) // before its last state is read, not behind
		state, err := readState(m.dir)
		if err != nil {
			return err
		}
		m.State = whatIs(state, alive)
		if !alive || state.Status != StatusExited {
			return nil
		}
		if time.Since(since) > endTime { // that it runs is said by the lock
			m.Status, m.Error = StatusRunning, "its runner says that it has ended, and runs"
			return nil
		}
	}
}

// whatIs is the state of a machine whose runner may be gone.
func whatIs(s State, alive bool) State {
	if !alive && s.Status != StatusExited {
		s.Status, s.ExitCode, s.Error = StatusDead, 137, "its runner was killed"
	}
	return s
}

// Alive tells whether the machine's runner lives, or will.
func (m *Machine) Alive() bool { return m.Status != StatusExited && m.Status != StatusDead }

// Find returns the machine with this name, or whose id begins so.
func (s *Store) Find(name string) (*Machine, error) {
	if CheckName(name) != nil {
		return nil, &NotFoundError{name}
	}
	m, err := s.look(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || m != nil {
		return m, err
	}
	m, err = s.findID(name)
	if err != nil || m != nil {
		return m, err
	}
	s.mu.Lock()
	s.ids = nil // a name may be another's by now
	s.mu.Unlock()
	if m, err = s.findID(name); err == nil && m == nil {
		err = &NotFoundError{name}
	}
	return m, err
}

// findID looks for the one machine whose id begins so; nil: there is none.
func (s *Store) findID(name string) (m *Machine, err error) {
	names, damaged := s.withID(name)
	for _, called := range names {
		a, err := s.look(called)
		switch {
		case errors.Is(err, fs.ErrNotExist): // it went meanwhile
		case err != nil:
			return nil, err
		case a == nil || !strings.HasPrefix(a.ID, name): // another has its name now
		case m != nil:
			return nil, fmt.Errorf("%q begins more than one id: %s (%s), %s (%s)", name, m.ID, m.Name, a.ID, a.Name)
		default:
			m = a
		}
	}
	if m == nil {
		return nil, damaged
	}
	return m, nil
}

// withID returns the names of the machines whose ids begin so. Of hundreds that a command names by their ids each record is read
// once. The error is of a machine that cannot be read.
func (s *Store) withID(prefix string) (names []string, damaged error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]string, len(entries))
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, newPrefix) {
			continue
		}
		id, known := s.ids[name]
		if !known {
			r, err := readRecord(filepath.Join(s.dir, name))
			if err != nil {
				if !errors.Is(err, fs.ErrNotExist) {
					damaged = err
				}
				continue
			}
			id = r.ID
		}
		if ids[name] = id; strings.HasPrefix(id, prefix) {
			names = append(names, name)
		}
	}
	s.ids = ids
	return names, damaged
}

// ErrTaken is the error of a name that another machine has.
type ErrTaken struct {
	Name  string
	Alive bool
}

func (e *ErrTaken) Error() string {
	if e.Alive {
		return fmt.Sprintf("there is a machine called %q, which runs: choose another name, or end and remove it with uk rm -f %s", e.Name, e.Name)
	}
	return fmt.Sprintf("there is a machine called %q, which has ended: choose another name, or remove it with uk rm %s", e.Name, e.Name)
}

// create makes the folder of a machine, and holds its lock. Of several that want the same name one gets it.
func (s *Store) create(r *Record) (dir string, lock *os.File, err error) {
	r.Version, r.ID, r.Created, r.CreatedAt = 1, newID(), time.Now(), moment()
	if r.Name == "" {
		r.Name = madeName(r.Image, r.ID)
	}
	if err := CheckName(r.Name); err != nil {
		return "", nil, err
	}
	if _, err := s.look(r.Name); err != nil && !errors.Is(err, fs.ErrNotExist) { // one that was to be removed goes
		return "", nil, err
	}
	made := filepath.Join(s.dir, newPrefix+r.ID)
	if err := os.Mkdir(made, 0o700); err != nil {
		return "", nil, err
	}
	if lock, err = takeLock(made); err == nil {
		if err = fill(made, r); err == nil {
			dir = filepath.Join(s.dir, r.Name)
			err = unix.Rename(made, dir) // a folder in which there is something stays
		}
	}
	if err == nil {
		return dir, lock, nil
	}
	lock.Close() // a nil file says so, which is no news
	_ = os.RemoveAll(made)
	if errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) {
		err = &ErrTaken{r.Name, held(dir)}
	}
	return "", nil, err
}

// fill writes what a new machine's folder holds.
func fill(dir string, r *Record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, recordFile), b, 0o600); err != nil {
		return err
	}
	f, err := openState(dir)
	if err != nil {
		return err
	}
	return errors.Join(writeState(f, &State{Status: StatusStarting, PID: os.Getpid()}), f.Close())
}

func openState(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, stateFile), os.O_RDWR|os.O_CREATE, 0o600)
}

// remove takes the folder of a machine that has ended away; unix.EAGAIN: it has not.
func (m *Machine) remove() error {
	if _, err := os.Stat(m.dir); err != nil {
		return err
	}
	lock, err := takeLock(m.dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if r, err := readRecord(m.dir); err != nil || r.ID != m.ID { // another one by now
		return nil
	}
	gone := filepath.Join(filepath.Dir(m.dir), newPrefix+m.ID)
	if err := os.Rename(m.dir, gone); err != nil {
		return err
	}
	return os.RemoveAll(gone)
}

// Remove forgets a machine that has ended; unix.EAGAIN: it has not.
func (m *Machine) Remove() error { return m.remove() }
