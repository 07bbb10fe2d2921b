package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/volumes"
	"uk.example/kvmboot"
)

// sharesFlag gathers HOST:GUEST[:ro] and VOLUME:GUEST[:ro]. A colon in HOST is fine. Path is absolute, or a name that may be a
// volume's (useVolumes).
type sharesFlag []uk.Share

func (l *sharesFlag) String() string { return "" }
func (l *sharesFlag) Type() string   { return "HOST:GUEST[:ro]" }
func (l *sharesFlag) Set(v string) error {
	v, readOnly, err := shareOptions(v)
	if err != nil {
		return err
	}
	i := strings.LastIndex(v, ":/")
	switch {
	case i < 0 && strings.Contains(v, ":"):
		return errors.New("GUEST is no absolute path: start it with a slash")
	case i <= 0:
		return errors.New("write HOST:GUEST, or HOST:GUEST:ro for a folder that is only read")
	}
	if i == 0 {
		return errors.New("name what GUEST is to have: write HOST:GUEST")
	}
	s := uk.Share{Path: v[:i], Target: path.Clean(v[i+1:]), ReadOnly: readOnly}
	if s.Target == "/" {
		return errors.New("the root file system is on /: name a folder")
	}
	if !volumes.IsName(s.Path) {
		if s.Path, err = filepath.Abs(s.Path); err != nil {
			return err
		}
	}
	*l = append(*l, s)
	return nil
}

// shareOptions takes the options off the end: words behind a colon, one of which is known, or that come behind GUEST.
func shareOptions(v string) (rest string, readOnly bool, err error) {
	i := strings.LastIndex(v, ":")
	if i < 0 {
		return v, false, nil
	}
	words := strings.Split(v[i+1:], ",")
	known := func(w string) bool { _, ok := otherShareOption(w); return ok || w == "ro" || w == "rw" }
	behindGuest := !strings.Contains(v[i+1:], "/") && strings.Contains(v[:i], ":/")
	if !slices.ContainsFunc(words, known) && !behindGuest {
		return v, false, nil
	}
	for _, w := range words {
		if way, ok := otherShareOption(w); ok {
			return "", false, fmt.Errorf("there is no option %s: %s", w, way)
		}
		if !known(w) {
			return "", false, fmt.Errorf("there is no option %q: write ro for a folder that is only read", w)
		}
	}
	if slices.Contains(words, "ro") && slices.Contains(words, "rw") {
		return "", false, errors.New("ro and rw contradict each other")
	}
	return v[:i], slices.Contains(words, "ro"), nil
}

// otherShareOption says what to do without an option of container tools that has no equal here.
func otherShareOption(w string) (way string, ok bool) {
	switch w {
	case "z", "Z":
		return "nothing is labelled here, leave it out", true
	case "U":
		return "files keep their owners, leave it out", true
	case "O":
		return "--overlay makes the root file system writable, leave it out", true
	case "rro":
		return "write ro", true
	case "nocopy":
		return "nothing is copied into a new volume, leave it out", true
	case "cached", "delegated", "consistent":
		return "nothing is cached, leave it out", true
	case "shared", "rshared", "slave", "rslave", "private", "rprivate":
		return "a guest has mounts of its own, leave it out", true
	case "exec", "noexec":
		return "programs can be loaded from every folder, leave it out", true
	}
	return "", false
}

// overlayFolder makes the value of --overlay absolute, and the folder if it is not there yet.
func overlayFolder(v string) (string, error) {
	switch v {
	case "", launch.OverlayMemory, launch.OverlayOff:
		return v, nil
	}
	dir, err := filepath.Abs(v)
	if err == nil {
		err = os.Mkdir(dir, 0o755)
	}
	if errors.Is(err, os.ErrExist) {
		err = nil
		if st, serr := os.Stat(dir); serr == nil && !st.IsDir() {
			err = errors.New("is a file: name a folder, which keeps the changes")
		}
	}
	if err != nil {
		return "", fmt.Errorf("--overlay=%s: %w", v, err)
	}
	return dir, nil
}

// mountsFlag gathers SOURCE:TARGET:TYPE[:OPTIONS].
type mountsFlag []kvmboot.Mount

func (l *mountsFlag) String() string { return "" }
func (l *mountsFlag) Type() string   { return "SOURCE:TARGET:TYPE[:OPTIONS]" }
func (l *mountsFlag) Set(v string) error {
	f := strings.SplitN(v, ":", 4)
	if len(f) < 3 {
		return errors.New("write SOURCE:TARGET:TYPE or SOURCE:TARGET:TYPE:OPTIONS, as /dev/vdb:/data:iso9660:ro")
	}
	m := kvmboot.Mount{Source: f[0], Target: f[1], Type: f[2]}
	if len(f) == 4 {
		m.Options = f[3]
	}
	if err := m.Check(); err != nil {
		return err
	}
	*l = append(*l, m)
	return nil
}
