// Package facts keeps on disk what takes long to find in a large file, such as the system calls of its code, for later
// runs of the command. A fact holds for the file as it was (device, inode, size, times of change) and for who found it:
// the store's Who. What cannot be kept or read is found again, and no error; the folder is the user's own, and what is in it is
// believed.
package facts

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"uk.example/internal/bounded"
	"uk.example/internal/ownfolder"
)

const (
	large   = 128 << 10       // files below it are quick to look at
	maxFact = 8 << 20         // bytes
	most    = 4096            // facts; the oldest go
	settled = 2 * time.Second // since the last change: another in the same tick of the file system's clock shows in no time
)

// Store is a folder of facts. A nil Store keeps nothing.
type Store struct {
	Dir string
	Who string
}

// Of returns what find finds in the file host, as the store has it if the file is the same still. what names it. A T must be
// the same when it comes back from JSON.
func Of[T any](s *Store, host, what string, find func() (T, error)) (T, error) {
	if s == nil || host == "" {
		return find()
	}
	fi, err := os.Stat(host)
	if err != nil || !fi.Mode().IsRegular() || fi.Size() < large {
		return find()
	}
	stamp := stampOf(fi)
	name := s.name(host, what)
	var value T
	if s.get(name, stamp, &value) {
		return value, nil
	}
	if value, err = find(); err == nil && stamp != "" && time.Since(changed(fi)) > settled {
		s.put(name, stamp, value)
	}
	return value, err
}

func (s *Store) name(host, what string) string {
	if abs, err := filepath.Abs(host); err == nil {
		host = abs
	}
	sum := sha256.Sum256([]byte(s.Who + "\x00" + host + "\x00" + what))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:16]))
}

// stampOf tells a file from what else may get its name. "": nothing does. Read-only images (squashfs, EROFS) have no time of
// change but the file's, in whole seconds, which reproducible builds set: two releases of one may differ in content alone.
func stampOf(fi fs.FileInfo) string {
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok || st.Ctim == st.Mtim && st.Ctim.Nsec == 0 {
		return ""
	}
	return fmt.Sprintln(st.Dev, st.Ino, st.Size, st.Mtim.Sec, st.Mtim.Nsec, st.Ctim.Sec, st.Ctim.Nsec)
}

func changed(fi fs.FileInfo) time.Time {
	st := fi.Sys().(*syscall.Stat_t)
	return time.Unix(st.Ctim.Unix())
}

// get reads a fact: the file's stamp in a line, and the value.
func (s *Store) get(name, stamp string, value any) bool {
	text, err := bounded.ReadRegular(name, maxFact)
	if err != nil {
		return false
	}
	rest, ok := bytes.CutPrefix(text, []byte(stamp))
	return ok && stamp != "" && json.Unmarshal(rest, value) == nil
}

func (s *Store) put(name, stamp string, value any) {
	text, err := json.Marshal(value)
	if err != nil || len(text) > maxFact-len(stamp) {
		return
	}
	f, err := os.CreateTemp(s.Dir, "new-")
	if err != nil {
		return
	}
	_, err = f.WriteString(stamp + string(text))
	if err = cmp.Or(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	s.trim()
}

// trim removes the oldest facts, and what killed processes left, so that a quarter of the room is free.
func (s *Store) trim() {
	if list, err := os.ReadDir(s.Dir); err == nil && len(list) > most {
		ownfolder.Trim(s.Dir, most*3/4)
	}
}
